//! What a configuration costs those who compile it.
//!
//! `cargo run --release -p confident-benches --bin compile` writes one package for each contender into the
//! target directory and lets the compiler that is installed work on it. The measures of time take turns: a
//! round asks each contender once, and the median of the rounds counts.

mod check;
mod package;
#[path = "../bench/report.rs"]
mod report;
mod run;
mod size;
#[path = "../bench/table.rs"]
mod table;
mod tables;

use std::process::ExitCode;

use package::{Participant, Shape};

const USAGE: &str = "\
usage: compile [--quick] [--contender NAME].. [--shape NAME].. [--measure NAME]..

  --contender  hand, serde, confident, envy, figment, config, confique, conf, envconfig, clap, confik;
               without it all of them
  --shape      tree100: one tree of 100 keys; structs: 100 structs of ten keys; without it both
  --measure    check: time of `cargo check` after an edit
               instructions: of rustc for the same check, counted by valgrind: repeatable to a few per mille; of tree100 alone
               build: a clean debug build, and the crates that it compiles
               size: expanded lines, LLVM lines, the size of the stripped program
               without it all of them

With --quick there are few rounds. BENCHMARKS.md is written only without --quick and without a selection.
";

/// What is asked for.
struct Plan {
    /// With as few rounds as will do.
    is_quick: bool,
    /// Nothing was left out, so that the tables may be kept.
    is_whole: bool,
    participants: Vec<Participant>,
    shapes: Vec<Shape>,
    measures: Vec<Measure>,
}

/// A kind of question, which takes its own time to answer.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Measure {
    Check,
    Instructions,
    Build,
    Size,
}

impl Measure {
    const ALL: [Self; 4] = [Self::Check, Self::Instructions, Self::Build, Self::Size];

    fn name(self) -> &'static str {
        match self {
            Self::Check => "check",
            Self::Instructions => "instructions",
            Self::Build => "build",
            Self::Size => "size",
        }
    }
}

fn main() -> ExitCode {
    let outcome = plan(std::env::args().skip(1)).and_then(|plan| tables::publish(&plan));
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("{message}");
            ExitCode::FAILURE
        }
    }
}

/// What the words of the command line ask for.
fn plan(mut words: impl Iterator<Item = String>) -> Result<Plan, String> {
    let mut is_quick = false;
    let (mut participants, mut shapes, mut measures) = (Vec::new(), Vec::new(), Vec::new());
    while let Some(word) = words.next() {
        if word == "--quick" {
            is_quick = true;
            continue;
        }
        let name = words.next().ok_or(USAGE)?;
        let unknown = || format!("{word} knows no `{name}`\n\n{USAGE}");
        match word.as_str() {
            "--contender" => participants.push(Participant::named(&name).ok_or_else(unknown)?),
            "--shape" => {
                let shape = Shape::ALL.into_iter().find(|shape| shape.name() == name);
                shapes.push(shape.ok_or_else(unknown)?);
            }
            "--measure" => {
                let measure = Measure::ALL.into_iter().find(|measure| measure.name() == name);
                measures.push(measure.ok_or_else(unknown)?);
            }
            _ => return Err(USAGE.to_owned()),
        }
    }
    let is_whole = !is_quick && participants.is_empty() && shapes.is_empty() && measures.is_empty();
    if participants.is_empty() {
        participants = Participant::ALL.into();
    } else if !participants.contains(&Participant::Empty) {
        // It tells what all others take for nothing.
        participants.insert(0, Participant::Empty);
    }
    let shapes = if shapes.is_empty() { Shape::ALL.into() } else { shapes };
    let measures = if measures.is_empty() { Measure::ALL.into() } else { measures };
    Ok(Plan { is_quick, is_whole, participants, shapes, measures })
}

/// A line on the standard error: the standard output is for tables.
fn progress(line: &str) {
    eprintln!("{line}");
}
