use confident::Config;

/// A service.
#[derive(Config)]
struct Settings {
    /// Kept where it may not come from.
    #[config(store = "vault:payments/a", sources("env", "aws"))]
    a: String,
    /// Stale, and from no store.
    #[config(max_stale = "10m", sources("env", "file"))]
    b: String,
    /// Both.
    #[config(store = "vault:payments/c", max_stale = "10m", sources("env"))]
    c: String,
    /// A kind of source that is misspelled: whether it contradicts the place is not known.
    #[config(store = "vault:payments/d", max_stale = "10m", sources("valt"))]
    d: String,
}

fn main() {}
