use std::collections::BTreeMap;

use confident::Config;

/// A service.
#[derive(Config)]
struct Settings {
    /// A value of another type.
    #[config(default = "eu=80,us=many")]
    ports: BTreeMap<String, u16>,
    /// No value.
    #[config(default = "eu")]
    none: BTreeMap<String, u16>,
    /// JSON.
    #[config(default = "{\"eu\": 80}")]
    json: BTreeMap<String, u16>,
    /// A name twice.
    #[config(default = "eu=80,eu=81")]
    twice: BTreeMap<String, u16>,
}

fn main() {}
