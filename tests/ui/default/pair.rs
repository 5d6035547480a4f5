use confident::Config;

/// A service.
#[derive(Config)]
struct Settings {
    /// One value.
    #[config(default = "5")]
    one: (u16, u16),
    /// The second of another type.
    #[config(default = "5,many")]
    second: (u16, u16),
    /// Pairs in a list.
    #[config(default = ["eu=80", "us"])]
    pairs: Vec<(String, u16)>,
}

fn main() {}
