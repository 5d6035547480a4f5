use confident::Config;

/// A service.
#[derive(Config)]
struct Settings {
    /// Connections.
    #[config(nested, range = 1..=5, env = "POOL", live, owner = "team")]
    pool: Pool,
}

/// A pool.
#[derive(Config)]
struct Pool {
    /// Connections that may be opened.
    max: u32,
}

fn main() {}
