use confident::Config;

/// A service.
#[derive(Config)]
struct Settings {
    /// One too few.
    #[config(default = [1, 2])]
    weights: [u8; 3],
    /// One too many.
    #[config(default = "1,2,3,4")]
    shares: [u8; 3],
}

fn main() {}
