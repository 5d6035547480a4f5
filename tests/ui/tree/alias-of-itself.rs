use confident::Config;

/// A service.
#[derive(Config)]
#[config(app = "service")]
struct Settings {
    /// Port to listen on.
    #[config(alias = "SERVICE_PORT")]
    port: u16,
    /// Name to log.
    #[config(alias = "NAME", alias = "NAME")]
    name: String,
}

fn main() {}
