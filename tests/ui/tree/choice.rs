use confident::Config;

/// A service.
#[derive(Config)]
#[config(app = "service")]
struct Settings {
    /// Where blobs are kept.
    #[config(nested)]
    storage: Storage,
    /// The bucket.
    storage_s3_bucket: String,
    /// The kind of the storage.
    #[config(env = "SERVICE_STORAGE")]
    kind: String,
}

/// Where blobs are kept.
#[derive(Config)]
enum Storage {
    /// In memory.
    Memory,
    /// In a bucket.
    S3(Bucket),
}

/// A bucket.
#[derive(Config)]
struct Bucket {
    /// Name of the bucket.
    bucket: String,
}

fn main() {}
