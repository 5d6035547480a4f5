use confident::Config;

/// A service.
#[derive(Config)]
struct Settings {
    /// Port of the debugger.
    #[config(required_in("staging", "test"), forbidden_in("production", "test"))]
    debug_port: Option<u16>,
}

fn main() {}
