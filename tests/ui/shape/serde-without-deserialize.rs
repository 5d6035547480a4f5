use confident::Config;

/// A service.
#[derive(Config)]
struct Settings {
    /// Level of the log.
    #[config(serde)]
    level: Level,
}

struct Level;

fn main() {}
