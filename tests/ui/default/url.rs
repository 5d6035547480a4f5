use confident::{Config, Url};

/// A service.
#[derive(Config)]
struct Settings {
    /// Site.
    #[config(default = "example.com")]
    site: Url,
}

fn main() {}
