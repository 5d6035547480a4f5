//! Files that hold nothing but one value: those that a `_FILE` variable names, and mounted secrets.

use std::{
    fs::{self, File, Metadata, OpenOptions},
    io::{self, Read},
    path::Path,
};

use zeroize::Zeroizing;

/// The largest file that is read as one value: no secret is larger.
const MOST: u64 = 1 << 20;

/// Why a file cannot be read, without its text.
#[derive(Debug)]
pub struct Unread {
    pub(crate) is_missing: bool,
    /// What is wrong, said of the file.
    pub reason: String,
}

impl Unread {
    /// Whether there is no such file.
    pub const fn is_missing(&self) -> bool {
        self.is_missing
    }
}

/// Reads the file without the line break at its end.
///
/// # Errors
/// What is wrong with the file, without its text.
pub(crate) fn read(path: &Path) -> Result<Zeroizing<Vec<u8>>, Unread> {
    let mut bytes = bytes(path, MOST, |_| Ok(()))?;
    if bytes.ends_with(b"\n") {
        bytes.pop();
        if bytes.ends_with(b"\r") {
            bytes.pop();
        }
    }
    Ok(bytes)
}

/// Reads a plain file of at most so many bytes, into memory that is wiped. It is read by hand, because the standard
/// library reads the end of a file, and all of a short one, on the stack, and lets a buffer grow. `accept` says what is
/// wrong with whose file it is; it sees the one that is read.
///
/// # Errors
/// What is wrong with the file.
pub fn bytes(
    path: &Path,
    most: u64,
    accept: impl FnOnce(&Metadata) -> Result<(), String>,
) -> Result<Zeroizing<Vec<u8>>, Unread> {
    // Looked at before it is opened, because opening a device may do something, and after, because
    // another file may stand there by then.
    plain(&fs::metadata(path)?, most)?;
    let mut file = open(path)?;
    let metadata = file.metadata()?;
    plain(&metadata, most)?;
    accept(&metadata).map_err(unread)?;
    // One more than there is, so that the end shows.
    let mut bytes = Zeroizing::new(vec![0; metadata.len() as usize + 1]);
    let mut length = 0;
    loop {
        match file.read(&mut bytes[length..]) {
            Ok(0) => break,
            Ok(read) => length += read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error.into()),
        }
        if length as u64 > most {
            return Err(too_large(most));
        }
        if length == bytes.len() {
            // Someone writes to it.
            let mut larger = Zeroizing::new(vec![0; (2 * length).min(most as usize + 1)]);
            larger[..length].copy_from_slice(&bytes);
            bytes = larger;
        }
    }
    bytes.truncate(length);
    Ok(bytes)
}

/// What is wrong with a file that is no text, where the system has no texts but Unicode.
pub(crate) const NO_TEXT: &str = "is not UTF-8 text";

/// Opens the file for reading. Opening a FIFO would wait for a writer: with this flag it does not.
#[cfg(unix)]
fn open(path: &Path) -> io::Result<File> {
    std::os::unix::fs::OpenOptionsExt::custom_flags(OpenOptions::new().read(true), NONBLOCK).open(path)
}

#[cfg(not(unix))]
fn open(path: &Path) -> io::Result<File> {
    OpenOptions::new().read(true).open(path)
}

/// `O_NONBLOCK` of the system's `fcntl.h`. Where it is not known, a FIFO that takes the place of a
/// plain file between two system calls is waited for.
#[cfg(unix)]
const NONBLOCK: i32 = if cfg!(all(
    any(target_os = "linux", target_os = "android"),
    not(any(
        target_arch = "mips",
        target_arch = "mips64",
        target_arch = "sparc",
        target_arch = "sparc64",
        target_arch = "hexagon"
    ))
)) {
    0o4000
} else if cfg!(any(
    target_vendor = "apple",
    target_os = "freebsd",
    target_os = "netbsd",
    target_os = "openbsd",
    target_os = "dragonfly"
)) {
    4
} else {
    0
};

fn plain(metadata: &Metadata, most: u64) -> Result<(), Unread> {
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
