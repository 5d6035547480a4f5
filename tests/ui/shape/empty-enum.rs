use confident::Config;

/// Where blobs are kept.
#[derive(Config)]
enum Storage {}

fn main() {}
