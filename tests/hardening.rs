//! What a hardened process, and one that it starts, keep from others. Each test has its control: the same without it.

#![cfg(target_os = "linux")]

mod common;

use std::{
    collections::BTreeMap,
    fs,
    io::{BufRead, BufReader, Read},
    os::unix::{
        fs::{FileExt, PermissionsExt},
        process::{CommandExt, ExitStatusExt},
    },
    path::{Path, PathBuf},
    process::{Command, ExitStatus, Stdio},
};

use common::Folder;
use confident::{Config, SecretString, hardening};

/// What a child has in its environment.
const SECRET: &str = "not a secret of anyone, but of this test";

/// Tells a process that runs one test of this program again what it is to do there.
const ROLE: &str = "CONFIDENT_HARDENING_ROLE";

/// Who has no rights: the tests may run as root, who may read everything.
const NOBODY: u32 = 65534;

#[allow(clippy::disallowed_methods)] // a variable of the test, not of a program
fn role() -> Option<String> {
    std::env::var(ROLE).ok()
}

/// This program, where everybody may run it.
struct Program {
    folder: Folder,
    program: PathBuf,
}

impl Program {
    fn new() -> Self {
        let folder = Folder::new();
        let program = folder.path("program");
        fs::copy(std::env::current_exe().expect("it is known"), &program).expect("it can be copied");
        for (path, mode) in [(&folder.0, 0o777), (&program, 0o755)] {
            fs::set_permissions(path, fs::Permissions::from_mode(mode)).expect("they are ours");
        }
        Self { folder, program }
    }

    /// The same test in a role, as somebody without rights.
    fn run(&self, test: &str, role: &str) -> Command {
        let mut command = Command::new("sh");
        // There may be a limit already.
        command.args(["-c", "ulimit -c unlimited 2> /dev/null; exec \"$0\" \"$@\""]);
        command.arg(&self.program).args([test, "--exact", "--nocapture"]).env(ROLE, role);
        command.current_dir(&self.folder.0).stderr(Stdio::piped());
        if is_root() {
            command.uid(NOBODY).gid(NOBODY);
        }
        command
    }
}

fn is_root() -> bool {
    let status = fs::read_to_string("/proc/self/status").expect("Linux has it");
    status.lines().any(|line| line.starts_with("Uid:") && line.split_whitespace().nth(2) == Some("0"))
}

/// Runs the command, and fails with what it says where it does.
fn succeed(command: &mut Command) -> String {
    let output = command.stdout(Stdio::piped()).output().expect("it starts");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}\n{}", String::from_utf8_lossy(&output.stdout));
    said.into_owned()
}

/// What another process of the same user can read of one that it has started.
#[derive(Debug, PartialEq)]
struct Readable {
    environment: bool,
    memory: bool,
}

#[test]
fn a_hardened_process_is_closed_to_others_of_the_same_user() {
    const TEST: &str = "a_hardened_process_is_closed_to_others_of_the_same_user";
    match role().as_deref() {
        None => {
            succeed(&mut Program::new().run(TEST, "reader"));
        }
        // A parent may read its child even where others may not.
        Some("reader") => {
            assert!(!is_root());
            assert_eq!(readable("open", TEST), Readable { environment: true, memory: true });
            assert_eq!(readable("hard", TEST), Readable { environment: false, memory: false });
        }
        Some(role) => {
            if role == "hard" {
                let hardened = hardening::process().expect("nothing confines the tests");
                assert!(hardened.is_closed && hardened.writes_no_core);
            }
            eprintln!("ready");
            let _ = std::io::stdin().read(&mut [0]);
        }
    }
}

/// What can be read of a child in this role.
fn readable(role: &str, test: &str) -> Readable {
    let mut child = Command::new(std::env::current_exe().expect("it is known"))
        .args([test, "--exact", "--nocapture"])
        .env(ROLE, role)
        .env("SECRET", SECRET)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .expect("it starts");
    let said = BufReader::new(child.stderr.take().expect("it is piped"));
    assert!(said.lines().any(|line| line.expect("a line") == "ready"));
    let own = |name: &str| PathBuf::from(format!("/proc/{}/{name}", child.id()));
    let environment = fs::read(own("environ"));
    let environment =
        environment.is_ok_and(|bytes| bytes.windows(SECRET.len()).any(|part| part == SECRET.as_bytes()));
    let readable = Readable { environment, memory: reads_memory(&own("maps"), &own("mem")) };
    drop(child.stdin.take());
    assert!(child.wait().expect("it ends").success());
    readable
}

/// Whether the first bytes of the first map can be read.
fn reads_memory(maps: &Path, memory: &Path) -> bool {
    let Ok(maps) = fs::read_to_string(maps) else { return false };
    let Ok(memory) = fs::File::open(memory) else { return false };
    let start = maps.split('-').next().and_then(|start| u64::from_str_radix(start, 16).ok());
    start.is_some_and(|start| memory.read_exact_at(&mut [0; 4], start).is_ok())
}

#[test]
fn a_hardened_process_that_aborts_writes_no_core() {
    const TEST: &str = "a_hardened_process_that_aborts_writes_no_core";
    match role().as_deref() {
        None => {
            let program = Program::new();
            let end = |role: &str| -> ExitStatus {
                program.run(TEST, role).stdout(Stdio::null()).status().expect("it starts")
            };
            let (open, hard) = (end("open"), end("hard"));
            assert_eq!((open.signal(), hard.signal()), (Some(6), Some(6)), "both abort");
            assert!(!hard.core_dumped());
            if !open.core_dumped() {
                eprintln!("no control: this machine writes no core file for anyone");
            }
            let cores = || fs::read_dir(&program.folder.0).expect("it is there").count() - 1;
            assert!(cores() <= usize::from(open.core_dumped()), "a core file of the hardened process");
        }
        Some(role) => {
            if role == "hard" {
                hardening::process().expect("nothing confines the tests");
            }
            std::process::abort();
        }
    }
}

/// Secrets by every kind of name, and keys that are none next to them.
#[derive(Config)]
#[config(app = "payments")]
#[allow(dead_code)]
struct Settings {
    /// A secret.
    #[config(alias = "OLD_TOKEN")]
    token: SecretString,
    /// A list of secrets.
    tokens: Vec<SecretString>,
    /// Not a secret.
    name: String,
    /// A list that is not secret.
    hosts: Vec<String>,
    /// A list of groups.
    #[config(nested)]
    peers: Vec<Peer>,
    /// A map of groups.
    #[config(nested)]
    regions: BTreeMap<String, Peer>,
    /// A map without secrets.
    #[config(nested)]
    places: BTreeMap<String, Place>,
    /// A third-party struct.
    #[config(foreign)]
    broker: Broker,
}

/// One of several.
#[derive(Config)]
#[allow(dead_code)]
struct Peer {
    /// Its name.
    name: String,
    /// How to log in.
    token: Option<SecretString>,
    /// What else it accepts.
    old_tokens: Vec<SecretString>,
    /// What it has inside.
    #[config(nested)]
    inner: Vec<Inner>,
}

/// A group in a group.
#[derive(Config)]
#[allow(dead_code)]
struct Inner {
    /// Where.
    host: String,
    /// A secret.
    password: SecretString,
}

/// A group without secrets.
#[derive(Config)]
#[allow(dead_code)]
struct Place {
    /// Where.
    host: String,
}

/// What a third party reads.
#[derive(Debug, serde::Deserialize)]
#[allow(dead_code)]
struct Broker {
    password: String,
}

const SECRETS: [&str; 13] = [
    "PAYMENTS_TOKEN",
    "PAYMENTS_TOKEN_FILE",
    "OLD_TOKEN",
    "PAYMENTS_TOKENS",
    "PAYMENTS_TOKENS_0",
    "PAYMENTS_PEERS_0_TOKEN",
    "PAYMENTS_PEERS_1_TOKEN_FILE",
    "PAYMENTS_PEERS_0_OLD_TOKENS_3",
    "PAYMENTS_PEERS_0_INNER_2_PASSWORD",
    "PAYMENTS_PEERS_0_TOKN",
    "PAYMENTS_REGIONS_EU_TOKEN",
    "PAYMENTS_REGIONS_EU_INNER_0_PASSWORD",
    "PAYMENTS_BROKER_PASSWORD",
];

const OTHERS: [&str; 9] = [
    "PAYMENTS_NAME",
    "PAYMENTS_HOSTS",
    "PAYMENTS_HOSTS_0",
    "PAYMENTS_PEERS_0_NAME",
    "PAYMENTS_PEERS_0_INNER_0_HOST",
    "PAYMENTS_REGIONS_EU_NAME",
    "PAYMENTS_PLACES_HERE_HOST",
    "PAYMENTS_PROFILE",
    "OTHER_TOKEN",
];

#[test]
fn a_process_that_is_started_without_secrets_has_none() {
    const TEST: &str = "a_process_that_is_started_without_secrets_has_none";
    if role().is_none() {
        let mut command = Command::new(std::env::current_exe().expect("it is known"));
        command.args([TEST, "--exact", "--nocapture"]).env(ROLE, "parent").stderr(Stdio::piped());
        let variables = SECRETS.iter().chain(&OTHERS).map(|name| (name, format!("value of {name}")));
        succeed(command.envs(variables));
        return;
    }
    let has = |command: &mut Command, name: &&str| {
        let said = String::from_utf8(command.output().expect("it starts").stdout).expect("it is text");
        said.lines().any(|line| line == format!("{name}=value of {name}"))
    };
    for name in SECRETS {
        assert!(has(&mut Command::new("env"), &name), "the control has {name}");
        assert!(
            !has(hardening::without_secrets(&mut Command::new("env"), Settings::MANIFEST), &name),
            "{name}"
        );
    }
    for name in OTHERS {
        assert!(
            has(hardening::without_secrets(&mut Command::new("env"), Settings::MANIFEST), &name),
            "{name}"
        );
    }
    let mut command = Command::new("env");
    hardening::without_secrets(&mut command, Settings::MANIFEST)
        .env("PAYMENTS_TOKEN", "value of PAYMENTS_TOKEN");
    assert!(has(&mut command, &"PAYMENTS_TOKEN"), "what the command sets after that counts");
}
