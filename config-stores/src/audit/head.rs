//! How far a trail goes.

use std::{
    fmt,
    fs::{self, File},
    io::{self, Read},
    path::Path,
    str::FromStr,
};

use serde::{Deserialize, Serialize};

use super::key::{Chain, Domain, Mac};

/// How far a trail goes: its last record, and how long the file is with it.
///
/// It stands in the file beside the trail whose name ends in `.head`. A copy of it that is kept elsewhere, where who can
/// write to the trail cannot, is a checkpoint: the trail has to go at least as far.
///
/// # Example
/// ```
/// use confident_stores::audit::{AuditKey, OnFailure, Trail};
/// # let folder = std::env::temp_dir().join(format!("confident-head-{}", std::process::id()));
/// # std::fs::create_dir_all(&folder)?;
/// # let path = folder.join("audit.jsonl");
///
/// let trail = Trail::keyed(&path, AuditKey::new(&[7; 32])?).open(OnFailure::Closed)?;
/// let head = trail.head();
/// // What is sent elsewhere, and read again there.
/// assert_eq!(head.to_string().parse(), Ok(head));
/// # std::fs::remove_dir_all(&folder)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Head {
    pub(super) sequence: u64,
    pub(super) length: u64,
    pub(super) mac: Mac,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    key_id: String,
    /// The keyed hash of the rest.
    proof: Mac,
}

/// A text is not that of a head.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct HeadError;

impl fmt::Display for HeadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("is not the head of a trail; name a copy of the file that ends in `.head`")
    }
}

impl std::error::Error for HeadError {}

/// The most bytes of a file with a head.
const LONGEST_FILE: u64 = 4096;

/// The text of the head in a file; none, where there is no file. Bytes that are no text are no head.
pub(super) fn text_of(path: &Path) -> io::Result<Option<String>> {
    let read = || {
        // To open a pipe would wait for whoever writes to it.
        if !fs::metadata(path)?.is_file() {
            return Err(io::Error::other("is no regular file"));
        }
        let mut bytes = Vec::new();
        File::open(path)?.take(LONGEST_FILE).read_to_end(&mut bytes)?;
        Ok(String::from_utf8(bytes).unwrap_or_default())
    };
    match read() {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// A place in a trail, between two records.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub(super) struct Place {
    /// The record before it; 0 at the beginning.
    pub(super) sequence: u64,
    pub(super) mac: Mac,
    /// The bytes before it.
    pub(super) length: u64,
}

impl Head {
    /// How many records the trail has up to there.
    pub const fn sequence(&self) -> u64 {
        self.sequence
    }

    pub(super) fn new(chain: &Chain, place: Place) -> Self {
        let Place { sequence, mac, length } = place;
        Self { sequence, length, mac, key_id: chain.key_id.clone(), proof: Self::prove(chain, place) }
    }

    fn prove(chain: &Chain, Place { sequence, mac, length }: Place) -> Mac {
        chain.mac(Domain::Head, format!("{sequence} {length} {mac}").as_bytes())
    }

    pub(super) const fn place(&self) -> Place {
        Place { sequence: self.sequence, mac: self.mac, length: self.length }
    }

    /// Whether it was made with the key of the chain.
    pub(super) fn is_proven(&self, chain: &Chain) -> bool {
        Self::prove(chain, self.place()) == self.proof && self.key_id == chain.key_id
    }

    /// Whether it says itself that it was made with another key.
    pub(super) fn is_foreign(&self, chain: &Chain) -> bool {
        self.key_id != chain.key_id
    }
}

impl fmt::Display for Head {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&serde_json::to_string(self).expect("texts and numbers are always JSON"))
    }
}

impl FromStr for Head {
    type Err = HeadError;

    fn from_str(text: &str) -> Result<Self, HeadError> {
        serde_json::from_str(text).map_err(|_| HeadError)
    }
}
