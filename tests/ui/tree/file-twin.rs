use std::path::PathBuf;

use confident::{Config, SecretString};

/// A service.
#[derive(Config)]
#[config(app = "service")]
struct Settings {
    /// Token of the callers.
    token: SecretString,
    /// Where tokens are written.
    token_file: PathBuf,
}

fn main() {}
