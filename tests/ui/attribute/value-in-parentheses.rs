use confident::Config;

/// A service.
#[derive(Config)]
struct Settings {
    /// Port to listen on.
    #[config(default(8080))]
    port: u16,
    /// Name to log.
    #[config(owner("team"))]
    name: String,
    /// Threads.
    #[config(range(1, 5))]
    threads: u16,
}

fn main() {}
