use std::time::Duration;

use confident::Config;

/// A service.
#[derive(Config)]
struct Settings {
    /// Port to listen on.
    #[config(range = 9..=8)]
    port: u16,
    /// Threads.
    #[config(range = 8..8)]
    threads: u16,
    /// How long a request may take.
    #[config(range = "5m"..="1s")]
    timeout: Duration,
    /// Share of requests to trace.
    #[config(range = 0.5..=0.1)]
    share: f64,
}

fn main() {}
