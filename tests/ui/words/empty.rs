use confident::ConfigValue;

/// How much is logged.
#[derive(ConfigValue)]
enum Level {}

fn main() {}
