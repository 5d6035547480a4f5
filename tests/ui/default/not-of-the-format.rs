use confident::Config;

/// A service.
#[derive(Config)]
struct Settings {
    /// Site.
    #[config(default = "example.com", format = "url")]
    site: String,
    /// Operator.
    #[config(default = "operator", format = "email")]
    operator: String,
    /// Host.
    #[config(default = "-host", format = "hostname")]
    host: String,
    /// Tenant.
    #[config(default = "1234", format = "uuid")]
    tenant: String,
    /// Day.
    #[config(default = "2027-02-29", format = "date")]
    day: String,
    /// Network.
    #[config(default = "10.0.0.0/33", format = "cidr")]
    network: String,
    /// Colour.
    #[config(default = "fff", format = "hex")]
    colour: String,
    /// Blob.
    #[config(default = "abc", format = "base64")]
    blob: String,
}

fn main() {}
