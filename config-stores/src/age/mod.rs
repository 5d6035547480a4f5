//! Files of secrets that are encrypted at rest, in the format of the command `age`.

mod document;
mod edit;
mod identity;
mod rotate;
mod seal;

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

pub use edit::{AgeEdit, Listed, ListedVersion};
pub use identity::{Identity, Recipients};
pub use rotate::AgePlace;

use crate::{Ask, Entry, Failure, Fault, Store, paths::is_segment};
use document::{Document, Kept};

/// The largest age file: no program has secrets of more.
pub(crate) const MOST: u64 = 1 << 20;

/// A file of secrets, encrypted for those who may read them. It may be committed.
///
/// `{app}` and `{profile}` in the name of the file are those of the load. A file for each profile, each for recipients
/// of its own, is the way to have it: the identity of staging then opens nothing of production's. The tool writes such
/// files, `confident secret set`, and so does [`AgeEdit`]; the command `age` decrypts and encrypts them as well.
///
/// What is decrypted is JSON:
///
/// ```json
/// {
///   "format": "confident-secrets/1",
///   "revision": 2,
///   "recipients": ["age1..."],
///   "places": {
///     "payments/production/database/password": {
///       "text": "the value",
///       "revision": 2,
///       "written": "2027-01-01T00:00:00Z",
///       "previous": [
///         {
///           "text": "the one before",
///           "revision": 1,
///           "written": "2026-10-01T00:00:00Z",
///           "until": "2027-01-02T00:00:00Z"
///         }
///       ]
///     }
///   }
/// }
/// ```
///
/// Revisions grow with every change of the file; that of a place is its version. `previous` and `until` are for the
/// overlap of a rotation; while one is under way, `pending` is the next value, or `retiring` the revision of the one that
/// was replaced. `recipients` is who the file is encrypted for: an age file itself does not tell. It is empty
/// where a passphrase opens the file, which takes about a second each time.
///
/// # Memory
/// The file is decrypted whole, into memory that is allocated once and is wiped. The crate `age` decrypts a file in
/// pieces of 64 KiB, each of which it wipes; an allocator that moves what is made smaller leaves the piece where it
/// was. It wipes keys, too, but not the memory that it writes a file from: whoever writes a file, as the tool does,
/// leaves the last 64 KiB of it in memory that is free, until it ends.
///
/// # Example
/// ```no_run
/// use confident::{Config, SecretString};
/// use confident_stores::{AgeFile, Identity, Store};
///
/// /// The payments service.
/// #[derive(Config)]
/// #[config(app = "payments")]
/// struct Settings {
///     /// Token of the bank.
///     bank_token: SecretString,
/// }
///
/// // CONFIDENT_AGE_IDENTITY_FILE names the key file of this deployment.
/// let secrets = AgeFile::at("secrets.{profile}.age").identity(Identity::from_environment());
/// let settings = Settings::loader().profile("production").source(secrets.source()).load()?;
/// # Ok::<(), confident::Report>(())
/// ```
#[derive(Debug)]
pub struct AgeFile {
    path: String,
    identity: Identity,
}

impl AgeFile {
    /// The file with this name, in which `{app}` and `{profile}` are those of the load.
    pub fn at(path: impl Into<String>) -> Self {
        Self { path: path.into(), identity: Identity::none() }
    }

    /// What opens it.
    #[must_use]
    pub fn identity(mut self, identity: Identity) -> Self {
        self.identity = identity;
        self
    }

    /// The file for a program and a profile.
    ///
    /// # Errors
    /// The profile is not there or is no word, and a part of the name.
    pub fn path(&self, app: &str, profile: Option<&str>) -> Result<PathBuf, Failure> {
        let mut path = self.path.clone();
        for (placeholder, word) in [("{profile}", profile), ("{app}", Some(app))] {
            if !path.contains(placeholder) {
                continue;
            }
            let refused = |detail: String| Err(Failure::new(Fault::Refused).detail(detail));
            match word {
                None => return refused(format!("the file is {path}, and there is no profile")),
                Some(word) if !is_segment(word) => {
                    return refused(format!("{placeholder} has characters that would lead to another file"));
                }
                Some(word) => path = path.replace(placeholder, word),
            }
        }
        Ok(path.into())
    }

    fn open(&self, ask: &Ask<'_>) -> Result<Document, Failure> {
        let path = self.path(ask.app, ask.profile)?;
        let sealed = read(&path)?;
        Document::read(&seal::open(&sealed, &self.identity.keys()?)?)
    }
}

/// The bytes of the file.
fn read(path: &Path) -> Result<zeroize::Zeroizing<Vec<u8>>, Failure> {
    confident_core::__stores::bytes(path, MOST, |_| Ok(())).map_err(|unread| {
        Failure::new(Fault::Unreadable).detail(format!("{} {}", path.display(), unread.reason))
    })
}

impl Store for AgeFile {
    fn kind(&self) -> &'static str {
        "age"
    }

    fn name(&self) -> String {
        format!("age file {}", self.path)
    }

    fn files(&self, ask: &Ask<'_>) -> Vec<PathBuf> {
        self.path(ask.app, ask.profile).into_iter().collect()
    }

    fn read(&self, ask: &Ask<'_>) -> Vec<Result<Entry, Failure>> {
        if ask.places.is_empty() {
            return Vec::new();
        }
        let document = match self.open(ask) {
            Ok(document) => document,
            Err(failure) => return ask.places.iter().map(|_| Err(failure.clone())).collect(),
        };
        let Document { places, .. } = document;
        let mut kept: BTreeMap<String, Kept> = places;
        let one = |place: &&str| {
            let Some(Kept { current, previous, .. }) = kept.remove(*place) else {
                return Err(Failure::new(Fault::Absent).at(*place));
            };
            let entry = Entry::text(current.text).revision(current.revision).written(current.written);
            let newest = previous.into_iter().next();
            Ok(match newest.and_then(|version| Some((version.until?, version))) {
                Some((until, version)) => {
                    entry.previous(Entry::text(version.text).revision(version.revision), until)
                }
                None => entry,
            })
        };
        ask.places.iter().map(one).collect()
    }
}

/// What fuzz targets reach.
#[doc(hidden)]
pub mod fuzzing {
    use super::{document::Document, identity::Identity, seal};
    use crate::Failure;

    /// Reads what stands in a file, and writes it again.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn document(plain: &[u8]) -> Result<Vec<u8>, Failure> {
        Ok(Document::read(plain)?.written()?.to_vec())
    }

    /// Reads a whole file.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn file(sealed: &[u8], identity: &Identity) -> Result<(), Failure> {
        Document::read(&seal::open(sealed, &identity.keys()?)?).map(drop)
    }
}
