use std::path::PathBuf;

use confident::Config;

mod callers {
    /// The callers.
    #[derive(confident::Config)]
    pub struct Callers {
        /// Their token.
        pub token: confident::SecretString,
    }
}

/// A service.
#[derive(Config)]
#[config(app = "service")]
struct Settings {
    /// The callers.
    #[config(nested)]
    callers: callers::Callers,
    /// Where tokens are written.
    #[config(env = "SERVICE_CALLERS_TOKEN_FILE")]
    list: PathBuf,
}

fn main() {}
