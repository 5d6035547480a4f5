use confident::Config;

/// A service.
#[derive(Config)]
#[config(app = "service")]
struct Settings {
    /// The mail server.
    #[config(foreign)]
    mail: Mail,
    /// Host of the mail server.
    mail_host: String,
}

#[derive(Debug, serde::Deserialize)]
struct Mail {
    host: String,
}

fn main() {}
