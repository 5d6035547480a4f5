use confident::Config;

/// A service.
#[derive(Config)]
struct Settings {
    /// Port to listen on.
    #[config(app = "service", default = 8080)]
    port: u16,
    /// Name to log.
    #[config(rename_all = "kebab-case")]
    name: String,
}

fn main() {}
