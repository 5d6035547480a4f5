use std::collections::BTreeMap;

use confident::{Config, Flag};

/// A service.
#[derive(Config)]
struct Settings {
    /// Whether one click buys.
    #[config(live, owner = "team-a", review_by = "2999-01-31")]
    maybe: Option<Flag>,
    /// Whether one click buys.
    #[config(live, owner = "team-a", review_by = "2999-01-31")]
    many: Vec<Flag>,
    /// Whether one click buys.
    #[config(live, owner = "team-a", review_by = "2999-01-31")]
    named: BTreeMap<String, Flag>,
}

fn main() {}
