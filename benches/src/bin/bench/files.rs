//! The file bench: 1,000 keys of TOML, JSON and YAML.

use std::path::PathBuf;

use confident_benches::generate::{Contender, Syntax, document};

use crate::{
    Effort, callgrind,
    environment::{among, command},
    load::counts,
    programs::Programs,
    progress, report,
    rounds::{self, Turns},
    table::{markdown, ratio, thousands},
    verify,
    worker::Worker,
};

const KEYS: usize = 1000;

/// Those that read files; the bare parsers are the yardstick.
const CONTENDERS: [Contender; 5] = [
    Contender::SerdeDerive,
    Contender::Confident,
    Contender::Figment,
    Contender::Config,
    Contender::Confique,
];

pub(crate) fn run(effort: Effort) -> Result<(), String> {
    let programs = Programs::here()?;
    let built: Vec<(Contender, Result<(), String>)> =
        CONTENDERS.map(|contender| (contender, programs.build(contender, "thousand,files"))).into();
    let mut text = String::new();
    for syntax in Syntax::ALL {
        progress(&format!("{KEYS} keys of {}", syntax.name()));
        let path = programs.scratch()?.join(format!("keys.{}", syntax.name()));
        std::fs::write(&path, document(syntax, KEYS))
            .map_err(|error| format!("{}: {error}", path.display()))?;
        let table = Table { programs: &programs, syntax, path, effort };
        text.push_str(&table.measure(&built)?);
    }
    report::publish("files", &text, effort.whole)
}

struct Table<'a> {
    programs: &'a Programs,
    syntax: Syntax,
    path: PathBuf,
    effort: Effort,
}

impl Table<'_> {
    fn measure(&self, built: &[(Contender, Result<(), String>)]) -> Result<String, String> {
        let mut failures = Vec::new();
        let mut contenders = Vec::new();
        let path = self.path.display().to_string();
        for (contender, outcome) in built {
            let file = (self.syntax.name(), path.as_str());
            let right =
                outcome.clone().and_then(|()| verify::file_is_right(self.programs, *contender, KEYS, file));
            match right {
                Ok(()) => contenders.push(*contender),
                Err(reason) => failures.push(format!("{}: {reason}", contender.name())),
            }
        }
        let turns: Vec<Turns<'_>> = contenders
            .iter()
            .map(|contender| Turns { start: Box::new(|| self.worker(*contender)), times: 4 })
            .collect();
        let yardstick = contenders.iter().position(|contender| *contender == Contender::SerdeDerive);
        let yardstick = yardstick.ok_or(format!("the bare parser does not load: {failures:?}"))?;
        let times = rounds::run(&turns, yardstick, self.effort);

        let mut rows = Vec::new();
        for (contender, times) in contenders.iter().zip(times) {
            match times {
                Ok(times) => {
                    let (allocations, bytes) = self.allocations(*contender)?;
                    let mut row = vec![self.name(*contender), ratio(times.ratio)];
                    row.push(thousands(times.median.as_nanos()));
                    row.extend([allocations, bytes].map(thousands));
                    row.push(self.instructions(*contender));
                    rows.push(row);
                }
                Err(reason) => failures.push(format!("{}: {reason}", contender.name())),
            }
        }
        let head = ["", "to the bare parser", "ns", "allocations", "bytes", "instructions"];
        let mut text = format!(
            "### 1,000 keys of {}\n\n{}\n",
            self.syntax.name().to_uppercase(),
            markdown(&head, &rows)
        );
        for failure in failures {
            text.push_str(&format!("Not measured: {failure}.\n\n"));
        }
        Ok(text)
    }

    fn name(&self, contender: Contender) -> String {
        match (contender, self.syntax) {
            (Contender::SerdeDerive, Syntax::Toml) => "toml + serde".to_owned(),
            (Contender::SerdeDerive, Syntax::Json) => "serde_json".to_owned(),
            (Contender::SerdeDerive, Syntax::Yaml) => "serde-saphyr".to_owned(),
            _ => contender.name().to_owned(),
        }
    }

    fn arguments(&self) -> [String; 3] {
        [KEYS.to_string(), self.syntax.name().to_owned(), self.path.display().to_string()]
    }

    fn worker(&self, contender: Contender) -> Result<Worker, String> {
        let mut command = command(&among(&[], 50), &self.programs.of("load", contender));
        command.arg("rounds").args(self.arguments());
        Worker::start(command)
    }

    fn allocations(&self, contender: Contender) -> Result<(u128, u128), String> {
        let mut command = command(&among(&[], 50), &self.programs.of("count", contender));
        command.args(self.arguments());
        counts(command)
    }

    fn instructions(&self, contender: Contender) -> String {
        if !self.effort.whole {
            return "not counted".to_owned();
        }
        let (program, folder) = (self.programs.of("load", contender), self.programs.folder());
        callgrind::instructions(&among(&[], 50), &program, &self.arguments(), folder)
            .map_or("not counted".to_owned(), |count| thousands(count.into()))
    }
}
