use confident::Config;

/// A service.
#[derive(Config)]
struct Settings {
    /// Two characters.
    #[config(default = "ab")]
    two: char,
    /// No character.
    #[config(default = "")]
    none: char,
    /// A number.
    #[config(default = 5)]
    number: char,
}

fn main() {}
