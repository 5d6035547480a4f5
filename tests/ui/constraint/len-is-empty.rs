use confident::Config;

/// A service.
#[derive(Config)]
struct Settings {
    /// Name to log.
    #[config(len = 8..=2)]
    name: String,
    /// Shares.
    #[config(len = 2)]
    shares: [u8; 3],
}

fn main() {}
