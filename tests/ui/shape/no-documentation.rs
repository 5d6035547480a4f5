use confident::Config;

/// A service.
#[derive(Config)]
struct Settings {
    port: u16,
    // An ordinary comment.
    #[config(default = "service")]
    name: String,
    ///
    region: String,
    #[config(nested)]
    storage: Storage,
}

/// Where blobs are kept.
#[derive(Config)]
enum Storage {
    Memory,
}

fn main() {}
