//! What is done to a trail shows, and names its line.

use super::*;
use proptest::prelude::*;

#[test]
fn every_changed_byte_names_its_line() {
    let files = written("edited", 5);
    let lines = files.lines();
    for (at, byte) in files.log.iter().enumerate() {
        let before = files.log[..at].iter().filter(|byte| **byte == b'\n').count() as u64;
        let mut changed = files.clone();
        changed.log[at] = byte ^ 1;
        let (line, fault) = changed.bad();
        assert_eq!(line, Some(before + 1), "byte {at}: {fault:?}");
        // The break behind the last line ends the trail too early.
        let is_end = at + 1 == files.log.len();
        assert!(
            if is_end { matches!(fault, Fault::Truncated { .. }) } else { fault == Fault::Edited },
            "{fault:?}"
        );
    }
    assert_eq!(lines.concat(), files.log);
}

#[test]
fn every_changed_field_names_its_line() {
    let files = written("field", 4);
    let lines = files.lines();
    for number in [1, 2, 4] {
        let text = String::from_utf8(lines[number - 1].clone()).unwrap();
        let object: serde_json::Map<String, serde_json::Value> = serde_json::from_str(&text).unwrap();
        assert!(object.len() >= 10, "{object:?}");
        for (name, value) in &object {
            let other = match value {
                serde_json::Value::Number(number) => serde_json::json!(number.as_u64().unwrap() + 1),
                value => serde_json::json!(format!("{}x", value.as_str().unwrap())),
            };
            let changed = text.replace(&format!("\"{name}\":{value}"), &format!("\"{name}\":{other}"));
            assert_ne!(changed, text);
            let mut lines = lines.clone();
            lines[number - 1] = changed.into_bytes();
            let (line, fault) = files.with(&lines).bad();
            // The head shows that the key is the right one, where the name of the key was changed.
            assert_eq!((line, fault), (Some(number as u64), Fault::Edited), "{name}");
        }
    }
}

#[test]
fn a_deleted_line_is_missed_where_it_was() {
    let files = written("deleted", 6);
    for at in 0..6 {
        let mut lines = files.lines();
        lines.remove(at);
        let record = at as u64 + 1;
        let fault = match at {
            5 => Fault::Truncated { from: record, to: record },
            _ => Fault::Missing { from: record, to: record },
        };
        assert_eq!(files.with(&lines).bad(), (Some(record), fault));
    }
    let mut lines = files.lines();
    lines.drain(1..4);
    assert_eq!(files.with(&lines).bad(), (Some(2), Fault::Missing { from: 2, to: 4 }));
}

#[test]
fn an_inserted_line_is_told_from_an_edited_one() {
    let files = written("inserted", 5);
    let forged = String::from_utf8(files.lines()[2].clone()).unwrap().replace("database_url", "another");
    let foreign = {
        let path = folder("foreign").join("audit.jsonl");
        let trail = Trail::keyed(&path, other_key()).unsynced().open(OnFailure::Closed).unwrap();
        trail.record(&event("a", "1")).unwrap();
        Files::of(&path).lines()[1].clone()
    };
    let inserted = [
        b"{}\n".to_vec(),
        b"\n".to_vec(),
        b"\xff\x00\n".to_vec(),
        [&[b'x'; 200_000][..], b"\n"].concat(),
        forged.into_bytes(),
        foreign,
    ];
    for text in &inserted {
        for at in 0..=5 {
            let mut lines = files.lines();
            lines.insert(at, text.clone());
            assert_eq!(files.with(&lines).bad(), (Some(at as u64 + 1), Fault::Inserted));
        }
    }
}

#[test]
fn a_line_of_another_trail_with_the_same_key_is_told() {
    let files = written("spliced", 5);
    let other = written("spliced", 8).lines();
    let bad_with = |at: usize, line: &Vec<u8>| {
        let mut lines = files.lines();
        lines.insert(at, line.clone());
        files.with(&lines).bad()
    };
    assert_eq!(bad_with(3, &other[3]), (Some(4), Fault::Unlinked { record: 4 }));
    assert_eq!(bad_with(3, &other[1]), (Some(4), Fault::Duplicated { record: 2 }));
    assert_eq!(bad_with(3, &other[7]), (Some(4), Fault::OutOfOrder { record: 8 }));
    // The whole trail, with the head of the one that was there.
    let replaced = Files { log: other[..5].concat(), head: files.head.clone() };
    assert_eq!(replaced.bad(), (Some(5), Fault::NotOfHead { record: 5 }));
}

#[test]
fn a_reorder_and_a_copy_name_the_first_line() {
    let files = written("reorder", 7);
    for at in 0..7 {
        for to in (0..7).filter(|to| *to != at) {
            let mut lines = files.lines();
            let line = lines.remove(at);
            lines.insert(to, line.clone());
            let (bad, fault) = files.with(&lines).bad();
            assert_eq!(bad, Some(at.min(to) as u64 + 1));
            assert!(matches!(fault, Fault::OutOfOrder { .. }), "{fault:?}");
        }
        for to in 0..=7 {
            let mut lines = files.lines();
            lines.insert(to, lines[at].clone());
            // A copy beside its line is the second of the two.
            let expected = if to == at { at + 2 } else { to + 1 };
            let record = at as u64 + 1;
            assert_eq!(files.with(&lines).bad(), (Some(expected as u64), Fault::Duplicated { record }));
        }
    }
}

#[test]
fn a_truncation_at_any_byte_shows() {
    let files = written("truncated", 5);
    for end in 0..files.log.len() {
        let cut = Files { log: files.log[..end].to_vec(), head: files.head.clone() };
        let whole = cut.log.iter().filter(|byte| **byte == b'\n').count() as u64;
        let expected = Fault::Truncated { from: whole + 1, to: 5 };
        assert_eq!(cut.bad(), (Some(whole + 1), expected), "{end} bytes");
    }
}

#[test]
fn a_head_that_is_not_the_trails_is_told() {
    let path = folder("head").join("audit.jsonl");
    let trail = open(&path);
    let mut heads = vec![Files::of(&path).head];
    for _ in 0..4 {
        trail.record(&event("database_url", "1")).unwrap();
        heads.push(Files::of(&path).head);
    }
    let files = Files::of(&path);
    let with = |head: &Option<String>| Files { head: head.clone(), ..files.clone() };
    // The second write has line 3: the first has two.
    for (writes, expected) in [(0, 1), (1, 3), (2, 4)] {
        let (line, fault) = with(&heads[writes]).bad();
        assert_eq!(line, Some(expected));
        assert_eq!(fault, Fault::HeadBehind { records: 5 - expected + 1 });
    }
    // One write behind is how a crash leaves it.
    let verdict = with(&heads[3]).verify();
    assert!(verdict.is_good() && verdict.ahead == 1, "{verdict:?}");
    assert_eq!(with(&None).bad(), (None, Fault::HeadMissing));
    assert_eq!(with(&Some(String::new())).bad(), (None, Fault::HeadEdited));
    let head = files.head.clone().unwrap();
    for at in 0..head.trim_end().len() {
        let mut bytes = head.clone().into_bytes();
        bytes[at] ^= 1;
        let (line, fault) = with(&Some(String::from_utf8(bytes).unwrap())).bad();
        assert_eq!(line, None);
        assert!(matches!(fault, Fault::HeadEdited | Fault::ForeignKey), "{fault:?}");
    }
    // Who has no key cannot make a head for less, not from the parts of one that is good.
    let shorter = files.with(&files.lines()[..4]);
    let forged = head.replace("\"sequence\":5", "\"sequence\":4");
    assert_eq!(Files { head: Some(forged), ..shorter }.bad(), (None, Fault::HeadEdited));
}

#[test]
fn an_older_pair_of_files_shows_against_a_checkpoint_only() {
    let path = folder("checkpoint").join("audit.jsonl");
    let trail = open(&path);
    trail.record(&event("database_url", "1")).unwrap();
    let (earlier, early) = (Files::of(&path), trail.head());
    trail.record(&event("database_url", "2")).unwrap();
    let checkpoint: Head = fs::read_to_string(head_path(&path)).unwrap().parse().unwrap();
    assert_eq!((checkpoint.clone(), checkpoint.sequence()), (trail.head(), 3));
    trail.record(&event("database_url", "3")).unwrap();
    let later = Files::of(&path);
    let against = |files: &Files, checkpoint: &Head| {
        files.verify_with(&Verification::with(&key()).checkpoint(checkpoint.clone())).unwrap().bad
    };
    assert!(earlier.verify().is_good());
    let bad = against(&earlier, &checkpoint).unwrap();
    assert_eq!((bad.line, bad.fault), (Some(3), Fault::Truncated { from: 3, to: 3 }));
    assert_eq!(against(&earlier, &early), None);
    assert_eq!(against(&later, &checkpoint), None);
    // Another trail, made with the key, of the same length.
    let other = written("checkpoint", 4);
    let bad = against(&other, &checkpoint).unwrap();
    assert_eq!((bad.line, bad.fault), (Some(3), Fault::NotOfCheckpoint { record: 3 }));
    let foreign = Trail::keyed(folder("checkpoint").join("audit.jsonl"), other_key());
    let foreign = foreign.open(OnFailure::Closed).unwrap().head();
    let verification = Verification::with(&key()).checkpoint(foreign);
    assert!(matches!(later.verify_with(&verification), Err(VerifyError::Checkpoint)));
}

#[test]
fn another_key_is_named() {
    let files = written("keys", 3);
    let verdict = files.verify_with(&Verification::with(&other_key())).unwrap();
    assert_eq!(verdict.bad.map(|bad| (bad.line, bad.fault)), Some((Some(1), Fault::ForeignKey)));
    assert!(matches!(files.verify_with(&Verification::unkeyed()), Err(VerifyError::KeyNeeded)));
    // A trail that is made anew without the key does not pass for one with it.
    let path = folder("keys").join("audit.jsonl");
    let trail = Trail::unkeyed(&path).unsynced().open(OnFailure::Closed).unwrap();
    let before = Files::of(&path);
    assert_eq!(before.bad(), (None, Fault::ForeignKey));
    trail.record(&event("database_url", "1")).unwrap();
    assert_eq!(Files::of(&path).bad(), (Some(1), Fault::ForeignKey));
    assert!(Files::of(&path).verify_with(&Verification::unkeyed()).unwrap().is_good());
}

#[test]
fn without_a_key_only_a_checkpoint_shows_tampering() {
    let write = |name: &str| {
        let path = folder("unkeyed").join("audit.jsonl");
        let time = SystemTime::UNIX_EPOCH;
        let trail = Trail::unkeyed(&path).clock(move || time).open(OnFailure::Closed).unwrap();
        for name in ["a", name, "c"] {
            trail.record(&event(name, "1")).unwrap();
        }
        (Files::of(&path), trail.head())
    };
    let (files, checkpoint) = write("b");
    let (anew, _) = write("x");
    let unkeyed = Verification::unkeyed();
    assert!(anew.verify_with(&unkeyed).unwrap().is_good(), "anyone can compute it");
    let bad = anew.verify_with(&unkeyed.clone().checkpoint(checkpoint)).unwrap().bad.unwrap();
    assert_eq!((bad.line, bad.fault), (Some(4), Fault::NotOfCheckpoint { record: 4 }));
    // An accident shows all the same.
    let mut lines = files.lines();
    lines.remove(1);
    let bad = files.with(&lines).verify_with(&unkeyed).unwrap().bad.unwrap();
    assert_eq!((bad.line, bad.fault), (Some(2), Fault::Missing { from: 2, to: 2 }));
    let text = String::from_utf8(files.log).unwrap();
    assert!(!text.contains("fingerprint"), "a hash without a key is soon guessed: {text}");
}

/// Something that is done to a trail by who has no key.
#[derive(Clone, Debug)]
enum Tampering {
    Edit { line: prop::sample::Index, byte: prop::sample::Index, to: u8 },
    Delete { line: prop::sample::Index },
    Insert { at: prop::sample::Index, text: Vec<u8> },
    Move { from: prop::sample::Index, to: prop::sample::Index },
    Copy { line: prop::sample::Index, to: prop::sample::Index },
    Truncate { bytes: prop::sample::Index },
}

fn tampering() -> impl Strategy<Value = Tampering> {
    use prop::sample::Index;
    prop_oneof![
        any::<(Index, Index, u8)>().prop_map(|(line, byte, to)| Tampering::Edit { line, byte, to }),
        any::<Index>().prop_map(|line| Tampering::Delete { line }),
        (any::<Index>(), "[^\n]{0,40}")
            .prop_map(|(at, text)| { Tampering::Insert { at, text: format!("{text}\n").into_bytes() } }),
        any::<(Index, Index)>().prop_map(|(from, to)| Tampering::Move { from, to }),
        any::<(Index, Index)>().prop_map(|(line, to)| Tampering::Copy { line, to }),
        any::<Index>().prop_map(|bytes| Tampering::Truncate { bytes }),
    ]
}

/// The trail after it, and the first line that is bad; none, where nothing changed.
fn tampered(files: &Files, tampering: &Tampering) -> (Files, Option<usize>) {
    let mut lines = files.lines();
    let count = lines.len();
    let bad = match tampering {
        Tampering::Edit { line, byte, to } => {
            let line = line.index(count);
            let byte = byte.index(lines[line].len());
            let is_other = lines[line][byte] != *to;
            lines[line][byte] = *to;
            is_other.then_some(line)
        }
        Tampering::Delete { line } => {
            lines.remove(line.index(count));
            Some(line.index(count))
        }
        Tampering::Insert { at, text } => {
            lines.insert(at.index(count + 1), text.clone());
            Some(at.index(count + 1))
        }
        Tampering::Move { from, to } => {
            let (from, to) = (from.index(count), to.index(count));
            let line = lines.remove(from);
            lines.insert(to, line);
            (from != to).then_some(from.min(to))
        }
        Tampering::Copy { line, to } => {
            let (line, to) = (line.index(count), to.index(count + 1));
            lines.insert(to, lines[line].clone());
            Some(if to == line { to + 1 } else { to })
        }
        Tampering::Truncate { bytes } => {
            let log = files.log[..bytes.index(files.log.len())].to_vec();
            let whole = log.iter().filter(|byte| **byte == b'\n').count();
            return (Files { log, ..files.clone() }, Some(whole));
        }
    };
    (files.with(&lines), bad)
}

/// What a record is made of.
fn texts() -> impl Strategy<Value = (String, String, Vec<u8>)> {
    (".{0,60}", "\\PC{0,20}", prop::collection::vec(any::<u8>(), 0..40))
}

proptest! {
    #[test]
    fn any_tampering_with_any_trail_names_the_first_line(
        writes in prop::collection::vec(prop::collection::vec(texts(), 1..4), 1..8),
        tamperings in prop::collection::vec(tampering(), 8),
    ) {
        let folder = folder("any");
        let path = folder.join("audit.jsonl");
        let trail = open(&path);
        for write in &writes {
            let events: Vec<Event> = write
                .iter()
                .map(|(name, place, value)| {
                    Event::new(Action::Refresh, Outcome::Stale).key(name).path(place).value(value)
                })
                .collect();
            trail.record_all(&events).unwrap();
        }
        let files = Files::of(&path);
        fs::remove_dir_all(&folder).unwrap();
        let verdict = files.verify();
        prop_assert!(verdict.is_good(), "{verdict:?}");
        prop_assert_eq!(verdict.records as usize, 1 + writes.iter().map(Vec::len).sum::<usize>());
        for tampering in &tamperings {
            let (after, line) = tampered(&files, tampering);
            let verdict = after.verify();
            let found = verdict.bad.as_ref().map(|bad| bad.line);
            prop_assert_eq!(found, line.map(|line| Some(line as u64 + 1)), "{:?}: {:?}", tampering, verdict);
        }
    }
}
