use confident::Config;

/// A service.
#[derive(Config)]
struct Settings {
    /// Port to listen on.
    #[config]
    port: u16,
    /// Name to log.
    #[config = "name"]
    name: String,
}

fn main() {}
