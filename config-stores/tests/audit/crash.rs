//! What a crash leaves behind is told, set right, and kept.

use super::*;

/// Files as a crash leaves them: the bytes of a write that were written, with the head from before.
fn crashed(before: &Files, after: &Files, written: usize) -> Files {
    let log = after.log[..before.log.len() + written].to_vec();
    Files { log, head: before.head.clone() }
}

#[test]
fn a_write_that_is_cut_at_any_byte_is_recovered() {
    let path = folder("cut").join("audit.jsonl");
    let trail = open(&path);
    // Before the first record; then one record; then three in one write.
    let mut states = vec![Files::of(&path)];
    trail.record(&event("database_url", "1")).unwrap();
    states.push(Files::of(&path));
    trail.record_all(&[event("a", "1"), event("b", "2"), event("c", "3")]).unwrap();
    states.push(Files::of(&path));
    drop(trail);
    for pair in states.windows(2) {
        let [before, after] = pair else { unreachable!() };
        for written in 0..=after.log.len() - before.log.len() {
            let crashed = crashed(before, after, written);
            let tail = crashed.log.rsplit(|byte| *byte == b'\n').next().unwrap().len();
            let whole = crashed.log.iter().filter(|byte| **byte == b'\n').count() as u64;
            // Before it is set right, a piece shows, and whole records are in order.
            let verdict = crashed.verify();
            let told = verdict.bad.as_ref().map(|bad| (bad.line, bad.fault.clone()));
            assert_eq!(told, (tail > 0).then_some((Some(whole + 1), Fault::Torn)), "{written} bytes");
            assert_eq!(verdict.records, whole);
            crashed.write(&path);
            open(&path).record(&event("after", "9")).unwrap();
            let files = Files::of(&path);
            assert!(files.log.starts_with(&crashed.log), "nothing is removed");
            let verdict = files.verify();
            assert!(verdict.is_good() && verdict.torn == u64::from(tail > 0), "{written}: {verdict:?}");
            assert_eq!(verdict.ahead, 0);
            let lines = files.lines();
            let bad = Entries::new(&files.log[..]).filter(|line| line.as_ref().unwrap().entry.is_none());
            assert_eq!(bad.count(), usize::from(tail > 0));
            assert_eq!(lines.len() as u64, verdict.records + u64::from(tail > 0));
        }
    }
}

#[test]
fn a_crash_while_it_recovers_is_recovered_too() {
    let path = folder("twice").join("audit.jsonl");
    let trail = open(&path);
    trail.record(&event("database_url", "1")).unwrap();
    let before = Files::of(&path);
    trail.record(&event("database_url", "2")).unwrap();
    let after = Files::of(&path);
    let torn = crashed(&before, &after, 100);
    torn.write(&path);
    open(&path).record(&event("database_url", "3")).unwrap();
    let recovered = Files::of(&path);
    for written in 0..=recovered.log.len() - torn.log.len() {
        let again = crashed(&torn, &recovered, written);
        again.write(&path);
        open(&path).record(&event("database_url", "4")).unwrap();
        let files = Files::of(&path);
        assert!(files.log.starts_with(&again.log));
        let verdict = files.verify();
        assert!(verdict.is_good() && (1..=2).contains(&verdict.torn), "{written} bytes: {verdict:?}");
    }
}

#[test]
fn what_is_torn_is_vouched_for() {
    let path = folder("vouched").join("audit.jsonl");
    let trail = open(&path);
    let before = Files::of(&path);
    trail.record(&event("database_url", "1")).unwrap();
    crashed(&before, &Files::of(&path), 700).write(&path);
    open(&path).record(&event("database_url", "2")).unwrap();
    let files = Files::of(&path);
    let lines = files.lines();
    let torn = lines.iter().position(|line| !line.ends_with(b"\"}\n")).expect("one is torn");
    for at in 0..lines[torn].len() {
        let mut changed = lines.clone();
        changed[torn][at] ^= 1;
        let (line, fault) = files.with(&changed).bad();
        assert_eq!((line, fault), (Some(torn as u64 + 1), Fault::Edited), "byte {at}");
    }
    let mut deleted = lines.clone();
    deleted.remove(torn);
    let (line, fault) = files.with(&deleted).bad();
    assert_eq!(line, Some(torn as u64 + 1));
    assert!(matches!(fault, Fault::Unlinked { .. }), "{fault:?}");
}

#[test]
fn a_trail_that_was_tampered_with_is_not_gone_on_with() {
    let path = folder("evidence").join("audit.jsonl");
    let trail = open(&path);
    for number in 0..4 {
        trail.record(&event("database_url", &number.to_string())).unwrap();
    }
    drop(trail);
    let files = Files::of(&path);
    let lines = files.lines();
    let last = lines.len() - 1;
    let mut edited = lines.clone();
    edited[last][10] ^= 1;
    let other = written("evidence", lines.len());
    let refused = [
        ("truncated", files.with(&lines[..last])),
        (
            "torn where the head knows better",
            Files { log: files.log[..files.log.len() - 3].to_vec(), ..files.clone() },
        ),
        ("emptied", files.with(&[])),
        ("without a head", Files { head: None, ..files.clone() }),
        ("with a head of another trail", Files { head: other.head, ..files.clone() }),
        ("with no head at all", Files { head: Some("{}".to_owned()), ..files.clone() }),
    ];
    for (how, tampered) in refused {
        tampered.write(&path);
        let error = Trail::keyed(&path, key()).open(OnFailure::Closed).expect_err(how);
        assert!(matches!(error.fault, AuditFault::Changed(_)), "{how}: {error}");
        assert!(error.to_string().contains("keep it and its head as evidence"), "{error}");
        assert_eq!(Files::of(&path), tampered, "{how}: the evidence is as it was");
    }
    // The control: as it was, it is gone on with.
    files.write(&path);
    open(&path).record(&event("database_url", "5")).unwrap();
    assert!(Files::of(&path).verify().is_good());
    fs::remove_file(&path).unwrap();
    let error = Trail::keyed(&path, key()).open(OnFailure::Closed).expect_err("it is gone");
    assert!(error.to_string().contains("records 1 to 6"), "{error}");
    assert!(!path.exists(), "none is begun in its place");
    let error = Trail::keyed(folder("evidence").join("x"), key()).open(OnFailure::Closed);
    assert!(error.is_ok(), "where there is no head, a trail begins");
}

#[test]
fn a_process_sees_its_trail_go_back() {
    let path = folder("back").join("audit.jsonl");
    let trail = open(&path);
    trail.record(&event("database_url", "1")).unwrap();
    let earlier = Files::of(&path);
    trail.record(&event("database_url", "2")).unwrap();
    // Both files, as they were: nobody else can tell.
    earlier.write(&path);
    assert!(earlier.verify().is_good());
    for _ in 0..2 {
        let error = trail.record(&event("database_url", "3")).expect_err("its last record is gone");
        assert!(matches!(error.fault, AuditFault::Changed(Fault::Truncated { .. })), "{error}");
    }
    assert_eq!(trail.missed(), 2);
}

/// Starts a process of this test that writes to the trail until it is killed, or as often as is said. It prints a line
/// for each write.
fn writer(path: &Path, writes: usize, at_once: usize) -> Child {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--ignored", "--exact", "crash::writes_to_a_trail", "--nocapture", "--test-threads=1"]);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let mut orders = child.stdin.take().unwrap();
    writeln!(orders, "{}\n{writes}\n{at_once}", path.display()).unwrap();
    child
}

#[test]
#[ignore = "the child of other tests"]
fn writes_to_a_trail() {
    let orders: Vec<String> = io::stdin().lines().map(Result::unwrap).collect();
    let [path, writes, at_once] = &orders[..] else { panic!("{orders:?}") };
    let (writes, at_once): (usize, usize) = (writes.parse().unwrap(), at_once.parse().unwrap());
    let trail = Trail::keyed(path, key());
    // Who does not wait for the disk is killed within a write more often.
    let trail = if at_once == 1 { trail } else { trail.unsynced() };
    let trail = trail.open(OnFailure::Closed).unwrap().by(who());
    let events = vec![event("database_url", "1"); at_once];
    for _ in 0..writes {
        trail.record_all(&events).unwrap();
        println!("written");
    }
}

#[test]
fn a_process_that_is_killed_loses_nothing_that_it_was_told_is_written() {
    const ROUNDS: u64 = 40;
    let path = folder("killed").join("audit.jsonl");
    let (mut told, mut torn, mut ahead) = (0, 0, 0);
    for round in 0..ROUNDS {
        // One record at once is written in one piece by most systems, many are not.
        let at_once = [1, 40][round as usize % 2];
        let mut child = writer(&path, usize::MAX, at_once);
        let mut output = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        // The first stands behind what the harness says of the test.
        while !line.ends_with("written\n") {
            line.clear();
            assert_ne!(output.read_line(&mut line).unwrap(), 0, "the child writes");
        }
        // A moment that is another in each round.
        thread::sleep(Duration::from_micros(round * 7919 % 50_000));
        child.kill().unwrap();
        child.wait().unwrap();
        let rest = output.lines().filter(|line| line.as_ref().unwrap() == "written").count();
        told += (rest + 1) as u64 * at_once as u64;
        let verdict = Verification::with(&key()).of(&path).unwrap();
        match verdict.bad.as_ref().map(|bad| &bad.fault) {
            None => {}
            Some(Fault::Torn) => torn += 1,
            Some(fault) => panic!("round {round}: {fault:?}"),
        }
        ahead += u64::from(verdict.ahead > 0);
        assert!(verdict.records > told, "round {round}: {told} were told, {verdict:?}");
    }
    open(&path).record(&event("database_url", "1")).unwrap();
    let verdict = Verification::with(&key()).of(&path).unwrap();
    assert!(verdict.is_good(), "{verdict:?}");
    assert_eq!(verdict.torn, torn);
    println!(
        "{ROUNDS} kills: {told} records told, {} found; {torn} torn, {ahead} ahead of the head",
        verdict.records
    );
}

#[test]
fn two_processes_share_a_trail() {
    const WRITES: usize = 200;
    let path = folder("shared").join("audit.jsonl");
    let mut writers = [1, 3].map(|at_once| writer(&path, WRITES, at_once));
    // A third, and someone who verifies meanwhile.
    let here = open(&path);
    let mut verified = 0;
    let mut written = 0;
    while writers.iter_mut().any(|child| child.try_wait().unwrap().is_none()) {
        here.record(&event("queue_url", "1")).unwrap();
        written += 1;
        let verdict = Verification::with(&key()).of(&path).unwrap();
        assert!(verdict.is_good() && verdict.ahead == 0, "{verdict:?}");
        verified += 1;
    }
    for mut child in writers {
        assert!(child.wait().unwrap().success());
    }
    let verdict = Verification::with(&key()).of(&path).unwrap();
    assert!(verdict.is_good(), "{verdict:?}");
    assert_eq!(verdict.records as usize, 1 + WRITES * 4 + written);
    println!("verified {verified} times meanwhile");
}

#[test]
fn threads_share_a_trail() {
    let path = folder("threads").join("audit.jsonl");
    let trail = open(&path);
    thread::scope(|scope| {
        for _ in 0..8 {
            let trail = trail.clone();
            scope.spawn(move || (0..100).for_each(|_| trail.record(&event("database_url", "1")).unwrap()));
        }
    });
    let verdict = Files::of(&path).verify();
    assert!(verdict.is_good() && verdict.records == 801, "{verdict:?}");
}
