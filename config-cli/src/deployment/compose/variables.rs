//! The files that `env_file` names, and the `.env` beside a compose file, as compose reads them.
//!
//! They are not what programs read as `.env`: variables are put in, a name alone is passed on from the
//! environment, and what stands behind a closing quotation mark begins the next assignment.

use std::collections::HashMap;

use super::interpolate::{Lookup, interpolate, not_set};
use crate::deployment::{Given, Place, cursor::Cursor, files::Text, mix::Budget, reference};

/// How a file is read.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Format {
    /// With quotation marks and variables.
    Usual,
    /// `format: raw`: what stands behind `=` is the value.
    Raw,
}

/// An entry of such a file.
pub(super) struct Variable {
    pub(super) name: String,
    pub(super) given: Given,
    pub(super) place: Place,
}

/// What is wrong with a line.
pub(super) type Bad = (&'static str, Place);

const NO_NAME: &str = "a name is expected: letters, digits, `_`, `.`, `-`, `[` and `]`";
const NOT_CLOSED: &str = "the quotation mark is not closed";
const BLANK: &str = "a name has a blank in it";

/// Reads a file. A variable in it stands for what `outer` has, else for what stands before it in the file,
/// else for what `earlier` files have.
pub(super) fn read<'t>(
    file: &'t Text,
    format: Format,
    outer: Lookup<'_>,
    earlier: Lookup<'t>,
    budget: &mut Budget,
) -> (Vec<Variable>, Vec<Bad>) {
    let mut reading = Reading {
        file,
        cursor: Cursor::new(&file.text),
        earlier,
        found: Vec::new(),
        index: HashMap::new(),
        bad: Vec::new(),
    };
    match format {
        Format::Usual => reading.usual(outer, budget),
        Format::Raw => reading.raw(outer, budget),
    }
    (reading.found, reading.bad)
}

struct Reading<'t> {
    file: &'t Text,
    cursor: Cursor<'t>,
    earlier: Lookup<'t>,
    found: Vec<Variable>,
    /// The last entry of each name.
    index: HashMap<String, usize>,
    bad: Vec<Bad>,
}

fn is_blank(char: char) -> bool {
    char != '\n' && (char.is_whitespace() || char == '\u{85}')
}

impl<'t> Reading<'t> {
    fn usual(&mut self, outer: Lookup<'_>, budget: &mut Budget) {
        loop {
            self.cursor.take(char::is_whitespace);
            match self.cursor.peek() {
                None => return,
                Some('#') => self.skip_line(),
                Some(_) => {
                    if let Err((what, at)) = self.entry(outer, budget) {
                        self.bad.push((what, self.file.place(at)));
                        self.skip_line();
                    }
                }
            }
        }
    }

    fn entry(&mut self, outer: Lookup<'_>, budget: &mut Budget) -> Result<(), (&'static str, (u32, u32))> {
        if let Some(after) = self.cursor.rest.strip_prefix("export")
            && after.starts_with(is_blank)
        {
            self.cursor.take(|char| !is_blank(char));
            self.cursor.take(is_blank);
        }
        let at_name = self.cursor.at();
        let name = self.cursor.take(|char| {
            is_blank(char) || char.is_alphanumeric() || matches!(char, '_' | '.' | '-' | '[' | ']')
        });
        let name = name.trim();
        let separator = self.cursor.peek();
        if !matches!(separator, None | Some('\n' | '=' | ':')) || name.is_empty() {
            return Err((NO_NAME, self.cursor.at()));
        }
        if name.contains(is_blank) {
            return Err((BLANK, at_name));
        }
        self.cursor.next();
        if !matches!(separator, Some('=' | ':')) {
            self.pass_on(name, at_name, outer, budget);
            return Ok(());
        }
        self.cursor.take(is_blank);
        let at = self.cursor.at();
        let given = match self.cursor.peek() {
            Some('\'') => Given::Text(self.quoted('\'').ok_or((NOT_CLOSED, at))?),
            Some('"') => {
                let text = unescaped(&self.quoted('"').ok_or((NOT_CLOSED, at))?);
                self.interpolated(&text, outer, budget).map_err(|what| (what, at))?
            }
            _ => {
                let line = self.cursor.take(|char| char != '\n');
                let text = line.split_once(" #").map_or(line, |(text, _)| text).trim_end();
                self.interpolated(text, outer, budget).map_err(|what| (what, at))?
            }
        };
        let given = if let Given::Text(text) = given { reference::given(text) } else { given };
        self.add(name, given, at);
        Ok(())
    }

    /// What stands in quotation marks, with the backslashes that do not stand before one. The cursor goes
    /// past it, but not where it is not closed.
    fn quoted(&mut self, quote: char) -> Option<String> {
        let mut cursor = self.cursor;
        cursor.next();
        let mut text = String::new();
        loop {
            match cursor.next()? {
                '\\' => match cursor.next()? {
                    char if char == quote => text.push(char),
                    char => {
                        text.push('\\');
                        text.push(char);
                    }
                },
                char if char == quote => break,
                char => text.push(char),
            }
        }
        self.cursor = cursor;
        Some(text)
    }

    fn interpolated(
        &self,
        text: &str,
        outer: Lookup<'_>,
        budget: &mut Budget,
    ) -> Result<Given, &'static str> {
        let lookup = |name: &str| {
            let inner = || self.index.get(name).map(|at| &self.found[*at].given);
            outer(name).or_else(inner).or_else(|| (self.earlier)(name))
        };
        interpolate(text, &lookup, budget)
    }

    /// `NAME=value` lines without a language.
    fn raw(&mut self, outer: Lookup<'_>, budget: &mut Budget) {
        while let Some(first) = self.cursor.peek() {
            if is_blank(first) {
                self.cursor.take(is_blank);
                continue;
            }
            let at_name = self.cursor.at();
            let name = self.cursor.take(|char| !matches!(char, '=' | '\n'));
            match self.cursor.peek() {
                _ if name.starts_with('#') => {}
                _ if name.contains(is_blank) => self.bad.push((BLANK, self.file.place(at_name))),
                Some('=') if name.is_empty() => self.bad.push((NO_NAME, self.file.place(at_name))),
                Some('=') => {
                    self.cursor.next();
                    let at = self.cursor.at();
                    let value = self.cursor.take(|char| char != '\n').to_owned();
                    self.add(name, reference::given(value), at);
                }
                _ if name.is_empty() => {}
                _ => self.pass_on(name, at_name, outer, budget),
            }
            self.skip_line();
        }
    }

    fn pass_on(&mut self, name: &str, at: (u32, u32), outer: Lookup<'_>, budget: &mut Budget) {
        let given = match outer(name) {
            Some(given) => budget.copy(given).unwrap_or_else(|_| Given::Unknown(Budget::WHAT.to_owned())),
            None => Given::Unknown(not_set(name)),
        };
        self.add(name, given, at);
    }

    fn add(&mut self, name: &str, given: Given, at: (u32, u32)) {
        self.index.insert(name.to_owned(), self.found.len());
        self.found.push(Variable { name: name.to_owned(), given, place: self.file.place(at) });
    }

    fn skip_line(&mut self) {
        self.cursor.take(|char| char != '\n');
        self.cursor.next();
    }
}

/// The escapes of double quotes. `\$` becomes `$$`, which stays a dollar sign.
fn unescaped(text: &str) -> String {
    let mut result = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('\\') {
        result.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        let Some(char) = rest.chars().next() else {
            result.push('\\');
            break;
        };
        let known = match char {
            'a' => "\u{7}",
            'b' => "\u{8}",
            'c' => "\\c",
            'f' => "\u{c}",
            'n' => "\n",
            'r' => "\r",
            't' => "\t",
            'v' => "\u{b}",
            '$' => "$$",
            '"' => "\"",
            '\\' => "\\",
            '0' => {
                // Three digits of base 8 are a character; with fewer, the text stays.
                let digits: String = rest[1..].chars().take(3).take_while(char::is_ascii_digit).collect();
                match u8::from_str_radix(&digits, 8) {
                    Ok(byte) if digits.len() == 3 => result.push(char::from(byte)),
                    _ => {
                        result.push_str("\\0");
                        result.push_str(&digits);
                    }
                }
                rest = &rest[1 + digits.len()..];
                continue;
            }
            _ => {
                result.push('\\');
                continue;
            }
        };
        result.push_str(known);
        rest = &rest[1..];
    }
    result.push_str(rest);
    result
}
