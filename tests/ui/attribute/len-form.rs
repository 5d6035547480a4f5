use confident::Config;

/// A service.
#[derive(Config)]
struct Settings {
    /// Name to log.
    #[config(len = "long")]
    name: String,
    /// Region.
    #[config(len = -1..=5)]
    region: String,
    /// Zone.
    #[config(len = 0..0)]
    zone: String,
    /// Cell.
    #[config(len = ..)]
    cell: String,
}

fn main() {}
