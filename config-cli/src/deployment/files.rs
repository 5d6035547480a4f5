//! Reads files, in bounded memory.

use std::{
    fs::File,
    io::{self, Read},
    path::{Path, PathBuf},
    sync::Arc,
};

use super::{Place, Request, Unreadable};

/// The largest file that is read, in bytes: larger than any deployment that people write, smaller than what a
/// machine minds.
pub const LARGEST_FILE: u64 = 8 << 20;

/// How many bytes are read for one deployment, with all files that others name.
pub const MOST_BYTES: u64 = 64 << 20;

/// How many files are read for one deployment, with all that others name.
pub const MOST_FILES: usize = 512;

/// A file, read.
pub(super) struct Text {
    pub(super) path: Arc<Path>,
    pub(super) text: String,
}

impl Text {
    pub(super) fn place(&self, at: (u32, u32)) -> Place {
        Place::new(&self.path, at)
    }
}

/// Why a file is not read.
pub(super) enum Unread {
    /// It is not there.
    Missing,
    /// Only files that the request names are read, and this is none.
    NotNamed,
    /// What is wrong, and where in it.
    Faulty(String, (u32, u32)),
}

impl Unread {
    /// As a problem of the file itself.
    pub(super) fn at_start(self, path: &Path) -> Unreadable {
        let (what, at) = match self {
            Self::Missing => ("does not exist".to_owned(), (1, 1)),
            Self::NotNamed => ("is not read: only the files that are named are".to_owned(), (1, 1)),
            Self::Faulty(what, at) => (what, at),
        };
        Unreadable { what, place: Place::new(&Arc::from(path), at) }
    }
}

/// What files are read for one deployment.
pub(super) struct Files<'r> {
    request: &'r Request,
    read: Vec<Arc<Path>>,
    bytes_left: u64,
    files_left: usize,
}

impl<'r> Files<'r> {
    pub(super) fn new(request: &'r Request) -> Self {
        Self { request, read: Vec::new(), bytes_left: MOST_BYTES, files_left: MOST_FILES }
    }

    /// A file that the request names.
    pub(super) fn named(&mut self, path: &Path) -> Result<Text, Unread> {
        let bytes = match self.request.texts.get(path) {
            Some(text) if text.len() as u64 > LARGEST_FILE => return Err(too_large()),
            Some(text) => text.clone().into_bytes(),
            None => bytes(path)?,
        };
        self.bytes_left = self.bytes_left.checked_sub(bytes.len() as u64).ok_or_else(|| {
            faulty(format!("the files of the deployment are larger than {} MiB together", MOST_BYTES >> 20))
        })?;
        self.files_left = self
            .files_left
            .checked_sub(1)
            .ok_or_else(|| faulty(format!("the deployment reads more than {MOST_FILES} files")))?;
        let text = String::from_utf8(bytes).map_err(|error| {
            let before = &error.as_bytes()[..error.utf8_error().valid_up_to()];
            Unread::Faulty("is not UTF-8 text".to_owned(), end_of(before))
        })?;
        let path: Arc<Path> = Arc::from(path);
        if !self.read.contains(&path) {
            self.read.push(Arc::clone(&path));
        }
        Ok(Text { path, text })
    }

    /// A file that another file names.
    pub(super) fn other(&mut self, path: &Path) -> Result<Text, Unread> {
        if self.request.is_alone && !self.request.texts.contains_key(path) {
            return Err(Unread::NotNamed);
        }
        self.named(path)
    }

    pub(super) fn into_read(self) -> Vec<Arc<Path>> {
        self.read
    }
}

/// A path that a file names, from the folder that it is relative to. `./` at its beginning goes, so that places
/// read well.
pub(super) fn beside(folder: &Path, path: &str) -> PathBuf {
    folder.join(path.trim_start_matches("./"))
}

/// The folder of a file.
pub(super) fn folder(file: &Path) -> PathBuf {
    file.parent().unwrap_or(Path::new("")).to_owned()
}

fn bytes(path: &Path) -> Result<Vec<u8>, Unread> {
    // Looked at before it is opened: opening a pipe would wait for a writer.
    let metadata = std::fs::metadata(path)?;
    if metadata.is_dir() {
        return Err(faulty("is a folder, not a file"));
    }
    if !metadata.is_file() {
        return Err(faulty("is not a plain file"));
    }
    if metadata.len() > LARGEST_FILE {
        return Err(too_large());
    }
    let mut bytes = Vec::with_capacity(metadata.len() as usize + 1);
    // It may have grown since.
    File::open(path)?.take(LARGEST_FILE + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > LARGEST_FILE { Err(too_large()) } else { Ok(bytes) }
}

fn faulty(what: impl Into<String>) -> Unread {
    Unread::Faulty(what.into(), (1, 1))
}

fn too_large() -> Unread {
    faulty(format!("is larger than {} MiB", LARGEST_FILE >> 20))
}

impl From<io::Error> for Unread {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => Self::Missing,
            io::ErrorKind::PermissionDenied => faulty("may not be read by this process"),
            kind => faulty(format!("cannot be read: {kind}")),
        }
    }
}

/// The line and the column behind a text.
fn end_of(bytes: &[u8]) -> (u32, u32) {
    let start = bytes.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
    let line = bytes.iter().filter(|byte| **byte == b'\n').count() + 1;
    // Continuation bytes of UTF-8 start no character.
    let column = bytes[start..].iter().filter(|byte| **byte & 0xc0 != 0x80).count() + 1;
    (u32::try_from(line).unwrap_or(u32::MAX), u32::try_from(column).unwrap_or(u32::MAX))
}
