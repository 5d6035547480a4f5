use confident::{Config, ConfigValue};

/// A service.
#[derive(Config)]
struct Settings {
    /// Level of the log.
    #[config(default = "verbose")]
    level: Level,
    /// Level of the trace.
    #[config(default = "wran")]
    trace: Level,
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
