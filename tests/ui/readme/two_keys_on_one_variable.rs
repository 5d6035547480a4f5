mod pool {
    /// A connection pool.
    #[derive(confident::Config)]
    pub struct Pool {
        /// Most connections.
        #[config(default = 10, env = "PAYMENTS_LIMIT")]
        max: u32,
    }
}

/// The payments service.
#[derive(confident::Config)]
#[config(app = "payments")]
struct Settings {
    /// Most requests at once.
    #[config(default = 100)]
    limit: u32,
    /// Connections to the database.
    #[config(nested)]
    pool: pool::Pool,
}

fn main() {}
