use confident::Config;

/// A service.
#[derive(Config)]
#[config(app = "service")]
struct Settings {
    /// A type.
    lock: std::sync::Mutex<u8>,
    /// A group.
    #[config(nested)]
    pool: Pool,
    /// A default.
    #[config(default = 70000)]
    admin_port: u16,
}

struct Pool;

fn main() {}
