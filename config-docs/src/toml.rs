//! A TOML file to copy: every key in its table, those commented out that need no value.

use serde::Serialize;

use crate::{
    plain,
    render::{Escapes, Filter, Style, render},
    tables::{Segment, Table, tables},
    view::{FileValue, View},
};

static STYLE: Style = Style {
    template: include_str!("templates/toml.jinja"),
    escape: plain::line,
    filters: &[
        Filter { name: "comment", escaped: comment, naive: |text| format!("# {text}") },
        Filter { name: "key", escaped: key, naive: str::to_owned },
        Filter { name: "shown", escaped: plain::value, naive: str::to_owned },
        // What `literal` and `head` below have written.
        Filter { name: "written", escaped: str::to_owned, naive: str::to_owned },
    ],
};

#[derive(Serialize)]
struct Context<'v> {
    view: &'v View,
    tables: Vec<Table<'v>>,
}

pub(crate) fn write(view: &View, escapes: Escapes) -> String {
    let mut tables = tables(view, &|value| literal(value, escapes));
    for table in &mut tables {
        table.heads.extend(head(&table.segments, escapes));
    }
    render(&STYLE, Context { view, tables }, escapes)
}

/// The line in front of a table; none for the outermost.
fn head(segments: &[Segment<'_>], escapes: Escapes) -> Option<String> {
    let names: Vec<String> = segments
        .iter()
        .filter_map(|segment| match segment {
            Segment::Name(name) if escapes == Escapes::On => Some(key(name)),
            Segment::Name(name) => Some((*name).to_owned()),
            Segment::Entry => Some("name".to_owned()),
            Segment::Element => None,
        })
        .collect();
    let path = names.join(".");
    match segments.last()? {
        Segment::Element => Some(format!("[[{path}]]")),
        Segment::Name(_) | Segment::Entry => Some(format!("[{path}]")),
    }
}

fn literal(value: &FileValue, escapes: Escapes) -> String {
    let all = |values: &[FileValue]| values.iter().map(|value| literal(value, escapes)).collect::<Vec<_>>();
    match value {
        FileValue::Bool(value) => value.to_string(),
        FileValue::Number(digits) => digits.clone(),
        FileValue::Text(text) if escapes == Escapes::On => string(text),
        FileValue::Text(text) => format!("\"{text}\""),
        FileValue::List(values) => format!("[{}]", all(values).join(", ")),
        FileValue::Table(entries) if entries.is_empty() => "{}".to_owned(),
        FileValue::Table(entries) => {
            let entry =
                |(name, value): &(String, FileValue)| format!("{} = {}", key(name), literal(value, escapes));
            format!("{{ {} }}", entries.iter().map(entry).collect::<Vec<_>>().join(", "))
        }
    }
}

fn key(name: &str) -> String {
    let is_bare =
        !name.is_empty() && name.chars().all(|char| char.is_ascii_alphanumeric() || "-_".contains(char));
    if is_bare { name.to_owned() } else { string(name) }
}

/// A basic string, on one line.
fn string(text: &str) -> String {
    let mut string = String::from("\"");
    for char in text.chars() {
        match char {
            '"' => string.push_str("\\\""),
            '\\' => string.push_str("\\\\"),
            '\n' => string.push_str("\\n"),
            '\r' => string.push_str("\\r"),
            '\t' => string.push_str("\\t"),
            char if plain::is_hidden(char) => string.push_str(&format!("\\U{:08X}", u32::from(char))),
            char => string.push(char),
        }
    }
    string.push('"');
    string
}

/// The lines of a comment.
fn comment(text: &str) -> String {
    let lines = plain::wrap(&plain::line(text), 98);
    lines.iter().map(|line| format!("# {line}").trim_end().to_owned()).collect::<Vec<_>>().join("\n")
}
