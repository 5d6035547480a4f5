use confident::Config;

/// A service.
#[derive(Config)]
struct Settings {
    /// Port to listen on.
    #[config(default = PORT)]
    port: u16,
    /// Workers.
    #[config(default = 2 * 4)]
    workers: u16,
    /// Name to log.
    #[config(default = String::new())]
    name: String,
    /// Bytes to send first.
    #[config(default = b"hello")]
    greeting: String,
}

fn main() {}
