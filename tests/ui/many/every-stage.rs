// Mistakes that three stages of the compiler find come in one compile.

use confident::Config;

/// A service.
#[derive(Config)]
#[config(app = "service", rule(min <= max, "the least is not more than the most"), rule(name, "it is named"))]
struct Settings {
    /// An attribute.
    #[config(defualt = 8080)]
    port: u16,
    /// A type.
    lock: std::sync::Mutex<u8>,
    /// A default.
    #[config(default = 70000)]
    admin_port: u16,
    /// The least.
    #[config(default = 2)]
    min: u32,
    /// The most.
    #[config(default = 1)]
    max: u32,
    /// A variable.
    #[config(env = "SERVICE_MAX")]
    limit: u32,
    /// Name to log.
    name: String,
}

fn main() {}
