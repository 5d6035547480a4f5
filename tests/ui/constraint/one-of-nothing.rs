use confident::Config;

/// A service.
#[derive(Config)]
struct Settings {
    /// Region.
    #[config(one_of = [])]
    region: String,
}

fn main() {}
