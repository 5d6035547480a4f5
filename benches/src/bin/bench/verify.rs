//! A contender that loads the wrong values is not measured.

use confident_benches::generate::{Contender, environment, expected};

use crate::{
    environment::{among, command},
    programs::Programs,
    progress,
};

/// Checks every contender with 10 and 100 keys.
pub(crate) fn run() -> Result<(), String> {
    let programs = Programs::here()?;
    let mut wrong = Vec::new();
    for contender in Contender::LOADERS {
        let checked = programs.build(contender, "").and_then(|()| {
            environment_is_right(&programs, contender, 10)?;
            environment_is_right(&programs, contender, 100)
        });
        match checked {
            Ok(()) => progress(&format!("{} loads the right values", contender.name())),
            Err(reason) => wrong.push(format!("{}: {reason}", contender.name())),
        }
    }
    if wrong.is_empty() { Ok(()) } else { Err(wrong.join("\n")) }
}

/// Whether a load from the environment gives what it should.
pub(crate) fn environment_is_right(
    programs: &Programs,
    contender: Contender,
    keys: usize,
) -> Result<(), String> {
    let environment = among(&environment(contender, keys), 50);
    let mut command = command(&environment, &programs.of("load", contender));
    command.args(["shown", &keys.to_string()]);
    compare(command, keys)
}

/// Whether a load from a file does.
pub(crate) fn file_is_right(
    programs: &Programs,
    contender: Contender,
    keys: usize,
    (syntax, path): (&str, &str),
) -> Result<(), String> {
    let mut command = command(&[], &programs.of("load", contender));
    command.args(["shown", &keys.to_string(), syntax, path]);
    compare(command, keys)
}

fn compare(mut command: std::process::Command, keys: usize) -> Result<(), String> {
    let output = command.output().map_err(|error| format!("cannot be started: {error}"))?;
    let shown = String::from_utf8_lossy(&output.stdout);
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        let reason = said.lines().find(|line| !line.trim().is_empty() && !line.starts_with("thread '"));
        return Err(format!("{}: {}", output.status, reason.unwrap_or("nothing said")));
    }
    let expected = expected(keys);
    let shown: Vec<&str> = shown.lines().collect();
    match expected.iter().zip(&shown).position(|(expected, shown)| expected != shown) {
        Some(at) => Err(format!("key {at} is {} in place of {}", shown[at], expected[at])),
        None if shown.len() == expected.len() => Ok(()),
        None => Err(format!("{} values in place of {}", shown.len(), expected.len())),
    }
}
