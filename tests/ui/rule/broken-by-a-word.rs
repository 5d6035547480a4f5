use confident::{Config, ConfigValue};

/// A service.
#[derive(Config)]
#[config(rule(level != Level::Debug || verbose, "the debug level is verbose"))]
struct Settings {
    /// Level of the log.
    #[config(default = "debug")]
    level: Level,
    /// Whether to print everything.
    #[config(default = false)]
    verbose: bool,
}

/// How much is logged.
#[derive(ConfigValue, PartialEq)]
enum Level {
    /// Everything.
    Debug,
    /// What is not as it should be.
    Warn,
}

fn main() {}
