use confident::Config;

/// A service.
#[derive(Config)]
struct Settings {
    /// Name to log.
    #[config(default = "a", len = 2..=8)]
    name: String,
    /// Region.
    #[config(default = "fünf", len = 5)]
    region: String,
    /// Peers.
    #[config(default = ["a", "b", "c"], len = ..=2)]
    peers: Vec<String>,
    /// Secondaries.
    #[config(default = "", len = 1..)]
    secondaries: Vec<String>,
}

fn main() {}
