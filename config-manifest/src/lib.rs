//! The manifest on its way: read out of the binary of a program, or from a published `manifest.json`.
//!
//! Operators and security teams work with the contract of a program without its source code, and without running
//! it. Whatever the manifest comes from, it is the [`Manifest`] that the program itself has, so that documents,
//! checks and comparisons are written once.
//!
//! ```
//! use confident::Config;
//!
//! /// The payments service.
//! #[derive(Config)]
//! #[config(app = "payments")]
//! struct Settings {
//!     /// Requests in flight at once.
//!     #[config(default = 512)]
//!     concurrency: u16,
//! }
//!
//! # fn main() -> Result<(), confident_manifest::Error> {
//! // This program is a binary like any other: it carries its manifest, and so can be read.
//! let this = std::env::current_exe()?;
//! let found = confident_manifest::read(&this)?;
//! assert_eq!(found.len(), 1);
//! assert_eq!(found[0].manifest.app, "payments");
//! let key = found[0].manifest.key("concurrency").expect("the struct has it");
//! assert_eq!((key.variable, key.key.default), ("PAYMENTS_CONCURRENCY", Some("512")));
//! # Ok(())
//! # }
//! ```

mod binary;
pub mod format;
mod owned;

use std::{
    fmt,
    fs::File,
    io::{self, Read, Seek, SeekFrom},
    path::Path,
};

use confident_core::Manifest;

use format::{Document, Group, Item};

/// A manifest that was found in a file.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Found {
    /// The manifest, as the program itself has it. It stays in memory for as long as the tool runs.
    pub manifest: &'static Manifest,
    /// The same as it was written, with the fields of a later version of the format.
    pub document: Document,
}

/// Why there is no manifest.
#[derive(Debug)]
#[non_exhaustive]
pub enum Error {
    /// The file cannot be read.
    Io(io::Error),
    /// The file is a binary, or something else, without a manifest in it.
    None,
    /// There is a mark, but what stands behind it is no whole manifest.
    Broken {
        /// The place of the mark, in bytes from the begin of the file.
        at: u64,
        /// What is wrong.
        what: &'static str,
    },
    /// There are more marks than a program has.
    TooMany,
    /// The text is larger than a manifest can be.
    TooLarge,
    /// The text is no JSON, or not of the format.
    Format(serde_json::Error),
    /// The manifest has a version of the format that is newer than this tool.
    Newer(u32),
    /// What it says cannot be.
    Contradicts(&'static str),
    /// A name in it has characters that such a name cannot have.
    Name(&'static str),
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Io(error) => write!(f, "cannot be read: {error}"),
            Self::None => f.write_str(
                "has no manifest: it is no program with a struct that derives `Config` and says `app = \"..\"`, nor a \
                 manifest in JSON",
            ),
            Self::Broken { at, what } => write!(f, "has a manifest at byte {at} that is not whole: {what}"),
            Self::TooMany => f.write_str("has more manifests than a program can have"),
            Self::TooLarge => write!(f, "is larger than {} MiB, which no manifest is", binary::LONGEST >> 20),
            Self::Format(error) => write!(f, "is no manifest: {error}"),
            Self::Newer(version) => write!(
                f,
                "has version {version} of the format, and this tool reads up to {}; take a newer tool",
                format::FORMAT
            ),
            Self::Contradicts(what) => write!(f, "is no manifest: {what}"),
            Self::Name(what) => write!(f, "is no manifest: {what} has characters that it cannot have"),
        }
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Io(error) => Some(error),
            Self::Format(error) => Some(error),
            _ => None,
        }
    }
}

impl From<io::Error> for Error {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

/// The manifests in the file at `path`: a binary, which may carry several, or a manifest in JSON.
///
/// # Errors
/// The file cannot be read, or has no whole manifest in it.
pub fn read(path: &Path) -> Result<Vec<Found>, Error> {
    read_from(&mut File::open(path)?)
}

/// The manifests in a binary or a text.
///
/// # Errors
/// It cannot be read, or has no whole manifest in it.
pub fn read_from(file: &mut (impl Read + Seek)) -> Result<Vec<Found>, Error> {
    if is_json(file)? {
        file.seek(SeekFrom::Start(0))?;
        let mut text = String::new();
        let read = file.take(binary::LONGEST + 1).read_to_string(&mut text)?;
        if read as u64 > binary::LONGEST {
            return Err(Error::TooLarge);
        }
        return Ok(vec![from_json(&text)?]);
    }
    binary::texts(file)?.iter().map(|text| from_json(text)).collect()
}

/// Whether the first byte that is no blank begins an object.
fn is_json(file: &mut impl Read) -> Result<bool, Error> {
    let mut begin = [0; 64];
    let mut filled = 0;
    while filled < begin.len() {
        match file.read(&mut begin[filled..]) {
            Ok(0) => break,
            Ok(read) => filled += read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(begin[..filled].iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b'{'))
}

/// The manifest in a text.
///
/// # Errors
/// The text is no manifest.
pub fn from_json(text: &str) -> Result<Found, Error> {
    let document: Document = serde_json::from_str(text).map_err(Error::Format)?;
    let manifest = owned::manifest(&document, text.trim())?;
    Ok(Found { manifest, document })
}

/// A manifest as it is published: JSON with the path and the variable of every key.
///
/// # Errors
/// It carries no manifest that could be read, which can only be where it was made by hand.
pub fn published(manifest: &Manifest) -> Result<String, Error> {
    let mut document: Document = serde_json::from_str(manifest.json()).map_err(Error::Format)?;
    let mut entries = manifest.keys();
    name_keys(&mut document.group, &mut entries);
    let mut json = serde_json::to_string_pretty(&document).map_err(Error::Format)?;
    json.push('\n');
    Ok(json)
}

/// Says of every key its path and its variable, which stand in `entries` in the same order.
fn name_keys(group: &mut Group, entries: &mut impl Iterator<Item = confident_core::KeyEntry>) {
    for item in &mut group.items {
        match item {
            Item::Key(key) => {
                if let Some(entry) = entries.next() {
                    key.path = Some(entry.path.to_owned());
                    key.variable = Some(entry.variable.to_owned());
                }
            }
            Item::Group(nested) => name_keys(&mut nested.group, entries),
            Item::Foreign(_) => {}
        }
    }
}
