//! `confident explain`.

use std::io::Write;

use anstyle::Style;
use clap::Args;
use confident_core::{KeyEntry, Manifest};
use confident_docs::View;

use super::{Failure, check::Given, nearest};
use crate::{Exit, escape::plain, output};

/// What is explained.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// A key, by its path or its variable, old names too: all that is known of it
    key: Option<String>,
    #[command(flatten)]
    given: Given,
    /// Write JSON
    #[arg(long)]
    json: bool,
}

impl Arguments {
    pub(super) fn run(self, manifest: &'static Manifest) -> Result<Exit, Failure> {
        let mut out = anstream::stdout().lock();
        let entry = self.key.as_deref().map(|name| find(manifest, name)).transpose()?;
        let mut explanation =
            if self.given.is_nothing() { None } else { Some(self.given.inputs()?.explain(manifest)) };
        if let (Some(explanation), Some(entry)) = (&mut explanation, &entry) {
            explanation.keys.retain(|key| key.path == entry.path);
        }
        match (&entry, &explanation) {
            (None, None) => {
                let what =
                    "nothing to explain; name a key, or what the program would read, such as --compose FILE";
                return Err(Failure::Said(what.to_owned()));
            }
            (_, Some(explanation)) if self.json => output::json(&mut out, explanation)?,
            (Some(entry), None) if self.json => {
                let card =
                    card(manifest, entry).into_iter().map(|(name, value)| (name.to_owned(), value.into()));
                output::json(&mut out, &card.collect::<serde_json::Map<_, _>>())?;
            }
            (entry, explanation) => {
                if let Some(entry) = entry {
                    for (name, value) in card(manifest, entry) {
                        let name = output::paint(Style::new().bold(), &format!("{name:14}"));
                        writeln!(out, "{name} {}", plain(&value, false))?;
                    }
                }
                if entry.is_some() && explanation.is_some() {
                    writeln!(out)?;
                }
                if let Some(explanation) = explanation {
                    write!(out, "{}", plain(&explanation.to_string(), true))?;
                }
            }
        }
        Ok(Exit::Good)
    }
}

fn find(manifest: &'static Manifest, name: &str) -> Result<KeyEntry, Failure> {
    let is_it =
        |entry: &KeyEntry| entry.path == name || entry.variable == name || entry.key.aliases.contains(&name);
    manifest.keys().find(is_it).ok_or_else(|| {
        let meant = nearest(name, manifest.keys().flat_map(|entry| [entry.path, entry.variable]));
        Failure::Said(format!("{} has no key `{name}`{meant}", manifest.app))
    })
}

/// All that is known of a key, in the order in which people ask.
fn card(manifest: &Manifest, entry: &KeyEntry) -> Vec<(&'static str, String)> {
    let view = View::of(manifest);
    let Some(key) = view.key(entry.path) else { return Vec::new() };
    let mut card = Vec::new();
    let mut say = |name: &'static str, value: Option<String>| {
        card.extend(value.filter(|value| !value.is_empty()).map(|value| (name, value)));
    };
    let list = |values: &[String]| Some(values.join(", "));
    say("key", Some(key.path.clone()));
    say("variable", Some(key.variable.clone()));
    let file = key.file_variable.as_ref();
    say("file variable", file.map(|name| format!("{name}, with the path of a file that holds it")));
    let old: Vec<_> = key.old_names.iter().map(|name| name.variable.clone()).collect();
    say("old names", list(&old));
    let doc: Vec<_> = std::iter::once(&key.doc.summary).chain(&key.doc.rest).cloned().collect();
    say("what", Some(doc.join(" ")));
    say("type", Some(format!("{}: {}", key.kind.name, key.kind.expected)));
    for word in &key.words {
        say("word", Some(format!("{}: {}", word.text, word.doc.summary)));
    }
    say(
        "default",
        key.default
            .as_ref()
            .map(|default| if default.is_empty { default.empty_words.clone() } else { default.text.clone() }),
    );
    say("needed", Some(key.presence.words.clone()));
    say("required in", list(&key.presence.required_in));
    say("forbidden in", list(&key.presence.forbidden_in));
    for constraint in &key.constraints {
        say("constraint", Some(constraint.words.clone()));
    }
    say("unit", key.unit.clone());
    say("example", key.example.clone());
    say(
        "secret",
        key.is_secret.then(|| match &key.rotate {
            Some(period) => format!("yes, rotated every {period}"),
            None => "yes".to_owned(),
        }),
    );
    say("changes", Some(if key.is_live { "while the program runs" } else { "with a restart" }.to_owned()));
    let overlap = key.overlap.as_ref();
    say(
        "overlap",
        overlap.map(|time| format!("the value before the current one is accepted for {time} more")),
    );
    say("owner", key.owner.clone());
    say("classification", key.classification.clone());
    say("retention", key.retention.clone());
    say("comes from", list(&key.sources));
    say("in a store", key.store.clone());
    let stale = key.max_stale.as_ref();
    say("stale", stale.map(|time| format!("served for up to {time} after the store stopped answering")));
    say("since", key.since.clone());
    let is_flag = key.kind.name == "flag";
    say(if is_flag { "expires" } else { "review by" }, key.review_by.clone());
    say("tags", list(&key.tags));
    for rule in &key.rules {
        say("rule", Some(rule.message.clone()));
    }
    if let Some(deprecated) = &key.deprecated {
        let said = [
            deprecated.since.as_ref().map(|version| format!("since {version}")),
            deprecated.note.clone(),
            deprecated.replaced_by.as_ref().map(|key| format!("set {} instead", key.variable)),
            deprecated.remove_in.as_ref().map(|version| format!("removed in {version}")),
        ];
        let said: Vec<String> = said.into_iter().flatten().collect();
        say("deprecated", Some(if said.is_empty() { "yes".to_owned() } else { said.join("; ") }));
    }
    card
}
