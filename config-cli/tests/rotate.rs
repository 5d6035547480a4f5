//! `confident rotate`, as it is run: step by step, and on from where it was killed.

#![cfg(all(feature = "age", feature = "fleet", unix))]
#![allow(clippy::unwrap_used)] // a test that cannot go on may stop

#[path = "../../config-stores/tests/common/postgres.rs"]
mod postgres;

use std::{
    fs,
    io::Write,
    path::Path,
    process::{Command, Output, Stdio},
    sync::atomic::{AtomicBool, AtomicU64, Ordering},
    thread,
    time::{Duration, Instant, SystemTime},
};

use confident::{Config, ExposeSecret, Live, Rotating, SecretString, Watch};
use confident_stores::{AgeEdit, AgeFile, Clock, Identity, Store, audit::Verification, fleet::Fleet};
use postgres::Postgres;
use serde_json::Value;
use tempfile::TempDir;

/// The payments service.
#[derive(Config)]
#[config(app = "payments")]
#[allow(dead_code)]
struct Settings {
    /// Signs sessions.
    #[config(live, rotate = "30d", overlap = "1h", len = 8..)]
    session_key: Rotating<SecretString>,
    /// The database.
    #[config(live, rotate = "90d")]
    database_url: Option<SecretString>,
    /// A token that is not rotated.
    #[config(live)]
    other_token: Option<SecretString>,
}

const FIRST: &str = "first-TOPSECRET";
const PLACE: &str = "payments/production/session_key";

struct Folder(TempDir);

/// A folder with the manifest of the program, a key file, and an age file with a first key.
fn folder(texts: &[(&str, &str)]) -> Folder {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    fs::write(path("payments.json"), confident_manifest::published(Settings::MANIFEST).unwrap()).unwrap();
    let key = Identity::generate();
    fs::write(path("key.txt"), key.expose_secret()).unwrap();
    fs::set_permissions(path("key.txt"), std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
    let mut edit =
        AgeEdit::create(path("secrets.production.age"), Identity::text(key).recipients().unwrap()).unwrap();
    for (place, text) in texts {
        edit.set(place, SecretString::from(*text)).unwrap();
    }
    edit.save().unwrap();
    Folder(folder)
}

impl Folder {
    fn path(&self) -> &Path {
        self.0.path()
    }

    fn identity(&self) -> Identity {
        Identity::file(self.path().join("key.txt"))
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_confident"));
        let of_program = ["--program", "payments.json", "--profile", "production", "--identity", "key.txt"];
        command.arg("rotate").args(of_program).args(arguments).current_dir(self.path());
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    fn rotate(&self, arguments: &[&str]) -> Output {
        self.command(arguments).stdin(Stdio::null()).output().unwrap()
    }

    /// The values at a place: the current one, and those that are kept.
    fn values(&self, place: &str) -> Vec<String> {
        let edit = AgeEdit::open(self.path().join("secrets.production.age"), &self.identity()).unwrap();
        let listed = edit.list().into_iter().find(|listed| listed.place == place).unwrap();
        let versions = std::iter::once(listed.current).chain(listed.previous);
        let texts = versions.map(|version| edit.reveal(place, Some(version.revision)).unwrap());
        texts.map(|text| text.expose_secret().to_owned()).collect()
    }

    /// What the commands of the steps said they were given, a line for each.
    fn said(&self) -> Vec<String> {
        let said = fs::read_to_string(self.path().join("said")).unwrap_or_default();
        said.lines().map(str::to_owned).collect()
    }
}

/// A command that writes down what it was given.
const SAYS: &str =
    "printf '%s %s %s ' $CONFIDENT_STEP $CONFIDENT_KEY $CONFIDENT_PROFILE >> said; cat >> said; echo >> said";

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

fn exits(output: &Output, code: i32) -> String {
    let shown = format!("{}\n{}", text(&output.stdout), text(&output.stderr));
    assert_eq!(output.status.code(), Some(code), "{shown}");
    shown
}

#[test]
fn a_value_is_replaced_step_by_step_and_never_shown() {
    let folder = folder(&[(PLACE, FIRST)]);
    let all = ["session_key", "--apply", SAYS, "--test", SAYS, "--revoke", SAYS, "--overlap", "0s"];
    let shown = exits(&folder.rotate(&[&all[..], &["--audit", "audit.jsonl"]].concat()), 0);
    let values = folder.values(PLACE);
    let [next] = &values[..] else { panic!("the one before is gone: {}", values.len()) };
    assert!(next.len() >= 43 && next != FIRST);
    let expected = [
        format!("apply session_key production {next}"),
        format!("test session_key production {next}"),
        format!("revoke session_key production {FIRST}"),
    ];
    assert_eq!(folder.said(), expected);
    assert!(shown.contains("in use, and the one before is gone"), "{shown}");
    let audit = fs::read_to_string(folder.path().join("audit.jsonl")).unwrap();
    for secret in [next.as_str(), FIRST] {
        assert!(!shown.contains(secret) && !audit.contains(secret), "no value is shown");
    }
    assert_eq!(audit.matches("\"rotation\"").count(), 7, "a record for every step: {audit}");
    assert!(Verification::unkeyed().of(folder.path().join("audit.jsonl")).unwrap().is_good());
}

#[test]
fn a_value_that_does_not_work_changes_nothing_and_the_next_run_goes_on() {
    let folder = folder(&[(PLACE, FIRST)]);
    let fails = exits(&folder.rotate(&["session_key", "--test", "cat > tried; exit 3", "--json"]), 1);
    let outcome: Value = serde_json::from_str(fails.trim()).unwrap();
    assert_eq!(outcome[0]["stopped_at"], "test");
    assert_eq!(outcome[0]["steps"], serde_json::json!(["begin", "apply"]));
    assert_eq!(folder.values(PLACE), [FIRST], "programs read what they read before");
    let tried = fs::read_to_string(folder.path().join("tried")).unwrap();
    assert!(!fails.contains(&tried));
    // What was made is not made again.
    let test = format!("test \"$(cat)\" = {tried}");
    exits(&folder.rotate(&["session_key", "--test", &test, "--overlap", "0s"]), 0);
    assert_eq!(folder.values(PLACE), [tried.as_str()]);

    // Or it is forgotten.
    exits(&folder.rotate(&["session_key", "--test", "false"]), 1);
    exits(&folder.rotate(&["session_key", "--abandon"]), 0);
    exits(&folder.rotate(&["session_key", "--test", "cat > again", "--overlap", "0s"]), 0);
    assert_ne!(fs::read_to_string(folder.path().join("again")).unwrap(), tried);
}

#[test]
fn without_a_fleet_the_one_before_is_good_for_the_overlap() {
    let folder = folder(&[(PLACE, FIRST)]);
    let shown = exits(&folder.rotate(&["session_key", "--revoke", SAYS]), 0);
    assert!(shown.contains("run this again then"), "{shown}");
    let values = folder.values(PLACE);
    assert_eq!((values.len(), values[1].as_str()), (2, FIRST));
    assert_eq!(folder.said().len(), 0, "nothing is revoked");
    // A program that starts now has both.
    let settings = Settings::loader()
        .profile("production")
        .source(
            AgeFile::at(folder.path().join("secrets.production.age").to_str().unwrap())
                .identity(folder.identity())
                .source(),
        )
        .load()
        .unwrap();
    let both: Vec<&str> = settings.session_key.iter().map(ExposeSecret::expose_secret).collect();
    assert_eq!(both, values);
    exits(&folder.rotate(&["session_key", "--revoke", SAYS]), 0);
    assert_eq!(folder.said().len(), 0, "it is still too early");
    exits(&folder.rotate(&["session_key", "--revoke", SAYS, "--overlap", "0s"]), 0);
    assert_eq!(folder.said(), [format!("revoke session_key production {FIRST}")]);
    assert_eq!(folder.values(PLACE), values[..1]);
}

#[test]
fn a_given_value_is_held_against_the_contract() {
    let folder = folder(&[(PLACE, FIRST)]);
    let give = |value: &str| {
        let mut child = folder.command(&["session_key", "--given", "--overlap", "0s"]).spawn().unwrap();
        child.stdin.take().unwrap().write_all(value.as_bytes()).unwrap();
        child.wait_with_output().unwrap()
    };
    let refused = exits(&give("short"), 1);
    assert!(!refused.contains("short\n") && folder.values(PLACE) == [FIRST], "{refused}");
    exits(&give("long enough"), 0);
    assert_eq!(folder.values(PLACE), ["long enough"]);
}

struct AMonthAgo;

impl Clock for AMonthAgo {
    fn now(&self) -> SystemTime {
        SystemTime::now() - Duration::from_secs(31 * 24 * 3600)
    }

    fn elapsed(&self) -> Duration {
        Duration::ZERO
    }

    fn sleep(&self, _: Duration) {}

    fn random(&self) -> f64 {
        0.0
    }
}

#[test]
fn what_is_due_is_rotated_and_a_dry_run_does_nothing() {
    let folder = folder(&[(PLACE, FIRST), ("payments/production/other_token", FIRST)]);
    assert!(exits(&folder.rotate(&["--due"]), 0).contains("nothing is due"));
    // Written a long time ago.
    let path = folder.path().join("secrets.production.age");
    let mut edit = AgeEdit::open(&path, &folder.identity()).unwrap().clock(AMonthAgo).overlap(Duration::ZERO);
    for place in [PLACE, "payments/production/other_token", "payments/production/database_url"] {
        edit.set(place, FIRST.into()).unwrap();
    }
    edit.save().unwrap();
    let before = fs::read(&path).unwrap();
    let shown = exits(&folder.rotate(&["--due", "--dry-run"]), 1);
    assert!(
        shown.contains(PLACE) && !shown.contains("other_token") && !shown.contains("database_url"),
        "{shown}"
    );
    assert_eq!(fs::read(&path).unwrap(), before);
    exits(&folder.rotate(&["--due", "--overlap", "0s"]), 0);
    assert_ne!(folder.values(PLACE), [FIRST]);
    assert_eq!(folder.values("payments/production/other_token"), [FIRST], "it has no period");
    assert_eq!(folder.values("payments/production/database_url"), [FIRST], "it is not over yet");
    assert!(exits(&folder.rotate(&["--due"]), 0).contains("nothing is due"));
    // One that stopped is due, however young it is.
    exits(&folder.rotate(&["session_key", "--test", "false"]), 1);
    exits(&folder.rotate(&["--due", "--overlap", "0s"]), 0);
}

#[test]
fn killed_at_every_step_it_goes_on_and_ends_with_one_value() {
    let folder = folder(&[(PLACE, FIRST)]);
    // The commands of the steps kill the tool that runs them, once each.
    let kills =
        |name: &str| format!("cat > {name}.value; test -e {name} || {{ touch {name}; kill -9 $PPID; }}");
    let commands = ["apply", "test", "revoke"].map(kills);
    let all = [
        "session_key",
        "--overlap",
        "0s",
        "--audit",
        "audit.jsonl",
        "--apply",
        &commands[0],
        "--test",
        &commands[1],
        "--revoke",
        &commands[2],
    ];
    let kills = (0..10).take_while(|_| !folder.rotate(&all).status.success()).count();
    assert_eq!(kills, 3, "it was killed in each of them");
    let read = |name: &str| fs::read_to_string(folder.path().join(name)).unwrap();
    assert_eq!(folder.values(PLACE), [read("apply.value")]);
    assert_eq!((read("test.value"), read("revoke.value")), (read("apply.value"), FIRST.to_owned()));
    assert!(Verification::unkeyed().of(folder.path().join("audit.jsonl")).unwrap().is_good());

    // And at any other moment: after each line that it prints, and between.
    let (mut last, mut killed) = (folder.values(PLACE).remove(0), 0);
    for round in 0..24u64 {
        loop {
            let mut child = folder
                .command(&["session_key", "--overlap", "0s", "--test", "cat > tested"])
                .spawn()
                .unwrap();
            drop(child.stdin.take());
            if round % 4 != 3 {
                thread::sleep(Duration::from_micros(500 + round * 1700));
                let _ = child.kill();
            }
            let output = child.wait_with_output().unwrap();
            // Whatever happened, a program reads a value that was tested, or the one from before.
            let values = folder.values(PLACE);
            let tested = fs::read_to_string(folder.path().join("tested")).unwrap_or_default();
            assert!(values[0] == last || values[0] == tested, "round {round}");
            if output.status.success() {
                assert_eq!(values, [tested.as_str()], "round {round}: the one before is gone");
                last = values[0].clone();
                break;
            }
            killed += 1;
            if killed % 3 == 0 {
                exits(&folder.rotate(&["session_key", "--overlap", "0s", "--test", "cat > tested"]), 0);
                last = folder.values(PLACE).remove(0);
                break;
            }
        }
    }
    assert!(killed > 5, "it was killed {killed} times");
}

/// A program that watches the age file, and says how it is.
fn instance(folder: &Folder, name: &str) -> Live<Settings> {
    slow_instance(folder, name, Duration::from_millis(20))
}

/// The same, which waits so long before it takes a change.
fn slow_instance(folder: &Folder, name: &str, debounce: Duration) -> Live<Settings> {
    let fleet = folder.path().join("fleet");
    fs::create_dir_all(&fleet).unwrap();
    let file = AgeFile::at(folder.path().join("secrets.production.age").to_str().unwrap())
        .identity(folder.identity());
    let watch = Watch::new()
        .poll(debounce * 5)
        .debounce(debounce)
        .publish_to(Fleet::directory(fleet).instance(name))
        .on_event(|_| {});
    Settings::loader().profile("production").source(file.source()).watch_with(watch).unwrap()
}

#[test]
fn nothing_is_revoked_before_every_instance_has_taken_it() {
    let folder = folder(&[(PLACE, FIRST)]);
    let first = instance(&folder, "web-1");
    let fleet = ["session_key", "--revoke", SAYS, "--fleet", "fleet", "--grace", "0s"];
    let shown = exits(&folder.rotate(&[&fleet[..], &["--patience", "60s"]].concat()), 0);
    assert_eq!(folder.said(), [format!("revoke session_key production {FIRST}")], "{shown}");
    let taken = first.refresh().unwrap().session_key.current().expose_secret().to_owned();
    assert_eq!(folder.values(PLACE), [taken.as_str()]);

    // One that does not hear keeps the value before valid. It watches, but its file is another one.
    let other = self::folder(&[(PLACE, FIRST)]);
    std::os::unix::fs::symlink(folder.path().join("fleet"), other.path().join("fleet")).unwrap();
    let deaf = instance(&other, "web-2");
    let until = Instant::now() + Duration::from_secs(30);
    while fs::read_dir(folder.path().join("fleet")).unwrap().count() < 2 && Instant::now() < until {
        thread::sleep(Duration::from_millis(20));
    }
    let shown = exits(&folder.rotate(&[&fleet[..], &["--patience", "1s"]].concat()), 1);
    assert!(shown.contains("1 of 2 have taken version") && shown.contains("web-2"), "{shown}");
    assert_eq!((folder.said().len(), folder.values(PLACE).len()), (1, 2), "nothing is revoked");
    drop(deaf);
    exits(&folder.rotate(&[&fleet[..], &["--patience", "60s"]].concat()), 0);
    assert_eq!((folder.said().len(), folder.values(PLACE).len()), (2, 1));
    drop(first);
}

const DATABASE: &str = "payments/production/database_url";

/// How often a password is replaced; a proof does it a hundred times.
#[allow(clippy::disallowed_methods)] // the switch of a proof, not configuration
fn rotations() -> usize {
    std::env::var("CONFIDENT_ROTATIONS").ok().and_then(|count| count.parse().ok()).unwrap_or(3)
}

/// Rotates under eight threads that log in all the time, and answers how often they did, and how often in vain.
fn under_load(
    name: &str,
    rotations: usize,
    grace: &str,
    tries_again: bool,
    is_blind: bool,
) -> Option<(u64, u64)> {
    let postgres = Postgres::start(name)?;
    postgres.administer("create role app_a login password 'first'; create role app_b login");
    let host = postgres.of_administrator()[0].1.clone();
    let address = format!("postgres://app_a:first@/postgres?host={host}");
    let folder = folder(&[(PLACE, FIRST), (DATABASE, &address)]);
    // A change that nobody waits for is taken a while after it counts, as in any fleet.
    let debounce = Duration::from_millis(if is_blind { 1000 } else { 20 });
    let settings = slow_instance(&folder, "web-1", debounce);
    let (is_over, logins, failed) = (AtomicBool::new(false), AtomicU64::new(0), AtomicU64::new(0));
    let log_in = |settings: &Settings| {
        let url = settings.database_url.as_ref().unwrap().expose_secret();
        let (_, rest) = url.split_once("://").unwrap();
        let (user, password) = rest.split_once('@').unwrap().0.split_once(':').unwrap();
        if postgres.runs(user, password, "select 1") { Ok(()) } else { Err(()) }
    };
    thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                while !is_over.load(Ordering::Relaxed) {
                    let outcome = if tries_again {
                        settings.attempt(|now| log_in(now), |()| true)
                    } else {
                        log_in(&settings.current())
                    };
                    logins.fetch_add(1, Ordering::Relaxed);
                    failed.fetch_add(u64::from(outcome.is_err()), Ordering::Relaxed);
                }
            });
        }
        for _ in 0..rotations {
            let roles = ["database_url", "--postgres", "app_a,app_b"];
            let waits = if is_blind {
                // Nobody is waited for, and the value before is good for no time.
                vec!["--overlap", "0s"]
            } else {
                vec!["--fleet", "fleet", "--patience", "120s", "--grace", grace]
            };
            let mut command = folder.command(&[&roles[..], &waits].concat());
            let output = command.envs(postgres.of_administrator()).stdin(Stdio::null()).output().unwrap();
            if !output.status.success() {
                is_over.store(true, Ordering::Relaxed);
            }
            exits(&output, 0);
        }
        is_over.store(true, Ordering::Relaxed);
    });
    let current = folder.values(DATABASE);
    assert_eq!(current.len(), 1);
    assert!(!postgres.runs("app_a", "first", "select 1"), "the first password is gone");
    Some((logins.into_inner(), failed.into_inner()))
}

#[test]
fn a_password_of_postgres_is_replaced_under_load_without_a_failed_login() {
    let Some((logins, failed)) = under_load("rotate", rotations(), "2s", false, false) else { return };
    println!("{} rotations, {logins} logins, {failed} failed", rotations());
    assert!(logins > 8);
    assert_eq!(failed, 0);
}

#[test]
fn without_an_overlap_logins_fail_which_the_test_above_would_see() {
    let Some((logins, failed)) = under_load("rotate-blind", 3, "0s", false, true) else { return };
    println!("without an overlap: {logins} logins, {failed} failed");
    assert!(failed > 0, "of {logins}");
}
