use std::net::SocketAddr;

use confident::Config;

/// A service.
#[derive(Config)]
#[config(app = "service")]
struct Settings {
    /// Port to listen on.
    #[config(deprecated(remove_in = "0.0.0", replaced_by = "listen"))]
    port: Option<u16>,
    /// Address to listen on.
    listen: SocketAddr,
}

fn main() {}
