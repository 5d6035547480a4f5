//! When a lease is renewed.

use std::time::Duration;

use crate::{Clock, Failure, Lease};

/// The pause after the first renewal that failed; those after it double.
const FIRST_PAUSE: Duration = Duration::from_secs(10);
/// The longest pause between two renewals.
const LONGEST_PAUSE: Duration = Duration::from_secs(300);
/// The shortest: whatever a store says, it is not asked more often.
const SHORTEST_PAUSE: Duration = Duration::from_secs(1);

/// A lease, and when it is due. All moments are on the clock's [`elapsed`](Clock::elapsed).
///
/// A lease is renewed when two thirds of it are over, up to a tenth of it earlier, so that what started together does
/// not come back together. A renewal that fails is tried again after pauses that double, never more often than once a
/// second, and never after the end of the lease.
#[derive(Clone, Debug)]
pub(crate) struct Renewal {
    pub(crate) lease: Lease,
    pub(crate) ends: Duration,
    /// When what was given on it must be asked for anew, if it is not renewed before that.
    pub(crate) again: Duration,
    /// When to ask next; `None` where it is no use.
    pub(crate) due: Option<Duration>,
    failures: u32,
}

impl Renewal {
    pub(crate) fn new(lease: Lease, clock: &dyn Clock) -> Self {
        let now = clock.elapsed();
        let due = lease.is_renewable.then(|| now + share(lease.duration, clock.random()).max(SHORTEST_PAUSE));
        let ends = now + lease.duration;
        let again = now + share_of_last(lease.duration, clock.random());
        Self { ends, again, due: due.filter(|due| *due < ends), lease, failures: 0 }
    }

    /// The store gave it for longer.
    pub(crate) fn renewed(&mut self, lease: Lease, clock: &dyn Clock) {
        *self = Self::new(lease, clock);
    }

    /// The store did not.
    pub(crate) fn failed(&mut self, failure: &Failure, clock: &dyn Clock) {
        let doubled = FIRST_PAUSE.saturating_mul(1u32.checked_shl(self.failures).unwrap_or(u32::MAX));
        let longest = doubled.min(LONGEST_PAUSE);
        // At least half of the pause: a failing store is not asked twice in a row by chance.
        let pause =
            longest.mul_f64(0.5 + clock.random() / 2.0).max(failure.pause().unwrap_or(SHORTEST_PAUSE));
        self.failures += 1;
        let next = clock.elapsed() + pause;
        let is_transient = failure.fault().is_transient();
        self.due = (is_transient && next < self.ends).then_some(next);
        if !is_transient {
            // The store does not know it any more, or not for this program.
            self.again = clock.elapsed();
        }
    }
}

/// After how much of its time something that lasts so long is asked for again: two thirds, up to a tenth of the time
/// earlier.
pub(crate) fn share(lasts: Duration, random: f64) -> Duration {
    lasts.mul_f64(2.0 / 3.0 - random.clamp(0.0, 1.0) / 10.0)
}

/// The same for what cannot be renewed, and is read anew: 85 to 90 percent.
pub(crate) fn share_of_last(lasts: Duration, random: f64) -> Duration {
    lasts.mul_f64(0.90 - random.clamp(0.0, 1.0) / 20.0)
}
