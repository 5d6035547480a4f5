use confident::Config;

/// A service.
#[derive(Config)]
#[config(crate = 5)]
struct Settings {
    /// Port to listen on.
    port: u16,
}

fn main() {}
