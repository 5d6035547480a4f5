use confident::Config;

/// A service.
#[derive(Config)]
#[config(app = "service")]
struct Settings {
    /// Who may call.
    #[config(nested(prefix = ""))]
    callers: Vec<Caller>,
}

/// A caller.
#[derive(Config)]
struct Caller {
    /// Its name.
    name: String,
}

fn main() {}
