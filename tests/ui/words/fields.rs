use confident::ConfigValue;

/// How much is logged.
#[derive(ConfigValue)]
enum Level {
    /// Everything.
    Debug(u8),
    /// What is not as it should be.
    Warn { code: u8 },
}

fn main() {}
