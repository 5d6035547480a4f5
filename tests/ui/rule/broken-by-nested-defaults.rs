use confident::Config;

mod pool {
    /// A pool.
    #[derive(confident::Config)]
    pub struct Pool {
        /// Connections that may be opened.
        #[config(default = 10)]
        pub max: u32,
    }
}

/// A service.
#[derive(Config)]
#[config(rule(threads <= pool.max, "every thread finds a connection"))]
struct Settings {
    /// Threads.
    #[config(default = 16)]
    threads: u32,
    /// The pool.
    #[config(nested)]
    pool: pool::Pool,
}

fn main() {}
