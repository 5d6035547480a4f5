use confident::Config;

/// A service.
#[derive(Config)]
#[config(app = "service", owner = "team", separator = ",")]
struct Settings {
    /// Port to listen on.
    port: u16,
}

fn main() {}
