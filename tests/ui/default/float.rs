use confident::Config;

/// A service.
#[derive(Config)]
struct Settings {
    /// A word.
    #[config(default = "half")]
    word: f64,
    /// No finite number.
    #[config(default = "nan")]
    none: f64,
    /// Too large.
    #[config(default = 1e39)]
    large: f32,
    /// A comma.
    #[config(default = "0,5")]
    comma: f64,
}

fn main() {}
