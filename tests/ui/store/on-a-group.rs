use std::collections::BTreeMap;

use confident::Config;

/// A service.
#[derive(Config)]
struct Settings {
    /// A pool.
    #[config(nested, store = "vault:payments/pool", max_stale = "10m")]
    pool: Pool,
    /// Somebody else's.
    #[config(foreign, store = "vault:payments/theirs", max_stale = "10m")]
    theirs: BTreeMap<String, String>,
}

/// A pool.
#[derive(Config)]
struct Pool {
    /// Connections that are kept.
    #[config(default = 1)]
    min: u32,
}

fn main() {}
