use confident::Config;

/// A service.
#[derive(Config)]
struct Settings {
    /// Name to log.
    #[config(unit = "letters")]
    name: String,
    /// Whether to log.
    #[config(unit = "s")]
    log: bool,
}

fn main() {}
