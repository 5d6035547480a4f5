//! Where a trail is written to, what is never in it, and what happens when it cannot be.

use super::*;

/// A trail that cannot be written.
fn nowhere(on_failure: OnFailure) -> (PathBuf, Trail) {
    let folder = folder("nowhere");
    let path = folder.join("audit.jsonl");
    let trail = Trail::keyed(&path, key()).unsynced().open(on_failure).unwrap().by(who());
    trail.record(&event("database_url", "1")).unwrap();
    fs::rename(&folder, folder.with_extension("away")).unwrap();
    (folder, trail)
}

#[test]
fn a_sink_that_fails_closed_fails_the_caller() {
    let (folder, trail) = nowhere(OnFailure::Closed);
    for missed in 1..3 {
        let error = trail.record(&event("database_url", "2")).expect_err("the folder is gone");
        assert!(error.to_string().contains("audit.jsonl"), "{error}");
        assert!(!error.to_string().contains("hunter2"));
        assert_eq!(trail.missed(), missed);
    }
    assert!(!folder.exists(), "nothing is begun anew");
    fs::rename(folder.with_extension("away"), &folder).unwrap();
    trail.record(&event("database_url", "3")).unwrap();
    let verdict = Files::of(&folder.join("audit.jsonl")).verify();
    assert!(verdict.is_good(), "{verdict:?}");
    assert_eq!((verdict.records, verdict.missed), (4, 2));
}

#[test]
fn a_sink_that_fails_open_is_gone_on_without_and_told() {
    let (folder, trail) = nowhere(OnFailure::Open);
    for _ in 0..3 {
        trail.record_all(&[event("database_url", "2"), event("queue_url", "1")]).unwrap();
    }
    assert_eq!(trail.missed(), 6);
    fs::rename(folder.with_extension("away"), &folder).unwrap();
    trail.record(&event("database_url", "3")).unwrap();
    let files = Files::of(&folder.join("audit.jsonl"));
    let verdict = files.verify();
    assert!(verdict.is_good(), "{verdict:?}");
    assert_eq!((verdict.records, verdict.missed), (4, 6));
    let entries: Vec<_> = Entries::new(&files.log[..]).map(|line| line.unwrap().entry.unwrap()).collect();
    assert_eq!((&*entries[2].action, entries[2].missed), ("recovered", 6));
    assert_eq!((&*entries[3].action, entries[3].missed), ("access", 0));
    assert_eq!(trail.missed(), 6);
}

#[test]
fn a_trail_that_cannot_be_opened_fails_as_was_chosen() {
    let folder = folder("unopened");
    fs::create_dir(folder.join("folder")).unwrap();
    fs::write(folder.join("file"), "").unwrap();
    let mut paths =
        vec![folder.join("no/audit.jsonl"), folder.join("folder"), folder.join("file/audit.jsonl")];
    if cfg!(target_os = "linux") {
        paths.push("/dev/full".into());
        paths.push("/dev/null".into());
    }
    for path in paths {
        let error = Trail::keyed(&path, key()).open(OnFailure::Closed).expect_err("it cannot be written");
        assert!(error.to_string().starts_with("the audit trail "), "{error}");
        let trail = Trail::keyed(&path, key()).open(OnFailure::Open).unwrap();
        trail.record(&event("database_url", "1")).unwrap();
        assert_eq!(trail.missed(), 1);
    }
    // The control.
    let path = folder.join("audit.jsonl");
    let trail = Trail::keyed(&path, key()).open(OnFailure::Open).unwrap();
    trail.record(&event("database_url", "1")).unwrap();
    assert_eq!((trail.missed(), Files::of(&path).verify().records), (0, 2));
}

#[test]
fn a_file_that_is_moved_away_is_not_written_to() {
    let folder = folder("moved");
    let path = folder.join("audit.jsonl");
    let trail = open(&path);
    trail.record(&event("database_url", "1")).unwrap();
    fs::rename(&path, folder.join("audit.jsonl.1")).unwrap();
    let error = trail.record(&event("database_url", "2")).expect_err("its file is gone");
    assert!(matches!(error.fault, AuditFault::Changed(Fault::Truncated { .. })), "{error}");
    fs::rename(folder.join("audit.jsonl.1"), &path).unwrap();
    trail.record(&event("database_url", "3")).unwrap();
    assert!(Files::of(&path).verify().is_good());
}

/// A limit on the size of files cuts a write anywhere, as a full disk does.
#[test]
#[cfg(unix)]
fn a_disk_that_is_full_cuts_a_line_and_nothing_is_lost_when_there_is_room_again() {
    let mut torn = 0;
    for on_failure in ["closed", "open"] {
        for padding in [1, 60, 200, 350] {
            let path = folder("full").join("audit.jsonl");
            let this = std::env::current_exe().unwrap();
            let script = "trap '' XFSZ; ulimit -f 8; exec \"$0\" --ignored --exact sink::writes_until_it_is_full --nocapture";
            let mut child = Command::new("sh")
                .args(["-c", script])
                .arg(this)
                .stdin(Stdio::piped())
                .stdout(Stdio::piped())
                .spawn()
                .unwrap();
            writeln!(child.stdin.take().unwrap(), "{}\n{on_failure}\n{padding}", path.display()).unwrap();
            let output = child.wait_with_output().unwrap();
            let said = String::from_utf8(output.stdout).unwrap();
            assert!(output.status.success() && said.contains("full"), "{said}");
            let verdict = Files::of(&path).verify();
            let fault = verdict.bad.map(|bad| bad.fault);
            assert!(matches!(fault, None | Some(Fault::Torn)), "{fault:?}");
            let was_torn = u64::from(fault.is_some());
            torn += was_torn;
            open(&path).record(&event("database_url", "1")).unwrap();
            let after = Files::of(&path).verify();
            assert!(
                after.is_good() && after.torn == was_torn && after.records > verdict.records,
                "{after:?}"
            );
        }
    }
    assert!(torn > 0, "no write was cut: the test shows nothing");
    println!("{torn} of 8 disks cut a line");
}

#[test]
#[ignore = "the child of another test"]
fn writes_until_it_is_full() {
    let orders: Vec<String> = io::stdin().lines().map(Result::unwrap).collect();
    let [path, on_failure, padding] = &orders[..] else { panic!("{orders:?}") };
    let is_closed = on_failure == "closed";
    let on_failure = if is_closed { OnFailure::Closed } else { OnFailure::Open };
    let trail = Trail::keyed(path, key()).open(on_failure).unwrap();
    let place = "x".repeat(padding.parse().unwrap());
    let event = Event::new(Action::Access, Outcome::Ok).path(&place);
    let failed = (0..200).filter(|_| trail.record(&event).is_err()).count();
    assert_eq!(failed > 0, is_closed);
    assert!(trail.missed() > 0);
    println!("full");
}

#[test]
fn no_value_is_ever_in_the_files() {
    // Texts, and what other trails leave in clear: numbers and words.
    let values =
        ["hunter2-TOPSECRET", "80708090", "true-canary", "{\"pin\":4711471147114711}", "ünïcödë-canary"];
    let folder = folder("canary");
    let path = folder.join("audit.jsonl");
    let trail = Trail::keyed(&path, key()).open(OnFailure::Closed).unwrap().by(who());
    let actions = [Action::Access, Action::Refusal, Action::Refresh, Action::Rotation, Action::Policy];
    let outcomes = [
        Outcome::Ok,
        Outcome::Stale,
        Outcome::Absent,
        Outcome::Deleted,
        Outcome::Denied,
        Outcome::Unreachable,
        Outcome::Unavailable,
        Outcome::Malformed,
        Outcome::Invalid,
        Outcome::RolledBack,
        Outcome::Expired,
        Outcome::Forbidden,
        Outcome::Failed,
    ];
    let mut debugged = String::new();
    for value in values {
        for action in actions {
            for outcome in outcomes {
                let event = Event::new(action, outcome).key("pin").value(value.as_bytes());
                trail.record(&event).unwrap();
                debugged += &format!("{event:?}");
            }
        }
    }
    debugged += &format!("{trail:?}{:?}", key());
    let mut all = debugged.into_bytes();
    for file in fs::read_dir(&folder).unwrap() {
        all.extend(fs::read(file.unwrap().path()).unwrap());
    }
    let hex = |text: &str| text.bytes().map(|byte| format!("{byte:02x}")).collect::<String>();
    let is_there = |needle: &str| all.windows(needle.len()).any(|found| found == needle.as_bytes());
    for value in values {
        for spelled in
            [value.to_owned(), hex(value), value.chars().rev().collect(), value.replace('"', "\\\"")]
        {
            assert!(!is_there(&spelled), "{spelled}");
        }
        // The control: what is kept of a value is there, for every kind of value.
        assert!(is_there(&key().fingerprint("payments", "pin", value.as_bytes()).to_string()));
    }
    assert!(is_there("\"key\":\"pin\""));
    assert!(!is_there("the key of the tests"));
    assert!(Files::of(&path).verify().is_good());
}

#[test]
fn texts_stay_in_their_line_and_their_size() {
    let path = folder("texts").join("audit.jsonl");
    let trail = open(&path);
    let hostile = "a\n\r\u{1b}[2J\u{2028}\",\"mac\":\"x\"}\n{\u{0}";
    let long = "\u{1}".repeat(100_000);
    let event = Event::new(Action::Access, Outcome::Ok).key(hostile).store(&long).path(&long).version(&long);
    let trail = trail.by(Who::new(&long).version(&long).instance(&long).profile(&long));
    trail.record(&event).unwrap();
    let files = Files::of(&path);
    assert_eq!(files.lines().len(), 2);
    assert!(files.verify().is_good(), "{:?}", files.verify());
    let entry = Entries::new(&files.log[..]).nth(1).unwrap().unwrap().entry.unwrap();
    assert_eq!(entry.key, hostile);
    assert!(entry.path.ends_with('…') && entry.path.len() <= 1024);
}

#[test]
fn a_clock_that_is_wrong_stops_nothing() {
    let path = folder("clock").join("audit.jsonl");
    for time in [
        SystemTime::UNIX_EPOCH - Duration::from_secs(9),
        SystemTime::UNIX_EPOCH + Duration::from_secs(1 << 42),
    ] {
        let trail = Trail::keyed(&path, key()).clock(move || time).open(OnFailure::Closed).unwrap();
        trail.record(&event("database_url", "1")).unwrap();
    }
    let verdict = Files::of(&path).verify();
    assert!(verdict.is_good(), "{verdict:?}");
    assert_eq!(verdict.first.as_deref(), Some("1970-01-01T00:00:00.000000Z"));
    assert_eq!(verdict.last.as_deref(), Some("9999-12-31T23:59:59.000000Z"));
}

#[test]
fn a_key_comes_from_a_file_that_is_the_owners() {
    let folder = folder("key");
    let path = folder.join("audit.key");
    let write = |bytes: &[u8], mode: u32| {
        fs::write(&path, bytes).unwrap();
        #[cfg(unix)]
        fs::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(mode)).unwrap();
        AuditKey::file(&path)
    };
    let fingerprint = |key: AuditKey| key.fingerprint("a", "b", b"c");
    let digits = "07".repeat(32);
    let expected = fingerprint(AuditKey::new(&[7; 32]).unwrap());
    for text in [digits.clone(), format!("{digits}\n"), format!("{digits}\r\n")] {
        assert_eq!(fingerprint(write(text.as_bytes(), 0o600).unwrap()), expected);
    }
    assert_eq!(fingerprint(write(&[7; 32], 0o400).unwrap()), expected);
    assert!(matches!(write(&[7; 31], 0o600), Err(KeyError::Short)));
    assert!(matches!(write(&[7; 5000], 0o600), Err(KeyError::Long(_))));
    #[cfg(unix)]
    for mode in [0o640, 0o604, 0o620, 0o777] {
        let error = write(digits.as_bytes(), mode).expect_err("others may use it");
        assert!(matches!(error, KeyError::Open(_)) && error.to_string().contains("chmod 600"), "{error}");
        assert!(!error.to_string().contains("0707"));
    }
    assert!(matches!(AuditKey::file(&folder), Err(KeyError::NoFile(_))));
    assert!(matches!(AuditKey::file(folder.join("no")), Err(KeyError::Unreadable(..))));
    assert!(!format!("{:?}", AuditKey::new(&[7; 32])).contains('7'));
}

#[test]
fn a_hundred_thousand_records_are_written_and_verified() {
    const ALONE: u32 = 10_000;
    const WRITES: u32 = 900;
    const AT_ONCE: u32 = 100;
    let folder = folder("many");
    let path = folder.join("audit.jsonl");
    let trail = open(&path);
    let time = |what: &dyn Fn()| {
        let start = Instant::now();
        what();
        start.elapsed().as_secs_f64()
    };
    let events = vec![event("database_url", "7"); AT_ONCE as usize];
    let alone = time(&|| (0..ALONE).for_each(|_| trail.record(&events[0]).unwrap()));
    let at_once = time(&|| (0..WRITES).for_each(|_| trail.record_all(&events).unwrap()));
    let verified = time(&|| {
        let verdict = Verification::with(&key()).of(&path).unwrap();
        assert!(verdict.is_good(), "{verdict:?}");
        assert_eq!(verdict.records, 100_001);
    });
    let bytes = fs::metadata(&path).unwrap().len() / 100_000;
    let synced = Trail::keyed(folder.join("synced.jsonl"), key()).open(OnFailure::Closed).unwrap();
    let waiting = time(&|| (0..100).for_each(|_| synced.record(&events[0]).unwrap()));
    fs::remove_dir_all(&folder).unwrap();
    println!(
        "records a second: {:.0} written alone, {:.0} by the {AT_ONCE}, {:.0} each on the disk before the next; \
         {:.0} verified; {bytes} bytes each",
        f64::from(ALONE) / alone,
        f64::from(WRITES * AT_ONCE) / at_once,
        100.0 / waiting,
        100_000.0 / verified
    );
}
