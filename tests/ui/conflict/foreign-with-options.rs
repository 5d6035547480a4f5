use confident::Config;

/// A service.
#[derive(Config)]
struct Settings {
    /// The client of the mail server.
    #[config(foreign, default = "x", nested)]
    mail: Mail,
    /// The client of the chat server.
    #[config(foreign, env = "CHAT")]
    chat: Mail,
}

#[derive(Debug, serde::Deserialize)]
struct Mail {
    host: String,
}

fn main() {}
