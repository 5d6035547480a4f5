use confident::Config;

/// A service.
#[derive(Config)]
#[config(validate(check, "the port is not the admin's"))]
struct Settings {
    /// Port to listen on.
    port: u16,
}

fn check(settings: &Settings) -> bool {
    settings.port != 9000
}

/// A worker.
#[derive(Config)]
#[config(validate(missing, "the port is not the admin's"))]
struct Worker {
    /// Port to listen on.
    port: u16,
}

fn main() {}
