use confident::Config;

/// A service.
#[derive(Config)]
struct Settings {
    /// Port to listen on.
    #[config(deprecated = "use listen")]
    port: u16,
    /// Name to log.
    #[config(deprecated(sinc = "1.0"))]
    name: String,
    /// Region.
    #[config(deprecated(since = 1.0))]
    region: String,
    /// Zone.
    #[config(deprecated("use region"))]
    zone: String,
}

fn main() {}
