use confident::Config;

/// A service.
#[derive(Config)]
struct Settings {
    /// The mail server.
    #[config(foreign)]
    mail: Mail,
}

struct Mail;

fn main() {}
