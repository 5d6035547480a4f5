use confident::Config;

/// A service.
#[derive(Config)]
struct Settings {
    /// Whether to log.
    #[config(default = "enabled")]
    log: bool,
    /// Whether to trace.
    #[config(default = 1)]
    trace: bool,
}

fn main() {}
