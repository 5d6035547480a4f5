use std::time::Duration;

use confident::{Config, SecretString};

/// A service with six mistakes, each in a field of its own: three in the attributes and three in
/// what the attributes say.
#[derive(Config)]
#[config(app = "service")]
struct Settings {
    /// Port to listen on.
    #[config(defualt = 8080)]
    port: u16,
    /// How long a request may take.
    #[config(default = "30")]
    timeout: Duration,
    /// The pool.
    #[config(nested, default = 5)]
    pool: Pool,
    /// Share of requests to trace.
    #[config(default = 2.0, range = 0.0..=1.0)]
    share: f64,
    /// Connection string of the database.
    #[config(default = "postgres://localhost")]
    database_url: SecretString,
    region: String,
    /// Name to log; nothing is wrong with it.
    #[config(default = "service")]
    name: String,
}

/// A pool.
#[derive(Config)]
struct Pool {
    /// Connections that may be opened.
    max: u32,
}

fn main() {}
