use std::net::SocketAddr;

use confident::Config;

/// A service.
#[derive(Config)]
struct Settings {
    /// Address to listen on.
    #[config(default = 127.0.0.1:8080)]
    listen: SocketAddr,
}

fn main() {}
