//! The audit trail: what was done to it shows, what a crash does to it is set right, and no value is in it.

#![allow(clippy::unwrap_used)] // a test that cannot go on may stop

use std::{
    fs,
    io::{self, BufRead, BufReader, Write},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::atomic::{AtomicU64, Ordering},
    thread,
    time::{Duration, Instant, SystemTime},
};

use confident_stores::audit::{
    Action, AuditFault, AuditKey, Bad, Entries, Entry, Event, Fault, Head, KeyError, OnFailure, Outcome,
    Trail, Verdict, Verification, VerifyError, Who,
};

mod crash;
mod sink;
mod tampering;

/// A new folder of the test.
fn folder(test: &str) -> PathBuf {
    static NUMBER: AtomicU64 = AtomicU64::new(0);
    let name = format!("{test}-{}", NUMBER.fetch_add(1, Ordering::Relaxed));
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("audit").join(name);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    folder
}

fn key() -> AuditKey {
    AuditKey::new(b"the key of the tests, 32 bytes or more").unwrap()
}

fn other_key() -> AuditKey {
    AuditKey::new(b"another key of the tests, 32 bytes or more").unwrap()
}

fn head_path(path: &Path) -> PathBuf {
    PathBuf::from(format!("{}.head", path.display()))
}

fn who() -> Who {
    Who::new("payments").version("1.4.0").instance("web-1").profile("production")
}

fn open(path: &Path) -> Trail {
    Trail::keyed(path, key()).unsynced().open(OnFailure::Closed).unwrap().by(who())
}

fn event<'a>(name: &'a str, version: &'a str) -> Event<'a> {
    Event::new(Action::Access, Outcome::Ok)
        .key(name)
        .store("vault")
        .path("secret/data/payments#database_url")
        .version(version)
        .duration(Duration::from_micros(1234))
        .value(b"postgres://ledger:hunter2@db/ledger")
}

/// A trail as it is in its files.
#[derive(Clone, Debug, PartialEq)]
struct Files {
    log: Vec<u8>,
    head: Option<String>,
}

impl Files {
    fn of(path: &Path) -> Self {
        Self { log: fs::read(path).unwrap(), head: fs::read_to_string(head_path(path)).ok() }
    }

    fn write(&self, path: &Path) {
        fs::write(path, &self.log).unwrap();
        match &self.head {
            Some(head) => fs::write(head_path(path), head).unwrap(),
            None => drop(fs::remove_file(head_path(path))),
        }
    }

    fn lines(&self) -> Vec<Vec<u8>> {
        self.log.split_inclusive(|byte| *byte == b'\n').map(<[u8]>::to_vec).collect()
    }

    fn with(&self, lines: &[Vec<u8>]) -> Self {
        Self { log: lines.concat(), head: self.head.clone() }
    }

    fn verify_with(&self, verification: &Verification) -> Result<Verdict, VerifyError> {
        verification.read(&self.log[..], self.head.as_deref())
    }

    fn verify(&self) -> Verdict {
        self.verify_with(&Verification::with(&key())).unwrap()
    }

    fn bad(&self) -> (Option<u64>, Fault) {
        let Bad { line, fault, .. } = self.verify().bad.expect("something is wrong");
        (line, fault)
    }
}

/// A trail of so many lines, the first of which says that it began.
fn written(test: &str, lines: usize) -> Files {
    let path = folder(test).join("audit.jsonl");
    let trail = open(&path);
    for number in 2..=lines {
        trail.record(&event("database_url", &number.to_string())).unwrap();
    }
    let files = Files::of(&path);
    assert_eq!(files.lines().len(), lines);
    let verdict = files.verify();
    assert!(verdict.is_good() && verdict.records == lines as u64, "{verdict:?}");
    files
}

#[test]
fn a_record_has_all_that_is_asked_for() {
    let path = folder("record").join("audit.jsonl");
    let time = SystemTime::UNIX_EPOCH + Duration::from_micros(1_795_082_523_000_456);
    let trail = Trail::keyed(&path, key()).clock(move || time).open(OnFailure::Closed).unwrap().by(who());
    let refused = Event::new(Action::Refusal, Outcome::Denied).key("queue.dsn").store("aws").path("a/b");
    trail.record_all(&[event("database_url", "7"), refused]).unwrap();
    let found: Vec<Entry> = Entries::new(&fs::read(&path).unwrap()[..])
        .map(|line| line.unwrap().entry.expect("it is a record"))
        .collect();
    let text = |entry: &Entry| {
        let Entry { time, action, app, version, instance, profile, key, store, path, .. } = entry;
        [time, action, app, version, instance, profile, key, store, path].map(ToString::to_string)
    };
    assert_eq!((found[0].sequence, &*found[0].action, &*found[0].chain), (1, "began", "hmac-sha256"));
    let program = ["payments", "1.4.0", "web-1", "production"];
    let expected = [
        &["2026-11-19T10:02:03.000456Z", "access"][..],
        &program,
        &["database_url", "vault", "secret/data/payments#database_url"],
    ];
    assert_eq!(text(&found[1])[..], expected.concat());
    assert_eq!((found[1].sequence, &*found[1].value_version, &*found[1].outcome), (2, "7", "ok"));
    assert_eq!(found[1].duration_us, Some(1234));
    let fingerprint = key().fingerprint("payments", "database_url", b"postgres://ledger:hunter2@db/ledger");
    assert_eq!(found[1].fingerprint, fingerprint.to_string());
    assert_eq!((&*found[2].action, &*found[2].outcome, &*found[2].fingerprint), ("refusal", "denied", ""));
    assert_eq!(found.iter().map(|entry| entry.more).collect::<Vec<_>>(), [2, 1, 0]);
    let verdict = Verification::with(&key()).of(&path).unwrap();
    assert_eq!((verdict.records, verdict.first.as_deref()), (3, Some("2026-11-19T10:02:03.000456Z")));
}

#[test]
fn fingerprints_tell_values_and_keys_apart() {
    let key = key();
    let of = |app: &str, name: &str, value: &[u8]| key.fingerprint(app, name, value).to_string();
    let fingerprint = of("payments", "pin", b"1234");
    assert_eq!(fingerprint.len(), 16);
    assert_eq!(fingerprint, of("payments", "pin", b"1234"));
    for other in
        [of("payments", "pin", b"1235"), of("payments", "pi", b"n1234"), of("paymentsp", "in", b"1234")]
    {
        assert_ne!(fingerprint, other);
    }
    assert_ne!(fingerprint, other_key().fingerprint("payments", "pin", b"1234").to_string());
}
