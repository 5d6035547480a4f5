use confident::Config;

mod pool {
    /// A pool.
    #[derive(confident::Config)]
    pub struct Pool {
        /// Connections that may be opened.
        #[config(default = "many")]
        pub max: u32,
    }
}

/// A service.
#[derive(Config)]
#[config(app = "service")]
struct Settings {
    /// The pool.
    #[config(nested)]
    pool: pool::Pool,
}

fn main() {}
