use confident::Config;

/// A service.
#[derive(Config)]
#[config(rule(mni <= max, "the least is not more than the most"))]
#[config(rule(min < limit, "the least is under the limit"))]
struct Settings {
    /// The least.
    min: u32,
    /// The most.
    max: u32,
}

fn main() {}
