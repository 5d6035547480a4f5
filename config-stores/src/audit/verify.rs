//! Whether a trail is as it was written.

use std::{
    fmt,
    fs::{self, File},
    io::{self, BufRead, BufReader, Read},
    path::{Path, PathBuf},
};

use serde::Serialize;

use super::{
    head::{self, Head},
    key::{AuditKey, Chain},
    log::{self, head_path},
    walk::Walk,
};

/// How a trail is verified.
///
/// # Example
/// ```
/// use confident_stores::audit::{Action, AuditKey, Event, Fault, OnFailure, Outcome, Trail, Verification};
/// # let folder = std::env::temp_dir().join(format!("confident-verify-{}", std::process::id()));
/// # std::fs::create_dir_all(&folder)?;
/// # let path = folder.join("audit.jsonl");
///
/// let key = AuditKey::new(&[7; 32])?;
/// let trail = Trail::keyed(&path, key.clone()).open(OnFailure::Closed)?;
/// for name in ["database_url", "queue_url"] {
///     trail.record(&Event::new(Action::Access, Outcome::Ok).key(name))?;
/// }
/// assert!(Verification::with(&key).of(&path)?.is_good());
///
/// let text = std::fs::read_to_string(&path)?;
/// std::fs::write(&path, text.replace("database_url", "another_url"))?;
/// let bad = Verification::with(&key).of(&path)?.bad.expect("it was edited");
/// assert_eq!((bad.line, bad.fault), (Some(2), Fault::Edited));
/// # std::fs::remove_dir_all(&folder)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Verification {
    chain: Chain,
    head: Option<PathBuf>,
    checkpoint: Option<Head>,
}

impl Verification {
    /// For a trail with this key.
    pub fn with(key: &AuditKey) -> Self {
        Self { chain: Chain::new(Some(key.clone())), head: None, checkpoint: None }
    }

    /// For a trail without a key. It finds accidents; tampering shows only against a checkpoint.
    pub fn unkeyed() -> Self {
        Self { chain: Chain::new(None), head: None, checkpoint: None }
    }

    /// Where the head is, if not beside the trail.
    #[must_use]
    pub fn head(mut self, path: impl Into<PathBuf>) -> Self {
        self.head = Some(path.into());
        self
    }

    /// A copy of the head that was kept elsewhere: the trail has to go at least as far.
    #[must_use]
    pub fn checkpoint(mut self, checkpoint: Head) -> Self {
        self.checkpoint = Some(checkpoint);
        self
    }

    /// Verifies the trail in a file, while it may be written. The memory that it takes does not depend on the trail.
    ///
    /// # Errors
    /// Where a file cannot be read, a trail with a key is verified without one, or the checkpoint was made with another key.
    pub fn of(&self, path: impl AsRef<Path>) -> Result<Verdict, VerifyError> {
        let path = path.as_ref();
        let fails = |error| VerifyError::Unreadable(path.to_owned(), error);
        // To open a pipe would wait for whoever writes to it.
        if !fs::metadata(path).map_err(fails)?.is_file() {
            return Err(fails(io::Error::other("is no regular file")));
        }
        let file = File::open(path).map_err(fails)?;
        // The head and the length that belong together. What is written from then on is left for the next time.
        let head = self.head.clone().unwrap_or_else(|| head_path(path));
        log::lock(|| file.try_lock_shared()).map_err(fails)?;
        let found = head::text_of(&head);
        let length = file.metadata().map(|metadata| metadata.len());
        let _ = file.unlock(); // the end of the file's handle unlocks it too
        let length = length.map_err(fails)?;
        let head = found.map_err(|error| VerifyError::Unreadable(head, error))?;
        let reader = BufReader::with_capacity(64 * 1024, file.take(length));
        match self.read(reader, head.as_deref()) {
            Err(VerifyError::Unreadable(_, error)) => Err(fails(error)),
            other => other,
        }
    }

    /// Verifies a trail that is read from somewhere else, with the text of its head; none, where there is no head.
    ///
    /// # Errors
    /// As for [`Verification::of`].
    pub fn read(&self, reader: impl BufRead, head: Option<&str>) -> Result<Verdict, VerifyError> {
        let chain = &self.chain;
        if self.checkpoint.as_ref().is_some_and(|checkpoint| !checkpoint.is_proven(chain)) {
            return Err(VerifyError::Checkpoint);
        }
        let parsed = head.map(str::parse::<Head>);
        let proven = match &parsed {
            Some(Ok(head)) if head.is_proven(chain) => Some(head),
            _ => None,
        };
        let mut walk = Walk::new(chain, proven, self.checkpoint.as_ref());
        walk.go(reader).map_err(|error| VerifyError::Unreadable(PathBuf::new(), error))?;
        walk.end();
        let mut bad = walk.bad.take();
        let is_foreign = matches!(bad, Some(Bad { fault: Fault::ForeignKey, .. }));
        if is_foreign && chain.key.is_none() {
            return Err(VerifyError::KeyNeeded);
        }
        if bad.is_none() && proven.is_none() {
            let fault = match &parsed {
                None => Fault::HeadMissing,
                Some(Ok(head)) if head.is_foreign(chain) && chain.key.is_none() => {
                    return Err(VerifyError::KeyNeeded);
                }
                Some(Ok(head)) if head.is_foreign(chain) => Fault::ForeignKey,
                Some(_) => Fault::HeadEdited,
            };
            bad = Some(Bad { line: None, fault });
        }
        let ahead = if bad.is_none() { walk.ahead() } else { 0 };
        let Walk { records, first, last, torn, missed, .. } = walk;
        Ok(Verdict { records, first, last, torn, missed, ahead, bad })
    }
}

/// What is known of a trail.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Verdict {
    /// The records that are good, up to the first bad line.
    pub records: u64,
    /// The time of the first of them.
    pub first: Option<String>,
    /// The time of the last of them.
    pub last: Option<String>,
    /// How often a crash left a piece of a record, which stands in the file still.
    pub torn: u64,
    /// How many records could not be written, as far as the trail knows.
    pub missed: u64,
    /// How many records the head does not know of: those of one write, as a crash leaves it.
    pub ahead: u64,
    /// The first line that is bad.
    pub bad: Option<Bad>,
}

impl Verdict {
    /// Whether all of it is as it was written.
    pub const fn is_good(&self) -> bool {
        self.bad.is_none()
    }
}

/// Something that is wrong with a trail.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Bad {
    /// The line, from 1; none, where it is the head.
    pub line: Option<u64>,
    /// What is wrong.
    #[serde(flatten)]
    pub fault: Fault,
}

/// What is wrong with a line of a trail, or with its head.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "fault", rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Fault {
    /// The line is not as it was written.
    Edited,
    /// The line was not written by the trail.
    Inserted,
    /// Records that were before this line are not there any more.
    Missing {
        /// The first of them.
        from: u64,
        /// The last of them.
        to: u64,
    },
    /// A record stands here before others that were written before it.
    OutOfOrder {
        /// Its number.
        record: u64,
    },
    /// A record stands in the trail twice.
    Duplicated {
        /// Its number.
        record: u64,
    },
    /// A record is good and does not follow what stands before it: one of the two is of another trail, or a torn line
    /// between them is missing.
    Unlinked {
        /// Its number.
        record: u64,
    },
    /// Records at the end are not there any more.
    Truncated {
        /// The first of them.
        from: u64,
        /// The last that is known of.
        to: u64,
    },
    /// The last line is a part of a record that was never finished, as a crash leaves it. The next record sets it right.
    Torn,
    /// The trail or its head was made with another key.
    ForeignKey,
    /// The record is not the one that the head was made for.
    NotOfHead {
        /// Its number.
        record: u64,
    },
    /// The record is not the one that the checkpoint was made for.
    NotOfCheckpoint {
        /// Its number.
        record: u64,
    },
    /// The head is older than a crash explains: the records from this line on are good, and it does not know of them.
    HeadBehind {
        /// How many.
        records: u64,
    },
    /// There is no head.
    HeadMissing,
    /// The head is not as it was written.
    HeadEdited,
}

impl Fault {
    /// Its name, which is stable.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Edited => "edited",
            Self::Inserted => "inserted",
            Self::Missing { .. } => "missing",
            Self::OutOfOrder { .. } => "out-of-order",
            Self::Duplicated { .. } => "duplicated",
            Self::Unlinked { .. } => "unlinked",
            Self::Truncated { .. } => "truncated",
            Self::Torn => "torn",
            Self::ForeignKey => "foreign-key",
            Self::NotOfHead { .. } => "not-of-head",
            Self::NotOfCheckpoint { .. } => "not-of-checkpoint",
            Self::HeadBehind { .. } => "head-behind",
            Self::HeadMissing => "head-missing",
            Self::HeadEdited => "head-edited",
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Edited => f.write_str("the line is not as it was written"),
            Self::Inserted => f.write_str("the line was not written by the trail"),
            Self::Missing { from, to } if from == to => write!(f, "record {from} is missing before this line"),
            Self::Missing { from, to } => write!(f, "records {from} to {to} are missing before this line"),
            Self::OutOfOrder { record } => {
                write!(f, "record {record} stands before others that were written before it")
            }
            Self::Duplicated { record } => write!(f, "record {record} stands in the trail twice"),
            Self::Unlinked { record } => {
                write!(f, "record {record} does not follow what stands before it")
            }
            Self::Truncated { from, to } if from == to => {
                write!(f, "the trail ends before record {from}, which was written")
            }
            Self::Truncated { from, to } => {
                write!(f, "the trail ends before records {from} to {to}, which were written")
            }
            Self::Torn => {
                f.write_str("the last line is torn, as a crash leaves it; the next record of the program sets it right")
            }
            Self::ForeignKey => f.write_str("another key was used; verify with the key that the trail began with"),
            Self::NotOfHead { record } => {
                write!(f, "record {record} is not the one that the head was made for")
            }
            Self::NotOfCheckpoint { record } => {
                write!(f, "record {record} is not the one that the checkpoint was made for")
            }
            Self::HeadBehind { records } => {
                write!(f, "the head does not know of the {records} records from this line on; it was replaced by an older one")
            }
            Self::HeadMissing => {
                f.write_str("the head is missing, so nothing says whether the trail was truncated; name it, or a copy of it")
            }
            Self::HeadEdited => {
                f.write_str("the head is not as it was written, so nothing says whether the trail was truncated")
            }
        }
    }
}

/// Why nothing can be said of a trail.
#[derive(Debug)]
#[non_exhaustive]
pub enum VerifyError {
    /// A file cannot be read.
    Unreadable(PathBuf, io::Error),
    /// The trail has a key, and none was given.
    KeyNeeded,
    /// The checkpoint was not made with the key of the trail.
    Checkpoint,
}

impl fmt::Display for VerifyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreadable(path, error) => write!(f, "{}: cannot be read: {error}", path.display()),
            Self::KeyNeeded => f.write_str("the trail is bound with a key; name the file of the key"),
            Self::Checkpoint => f.write_str(
                "the checkpoint was not made with this key; name a copy of the head of this trail",
            ),
        }
    }
}

impl std::error::Error for VerifyError {}
