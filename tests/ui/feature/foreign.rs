use confident::Config;

/// A service.
#[derive(Config)]
#[config(app = "service")]
struct Settings {
    /// The mail server.
    #[config(foreign)]
    mail: Mail,
}

struct Mail;

fn main() {}
