use confident::Config;

/// A service.
#[derive(Config)]
struct Settings {
    /// Port to listen on.
    #[config(live = true)]
    port: u16,
    /// Name to log.
    #[config(parse(yes))]
    name: String,
}

fn main() {}
