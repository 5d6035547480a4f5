use confident::{Config, SecretString};

/// A service.
#[derive(Config)]
#[config(app = "service", hardening = "standard")]
struct Settings {
    /// Without an owner.
    #[config(rotate = "90d")]
    unowned: SecretString,
    /// Without a period.
    #[config(owner = "team")]
    eternal: SecretString,
    /// Without both.
    bare: SecretString,
    /// With both.
    #[config(owner = "team", rotate = "90d")]
    good: SecretString,
    /// No secret.
    name: String,
}

fn main() {}
