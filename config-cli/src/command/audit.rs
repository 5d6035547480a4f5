//! `confident audit`.

use std::{
    fs::{self, File},
    io::{self, BufReader, Write},
    path::{Path, PathBuf},
};

use anstyle::{AnsiColor, Style};
use clap::{Args, Subcommand, ValueHint};
use confident_stores::audit::{AuditKey, Bad, Entries, Entry, Head, Verdict, Verification};
use serde::Serialize;

use super::Failure;
use crate::{
    Exit,
    escape::plain,
    output::{self, paint},
};

/// What is done with a trail.
#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Say whether a trail is as it was written, or name the first line that is not
    Verify(Verify),
    /// Show the records of a trail, without verifying them
    Show(Show),
}

impl Command {
    pub(super) fn run(self) -> Result<Exit, Failure> {
        match self {
            Self::Verify(arguments) => arguments.run(),
            Self::Show(arguments) => arguments.run(),
        }
    }
}

/// The trail that is verified, and what it is held against.
#[derive(Debug, Args)]
pub(super) struct Verify {
    /// The trail
    #[arg(value_name = "FILE", value_hint = ValueHint::FilePath)]
    trail: PathBuf,
    /// The key of the trail; none, where it was begun without one
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    key_file: Option<PathBuf>,
    /// The head of the trail; beside it, unless said
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    head: Option<PathBuf>,
    /// An earlier copy of the head that was kept elsewhere: the trail has to go at least as far
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    checkpoint: Option<PathBuf>,
    /// Write JSON
    #[arg(long)]
    json: bool,
}

/// A verdict with what it is of.
#[derive(Serialize)]
struct OfTrail<'a> {
    trail: String,
    is_good: bool,
    #[serde(flatten)]
    verdict: &'a Verdict,
}

impl Verify {
    fn run(self) -> Result<Exit, Failure> {
        let key = self.key_file.map(AuditKey::file).transpose();
        let key = key.map_err(|error| Failure::Said(error.to_string()))?;
        let mut verification = key.as_ref().map_or_else(Verification::unkeyed, Verification::with);
        if let Some(head) = self.head {
            // One that is named has to be there.
            File::open(&head).map_err(|error| Failure::of_file(&head, format!("cannot be read: {error}")))?;
            verification = verification.head(head);
        }
        if let Some(path) = &self.checkpoint {
            verification = verification.checkpoint(checkpoint(path)?);
        }
        let verdict = verification.of(&self.trail).map_err(|error| Failure::Said(error.to_string()))?;
        let mut out = anstream::stdout().lock();
        if self.json {
            let trail = self.trail.display().to_string();
            output::json(&mut out, &OfTrail { trail, is_good: verdict.is_good(), verdict: &verdict })?;
        } else {
            let is_keyed = key.is_some();
            text(&mut out, &self.trail, &verdict, is_keyed || self.checkpoint.is_some())?;
        }
        Ok(if verdict.is_good() { Exit::Good } else { Exit::Found })
    }
}

fn checkpoint(path: &Path) -> Result<Head, Failure> {
    let text = fs::read_to_string(path)
        .map_err(|error| Failure::of_file(path, format!("cannot be read: {error}")))?;
    text.parse().map_err(|error| Failure::of_file(path, error))
}

fn text(out: &mut impl Write, path: &Path, verdict: &Verdict, is_proof: bool) -> io::Result<()> {
    let path = plain(&path.display().to_string(), false);
    let Verdict { records, first, last, torn, missed, ahead, bad, .. } = verdict;
    if let Some(Bad { line, fault, .. }) = bad {
        let head = paint(AnsiColor::Red.on_default().bold(), &format!("error[{}]", fault.name()));
        let place = line.map_or_else(|| path.clone(), |line| format!("{path}:{line}"));
        writeln!(out, "{head} {} {fault}", paint(Style::new().bold(), &place))?;
    }
    let mut notes = Vec::new();
    if *torn > 0 {
        notes.push(format!("{torn} torn by a crash; the pieces stand where they were, and are vouched for"));
    }
    if *missed > 0 {
        notes.push(format!("{missed} records could not be written, says the program"));
    }
    if *ahead > 0 {
        notes.push(format!("the head does not know of the last {ahead}, as a crash leaves it"));
    }
    if !is_proof {
        notes.push(
            "without a key anyone can write such a trail; only a checkpoint that was kept elsewhere proves it"
                .to_owned(),
        );
    }
    let times = match (first, last) {
        (Some(first), Some(last)) => format!(", {} to {}", plain(first, false), plain(last, false)),
        _ => String::new(),
    };
    let s = if *records == 1 { "" } else { "s" };
    let is = if bad.is_some() { "before it" } else { "as written" };
    writeln!(out, "{path}: {records} record{s} {is}{times}")?;
    for note in notes {
        writeln!(out, "  {} {note}", paint(Style::new().dimmed(), "="))?;
    }
    Ok(())
}

/// The trail that is shown, and what of it.
#[derive(Debug, Args)]
pub(super) struct Show {
    /// The trail
    #[arg(value_name = "FILE", value_hint = ValueHint::FilePath)]
    trail: PathBuf,
    /// Only the records of this key
    #[arg(long, value_name = "PATH")]
    key_path: Option<String>,
    /// Write the records as they are, a JSON object on each line
    #[arg(long)]
    json: bool,
}

impl Show {
    fn run(self) -> Result<Exit, Failure> {
        let fails = |error| Failure::of_file(&self.trail, format!("cannot be read: {error}"));
        let file = File::open(&self.trail).map_err(fails)?;
        if file.metadata().map_err(fails)?.is_dir() {
            return Err(fails(io::ErrorKind::IsADirectory.into()));
        }
        let mut out = anstream::stdout().lock();
        for line in Entries::new(BufReader::new(file)) {
            let line = line.map_err(fails)?;
            match (&line.entry, &self.key_path) {
                (Some(entry), Some(path)) if entry.key != *path => {}
                (Some(_), _) if self.json => {
                    out.write_all(&line.text)?;
                    writeln!(out)?;
                }
                (Some(entry), _) => one(&mut out, entry)?,
                (None, None) if !self.json => {
                    let what = format!("line {}: {} bytes that are no record", line.number, line.text.len());
                    writeln!(out, "{}", paint(AnsiColor::Yellow.on_default(), &what))?;
                }
                (None, _) => {}
            }
        }
        Ok(Exit::Good)
    }
}

/// A record in one line.
fn one(out: &mut impl Write, entry: &Entry<'_>) -> io::Result<()> {
    let shown = |text: &str| plain(text, false);
    let style = match &*entry.outcome {
        "ok" | "" => Style::new(),
        _ => AnsiColor::Yellow.on_default(),
    };
    let mut facts = Vec::new();
    let named = [
        ("", &entry.store),
        ("", &entry.path),
        ("version ", &entry.value_version),
        ("value ", &entry.fingerprint),
        ("by ", &entry.app),
        ("", &entry.version),
        ("on ", &entry.instance),
        ("in ", &entry.profile),
    ];
    facts.extend(
        named.iter().filter(|(_, text)| !text.is_empty()).map(|(name, text)| format!("{name}{text}")),
    );
    if let Some(micros) = entry.duration_us {
        facts.push(format!("{}.{:03} ms", micros / 1000, micros % 1000));
    }
    if let Some(torn) = entry.torn {
        facts.push(format!("behind {} bytes of a torn line", torn.bytes));
    }
    if entry.missed > 0 {
        facts.push(format!("{} records before it are missing", entry.missed));
    }
    // A style is no part of a width.
    let outcome = paint(style, &format!("{:<11}", shown(&entry.outcome)));
    let key = paint(Style::new().bold(), &format!("{:<24}", shown(&entry.key)));
    let (sequence, time, action) = (entry.sequence, shown(&entry.time), shown(&entry.action));
    writeln!(out, "{sequence:>6}  {time}  {action:<9}  {outcome}  {key}  {}", shown(&facts.join(" · ")))
}
