use confident::Config;

/// A service.
#[derive(Config)]
#[config(rule(min <= name, "the least is not more than the name"))]
struct Settings {
    /// The least.
    min: u32,
    /// Name to log.
    name: String,
}

fn main() {}
