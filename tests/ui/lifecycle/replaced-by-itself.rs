use confident::Config;

/// A service.
#[derive(Config)]
#[config(app = "service")]
struct Settings {
    /// Port to listen on.
    #[config(deprecated(replaced_by = "port"))]
    port: Option<u16>,
}

fn main() {}
