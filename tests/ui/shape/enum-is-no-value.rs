use confident::Config;

/// A service.
#[derive(Config)]
struct Settings {
    /// Level of the log.
    #[config(default = "debug")]
    level: Level,
}

enum Level {
    Debug,
    Warn,
}

fn main() {}
