use confident::{Config, SecretString};

/// Where blobs are kept.
#[derive(Clone, Config)]
enum Storage {
    /// In memory.
    Memory,
    /// In a bucket.
    Bucket(Bucket),
}

/// A bucket.
#[derive(Config)]
struct Bucket {
    /// Key of the bucket.
    key: SecretString,
}

impl Clone for Bucket {
    fn clone(&self) -> Self {
        Self { key: self.key.clone() }
    }
}

fn main() {}
