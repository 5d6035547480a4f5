use confident::Config;

/// A service.
#[derive(Config)]
struct Settings {
    /// Name to log.
    #[config(default = "Service 1", pattern = "^[a-z-]+$")]
    name: String,
    /// Peers.
    #[config(default = ["a", "B"], pattern = "^[a-z]$")]
    peers: Vec<String>,
    /// Zones.
    #[config(default = "a,B", pattern = "^[a-z]$")]
    zones: Vec<String>,
}

fn main() {}
