use confident::{Config, ConfigValue};

/// A service.
#[derive(Config)]
struct Settings {
    /// Workers.
    #[config(one_of = [1, 2, "many"])]
    workers: u16,
    /// Level of the log.
    #[config(one_of = ["debug", "loud"])]
    level: Level,
}

/// How much is logged.
#[derive(ConfigValue)]
enum Level {
    /// Everything.
    Debug,
    /// What is not as it should be.
    Warn,
}

fn main() {}
