//! A page for `man`, in the macros that every reader of such pages has.

use serde::Serialize;

use crate::{
    plain,
    render::{Escapes, Filter, Style, render},
    view::View,
};

static STYLE: Style = Style {
    template: include_str!("templates/man.jinja"),
    escape: text,
    filters: &[
        Filter { name: "prose", escaped: prose, naive: str::to_owned },
        Filter { name: "bold", escaped: |text| font('B', text), naive: |text| format!("\\fB{text}\\fR") },
        Filter { name: "code", escaped: |text| font('B', text), naive: |text| format!("\\fB{text}\\fR") },
        Filter { name: "title", escaped: title, naive: str::to_owned },
    ],
};

#[derive(Serialize)]
struct Context<'v> {
    view: &'v View,
}

pub(crate) fn write(view: &View, escapes: Escapes) -> String {
    render(&STYLE, Context { view }, escapes)
}

/// Text that means nothing but itself, on a line of its own, within one, or as an argument in double quotes.
fn text(text: &str) -> String {
    escape(&plain::line(text))
}

fn escape(line: &str) -> String {
    let mut escaped = String::with_capacity(line.len());
    for (at, char) in line.chars().enumerate() {
        match char {
            '\\' => escaped.push_str("\\e"),
            '"' => escaped.push_str("\\(dq"),
            '\'' => escaped.push_str("\\(aq"),
            '-' => escaped.push_str("\\-"),
            '`' => escaped.push_str("\\(ga"),
            '^' => escaped.push_str("\\(ha"),
            '~' => escaped.push_str("\\(ti"),
            // At the begin of a line, one would be a request and the other break the line.
            '.' | ' ' if at == 0 => escaped.extend(['\\', '&', char]),
            char if char.is_ascii() => escaped.push(char),
            char => escaped.push_str(&format!("\\[u{:04X}]", u32::from(char))),
        }
    }
    escaped
}

fn font(font: char, text: &str) -> String {
    // The text could begin with a digit or a bracket, which belong to no escape behind a letter.
    format!("\\f{font}{}\\fR", escape(&plain::value(text)))
}

/// Text with code in backticks.
fn prose(prose: &str) -> String {
    let line = plain::line(prose);
    let mut written = String::new();
    for (is_code, part) in plain::parts(line.trim()) {
        if is_code { written.push_str(&font('B', part)) } else { written.push_str(&escape(part)) }
    }
    written
}

/// The name of the page: what `man` takes as one.
fn title(app: &str) -> String {
    let name = plain::name(app, &['-', '.', '_']).to_ascii_uppercase();
    escape(if name.is_empty() { "CONFIGURATION" } else { &name })
}
