use confident::Config;

/// A service.
#[derive(Config)]
struct Settings {
    /// Connections.
    #[config(nested, parse)]
    pool: Pool,
}

/// A pool.
#[derive(Config)]
struct Pool {
    /// Connections that may be opened.
    max: u32,
}

fn main() {}
