use std::collections::BTreeMap;

use confident::{Config, SecretString};

/// A service.
#[derive(Config)]
#[config(app = "svc")]
struct Settings {
    /// One value.
    #[config(merge)]
    token: SecretString,
    /// As many as the type says.
    #[config(default = "1,2", merge)]
    pair: [u8; 2],
    /// One group.
    #[config(nested, merge)]
    pool: Pool,
    /// A group or none.
    #[config(nested, merge)]
    cache: Option<Pool>,
    /// Fine.
    #[config(nested, merge)]
    pools: BTreeMap<String, Pool>,
}

/// A pool.
#[derive(Config)]
struct Pool {
    /// Most.
    #[config(default = 9)]
    max: u8,
}

fn main() {}
