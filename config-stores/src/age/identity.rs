//! What opens an age file, and who it is encrypted for.

use std::{borrow::Cow, fs::Metadata, path::PathBuf};

use ::age::{scrypt, x25519};
use confident_core::{ExposeSecret, SecretString};

use crate::{Failure, Fault};

/// The largest key file.
const MOST: u64 = 1 << 16;
/// More work than this to try a passphrase is refused: 1 GiB of memory, for some seconds. It is the logarithm.
const MOST_WORK: u8 = 20;
/// The variables of [`Identity::from_environment`].
const VARIABLE: &str = "CONFIDENT_AGE_IDENTITY";
const FILE_VARIABLE: &str = "CONFIDENT_AGE_IDENTITY_FILE";

/// What opens an age file: an X25519 key, as `age-keygen` and `confident secret keygen` make it, or a passphrase.
///
/// A key file is a plain file that its owner alone may read, mode 0600 or stricter, and that belongs to the user of the
/// process. It is read when the age file is, so that a new one needs no restart.
///
/// # Example
/// ```
/// use confident_stores::Identity;
///
/// let identity = Identity::text(Identity::generate());
/// let recipients = identity.recipients().unwrap();
/// assert!(recipients.keys()[0].starts_with("age1"));
/// assert!(!format!("{identity:?}").contains("AGE-SECRET-KEY"));
/// ```
#[derive(Clone, Debug)]
pub struct Identity(Kind);

#[derive(Clone, Debug)]
enum Kind {
    File(PathBuf),
    Text(SecretString),
    Passphrase(SecretString),
    /// There is none, for this reason.
    None(Cow<'static, str>),
}

impl Identity {
    /// The keys of a key file, one on a line. Lines that begin with `#` are not read.
    pub fn file(path: impl Into<PathBuf>) -> Self {
        Self(Kind::File(path.into()))
    }

    /// The text of a key file, from elsewhere.
    pub fn text(text: SecretString) -> Self {
        Self(Kind::Text(text))
    }

    /// A passphrase, for a file that was encrypted with one.
    pub fn passphrase(passphrase: SecretString) -> Self {
        Self(Kind::Passphrase(passphrase))
    }

    /// The key in the variable `CONFIDENT_AGE_IDENTITY`, or in the key file that `CONFIDENT_AGE_IDENTITY_FILE` names.
    ///
    /// The file is better: children of the process have its variables, too.
    #[allow(clippy::disallowed_methods)] // which is what its name says
    pub fn from_environment() -> Self {
        let is_given = |name| std::env::var_os(name).filter(|text| !text.is_empty());
        match (is_given(VARIABLE), is_given(FILE_VARIABLE)) {
            (None, Some(path)) => Self::file(path),
            (Some(text), None) => match text.into_string() {
                Ok(text) => Self::text(SecretString::from(text)),
                Err(_) => Self(Kind::None(format!("{VARIABLE} is not UTF-8").into())),
            },
            (Some(_), Some(_)) => Self(Kind::None(
                format!("{VARIABLE} and {FILE_VARIABLE} are both set; unset one of them").into(),
            )),
            (None, None) => Self(Kind::None(
                format!("there is no identity; set {FILE_VARIABLE} to a key file that opens the file").into(),
            )),
        }
    }

    pub(super) const fn none() -> Self {
        let what = "there is no identity; name one in the program, such as by `Identity::from_environment()`";
        Self(Kind::None(Cow::Borrowed(what)))
    }

    /// A new key, as the text of a key file.
    pub fn generate() -> SecretString {
        x25519::Identity::generate().to_string()
    }

    /// Who a file is encrypted for, that this opens.
    ///
    /// # Errors
    /// The identity cannot be read.
    pub fn recipients(&self) -> Result<Recipients, Failure> {
        match &self.0 {
            Kind::Passphrase(passphrase) => Ok(Recipients::passphrase(passphrase.clone())),
            _ => Ok(Recipients {
                keys: self.x25519()?.iter().map(|identity| identity.to_public().to_string()).collect(),
                passphrase: None,
            }),
        }
    }

    /// The passphrase, where it is one.
    pub(super) fn as_passphrase(&self) -> Option<&SecretString> {
        match &self.0 {
            Kind::Passphrase(passphrase) => Some(passphrase),
            Kind::File(_) | Kind::Text(_) | Kind::None(_) => None,
        }
    }

    /// The identities, as the crate `age` takes them.
    pub(super) fn keys(&self) -> Result<Vec<Box<dyn ::age::Identity>>, Failure> {
        if let Kind::Passphrase(passphrase) = &self.0 {
            let mut identity = scrypt::Identity::new(passphrase.clone());
            identity.set_max_work_factor(MOST_WORK);
            return Ok(vec![Box::new(identity)]);
        }
        let identities = self.x25519()?;
        Ok(identities.into_iter().map(|identity| Box::new(identity) as Box<dyn ::age::Identity>).collect())
    }

    fn x25519(&self) -> Result<Vec<x25519::Identity>, Failure> {
        match &self.0 {
            Kind::File(path) => {
                let refused = |what: &str| {
                    let detail = format!("the key file {} {what}", path.display());
                    Failure::new(Fault::Unauthenticated).detail(detail)
                };
                let bytes = confident_core::__stores::bytes(path, MOST, only_for_owner);
                let bytes = bytes.map_err(|unread| refused(&unread.reason))?;
                let text = std::str::from_utf8(&bytes).map_err(|_| refused("is not UTF-8"))?;
                parsed(text).map_err(refused)
            }
            Kind::Text(text) => parsed(text.expose_secret())
                .map_err(|what| Failure::new(Fault::Unauthenticated).detail(format!("the identity {what}"))),
            Kind::None(why) => Err(Failure::new(Fault::Unauthenticated).detail(why.clone())),
            // It has no keys.
            Kind::Passphrase(_) => Ok(Vec::new()),
        }
    }
}

/// The keys of a key file.
fn parsed(text: &str) -> Result<Vec<x25519::Identity>, &'static str> {
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    let keys = lines.map(|line| {
        line.parse().map_err(|_| {
            if line.starts_with("AGE-PLUGIN-") {
                "has a key of a plugin; make one by `confident secret keygen`"
            } else if line.starts_with("age1") {
                "has a recipient, which closes files; name the key that opens them"
            } else if line.starts_with("age-encryption.org/") || line.starts_with("-----BEGIN AGE ") {
                "is encrypted itself; decrypt it with `age -d` into a file of mode 0600"
            } else {
                "has a line that is no key, `AGE-SECRET-KEY-1..`; make one by `confident secret keygen`"
            }
        })
    });
    let keys = keys.collect::<Result<Vec<_>, _>>()?;
    if keys.is_empty() { Err("has no key; make one by `confident secret keygen`") } else { Ok(keys) }
}

/// Whether nobody but the user of the process reads the file, or says what it holds.
#[cfg(unix)]
fn only_for_owner(metadata: &Metadata) -> Result<(), String> {
    use std::os::unix::fs::MetadataExt;
    let mode = metadata.mode() & 0o777;
    if metadata.uid() != rustix::process::geteuid().as_raw() {
        return Err("belongs to another user; give it to the user of the program with `chown`".to_owned());
    }
    if mode & 0o077 != 0 {
        return Err(format!(
            "may be used by others, its mode is {mode:04o}; run `chmod 600` on it, and make a new key \
             if somebody may have read it"
        ));
    }
    Ok(())
}

#[cfg(not(unix))]
fn only_for_owner(_: &Metadata) -> Result<(), String> {
    Ok(())
}

/// Who an age file is encrypted for: X25519 recipients, or those who know a passphrase.
///
/// # Example
/// ```
/// use confident_stores::Recipients;
///
/// let told = Recipients::of(["not-a-recipient"]).unwrap_err().to_string();
/// assert!(told.contains("no recipient"));
/// ```
#[derive(Clone, Debug)]
pub struct Recipients {
    pub(super) keys: Vec<String>,
    pub(super) passphrase: Option<SecretString>,
}

impl Recipients {
    /// Recipients as texts, `age1..`.
    ///
    /// # Errors
    /// One is none, or there is none.
    pub fn of<R: AsRef<str>>(recipients: impl IntoIterator<Item = R>) -> Result<Self, Failure> {
        let mut keys = Vec::new();
        for recipient in recipients {
            let key = parsed_recipient(recipient.as_ref().trim())?.to_string();
            if !keys.contains(&key) {
                keys.push(key);
            }
        }
        if keys.is_empty() {
            return Err(Failure::new(Fault::Refused).detail("there is no recipient to encrypt the file for"));
        }
        Ok(Self { keys, passphrase: None })
    }

    /// Whoever knows the passphrase, and nobody else.
    pub fn passphrase(passphrase: SecretString) -> Self {
        Self { keys: Vec::new(), passphrase: Some(passphrase) }
    }

    /// The recipients, `age1..`; none where it is a passphrase.
    pub fn keys(&self) -> &[String] {
        &self.keys
    }
}

/// A recipient. What is none is not quoted: it may be the key by mistake.
pub(super) fn parsed_recipient(text: &str) -> Result<x25519::Recipient, Failure> {
    text.parse().map_err(|_| {
        Failure::new(Fault::Refused).detail(if text.starts_with("AGE-SECRET-KEY-") {
            "a recipient is the key that opens files; name what closes them, `age1..`"
        } else if text.starts_with("age1pq1") || text.starts_with("ssh-") {
            "a recipient is of a kind that is not read here; name an X25519 recipient, `age1..`"
        } else {
            "a text is no recipient; recipients are written `age1..`"
        })
    })
}
