use confident::Config;

/// A service.
#[derive(Config)]
struct Settings {
    /// Port to listen on.
    #[config(tags = "network")]
    port: u16,
    /// Name to log.
    #[config(tags = ["a", 5])]
    name: String,
    /// Region.
    #[config(required_in())]
    region: String,
    /// Zone.
    #[config(required_in("production", staging))]
    zone: String,
    /// Cell.
    #[config(tags = [])]
    cell: String,
    /// Rack.
    #[config(tags)]
    rack: String,
}

fn main() {}
