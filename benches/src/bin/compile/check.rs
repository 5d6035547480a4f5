//! `cargo check` after an edit.

use std::{fs, os::unix::fs::PermissionsExt, path::PathBuf, time::Duration};

use crate::{
    package::{Package, Shape},
    progress,
    run::{Cost, Toolchain},
};

/// What it takes to check a program again after an edit.
#[derive(Clone, Copy)]
pub(crate) struct Checked {
    /// As a developer has it, incrementally.
    pub(crate) again: Cost,
    /// All of the program, but none of its dependencies.
    pub(crate) anew: Cost,
}

/// The check of one program in each round.
pub(crate) type Rounds = Result<Vec<Checked>, String>;

/// Lets the packages take turns.
pub(crate) fn rounds(toolchain: &Toolchain, packages: &[Package], shape: Shape, count: usize) -> Vec<Rounds> {
    let mut all: Vec<Rounds> = packages.iter().map(|package| prepare(toolchain, package, shape)).collect();
    for round in 0..count {
        progress(&format!("{}: check, round {} of {count}", shape.name(), round + 1));
        for turn in 0..packages.len() {
            // Another one begins each time, so that none always follows the same.
            let at = (turn + round) % packages.len();
            if let Ok(rounds) = &mut all[at] {
                match check(toolchain, &packages[at], shape, round) {
                    Ok(checked) => rounds.push(checked),
                    Err(reason) => all[at] = Err(reason),
                }
            }
        }
    }
    all
}

const AGAIN: [&str; 2] = ["check", "--bin"];
const ANEW: [&str; 4] = ["check", "--profile", "once", "--bin"];

/// Builds the dependencies, and checks once.
fn prepare(toolchain: &Toolchain, package: &Package, shape: Shape) -> Rounds {
    progress(&format!("{}: the dependencies of {}", shape.name(), package.participant.name()));
    edit(package, shape, 0)?;
    toolchain.cargo(package, &[&AGAIN[..], &[shape.name()]].concat(), None)?;
    toolchain.cargo(package, &[&ANEW[..], &[shape.name()]].concat(), None)?;
    Ok(Vec::new())
}

fn check(toolchain: &Toolchain, package: &Package, shape: Shape, round: usize) -> Result<Checked, String> {
    edit(package, shape, round + 1)?;
    let (again, _) = toolchain.cargo(package, &[&AGAIN[..], &[shape.name()]].concat(), None)?;
    let (anew, _) = toolchain.cargo(package, &[&ANEW[..], &[shape.name()]].concat(), None)?;
    Ok(Checked { again, anew })
}

fn edit(package: &Package, shape: Shape, number: usize) -> Result<(), String> {
    package.edit(shape, number).map_err(|error| format!("{}: {error}", package.folder.display()))
}

/// How many instructions rustc takes to check the program anew. `None` where there is no valgrind.
pub(crate) fn instructions(
    toolchain: &Toolchain,
    package: &Package,
    shape: Shape,
) -> Result<Option<u64>, String> {
    progress(&format!("{}: instructions of {}", shape.name(), package.participant.name()));
    let log = package.folder.join("valgrind.txt");
    let valgrind = format!(
        "exec valgrind --tool=cachegrind --cache-sim=no --cachegrind-out-file=/dev/null --log-file={log:?} \"$@\""
    );
    let wrapper = script(package, "count", shape, &valgrind)?;
    // Nothing has changed since the last count, unless somebody works on this project meanwhile.
    edit(package, shape, 1)?;
    edit(package, shape, 0)?;
    toolchain.cargo(package, &[&ANEW[..], &[shape.name()]].concat(), Some(&wrapper))?;
    let text = fs::read_to_string(&log).unwrap_or_default();
    let count = text.lines().rev().find_map(|line| line.split_once("refs:"));
    Ok(count.and_then(|(_, number)| number.trim().replace(',', "").parse().ok()))
}

/// A script of that name, which runs `line` where the compiler is to compile the program. Cargo also asks
/// the compiler about itself, and wants the answers that it knows.
pub(crate) fn script(package: &Package, name: &str, shape: Shape, line: &str) -> Result<PathBuf, String> {
    let path = package.folder.join(name).with_extension("sh");
    let program = shape.name();
    let text =
        format!("#!/bin/sh\ncase \" $* \" in *\" --crate-name {program} \"*) {line};; esac\nexec \"$@\"\n");
    let written =
        fs::write(&path, text).and_then(|()| fs::set_permissions(&path, fs::Permissions::from_mode(0o755)));
    written.map_err(|error| format!("{}: {error}", path.display()))?;
    Ok(path)
}

/// The median of some durations.
pub(crate) fn median(durations: impl Iterator<Item = Duration>) -> Duration {
    let mut durations: Vec<Duration> = durations.collect();
    durations.sort();
    durations.get(durations.len() / 2).copied().unwrap_or_default()
}
