use confident::{Config, SecretString};

/// A service.
#[derive(Config)]
#[config(app = "service", hardening = "strict")]
struct Settings {
    /// Without a class.
    #[config(owner = "team", rotate = "90d", sources("env", "vault"))]
    unclassified: SecretString,
    /// Without sources.
    #[config(owner = "team", rotate = "90d", classification = "pci")]
    anywhere: SecretString,
    /// With a file of the repository.
    #[config(owner = "team", rotate = "90d", classification = "pci", sources("vault", "file"))]
    file: SecretString,
    /// Without anything.
    bare: Option<SecretString>,
    /// With everything.
    #[config(owner = "team", rotate = "90d", classification = "pci", sources("vault"))]
    good: SecretString,
}

fn main() {}
