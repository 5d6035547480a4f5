use confident::Config;

/// Where blobs are kept.
#[derive(Config)]
enum Storage {
    /// In memory.
    #[config(renam = "ram")]
    Memory,
    /// Nowhere.
    #[config(owner = "team")]
    Nowhere,
}

fn main() {}
