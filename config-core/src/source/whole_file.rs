//! Files as a whole: those that hold nothing but one value, which a `_FILE` variable names or a
//! directory of secrets holds, and those that a source reads.

use std::{
    ffi::OsString,
    fs::{File, Metadata, OpenOptions},
    io::{self, Read},
    path::Path,
};

use zeroize::Zeroizing;

/// The largest file that is read: no secret is larger, and no configuration.
pub(crate) const MOST: u64 = 1 << 20;

/// Why a file cannot be read, without its text.
pub(crate) struct Unreadable {
    /// Whether there is no such file.
    pub(crate) is_missing: bool,
    /// What is wrong with the file.
    pub(crate) reason: String,
}

/// Reads the file without the line break at its end.
///
/// # Errors
/// What is wrong with the file, without its text.
pub(crate) fn read(path: &Path) -> Result<OsString, Unreadable> {
    let mut bytes = read_bytes(path)?;
    if bytes.ends_with(b"\n") {
        bytes.pop();
        if bytes.ends_with(b"\r") {
            bytes.pop();
        }
    }
    into_text(std::mem::take(&mut *bytes))
}

/// Reads the bytes of the file.
///
/// # Errors
/// What is wrong with the file, without its text.
pub(crate) fn read_bytes(path: &Path) -> Result<Zeroizing<Vec<u8>>, Unreadable> {
    // Looked at before it is opened, because opening a device may do something, and after, because
    // another file may stand there by then.
    plain(&std::fs::metadata(path)?)?;
    let mut file = open(path)?;
    let metadata = file.metadata()?;
    plain(&metadata)?;
    // Room for all of it, so that it is not copied while it is read.
    let mut bytes = Zeroizing::new(Vec::with_capacity(metadata.len() as usize + 1));
    file.by_ref().take(MOST + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > MOST {
        return Err(Unreadable::new("is larger than 1 MiB"));
    }
    Ok(bytes)
}

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

fn plain(metadata: &Metadata) -> Result<(), Unreadable> {
    if metadata.is_dir() {
        Err(Unreadable::new("is a directory, not a file"))
    } else if !metadata.is_file() {
        Err(Unreadable::new("is not a plain file"))
    } else if metadata.len() > MOST {
        Err(Unreadable::new("is larger than 1 MiB"))
    } else {
        Ok(())
    }
}

impl Unreadable {
    fn new(reason: &str) -> Self {
        Self { is_missing: false, reason: reason.to_owned() }
    }
}

impl From<io::Error> for Unreadable {
    fn from(error: io::Error) -> Self {
        let reason = match error.kind() {
            io::ErrorKind::NotFound => "does not exist".to_owned(),
            io::ErrorKind::PermissionDenied => "may not be read by this process".to_owned(),
            _ => format!("cannot be read: {error}"),
        };
        Self { is_missing: error.kind() == io::ErrorKind::NotFound, reason }
    }
}

#[cfg(unix)]
fn into_text(bytes: Vec<u8>) -> Result<OsString, Unreadable> {
    Ok(std::os::unix::ffi::OsStringExt::from_vec(bytes))
}

#[cfg(not(unix))]
fn into_text(bytes: Vec<u8>) -> Result<OsString, Unreadable> {
    String::from_utf8(bytes).map(OsString::from).map_err(|_| Unreadable::new("is not UTF-8 text"))
}
