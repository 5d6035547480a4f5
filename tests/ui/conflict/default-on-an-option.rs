use confident::Config;

/// A service.
#[derive(Config)]
struct Settings {
    /// Port of the debugger.
    #[config(default = 9000)]
    debug_port: Option<u16>,
}

fn main() {}
