//! The chores of the repository.
//!
//! `cargo xtask test` is all that a change must pass. `cargo xtask prove` is the slow proof: it
//! fuzzes every grammar, each for some seconds.

mod budget;
mod prove;

use std::{
    process::{Command, ExitCode},
    time::Instant,
};

const USAGE: &str = "\
usage: cargo xtask <command>

  test             formatting, lints, all tests, documentation, dependency budget
  prove [SECONDS]  fuzzes every target for so many seconds, 60 unless said
";

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let outcome = match (arguments.next().as_deref(), arguments.next()) {
        (Some("test"), None) => test(),
        (Some("prove"), seconds) => match seconds.as_deref().unwrap_or("60").parse() {
            Ok(seconds) => prove::fuzz(seconds),
            Err(_) => Err(USAGE.to_owned()),
        },
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
            &["clippy", "--workspace", "--all-targets", "--all-features", "--", "-D", "warnings"],
            &[],
        ),
    );
    step(
        "lints without features",
        cargo(
            "lints without features",
            &["clippy", "--workspace", "--no-default-features", "--", "-D", "warnings"],
            &[],
        ),
    );
    step("tests", cargo("tests", &["test", "--workspace", "--all-features"], &[]));
    step(
        "documentation",
        cargo(
            "documentation",
            &["doc", "--workspace", "--all-features", "--no-deps"],
            &[("RUSTDOCFLAGS", "-D warnings")],
        ),
    );
    step("dependency budget", budget::check());
    let seconds = start.elapsed().as_secs();
    if failed.is_empty() {
        println!("\nall steps passed in {seconds} s");
        Ok(())
    } else {
        Err(format!("\nfailed after {seconds} s: {}", failed.join(", ")))
    }
}

/// Runs cargo, with its output on the terminal.
fn cargo(name: &str, arguments: &[&str], environment: &[(&str, &str)]) -> Result<(), String> {
    println!("\n== {name}: cargo {}", arguments.join(" "));
    let status = Command::new("cargo").args(arguments).envs(environment.iter().copied()).status();
    match status {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(format!("{name}: cargo ended with {status}")),
        Err(error) => Err(format!("{name}: cargo could not be started: {error}")),
    }
}
