use confident::Config;

/// A service.
#[derive(Config)]
struct Settings {
    /// Who may call.
    #[config(separator = ", ")]
    callers: Vec<String>,
    /// Regions.
    #[config(separator = ',')]
    regions: Vec<String>,
    /// Zones.
    #[config(separator = "x")]
    zones: Vec<String>,
}

fn main() {}
