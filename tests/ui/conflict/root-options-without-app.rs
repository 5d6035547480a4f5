use confident::Config;

/// A group.
#[derive(Config)]
#[config(prefix = "SERVICE", hardening = "strict")]
struct Settings {
    /// Port to listen on.
    port: u16,
}

fn main() {}
