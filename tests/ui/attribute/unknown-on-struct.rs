use confident::Config;

/// A service.
#[derive(Config)]
#[config(ap = "service", colour = "red")]
struct Settings {
    /// Port to listen on.
    port: u16,
}

fn main() {}
