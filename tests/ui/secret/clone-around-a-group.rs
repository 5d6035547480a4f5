use confident::{Config, SecretString};

/// A service.
#[derive(Clone, Config)]
struct Settings {
    /// The database.
    #[config(nested)]
    database: Option<Database>,
}

/// A database.
#[derive(Config)]
struct Database {
    /// Connection string of the database.
    url: SecretString,
}

impl Clone for Database {
    fn clone(&self) -> Self {
        Self { url: self.url.clone() }
    }
}

fn main() {}
