//! The lines of a unit.

use crate::deployment::{Deployment, Place, files::Text};

/// A `Name=value` of the section `[Service]`.
pub(super) struct Directive {
    pub(super) name: String,
    /// The value, lines joined by a blank, without blanks around it.
    pub(super) value: String,
    /// Where each line of the value begins: the offset in it, the line and the column.
    lines: Vec<(usize, u32, u32)>,
}

/// The places of offsets in a value, each behind the one before: a value may be one long line of many words.
pub(super) struct Places<'d> {
    directive: &'d Directive,
    line: usize,
    offset: usize,
    column: u32,
}

impl Directive {
    /// The place of the value.
    pub(super) fn place(&self, text: &Text) -> Place {
        text.place(self.places().of(0))
    }

    pub(super) fn places(&self) -> Places<'_> {
        Places { directive: self, line: 0, offset: 0, column: self.lines.first().map_or(1, |line| line.2) }
    }
}

impl Places<'_> {
    /// The line and the column of an offset, which is not before the last one.
    pub(super) fn of(&mut self, offset: usize) -> (u32, u32) {
        let lines = &self.directive.lines;
        while let Some((start, _, column)) = lines.get(self.line + 1)
            && *start <= offset
        {
            self.line += 1;
            (self.offset, self.column) = (*start, *column);
        }
        let characters = self.directive.value.get(self.offset..offset).map_or(0, |text| text.chars().count());
        self.column = self.column.saturating_add(u32::try_from(characters).unwrap_or(u32::MAX));
        self.offset = self.offset.max(offset);
        (lines.get(self.line).map_or(1, |line| line.1), self.column)
    }
}

/// The directives of `[Service]`, in their order. What is no directive is a problem.
pub(super) fn service(text: &Text, deployment: &mut Deployment) -> Vec<Directive> {
    let mut directives = Vec::new();
    let mut is_service = false;
    let mut open: Option<Directive> = None;
    let content = text.text.strip_prefix('\u{feff}').unwrap_or(&text.text);
    for (line, number) in content.lines().zip(1..=u32::MAX) {
        let trimmed = line.trim();
        // A comment between the lines of a value does not end it.
        if trimmed.starts_with(['#', ';']) {
            continue;
        }
        let (trimmed, continues) = match trimmed.strip_suffix('\\') {
            Some(before) => (before, true),
            None => (trimmed, false),
        };
        if let Some(directive) = &mut open {
            directive.value.push(' ');
            directive.lines.push((directive.value.len(), number, column(line, trimmed)));
            directive.value.push_str(trimmed);
        } else if trimmed.is_empty() {
            continue;
        } else if trimmed.starts_with('[') && !continues {
            is_service = trimmed == "[Service]";
        } else if !is_service {
            // A value of another section, which may go on, too.
            open =
                continues.then(|| Directive { name: String::new(), value: String::new(), lines: Vec::new() });
        } else if let Some((name, value)) = trimmed.split_once('=') {
            let value = value.trim_start();
            let lines = vec![(0, number, column(line, value))];
            open = Some(Directive { name: name.trim_end().to_owned(), value: value.to_owned(), lines });
        } else {
            deployment.problem(
                "systemd ignores it: a line is `Name=value`",
                text.place((number, column(line, trimmed))),
            );
        }
        if !continues && let Some(directive) = open.take() {
            directives.push(directive);
        }
    }
    directives.extend(open);
    for directive in &mut directives {
        directive.value.truncate(directive.value.trim_end().len());
    }
    directives.retain(|directive| !directive.name.is_empty());
    directives
}

/// The column at which a part of a line begins.
fn column(line: &str, part: &str) -> u32 {
    let offset = (part.as_ptr() as usize).saturating_sub(line.as_ptr() as usize);
    let characters = line.get(..offset).map_or(0, |before| before.chars().count());
    u32::try_from(characters + 1).unwrap_or(u32::MAX)
}
