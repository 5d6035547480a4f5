//! A YAML file to copy: every key in its mapping, those commented out that need no value.

use serde::Serialize;

use crate::{
    plain,
    render::{Escapes, Filter, Style, render},
    tables::{Segment, Table, tables},
    view::{FileValue, View},
};

static STYLE: Style = Style {
    template: include_str!("templates/yaml.jinja"),
    escape: plain::line,
    filters: &[
        Filter { name: "comment", escaped: plain::line, naive: str::to_owned },
        Filter { name: "key", escaped: key, naive: str::to_owned },
        Filter { name: "shown", escaped: plain::value, naive: str::to_owned },
        // What `literal` and `heads` below have written.
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
    // The mappings that are open, and whether their lines count: those that do not hold none that do.
    let mut open: Vec<(Segment<'_>, bool)> = Vec::new();
    for table in &mut tables {
        table.indent = "  ".repeat(table.segments.len());
        let is_open = |(open, segment): &(&(Segment<'_>, bool), &Segment<'_>)| {
            open.0 == **segment && (open.1 || !table.is_active)
        };
        let known = open.iter().zip(&table.segments).take_while(is_open).count();
        table.head_indent = "  ".repeat(known);
        table.heads = heads(&table.segments, known, table.is_active, escapes);
        open.truncate(known);
        open.extend(table.segments[known..].iter().map(|segment| (*segment, table.is_active)));
    }
    render(&STYLE, Context { view, tables }, escapes)
}

/// The lines that open a table behind those that are open, the first `known` of its segments.
fn heads(segments: &[Segment<'_>], known: usize, is_active: bool, escapes: Escapes) -> Vec<String> {
    let head = |(depth, segment): (usize, &Segment<'_>)| {
        let name = match segment {
            Segment::Name(name) if escapes == Escapes::On => format!("{}:", key(name)),
            Segment::Name(name) => format!("{name}:"),
            Segment::Entry => "name:".to_owned(),
            Segment::Element => "-".to_owned(),
        };
        format!("{}{}{name}", "  ".repeat(depth), if is_active { "" } else { "#" })
    };
    segments.iter().enumerate().skip(known).map(head).collect()
}

fn literal(value: &FileValue, escapes: Escapes) -> String {
    let all = |values: &[FileValue]| values.iter().map(|value| literal(value, escapes)).collect::<Vec<_>>();
    match value {
        FileValue::Bool(value) => value.to_string(),
        FileValue::Number(digits) => digits.clone(),
        FileValue::Text(text) if escapes == Escapes::On => string(text),
        FileValue::Text(text) => format!("\"{text}\""),
        FileValue::List(values) => format!("[{}]", all(values).join(", ")),
        FileValue::Table(entries) => {
            let entry =
                |(name, value): &(String, FileValue)| format!("{}: {}", key(name), literal(value, escapes));
            format!("{{{}}}", entries.iter().map(entry).collect::<Vec<_>>().join(", "))
        }
    }
}

/// A key: bare where no version of YAML takes it for anything else.
pub(crate) fn key(name: &str) -> String {
    const WORDS: [&str; 10] = ["y", "n", "yes", "no", "on", "off", "true", "false", "null", "nan"];
    let is_bare = name.starts_with(|char: char| char.is_ascii_alphabetic())
        && name.chars().all(|char| char.is_ascii_alphanumeric() || "-_".contains(char))
        && !WORDS.contains(&&*name.to_ascii_lowercase());
    if is_bare { name.to_owned() } else { string(name) }
}

/// A text in double quotes, on one line.
pub(crate) fn string(text: &str) -> String {
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
