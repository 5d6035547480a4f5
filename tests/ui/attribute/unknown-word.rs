use confident::Config;

/// A service.
#[derive(Config)]
#[config(app = "service", hardening = "srict", rename_all = "kebap-case")]
struct Settings {
    /// Port to listen on.
    #[config(empty = "unst")]
    port: u16,
    /// Name to log.
    #[config(format = "mail")]
    name: String,
    /// Mail of the operator.
    #[config(format = "emial")]
    operator: String,
    /// Region.
    #[config(sources("enviroment", "valt"))]
    region: String,
}

fn main() {}
