use confident::Config;

/// A service.
#[derive(Config)]
#[config(app = "service")]
struct Settings {
    /// Who may call.
    #[config(nested)]
    callers: Vec<Caller>,
    /// The name of the first.
    callers_0_name: String,
}

/// A caller.
#[derive(Config)]
struct Caller {
    /// Its name.
    name: String,
}

fn main() {}
