use std::time::Duration;

use confident::Config;

/// A service.
#[derive(Config)]
struct Settings {
    /// Port to listen on.
    #[config(defualt = 8080, range = 1024..=70000)]
    port: u16,
    /// How long a request may take.
    #[config(default = "30", owner = 5)]
    timeout: Duration,
    #[config(default = 70000)]
    admin_port: u16,
    /// Name to log.
    #[config(default = 5, separator = ";", not_secret = "it is a name")]
    name: String,
}

fn main() {}
