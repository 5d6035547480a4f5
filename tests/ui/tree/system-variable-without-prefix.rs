use std::path::PathBuf;

use confident::Config;

mod host {
    /// The host.
    #[derive(confident::Config)]
    pub struct Host {
        /// Its name.
        #[config(rename = "name", env = "HOSTNAME")]
        pub name: String,
    }
}

/// A service.
#[derive(Config)]
#[config(app = "service", prefix = "")]
struct Settings {
    /// Where the user lives.
    home: PathBuf,
    /// The host.
    #[config(nested)]
    host: host::Host,
    /// The language of messages.
    lang: String,
}

fn main() {}
