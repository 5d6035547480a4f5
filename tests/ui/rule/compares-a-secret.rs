use confident::{Config, SecretString};

/// A service.
#[derive(Config)]
#[config(rule(password != "hunter2", "the password is not the usual one"))]
struct Settings {
    /// Password of the database.
    password: SecretString,
}

fn main() {}
