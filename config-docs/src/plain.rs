//! Text of a manifest on one line, without characters that nobody sees.
//!
//! This comes before the escape of any format: no format has a use for a control character in a comment, and a reader
//! of a document should see what a machine reads.

use std::fmt::Write;

/// Text that people read: white space of any kind is a space, what is hidden is spelled.
pub(crate) fn line(text: &str) -> String {
    let mut line = String::with_capacity(text.len());
    for char in text.chars() {
        match char {
            '\t' | '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}' => line.push(' '),
            char => spell(&mut line, char),
        }
    }
    line
}

/// A value as it is shown: nothing is lost, so a line break is spelled too.
pub(crate) fn value(text: &str) -> String {
    let mut value = String::with_capacity(text.len());
    for char in text.chars() {
        match char {
            '\n' => value.push_str("\\n"),
            '\r' => value.push_str("\\r"),
            '\t' => value.push_str("\\t"),
            char => spell(&mut value, char),
        }
    }
    value
}

fn spell(out: &mut String, char: char) {
    if is_hidden(char) {
        // Writing to a string cannot fail.
        let _ = write!(out, "\\u{{{:x}}}", u32::from(char));
    } else {
        out.push(char);
    }
}

/// Characters that show nothing, or that change how what is around them is shown or read: controls, line separators,
/// direction marks, joiners, tags, and those that no text has.
pub(crate) fn is_hidden(char: char) -> bool {
    char.is_control()
        || matches!(
            char,
            '\u{ad}'
                | '\u{61c}'
                | '\u{180e}'
                | '\u{200b}'..='\u{200f}'
                | '\u{2028}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}'
                | '\u{feff}'
                | '\u{fff9}'..='\u{fffb}'
                | '\u{fffe}'..='\u{ffff}'
                | '\u{e0000}'..='\u{e0fff}'
        )
}

/// Lines of at most `width` characters, broken at spaces.
pub(crate) fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = String::new();
    for word in text.split(' ').filter(|word| !word.is_empty()) {
        if !line.is_empty() && line.chars().count() + 1 + word.chars().count() > width {
            lines.push(std::mem::take(&mut line));
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    lines.push(line);
    lines
}

/// Only what names are made of: ASCII letters, digits, and `also`. Anything else would be a name that no derive makes.
pub(crate) fn name(text: &str, also: &[char]) -> String {
    text.chars()
        .map(|char| if char.is_ascii_alphanumeric() || also.contains(&char) { char } else { '_' })
        .collect()
}

/// The variable with a number or a name in the place of a placeholder: that of an element as one would set it.
pub(crate) fn concrete(variable: &str) -> String {
    name(&variable.replace("{n}", "0").replace("{name}", "NAME"), &['_', '-', '.'])
}

/// The parts of a text with code in backticks; a backtick without a partner is text.
pub(crate) fn parts(text: &str) -> Vec<(bool, &str)> {
    let mut parts = Vec::new();
    let mut rest = text;
    while let Some(start) = rest.find('`') {
        let Some(length) = rest[start + 1..].find('`') else { break };
        let code = &rest[start + 1..start + 1 + length];
        if code.is_empty() {
            // Two backticks in a row: not a span that any of the documents writes.
            parts.push((false, &rest[..start + 2]));
        } else {
            parts.push((false, &rest[..start]));
            parts.push((true, code));
        }
        rest = &rest[start + length + 2..];
    }
    parts.push((false, rest));
    parts.retain(|(_, part)| !part.is_empty());
    parts
}
