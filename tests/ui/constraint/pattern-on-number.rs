use std::time::Duration;

use confident::Config;

/// A service.
#[derive(Config)]
struct Settings {
    /// Port to listen on.
    #[config(pattern = "^[0-9]+$")]
    port: u16,
    /// How long a request may take.
    #[config(pattern = "s$")]
    timeout: Duration,
}

fn main() {}
