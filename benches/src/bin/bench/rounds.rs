//! Contenders that take turns.

use std::time::{Duration, Instant};

use crate::{Effort, worker::Worker};

/// What came of the turns of one contender.
pub(crate) struct Times {
    /// The median of one time.
    pub(crate) median: Duration,
    /// The median of its ratio to the yardstick in the same round: what else the machine does changes both.
    pub(crate) ratio: f64,
}

/// One contender: how its worker is started, and how often it works in one round.
pub(crate) struct Turns<'a> {
    pub(crate) start: Box<dyn Fn() -> Result<Worker, String> + 'a>,
    pub(crate) times: u32,
}

/// Lets all take turns, and compares them with the one at `yardstick`.
pub(crate) fn run(turns: &[Turns<'_>], yardstick: usize, effort: Effort) -> Vec<Result<Times, String>> {
    let mut samples: Vec<Result<Vec<(Duration, f64)>, String>> =
        turns.iter().map(|_| Ok(Vec::new())).collect();
    for _ in 0..effort.starts {
        let mut workers: Vec<Option<Worker>> = Vec::new();
        for (one, samples) in turns.iter().zip(&mut samples) {
            let worker = (one.start)().and_then(|mut worker| {
                // The first loads fill caches, of the program and of the processor.
                worker.work(one.times)?;
                worker.work(one.times)?;
                Ok(worker)
            });
            match worker {
                Ok(worker) => workers.push(Some(worker)),
                Err(reason) => {
                    workers.push(None);
                    *samples = Err(reason);
                }
            }
        }
        let start = Instant::now();
        let mut rounds = 0;
        while rounds < LEAST_ROUNDS || start.elapsed() < effort.turns / effort.starts {
            let mut took: Vec<Option<Duration>> = turns.iter().map(|_| None).collect();
            for turn in 0..turns.len() {
                // Another one begins each time, so that none always follows the same.
                let at = (turn + rounds) % turns.len();
                let Some(worker) = &mut workers[at] else { continue };
                match worker.work(turns[at].times) {
                    Ok(duration) => took[at] = Some(duration / turns[at].times),
                    Err(reason) => {
                        workers[at] = None;
                        samples[at] = Err(reason);
                    }
                }
            }
            let unit = took[yardstick].unwrap_or(Duration::MAX).as_secs_f64();
            for (duration, samples) in took.into_iter().zip(&mut samples) {
                if let (Some(duration), Ok(samples)) = (duration, samples) {
                    samples.push((duration, duration.as_secs_f64() / unit));
                }
            }
            rounds += 1;
        }
    }
    samples.into_iter().map(|samples| samples.map(medians)).collect()
}

/// However long one takes.
const LEAST_ROUNDS: usize = 15;

fn medians(mut samples: Vec<(Duration, f64)>) -> Times {
    let middle = samples.len() / 2;
    samples.sort_by_key(|(duration, _)| *duration);
    let median = samples[middle].0;
    samples.sort_by(|(_, one), (_, other)| one.total_cmp(other));
    Times { median, ratio: samples[middle].1 }
}
