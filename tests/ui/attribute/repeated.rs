use confident::Config;

/// A service.
#[derive(Config)]
struct Settings {
    /// Port to listen on.
    #[config(default = 8080, default = 9090)]
    port: u16,
    /// Name to log.
    #[config(owner = "team")]
    #[config(owner = "other")]
    name: String,
}

fn main() {}
