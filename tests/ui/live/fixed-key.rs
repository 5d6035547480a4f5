//! Whoever subscribes to a key that never changes would wait for ever.

use confident::{Config, live};

/// A program.
#[derive(Config)]
#[config(app = "shop")]
struct Shop {
    /// Where it listens.
    #[config(default = "127.0.0.1:80")]
    listen: std::net::SocketAddr,
    /// A group.
    #[config(nested)]
    pool: Pool,
    /// Tables.
    #[config(nested)]
    upstreams: Vec<Upstream>,
}

/// A group.
#[derive(Config)]
struct Pool {
    /// The most.
    #[config(default = 9, live)]
    max: u8,
    /// A note.
    #[config(default = "x")]
    note: String,
}

/// A table, of which one key is fixed, and so is the list.
#[derive(Config)]
struct Upstream {
    /// Its address.
    #[config(live)]
    url: String,
    /// Its name.
    name: String,
}

fn main() {
    let _ = live!(Shop: pool);
    let _ = live!(Shop: pool.max);
    let _ = live!(Shop: listen);
    let _ = live!(Shop: pool.note);
    let _ = live!(Shop: upstreams);
    let _ = live!(Shop: upstreams.url);
    let _ = live!(Shop: pool.min);
    let _ = live!(Shop: listen.port);
}
