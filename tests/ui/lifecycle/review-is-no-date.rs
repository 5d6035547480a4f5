use confident::Config;

/// A service.
#[derive(Config)]
struct Settings {
    /// Port to listen on.
    #[config(review_by = "next year")]
    port: u16,
    /// Name to log.
    #[config(review_by = "2027-02-30")]
    name: String,
}

fn main() {}
