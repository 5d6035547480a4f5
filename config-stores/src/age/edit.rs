//! Changing an age file, so that a crash leaves the old one or the new one.

use std::{
    fmt,
    fs::{self, File, TryLockError},
    io::{self, Write},
    path::{Path, PathBuf},
    sync::Arc,
    time::{Duration, SystemTime},
};

use confident_core::{__stores::OVERLAP, ExposeSecret, SecretString};
use zeroize::Zeroizing;

use super::{
    MOST,
    document::{Document, Kept, Version, date},
    identity::{Identity, Recipients},
    read, seal,
};
use crate::{
    Clock, Failure, Fault, SystemClock,
    rotation::{Stage, Which},
};

/// How long what is being replaced is kept, if nobody says that it is not needed any more.
const LONGEST_ROTATION: Duration = Duration::from_secs(30 * 24 * 3600);
/// How long another writer is waited for, in pauses of so long.
const PAUSES: u32 = 100;
const PAUSE: Duration = Duration::from_millis(50);

/// An age file that is being changed.
///
/// Nothing is written before [`save`](Self::save), and then all of it: into a new file beside the old one, mode 0600,
/// that takes its place when it is on the disk. A crash leaves the old file or the new one. Until then nobody else
/// changes a file in that folder by this type; readers are not in the way.
///
/// # Example
/// ```
/// use confident_stores::{AgeEdit, Identity};
/// # let folder = tempfile::tempdir().unwrap();
/// # let path = folder.path().join("secrets.production.age");
///
/// let identity = Identity::text(Identity::generate());
/// let mut edit = AgeEdit::create(&path, identity.recipients()?)?;
/// edit.set("payments/production/bank/token", "s3cr3t".into())?;
/// edit.save()?;
///
/// let edit = AgeEdit::open(&path, &identity)?;
/// assert_eq!(edit.list()[0].place, "payments/production/bank/token");
/// # Ok::<(), confident_stores::Failure>(())
/// ```
pub struct AgeEdit {
    path: PathBuf,
    /// Whoever has it may write.
    lock: File,
    document: Document,
    passphrase: Option<SecretString>,
    is_new: bool,
    overlap: Duration,
    clock: Arc<dyn Clock>,
}

/// What is known of a place, and not the value.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Listed {
    /// The place.
    pub place: String,
    /// What stands there.
    pub current: ListedVersion,
    /// What stood there before and is still kept, the newest first.
    pub previous: Vec<ListedVersion>,
    /// How far its rotation is.
    pub stage: Stage,
}

/// What is known of a version.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ListedVersion {
    /// Its number: larger ones are newer.
    pub revision: u64,
    /// When it was written, in UTC.
    pub written: String,
    /// How long it is kept, where there is a newer one.
    pub until: Option<String>,
}

impl AgeEdit {
    /// A new file, for these recipients.
    ///
    /// # Errors
    /// There is a file, or none can be made there.
    pub fn create(path: impl AsRef<Path>, recipients: Recipients) -> Result<Self, Failure> {
        let path = path.as_ref().to_owned();
        let lock = lock(&path)?;
        let edit = Self::new(path, lock, Document::default(), None, true);
        if edit.path.symlink_metadata().is_ok() {
            return Err(unwritable(&edit.path, "is there already"));
        }
        edit.with(recipients)
    }

    /// The file with this name, opened by this identity.
    ///
    /// # Errors
    /// There is none, it cannot be written there, the identity does not open it, or it is not as it was written.
    pub fn open(path: impl AsRef<Path>, identity: &Identity) -> Result<Self, Failure> {
        let path = path.as_ref();
        // A file that is behind a link is changed, and not the link.
        let path = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        // What is not there is told of before what could be in its way.
        read(&path)?;
        let lock = lock(&path)?;
        let plain = seal::open(&read(&path)?, &identity.keys()?)?;
        Ok(Self::new(path, lock, Document::read(&plain)?, identity.as_passphrase().cloned(), false))
    }

    fn new(
        path: PathBuf,
        lock: File,
        document: Document,
        passphrase: Option<SecretString>,
        is_new: bool,
    ) -> Self {
        Self { path, lock, document, passphrase, is_new, overlap: OVERLAP, clock: Arc::new(SystemClock) }
    }

    /// How long a version is kept after there is a newer one: a day, unless said otherwise. None is kept for no time.
    #[must_use]
    pub fn overlap(mut self, overlap: Duration) -> Self {
        self.overlap = overlap;
        self
    }

    /// Another clock, for tests.
    #[must_use]
    pub fn clock(mut self, clock: impl Clock) -> Self {
        self.clock = Arc::new(clock);
        self
    }

    /// Writes a text to a place, and answers with its version. What stood there is kept for the overlap.
    ///
    /// # Errors
    /// The place has no name.
    pub fn set(&mut self, place: &str, text: SecretString) -> Result<u64, Failure> {
        if place.is_empty() || place.chars().any(char::is_control) {
            let detail = "a place is a name without control characters";
            return Err(Failure::new(Fault::Refused).detail(detail));
        }
        self.document.revision += 1;
        let (revision, written) = (self.document.revision, self.clock.now());
        let text = Zeroizing::new(text.expose_secret().as_bytes().to_vec());
        let current = Version { text, revision, written, until: None };
        let kept = self.document.places.remove(place);
        let previous =
            kept.map_or_else(Vec::new, |kept| replaced(kept.current, kept.previous, written, self.overlap));
        // Whoever writes a value by hand does not go on with a rotation.
        let kept = Kept { current, previous, pending: None, retiring: None };
        self.document.places.insert(place.to_owned(), kept);
        Ok(revision)
    }

    /// How far the rotation of a place is.
    pub(super) fn stage(&self, place: &str) -> Result<Stage, Failure> {
        self.kept(place).map(Kept::stage)
    }

    pub(super) fn text(&self, place: &str, which: Which) -> Result<Option<SecretString>, Failure> {
        let kept = self.kept(place)?;
        let version = match which {
            Which::Current => Some(&kept.current),
            Which::Pending => kept.pending.as_ref(),
            Which::Previous => kept.previous.iter().find(|version| Some(version.revision) == kept.retiring),
        };
        Ok(version.and_then(|version| std::str::from_utf8(&version.text).ok()).map(SecretString::from))
    }

    /// Keeps the next text of a place beside the current one.
    pub(super) fn begin(&mut self, place: &str, text: &SecretString) -> Result<u64, Failure> {
        if self.stage(place)? != Stage::Idle {
            return Err(Failure::new(Fault::Refused).at(place).detail("it is being rotated already"));
        }
        self.document.revision += 1;
        let (revision, written) = (self.document.revision, self.clock.now());
        let text = Zeroizing::new(text.expose_secret().as_bytes().to_vec());
        self.kept_mut(place)?.pending = Some(Version { text, revision, written, until: None });
        Ok(revision)
    }

    /// Makes the next text of a place the current one.
    pub(super) fn promote(&mut self, place: &str) -> Result<u64, Failure> {
        let now = self.clock.now();
        let Kept { current, previous, pending, .. } =
            self.document.places.remove(place).ok_or_else(|| Failure::new(Fault::Absent).at(place))?;
        let Some(pending) = pending else {
            return Err(Failure::new(Fault::Refused).at(place).detail("there is no next value"));
        };
        let (retiring, revision) = (Some(current.revision), pending.revision);
        // Until it is retired, it is there, however long that takes.
        let previous = replaced(current, previous, now, self.overlap.max(LONGEST_ROTATION));
        let kept = Kept { current: Version { written: now, ..pending }, previous, pending: None, retiring };
        self.document.places.insert(place.to_owned(), kept);
        Ok(revision)
    }

    /// Lets go of what was current before the rotation.
    pub(super) fn retire(&mut self, place: &str) -> Result<(), Failure> {
        self.document.revision += 1;
        let kept = self.kept_mut(place)?;
        let retiring = kept.retiring.take();
        kept.previous.retain(|version| Some(version.revision) != retiring);
        Ok(())
    }

    /// Lets go of the next text of a place.
    pub(super) fn abandon(&mut self, place: &str) -> Result<(), Failure> {
        self.document.revision += 1;
        self.kept_mut(place)?.pending = None;
        Ok(())
    }

    fn kept(&self, place: &str) -> Result<&Kept, Failure> {
        self.document.places.get(place).ok_or_else(|| Failure::new(Fault::Absent).at(place))
    }

    fn kept_mut(&mut self, place: &str) -> Result<&mut Kept, Failure> {
        self.document.places.get_mut(place).ok_or_else(|| Failure::new(Fault::Absent).at(place))
    }

    /// Removes a place with all that is kept of it; whether there was one.
    pub fn remove(&mut self, place: &str) -> bool {
        let is_there = self.document.places.remove(place).is_some();
        // What is written there later is newer than what was removed.
        self.document.revision += u64::from(is_there);
        is_there
    }

    /// What is known of every place, by name.
    pub fn list(&self) -> Vec<Listed> {
        let of = |version: &Version| ListedVersion {
            revision: version.revision,
            written: date(version.written),
            until: version.until.map(date),
        };
        let places = self.document.places.iter().map(|(place, kept)| Listed {
            place: place.clone(),
            current: of(&kept.current),
            previous: kept.previous.iter().map(of).collect(),
            stage: kept.stage(),
        });
        places.collect()
    }

    /// The text at a place, or an earlier version of it that is kept.
    pub fn reveal(&self, place: &str, revision: Option<u64>) -> Option<SecretString> {
        let kept = self.document.places.get(place)?;
        let mut versions = std::iter::once(&kept.current).chain(&kept.previous);
        let version =
            versions.find(|version| revision.is_none_or(|revision| version.revision == revision))?;
        std::str::from_utf8(&version.text).ok().map(SecretString::from)
    }

    /// Who the file is encrypted for; nobody, where a passphrase opens it.
    pub fn recipients(&self) -> &[String] {
        &self.document.recipients
    }

    /// A number that grows with every change of the file.
    pub fn revision(&self) -> u64 {
        self.document.revision
    }

    /// Encrypts the file for others from now on.
    ///
    /// Who has the old key and an old copy of the file can read what stood in it: after a key was lost, the secrets
    /// themselves need new values.
    pub fn rotate_key(&mut self, recipients: Recipients) {
        self.document.revision += 1;
        let Recipients { keys, passphrase } = recipients;
        self.document.recipients = keys;
        self.passphrase = passphrase;
    }

    fn with(mut self, recipients: Recipients) -> Result<Self, Failure> {
        self.rotate_key(recipients);
        Ok(self)
    }

    /// Writes the file. Versions whose time is over are not in it any more.
    ///
    /// # Errors
    /// It cannot be written; what was there before is still there.
    pub fn save(mut self) -> Result<(), Failure> {
        let now = self.clock.now();
        for kept in self.document.places.values_mut() {
            kept.previous.retain(|version| version.is_kept(now));
        }
        let to = match (&self.passphrase, &self.document.recipients[..]) {
            (Some(passphrase), []) => seal::To::Passphrase(passphrase.clone()),
            (None, []) => {
                let detail =
                    "the file does not say who it is encrypted for; say it by `confident secret rotate-key`";
                return Err(Failure::new(Fault::Refused).detail(detail));
            }
            (_, keys) => seal::To::Keys(keys),
        };
        let sealed = seal::seal(&self.document.written()?, &to)?;
        if sealed.len() as u64 > MOST {
            let detail = format!("the file would be larger than {} MiB", MOST >> 20);
            return Err(Failure::new(Fault::Refused).detail(detail));
        }
        self.replace(&sealed).map_err(|error| unwritable(&self.path, error))
    }

    /// Puts the bytes in the place of the file, whole or not at all.
    fn replace(&self, sealed: &[u8]) -> io::Result<()> {
        let folder = folder_of(&self.path);
        let name = self.path.file_name().unwrap_or_default().to_string_lossy();
        let prefix = format!(".{name}.");
        // What a writer that was killed left; there is no other, because we have the lock.
        for entry in fs::read_dir(folder)?.filter_map(Result::ok) {
            let found = entry.file_name();
            if found.to_string_lossy().starts_with(&prefix) && found.to_string_lossy().ends_with(UNFINISHED) {
                fs::remove_file(entry.path())?;
            }
        }
        // With the mode 0600.
        let mut file = tempfile::Builder::new().prefix(&prefix).suffix(UNFINISHED).tempfile_in(folder)?;
        file.write_all(sealed)?;
        if !self.is_new {
            // Who could read it before still can.
            file.as_file().set_permissions(fs::metadata(&self.path)?.permissions())?;
        }
        file.as_file().sync_all()?;
        if self.is_new {
            file.persist_noclobber(&self.path)?;
        } else {
            file.persist(&self.path)?;
        }
        // The name is on the disk when the folder is.
        if cfg!(unix) { self.lock.sync_all() } else { Ok(()) }
    }
}

/// What is kept, when the first of these is replaced at this moment.
fn replaced(current: Version, previous: Vec<Version>, now: SystemTime, overlap: Duration) -> Vec<Version> {
    // Later than any date, where a sum has none.
    let until = now.checked_add(overlap).unwrap_or(now + Duration::from_secs(u64::from(u32::MAX)));
    let replaced = Version { until: Some(until), ..current };
    let all = std::iter::once(replaced).chain(previous);
    all.filter(|version| version.is_kept(now)).collect()
}

/// How the name of a file ends that is not whole yet.
const UNFINISHED: &str = ".new";

impl Kept {
    /// How far its rotation is.
    fn stage(&self) -> Stage {
        match (&self.pending, self.retiring) {
            (Some(pending), _) => Stage::Pending(pending.revision.to_string()),
            (None, Some(_)) => {
                let version = self.current.revision.to_string();
                Stage::Promoted { version, since: Some(self.current.written) }
            }
            (None, None) => Stage::Idle,
        }
    }
}

impl Version {
    fn is_kept(&self, now: SystemTime) -> bool {
        self.until.is_some_and(|until| until > now)
    }
}

impl fmt::Debug for AgeEdit {
    /// Shows places, never values.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AgeEdit")
            .field("path", &self.path)
            .field("places", &self.document.places.keys())
            .finish_non_exhaustive()
    }
}

fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// Keeps other writers out of the folder of the file. The file itself cannot be locked: another one takes its place.
fn lock(path: &Path) -> Result<File, Failure> {
    let folder = folder_of(path);
    let opened = if cfg!(unix) {
        File::open(folder)
    } else {
        // Elsewhere, a folder is nothing that could be locked.
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        File::create(folder.join(format!(".{name}.lock")))
    };
    let lock = opened.map_err(|error| unwritable(path, error))?;
    for _ in 0..PAUSES {
        match lock.try_lock() {
            Ok(()) => return Ok(lock),
            Err(TryLockError::WouldBlock) => SystemClock.sleep(PAUSE),
            Err(TryLockError::Error(error)) => return Err(unwritable(path, error)),
        }
    }
    Err(unwritable(path, "is being changed by another process"))
}

fn unwritable(path: &Path, what: impl fmt::Display) -> Failure {
    Failure::new(Fault::Unwritable).detail(format!("{}: {what}", path.display()))
}
