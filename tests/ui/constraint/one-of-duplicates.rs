use std::time::Duration;

use confident::Config;

/// A service.
#[derive(Config)]
struct Settings {
    /// Region.
    #[config(one_of = ["eu", "us", "eu"])]
    region: String,
    /// How long a request may take.
    #[config(one_of = ["60s", "1m"])]
    timeout: Duration,
}

fn main() {}
