use confident::{Config, SecretString};

/// A service.
#[derive(Clone, Config)]
struct Settings {
    /// Connection string of the database.
    database_url: SecretString,
}

fn main() {}
