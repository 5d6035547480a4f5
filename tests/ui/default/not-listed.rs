use confident::Config;

/// A service.
#[derive(Config)]
struct Settings {
    /// Region.
    #[config(default = "mars", one_of = ["eu", "us"])]
    region: String,
    /// Workers.
    #[config(default = 3, one_of = [1, 2, 4])]
    workers: u16,
}

fn main() {}
