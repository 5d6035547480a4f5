use confident::Config;
use std::collections::BTreeSet;

/// A service.
#[derive(Config)]
struct Settings {
    /// An item of another type.
    #[config(default = ["80", "https"])]
    ports: BTreeSet<u16>,
}

fn main() {}
