use confident::Config;

/// A service.
#[derive(Config)]
#[config(app = "service")]
struct Settings {
    /// Port to listen on.
    port: u16,
    /// Port of the admin.
    #[config(env = "SERVICE_PORT")]
    admin_port: u16,
}

fn main() {}
