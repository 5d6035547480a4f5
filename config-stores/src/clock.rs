//! Time and chance, so that tests need neither.

use std::{
    sync::LazyLock,
    thread,
    time::{Duration, Instant, SystemTime},
};

/// What time it is, how to wait, and a number that nobody foresees.
///
/// Everything here that waits or measures asks a clock, so that hours pass in a test at once
/// ([`testing::ManualClock`](crate::testing::ManualClock)).
pub trait Clock: Send + Sync + 'static {
    /// The time of day.
    fn now(&self) -> SystemTime;

    /// The time since some moment. It never goes back, whoever sets the time of day.
    fn elapsed(&self) -> Duration;

    /// Waits.
    fn sleep(&self, duration: Duration);

    /// A number from 0 to 1, the 1 excluded. It spreads load; nothing that must stay unknown is made of it.
    fn random(&self) -> f64;
}

/// The clock of the system.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> SystemTime {
        SystemTime::now()
    }

    fn elapsed(&self) -> Duration {
        static START: LazyLock<Instant> = LazyLock::new(Instant::now);
        START.elapsed()
    }

    fn sleep(&self, duration: Duration) {
        thread::sleep(duration);
    }

    fn random(&self) -> f64 {
        confident_core::__stores::random()
    }
}
