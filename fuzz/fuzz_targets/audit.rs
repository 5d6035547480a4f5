//! What may stand in the file of an audit trail: it is verified in little memory and without a panic, the line that is
//! named is one of the file, and nothing but the trail as it was written is good.
#![no_main]

use std::{
    env, fs, process,
    sync::LazyLock,
    time::{Duration, SystemTime},
};

use confident_stores::audit::{
    Action, AuditKey, Entries, Event, OnFailure, Outcome, Trail, Verification, VerifyError, Who,
};
use libfuzzer_sys::fuzz_target;

/// A trail with its head; the seed `trail` is the same, byte for byte.
struct Written {
    log: Vec<u8>,
    head: String,
    verification: Verification,
}

static WRITTEN: LazyLock<Written> = LazyLock::new(|| {
    let folder = env::temp_dir().join(format!("confident-fuzz-audit-{}", process::id()));
    fs::create_dir_all(&folder).expect("there is a folder for temporary files");
    let path = folder.join("audit.jsonl");
    let key = AuditKey::new(&[7; 32]).expect("it is long enough");
    let time = SystemTime::UNIX_EPOCH + Duration::from_secs(1_795_082_523);
    let trail = Trail::keyed(&path, key.clone()).clock(move || time).unsynced();
    let trail = trail.open(OnFailure::Closed).expect("it can be written").by(Who::new("payments"));
    for name in ["database_url", "queue_url"] {
        let event = Event::new(Action::Access, Outcome::Ok).key(name).value(b"hunter2");
        trail.record(&event).expect("it can be written");
    }
    let log = fs::read(&path).expect("it was written");
    fs::remove_dir_all(&folder).expect("it is ours");
    Written { log, head: trail.head().to_string(), verification: Verification::with(&key) }
});

fuzz_target!(|log: &[u8]| {
    let Written { log: good, head, verification } = &*WRITTEN;
    let lines = log.split(|byte| *byte == b'\n').count() as u64;
    let verdict = verification.read(log, Some(head)).expect("a slice can be read");
    assert_eq!(verdict.is_good(), log == good);
    let line = verdict.bad.and_then(|bad| bad.line).unwrap_or(1);
    assert!((1..=lines + 1).contains(&line));
    match Verification::unkeyed().read(log, None) {
        Ok(verdict) => assert!(!verdict.is_good(), "it has no head"),
        Err(VerifyError::KeyNeeded) => {}
        Err(error) => panic!("{error}"),
    }
    assert!(Entries::new(log).all(|line| line.is_ok_and(|line| line.number <= lines)));
    let _ = String::from_utf8_lossy(log).parse::<confident_stores::audit::Head>();
});
