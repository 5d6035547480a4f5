use confident::Config;

/// A service.
#[derive(Config)]
#[config(rule(pool.min <= pool.mx, "the pool keeps no more than it may open"))]
struct Settings {
    /// The pool.
    #[config(nested)]
    pool: Pool,
}

/// A pool.
#[derive(Config)]
struct Pool {
    /// Connections that are kept.
    min: u32,
    /// Connections that may be opened.
    max: u32,
}

fn main() {}
