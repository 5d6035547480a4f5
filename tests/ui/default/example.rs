use std::time::Duration;

use confident::Config;

/// A service.
#[derive(Config)]
struct Settings {
    /// Port to listen on.
    #[config(example = 70000)]
    port: u16,
    /// How long a request may take.
    #[config(example = "10m", range = ..="5m")]
    timeout: Duration,
    /// Peers.
    #[config(example = ["a", "b"], len = 1)]
    peers: Vec<String>,
}

fn main() {}
