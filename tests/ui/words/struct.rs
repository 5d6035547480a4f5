use confident::ConfigValue;

/// How much is logged.
#[derive(ConfigValue)]
struct Level {
    debug: bool,
}

fn main() {}
