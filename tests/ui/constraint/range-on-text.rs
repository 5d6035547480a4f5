use std::net::SocketAddr;

use confident::Config;

/// A service.
#[derive(Config)]
struct Settings {
    /// Name to log.
    #[config(range = "a"..="m")]
    name: String,
    /// Whether to log.
    #[config(range = 0..=1)]
    log: bool,
    /// Address to listen on.
    #[config(range = "127.0.0.1:1"..)]
    listen: SocketAddr,
}

fn main() {}
