use std::time::Duration;

use confident::Config;

/// A service.
#[derive(Config)]
#[config(
    rule(min <= max, "the least is not more than the most"),
    rule(timeout < idle, "a request ends before its connection"),
)]
struct Settings {
    /// The least.
    #[config(default = 20)]
    min: u32,
    /// The most.
    #[config(default = 10)]
    max: u32,
    /// How long a request may take.
    #[config(default = "5m")]
    timeout: Duration,
    /// How long a connection may idle.
    #[config(default = "300s")]
    idle: Duration,
}

fn main() {}
