use confident::ConfigValue;

/// How much is logged.
#[derive(ConfigValue)]
enum Level {
    /// Everything.
    Debug,
    /// Even more.
    #[config(rename = "debug")]
    Trace,
}

fn main() {}
