//! `confident diff`.

use std::{io::Write, path::PathBuf};

use anstyle::{AnsiColor, Style};
use clap::Args;

use super::{Failure, one_manifest};
use crate::{
    Exit,
    diff::{Diff, Effect, Step, diff},
    escape::plain,
    output::{self, paint},
};

/// The two releases.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// The release that is deployed: a program, or its manifest in JSON
    old: PathBuf,
    /// The release that will be
    new: PathBuf,
    /// Which manifest, where the programs have several: the name of its `app`
    #[arg(long, value_name = "NAME")]
    app: Option<String>,
    /// Write JSON
    #[arg(long)]
    json: bool,
}

impl Arguments {
    pub(super) fn run(self) -> Result<Exit, Failure> {
        let app = self.app.as_deref();
        let diff = diff(one_manifest(&self.old, app)?, one_manifest(&self.new, app)?);
        let mut out = anstream::stdout().lock();
        if self.json {
            output::json(&mut out, &diff)?;
        } else {
            text(&mut out, &diff)?;
        }
        Ok(if diff.breaks() { Exit::Found } else { Exit::Good })
    }
}

fn text(out: &mut impl Write, diff: &Diff) -> std::io::Result<()> {
    let Diff { app, versions: [old, new], fingerprints: [before, after], changes, rollout, .. } = diff;
    let or = |version: &str, fingerprint: &str| {
        if version.is_empty() { fingerprint.to_owned() } else { version.to_owned() }
    };
    writeln!(out, "{} {} -> {}", plain(app, false), or(old, before), or(new, after))?;
    let heads = [
        (Effect::Breaking, "breaking", AnsiColor::Red),
        (Effect::Behaviour, "behaves differently", AnsiColor::Yellow),
        (Effect::Compatible, "compatible", AnsiColor::Green),
        (Effect::Documentation, "documentation", AnsiColor::Cyan),
    ];
    for (effect, head, colour) in heads {
        let of_effect: Vec<_> = changes.iter().filter(|change| change.effect == effect).collect();
        if of_effect.is_empty() {
            continue;
        }
        writeln!(out, "\n{}", paint(colour.on_default().bold(), head))?;
        for change in of_effect {
            let subject = paint(Style::new().bold(), &plain(&change.subject, false));
            writeln!(out, "  {subject} {}", plain(&change.message, false))?;
        }
    }
    if !rollout.is_empty() {
        writeln!(out, "\n{}", paint(Style::new().bold(), "rollout"))?;
        for line in rollout {
            writeln!(out, "  {}", plain(line, false))?;
        }
    }
    writeln!(out)?;
    let step = match diff.step {
        Step::Major => "a major step",
        Step::Minor => "a minor step",
        Step::Patch => "a patch",
    };
    match (changes.is_empty(), diff.is_stepped) {
        (true, _) => writeln!(out, "the contracts are the same"),
        (false, Some(false)) => {
            writeln!(out, "{step} of the version is needed; {old} to {new} is less")
        }
        (false, Some(true) | None) => writeln!(out, "{step} of the version is needed"),
    }
}
