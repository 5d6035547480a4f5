//! Settings that are watched in a volume of Kubernetes, which is swapped all the time: whoever reads them sees one whole
//! generation.
#![cfg(all(feature = "live", feature = "serde", feature = "toml", unix))]

mod common;
#[path = "common/volume.rs"]
mod volume;

use std::{
    fs,
    path::Path,
    sync::atomic::{
        AtomicBool, AtomicU64,
        Ordering::{Acquire, Relaxed, Release},
    },
    thread,
    time::{Duration, Instant},
};

use confident::{Config, ExposeSecret, File, Live, SecretDir, SecretString, Snapshot, Watch};
use volume::Volume;

/// A program whose values are all of one generation of the volume, or torn.
#[derive(Config)]
#[config(app = "volume")]
struct Settings {
    /// The number of the generation.
    #[config(live)]
    first: u64,
    /// The number again, as a secret.
    #[config(live)]
    second: SecretString,
    /// The number twice, in a document.
    #[config(serde, live)]
    document: Document,
    /// The number once more, in a file of another source.
    #[config(live)]
    third: u64,
}

#[derive(Debug, serde::Deserialize)]
struct Document {
    head: u64,
    tail: u64,
}

const FILES: [volume::File; 4] = [
    ("first", |generation| generation.to_string()),
    ("second", |generation| generation.to_string()),
    ("document", document),
    ("settings.toml", |generation| format!("third = {generation}\n")),
];

/// A document that is long enough to take more than one page.
fn document(generation: u64) -> String {
    format!(r#"{{"head": {generation}, "note": "{}", "tail": {generation}}}"#, "x".repeat(5000))
}

/// What was seen while the volume was swapped.
#[derive(Debug, Default)]
struct Seen {
    swaps: AtomicU64,
    reads: AtomicU64,
    /// Snapshots that are of more than one generation.
    torn: AtomicU64,
    /// Snapshots that are older than one before.
    backwards: AtomicU64,
    /// Loads that gave up.
    rejected: u64,
    /// How many generations the program had.
    generations: u64,
    /// The control: files that were read by their names, one after the other.
    naive: AtomicU64,
    naive_torn: AtomicU64,
}

/// How long readers do not look at the settings after some hundred reads: there are more of them than processors.
const REST: Duration = Duration::from_micros(500);

/// Swaps the volume every millisecond, with eight readers and a control.
fn swapped_for(long: Duration) -> Seen {
    let mut volume = Volume::new(&FILES);
    let path = volume.path().to_owned();
    // Every change is looked at at once: to wait for the end of the changes would be to wait for ever.
    let watch = Watch::new().poll(Duration::from_millis(5)).debounce(Duration::ZERO).on_event(|_| {});
    let loader = Settings::loader().source(SecretDir::new(&path));
    let loader = loader.source(File::required(path.join("settings.toml")));
    let settings: Live<Settings> = loader.watch_with(watch).expect("it is right");
    let (seen, is_over) = (Seen::default(), AtomicBool::new(false));
    thread::scope(|scope| {
        let writer = scope.spawn(|| {
            while !is_over.load(Acquire) {
                let start = Instant::now();
                volume.swap();
                seen.swaps.fetch_add(1, Relaxed);
                thread::sleep(Duration::from_millis(1).saturating_sub(start.elapsed()));
            }
        });
        for number in 0..8 {
            let (settings, seen, is_over) = (&settings, &seen, &is_over);
            scope.spawn(move || {
                let (mut reader, mut last) = (settings.reader(), (0, 0));
                while !is_over.load(Acquire) {
                    for _ in 0..200 {
                        if number % 2 == 0 {
                            look(&settings.current(), &mut last, seen);
                        } else {
                            look(reader.current(), &mut last, seen);
                        }
                    }
                    thread::sleep(REST);
                }
            });
        }
        let control = scope.spawn(|| {
            while !is_over.load(Acquire) {
                naive(&path, &seen);
                thread::sleep(REST);
            }
        });
        let start = Instant::now();
        // On a busy machine the control needs longer.
        while start.elapsed() < long
            || (seen.naive_torn.load(Relaxed) == 0 && start.elapsed() < Duration::from_secs(60))
        {
            thread::sleep(Duration::from_millis(10));
        }
        is_over.store(true, Release);
        writer.join().expect("it does not panic");
        control.join().expect("it does not panic");
    });
    let status = settings.status();
    Seen { rejected: status.rejections, generations: status.generation, ..seen }
}

/// Looks whether a snapshot is whole, and not older than the last one.
fn look(snapshot: &Snapshot<Settings>, last: &mut (u64, u64), seen: &Seen) {
    let Settings { first, second, document: Document { head, tail }, third } = &**snapshot;
    let is_whole = second.expose_secret() == first.to_string() && [head, tail, third] == [first; 3];
    let now = (snapshot.generation(), *first);
    seen.reads.fetch_add(1, Relaxed);
    seen.torn.fetch_add(u64::from(!is_whole), Relaxed);
    seen.backwards.fetch_add(u64::from(now.0 < last.0 || now.1 < last.1), Relaxed);
    *last = now;
}

/// Reads the files as a program does that knows nothing of volumes.
fn naive(path: &Path, seen: &Seen) {
    let read = |name| fs::read_to_string(path.join(name)).ok();
    if let (Some(first), Some(second), Some(text)) = (read("first"), read("second"), read("document")) {
        let is_whole = first == second && first.parse().is_ok_and(|first| text == document(first));
        seen.naive.fetch_add(1, Relaxed);
        seen.naive_torn.fetch_add(u64::from(!is_whole), Relaxed);
    }
}

fn no_snapshot_is_torn(long: Duration) {
    let seen = swapped_for(long);
    println!("{seen:?}");
    assert_eq!((seen.torn.load(Relaxed), seen.backwards.load(Relaxed)), (0, 0), "{seen:?}");
    // A load that never finds the volume at rest changes nothing; most find it.
    assert!(seen.generations > 10 && seen.rejected < seen.generations, "{seen:?}");
    assert!(seen.naive_torn.load(Relaxed) > 0, "the control does not tear: {seen:?}");
}

#[test]
fn a_snapshot_is_one_whole_generation_of_a_volume_that_is_swapped() {
    no_snapshot_is_torn(Duration::from_secs(2));
}

#[test]
#[ignore = "takes 30 seconds; `cargo xtask prove` runs it"]
fn a_snapshot_is_one_whole_generation_of_a_volume_that_is_swapped_for_30_seconds() {
    no_snapshot_is_torn(Duration::from_secs(30));
}
