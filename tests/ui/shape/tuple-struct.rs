use confident::Config;

/// A port.
#[derive(Config)]
struct Port(u16);

/// Nothing.
#[derive(Config)]
struct Nothing;

fn main() {}
