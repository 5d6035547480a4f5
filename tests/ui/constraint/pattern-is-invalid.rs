use confident::Config;

/// A service.
#[derive(Config)]
struct Settings {
    /// Name to log.
    #[config(pattern = "[a-z")]
    name: String,
}

fn main() {}
