//! For the tests of programs and of stores: time that is set by hand.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, SystemTime},
};

use crate::Clock;

/// A clock that stands still but where someone sleeps, or moves it. Clones are the same clock.
///
/// # Example
/// ```
/// use std::time::Duration;
///
/// use confident_stores::{Clock, testing::ManualClock};
///
/// let clock = ManualClock::default();
/// clock.sleep(Duration::from_secs(3600)); // takes no time
/// assert_eq!(clock.elapsed(), Duration::from_secs(3600));
/// assert_eq!(clock.pauses(), [Duration::from_secs(3600)]);
/// ```
#[derive(Clone, Debug, Default)]
pub struct ManualClock(Arc<Mutex<State>>);

#[derive(Debug, Default)]
struct State {
    elapsed: Duration,
    pauses: Vec<Duration>,
    drawn: u64,
}

impl ManualClock {
    /// Moves the clock on.
    pub fn advance(&self, duration: Duration) {
        self.state().elapsed += duration;
    }

    /// How long every sleep was.
    pub fn pauses(&self) -> Vec<Duration> {
        self.state().pauses.clone()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Clock for ManualClock {
    /// The first second of 2027, and what has passed since.
    fn now(&self) -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_secs(1_798_761_600) + self.elapsed()
    }

    fn elapsed(&self) -> Duration {
        self.state().elapsed
    }

    fn sleep(&self, duration: Duration) {
        let mut state = self.state();
        state.elapsed += duration;
        state.pauses.push(duration);
    }

    /// The same numbers each time, spread evenly (the sequence of van der Corput).
    fn random(&self) -> f64 {
        let mut state = self.state();
        state.drawn += 1;
        (state.drawn.reverse_bits() >> 11) as f64 / (1u64 << 53) as f64
    }
}
