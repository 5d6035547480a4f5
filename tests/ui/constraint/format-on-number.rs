use std::net::SocketAddr;

use confident::Config;

/// A service.
#[derive(Config)]
struct Settings {
    /// Port to listen on.
    #[config(format = "url")]
    port: u16,
    /// Peers.
    #[config(format = "hostname")]
    peers: Vec<SocketAddr>,
}

fn main() {}
