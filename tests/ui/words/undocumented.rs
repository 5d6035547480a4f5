use confident::ConfigValue;

/// How much is logged.
#[derive(ConfigValue)]
enum Level {
    Debug,
    /// What is not as it should be.
    Warn,
    Error,
}

fn main() {}
