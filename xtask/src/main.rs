//! The chores of the repository.
//!
//! `cargo xtask test` is all that a change must pass. `cargo xtask prove` is the slow proof: it
//! runs the `unsafe` code under Miri, tries the threads of a model in many orders, fuzzes every grammar, each for some
//! seconds, swaps a volume under settings that are read, replaces a password under load, and holds stores against servers
//! that take long to build. `cargo xtask bench` compares with code written by hand and with the peers.

mod budget;
mod needs;
mod prove;

use std::{
    process::{Command, ExitCode},
    time::Instant,
};

const USAGE: &str = "\
usage: cargo xtask <command>

  test             formatting, lints, all tests, documentation, dependency budget; installs what the tests need
                   besides Rust (Chromium, age, etcd, PostgreSQL, promtool, three packages of PyPI) where that is Debian
  prove [SECONDS]  the `unsafe` code under Miri, every fuzz target for so many seconds, 60 unless said, a model of
                   snapshots, half a minute of reading settings in a volume that is swapped every millisecond, a
                   hundred rotations of a password under load, and the store of Vault against rusty_vault, which is built for ten minutes
  bench [NAME] [--quick]
                   runs the benches, or one: load, process, files, docs, live, compile; writes the tables into
                   BENCHMARKS.md, but not with --quick, which makes do with few rounds; `compile` takes
                   about an hour, and is not among those that run without a name
";

/// The generator, the runner, the contender that is this project and the yardstick. The peers compile when
/// they are measured.
const LINTS_OF_BENCHES: [&str; 14] = [
    "clippy",
    "--package",
    "confident-benches",
    "--package",
    "contender-confident",
    "--package",
    "contender-hand",
    "--package",
    "limit-environ",
    "--all-targets",
    "--quiet",
    "--",
    "-D",
    "warnings",
];

/// The benches compile all peers, which costs minutes: no step of `test` touches them but their own.
const WITHOUT_BENCHES: [&str; 7] = [
    "--workspace",
    "--exclude",
    "confident-benches",
    "--exclude",
    "contender-*",
    "--exclude",
    "limit-environ",
];

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let outcome = match arguments.as_slice() {
        ["test"] => test(),
        ["prove"] => prove(60),
        ["prove", seconds] => match seconds.parse() {
            Ok(seconds) => prove(seconds),
            Err(_) => Err(USAGE.to_owned()),
        },
        ["bench", "compile", rest @ ..] => bench("compile", rest),
        ["bench", rest @ ..] => bench("bench", rest),
        _ => Err(USAGE.to_owned()),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("{message}");
            ExitCode::FAILURE
        }
    }
}

/// The slow proof; one that fails does not keep the others from running.
fn prove(seconds: u32) -> Result<(), String> {
    let (interpreted, modelled, swapped) = (prove::interpret(), prove::model(), prove::swap_volumes());
    let (rotated, fuzzed, met) = (prove::rotate(), prove::fuzz(seconds), prove::meet_rusty_vault());
    interpreted.and(modelled).and(swapped).and(rotated).and(fuzzed).and(met)
}

/// All that a change must pass, the quick steps first.
fn test() -> Result<(), String> {
    let start = Instant::now();
    let mut failed = Vec::new();
    let mut step = |name: &'static str, outcome: Result<(), String>| {
        if let Err(message) = outcome {
            eprintln!("{message}");
            failed.push(name);
        }
    };
    step("formatting", cargo("formatting", &["fmt", "--all", "--check"], &[]));
    step(
        "lints",
        cargo(
            "lints",
            &[
                &["clippy"],
                &WITHOUT_BENCHES[..],
                &["--all-targets", "--all-features", "--", "-D", "warnings"],
            ]
            .concat(),
            &[],
        ),
    );
    step(
        "lints without features",
        cargo(
            "lints without features",
            &[&["clippy"], &WITHOUT_BENCHES[..], &["--no-default-features", "--", "-D", "warnings"]].concat(),
            &[],
        ),
    );
    needs::install();
    step(
        "tests",
        cargo(
            "tests",
            &[&["test", "--no-fail-fast"], &WITHOUT_BENCHES[..], &["--all-features"]].concat(),
            &[],
        ),
    );
    step(
        "messages of the compiler without features",
        cargo(
            "messages of the compiler without features",
            &["test", "--package", "confident", "--test", "ui"],
            &[],
        ),
    );
    step(
        "documentation",
        cargo(
            "documentation",
            &[&["doc"], &WITHOUT_BENCHES[..], &["--all-features", "--no-deps"]].concat(),
            &[("RUSTDOCFLAGS", "-D warnings")],
        ),
    );
    step("dependency budget", budget::check());
    step("lints of the benches", cargo("lints of the benches", &LINTS_OF_BENCHES, &[]));
    step(
        "tests of the benches",
        cargo("tests of the benches", &["test", "--package", "confident-benches"], &[]),
    );
    let seconds = start.elapsed().as_secs();
    if failed.is_empty() {
        println!("\nall steps passed in {seconds} s");
        Ok(())
    } else {
        Err(format!("\nfailed after {seconds} s: {}", failed.join(", ")))
    }
}

/// Builds the benches and runs them, in release.
fn bench(program: &str, arguments: &[&str]) -> Result<(), String> {
    let package = ["--quiet", "--release", "--package", "confident-benches"];
    cargo("benches", &[&["build"], &package[..], &["--bins"]].concat(), &[])?;
    cargo("benches", &[&["run"], &package[..], &["--bin", program, "--"], arguments].concat(), &[])
}

/// Whether nobody looks, so that what is skipped fails.
#[allow(clippy::disallowed_methods)] // the switch of a chore, not configuration
fn is_ci() -> bool {
    std::env::var_os("CI").is_some_and(|value| value == "true")
}

/// Runs cargo, with its output on the terminal.
fn cargo(name: &str, arguments: &[&str], environment: &[(&str, &str)]) -> Result<(), String> {
    println!("\n== {name}: cargo {}", arguments.join(" "));
    let mut command = Command::new("cargo");
    command.args(arguments).envs(environment.iter().copied());
    if is_ci() {
        // What the next build would be quicker by, which never comes: gigabytes of disk.
        command.env("CARGO_INCREMENTAL", "0");
    }
    let start = Instant::now();
    let status = command.status();
    println!("\n== {name}: {} s", start.elapsed().as_secs());
    match status {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(format!("{name}: cargo ended with {status}")),
        Err(error) => Err(format!("{name}: cargo could not be started: {error}")),
    }
}
