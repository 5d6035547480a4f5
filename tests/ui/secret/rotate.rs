use confident::{Config, SecretString};

/// A service.
#[derive(Config)]
struct Settings {
    /// Name to log.
    #[config(rotate = "90d")]
    name: String,
    /// Connection string of the database.
    #[config(rotate = "quarterly")]
    database_url: SecretString,
    /// Connection string of the replica.
    #[config(rotate = "0")]
    replica_url: SecretString,
}

fn main() {}
