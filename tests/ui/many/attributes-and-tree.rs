use confident::Config;

/// A service, whose tree is proved although an attribute is wrong.
#[derive(Config)]
#[config(app = "service", rule(port < admin_port, "the admin comes after the service"))]
struct Settings {
    /// Port to listen on.
    #[config(default = 9000, colour = "red")]
    port: u16,
    /// Port of the admin.
    #[config(default = 8000)]
    admin_port: u16,
    /// Port of the metrics.
    #[config(env = "SERVICE_PORT")]
    metrics_port: u16,
}

fn main() {}
