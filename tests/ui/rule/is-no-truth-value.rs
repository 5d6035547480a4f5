use confident::Config;

/// A service.
#[derive(Config)]
#[config(rule(min, "the least is not more than the most"))]
#[config(rule(max + 1, "the least is not more than the most"))]
struct Settings {
    /// The least.
    min: u32,
    /// The most.
    max: u32,
}

fn main() {}
