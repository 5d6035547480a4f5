use confident::Config;

/// A service.
#[derive(Config)]
#[config(app = "one")]
#[config(app = "two")]
struct Settings {
    /// Port to listen on.
    port: u16,
}

fn main() {}
