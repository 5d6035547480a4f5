use confident::Config;

mod database {
    /// A database.
    #[derive(confident::Config)]
    pub struct Database {
        /// Connections of the pool.
        pub pool_size: u16,
    }
}

mod pool {
    /// A pool.
    #[derive(confident::Config)]
    pub struct Pool {
        /// Connections.
        pub size: u16,
    }
}

/// A service.
#[derive(Config)]
#[config(app = "service")]
struct Settings {
    /// The database.
    #[config(nested)]
    database: database::Database,
    /// The pool of the database.
    #[config(nested)]
    database_pool: pool::Pool,
}

fn main() {}
