use confident::Config;

/// A service.
#[derive(Config)]
#[config(app = "service")]
struct Settings {
    /// Port to listen on.
    port: u16,
    /// The listener.
    #[config(nested(prefix = ""))]
    listener: Listener,
}

/// A listener.
#[derive(Config)]
struct Listener {
    /// Port to listen on.
    #[config(env = "LISTENER_PORT")]
    port: u16,
}

fn main() {}
