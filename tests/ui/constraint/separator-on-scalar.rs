use confident::Config;

/// A service.
#[derive(Config)]
struct Settings {
    /// Port to listen on.
    #[config(separator = ";")]
    port: u16,
    /// Name to log.
    #[config(separator = ";")]
    name: Option<String>,
}

fn main() {}
