//! A reference of every key in Markdown, as GitHub renders it.

use serde::Serialize;

use crate::{
    plain,
    render::{Escapes, Filter, Style, render},
    view::View,
};

static STYLE: Style =
    Style { template: include_str!("templates/markdown.jinja"), escape: text, filters: FILTERS };

/// The filters of documents in Markdown.
pub(crate) const FILTERS: &[Filter] = &[
    Filter { name: "code", escaped: code, naive: |text| format!("`{text}`") },
    Filter { name: "span", escaped: span, naive: |text| format!("`{text}`") },
    Filter { name: "prose", escaped: prose, naive: str::to_owned },
];

#[derive(Serialize)]
struct Context<'v> {
    view: &'v View,
}

pub(crate) fn write(view: &View, escapes: Escapes) -> String {
    render(&STYLE, Context { view }, escapes)
}

/// Text that means nothing but itself, in a line, a heading, an item or a cell.
pub(crate) fn text(text: &str) -> String {
    let line = one_space(&plain::line(text));
    let mut escaped = String::with_capacity(line.len());
    let chars: Vec<char> = line.chars().collect();
    let is_word =
        |at: Option<usize>| at.and_then(|at| chars.get(at)).is_some_and(|char| char.is_alphanumeric());
    let digits = chars.iter().take_while(|char| char.is_ascii_digit()).count();
    for (at, char) in chars.iter().copied().enumerate() {
        match char {
            // Entities, because a backslash is no help against the cells of a table and the formulas of GitHub.
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '&' => escaped.push_str("&amp;"),
            '|' => escaped.push_str("&#124;"),
            '$' => escaped.push_str("&#36;"),
            '\\' | '`' | '*' | '[' | ']' | '~' => escaped.extend(['\\', char]),
            // Inside of a word it emphasizes nothing.
            '_' if is_word(at.checked_sub(1)) && is_word(Some(at + 1)) => escaped.push(char),
            '_' => escaped.push_str("\\_"),
            // What makes a heading, a list or a rule of a line.
            '#' | '+' | '-' | '=' | ':' if at == 0 => escaped.extend(['\\', char]),
            '.' | ')' if at > 0 && at == digits && chars.get(at + 1).is_none_or(|next| *next == ' ') => {
                escaped.extend(['\\', char])
            }
            char => escaped.push(char),
        }
    }
    escaped
}

/// Without more than one space in a row: four at the begin of a line make code of it, two at its end break it.
fn one_space(line: &str) -> String {
    let mut text = String::with_capacity(line.len());
    for char in line.chars() {
        if char != ' ' || !text.ends_with(' ') {
            text.push(char);
        }
    }
    text
}

/// Text as code, in a cell too.
pub(crate) fn code(text: &str) -> String {
    if text.contains('|') {
        // Readers do not agree on a bar in a cell, with a backslash in front of it or without. Inside of HTML on a
        // line, Markdown is still Markdown.
        return format!("<code>{}</code>", self::text(&plain::value(text)));
    }
    span(text)
}

/// Text as code, but in no cell.
fn span(text: &str) -> String {
    let text = plain::value(text);
    if text.trim().is_empty() {
        // Code without anything in it cannot be written.
        return String::new();
    }
    let runs = text.split(|char| char != '`').map(str::len);
    let fence = "`".repeat(runs.max().unwrap_or(0) + 1);
    let needs_space =
        text.starts_with('`') || text.ends_with('`') || (text.starts_with(' ') && text.ends_with(' '));
    let space = if needs_space { " " } else { "" };
    format!("{fence}{space}{text}{space}{fence}")
}

/// Text with code in backticks.
pub(crate) fn prose(prose: &str) -> String {
    let line = plain::line(prose.trim());
    let mut written = String::new();
    for (is_code, part) in plain::parts(&line) {
        if is_code && !part.trim().is_empty() {
            written.push_str(&code(part));
            continue;
        }
        written.push_str(&text(part));
    }
    written
}
