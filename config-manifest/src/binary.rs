//! The manifests that a binary carries, found without running it.
//!
//! The file is read from front to end in pieces, so that a binary of any size takes the same little memory. What
//! stands behind a mark counts only if its length and its checksum hold.

use std::io::{self, Read, Seek, SeekFrom};

use confident_core::manifest::carried::{HEAD, checksum, mark};
use memchr::memmem::Finder;

use crate::Error;

/// How much of a file is looked at in one piece, in bytes.
const PIECE: usize = 1 << 20;

/// The longest text of one manifest, in bytes: one key takes about 300.
pub(crate) const LONGEST: u64 = 16 << 20;

/// The most marks that are looked at in one file: a program has one or two, and a tool that looks for them none.
const MOST_MARKS: usize = 64;

/// The texts of the manifests in `file`, in the order in which they stand there.
///
/// # Errors
/// The file cannot be read, has no whole manifest, or has too many marks to be a program.
pub(crate) fn texts(file: &mut (impl Read + Seek)) -> Result<Vec<String>, Error> {
    let mut texts: Vec<String> = Vec::new();
    let mut broken = None;
    let marks = marks(file)?;
    let length = file.seek(SeekFrom::End(0))?;
    for at in marks {
        match text(file, at, length)? {
            // The same root in two objects of one archive is one manifest.
            Ok(text) if texts.contains(&text) => {}
            Ok(text) => texts.push(text),
            Err(what) => broken = broken.or(Some(Error::Broken { at, what })),
        }
    }
    match broken {
        _ if !texts.is_empty() => Ok(texts),
        Some(broken) => Err(broken),
        None => Err(Error::None),
    }
}

/// Where the marks stand.
fn marks(file: &mut (impl Read + Seek)) -> Result<Vec<u64>, Error> {
    let mark = mark();
    let finder = Finder::new(&mark);
    let mut piece = vec![0; PIECE];
    // The end of the piece before, in which a mark may have begun.
    let (mut kept, mut start, mut marks) = (0, 0_u64, Vec::new());
    file.seek(SeekFrom::Start(0))?;
    loop {
        let read = match file.read(&mut piece[kept..]) {
            Ok(0) => return Ok(marks),
            Ok(read) => read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error.into()),
        };
        let filled = kept + read;
        for at in finder.find_iter(&piece[..filled]) {
            if marks.len() == MOST_MARKS {
                return Err(Error::TooMany);
            }
            marks.push(start + at as u64);
        }
        kept = filled.min(mark.len() - 1);
        piece.copy_within(filled - kept..filled, 0);
        start += (filled - kept) as u64;
    }
}

/// The text behind the mark at `at`, or what is wrong with it.
fn text(
    file: &mut (impl Read + Seek),
    at: u64,
    file_length: u64,
) -> Result<Result<String, &'static str>, Error> {
    let mut head = [0; HEAD];
    file.seek(SeekFrom::Start(at))?;
    if let Err(error) = file.read_exact(&mut head) {
        return match error.kind() {
            io::ErrorKind::UnexpectedEof => Ok(Err("the file ends in front of it")),
            _ => Err(error.into()),
        };
    }
    let number = |from: usize| {
        let mut bytes = [0; 8];
        bytes.copy_from_slice(&head[from..from + 8]);
        u64::from_le_bytes(bytes)
    };
    let (length, expected) = (number(16), number(24));
    if length > LONGEST || !length.is_multiple_of(16) {
        return Ok(Err("its length is none that a manifest can have"));
    }
    if length > file_length.saturating_sub(at + HEAD as u64) {
        return Ok(Err("the file ends in the middle of it"));
    }
    let mut bytes = vec![0; usize::try_from(length).unwrap_or_default()];
    file.read_exact(&mut bytes)?;
    if checksum(&bytes) != expected {
        return Ok(Err("its checksum does not hold: it was changed after it was built"));
    }
    Ok(String::from_utf8(bytes).map_err(|_| "it is no UTF-8 text"))
}
