use confident::Config;

/// A service.
#[derive(Config)]
struct Settings {
    /// Port to listen on.
    #[config(defualt = 8080)]
    port: u16,
    /// Who may call.
    #[config(seperator = ";")]
    callers: Vec<String>,
    /// Connections.
    #[config(nestd)]
    pool: Pool,
}

/// A pool.
#[derive(Config)]
struct Pool {
    /// Connections that may be opened.
    max: u32,
}

fn main() {}
