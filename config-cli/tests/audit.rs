//! `confident audit` as it is run.

#![allow(clippy::unwrap_used)] // a test that cannot go on may stop

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
    time::{Duration, SystemTime},
};

use confident_stores::audit::{Action, AuditKey, Event, OnFailure, Outcome, Trail, Who};
use serde_json::Value;

const KEY: &str = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";

/// A folder with a trail of three records, and its key.
fn folder(test: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("audit").join(test);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    let key = folder.join("audit.key");
    fs::write(&key, KEY).unwrap();
    #[cfg(unix)]
    fs::set_permissions(&key, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
    write(&folder, &["database_url", "queue_\u{1b}[2J\u{202e}url"]);
    folder
}

/// Writes a record for each key.
fn write(folder: &Path, keys: &[&str]) {
    let time = SystemTime::UNIX_EPOCH + Duration::from_secs(1_795_082_523);
    let key = AuditKey::file(folder.join("audit.key")).unwrap();
    let trail = Trail::keyed(folder.join("audit.jsonl"), key).clock(move || time);
    let trail = trail.open(OnFailure::Closed).unwrap().by(Who::new("payments").instance("web-1"));
    for key in keys {
        let event = Event::new(Action::Access, Outcome::Denied).key(key).store("vault").path("a/b");
        trail.record(&event.duration(Duration::from_micros(12_345)).value(b"hunter2")).unwrap();
    }
}

fn confident(folder: &Path, arguments: &[&str]) -> (Option<i32>, String, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_confident"))
        .arg("audit")
        .args(arguments)
        .current_dir(folder)
        .output()
        .unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.code(), text(output.stdout), text(output.stderr))
}

const VERIFY: [&str; 4] = ["verify", "audit.jsonl", "--key-file", "audit.key"];

#[test]
fn a_good_trail_is_good() {
    let folder = folder("good");
    let said =
        "audit.jsonl: 3 records as written, 2026-11-19T10:02:03.000000Z to 2026-11-19T10:02:03.000000Z\n";
    assert_eq!(confident(&folder, &VERIFY), (Some(0), said.to_owned(), String::new()));
    let (code, out, _) = confident(&folder, &[&VERIFY[..], &["--json"]].concat());
    let json: Value = serde_json::from_str(&out).unwrap();
    assert_eq!((code, &json["is_good"], &json["records"]), (Some(0), &true.into(), &3.into()));
    assert_eq!((&json["trail"], &json["bad"]), (&"audit.jsonl".into(), &Value::Null));
}

#[test]
fn a_bad_line_is_named() {
    let folder = folder("bad");
    let path = folder.join("audit.jsonl");
    let text = fs::read_to_string(&path).unwrap();
    fs::write(&path, text.replacen("denied", "absent", 1)).unwrap();
    let (code, out, said) = confident(&folder, &VERIFY);
    assert_eq!((code, said.as_str()), (Some(1), ""));
    assert!(
        out.starts_with(
            "error[edited] audit.jsonl:2 the line is not as it was written\naudit.jsonl: 1 record before it"
        ),
        "{out}"
    );
    let (code, out, _) = confident(&folder, &[&VERIFY[..], &["--json"]].concat());
    let json: Value = serde_json::from_str(&out).unwrap();
    assert_eq!((code, &json["is_good"]), (Some(1), &false.into()));
    assert_eq!(json["bad"], serde_json::json!({"line": 2, "fault": "edited"}));
    fs::write(&path, text.lines().next().unwrap().to_owned() + "\n").unwrap();
    let (code, out, _) = confident(&folder, &VERIFY);
    let expected =
        "error[truncated] audit.jsonl:2 the trail ends before records 2 to 3, which were written\n";
    assert!(code == Some(1) && out.starts_with(expected), "{out}");
}

#[test]
fn a_checkpoint_shows_what_the_head_cannot() {
    let folder = folder("checkpoint");
    let of = |name: &str| folder.join(name);
    for name in ["audit.jsonl", "audit.jsonl.head"] {
        fs::copy(of(name), of(&format!("early-{name}"))).unwrap();
    }
    write(&folder, &["another"]);
    fs::copy(of("audit.jsonl.head"), of("checkpoint")).unwrap();
    let against = [&VERIFY[..], &["--checkpoint", "checkpoint"]].concat();
    assert_eq!(confident(&folder, &against).0, Some(0));
    for name in ["audit.jsonl", "audit.jsonl.head"] {
        fs::copy(of(&format!("early-{name}")), of(name)).unwrap();
    }
    assert_eq!(confident(&folder, &VERIFY).0, Some(0));
    let (code, out, _) = confident(&folder, &against);
    assert!(code == Some(1) && out.starts_with("error[truncated] audit.jsonl:4 "), "{out}");
    let elsewhere = [&VERIFY[..], &["--head", "checkpoint"]].concat();
    assert_eq!(confident(&folder, &elsewhere).0, Some(1));
}

#[test]
fn what_cannot_be_verified_is_no_finding() {
    let folder = folder("failed");
    fs::write(folder.join("short.key"), "short").unwrap();
    fs::write(folder.join("open.key"), KEY).unwrap();
    for (key, mode) in [("short.key", 0o600), ("open.key", 0o644)] {
        #[cfg(unix)]
        fs::set_permissions(folder.join(key), std::os::unix::fs::PermissionsExt::from_mode(mode)).unwrap();
    }
    let cases = [
        (&["verify", "nowhere"][..], "nowhere: cannot be read: "),
        (&["verify", "audit.jsonl"], "the trail is bound with a key; name the file of the key"),
        (&["verify", "audit.jsonl", "--key-file", "nowhere"], "nowhere: cannot be read: "),
        (&["verify", "audit.jsonl", "--key-file", "short.key"], "a key needs at least 32 bytes"),
        #[cfg(unix)]
        (&["verify", "audit.jsonl", "--key-file", "open.key"], "open.key: others than its owner may use"),
        (&["verify", "audit.jsonl", "--key-file", "audit.key", "--head", "nowhere"], "nowhere: cannot be"),
        (
            &["verify", "audit.jsonl", "--key-file", "audit.key", "--checkpoint", "audit.jsonl"],
            "audit.jsonl: is not the head of a trail",
        ),
        (&["show", "nowhere"], "nowhere: cannot be read: "),
        (&["show", "."], ".: cannot be read: "),
    ];
    for (arguments, says) in cases {
        let (code, out, said) = confident(&folder, arguments);
        assert_eq!((code, out.as_str()), (Some(2), ""), "{arguments:?}: {said}");
        assert!(said.starts_with(&format!("error: {says}")), "{said}");
    }
}

#[test]
fn a_trail_without_a_key_says_what_it_proves() {
    let folder = folder("unkeyed");
    let trail = Trail::unkeyed(folder.join("plain.jsonl")).open(OnFailure::Closed).unwrap();
    trail.record(&Event::new(Action::Access, Outcome::Ok).key("a")).unwrap();
    let (code, out, _) = confident(&folder, &["verify", "plain.jsonl"]);
    assert!(code == Some(0) && out.contains("without a key anyone can write such a trail"), "{out}");
    let against = ["verify", "plain.jsonl", "--checkpoint", "plain.jsonl.head"];
    let (code, out, _) = confident(&folder, &against);
    assert!(code == Some(0) && !out.contains("anyone"), "{out}");
}

#[test]
fn records_are_shown_and_move_no_cursor() {
    let folder = folder("show");
    let path = folder.join("audit.jsonl");
    let torn = fs::read_to_string(&path).unwrap() + "\u{1b}[2J";
    fs::write(&path, torn).unwrap();
    let (code, out, said) = confident(&folder, &["show", "audit.jsonl"]);
    assert_eq!((code, said.as_str()), (Some(0), ""));
    assert!(!out.contains('\u{1b}') && !out.contains('\u{202e}') && out.contains("\\u{1b}[2J"), "{out}");
    let lines: Vec<&str> = out.lines().collect();
    assert_eq!(lines.len(), 4, "{out}");
    for says in
        ["     2  2026-11-19T10:02:03.000000Z  access", "denied", "database_url", "12.345 ms", "on web-1"]
    {
        assert!(lines[1].contains(says), "{says}: {}", lines[1]);
    }
    assert_eq!(lines[3], "line 4: 4 bytes that are no record");
    let (_, out, _) = confident(&folder, &["show", "audit.jsonl", "--key-path", "database_url"]);
    assert!(out.lines().count() == 1 && out.contains("database_url"), "{out}");
    let (_, out, _) = confident(&folder, &["show", "audit.jsonl", "--json"]);
    let lines: Vec<Value> = out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!((lines.len(), &lines[1]["key"]), (3, &"database_url".into()));
    assert!(!out.contains("hunter2"));
}
