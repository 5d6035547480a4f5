use confident::ConfigValue;

/// How much is logged.
#[derive(ConfigValue)]
#[config(rename_all = "shouting")]
enum Level {
    /// Everything.
    Debug,
}

fn main() {}
