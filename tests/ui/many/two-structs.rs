use confident::{Config, ConfigValue};

/// A service.
#[derive(Config)]
#[config(app = "service")]
struct Settings {
    /// Port to listen on.
    #[config(defualt = 8080)]
    port: u16,
    /// The pool.
    #[config(nested)]
    pool: Pool,
    /// Level of the log.
    #[config(default = "loud")]
    level: Level,
}

/// A pool.
#[derive(Config)]
struct Pool {
    /// Connections that may be opened.
    #[config(rnage = 1..=5)]
    max: u32,
}

/// How much is logged.
#[derive(ConfigValue)]
enum Level {
    /// Everything.
    Debug,
    Warn,
}

fn main() {
    let settings = Settings::load().unwrap();
    println!("{settings:?} {}", settings.pool.max);
}
