//! The payments service, as in the README.

use std::{net::SocketAddr, time::Duration};

use confident::{Config, SecretString};

/// The payments service.
#[derive(Config)]
#[config(app = "payments", rule(pool.min <= pool.max, "the pool cannot keep more connections than it may open"))]
struct Settings {
    /// Address the HTTP server listens on.
    #[config(default = "127.0.0.1:8080")]
    listen: SocketAddr,

    /// How long a request may take.
    #[config(default = "30s", range = "1s"..="5m", live)]
    request_timeout: Duration,

    /// Connection string of the ledger database.
    #[config(owner = "team-ledger", rotate = "90d", format = "url")]
    database_url: SecretString,

    /// Connection pool of the ledger database.
    #[config(nested)]
    pool: Pool,
}

/// A connection pool.
#[derive(Config)]
struct Pool {
    /// Connections that are kept open.
    #[config(default = 2)]
    min: u32,

    /// Connections that may be opened.
    #[config(default = 10, range = 1..=1000)]
    max: u32,
}

fn main() -> Result<(), confident::Report> {
    let settings = Settings::load()?;
    println!("{settings:#?}");
    Ok(())
}
