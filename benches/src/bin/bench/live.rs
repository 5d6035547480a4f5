//! The live bench: one read of settings that are swapped every millisecond.

mod contenders;

use std::{
    hint::black_box,
    sync::{
        Arc, Barrier,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use self::contenders::contenders;
use crate::{
    Effort, progress, report,
    table::{markdown, ratio},
};

/// How many threads read.
const READERS: [usize; 2] = [1, 2];
/// How often the value is another one.
const BETWEEN_SWAPS: Duration = Duration::from_millis(1);
/// How long a turn takes: some swaps are in it.
const TURN: Duration = Duration::from_millis(20);
/// How many reads there are between two looks at the clock.
const READS: u32 = 20_000;
/// However long they take.
const LEAST_ROUNDS: usize = 15;

/// A way to read settings that are swapped.
struct Contender {
    name: &'static str,
    /// Swaps the settings for those with this number in them.
    write: Box<dyn FnMut(u64) + Send>,
    /// Makes what one thread reads by.
    reader: Box<dyn Fn() -> Box<dyn Reads + Send>>,
    /// Whether a reader sees what is written.
    is_fresh: bool,
}

/// What one thread reads by.
trait Reads {
    /// The number in the settings.
    fn read(&mut self) -> u64;

    /// Reads so often. It is here, so that each contender has a loop of its own, in which it is compiled.
    fn read_often(&mut self, times: u32) -> u64 {
        let mut sum = 0u64;
        for _ in 0..times {
            // The compiler must not know that it is the same every time.
            sum = sum.wrapping_add(black_box(&mut *self).read());
        }
        sum
    }
}

impl<F: FnMut() -> u64> Reads for F {
    #[inline]
    fn read(&mut self) -> u64 {
        self()
    }
}

impl Contender {
    fn new<F: FnMut() -> u64 + Send + 'static>(
        name: &'static str,
        write: impl FnMut(u64) + Send + 'static,
        reader: impl Fn() -> F + 'static,
    ) -> Self {
        Self { name, write: Box::new(write), reader: Box::new(move || Box::new(reader())), is_fresh: true }
    }
}

pub(crate) fn run(effort: Effort) -> Result<(), String> {
    let mut text = String::new();
    for readers in READERS {
        progress(&format!("{readers} that read"));
        let mut contenders = contenders()?;
        contenders.iter_mut().try_for_each(reads_what_is_written)?;
        let times = turns(&mut contenders, readers, effort);
        let rows: Vec<Vec<String>> = contenders
            .iter()
            .zip(times)
            .map(|(contender, (nanoseconds, to_held))| {
                vec![contender.name.to_owned(), ratio(to_held), format!("{nanoseconds:.2}")]
            })
            .collect();
        let threads = if readers == 1 { "thread" } else { "threads" };
        let table = markdown(&["", "to an `Arc` that is held", "ns"], &rows);
        text.push_str(&format!("### {readers} {threads}, and one that swaps every millisecond\n\n{table}\n"));
    }
    report::publish("live", text.trim_end(), effort.whole)
}

/// Whether a contender reads what is written, before it is measured.
fn reads_what_is_written(contender: &mut Contender) -> Result<(), String> {
    let mut reader = (contender.reader)();
    for number in [7, 8, 9] {
        (contender.write)(number);
        let read = reader.read();
        if contender.is_fresh && read != number {
            return Err(format!("{} reads {read} in place of {number}", contender.name));
        }
    }
    Ok(())
}

/// Lets the contenders take turns, and answers for each the medians: how many nanoseconds a read takes, and how often as
/// long as that of the first one in the same round.
fn turns(contenders: &mut [Contender], readers: usize, effort: Effort) -> Vec<(f64, f64)> {
    let mut samples: Vec<Vec<(f64, f64)>> = contenders.iter().map(|_| Vec::new()).collect();
    let start = Instant::now();
    let mut rounds = 0;
    while rounds < LEAST_ROUNDS || start.elapsed() < effort.turns * 2 {
        let mut took = vec![0.0; contenders.len()];
        for turn in 0..contenders.len() {
            // Another one begins each time, so that none always follows the same.
            let at = (turn + rounds) % contenders.len();
            took[at] = one_turn(&mut contenders[at], readers);
        }
        for (samples, nanoseconds) in samples.iter_mut().zip(&took) {
            samples.push((*nanoseconds, nanoseconds / took[0]));
        }
        rounds += 1;
    }
    let median = |mut numbers: Vec<f64>| {
        numbers.sort_by(f64::total_cmp);
        numbers[numbers.len() / 2]
    };
    let medians = |samples: Vec<(f64, f64)>| {
        let (times, ratios) = samples.into_iter().unzip();
        (median(times), median(ratios))
    };
    samples.into_iter().map(medians).collect()
}

/// How many nanoseconds one read takes while another thread writes.
fn one_turn(contender: &mut Contender, readers: usize) -> f64 {
    let is_over = AtomicBool::new(false);
    let start = Arc::new(Barrier::new(readers));
    let read_by: Vec<Box<dyn Reads + Send>> = (0..readers).map(|_| (contender.reader)()).collect();
    let write = &mut contender.write;
    thread::scope(|scope| {
        scope.spawn(|| {
            let mut number = 10;
            while !is_over.load(Ordering::Relaxed) {
                write(number);
                number += 1;
                thread::sleep(BETWEEN_SWAPS);
            }
        });
        let threads: Vec<_> = read_by
            .into_iter()
            .map(|mut reader| {
                let start = Arc::clone(&start);
                scope.spawn(move || {
                    start.wait();
                    let start = Instant::now();
                    let mut reads = 0.0;
                    while start.elapsed() < TURN {
                        black_box(reader.read_often(READS));
                        reads += f64::from(READS);
                    }
                    start.elapsed().as_nanos() as f64 / reads
                })
            })
            .collect();
        let times = threads.into_iter().map(|thread| thread.join().expect("nothing panics in it"));
        let sum: f64 = times.sum();
        is_over.store(true, Ordering::Relaxed);
        sum / readers as f64
    })
}
