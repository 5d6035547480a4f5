use confident::Config;

/// A service.
#[derive(Config)]
struct Settings {
    /// Not a time.
    #[config(max_stale = "a while")]
    a: String,
    /// No time.
    #[config(max_stale = "0s")]
    b: String,
    /// A time without a unit.
    #[config(max_stale = "10")]
    c: String,
    /// A number in place of a text.
    #[config(max_stale = 10)]
    d: String,
}

fn main() {}
