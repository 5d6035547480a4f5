use confident::Config;

/// A service.
#[derive(Config)]
#[config(rule(1 < 2, "one is less than two"))]
struct Settings {
    /// The least.
    min: u32,
}

fn main() {}
