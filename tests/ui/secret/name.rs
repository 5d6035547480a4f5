use confident::Config;

/// A service.
#[derive(Config)]
struct Settings {
    /// Password of the database.
    database_password: String,
    /// Tokens of the callers.
    tokens: Vec<String>,
    /// Key of the mail server.
    mail_api_key: Option<String>,
    /// Where errors are sent.
    sentry_dsn: String,
    /// What requests are signed with.
    #[config(rename = "signing-key")]
    signer: String,
}

fn main() {}
