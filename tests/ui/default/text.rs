use std::path::PathBuf;

use confident::Config;

/// A service.
#[derive(Config)]
struct Settings {
    /// A number, which would lose its zeros.
    #[config(default = 007)]
    number: String,
    /// A truth value.
    #[config(default = true)]
    truth: String,
    /// A fraction.
    #[config(default = 1.50)]
    fraction: PathBuf,
    /// A number among texts.
    #[config(default = ["a", 7])]
    list: Vec<String>,
}

fn main() {}
