use confident::{Config, SecretString};

/// A service.
#[derive(Config)]
struct Settings {
    /// Connection string of the database.
    #[config(example = "postgres://user:password@host")]
    database_url: SecretString,
}

fn main() {}
