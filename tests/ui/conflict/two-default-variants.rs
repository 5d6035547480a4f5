use confident::Config;

/// Where blobs are kept.
#[derive(Config)]
enum Storage {
    /// In memory.
    #[config(default)]
    Memory,
    /// Nowhere.
    #[config(default)]
    Nowhere,
}

fn main() {}
