use confident::{Config, Flag};

/// A service.
#[derive(Config)]
struct Settings {
    /// Whether one click buys.
    #[config(default = "25", live, owner = "team-a", review_by = "2999-01-31")]
    bare: Flag,
    /// Whether one click buys.
    #[config(default = "allow alice, bob", live, owner = "team-a", review_by = "2999-01-31")]
    comma: Flag,
    /// Whether one click buys.
    #[config(default = "on, until 2027-02-30", live, owner = "team-a", review_by = "2999-01-31")]
    no_day: Flag,
    /// Whether one click buys.
    #[config(default = 1, live, owner = "team-a", review_by = "2999-01-31")]
    number: Flag,
    /// Whether one click buys.
    #[config(one_of = ["on", "off"], live, owner = "team-a", review_by = "2999-01-31")]
    listed: Flag,
}

fn main() {}
