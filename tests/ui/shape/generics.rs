use confident::Config;

/// A pool.
#[derive(Config)]
struct Pool<T> {
    /// Connections that may be opened.
    max: T,
}

/// A name.
#[derive(Config)]
struct Name<'a> {
    /// The name.
    name: &'a str,
}

/// Shares.
#[derive(Config)]
struct Shares<const N: usize> {
    /// The shares.
    shares: [u8; N],
}

fn main() {}
