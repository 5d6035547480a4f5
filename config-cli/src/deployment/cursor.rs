//! A place in a text that moves forward.

/// A place in a text, with its line and column. `\r\n` reads as `\n`.
#[derive(Clone, Copy)]
pub(super) struct Cursor<'t> {
    pub(super) rest: &'t str,
    line: u32,
    column: u32,
}

impl<'t> Cursor<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        // Editors of Windows put a byte order mark first.
        Self { rest: text.strip_prefix('\u{feff}').unwrap_or(text), line: 1, column: 1 }
    }

    /// The line and the column, from 1.
    pub(super) fn at(&self) -> (u32, u32) {
        (self.line, self.column)
    }

    pub(super) fn peek(&self) -> Option<char> {
        if self.rest.starts_with("\r\n") { Some('\n') } else { self.rest.chars().next() }
    }

    pub(super) fn next(&mut self) -> Option<char> {
        let char = self.peek()?;
        if char == '\n' {
            self.rest = self.rest.strip_prefix("\r\n").unwrap_or_else(|| &self.rest[1..]);
            self.line = self.line.saturating_add(1);
            self.column = 1;
        } else {
            self.rest = &self.rest[char.len_utf8()..];
            self.column = self.column.saturating_add(1);
        }
        Some(char)
    }

    /// Goes past all that is wanted, and is what it went past.
    pub(super) fn take(&mut self, is_wanted: impl Fn(char) -> bool) -> &'t str {
        let before = self.rest;
        while self.peek().is_some_and(&is_wanted) {
            self.next();
        }
        &before[..before.len() - self.rest.len()]
    }
}
