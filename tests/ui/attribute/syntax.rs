use confident::Config;

/// A service.
#[derive(Config)]
struct Settings {
    /// Port to listen on.
    #[config(default = )]
    port: u16,
    /// Name to log.
    #[config(owner = "team" live)]
    name: String,
}

fn main() {}
