use std::time::Duration;

use confident::{ByteSize, Config};

/// A service.
#[derive(Config)]
struct Settings {
    /// Port to listen on.
    #[config(default = 80, range = 1024..=65535)]
    port: u16,
    /// Share of requests to trace.
    #[config(default = 1.0, range = 0.0..1.0)]
    share: f64,
    /// How long a request may take.
    #[config(default = "10m", range = "1s"..="5m")]
    timeout: Duration,
    /// How large a request may be.
    #[config(default = "1KiB", range = "2KiB"..)]
    limit: ByteSize,
    /// Ports of the peers.
    #[config(default = [2000, 80], range = 1024..)]
    peers: Vec<u16>,
}

fn main() {}
