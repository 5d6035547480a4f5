//! A ConfigMap, a Secret without values, and a Deployment whose container uses them.

use serde::Serialize;

use crate::{
    plain,
    render::{Escapes, Filter, Style, render},
    tables::word,
    view::{KeyView, Need, View},
    yaml,
};

static STYLE: Style = Style {
    template: include_str!("templates/kubernetes.jinja"),
    escape: plain::line,
    filters: &[
        Filter { name: "comment", escaped: plain::line, naive: str::to_owned },
        Filter { name: "variable", escaped: variable, naive: str::to_owned },
        Filter { name: "value", escaped: yaml::string, naive: |text| format!("\"{text}\"") },
        Filter { name: "resource", escaped: resource, naive: str::to_owned },
    ],
};

#[derive(Serialize)]
struct Context<'v> {
    view: &'v View,
    settings: Vec<Setting<'v>>,
    secrets: Vec<Setting<'v>>,
}

/// One entry of a ConfigMap or a Secret.
#[derive(Serialize)]
struct Setting<'v> {
    key: &'v KeyView,
    /// Whether the entry counts as it stands.
    is_active: bool,
    /// What a variable would hold.
    text: String,
}

pub(crate) fn write(view: &View, escapes: Escapes) -> String {
    let may_stand_here = |key: &&KeyView| {
        !key.is_in_element && (key.sources.is_empty() || key.sources.iter().any(|kind| kind == "env"))
    };
    let setting = |key| {
        let text = text(view, key);
        Setting { key, is_active: key.presence.need == Need::Required, text }
    };
    let (secrets, settings): (Vec<_>, Vec<_>) =
        view.keys().filter(may_stand_here).map(setting).partition(|setting| setting.key.is_secret);
    render(&STYLE, Context { view, settings, secrets }, escapes)
}

/// What to show as the value; nothing for a secret.
fn text(view: &View, key: &KeyView) -> String {
    if key.is_secret {
        return String::new();
    }
    match (&key.default, &key.sample) {
        (Some(default), _) => default.text.clone(),
        // A word that needs no further keys, where there is one.
        (None, _) if key.segment.is_empty() => word(view, key).unwrap_or_default(),
        (None, Some(sample)) => sample.clone(),
        (None, None) => String::new(),
    }
}

/// The name of a variable, which is also one of an entry.
fn variable(name: &str) -> String {
    yaml::key(&plain::concrete(name))
}

/// The name of a resource: lower-case letters, digits and hyphens, a letter first. Templates write it in quotes,
/// because a program may be called `no`.
fn resource(app: &str) -> String {
    let plain = plain::name(app, &[]).to_ascii_lowercase();
    let parts: Vec<&str> = plain.split('_').filter(|part| !part.is_empty()).collect();
    let mut name = parts.join("-");
    if !name.starts_with(|char: char| char.is_ascii_lowercase()) {
        name.insert_str(0, "app-");
    }
    name.truncate(50);
    name.trim_end_matches('-').to_owned()
}
