//! Age files: what only they do.

#![cfg(feature = "age")]
#![allow(clippy::unwrap_used)] // a test that cannot go on may stop

mod common;
#[cfg(unix)]
#[path = "common/terminal.rs"]
mod terminal;

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::Duration,
};

use common::one;
use confident::{Config, ExposeSecret, Report, SecretString};
use confident_stores::{
    AgeEdit, AgeFile, Fault, Identity, Recipients, Store, fuzzing::age as fuzzing, testing::ManualClock,
};
use tempfile::{TempDir, tempdir};

const PLACE: &str = "shop/production/token";
const SECRET: &str = "hunter2-TOPSECRET";

/// A program.
#[derive(Config)]
#[config(app = "shop")]
struct Shop {
    /// A secret.
    token: SecretString,
}

/// The text of the place, by way of a load.
fn text_of(store: AgeFile) -> Result<String, Report> {
    let shop = Shop::loader().profile("production").source(store.source()).load()?;
    Ok(shop.token.expose_secret().to_owned())
}

fn store(path: &Path, identity: &Identity) -> AgeFile {
    AgeFile::at(path.to_str().unwrap()).identity(identity.clone())
}

/// A folder, and a file in it with one secret.
fn made() -> (TempDir, PathBuf, Identity) {
    let folder = tempdir().unwrap();
    let path = folder.path().join("secrets.age");
    let identity = Identity::text(Identity::generate());
    let mut edit = AgeEdit::create(&path, identity.recipients().unwrap()).unwrap();
    edit.set(PLACE, SECRET.into()).unwrap();
    edit.save().unwrap();
    (folder, path, identity)
}

/// A document as somebody writes it by hand.
fn by_hand(recipient: &str) -> String {
    format!(
        r#"{{"format": "confident-secrets/1", "revision": 9, "recipients": ["{recipient}"], "places": {{
            "{PLACE}": {{"text": "{SECRET}", "revision": 4, "written": "2026-10-01T00:00:00Z"}}}}}}"#
    )
}

/// Whether the command is there. Where it is not, the test is skipped, which must not be in CI.
#[allow(clippy::disallowed_methods)] // the switch of a test, not configuration
fn has(program: &str) -> bool {
    let there = Command::new(program).arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status();
    if there.is_ok_and(|status| status.success()) {
        return true;
    }
    assert!(std::env::var_os("CI").is_none_or(|ci| ci != "true"), "{program} is not installed");
    eprintln!("SKIPPED: a test needs the command {program}, which is not installed");
    false
}

#[test]
fn what_the_command_encrypts_is_read_and_changed() {
    if !has("age") {
        return;
    }
    let folder = tempdir().unwrap();
    let key = Identity::generate();
    let identity = Identity::text(key);
    let recipient = identity.recipients().unwrap().keys()[0].clone();
    let (plain, path) = (folder.path().join("plain.json"), folder.path().join("secrets.age"));
    fs::write(&plain, by_hand(&recipient)).unwrap();
    let encrypted = Command::new("age").args(["-r", &recipient, "-o"]).args([&path, &plain]).status();
    assert!(encrypted.unwrap().success());
    assert_eq!(text_of(store(&path, &identity)).unwrap(), SECRET);
    assert!(format!("{:?}", one(&store(&path, &identity), PLACE)).contains("\"4\""), "with its version");
    let mut edit = AgeEdit::open(&path, &identity).unwrap();
    assert_eq!(edit.set(PLACE, "new".into()).unwrap(), 10);
    edit.save().unwrap();
    assert_eq!(text_of(store(&path, &identity)).unwrap(), "new");
}

#[test]
fn the_command_decrypts_what_is_written() {
    if !has("age") {
        return;
    }
    let folder = tempdir().unwrap();
    let (path, key) = (folder.path().join("secrets.age"), folder.path().join("key.txt"));
    let text = Identity::generate();
    fs::write(&key, text.expose_secret()).unwrap();
    let other = Identity::text(Identity::generate());
    let identity = Identity::text(text);
    let both = [identity.recipients().unwrap(), other.recipients().unwrap()];
    let both: Vec<&String> = both.iter().flat_map(Recipients::keys).collect();
    let mut edit = AgeEdit::create(&path, Recipients::of(&both).unwrap()).unwrap();
    edit.set(PLACE, "two\nlines, \"quoted\" \u{1F511}".into()).unwrap();
    edit.save().unwrap();
    let output = Command::new("age").arg("-d").arg("-i").args([&key, &path]).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let document: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(document["format"], "confident-secrets/1");
    assert_eq!(document["places"][PLACE]["text"], "two\nlines, \"quoted\" \u{1F511}");
    assert_eq!(document["places"][PLACE]["revision"], document["revision"]);
    assert_eq!(document["recipients"].as_array().unwrap().len(), 2);
    assert!(output.stdout.iter().filter(|byte| **byte == b'\n').count() > 8, "people read it");
}

#[test]
fn a_passphrase_is_the_same_for_the_command() {
    if !has("age") {
        return;
    }
    let (folder, words) = (tempdir().unwrap(), "correct horse battery staple");
    fs::write(folder.path().join("plain.json"), by_hand("")).unwrap();
    let encrypt = terminal::typed(folder.path(), "age -p -o theirs.age plain.json", &[words, words]);
    let Some((shown, code)) = encrypt else { return };
    assert_eq!(code, Some(0), "{shown}");
    let identity = Identity::passphrase(words.into());
    assert_eq!(text_of(store(&folder.path().join("theirs.age"), &identity)).unwrap(), SECRET);

    let path = folder.path().join("ours.age");
    let mut edit = AgeEdit::create(&path, Recipients::passphrase(words.into())).unwrap();
    edit.set(PLACE, SECRET.into()).unwrap();
    edit.save().unwrap();
    let (shown, code) = terminal::typed(folder.path(), "age -d -o ours.json ours.age", &[words]).unwrap();
    assert_eq!(code, Some(0), "{shown}");
    let document = fs::read(folder.path().join("ours.json")).unwrap();
    let document: serde_json::Value = serde_json::from_slice(&document).unwrap();
    assert_eq!(document["places"][PLACE]["text"], SECRET);
    let (shown, code) = terminal::typed(folder.path(), "age -d -o no.json ours.age", &["wrong"]).unwrap();
    assert!(code != Some(0) && !folder.path().join("no.json").exists(), "{shown}");
}

#[test]
fn a_passphrase_opens_what_it_closed_and_nothing_else_does() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("secrets.age");
    let passphrase = || SecretString::from("correct horse battery staple");
    let mut edit = AgeEdit::create(&path, Recipients::passphrase(passphrase())).unwrap();
    edit.set(PLACE, SECRET.into()).unwrap();
    edit.save().unwrap();
    let head = String::from_utf8_lossy(&fs::read(&path).unwrap()).into_owned();
    assert!(head.starts_with("age-encryption.org/v1\n-> scrypt "), "{head}");
    let right = || store(&path, &Identity::passphrase(passphrase()));
    assert_eq!(text_of(right()).unwrap(), SECRET);
    for wrong in [Identity::passphrase("wrong".into()), Identity::text(Identity::generate())] {
        let failure = one(&store(&path, &wrong), PLACE).unwrap_err();
        assert_eq!(failure.fault(), Fault::Unauthenticated, "{failure}");
    }
    // The recipients of a passphrase are not lost when it is written again.
    let mut edit = AgeEdit::open(&path, &Identity::passphrase(passphrase())).unwrap();
    edit.set("other", "x".into()).unwrap();
    edit.save().unwrap();
    assert_eq!(text_of(right()).unwrap(), SECRET);
}

#[test]
fn a_file_that_was_changed_anywhere_gives_nothing() {
    let (folder, path, identity) = made();
    let whole = fs::read(&path).unwrap();
    let changed = folder.path().join("changed.age");
    let read = |bytes: &[u8]| {
        fs::write(&changed, bytes).unwrap();
        one(&store(&changed, &identity), PLACE)
    };
    assert!(read(&whole).is_ok(), "the test sees what is right");
    let mut faults = std::collections::BTreeMap::new();
    let mut check = |bytes: &[u8], about: String| {
        let failure = read(bytes).err().unwrap_or_else(|| panic!("{about} gives a value"));
        assert!(matches!(failure.fault(), Fault::Damaged | Fault::Unauthenticated), "{about}: {failure}");
        assert!(!failure.to_string().contains("TOPSECRET"), "{about}: {failure}");
        *faults.entry(failure.fault().word()).or_insert(0) += 1;
    };
    for at in 0..whole.len() {
        let mut bytes = whole.clone();
        bytes[at] ^= 1;
        check(&bytes, format!("byte {at}"));
        check(&whole[..at], format!("the first {at} bytes"));
    }
    check(&[&whole[..], b"x"].concat(), "a byte more".to_owned());
    check(&[&whole[..], &whole[..]].concat(), "two files".to_owned());
    check(b"TOPSECRET, and no age file", "a text".to_owned());
    assert!(faults["damaged"] > whole.len(), "{faults:?}");
}

#[test]
fn what_is_decrypted_is_read_as_it_is_documented_or_not_at_all() {
    let recipient = "age1x";
    let good = by_hand(recipient);
    let text = String::from_utf8(fuzzing::document(good.as_bytes()).unwrap()).unwrap();
    assert!(text.contains(SECRET) && text.contains("\"revision\": 9"), "{text}");
    assert_eq!(fuzzing::document(text.as_bytes()).unwrap(), text.as_bytes(), "it is written as it is read");
    let with = |from: &str, to: &str| {
        let changed = good.replace(from, to);
        assert_ne!(changed, good, "{from}");
        changed
    };
    let quoted = format!("\"{SECRET}\"");
    let cases = [
        with("secrets/1", "secrets/2"),
        with("confident-secrets/1", SECRET),
        with(&quoted, "7"),
        with(&quoted, "null"),
        with(&quoted, &format!("[{quoted}]")),
        with("\"text\":", &format!("\"text\": {quoted}, \"text\":")),
        with("\"text\"", "\"txt\""),
        with("\"written\"", "\"note\": \"x\", \"written\""),
        with("2026-10-01T00:00:00Z", "yesterday"),
        with("\"revision\": 4", "\"revision\": 10"),
        with("\"revision\": 4", "\"revision\": -4"),
        with("\"revision\": 9", "\"revision\": \"9\""),
        with(
            &format!("\"{PLACE}\""),
            &format!(
                "\"{PLACE}\": {{\"text\": {quoted}, \"revision\": 1, \"written\": \"2026-10-01T00:00:00Z\"}}, \"{PLACE}\""
            ),
        ),
        with("\"places\": {", "\"places\": [{"),
        format!("\"{SECRET}\""),
        format!("{good} {SECRET}"),
        String::new(),
    ];
    for case in cases {
        let failure = fuzzing::document(case.as_bytes()).expect_err(&case);
        assert_eq!(failure.fault(), Fault::Damaged, "{case}: {failure}");
        assert!(!format!("{failure} {failure:?}").contains("TOPSECRET"), "{case}: {failure}");
    }
    // Every byte wrong in two ways: whatever becomes of it, no error says the text.
    let mut refused = 0;
    for at in 0..good.len() {
        for byte in [b'"', b'x'] {
            let mut bytes = good.clone().into_bytes();
            bytes[at] = byte;
            if let Err(failure) = fuzzing::document(&bytes) {
                refused += 1;
                assert!(!format!("{failure} {failure:?}").contains("TOPSECRE"), "{failure}");
            }
        }
    }
    assert!(refused > 200, "{refused}");
}

#[test]
fn the_key_of_one_profile_opens_nothing_of_another() {
    let folder = tempdir().unwrap();
    let keys = ["staging", "production"].map(|profile| {
        let identity = Identity::text(Identity::generate());
        let path = folder.path().join(format!("secrets.{profile}.age"));
        let mut edit = AgeEdit::create(path, identity.recipients().unwrap()).unwrap();
        edit.set(&format!("shop/{profile}/token"), profile.into()).unwrap();
        edit.save().unwrap();
        identity
    });
    let template = folder.path().join("secrets.{profile}.age");
    let load = |profile: &str, identity: &Identity| {
        let store = AgeFile::at(template.to_str().unwrap()).identity(identity.clone());
        Shop::loader().profile(profile).source(store.source()).load()
    };
    let [staging, production] = &keys;
    assert_eq!(load("staging", staging).unwrap().token.expose_secret(), "staging");
    assert_eq!(load("production", production).unwrap().token.expose_secret(), "production");
    let report = load("production", staging).expect_err("it is for another").to_string();
    assert!(report.contains("the file is not encrypted for this identity"), "{report}");
    let report = load("nowhere", staging).expect_err("there is no file").to_string();
    assert!(report.contains("secrets.nowhere.age does not exist"), "{report}");
    let store = AgeFile::at("{app}.{profile}.age");
    assert_eq!(store.path("shop", Some("staging")).unwrap(), Path::new("shop.staging.age"));
    for profile in [None, Some("../production"), Some("a/b"), Some(""), Some(".."), Some("{app}")] {
        assert_eq!(store.path("shop", profile).unwrap_err().fault(), Fault::Refused, "{profile:?}");
    }
}

#[test]
fn a_report_says_what_to_do_without_a_key() {
    let (_folder, path, _) = made();
    let report =
        Shop::loader().profile("production").source(AgeFile::at(path.to_str().unwrap()).source()).load();
    let report = report.expect_err("nothing opens it").to_string();
    assert!(report.contains("there is no identity; name one in the program"), "{report}");
}

#[cfg(unix)]
#[test]
fn a_key_file_is_for_its_owner_alone() {
    use std::os::unix::fs::{PermissionsExt, chown, symlink};
    let folder = tempdir().unwrap();
    let text = Identity::generate();
    let key = folder.path().join("key.txt");
    fs::write(&key, format!("# a note\n\n{}\n", text.expose_secret())).unwrap();
    let identity = Identity::text(text);
    let mut edit = AgeEdit::create(folder.path().join("own.age"), identity.recipients().unwrap()).unwrap();
    edit.set(PLACE, SECRET.into()).unwrap();
    edit.save().unwrap();
    let own = folder.path().join("own.age");
    let read = |key: &Path| one(&store(&own, &Identity::file(key)), PLACE).map(drop);
    let refused = |key: &Path, says: &str| {
        let failure = read(key).unwrap_err();
        assert_eq!(failure.fault(), Fault::Unauthenticated, "{failure}");
        let said = failure.to_string();
        assert!(said.contains(says), "{said}");
    };
    for mode in [0o600, 0o400] {
        fs::set_permissions(&key, fs::Permissions::from_mode(mode)).unwrap();
        read(&key).unwrap_or_else(|failure| panic!("{mode:o}: {failure}"));
    }
    for mode in [0o640, 0o604, 0o660, 0o644, 0o601, 0o620] {
        fs::set_permissions(&key, fs::Permissions::from_mode(mode)).unwrap();
        refused(&key, &format!("its mode is {mode:04o}; run `chmod 600` on it"));
    }
    fs::set_permissions(&key, fs::Permissions::from_mode(0o600)).unwrap();
    let link = folder.path().join("link");
    symlink(&key, &link).unwrap();
    read(&link).expect("a link is as good as the file that it leads to");
    if chown(&key, Some(65534), None).is_ok() {
        refused(&key, "belongs to another user");
        chown(&key, Some(0), None).unwrap();
    }
    refused(&folder.path().join("nowhere"), "does not exist");
    refused(folder.path(), "is a directory");
    let pipe = folder.path().join("pipe");
    if Command::new("mkfifo").arg("-m").arg("600").arg(&pipe).status().is_ok_and(|status| status.success()) {
        refused(&pipe, "is not a plain file");
    }
    let texts = [
        ("", "has no key"),
        ("hunter2-TOPSECRET", "has a line that is no key"),
        ("age1dh9tdd5dd73e3dcxqh7rhht64a7lvm54mlz6p4vjp4clk0n0hq7q2vdpa0", "has a recipient"),
        ("age-encryption.org/v1\n-> scrypt", "is encrypted itself"),
        ("AGE-PLUGIN-X-1", "has a key of a plugin"),
    ];
    for (text, says) in texts {
        fs::write(&key, text).unwrap();
        refused(&key, says);
        assert!(!read(&key).unwrap_err().to_string().contains("TOPSECRET"));
    }
    fs::write(&key, "#".repeat(100_000)).unwrap();
    refused(&key, "is larger than");
}

#[test]
fn a_previous_version_is_kept_for_the_overlap_and_then_dropped() {
    let (_folder, path, identity) = made();
    let clock = ManualClock::default();
    let open =
        || AgeEdit::open(&path, &identity).unwrap().clock(clock.clone()).overlap(Duration::from_secs(3600));
    let revisions = |edit: &AgeEdit| -> Vec<u64> {
        let listed = edit.list();
        std::iter::once(&listed[0].current)
            .chain(&listed[0].previous)
            .map(|version| version.revision)
            .collect()
    };
    let mut edit = open();
    let first = edit.list()[0].current.revision;
    let second = edit.set(PLACE, "second".into()).unwrap();
    let third = edit.set(PLACE, "third".into()).unwrap();
    assert!(first < second && second < third);
    edit.save().unwrap();
    let edit = open();
    assert_eq!(revisions(&edit), [third, second, first]);
    let until = edit.list()[0].previous[0].until.clone();
    assert_eq!(until.as_deref(), Some("2027-01-01T01:00:00Z"));
    for (revision, text) in
        [(None, "third"), (Some(third), "third"), (Some(second), "second"), (Some(first), SECRET)]
    {
        assert_eq!(edit.reveal(PLACE, revision).unwrap().expose_secret(), text);
    }
    assert!(edit.reveal(PLACE, Some(third + 1)).is_none() && edit.reveal("nowhere", None).is_none());
    drop(edit);
    assert_eq!(text_of(store(&path, &identity)).unwrap(), "third", "readers get the current one");
    clock.advance(Duration::from_secs(3600));
    open().save().unwrap();
    assert_eq!(revisions(&open()), [third]);
    let mut edit = open().overlap(Duration::ZERO);
    edit.set(PLACE, "fourth".into()).unwrap();
    assert_eq!(edit.list()[0].previous, []);
    drop(edit);
    assert_eq!(revisions(&open()), [third], "what is not saved is not written");
    let mut edit = open().overlap(Duration::MAX);
    edit.set(PLACE, "fourth".into()).unwrap();
    edit.save().unwrap();
    assert_eq!(revisions(&open()).len(), 2);
}

#[test]
fn a_place_that_was_removed_comes_back_newer() {
    let (_folder, path, identity) = made();
    let mut edit = AgeEdit::open(&path, &identity).unwrap();
    let before = edit.list()[0].current.revision;
    assert!(edit.remove(PLACE) && !edit.remove(PLACE));
    assert!(edit.set(PLACE, "again".into()).unwrap() > before);
    for place in ["", "a\nb", "a\u{1b}b"] {
        assert_eq!(edit.set(place, "x".into()).unwrap_err().fault(), Fault::Refused);
    }
}

#[test]
fn an_older_file_is_not_accepted_by_a_program_that_saw_the_newer_one() {
    let (folder, path, identity) = made();
    let older = folder.path().join("older");
    fs::copy(&path, &older).unwrap();
    let mut edit = AgeEdit::open(&path, &identity).unwrap();
    edit.set(PLACE, "newer".into()).unwrap();
    edit.save().unwrap();
    let source = store(&path, &identity).source();
    let load = || Shop::loader().profile("production").source(source.clone()).load();
    assert_eq!(load().unwrap().token.expose_secret(), "newer");
    fs::copy(&older, &path).unwrap();
    let report = load().expect_err("it went back").to_string();
    assert!(report.contains("an older version"), "{report}");
}

#[test]
fn a_new_key_opens_it_and_the_old_one_does_not() {
    let (_folder, path, old) = made();
    let new = Identity::text(Identity::generate());
    let mut edit = AgeEdit::open(&path, &old).unwrap();
    edit.rotate_key(new.recipients().unwrap());
    edit.save().unwrap();
    assert_eq!(text_of(store(&path, &new)).unwrap(), SECRET);
    let failure = one(&store(&path, &old), PLACE).unwrap_err();
    assert_eq!(failure.fault(), Fault::Unauthenticated);
    assert!(AgeEdit::open(&path, &old).is_err(), "it is needed to change anything");
    // What is changed later stays for the new one.
    let mut edit = AgeEdit::open(&path, &new).unwrap();
    edit.set(PLACE, "later".into()).unwrap();
    edit.save().unwrap();
    assert_eq!(text_of(store(&path, &new)).unwrap(), "later");
    for wrong in [SECRET, "", "AGE-SECRET-KEY-1HUNTER2", "ssh-ed25519 AAAA", "age1pq1x"] {
        let failure = Recipients::of([wrong]).unwrap_err();
        assert!(
            !failure.to_string().contains("HUNTER2") && !failure.to_string().contains("TOPSECRET"),
            "{failure}"
        );
    }
    assert!(Recipients::of(Vec::<String>::new()).is_err());
}

#[cfg(unix)]
#[test]
fn permissions_and_links_stay_and_a_new_file_is_private() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let (folder, path, identity) = made();
    let mode = |path: &Path| fs::symlink_metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&path), 0o600);
    fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
    let unfinished = folder.path().join(".secrets.age.x1y2z3.new");
    fs::write(&unfinished, "of a writer that was killed").unwrap();
    let link = folder.path().join("link.age");
    symlink(&path, &link).unwrap();
    let mut edit = AgeEdit::open(&link, &identity).unwrap();
    edit.set(PLACE, "new".into()).unwrap();
    edit.save().unwrap();
    assert!(fs::symlink_metadata(&link).unwrap().file_type().is_symlink());
    assert_eq!(mode(&path), 0o644);
    assert!(!unfinished.exists());
    assert_eq!(text_of(store(&path, &identity)).unwrap(), "new");
    let again = AgeEdit::create(&path, identity.recipients().unwrap()).unwrap_err();
    assert!(again.to_string().contains("is there already"), "{again}");
    let nowhere = AgeEdit::open(folder.path().join("nowhere.age"), &identity).unwrap_err();
    assert_eq!(nowhere.fault(), Fault::Unreadable, "{nowhere}");
}

#[test]
fn writers_wait_for_each_other_and_none_loses_what_another_wrote() {
    const THREADS: u32 = 4;
    const ROUNDS: u32 = 8;
    let (folder, path, identity) = made();
    let mut edit = AgeEdit::open(&path, &identity).unwrap();
    edit.set("count", "0".into()).unwrap();
    edit.save().unwrap();
    std::thread::scope(|scope| {
        for _ in 0..THREADS {
            scope.spawn(|| {
                for _ in 0..ROUNDS {
                    let mut edit = AgeEdit::open(&path, &identity).unwrap().overlap(Duration::ZERO);
                    let count: u32 = edit.reveal("count", None).unwrap().expose_secret().parse().unwrap();
                    edit.set("count", (count + 1).to_string().into()).unwrap();
                    edit.save().unwrap();
                }
            });
        }
    });
    let count = AgeEdit::open(&path, &identity).unwrap().reveal("count", None).unwrap();
    assert_eq!(count.expose_secret(), (THREADS * ROUNDS).to_string());
    let left = fs::read_dir(folder.path()).unwrap().count();
    assert_eq!(left, 1, "no file is left beside it");
}

/// The variables by which the test below tells its child what to do.
const FILE: &str = "AGE_TEST_FILE";
const KEY: &str = "AGE_TEST_KEY";

/// Writes for ever. It is the child of the test below, and does nothing elsewhere.
#[test]
#[ignore = "the child of another test"]
#[allow(clippy::disallowed_methods)] // how a test speaks to its child
fn writes_until_it_is_killed() {
    let Some(path) = std::env::var_os(FILE) else { return };
    let identity = Identity::text(std::env::var(KEY).unwrap().into());
    for count in 0u64.. {
        let mut edit = AgeEdit::open(&path, &identity).unwrap().overlap(Duration::ZERO);
        // Two places, which are always the same, and more than one page of a disk.
        let text = format!("{count}:{}", "x".repeat(4_000));
        edit.set("one", text.clone().into()).unwrap();
        edit.set("two", text.into()).unwrap();
        edit.save().unwrap();
    }
}

#[test]
fn a_writer_that_is_killed_leaves_the_old_file_or_the_new_one() {
    const ROUNDS: u64 = 60;
    let folder = tempdir().unwrap();
    let path = folder.path().join("secrets.age");
    let key = Identity::generate();
    let identity = Identity::text(key.clone());
    AgeEdit::create(&path, identity.recipients().unwrap()).unwrap().save().unwrap();
    let (mut left, mut written) = (0, 0);
    for round in 0..ROUNDS {
        let before = fs::read(&path).unwrap();
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "writes_until_it_is_killed", "--ignored"])
            .env(FILE, &path)
            .env(KEY, key.expose_secret())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        // It has written once, and is somewhere in the next time.
        let start = std::time::Instant::now();
        while fs::read(&path).unwrap() == before && start.elapsed() < Duration::from_secs(30) {
            std::thread::sleep(Duration::from_millis(2));
        }
        std::thread::sleep(Duration::from_millis(round * 37 % 300));
        child.kill().unwrap();
        child.wait().unwrap();
        left += fs::read_dir(folder.path()).unwrap().count() - 1;
        let edit =
            AgeEdit::open(&path, &identity).unwrap_or_else(|failure| panic!("round {round}: {failure}"));
        let [one, two] =
            ["one", "two"].map(|place| edit.reveal(place, None).map(|text| text.expose_secret().to_owned()));
        assert_eq!(one, two, "round {round}");
        written = written.max(edit.revision());
        // The next writer removes what the killed one left.
        edit.save().unwrap();
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "round {round}");
    }
    println!("{written} revisions, {left} unfinished files in {ROUNDS} rounds");
    assert!(written >= 2 * ROUNDS, "{written}: the child wrote in every round");
}

#[test]
fn no_debug_shows_a_key_or_a_text() {
    let (_folder, path, _) = made();
    let key = Identity::generate();
    let shown = [
        format!("{:?}", Identity::text(key.clone())),
        format!("{:?}", Identity::passphrase(key.clone())),
        format!("{:?}", Recipients::passphrase(key.clone())),
        format!("{:?}", store(&path, &Identity::text(key.clone()))),
    ];
    for shown in shown {
        assert!(!shown.contains("AGE-SECRET-KEY") && shown.contains("REDACTED"), "{shown}");
    }
    let folder = tempdir().unwrap();
    let identity = Identity::text(key);
    let mut edit = AgeEdit::create(folder.path().join("a"), identity.recipients().unwrap()).unwrap();
    edit.set(PLACE, SECRET.into()).unwrap();
    let shown = format!("{edit:?} {:?}", edit.list());
    assert!(shown.contains(PLACE) && !shown.contains("TOPSECRET"), "{shown}");
}

#[test]
fn a_file_that_is_too_large_is_not_read_and_not_written() {
    let (folder, path, identity) = made();
    let mut edit = AgeEdit::open(&path, &identity).unwrap();
    edit.set("large", "x".repeat(2 << 20).into()).unwrap();
    let failure = edit.save().unwrap_err();
    assert!(failure.to_string().contains("larger than 1 MiB"), "{failure}");
    assert_eq!(text_of(store(&path, &identity)).unwrap(), SECRET, "what was there is there");
    let large = folder.path().join("large.age");
    fs::write(&large, vec![b'x'; 2 << 20]).unwrap();
    let failure = one(&store(&large, &identity), PLACE).unwrap_err();
    assert_eq!(failure.fault(), Fault::Unreadable, "{failure}");
}
