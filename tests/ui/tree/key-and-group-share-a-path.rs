use confident::Config;

/// A service.
#[derive(Config)]
#[config(app = "service")]
struct Settings {
    /// Connections.
    pool: u32,
    /// The pool.
    #[config(nested, rename = "pool")]
    connections: Pool,
}

/// A pool.
#[derive(Config)]
struct Pool {
    /// Connections that may be opened.
    max: u32,
}

fn main() {}
