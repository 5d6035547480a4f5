use confident::{Config, Flag, SecretBox};

/// A service.
#[derive(Config)]
struct Settings {
    /// Whether one click buys.
    #[config(live, owner = "team-a", review_by = "2999-01-31")]
    express: SecretBox<Flag>,
}

fn main() {}
