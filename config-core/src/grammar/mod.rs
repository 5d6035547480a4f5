//! How text is read: one grammar per kind, all `const`, so that the compiler, the loader and the
//! checks of a deployment agree on every value.
//!
//! A grammar's error has no place for a value: it can name the spelling to use, and nothing else.

pub mod address;
pub mod bool;
pub mod byte_size;
pub mod char;
pub mod date;
pub mod duration;
pub mod flag;
pub mod float;
pub mod format;
pub mod integer;
pub mod list;
pub mod map;
pub mod number;
pub mod word;

pub use format::Format;
pub use integer::Integer;

use crate::manifest::{Kind, ListForm};

/// How the text of one key is to be read, next to its kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct How {
    /// What stands between the items of a list: one ASCII character.
    pub separator: u8,
    /// The unit of a bare number, for durations and sizes.
    pub unit: Option<&'static str>,
}

impl How {
    /// Items separated by commas, no unit.
    pub const PLAIN: Self = Self { separator: b',', unit: None };

    /// How an item of a list is read: a pair in it stands as `first=second`.
    pub const fn item(self) -> Self {
        Self { separator: b'=', unit: self.unit }
    }
}

/// Why text is not of its kind. It never holds the text, nor anything computed from it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fault {
    /// What to write instead, or nothing. `{}` stands for the text as it was written: whoever shows
    /// the hint fills it in, or drops the hint where the text is secret.
    pub hint: &'static str,
}

impl Fault {
    /// Text that is not of the kind at all.
    pub const SHAPE: Self = Self { hint: "" };

    /// A fault with advice.
    pub const fn hint(hint: &'static str) -> Self {
        Self { hint }
    }
}

/// A value in the form that constraints and rules compare.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum Scalar<'a> {
    /// A truth value.
    Bool(bool),
    /// A whole number; nanoseconds of a duration, bytes of a size.
    Integer(Integer),
    /// A decimal number.
    Float(f64),
    /// Text, or the canonical word of a closed set.
    Text(&'a str),
    /// So many items.
    Many(usize),
    /// A value that only its own type can judge.
    Opaque,
}

/// Reads `text` as a value of `kind`.
///
/// # Errors
/// What is wrong with the text, without the text.
pub const fn scalar<'a>(kind: &Kind, text: &'a str, how: &How) -> Result<Scalar<'a>, Fault> {
    match kind {
        Kind::Bool => match bool::parse(text) {
            Ok(value) => Ok(Scalar::Bool(value)),
            Err(fault) => Err(fault),
        },
        Kind::Integer { signed, bits, nonzero } => match integer::parse(text) {
            Ok(value) if value.fits(*signed, *bits) && !(*nonzero && value.is_zero()) => {
                Ok(Scalar::Integer(value))
            }
            Ok(_) => Err(Fault::SHAPE),
            Err(fault) => Err(fault),
        },
        Kind::Float { bits } => match float::parse(text, *bits) {
            Ok(value) => Ok(Scalar::Float(value)),
            Err(fault) => Err(fault),
        },
        Kind::Char => match char::parse(text) {
            Ok(_) => Ok(Scalar::Text(text)),
            Err(fault) => Err(fault),
        },
        Kind::Text | Kind::OsText | Kind::Path => Ok(Scalar::Text(text)),
        Kind::Duration => match duration::parse(text, how.unit) {
            Ok(nanoseconds) => Ok(Scalar::Integer(Integer::positive(nanoseconds))),
            Err(fault) => Err(fault),
        },
        Kind::ByteSize => match byte_size::parse(text, how.unit) {
            Ok(bytes) => Ok(Scalar::Integer(Integer::positive(bytes as u128))),
            Err(fault) => Err(fault),
        },
        // What a flag says depends on whom it is asked for.
        Kind::Flag => match flag::parse(text) {
            Ok(_) => Ok(Scalar::Opaque),
            Err(fault) => Err(fault),
        },
        Kind::Address(address) => match address::parse(*address, text) {
            Ok(()) => Ok(Scalar::Text(text)),
            Err(fault) => Err(fault),
        },
        Kind::Url if Format::Url.holds(text) => Ok(Scalar::Text(text)),
        Kind::Url => Err(Fault::SHAPE),
        Kind::Word(words) => match word::parse(words, text) {
            Ok(at) => Ok(Scalar::Text(words[at].text)),
            Err(fault) => Err(fault),
        },
        Kind::List { item, form } => list_scalar(item, *form, text, how),
        Kind::Map { value } => map::check(value, text, how),
        Kind::Pair { first, second } => pair_scalar(first, second, text, how),
        Kind::Parsed { .. } | Kind::Structured { .. } => Ok(Scalar::Opaque),
    }
}

const fn list_scalar<'a>(item: &Kind, form: ListForm, text: &'a str, how: &How) -> Result<Scalar<'a>, Fault> {
    let mut items = match list::Items::new(text, how.separator, item) {
        Ok(items) => items,
        Err(fault) => return Err(fault),
    };
    let mut count = 0;
    loop {
        match items.next() {
            Err(fault) => return Err(fault),
            Ok(None) => break,
            Ok(Some(found)) => match found.check(item, &how.item()) {
                Err(fault) => return Err(fault),
                Ok(()) => count += 1,
            },
        }
    }
    match form {
        ListForm::Exactly(wanted) if wanted != count => Err(Fault::SHAPE),
        ListForm::Exactly(_) | ListForm::Any | ListForm::Unique => Ok(Scalar::Many(count)),
    }
}

const fn pair_scalar<'a>(first: &Kind, second: &Kind, text: &'a str, how: &How) -> Result<Scalar<'a>, Fault> {
    match split_pair(text, how.separator) {
        Ok((one, two)) => match (scalar(first, one, &how.item()), scalar(second, two, &how.item())) {
            (Ok(_), Ok(_)) => Ok(Scalar::Many(2)),
            (Err(fault), _) | (_, Err(fault)) => Err(fault),
        },
        Err(fault) => Err(fault),
    }
}

/// The two halves of a pair, at the first separator, without the white space around them.
///
/// # Errors
/// Text without the separator.
pub const fn split_pair(text: &str, separator: u8) -> Result<(&str, &str), Fault> {
    match find(text, separator, 0) {
        Some(at) => {
            let (first, rest) = text.split_at(at);
            Ok((first.trim_ascii(), rest.split_at(1).1.trim_ascii()))
        }
        None => Err(Fault::SHAPE),
    }
}

/// Where the ASCII character `wanted` stands in `text`, looking from `from`.
pub(crate) const fn find(text: &str, wanted: u8, from: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut at = from;
    while at < bytes.len() {
        if bytes[at] == wanted {
            return Some(at);
        }
        at += 1;
    }
    None
}

/// Whether two texts are the same.
pub(crate) const fn same(left: &str, right: &str) -> bool {
    same_bytes(left.as_bytes(), right.as_bytes())
}

/// Whether bytes are the same.
pub(crate) const fn same_bytes(left: &[u8], right: &[u8]) -> bool {
    if left.len() != right.len() {
        return false;
    }
    let mut at = 0;
    while at < left.len() {
        if left[at] != right[at] {
            return false;
        }
        at += 1;
    }
    true
}
