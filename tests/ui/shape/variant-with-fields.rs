use confident::Config;

/// Where blobs are kept.
#[derive(Config)]
enum Storage {
    /// In a bucket.
    Bucket { name: String },
    /// In two.
    Two(One, One),
    /// In none.
    None(),
}

/// One.
#[derive(Config)]
struct One {
    /// Name of the bucket.
    name: String,
}

fn main() {}
