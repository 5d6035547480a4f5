use confident::{Config, SecretBox, SecretString};

/// A service.
#[derive(Config)]
struct Settings {
    /// Connection string of the database.
    #[config(default = "postgres://localhost")]
    database_url: SecretString,
    /// Keys to sign with.
    #[config(default = ["a", "b"])]
    keys: Vec<SecretString>,
    /// Pin of the card reader.
    #[config(default = 1234)]
    pin: SecretBox<u32>,
    /// Token of the chat.
    #[config(default = "none")]
    chat: Option<SecretString>,
}

fn main() {}
