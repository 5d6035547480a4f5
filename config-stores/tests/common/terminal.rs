//! A terminal on which a test types: by the command `script`.

use std::{
    io::{Read, Write},
    path::Path,
    process::{Command, Stdio},
    thread,
    time::Duration,
};

/// Runs a line of the shell on a terminal, types a line at each prompt, and answers with what the terminal showed and how
/// it ended; `None`, and a loud line, where there is no such command. In CI that is a failure.
#[allow(clippy::disallowed_methods)] // the switch of a test, not configuration
pub(crate) fn typed(folder: &Path, line: &str, lines: &[&str]) -> Option<(String, Option<i32>)> {
    let mut script = Command::new("script");
    script.args(["--quiet", "--return", "--command", line, "/dev/null"]).current_dir(folder);
    let spawned = script.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn();
    let Ok(mut child) = spawned else {
        assert!(std::env::var_os("CI").is_none_or(|ci| ci != "true"), "script is not installed");
        eprintln!("SKIPPED: a test needs the command script, which is not installed");
        return None;
    };
    let mut input = child.stdin.take().expect("it is piped");
    let mut output = child.stdout.take().expect("it is piped");
    let mut shown = String::new();
    let mut byte = [0];
    for line in lines {
        // What is typed before the prompt would be shown.
        while !shown.ends_with(": ") && output.read(&mut byte).expect("it can be read") == 1 {
            shown.push(char::from(byte[0]));
        }
        shown.push('\n');
        thread::sleep(Duration::from_millis(100));
        writeln!(input, "{line}").expect("it listens");
    }
    // A program that closes the terminal when its input ends may not have read the last line yet.
    let _ = output.read_to_string(&mut shown);
    drop(input);
    Some((shown, child.wait().expect("it ends").code()))
}
