use confident::Config;

/// A service.
#[derive(Config)]
struct Settings {
    /// Port to listen on.
    #[config(default)]
    port: u16,
    /// Name to log.
    #[config(owner)]
    name: String,
    /// Region.
    #[config(env)]
    region: String,
    /// Threads.
    #[config(range)]
    threads: u16,
}

fn main() {}
