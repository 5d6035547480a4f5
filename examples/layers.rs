//! Several sources, and where every value came from.
//!
//! ```text
//! cargo run --example layers --features toml
//! PAYMENTS_POOL_MAX=40 cargo run --example layers --features toml -- --set pool.min=4
//! ```

use confident::{Config, Dotenv, Env, File, Overrides, SecretString};

/// The payments service.
#[derive(Config)]
#[config(app = "payments", rule(pool.min <= pool.max, "the pool cannot keep more connections than it may open"))]
struct Settings {
    /// Address the HTTP server listens on.
    #[config(default = "127.0.0.1:8080")]
    listen: std::net::SocketAddr,

    /// Connection string of the ledger database.
    #[config(format = "url")]
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

/// Later sources win: a file, one of the profile, a dotenv file, the environment, the command line.
fn loader() -> confident::Loader<Settings> {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/layers");
    Settings::loader()
        .profile("staging")
        .source(File::required(folder.join("payments.toml")))
        .source(File::optional(folder.join("payments.{profile}.toml")))
        .source(Dotenv::optional(folder.join("payments.env")))
        .source(Env::process())
        .source(Overrides::from_args(std::env::args().skip(1)))
}

fn main() -> Result<(), confident::Report> {
    println!("{}", loader().explain());
    println!("{:#?}", loader().load()?);
    Ok(())
}
