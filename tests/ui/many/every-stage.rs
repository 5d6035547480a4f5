// Mistakes that three stages of the compiler find come in one compile.

use confident::Config;

/// A service.
#[derive(Config)]
#[config(app = "service")]
struct Settings {
    /// An attribute.
    #[config(defualt = 8080)]
    port: u16,
    /// A type.
    lock: std::sync::Mutex<u8>,
    /// A default.
    #[config(default = 70000)]
    admin_port: u16,
    /// Name to log.
    name: String,
}

fn main() {}
