use confident::Config;

/// Where blobs are kept.
#[derive(Config)]
#[config(rule(memory, "blobs are kept"))]
enum Storage {
    /// In memory.
    Memory,
}

fn main() {}
