use std::time::Duration;

use confident::{ByteSize, Config};

/// A service.
#[derive(Config)]
struct Settings {
    /// How long a request may take.
    #[config(unit = "fortnight")]
    timeout: Duration,
    /// How large a request may be.
    #[config(unit = "MB")]
    limit: ByteSize,
}

fn main() {}
