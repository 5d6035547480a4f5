use confident::Config;

/// A union.
#[derive(Config)]
union Either {
    /// A number.
    number: u32,
    /// Another.
    other: u64,
}

fn main() {}
