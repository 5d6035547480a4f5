use std::time::Duration;

use confident::Config;

/// A service.
#[derive(Config)]
struct Settings {
    /// Seconds.
    #[config(default = 30, unit = "s")]
    good: Duration,
    /// A fraction finer than a nanosecond.
    #[config(default = "0.5", unit = "ns")]
    bad: Duration,
}

fn main() {}
