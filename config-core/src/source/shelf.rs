//! What a load reads, kept until it ends: everything else points into it, and then it is wiped, because it may hold
//! secrets.

use std::{
    borrow::Cow,
    cell::{Cell, OnceCell},
    ffi::{OsStr, OsString},
    ops::Deref,
};

use zeroize::{Zeroize, Zeroizing};

/// The texts and bytes of one load.
#[derive(Default)]
pub(crate) struct Shelf {
    bytes: Rows<Zeroizing<Vec<u8>>>,
    texts: Rows<Zeroizing<String>>,
    os_texts: Rows<Wiped>,
    /// Whether there may be secrets among them.
    #[cfg_attr(not(feature = "toml"), allow(dead_code))] // the other parsers do not ask
    pub(crate) holds_secrets: bool,
}

impl Shelf {
    pub(crate) fn new(holds_secrets: bool) -> Self {
        Self { holds_secrets, ..Self::default() }
    }

    /// Keeps bytes.
    pub(crate) fn keep(&self, bytes: Zeroizing<Vec<u8>>) -> &[u8] {
        self.bytes.keep(bytes)
    }

    /// Keeps a text, where it is not borrowed.
    pub(crate) fn text<'s>(&'s self, text: Cow<'s, str>) -> &'s str {
        match text {
            Cow::Borrowed(text) => text,
            Cow::Owned(text) => self.held(Zeroizing::new(text)),
        }
    }

    /// Keeps a text.
    pub(crate) fn held(&self, text: Zeroizing<String>) -> &str {
        self.texts.keep(text)
    }

    /// Keeps a copy of a text.
    pub(crate) fn copy(&self, text: &str) -> &str {
        self.held(Zeroizing::new(text.to_owned()))
    }

    /// Keeps a text that was put together of whole texts.
    pub(crate) fn pieces(&self, text: Growing) -> &str {
        self.held(text.into_text().unwrap_or_else(|_| unreachable!("whole texts make a text")))
    }

    /// Keeps a text in the encoding of the operating system, where it is not borrowed.
    pub(crate) fn os_text<'s>(&'s self, text: Cow<'s, OsStr>) -> &'s OsStr {
        match text {
            Cow::Borrowed(text) => text,
            Cow::Owned(text) => self.os_texts.keep(Wiped(text)),
        }
    }

    /// Keeps what a file holds, as the text that it is; `None` where it is none, as it may be on Windows.
    #[cfg(unix)]
    pub(crate) fn file(&self, bytes: Zeroizing<Vec<u8>>) -> Option<&OsStr> {
        Some(std::os::unix::ffi::OsStrExt::from_bytes(self.keep(bytes)))
    }

    /// Keeps what a file holds, as the text that it is; `None` where it is none, as it may be on Windows.
    #[cfg(not(unix))]
    pub(crate) fn file(&self, bytes: Zeroizing<Vec<u8>>) -> Option<&OsStr> {
        std::str::from_utf8(self.keep(bytes)).ok().map(OsStr::new)
    }
}

/// Values that stay where they are while more are kept.
struct Rows<T> {
    first: OnceCell<Box<Row<T>>>,
    count: Cell<usize>,
}

/// Each is four times as long as the one before, so there are never many.
struct Row<T> {
    cells: Box<[OnceCell<T>]>,
    next: OnceCell<Box<Row<T>>>,
}

impl<T> Rows<T> {
    fn keep(&self, value: T) -> &T {
        let mut at = self.count.get();
        self.count.set(at + 1);
        let (mut place, mut length) = (&self.first, 8);
        loop {
            let cells = || (0..length).map(|_| OnceCell::new()).collect();
            let row = place.get_or_init(|| Box::new(Row { cells: cells(), next: OnceCell::new() }));
            if at < length {
                return row.cells[at].get_or_init(|| value);
            }
            at -= length;
            place = &row.next;
            length *= 4;
        }
    }
}

impl<T> Default for Rows<T> {
    fn default() -> Self {
        Self { first: OnceCell::new(), count: Cell::new(0) }
    }
}

/// A text in the encoding of the operating system that is wiped when it goes.
#[derive(Clone, Default)]
pub(crate) struct Wiped(pub(crate) OsString);

impl Deref for Wiped {
    type Target = OsStr;

    fn deref(&self) -> &OsStr {
        &self.0
    }
}

impl Drop for Wiped {
    fn drop(&mut self) {
        std::mem::take(&mut self.0).into_encoded_bytes().zeroize();
    }
}

/// Bytes that leave nothing behind when there come to be more of them: growing moves them, and what they are moved out
/// of is wiped.
#[derive(Default)]
pub(crate) struct Growing(Zeroizing<Vec<u8>>);

impl Growing {
    pub(crate) fn with_capacity(capacity: usize) -> Self {
        Self(Zeroizing::new(Vec::with_capacity(capacity)))
    }

    pub(crate) fn push(&mut self, bytes: &[u8]) {
        if self.0.capacity() - self.0.len() < bytes.len() {
            self.grow(bytes.len());
        }
        self.0.extend_from_slice(bytes);
    }

    /// The text that was pushed; the bytes where they are none.
    pub(crate) fn into_text(mut self) -> Result<Zeroizing<String>, Self> {
        match String::from_utf8(std::mem::take(&mut *self.0)) {
            Ok(text) => Ok(Zeroizing::new(text)),
            Err(error) => Err(Self(Zeroizing::new(error.into_bytes()))),
        }
    }

    pub(crate) fn push_char(&mut self, char: char) {
        self.push(char.encode_utf8(&mut [0; 4]).as_bytes());
    }

    /// A copy of a text.
    pub(crate) fn of(text: &str) -> Self {
        let mut growing = Self::with_capacity(text.len());
        growing.push(text.as_bytes());
        growing
    }

    /// The text, of which whole texts were pushed.
    pub(crate) fn text(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_else(|_| unreachable!("whole texts make a text"))
    }

    #[cold]
    fn grow(&mut self, more: usize) {
        let mut larger = Vec::with_capacity((2 * self.0.capacity()).max(self.0.len() + more));
        larger.extend_from_slice(&self.0);
        self.0 = Zeroizing::new(larger);
    }
}

impl Deref for Growing {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.0
    }
}
