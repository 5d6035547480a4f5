use confident::Config;

/// A service.
#[derive(Config)]
struct Settings {
    /// Connections.
    #[config(nested = "DB")]
    one: Pool,
    /// Connections.
    #[config(nested(prefx = "DB"))]
    two: Pool,
    /// Connections.
    #[config(nested("DB"))]
    three: Pool,
    /// Connections.
    #[config(nested(prefix = DB))]
    four: Pool,
    /// Connections.
    #[config(nested())]
    five: Pool,
    /// Connections.
    #[config(nested(prefix = "A", prefix = "B"))]
    six: Pool,
}

/// A pool.
#[derive(Config)]
struct Pool {
    /// Connections that may be opened.
    max: u32,
}

fn main() {}
