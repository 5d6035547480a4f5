use confident::Config;

/// A service.
#[derive(Config)]
#[config(app = "service")]
struct Settings {
    /// Port to listen on.
    #[config(alias = "OLD_PORT")]
    port: u16,
    /// Port of the admin.
    #[config(alias = "OLD_PORT")]
    admin_port: u16,
}

fn main() {}
