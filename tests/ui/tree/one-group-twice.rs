use confident::Config;

/// A service.
#[derive(Config)]
#[config(app = "service")]
struct Settings {
    /// The database to write to.
    #[config(nested(prefix = "DB"))]
    writer: Database,
    /// The database to read from.
    #[config(nested(prefix = "DB"))]
    reader: Database,
}

/// A database.
#[derive(Config)]
struct Database {
    /// Port of the database.
    port: u16,
    /// Host of the database.
    host: String,
}

fn main() {}
