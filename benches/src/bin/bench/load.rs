//! The load bench: from the environment of the process to a struct.

use confident_benches::generate::{Contender, environment};

use crate::{
    Effort, callgrind,
    environment::{among, command},
    programs::Programs,
    progress, report,
    rounds::{self, Turns},
    table::{markdown, ratio, thousands},
    verify,
    worker::Worker,
};

/// How many variables that are no keys the environment has.
const OTHERS: [usize; 2] = [50, 1000];

/// How many keys there are, and how many loads make a turn: the first of a turn finds the caches of the
/// processor full of what others left there, and should not decide.
const SIZES: [(usize, u32); 3] = [(10, 100), (100, 20), (1000, 4)];

pub(crate) fn run(effort: Effort) -> Result<(), String> {
    let programs = Programs::here()?;
    let built: Vec<(Contender, Result<(), String>)> = Contender::LOADERS
        .into_iter()
        .map(|contender| (contender, programs.build(contender, sizes(contender, effort))))
        .collect();
    let mut text = String::new();
    for (keys, times) in SIZES {
        for others in OTHERS {
            progress(&format!("{keys} keys, {others} other variables"));
            let table = Table { programs: &programs, keys, times, others, effort };
            text.push_str(&table.measure(&built)?);
        }
    }
    report::publish("load", &text, effort.whole)
}

/// The feature that has a contender compile its 1,000 keys.
///
/// envy knows no groups. The code that serde derives for one struct of 1,000 fields drops, wherever one is
/// wrong, all that came before, and the compiler is minutes at it.
pub(crate) fn sizes(contender: Contender, effort: Effort) -> &'static str {
    match contender {
        Contender::Envy if !effort.patient => "",
        _ => "thousand",
    }
}

struct Table<'a> {
    programs: &'a Programs,
    keys: usize,
    times: u32,
    others: usize,
    effort: Effort,
}

impl Table<'_> {
    fn measure(&self, built: &[(Contender, Result<(), String>)]) -> Result<String, String> {
        let mut failures = Vec::new();
        let mut contenders = Vec::new();
        for (contender, outcome) in built {
            let right = outcome.clone().and_then(|()| match sizes(*contender, self.effort) {
                "" if self.keys == 1000 => {
                    Err("its 1,000 keys take minutes to compile (`--patient`)".to_owned())
                }
                _ => verify::environment_is_right(self.programs, *contender, self.keys),
            });
            match right {
                Ok(()) => contenders.push(*contender),
                Err(reason) => failures.push(format!("{}: {reason}", contender.name())),
            }
        }
        let turns: Vec<Turns<'_>> = contenders
            .iter()
            .map(|contender| Turns { start: Box::new(|| self.worker(*contender)), times: self.times })
            .collect();
        let yardstick = contenders.iter().position(|contender| *contender == Contender::Hand);
        let yardstick = yardstick.ok_or("the code written by hand does not load")?;
        let times = rounds::run(&turns, yardstick, self.effort);

        let mut rows = Vec::new();
        for (contender, times) in contenders.iter().zip(times) {
            match times {
                Ok(times) => {
                    let (allocations, bytes) = self.allocations(*contender)?;
                    let mut row = vec![contender.name().to_owned(), ratio(times.ratio)];
                    row.push(thousands(times.median.as_nanos()));
                    row.extend([allocations, bytes].map(thousands));
                    row.push(self.instructions(*contender));
                    rows.push(row);
                }
                Err(reason) => failures.push(format!("{}: {reason}", contender.name())),
            }
        }
        let head = ["", "to hand", "ns", "allocations", "bytes", "instructions"];
        let keys = thousands(self.keys as u128);
        let others = thousands(self.others as u128);
        let mut text =
            format!("### {keys} keys among {others} other variables\n\n{}\n", markdown(&head, &rows));
        for failure in failures {
            text.push_str(&format!("Not measured: {failure}.\n\n"));
        }
        Ok(text)
    }

    fn environment(&self, contender: Contender) -> Vec<(String, String)> {
        among(&environment(contender, self.keys), self.others)
    }

    fn worker(&self, contender: Contender) -> Result<Worker, String> {
        let mut command = command(&self.environment(contender), &self.programs.of("load", contender));
        command.args(["rounds", &self.keys.to_string()]);
        Worker::start(command)
    }

    fn allocations(&self, contender: Contender) -> Result<(u128, u128), String> {
        let mut command = command(&self.environment(contender), &self.programs.of("count", contender));
        command.arg(self.keys.to_string());
        counts(command)
    }

    fn instructions(&self, contender: Contender) -> String {
        if !self.effort.whole {
            return "not counted".to_owned();
        }
        let program = self.programs.of("load", contender);
        let arguments = [self.keys.to_string()];
        let folder = self.programs.folder();
        callgrind::instructions(&self.environment(contender), &program, &arguments, folder)
            .map_or("not counted".to_owned(), |count| thousands(count.into()))
    }
}

/// What a program that counts allocations says.
pub(crate) fn counts(mut command: std::process::Command) -> Result<(u128, u128), String> {
    let output = command.output().map_err(|error| format!("cannot be started: {error}"))?;
    let text = String::from_utf8_lossy(&output.stdout);
    let mut numbers = text.split_whitespace().map(str::parse);
    match (numbers.next(), numbers.next()) {
        (Some(Ok(allocations)), Some(Ok(bytes))) => Ok((allocations, bytes)),
        _ => Err(format!("no counts: {}", String::from_utf8_lossy(&output.stderr))),
    }
}
