//! Secrets that are encrypted at rest: a file that is written and read here, on a machine with nothing installed.
//!
//! ```sh
//! cargo run --example vaulted
//! ```
//!
//! People write such a file with the tool, `confident secret set`, and commit it. The key that opens it stays with the
//! deployment, in a file that CONFIDENT_AGE_IDENTITY_FILE names.

use std::{error::Error, io::Write};

use confident::{
    Config, ExposeSecret, SecretString,
    stores::{AgeEdit, AgeFile, Identity, Store},
};

/// The payments service.
#[derive(Config)]
#[config(app = "payments")]
struct Settings {
    /// Requests in flight at once.
    #[config(default = 512)]
    concurrency: u16,
    /// Connection string of the ledger.
    #[config(owner = "team-ledger", format = "url")]
    ledger: SecretString,
    /// The bank.
    #[config(nested)]
    bank: Bank,
}

/// A bank.
#[derive(Config)]
struct Bank {
    /// Token of its interface.
    #[config(owner = "team-bank", rotate = "90d")]
    token: SecretString,
}

fn main() -> Result<(), Box<dyn Error>> {
    let folder = tempfile::tempdir()?;

    // Once, on the machine of whoever looks after the secrets: `confident secret keygen`. The mode of the file is 0600.
    let mut key = tempfile::NamedTempFile::new_in(&folder)?;
    writeln!(key, "{}", Identity::generate().expose_secret())?;
    let identity = Identity::file(key.path());

    // `confident secret set` writes one at a time.
    let mut edit = AgeEdit::create(folder.path().join("secrets.production.age"), identity.recipients()?)?;
    edit.set("payments/production/ledger", "postgres://payments:hunter2@ledger/payments".into())?;
    edit.set("payments/production/bank/token", "T0P-S3CR3T".into())?;
    edit.save()?;

    // What a program does.
    let file = folder.path().join("secrets.{profile}.age");
    let secrets = AgeFile::at(file.to_string_lossy()).identity(identity).source();
    let explanation = Settings::loader().profile("production").source(secrets.clone()).explain();
    let settings = Settings::loader().profile("production").source(secrets).load()?;
    println!("{settings:#?}\n\n{explanation}");
    assert_eq!(settings.bank.token.expose_secret(), "T0P-S3CR3T");
    Ok(())
}
