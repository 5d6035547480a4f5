use std::net::SocketAddr;

use confident::Config;

/// A group.
#[derive(Config)]
#[config(app = "service")]
struct Group {
    /// Port to listen on.
    #[config(rename = "listen")]
    port: u16,
    /// Address to listen on.
    #[config(env = "LISTEN_ADDRESS")]
    listen: SocketAddr,
}

fn main() {}
