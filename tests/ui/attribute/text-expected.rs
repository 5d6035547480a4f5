use confident::Config;

/// A service.
#[derive(Config)]
#[config(app = service)]
struct Settings {
    /// Port to listen on.
    #[config(owner = 5)]
    port: u16,
    /// Name to log.
    #[config(env = NAME, alias = true)]
    name: String,
}

fn main() {}
