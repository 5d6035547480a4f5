use confident::Config;

/// A service.
#[derive(Config)]
struct Settings {
    /// Port to listen on.
    #[config(range = 8080)]
    port: u16,
    /// Threads.
    #[config(range = ..)]
    threads: u16,
    /// Workers.
    #[config(range = MIN..=MAX)]
    workers: u16,
    /// Requests.
    #[config(range = "1..=5")]
    requests: u16,
}

fn main() {}
