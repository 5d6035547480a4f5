use confident::{Config, ConfigValue};

/// A service.
#[derive(Config)]
struct Settings {
    /// Level of the log.
    #[config(nested)]
    level: Level,
}

/// How much is logged.
#[derive(ConfigValue)]
enum Level {
    /// Everything.
    Debug,
}

fn main() {}
