//! `confident explain`.

use std::io::Write;

use anstyle::Style;
use clap::Args;
use confident_core::{KeyEntry, Manifest};

use super::{Failure, check::Given};
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
        let nearest = manifest
            .keys()
            .flat_map(|entry| [entry.path, entry.variable])
            .min_by_key(|known| strsim::damerau_levenshtein(known, name));
        let meant = nearest.map_or_else(String::new, |nearest| format!("; did you mean {nearest}?"));
        Failure::Said(format!("{} has no key `{name}`{meant}", manifest.app))
    })
}

/// All that is known of a key, in the order in which people ask.
fn card(manifest: &Manifest, entry: &KeyEntry) -> Vec<(&'static str, String)> {
    let KeyEntry { path, variable, key, .. } = *entry;
    let mut card = vec![("key", path.to_owned()), ("variable", variable.to_owned())];
    let mut say = |name: &'static str, value: Option<String>| {
        card.extend(value.filter(|value| !value.is_empty()).map(|value| (name, value)));
    };
    let list = |values: &[&str]| Some(values.join(", "));
    say("what", Some(key.doc.replace("\n\n", " ").replace('\n', " ")));
    say(
        "file variable",
        key.is_secret.then(|| format!("{variable}_FILE, with the path of a file that holds it")),
    );
    say("old names", list(key.aliases));
    say("type", Some(format!("{}: {}", key.kind.name(), key.kind.expected().as_str())));
    let needed = match (key.is_required(), key.default) {
        (true, _) => "required".to_owned(),
        (false, Some(default)) => format!("default {}", if default.is_empty() { "empty" } else { default }),
        (false, None) => "optional".to_owned(),
    };
    say("needed", Some(needed));
    say("required in", list(key.required_in()));
    say("forbidden in", list(key.forbidden_in()));
    say(
        "range",
        key.range().map(|range| range.phrase(confident_core::manifest::Phrase::new()).as_str().to_owned()),
    );
    say(
        "length",
        key.len().map(|length| match length.max {
            Some(max) => format!("{} to {max}", length.min),
            None => format!("at least {}", length.min),
        }),
    );
    say("one of", list(key.one_of()));
    say("pattern", key.pattern().map(str::to_owned));
    say("format", key.format().map(|format| format.name().to_owned()));
    say("unit", key.unit().map(str::to_owned));
    say("example", key.example().map(str::to_owned));
    say(
        "secret",
        key.is_secret.then(|| match key.rotate() {
            Some(period) => format!("yes, rotated every {period}"),
            None => "yes".to_owned(),
        }),
    );
    say("changes", Some(if key.is_live { "while the program runs" } else { "with a restart" }.to_owned()));
    say("owner", key.owner().map(str::to_owned));
    say("classification", key.classification().map(str::to_owned));
    say("retention", key.retention().map(str::to_owned));
    say("comes from", list(key.sources()));
    say("since", key.since().map(str::to_owned));
    say("review by", key.review_by().map(str::to_owned));
    say("tags", list(key.tags()));
    if let Some(deprecated) = key.deprecated() {
        let replaced = deprecated.replaced_by.and_then(|path| manifest.key(path));
        let said = [
            deprecated.since.map(|version| format!("since {version}")),
            deprecated.note.map(str::to_owned),
            replaced.map(|entry| format!("set {} instead", entry.variable)),
            deprecated.remove_in.map(|version| format!("removed in {version}")),
        ];
        let said: Vec<String> = said.into_iter().flatten().collect();
        say("deprecated", Some(if said.is_empty() { "yes".to_owned() } else { said.join("; ") }));
    }
    card
}
