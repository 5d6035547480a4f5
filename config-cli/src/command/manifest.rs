//! `confident manifest`.

use std::{fs, io::Write, path::PathBuf};

use anstyle::Style;
use clap::{Args, ValueHint};
use confident_core::Manifest;

use super::Failure;
use crate::{Exit, escape::plain, output::paint};

/// How the manifest is written.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// Write JSON, as it is published: with the path and the variable of every key
    #[arg(long)]
    json: bool,
    /// Write the JSON into this file
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    out: Option<PathBuf>,
}

impl Arguments {
    pub(super) fn run(self, manifest: &'static Manifest) -> Result<Exit, Failure> {
        let mut out = anstream::stdout().lock();
        if !self.json && self.out.is_none() {
            table(&mut out, manifest)?;
            return Ok(Exit::Good);
        }
        let json =
            confident_manifest::published(manifest).map_err(|error| Failure::Said(error.to_string()))?;
        match &self.out {
            Some(path) => fs::write(path, json).map_err(|error| Failure::of_file(path, error))?,
            None => out.write_all(json.as_bytes())?,
        }
        Ok(Exit::Good)
    }
}

/// The manifest in a table: a line for each key.
fn table(out: &mut impl Write, manifest: &Manifest) -> std::io::Result<()> {
    let bold = Style::new().bold();
    write!(out, "{}", paint(bold, manifest.app))?;
    if !manifest.version.is_empty() {
        write!(out, " {}", manifest.version)?;
    }
    writeln!(out, " · {} keys · contract {}\n", manifest.keys().count(), manifest.fingerprint())?;
    let width = manifest.keys().map(|entry| entry.variable.len()).max().unwrap_or(0).min(44);
    for entry in manifest.keys() {
        let key = entry.key;
        let mut facts = vec![key.kind.name()];
        match key.default {
            _ if key.is_required() => facts.push("required".to_owned()),
            Some("") => facts.push("default empty".to_owned()),
            Some(default) => facts.push(format!("default {default}")),
            None => facts.push("optional".to_owned()),
        }
        let marks =
            [(key.is_secret, "secret"), (key.is_live, "live"), (key.deprecated().is_some(), "deprecated")];
        facts.extend(marks.iter().filter(|(is_so, _)| *is_so).map(|(_, mark)| (*mark).to_owned()));
        let doc = key.doc.split("\n\n").next().unwrap_or_default().replace('\n', " ");
        // The style is no part of the width.
        let padding = " ".repeat(width.saturating_sub(entry.variable.len()));
        writeln!(
            out,
            "{}{padding}  {}\n    {}",
            paint(bold, entry.variable),
            plain(&facts.join(" · "), false),
            plain(&doc, false)
        )?;
    }
    Ok(())
}
