//! Secrets that are encrypted at rest: a file that is written and read here, on a machine with nothing installed.
//!
//! ```sh
//! cargo run --example vaulted
//! ```
//!
//! People write such a file with the tool, `confident secret set`, and commit it. The key that opens it stays with the
//! deployment, in a file that CONFIDENT_AGE_IDENTITY_FILE names.

use std::{error::Error, fs, io::Write};

use confident::{
    Config, ExposeSecret, SecretString,
    stores::{
        AgeEdit, AgeFile, Identity, Store,
        audit::{AuditKey, OnFailure, Trail, Verification},
    },
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

    // What a program does: it reads, and records what it reads. Where it could not, it would not start.
    let path = folder.path().join("audit.jsonl");
    let trail = Trail::keyed(&path, audit_key()?).open(OnFailure::Closed)?;
    let file = folder.path().join("secrets.{profile}.age");
    let secrets =
        AgeFile::at(file.to_string_lossy()).identity(identity).source().audit(&trail).instance("web-1");
    let settings = Settings::loader().profile("production").source(secrets.clone()).load()?;
    println!("{settings:#?}\n");
    assert_eq!(settings.bank.token.expose_secret(), "T0P-S3CR3T");

    // A program in staging finds nothing of production's.
    if let Err(report) = Settings::loader().profile("staging").source(secrets).load() {
        println!("{report}\n");
    }

    // `confident audit show`, and `confident audit verify`.
    let records = fs::read_to_string(&path)?;
    println!("the audit trail:\n{records}");
    let verdict = Verification::with(&audit_key()?).of(&path)?;
    println!(
        "{} records, {}",
        verdict.records,
        if verdict.is_good() { "as they were written" } else { "changed" }
    );

    // Whoever makes one word of it another is found out.
    fs::write(&path, records.replacen("web-1", "web-2", 1))?;
    if let Some(bad) = Verification::with(&audit_key()?).of(&path)?.bad {
        println!("after a change: line {}: {}", bad.line.unwrap_or_default(), bad.fault);
    }
    Ok(())
}

/// The key that binds the records. A program reads it from a file: `AuditKey::file`.
fn audit_key() -> Result<AuditKey, Box<dyn Error>> {
    Ok(AuditKey::new(b"32 random bytes, or more of them")?)
}
