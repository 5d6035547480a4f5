//! Commands as stores.
#![cfg(all(feature = "command", unix))]

mod common;

use std::{
    fs,
    time::{Duration, Instant},
};

use common::one;
use confident::{Config, ExposeSecret, SecretString};
use confident_stores::{Command, Fault, Retry, Store};

/// A program.
#[derive(Config)]
#[config(app = "shop")]
struct Shop {
    /// A secret.
    token: SecretString,
}

const SECRET: &str = "hunter2-TOPSECRET";

/// What a script gives for the token.
fn token(script: &str, with: impl FnOnce(Command) -> Command) -> Result<String, String> {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let file = folder.path().join("script");
    fs::write(&file, script).expect("it can be written");
    // Not the script itself: while another test starts a process, it may be open for writing there, and busy.
    let command = Command::new("sh", [&file.display().to_string(), "read", "{place}"]);
    let source = with(command).source().retry(Retry::never());
    let shop = Shop::loader().profile("production").source(source).load();
    shop.map(|shop| shop.token.expose_secret().to_owned()).map_err(|report| {
        let text = format!("{report}");
        assert!(!text.contains("TOPSECRET"), "{text}");
        text
    })
}

fn plain(command: Command) -> Command {
    command
}

#[test]
fn the_output_is_the_value_without_one_line_break() {
    assert_eq!(token("echo hunter2", plain).as_deref(), Ok("hunter2"));
    assert_eq!(token(r"printf 'hunter2\n\n'", plain).as_deref(), Ok("hunter2\n"));
    assert_eq!(token(r"printf 'hunter2\r\n'", plain).as_deref(), Ok("hunter2"));
    assert_eq!(token("printf hunter2", plain).as_deref(), Ok("hunter2"));
}

#[test]
fn arguments_come_as_they_are_and_no_shell_reads_them() {
    assert_eq!(token("echo \"$#: $1 $2\"", plain).as_deref(), Ok("2: read shop/production/token"));
    let report = Command::new("echo", ["$(id); `id` {place} > /tmp/x"]);
    let text = one(&report, "shop/production/token").expect("echo prints it");
    let shop = Shop::loader().profile("production").source(report.source()).load().expect("echo prints it");
    assert_eq!(shop.token.expose_secret(), "$(id); `id` shop/production/token > /tmp/x");
    assert!(!format!("{text:?}").contains("token"), "{text:?}");
}

#[test]
fn an_exit_code_is_told_and_nothing_that_was_printed() {
    let script = format!("echo {SECRET}; echo {SECRET} >&2; exit 3");
    says(
        &token(&script, plain),
        "the command sh refused the request: exit code 3, for shop/production/token",
    );
    says(&token("kill -9 $$", plain), "refused the request: a signal ended it");
    let missing = token("exit 7", |command| command.absent(7));
    says(&missing, "required, but no source has it");
}

/// The report has the sentence.
fn says(outcome: &Result<String, String>, sentence: &str) {
    let report = outcome.as_ref().expect_err("it does not load");
    assert!(report.contains(sentence), "{report}");
}

#[test]
fn one_that_takes_too_long_is_killed() {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let file = folder.path().join("pid");
    let script = format!("echo $$ > {}\nexec sleep 600", file.display());
    let start = Instant::now();
    let outcome = token(&script, |command| command.timeout(Duration::from_millis(500)));
    says(&outcome, "did not answer in time");
    assert!(start.elapsed() < Duration::from_secs(60));
    let pid = fs::read_to_string(&file).expect("it wrote its number");
    assert!(!std::path::Path::new(&format!("/proc/{}", pid.trim())).exists(), "it still runs");
    // One that closes its output and goes on is killed too.
    let script = format!("echo $$ > {}\nexec >&-\nexec sleep 600", file.display());
    says(&token(&script, |command| command.timeout(Duration::from_millis(500))), "did not answer in time");
}

#[test]
fn one_that_prints_without_end_is_killed() {
    says(&token("exec yes hunter2-TOPSECRET", plain), "gave an answer of more than 1 MiB");
}

#[test]
fn one_that_is_not_there_is_told() {
    for (program, what) in
        [("/nowhere/confident-test", "it is not installed"), ("/etc/passwd", "it may not be started")]
    {
        let failure =
            one(&Command::new(program, ["x"]), "shop/production/token").expect_err("it does not run");
        assert_eq!(failure.fault(), Fault::Refused);
        assert!(failure.to_string().ends_with(what), "{failure}");
    }
}

#[test]
fn what_it_prints_must_be_text() {
    says(&token(r"printf '\377\376'", plain), "it is not UTF-8");
}
