//! Two roles of a PostgreSQL that take turns.

use std::{
    fs::OpenOptions,
    io::Write,
    process::{Command, Stdio},
    str::FromStr,
};

use confident_core::{ExposeSecret, SecretString};
use zeroize::Zeroizing;

use super::scram;

/// Two roles, of which one is in use, and the other is the next.
#[derive(Clone, Debug)]
pub(super) struct Roles(String, String);

impl FromStr for Roles {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let is_name = |name: &str| {
            let mut bytes = name.bytes();
            bytes.next().is_some_and(|first| first.is_ascii_lowercase() || first == b'_')
                && bytes.all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
                && name.len() < 64
        };
        match text.split_once(',') {
            Some((one, other)) if is_name(one) && is_name(other) && one != other => {
                Ok(Self(one.to_owned(), other.to_owned()))
            }
            _ => Err("write two different roles with a comma, such as app_a,app_b; their names are of small letters, \
                      digits and _"
                .to_owned()),
        }
    }
}

/// The parts of an address such as `postgres://role:password@host/database`.
struct Address<'a> {
    scheme: &'a str,
    role: &'a str,
    password: &'a str,
    /// From the host on.
    rest: &'a str,
}

impl<'a> Address<'a> {
    /// What is wrong with it quotes nothing of it.
    fn read(text: &'a SecretString) -> Result<Self, String> {
        let wrong = || "the secret is no address such as postgres://ROLE:PASSWORD@HOST/DATABASE".to_owned();
        let text = text.expose_secret();
        let (scheme, rest) = text.split_once("://").ok_or_else(wrong)?;
        if !matches!(scheme, "postgres" | "postgresql") {
            return Err(wrong());
        }
        let authority = rest.find(['/', '?']).unwrap_or(rest.len());
        let at = rest[..authority].rfind('@').ok_or_else(wrong)?;
        let (role, password) = rest[..at].split_once(':').ok_or_else(wrong)?;
        Ok(Self { scheme, role, password, rest: &rest[at + 1..] })
    }
}

impl Roles {
    /// The address with which the role that is not in use logs in, with this password.
    pub(super) fn next(
        &self,
        current: Option<&SecretString>,
        password: &SecretString,
    ) -> Result<SecretString, String> {
        let current =
            current.ok_or("there is no address yet; write the first one with `confident secret set`")?;
        let Address { scheme, role, rest, .. } = Address::read(current)?;
        let next = match role {
            role if role == self.0 => &self.1,
            role if role == self.1 => &self.0,
            _ => return Err("the role in the address is none of the two".to_owned()),
        };
        let room = scheme.len() + next.len() + password.expose_secret().len() + rest.len() + 5;
        let mut text = Zeroizing::new(String::with_capacity(room));
        for piece in [scheme, "://", next, ":", password.expose_secret(), "@", rest] {
            text.push_str(piece);
        }
        Ok(SecretString::from(text.as_str()))
    }

    /// Sets the password of the role in the address.
    pub(super) fn apply(&self, pending: &SecretString) -> Result<(), String> {
        let Address { role, password, .. } = self.address(pending)?;
        let mut salt = [0; 16];
        getrandom::fill(&mut salt).map_err(|error| format!("the system has no random bytes: {error}"))?;
        let verifier = scram::verifier(&SecretString::from(password), &salt);
        psql(&[], None, &format!("ALTER ROLE \"{role}\" WITH LOGIN PASSWORD '{verifier}';\n"))
    }

    /// Logs in with the address.
    pub(super) fn test(&self, pending: &SecretString) -> Result<(), String> {
        let Address { scheme, role, password, rest } = self.address(pending)?;
        psql(&["-d", &format!("{scheme}://{role}@{rest}")], Some(password), "SELECT 1;\n")
    }

    /// Removes the password of the role in the address.
    pub(super) fn revoke(&self, previous: &SecretString) -> Result<(), String> {
        let Address { role, .. } = self.address(previous)?;
        psql(&[], None, &format!("ALTER ROLE \"{role}\" WITH PASSWORD NULL;\n"))
    }

    /// The parts of an address of one of the roles.
    fn address<'a>(&self, text: &'a SecretString) -> Result<Address<'a>, String> {
        let address = Address::read(text)?;
        if address.role != self.0 && address.role != self.1 {
            return Err("the role in the address is none of the two".to_owned());
        }
        Ok(address)
    }
}

/// Runs statements in `psql`. A password is in a file that only this user can read, and that is gone afterwards.
fn psql(arguments: &[&str], password: Option<&str>, statements: &str) -> Result<(), String> {
    let mut command = Command::new("psql");
    command
        .args(["--no-psqlrc", "--quiet", "--no-password", "--set", "ON_ERROR_STOP=1", "--file", "-"])
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::piped());
    let folder =
        tempfile::tempdir().map_err(|error| format!("no file can be made for the password: {error}"))?;
    if let Some(password) = password {
        let path = folder.path().join("pgpass");
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let escaped = Zeroizing::new(password.replace('\\', "\\\\").replace(':', "\\:"));
        options
            .open(&path)
            .and_then(|mut file| {
                file.write_all(b"*:*:*:*:")?;
                file.write_all(escaped.as_bytes())?;
                file.write_all(b"\n")
            })
            .map_err(|error| format!("no file can be made for the password: {error}"))?;
        command.env("PGPASSFILE", &path).env_remove("PGPASSWORD");
    }
    let mut child = command.spawn().map_err(|error| match error.kind() {
        std::io::ErrorKind::NotFound => {
            "`psql` is not installed: apt-get install postgresql-client".to_owned()
        }
        _ => format!("`psql` cannot be run: {error}"),
    })?;
    if let Some(mut input) = child.stdin.take() {
        let _ = input.write_all(statements.as_bytes());
    }
    let output = child.wait_with_output().map_err(|error| format!("`psql` cannot be waited for: {error}"))?;
    if output.status.success() {
        return Ok(());
    }
    // It does not quote a password; a statement that it quotes holds what a server keeps of one.
    let said = String::from_utf8_lossy(&output.stderr);
    let first = said.lines().find(|line| !line.trim().is_empty()).unwrap_or("it says nothing");
    Err(format!("`psql`: {}", crate::escape::plain(first, false)))
}
