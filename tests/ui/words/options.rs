use confident::ConfigValue;

/// How much is logged.
#[derive(ConfigValue)]
#[config(rename_al = "lowercase")]
enum Level {
    /// Everything.
    #[config(rename = "all of it")]
    Debug,
    /// What is not as it should be.
    #[config(default)]
    Warn,
    /// What is broken.
    #[config(rename = 5)]
    Error,
}

fn main() {}
