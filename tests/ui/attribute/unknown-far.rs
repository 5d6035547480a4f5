use confident::Config;

/// A service.
#[derive(Config)]
struct Settings {
    /// Port to listen on.
    #[config(colour = "red")]
    port: u16,
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
