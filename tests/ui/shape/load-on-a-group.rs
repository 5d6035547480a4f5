use confident::Config;

/// A group.
#[derive(Config)]
struct Pool {
    /// Connections that may be opened.
    max: u32,
}

fn main() {
    let _ = Pool::load();
}
