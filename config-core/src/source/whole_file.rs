//! Files that hold nothing but one value: those that a `_FILE` variable names, and mounted secrets.

use std::{
    ffi::OsString,
    fs::File,
    io::{self, Read},
    path::Path,
};

/// The largest file that is read: no secret is larger.
const MOST: u64 = 1 << 20;

/// Reads the file without the line break at its end.
///
/// # Errors
/// What is wrong with the file, without its text.
pub(crate) fn read(path: &Path) -> Result<OsString, String> {
    // Looked at before it is opened, because opening a FIFO waits for a writer, and after, because
    // another file may stand there by then.
    plain(&std::fs::metadata(path).map_err(|error| describe(&error))?)?;
    let mut file = File::open(path).map_err(|error| describe(&error))?;
    let metadata = file.metadata().map_err(|error| describe(&error))?;
    plain(&metadata)?;
    let mut bytes = Vec::with_capacity(metadata.len() as usize + 1);
    file.by_ref().take(MOST + 1).read_to_end(&mut bytes).map_err(|error| describe(&error))?;
    if bytes.len() as u64 > MOST {
        return Err(too_large());
    }
    if bytes.ends_with(b"\n") {
        bytes.pop();
        if bytes.ends_with(b"\r") {
            bytes.pop();
        }
    }
    into_text(bytes)
}

fn plain(metadata: &std::fs::Metadata) -> Result<(), String> {
    if metadata.is_dir() {
        Err("is a directory, not a file".to_owned())
    } else if !metadata.is_file() {
        Err("is not a plain file".to_owned())
    } else if metadata.len() > MOST {
        Err(too_large())
    } else {
        Ok(())
    }
}

fn too_large() -> String {
    "is larger than 1 MiB".to_owned()
}

fn describe(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "does not exist".to_owned(),
        io::ErrorKind::PermissionDenied => "may not be read by this process".to_owned(),
        _ => format!("cannot be read: {error}"),
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
