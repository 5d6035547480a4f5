//! `confident drift`.

use std::{
    fs,
    io::{self, Write},
    path::{Path, PathBuf},
};

use anstyle::Style;
use clap::{Args, ValueHint};
use serde::Serialize;

use super::{
    Failure,
    fleet::{self, Place},
};
use crate::{
    Exit,
    escape::plain,
    fleet::{
        Bad, Choice,
        approved::Approved,
        bad,
        drift::{Difference, Drift, Scope, Subject},
        named,
    },
    output::{self, paint},
};

/// What is compared.
#[derive(Debug, Args)]
#[command(after_help = "\
Values are compared by their fingerprints, where the instances have a fleet key (CONFIDENT_FLEET_KEY_FILE): raw texts, so
that `60s` and `1m` differ. Without one, only sources, versions and states are.

Exit codes:
  0  nothing differs
  1  something differs, a state cannot be read, or no instance is there
  2  an argument is wrong, the place cannot be read, or there is nothing that could be approved")]
pub(super) struct Arguments {
    #[command(flatten)]
    place: Place,
    /// Only this profile; with several, they are compared with each other
    #[arg(long, value_name = "NAME")]
    profile: Vec<String>,
    /// Compare with what was approved
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    approved: Option<PathBuf>,
    /// Write what all instances have now, as approved: fingerprints alone, in a text that may be committed
    #[arg(long, value_name = "FILE", conflicts_with = "approved", value_hint = ValueHint::FilePath)]
    approve: Option<PathBuf>,
    /// Write JSON
    #[arg(long)]
    json: bool,
}

/// What differs, and where.
#[derive(Serialize)]
struct OfPlace<'d> {
    place: String,
    #[serde(flatten)]
    drift: &'d Drift,
    bad: &'d [Bad],
}

impl Arguments {
    pub(super) fn run(self) -> Result<Exit, Failure> {
        let place = self.place.fleet()?;
        let reading = fleet::read(&place)?;
        let scope = if self.profile.len() > 1 { Scope::App } else { Scope::Profile };
        let choice = Choice { app: self.place.app, profiles: self.profile };
        if let Some(path) = &self.approve {
            let approved = Approved::of(&reading, &choice).map_err(Failure::Said)?;
            write(path, &approved)?;
            return Ok(Exit::Good);
        }
        let drift = match &self.approved {
            Some(path) => approved(path)?.drift(&reading, &choice),
            None => Drift::between(&reading, &choice, scope),
        };
        let bad = bad(&reading);
        let mut out = anstream::stdout().lock();
        let is_good = drift.is_none && bad.is_empty() && drift.compared > 0;
        if self.json {
            output::json(&mut out, &OfPlace { place: place.to_string(), drift: &drift, bad: &bad })?;
        } else {
            text(&mut out, &drift, &bad)?;
        }
        Ok(if is_good { Exit::Good } else { Exit::Found })
    }
}

/// Writes the snapshot into the place of the one before.
fn write(path: &Path, approved: &Approved) -> Result<(), Failure> {
    let mut text = Vec::new();
    output::json(&mut text, approved)?;
    fs::write(path, text).map_err(|error| Failure::of_file(path, format!("cannot be written: {error}")))
}

fn approved(path: &Path) -> Result<Approved, Failure> {
    let text = fs::read_to_string(path)
        .map_err(|error| Failure::of_file(path, format!("cannot be read: {error}")))?;
    Approved::read(&text).map_err(|what| Failure::of_file(path, what))
}

fn text(out: &mut impl Write, drift: &Drift, bad: &[Bad]) -> io::Result<()> {
    let Drift { compared, differences, notes, .. } = drift;
    for difference in differences {
        one(out, difference)?;
    }
    fleet::bad(out, bad)?;
    for note in notes {
        writeln!(out, "  {} {}", paint(Style::new().dimmed(), "="), plain(note, false))?;
    }
    let s = if *compared == 1 { "" } else { "s" };
    match (compared, differences.len()) {
        (0, _) => writeln!(out, "no instance is there to be compared"),
        (_, 0) => writeln!(out, "{compared} instance{s} compared, nothing differs"),
        (_, 1) => writeln!(out, "{compared} instance{s} compared, 1 difference"),
        (_, count) => writeln!(out, "{compared} instance{s} compared, {count} differences"),
    }
}

fn one(out: &mut impl Write, difference: &Difference) -> io::Result<()> {
    let Difference { of: Subject { app, profile, subject, .. }, sides } = difference;
    let subject = paint(Style::new().bold(), &plain(subject, false));
    writeln!(out, "{subject} differs in {}", plain(&named(app, profile.as_deref()), false))?;
    let width = sides.iter().map(|side| side.what.chars().count()).max().unwrap_or_default();
    for side in sides {
        let what = format!("{:<width$}", side.what);
        writeln!(out, "  {}  {}", plain(&what, false), plain(&side.who.join(", "), false))?;
    }
    writeln!(out)
}
