use confident::Config;

/// A service.
#[derive(Config)]
#[config(app = "my/service")]
struct Settings {
    /// Port to listen on.
    #[config(env = "MY-PORT")]
    port: u16,
    /// Name to log.
    #[config(alias = "1NAME", alias = "")]
    name: String,
    /// Region.
    #[config(rename = "the region")]
    region: String,
    /// Connections.
    #[config(nested(prefix = "DB_"))]
    pool: Pool,
}

/// A pool.
#[derive(Config)]
struct Pool {
    /// Connections that may be opened.
    max: u32,
}

fn main() {}
