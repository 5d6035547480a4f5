//! What a value must satisfy besides being of its kind, as data.

use super::{Key, Kind, Phrase};
use crate::grammar::{Format, Scalar, list::Items, scalar};

/// The bounds of a range, as written in the source.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Range {
    /// The smallest value, in the syntax of the key's type.
    pub min: Option<&'static str>,
    /// The largest value, in the syntax of the key's type.
    pub max: Option<&'static str>,
    /// Whether `max` itself is too large.
    pub excludes_max: bool,
}

/// How long a text may be, in characters, or how many items a list may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Length {
    /// The least.
    pub min: usize,
    /// The most.
    pub max: Option<usize>,
}

/// The constraint that a value breaks. It holds the constraint, never the value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Breach {
    /// The value is out of range.
    Range(Range),
    /// The text or list is too short or too long.
    Length(Length, Unit),
    /// The value is none of the listed ones.
    OneOf(&'static [&'static str]),
    /// The text is not of the format.
    Format(Format),
    /// The text does not match the pattern.
    Pattern(&'static str),
}

/// What a length counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Unit {
    /// Unicode characters of a text.
    Characters,
    /// Items of a list.
    Items,
}

impl Range {
    /// The range in Rust's notation, such as `1..=65535`.
    pub const fn phrase(&self, phrase: Phrase) -> Phrase {
        let phrase = match self.min {
            Some(min) => phrase.text(min),
            None => phrase,
        };
        let phrase = phrase.text("..");
        match self.max {
            Some(max) => phrase.text(if self.excludes_max { "" } else { "=" }).text(max),
            None => phrase,
        }
    }

    const fn holds(&self, kind: &Kind, how: &crate::grammar::How, value: Scalar<'_>) -> bool {
        if let Some(min) = self.min
            && let Ok(min) = scalar(kind, min, how)
            && let Some(order) = compare(value, min)
            && order < 0
        {
            return false;
        }
        if let Some(max) = self.max
            && let Ok(max) = scalar(kind, max, how)
            && let Some(order) = compare(value, max)
        {
            return if self.excludes_max { order < 0 } else { order <= 0 };
        }
        true
    }
}

impl Length {
    pub(super) const fn holds(&self, length: usize) -> bool {
        length >= self.min
            && match self.max {
                Some(max) => length <= max,
                None => true,
            }
    }

    pub(crate) fn breach(self, items: usize) -> Option<Breach> {
        (!self.holds(items)).then_some(Breach::Length(self, Unit::Items))
    }

    /// The length in words, such as `8 to 64 characters`.
    pub const fn phrase(&self, phrase: Phrase, unit: Unit) -> Phrase {
        let min = self.min as u128;
        let phrase = match self.max {
            Some(max) if max == self.min => phrase.text("exactly ").number(min),
            Some(max) if min == 0 => phrase.text("at most ").number(max as u128),
            Some(max) => phrase.number(min).text(" to ").number(max as u128),
            None => phrase.text("at least ").number(min),
        };
        let is_one = match self.max {
            Some(max) => max == 1,
            None => min == 1,
        };
        phrase.text(match (unit, is_one) {
            (Unit::Characters, true) => " character",
            (Unit::Characters, false) => " characters",
            (Unit::Items, true) => " item",
            (Unit::Items, false) => " items",
        })
    }
}

impl Breach {
    /// What the value fails to be, to stand behind the value or the name of the key.
    pub const fn phrase(&self) -> Phrase {
        let phrase = Phrase::new();
        match self {
            Self::Range(range) => range.phrase(phrase.text("is not in ")),
            Self::Length(length, unit) => length.phrase(phrase.text("does not have "), *unit),
            Self::OneOf(values) => phrase.text("is not one of ").join(values, ", "),
            Self::Format(format) => phrase.text("is not ").text(format.expected()),
            Self::Pattern(pattern) => phrase.text("does not match the pattern ").text(pattern),
        }
    }
}

/// The constraint of `key` that `text` breaks, if there is one. Text that is not of the key's kind
/// breaks none. Patterns need a regular expression and are checked by the caller.
pub const fn breach(key: &Key, text: &str) -> Option<Breach> {
    let Ok(value) = scalar(key.kind, text, &key.how) else {
        return None;
    };
    if let Kind::List { item, .. } = key.kind {
        if let (Some(length), Scalar::Many(count)) = (key.len(), value)
            && !length.holds(count)
        {
            return Some(Breach::Length(length, Unit::Items));
        }
        let Ok(mut items) = Items::new(text, key.how.separator, item) else {
            return None;
        };
        while let Ok(Some(found)) = items.next() {
            if let Some(breach) = item_breach(key, item, found.text) {
                return Some(breach);
            }
        }
        return None;
    }
    if let Some(length) = key.len() {
        let (count, unit) = match value {
            Scalar::Many(count) => (count, Unit::Items),
            _ => (characters(text), Unit::Characters),
        };
        if !length.holds(count) {
            return Some(Breach::Length(length, unit));
        }
    }
    item_breach(key, key.kind, text)
}

/// The constraint on single values that one value, or one item of a list, breaks.
pub const fn item_breach(key: &Key, kind: &Kind, text: &str) -> Option<Breach> {
    let how = if key.kind.is_many() { key.how.item() } else { key.how };
    let Ok(value) = scalar(kind, text, &how) else {
        return None;
    };
    if let Some(range) = key.range()
        && !range.holds(kind, &how, value)
    {
        return Some(Breach::Range(range));
    }
    if !key.one_of().is_empty() {
        let mut at = 0;
        let mut found = false;
        while at < key.one_of().len() {
            if let Ok(listed) = scalar(kind, key.one_of()[at], &how)
                && let Some(0) = compare(value, listed)
            {
                found = true;
            }
            at += 1;
        }
        if !found {
            return Some(Breach::OneOf(key.one_of()));
        }
    }
    if let (Some(format), Scalar::Text(text)) = (key.format(), value)
        && !format.holds(text)
    {
        return Some(Breach::Format(format));
    }
    None
}

/// How two values compare: negative, zero or positive; `None` where they cannot be compared. Texts
/// are equal or not; they have no order here.
pub const fn compare(left: Scalar<'_>, right: Scalar<'_>) -> Option<i8> {
    match (left, right) {
        (Scalar::Bool(left), Scalar::Bool(right)) => Some(left as i8 - right as i8),
        (Scalar::Integer(left), Scalar::Integer(right)) => Some(left.compare(right)),
        (Scalar::Float(left), Scalar::Float(right)) => {
            if left < right {
                Some(-1)
            } else {
                Some((left > right) as i8)
            }
        }
        (Scalar::Text(left), Scalar::Text(right)) => {
            if crate::grammar::same(left, right) {
                Some(0)
            } else {
                Some(1)
            }
        }
        _ => None,
    }
}

const fn characters(text: &str) -> usize {
    let bytes = text.as_bytes();
    let mut count = 0;
    let mut at = 0;
    while at < bytes.len() {
        // Continuation bytes of UTF-8 start no character.
        count += ((bytes[at] & 0xc0) != 0x80) as usize;
        at += 1;
    }
    count
}
