use std::path::PathBuf;

use confident::{Config, SecretString};

/// A service.
#[derive(Config)]
#[config(app = "service")]
struct Settings {
    /// Token of the callers.
    #[config(alias = "OLD_TOKEN")]
    token: SecretString,
    /// Where tokens are written.
    #[config(env = "OLD_TOKEN_FILE")]
    list: PathBuf,
}

fn main() {}
