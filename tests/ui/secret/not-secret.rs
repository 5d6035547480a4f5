use confident::Config;

/// A service.
#[derive(Config)]
struct Settings {
    /// Name to log.
    #[config(not_secret = "everyone knows it")]
    name: String,
}

fn main() {}
