//! Validators that are not ours, from PyPI.

use std::{
    io::Write,
    process::{Command, Stdio},
};

/// What a script of python3 prints of an input; none where the package is not installed: then it says so loudly, and in CI
/// that is a failure. `what` names what is not validated then.
pub(crate) fn python(package: &str, script: &str, input: &str, what: &str) -> Option<String> {
    let import = format!("import {package}");
    let is_there = Command::new("python3").args(["-c", &import]).stderr(Stdio::null()).status();
    if !is_there.is_ok_and(|status| status.success()) {
        skipped(&format!("{what}, because python3 has no package {package}"));
        return None;
    }
    let mut child = Command::new("python3")
        .args(["-c", script])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("python3 starts");
    let mut to = child.stdin.take().expect("it is a pipe");
    to.write_all(input.as_bytes()).expect("the validator listens");
    drop(to);
    let output = child.wait_with_output().expect("the validator ends");
    assert!(output.status.success(), "the validator fails: {}", output.status);
    Some(String::from_utf8(output.stdout).expect("it prints text"))
}

/// Says loudly that something was not tested; in CI, that is a failure.
#[allow(clippy::disallowed_methods)] // the switch of CI, not configuration
pub(crate) fn skipped(what: &str) {
    let skipped = format!("SKIPPED: {what}");
    assert!(std::env::var("CI").as_deref() != Ok("true"), "{skipped}");
    // Past what the test runner keeps of tests that pass.
    writeln!(std::io::stderr(), "\n{skipped}\n").expect("there is somewhere to say it");
}
