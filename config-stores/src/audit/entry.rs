//! A record as it stands in a trail.

use std::{
    borrow::Cow,
    io::{self, BufRead},
};

use serde::{Deserialize, Serialize};

use super::key::{Chain, Domain, Mac};

/// The most bytes of a line. Eight texts of at most 1,024 bytes, each of which JSON spells with six at the most, fit
/// into it with all the rest.
pub(super) const LONGEST_LINE: usize = 64 * 1024;

/// What stands between the bytes that a `mac` is over and the `mac`.
const BEFORE_MAC: &str = ",\"mac\":\"";
/// What stands behind it.
const BEHIND_MAC: &str = "\"}";

/// The action of the first record.
pub(super) const BEGAN: &str = "began";
/// The action of a record that says what was left behind.
pub(super) const RECOVERED: &str = "recovered";

/// A record as it stands in a trail. Texts that do not apply are empty.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Entry<'a> {
    /// Its place among all records, from 1.
    pub sequence: u64,
    /// When it was recorded, as RFC 3339 in UTC.
    pub time: Cow<'a, str>,
    /// What was done: the name of an [`Action`](super::Action), `began` or `recovered`.
    pub action: Cow<'a, str>,
    /// The program.
    #[serde(default, skip_serializing_if = "str::is_empty")]
    pub app: Cow<'a, str>,
    /// The version of the program.
    #[serde(default, skip_serializing_if = "str::is_empty")]
    pub version: Cow<'a, str>,
    /// Which of its processes.
    #[serde(default, skip_serializing_if = "str::is_empty")]
    pub instance: Cow<'a, str>,
    /// The profile that it runs in.
    #[serde(default, skip_serializing_if = "str::is_empty")]
    pub profile: Cow<'a, str>,
    /// The path of the key.
    #[serde(default, skip_serializing_if = "str::is_empty")]
    pub key: Cow<'a, str>,
    /// The kind of the store.
    #[serde(default, skip_serializing_if = "str::is_empty")]
    pub store: Cow<'a, str>,
    /// The place in the store.
    #[serde(default, skip_serializing_if = "str::is_empty")]
    pub path: Cow<'a, str>,
    /// The version of the value.
    #[serde(default, skip_serializing_if = "str::is_empty")]
    pub value_version: Cow<'a, str>,
    /// What came of it: the name of an [`Outcome`](super::Outcome).
    #[serde(default, skip_serializing_if = "str::is_empty")]
    pub outcome: Cow<'a, str>,
    /// How long it took, in microseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub duration_us: Option<u64>,
    /// The keyed fingerprint of the value.
    #[serde(default, skip_serializing_if = "str::is_empty")]
    pub fingerprint: Cow<'a, str>,
    /// How the trail is chained; in its first record.
    #[serde(default, skip_serializing_if = "str::is_empty")]
    pub chain: Cow<'a, str>,
    /// What names the trail's key; in its first record.
    #[serde(default, skip_serializing_if = "str::is_empty")]
    pub key_id: Cow<'a, str>,
    /// What a crash left before this record.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub torn: Option<Torn>,
    /// How many records before this one could not be written, as far as is known.
    #[serde(default, skip_serializing_if = "is_none")]
    pub missed: u64,
    /// How many records follow that were written at once with this one.
    #[serde(default, skip_serializing_if = "is_none")]
    pub more: u64,
    /// The `mac` of the record before.
    pub previous: Mac,
}

/// Bytes that are no record, and stand where a crash left them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Torn {
    /// How many, with the line break that ends them.
    pub bytes: u64,
    /// The keyed hash of them.
    pub mac: Mac,
}

#[allow(clippy::trivially_copy_pass_by_ref)] // the signature that serde asks for
const fn is_none(count: &u64) -> bool {
    *count == 0
}

impl Entry<'_> {
    /// The line of the entry, and its `mac`.
    pub(super) fn line(&self, chain: &Chain) -> (String, Mac) {
        let mut line = serde_json::to_string(self).expect("texts and numbers are always JSON");
        line.pop(); // the brace, which comes behind the `mac`
        let mac = chain.mac(Domain::Line, line.as_bytes());
        line.push_str(BEFORE_MAC);
        line.push_str(&mac.to_string());
        line.push_str(BEHIND_MAC);
        line.push('\n');
        (line, mac)
    }
}

impl Entry<'static> {
    /// The entry in a line without its line break, where the line is as it was written with the key of the chain.
    pub(super) fn proven(chain: &Chain, line: &[u8]) -> Option<(Self, Mac)> {
        let (text, mac) = parts(line)?;
        if chain.mac(Domain::Line, text) != mac {
            return None;
        }
        Some((serde_json::from_slice(line).ok()?, mac))
    }

    /// What a line says that looks like one of a trail, which is proof of nothing.
    pub(super) fn unproven(line: &[u8]) -> Option<Self> {
        parts(line)?;
        serde_json::from_slice(line).ok()
    }
}

/// What a `mac` is over, and the `mac`.
fn parts(line: &[u8]) -> Option<(&[u8], Mac)> {
    let line = line.strip_suffix(BEHIND_MAC.as_bytes())?;
    let (rest, mac) = line.split_at_checked(line.len().checked_sub(Mac::DIGITS)?)?;
    Some((rest.strip_suffix(BEFORE_MAC.as_bytes())?, Mac::of_text(mac)?))
}

/// How many bytes stand at the end of a line, from its `mac` on.
pub(super) const END_OF_LINE: usize = BEFORE_MAC.len() + Mac::DIGITS + BEHIND_MAC.len() + 1;

/// The end of the line that has this `mac`.
pub(super) fn end_of_line(mac: Mac) -> String {
    format!("{BEFORE_MAC}{mac}{BEHIND_MAC}\n")
}

/// A piece of a file: a line, or a part of one that is too long for a record.
pub(super) struct Piece {
    /// Whether a line begins with it.
    pub(super) begins: bool,
    /// Whether it ends with a line break.
    pub(super) ends: bool,
}

/// Reads files in pieces of a known size.
pub(super) struct Pieces<R> {
    reader: R,
    begins: bool,
}

impl<R: BufRead> Pieces<R> {
    pub(super) const fn new(reader: R) -> Self {
        Self { reader, begins: true }
    }

    /// Reads the next piece, with its line break; nothing at the end.
    pub(super) fn next(&mut self, piece: &mut Vec<u8>) -> io::Result<Option<Piece>> {
        piece.clear();
        loop {
            let found = match self.reader.fill_buf() {
                Ok(found) => found,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(error),
            };
            if found.is_empty() {
                break;
            }
            let room = &found[..found.len().min(LONGEST_LINE - piece.len())];
            let end = room.iter().position(|byte| *byte == b'\n').map_or(room.len(), |at| at + 1);
            piece.extend_from_slice(&room[..end]);
            self.reader.consume(end);
            if piece.ends_with(b"\n") || piece.len() == LONGEST_LINE {
                break;
            }
        }
        if piece.is_empty() {
            return Ok(None);
        }
        let ends = piece.ends_with(b"\n");
        let begins = std::mem::replace(&mut self.begins, ends);
        Ok(Some(Piece { begins, ends }))
    }
}

/// The lines of a trail, one by one, as they are: nothing is verified.
///
/// # Example
/// ```
/// use confident_stores::audit::{Action, Entries, Event, OnFailure, Outcome, Trail};
/// # let folder = std::env::temp_dir().join(format!("confident-entries-{}", std::process::id()));
/// # std::fs::create_dir_all(&folder)?;
/// # let path = folder.join("audit.jsonl");
///
/// let trail = Trail::unkeyed(&path).open(OnFailure::Closed)?;
/// trail.record(&Event::new(Action::Access, Outcome::Denied).key("database_url"))?;
/// let text = std::fs::read_to_string(&path)? + "torn";
/// let lines: Vec<_> = Entries::new(text.as_bytes()).collect::<Result<_, _>>()?;
/// assert_eq!(lines[1].entry.as_ref().map(|entry| &*entry.key), Some("database_url"));
/// assert!(lines[2].entry.is_none());
/// # std::fs::remove_dir_all(&folder)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Entries<R> {
    pieces: Pieces<R>,
    number: u64,
}

/// A line of a trail.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct NumberedLine {
    /// Which line, from 1.
    pub number: u64,
    /// The line without its break; a part of it, where it is longer than any record.
    pub text: Vec<u8>,
    /// What it says; nothing, where it is no record.
    pub entry: Option<Entry<'static>>,
}

impl<R: BufRead> Entries<R> {
    /// The lines of a file.
    pub const fn new(reader: R) -> Self {
        Self { pieces: Pieces::new(reader), number: 0 }
    }
}

impl<R: BufRead> Iterator for Entries<R> {
    type Item = io::Result<NumberedLine>;

    fn next(&mut self) -> Option<Self::Item> {
        let mut text = Vec::new();
        let piece = match self.pieces.next(&mut text) {
            Ok(piece) => piece?,
            Err(error) => return Some(Err(error)),
        };
        self.number += u64::from(piece.begins);
        if piece.ends {
            text.pop();
        }
        let entry = if piece.begins { Entry::unproven(&text) } else { None };
        Some(Ok(NumberedLine { number: self.number, text, entry }))
    }
}
