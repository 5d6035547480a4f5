use std::path::PathBuf;

use confident::Config;

/// A service.
#[derive(Config)]
#[config(app = "service")]
struct Settings {
    /// Where programs are found.
    #[config(env = "PATH")]
    programs: String,
    /// What to load first.
    #[config(env = "LD_PRELOAD")]
    preload: String,
    /// Where the user lives.
    #[config(alias = "HOME")]
    data: PathBuf,
}

fn main() {}
