use std::time::Duration;

use confident::Config;

/// A service.
#[derive(Config)]
struct Settings {
    /// Port to listen on.
    #[config(len = 2..=5)]
    port: u16,
    /// How long a request may take.
    #[config(len = 1)]
    timeout: Duration,
}

fn main() {}
