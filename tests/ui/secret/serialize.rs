use confident::{Config, SecretString};

/// A service.
#[derive(Config)]
struct Settings {
    /// Connection string of the database.
    database_url: SecretString,
}

impl serde::Serialize for Settings {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_unit()
    }
}

fn main() {}
