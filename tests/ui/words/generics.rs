use confident::ConfigValue;

/// How much is logged.
#[derive(ConfigValue)]
enum Level<const N: usize> {
    /// Everything.
    Debug,
}

fn main() {}
