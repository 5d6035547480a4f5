use confident::Config;

/// A service.
#[derive(Config)]
#[config(app = "service")]
struct Settings {
    /// Peers, also as SERVICE_PEERS_0, SERVICE_PEERS_1.
    peers: Vec<String>,
    /// The first peer.
    peers_0: String,
}

fn main() {}
