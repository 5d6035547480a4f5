use std::time::Duration;

use confident::{ByteSize, Config};

/// A service.
#[derive(Config)]
struct Settings {
    /// Port to listen on.
    #[config(range = 1024..=70000)]
    port: u16,
    /// Threads.
    #[config(range = -1..)]
    threads: u16,
    /// How long a request may take.
    #[config(range = 1..=300)]
    timeout: Duration,
    /// How large a request may be.
    #[config(range = "1KiB"..="large")]
    limit: ByteSize,
}

fn main() {}
