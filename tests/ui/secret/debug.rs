use confident::{Config, SecretString};

/// A service.
#[derive(Config, Debug)]
struct Settings {
    /// Connection string of the database.
    database_url: SecretString,
}

fn main() {}
