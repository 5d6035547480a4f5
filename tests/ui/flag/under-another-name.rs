use confident::Config;

type Toggle = confident::Flag;

/// A service.
#[derive(Config)]
#[config(app = "service")]
struct Settings {
    /// Whether one click buys.
    express: Toggle,
    /// The search.
    #[config(nested)]
    search: Search,
    /// Whether one click buys.
    #[config(default = "off", live, owner = "team-a", review_by = "2999-01-31")]
    right: Toggle,
    /// Whether one click buys.
    two: (u8, Toggle),
}

/// The search.
#[derive(Config)]
struct Search {
    /// Whether it is new.
    #[config(default = "off", live, review_by = "2999-01-31")]
    new: Toggle,
}

fn main() {}
