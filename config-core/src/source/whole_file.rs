//! Files that hold nothing but one value: those that a `_FILE` variable names, and mounted secrets.

use std::{
    ffi::OsString,
    fs::File,
    io::{self, Read},
    path::Path,
};

/// The largest file that is read as one value: no secret is larger.
const MOST: u64 = 1 << 20;

/// Why a file cannot be read, without its text.
#[derive(Debug)]
pub(crate) struct Unread {
    pub(crate) is_missing: bool,
    pub(crate) reason: String,
}

/// Reads the file without the line break at its end.
///
/// # Errors
/// What is wrong with the file, without its text.
pub(crate) fn read(path: &Path) -> Result<OsString, String> {
    let mut bytes = bytes(path, MOST).map_err(|unread| unread.reason)?;
    if bytes.ends_with(b"\n") {
        bytes.pop();
        if bytes.ends_with(b"\r") {
            bytes.pop();
        }
    }
    into_text(bytes)
}

/// Reads a plain file of at most so many bytes, into memory that was allocated once: growing would
/// leave copies behind.
///
/// # Errors
/// What is wrong with the file.
pub(crate) fn bytes(path: &Path, most: u64) -> Result<Vec<u8>, Unread> {
    // Looked at before it is opened, because opening a FIFO waits for a writer, and after, because
    // another file may stand there by then.
    plain(&std::fs::metadata(path)?, most)?;
    let mut file = File::open(path)?;
    let metadata = file.metadata()?;
    plain(&metadata, most)?;
    let mut bytes = Vec::with_capacity(metadata.len() as usize + 1);
    file.by_ref().take(most + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > most {
        return Err(too_large(most));
    }
    Ok(bytes)
}

fn plain(metadata: &std::fs::Metadata, most: u64) -> Result<(), Unread> {
    if metadata.is_dir() {
        Err(unread("is a directory, not a file"))
    } else if !metadata.is_file() {
        Err(unread("is not a plain file"))
    } else if metadata.len() > most {
        Err(too_large(most))
    } else {
        Ok(())
    }
}

fn unread(reason: impl Into<String>) -> Unread {
    Unread { is_missing: false, reason: reason.into() }
}

fn too_large(most: u64) -> Unread {
    unread(format!("is larger than {} MiB", most >> 20))
}

impl From<io::Error> for Unread {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::NotFound => Self { is_missing: true, reason: "does not exist".to_owned() },
            io::ErrorKind::PermissionDenied => unread("may not be read by this process"),
            _ => unread(format!("cannot be read: {error}")),
        }
    }
}

#[cfg(unix)]
fn into_text(bytes: Vec<u8>) -> Result<OsString, String> {
    Ok(std::os::unix::ffi::OsStringExt::from_vec(bytes))
}

#[cfg(not(unix))]
fn into_text(bytes: Vec<u8>) -> Result<OsString, String> {
    String::from_utf8(bytes).map(OsString::from).map_err(|_| "is not UTF-8 text".to_owned())
}
