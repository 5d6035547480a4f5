//! A `.env` file to copy: every key, those commented out that need no value.

use serde::Serialize;

use crate::{
    plain,
    render::{Escapes, Filter, Style, render},
    view::{Empty, KeyView, Need, View},
};

static STYLE: Style = Style {
    template: include_str!("templates/env.jinja"),
    escape: plain::line,
    filters: &[
        Filter { name: "comment", escaped: comment, naive: |text| format!("# {text}") },
        Filter { name: "name", escaped: plain::concrete, naive: str::to_owned },
        Filter { name: "shown", escaped: plain::value, naive: str::to_owned },
        Filter {
            name: "value",
            escaped: |text| value(text).unwrap_or_default(),
            naive: |text| format!("'{text}'"),
        },
    ],
};

#[derive(Serialize)]
struct Context<'v> {
    view: &'v View,
    groups: Vec<Group<'v>>,
}

#[derive(Serialize)]
struct Group<'v> {
    group: &'v crate::view::GroupView,
    keys: Vec<Line<'v>>,
}

/// One key, and how its line looks.
#[derive(Serialize)]
struct Line<'v> {
    key: &'v KeyView,
    /// Whether the line counts as it stands.
    is_active: bool,
    /// What stands behind the equals sign; none where no spelling means the same to every reader of such files.
    value: Option<&'v str>,
}

pub(crate) fn write(view: &View, escapes: Escapes) -> String {
    let groups = view.groups.iter().map(|group| Group { group, keys: group.keys.iter().map(line).collect() });
    render(&STYLE, Context { view, groups: groups.collect() }, escapes)
}

fn line(key: &KeyView) -> Line<'_> {
    let may_stand_here = key.sources.is_empty() || key.sources.iter().any(|kind| kind == "dotenv");
    let is_active = key.presence.need == Need::Required && may_stand_here && !key.is_in_element;
    // An empty line is the same as none, and so is reported as missing, but for text: there it would be a value.
    let placeholder = if key.empty == Empty::Value && !key.is_secret { "change-me" } else { "" };
    let value = match &key.default {
        Some(default) => value(&default.text).map(|_| default.text.as_str()),
        None => Some(placeholder),
    };
    Line { key, is_active, value }
}

/// The lines of a comment.
fn comment(text: &str) -> String {
    plain::wrap(&plain::line(text), 98)
        .iter()
        .map(|line| format!("# {line}").trim_end().to_owned())
        .collect::<Vec<_>>()
        .join("\n")
}

/// The value in the spelling that core, other readers of such files and a shell all read alike; none where there is none.
fn value(text: &str) -> Option<String> {
    let is_bare = |char: char| char.is_ascii_alphanumeric() || "_./:@%+,=-".contains(char);
    if text.chars().all(is_bare) {
        return Some(text.to_owned());
    }
    if text.chars().any(|char| plain::is_hidden(char) || char == '\\') {
        return None;
    }
    if !text.contains('\'') {
        return Some(format!("'{text}'"));
    }
    (!text.contains(['"', '$', '`', '!'])).then(|| format!("\"{text}\""))
}
