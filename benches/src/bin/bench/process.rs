//! The process bench: from exec to exit.

use std::{
    process::{Command, Stdio},
    time::Instant,
};

use confident_benches::generate::{Contender, environment};

use crate::{
    Effort,
    environment::{among, command},
    load::sizes,
    programs::Programs,
    progress, report,
    rounds::{self, Turns},
    setting::not_measured,
    table::{markdown, ratio, thousands},
    verify,
    worker::Worker,
};

/// How many programs run in one turn.
const TIMES: u32 = 1;

pub(crate) fn run(effort: Effort) -> Result<(), String> {
    let programs = Programs::here()?;
    let mut names = vec![("nothing (an empty main)".to_owned(), programs.named("empty"), Vec::new())];
    let mut failures = Vec::new();
    for contender in Contender::LOADERS {
        let built = programs.build(contender, sizes(contender, effort));
        match built.and_then(|()| verify::environment_is_right(&programs, contender, 100)) {
            Ok(()) => {
                let environment = environment(contender, 100);
                names.push((contender.name().to_owned(), programs.of("process", contender), environment));
            }
            Err(reason) => failures.push(format!("{}: {reason}", contender.name())),
        }
    }
    progress("processes");
    let this = programs.named("bench");
    let turns: Vec<Turns<'_>> = names
        .iter()
        .map(|(_, program, ours)| {
            let start = || {
                let mut command = command(&among(ours, 50), &this);
                command.args(["spawn", program]);
                Worker::start(command)
            };
            Turns { start: Box::new(start), times: TIMES }
        })
        .collect();
    let yardstick = names.iter().position(|(name, ..)| name == Contender::Hand.name());
    let yardstick = yardstick.ok_or("the code written by hand does not compile")?;
    let mut rows = Vec::new();
    for ((name, ..), times) in names.iter().zip(rounds::run(&turns, yardstick, effort)) {
        match times {
            Ok(times) => {
                let microseconds = thousands(times.median.as_micros());
                rows.push(vec![name.clone(), ratio(times.ratio), microseconds]);
            }
            Err(reason) => failures.push(format!("{name}: {reason}")),
        }
    }
    let mut text = format!(
        "### From exec to exit, 100 keys among 50 other variables\n\n{}\n",
        markdown(&["", "to hand", "µs"], &rows)
    );
    text.push_str(&not_measured(&failures));
    report::publish("process", &text, effort.whole)
}

/// Runs a program as often as each line of the standard input says, in the environment of this one.
pub(crate) fn spawn_as_told(program: &str) -> Result<(), String> {
    for line in std::io::stdin().lines() {
        let times: u32 = line.map_err(|error| error.to_string())?.parse().map_err(|_| "no number")?;
        let start = Instant::now();
        for _ in 0..times {
            let status = Command::new(program).stdin(Stdio::null()).status();
            if !status.map_err(|error| error.to_string())?.success() {
                return Err("the program fails".to_owned());
            }
        }
        println!("{}", start.elapsed().as_nanos());
    }
    Ok(())
}
