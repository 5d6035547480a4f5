use confident::Config;

/// A service.
#[derive(Config)]
#[config(validate = check)]
struct Settings {
    /// Port to listen on.
    port: u16,
}

/// A worker.
#[derive(Config)]
#[config(validate(check))]
struct Worker {
    /// Port to listen on.
    port: u16,
}

fn main() {}
