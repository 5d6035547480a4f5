use confident::Config;

/// A service.
#[derive(Config)]
struct Settings {
    /// Port to listen on.
    #[config(min = 1024, max = 65535)]
    port: u16,
    /// Token of the callers.
    #[config(sensitive)]
    token: String,
    /// Peers.
    #[config(delimiter = ";")]
    peers: Vec<String>,
    /// Connections.
    #[config(flatten)]
    pool: Pool,
}

/// A pool.
#[derive(Config)]
struct Pool {
    /// Connections that may be opened.
    max: u32,
}

fn main() {}
