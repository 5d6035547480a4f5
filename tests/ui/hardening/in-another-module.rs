use confident::Config;

mod database {
    /// A database.
    #[derive(confident::Config)]
    pub struct Database {
        /// Connection string of the database.
        pub url: confident::SecretString,
    }
}

/// A service.
#[derive(Config)]
#[config(app = "service", hardening = "standard")]
struct Settings {
    /// The databases.
    #[config(nested)]
    databases: Vec<database::Database>,
}

fn main() {}
