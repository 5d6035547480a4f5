use confident::Config;

/// A service.
#[derive(Config)]
struct Settings {
    /// Port to listen on.
    #[config(deprecated(remove_in = "soon"))]
    port: Option<u16>,
    /// Name to log.
    #[config(deprecated(remove_in = "2..0"))]
    name: Option<String>,
}

fn main() {}
