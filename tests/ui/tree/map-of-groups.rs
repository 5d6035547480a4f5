use std::collections::BTreeMap;

use confident::Config;

/// A service.
#[derive(Config)]
#[config(app = "service")]
struct Settings {
    /// Where requests go.
    #[config(nested)]
    upstreams: BTreeMap<String, Upstream>,
    /// How many there may be.
    upstreams_max: u16,
}

/// An upstream.
#[derive(Config)]
struct Upstream {
    /// Its port.
    port: u16,
}

fn main() {}
