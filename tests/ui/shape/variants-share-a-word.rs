use confident::Config;

/// Where blobs are kept.
#[derive(Config)]
enum Storage {
    /// In memory.
    Memory,
    /// In other memory.
    #[config(rename = "memory")]
    Other,
}

fn main() {}
