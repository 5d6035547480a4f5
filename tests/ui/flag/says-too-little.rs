use confident::{Config, Flag};

/// A service.
#[derive(Config)]
struct Settings {
    /// Whether one click buys.
    #[config(default = "off", owner = "team-a", review_by = "2999-01-31")]
    not_live: Flag,
    /// Whether one click buys.
    #[config(default = "off", live, review_by = "2999-01-31")]
    of_nobody: Flag,
    /// Whether one click buys.
    #[config(default = "off", live, owner = "team-a")]
    for_ever: confident::Flag,
    /// Whether one click buys.
    nothing: Flag,
}

fn main() {}
