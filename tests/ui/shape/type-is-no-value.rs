use confident::Config;

/// A service.
#[derive(Config)]
#[config(app = "service", rule(names.is_empty(), "there are no names"))]
struct Settings {
    /// The mutex.
    lock: std::sync::Mutex<u8>,
    /// The pool.
    pool: Pool,
    /// The client.
    #[config(default = "x")]
    client: Client,
    /// The names.
    names: Vec<Client>,
    /// The name.
    name: &'static str,
}

/// A pool.
#[derive(Config)]
struct Pool {
    /// Connections that may be opened.
    max: u32,
}

struct Client;

fn main() {}
