//! One table of loads: the same columns, whatever is loaded from.

use confident_benches::generate::Contender;

use crate::{
    Effort, callgrind,
    environment::command,
    programs::Programs,
    rounds::{self, Turns},
    table::{markdown, ratio, thousands},
    worker::Worker,
};

/// What the loads of one table have in common.
pub(crate) struct Setting<'a> {
    pub(crate) programs: &'a Programs,
    pub(crate) effort: Effort,
    /// How many loads make a turn.
    pub(crate) times: u32,
    /// The contender that the others are compared with, and the head of the column that says so.
    pub(crate) yardstick: (Contender, &'a str),
    /// The environment of a contender's programs.
    pub(crate) environment: &'a dyn Fn(Contender) -> Vec<(String, String)>,
    /// What its programs are told to load.
    pub(crate) arguments: Vec<String>,
    /// What the table calls it.
    pub(crate) name: &'a dyn Fn(Contender) -> String,
}

impl Setting<'_> {
    /// Measures those that load what they should, and says what is with the others.
    pub(crate) fn table(&self, candidates: Vec<(Contender, Result<(), String>)>) -> Result<String, String> {
        let mut failures = Vec::new();
        let mut contenders = Vec::new();
        for (contender, outcome) in candidates {
            match outcome {
                Ok(()) => contenders.push(contender),
                Err(reason) => failures.push(format!("{}: {reason}", contender.name())),
            }
        }
        let turns: Vec<Turns<'_>> = contenders
            .iter()
            .map(|contender| Turns { start: Box::new(|| self.worker(*contender)), times: self.times })
            .collect();
        let yardstick = contenders.iter().position(|contender| *contender == self.yardstick.0);
        let yardstick = yardstick.ok_or(format!("the yardstick does not load: {failures:?}"))?;
        let mut rows = Vec::new();
        for (contender, times) in contenders.iter().zip(rounds::run(&turns, yardstick, self.effort)) {
            match times {
                Ok(times) => {
                    let (allocations, bytes) = self.allocations(*contender)?;
                    let mut row = vec![(self.name)(*contender), ratio(times.ratio)];
                    row.push(thousands(times.median.as_nanos()));
                    row.extend([allocations, bytes].map(thousands));
                    row.push(self.instructions(*contender));
                    rows.push(row);
                }
                Err(reason) => failures.push(format!("{}: {reason}", contender.name())),
            }
        }
        let head = ["", self.yardstick.1, "ns", "allocations", "bytes", "instructions"];
        Ok(format!("{}\n{}", markdown(&head, &rows), not_measured(&failures)))
    }

    fn worker(&self, contender: Contender) -> Result<Worker, String> {
        let mut command = command(&(self.environment)(contender), &self.programs.of("load", contender));
        command.arg("rounds").args(&self.arguments);
        Worker::start(command)
    }

    /// The calls of the allocator in one load, and the bytes that they ask for.
    fn allocations(&self, contender: Contender) -> Result<(u128, u128), String> {
        let mut command = command(&(self.environment)(contender), &self.programs.of("count", contender));
        let output = command.args(&self.arguments).output();
        let output = output.map_err(|error| format!("cannot be started: {error}"))?;
        let text = String::from_utf8_lossy(&output.stdout);
        let mut numbers = text.split_whitespace().map(str::parse);
        match (numbers.next(), numbers.next()) {
            (Some(Ok(allocations)), Some(Ok(bytes))) => Ok((allocations, bytes)),
            _ => Err(format!("no counts: {}", String::from_utf8_lossy(&output.stderr))),
        }
    }

    fn instructions(&self, contender: Contender) -> String {
        if !self.effort.whole {
            return "not counted".to_owned();
        }
        let (program, folder) = (self.programs.of("load", contender), self.programs.folder());
        callgrind::instructions(&(self.environment)(contender), &program, &self.arguments, folder)
            .map_or("not counted".to_owned(), |count| thousands(count.into()))
    }
}

/// Says behind a table what is not in it, and why.
pub(crate) fn not_measured(failures: &[String]) -> String {
    failures.iter().map(|failure| format!("Not measured: {failure}.\n\n")).collect()
}
