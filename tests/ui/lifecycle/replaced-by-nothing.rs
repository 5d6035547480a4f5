use std::net::SocketAddr;

use confident::Config;

/// A service.
#[derive(Config)]
#[config(app = "service")]
struct Settings {
    /// Port to listen on.
    #[config(deprecated(replaced_by = "lisen"))]
    port: Option<u16>,
    /// Address to listen on.
    listen: SocketAddr,
    /// The pool.
    #[config(nested)]
    pool: Pool,
}

/// A pool.
#[derive(Config)]
struct Pool {
    /// Connections that may be opened.
    #[config(deprecated(replaced_by = "limit"))]
    max: Option<u32>,
}

fn main() {}
