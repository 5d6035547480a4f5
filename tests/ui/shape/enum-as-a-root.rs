use confident::Config;

/// Where blobs are kept.
#[derive(Config)]
#[config(app = "service")]
enum Storage {
    /// In memory.
    Memory,
}

fn main() {}
