use confident::Config;

/// A service.
#[derive(Config)]
struct Settings {
    /// Port to listen on.
    #[config(empty = "value")]
    port: u16,
}

fn main() {}
