//! Runs the benches, prints their tables, and writes them into BENCHMARKS.md.
//!
//! `cargo xtask bench` starts it, at the root of the repository.

mod callgrind;
mod docs;
mod environment;
mod files;
mod live;
mod load;
mod process;
mod programs;
mod report;
mod rounds;
mod setting;
mod table;
mod verify;
mod worker;

use std::{process::ExitCode, time::Duration};

const USAGE: &str = "\
usage: cargo xtask bench [load|process|files|docs|live|verify] [--quick] [--patient]

  load     loads 10, 100 and 1,000 keys from the environment of the process
  process  from exec to exit of a program that loads 100 keys
  files    loads 1,000 keys from TOML, JSON and YAML
  docs     documents of 1,000 keys, a check of ten files, a search of 200 MB for a manifest
  live     one read of settings that are swapped every millisecond, beside arc-swap, a lock and tokio's watch
  verify   only checks that every contender loads the right values

Without a name all of them run. With --quick there are few rounds, nothing is counted by callgrind, and
BENCHMARKS.md stays as it is. With --patient 1,000 keys of envy are compiled too, which takes minutes.
";

/// How much is done for a number.
#[derive(Clone, Copy)]
struct Effort {
    /// For each table: how long contenders take turns.
    turns: Duration,
    /// How often the programs are started anew for that, so that no place in memory decides.
    starts: u32,
    /// Whether instructions are counted and the tables written.
    whole: bool,
    /// Whether to wait for what takes minutes to compile.
    patient: bool,
}

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let outcome = match words.as_slice() {
        // A worker of the process bench, which has the environment that its children inherit.
        ["spawn", program] => process::spawn_as_told(program),
        _ => run(&words),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("{message}");
            ExitCode::FAILURE
        }
    }
}

fn run(words: &[&str]) -> Result<(), String> {
    let patient = words.contains(&"--patient");
    let effort = if words.contains(&"--quick") {
        Effort { turns: Duration::from_secs(1), starts: 1, whole: false, patient }
    } else {
        Effort { turns: Duration::from_secs(9), starts: 3, whole: true, patient }
    };
    let names: Vec<&str> = words.iter().copied().filter(|word| !word.starts_with("--")).collect();
    match names.as_slice() {
        [] => {
            load::run(effort)?;
            process::run(effort)?;
            files::run(effort)?;
            docs::run(effort)?;
            live::run(effort)
        }
        ["load"] => load::run(effort),
        ["process"] => process::run(effort),
        ["files"] => files::run(effort),
        ["docs"] => docs::run(effort),
        ["live"] => live::run(effort),
        ["verify"] => verify::run(),
        _ => Err(USAGE.to_owned()),
    }
}

/// A line on the standard error: the standard output is for tables.
fn progress(line: &str) {
    eprintln!("{line}");
}
