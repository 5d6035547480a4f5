use confident::Config;

/// A service.
#[derive(Config)]
struct Settings {
    /// A placeholder that is misspelled.
    #[config(store = "vault:{profil}/a")]
    a: String,
    /// A placeholder that there is not.
    #[config(store = "vault:payments/{region}/b")]
    b: String,
    /// A placeholder without an end.
    #[config(store = "vault:payments-{app/c")]
    c: String,
    /// An end without a placeholder.
    #[config(store = "vault:payments/app}/d")]
    d: String,
}

fn main() {}
