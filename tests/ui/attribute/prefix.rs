use confident::Config;

/// A service.
#[derive(Config)]
#[config(app = "service", prefix = "SERVICE_")]
struct Settings {
    /// Port to listen on.
    port: u16,
}

fn main() {}
