//! Asks for the measures, and writes down what comes of them.

use std::time::Duration;

use crate::{
    Measure, Plan,
    check::{self, Checked, Rounds, median},
    package::{Package, Participant, Shape},
    progress, report,
    run::{self, Cost, Toolchain},
    size::{self, Crates, Size},
    table::{markdown, ratio, thousands},
};

/// The tables of every shape and measure that the plan has.
pub(crate) fn publish(plan: &Plan) -> Result<(), String> {
    let toolchain = Toolchain::here()?;
    let packages = run::packages(&plan.participants)?;
    let mut text = String::new();
    for shape in &plan.shapes {
        text.push_str(&format!("### {}\n\n", shape.title()));
        let bench = Bench { toolchain: &toolchain, packages: &packages, shape: *shape, plan };
        for measure in &plan.measures {
            let tables = match measure {
                Measure::Check => bench.check(),
                // With the other shape these take minutes for one contender, and say no more.
                Measure::Instructions if *shape != Shape::Tree100 => continue,
                Measure::Instructions => bench.instructions(),
                Measure::Build => bench.build(),
                Measure::Size => bench.size(),
            };
            // All of it takes an hour, and whoever waits has something to read.
            progress(&format!("\n{tables}"));
            text.push_str(&tables);
        }
    }
    report::publish("compile", &text, plan.is_whole)
}

struct Bench<'a> {
    toolchain: &'a Toolchain,
    packages: &'a [Package],
    shape: Shape,
    plan: &'a Plan,
}

impl Bench<'_> {
    fn check(&self) -> String {
        let count = if self.plan.is_quick { 3 } else { 15 };
        let all = check::rounds(self.toolchain, self.packages, self.shape, count);
        let again = |checked: &Checked| checked.again;
        let anew = |checked: &Checked| checked.anew;
        let mut text = String::new();
        for (heading, cost) in [
            ("`cargo check` after an edit:", again as fn(&Checked) -> Cost),
            ("The same without incremental compilation:", anew),
        ] {
            let rows = self.packages.iter().zip(&all).map(|(package, rounds)| {
                let cells = rounds.as_ref().map_err(String::clone).map(|rounds| {
                    let wall = median(rounds.iter().map(|checked| cost(checked).wall));
                    let processor = median(rounds.iter().map(|checked| cost(checked).processor));
                    vec![
                        milliseconds(wall),
                        milliseconds(processor),
                        self.compared(&all, rounds, Participant::HAND, cost, false),
                        self.compared(&all, rounds, Participant::SERDE, cost, false),
                        self.compared(&all, rounds, Participant::HAND, cost, true),
                        self.compared(&all, rounds, Participant::SERDE, cost, true),
                    ]
                });
                row(package, cells, 6)
            });
            let head = ["", "ms", "CPU ms", "× hand", "× serde", "net × hand", "net × serde"];
            text.push_str(&format!("{heading}\n\n{}\n", markdown(&head, &rows.collect::<Vec<_>>())));
        }
        text
    }

    /// The median, over the rounds, of the ratio of processor time to that of `other`: what else the machine
    /// does changes both. The net of it is without what an empty program takes.
    fn compared(
        &self,
        all: &[Rounds],
        rounds: &[Checked],
        other: Participant,
        cost: fn(&Checked) -> Cost,
        net: bool,
    ) -> String {
        let of = |participant| {
            let at = self.packages.iter().position(|package| package.participant == participant)?;
            all[at].as_ref().ok()
        };
        let (Some(other), Some(empty)) = (of(other), of(Participant::Empty)) else { return "-".to_owned() };
        let seconds = |checked: &Checked, empty: &Checked| {
            let nothing = if net { cost(empty).processor } else { Duration::ZERO };
            cost(checked).processor.saturating_sub(nothing).as_secs_f64()
        };
        let mut ratios: Vec<f64> = rounds
            .iter()
            .zip(other)
            .zip(empty)
            .map(|((checked, other), empty)| seconds(checked, empty) / seconds(other, empty))
            .collect();
        ratios.sort_by(f64::total_cmp);
        ratios.get(ratios.len() / 2).map_or("-".to_owned(), |median| ratio(*median))
    }

    fn instructions(&self) -> String {
        let counts: Vec<Result<Option<u64>, String>> = self
            .packages
            .iter()
            .map(|package| check::instructions(self.toolchain, package, self.shape))
            .collect();
        let of = |participant| self.of(&counts, participant).flatten();
        let empty = of(Participant::Empty).unwrap_or(0);
        let rows = self.packages.iter().zip(&counts).map(|(package, count)| {
            let cells = count.clone().map(|count| match count {
                None => vec!["not counted".to_owned(), "-".to_owned(), "-".to_owned(), "-".to_owned()],
                Some(count) => {
                    let net = |other| {
                        let other = of(other)?.checked_sub(empty)?;
                        Some(ratio(count.saturating_sub(empty) as f64 / other as f64))
                    };
                    let net = |other| net(other).unwrap_or("-".to_owned());
                    vec![
                        thousands(u128::from(count / 1_000_000)),
                        thousands(u128::from(count.saturating_sub(empty) / 1_000_000)),
                        net(Participant::HAND),
                        net(Participant::SERDE),
                    ]
                }
            });
            row(package, cells, 4)
        });
        let head = ["", "millions", "net", "net × hand", "net × serde"];
        let table = markdown(&head, &rows.collect::<Vec<_>>());
        format!("Instructions of rustc for the latter:\n\n{table}\n")
    }

    fn build(&self) -> String {
        let count = if self.plan.is_quick { 1 } else { 3 };
        let crates: Vec<Result<Crates, String>> =
            self.packages.iter().map(|package| size::crates(self.toolchain, package)).collect();
        let mut all: Vec<Result<Vec<Cost>, String>> = self.packages.iter().map(|_| Ok(Vec::new())).collect();
        for _ in 0..count {
            for (package, costs) in self.packages.iter().zip(&mut all) {
                let Ok(so_far) = costs else { continue };
                match size::clean_build(self.toolchain, package, self.shape) {
                    Ok(cost) => so_far.push(cost),
                    Err(reason) => *costs = Err(reason),
                }
            }
        }
        let of = |costs: &[Cost]| Cost {
            wall: median(costs.iter().map(|cost| cost.wall)),
            processor: median(costs.iter().map(|cost| cost.processor)),
        };
        let medians: Vec<Result<Cost, String>> =
            all.into_iter().map(|costs| costs.map(|costs| of(&costs))).collect();
        let rows = self.packages.iter().zip(&medians).zip(&crates).map(|((package, cost), crates)| {
            let cells = cost.clone().and_then(|cost| {
                let crates = crates.clone()?;
                let compared = |of: fn(Cost) -> Duration| match self.of(&medians, Participant::SERDE) {
                    Some(serde) => ratio(of(cost).as_secs_f64() / of(serde).as_secs_f64()),
                    None => "-".to_owned(),
                };
                Ok(vec![
                    format!("{:.1}", cost.wall.as_secs_f64()),
                    compared(|cost| cost.wall),
                    format!("{:.1}", cost.processor.as_secs_f64()),
                    compared(|cost| cost.processor),
                    crates.linked.to_string(),
                    crates.others.to_string(),
                ])
            });
            row(package, cells, 6)
        });
        let head = ["", "s", "× serde", "CPU s", "× serde", "crates linked", "crates for the compiler"];
        format!("A clean debug build:\n\n{}\n", markdown(&head, &rows.collect::<Vec<_>>()))
    }

    fn size(&self) -> String {
        let sizes: Vec<Result<Size, String>> =
            self.packages.iter().map(|package| size::size(self.toolchain, package, self.shape)).collect();
        let empty = self.of(&sizes, Participant::Empty).map_or(0, |size| size.program);
        let hand = self.of(&sizes, Participant::HAND);
        let rows = self.packages.iter().zip(&sizes).map(|(package, size)| {
            let cells = size.clone().map(|size| {
                let compared = |of: fn(&Size) -> u64, nothing| match &hand {
                    Some(hand) => ratio(
                        of(&size).saturating_sub(nothing) as f64 / of(hand).saturating_sub(nothing) as f64,
                    ),
                    None => "-".to_owned(),
                };
                vec![
                    thousands(size.expanded as u128),
                    compared(|size| size.expanded as u64, 0),
                    thousands(size.llvm as u128),
                    compared(|size| size.llvm as u64, 0),
                    thousands(u128::from(size.program.saturating_sub(empty) / 1024)),
                    compared(|size| size.program, empty),
                ]
            });
            row(package, cells, 6)
        });
        let head =
            ["", "expanded lines", "× hand", "LLVM lines", "× hand", "KiB over an empty main", "× hand"];
        let table = markdown(&head, &rows.collect::<Vec<_>>());
        format!("Sizes ({SERDE}):\n\n{table}\n")
    }

    /// What was measured of a participant, if it takes part and compiles.
    fn of<T: Clone>(&self, measured: &[Result<T, String>], participant: Participant) -> Option<T> {
        let at = self.packages.iter().position(|package| package.participant == participant)?;
        measured[at].as_ref().ok().cloned()
    }
}

/// What must be known to read its row.
const SERDE: &str = "serde's derive alone loads nothing, so the compiler makes no code of it";

/// A row of so many cells, or the reason why there are none.
fn row(package: &Package, cells: Result<Vec<String>, String>, count: usize) -> Vec<String> {
    let mut row = vec![package.participant.name().to_owned()];
    row.extend(cells.unwrap_or_else(|reason| {
        let mut cells = vec!["-".to_owned(); count];
        cells[0] = reason;
        cells
    }));
    row
}

fn milliseconds(duration: Duration) -> String {
    format!("{:.0}", duration.as_secs_f64() * 1e3)
}
