use confident::Config;

/// A service.
#[derive(Config)]
struct Settings {
    /// The pool.
    #[config(nested)]
    pool: Pol,
    /// Level of the log.
    #[config(default = "debug")]
    level: Levl,
}

fn main() {}
