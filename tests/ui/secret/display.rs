use confident::{Config, SecretString};

/// A service.
#[derive(Config)]
struct Settings {
    /// Connection string of the database.
    database_url: SecretString,
}

impl std::fmt::Display for Settings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("settings")
    }
}

fn main() {}
