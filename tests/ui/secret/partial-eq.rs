use confident::{Config, SecretString};

/// A service.
#[derive(Config)]
struct Settings {
    /// Connection string of the database.
    database_url: SecretString,
}

impl PartialEq for Settings {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

fn main() {}
