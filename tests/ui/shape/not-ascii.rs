use confident::Config;

/// A service.
#[derive(Config)]
struct Settings {
    /// Größe.
    größe: u16,
}

fn main() {}
