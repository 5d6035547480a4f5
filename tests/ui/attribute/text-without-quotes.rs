use std::time::Duration;

use confident::{ByteSize, Config};

/// A service.
#[derive(Config)]
struct Settings {
    /// How long a request may take.
    #[config(default = 30s)]
    timeout: Duration,
    /// How long a connection may idle.
    #[config(default = "5m", range = 1s..=10m)]
    idle: Duration,
    /// How large a request may be.
    #[config(default = 16MiB)]
    limit: ByteSize,
}

fn main() {}
