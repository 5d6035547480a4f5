use confident::Config;

/// A service.
#[derive(Config)]
#[config(rule(min <= max))]
#[config(rule = "min <= max")]
#[config(rule("the least is not more than the most", min <= max))]
#[config(rule(min <= max, 5))]
#[config(rule(min <= , "the least is not more than the most"))]
#[config(rule(min <= max, "the least", "is not more than the most"))]
#[config(rule)]
struct Settings {
    /// The least.
    min: u32,
    /// The most.
    max: u32,
}

fn main() {}
