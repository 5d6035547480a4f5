use std::collections::HashMap;

use confident::Config;

/// A service.
#[derive(Config)]
#[config(app = "service")]
struct Settings {
    /// The pool.
    #[config(nested)]
    pool: Pool,
    /// The port.
    #[config(nested)]
    port: u16,
    /// The callers.
    #[config(nested)]
    callers: Vec<Pool>,
    /// The upstreams.
    #[config(nested)]
    upstreams: HashMap<String, Good>,
    /// The boxed one.
    #[config(nested)]
    boxed: Box<Good>,
}

struct Pool {
    max: u32,
}

/// A group.
#[derive(Config)]
struct Good {
    /// Connections that may be opened.
    max: u32,
}

fn main() {}
