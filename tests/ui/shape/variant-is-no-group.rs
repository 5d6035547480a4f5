use std::path::PathBuf;

use confident::Config;

/// Where blobs are kept.
#[derive(Config)]
enum Storage {
    /// In a bucket.
    Bucket(Bucket),
    /// In a directory.
    Directory(PathBuf),
}

struct Bucket;

fn main() {}
