//! Several values in one text.

use zeroize::Zeroizing;

use super::{Fault, How, Scalar, scalar};
use crate::manifest::Kind;

const EMPTY_ITEM: Fault = Fault::hint("an item is empty: leave it out, or write \"\" for an empty text");
const OPEN_QUOTE: Fault = Fault::hint(
    "a quotation mark is not closed, or text follows it: write \"...\" around the whole item, and \"\" for a mark in it",
);
const BAD_ESCAPE: Fault = Fault::hint("an escape is not one that JSON has; for a backslash write \\\\");
const TOO_LONG: Fault = Fault::hint("an item with escapes in it may have at most 512 bytes");

/// The most bytes of an item whose escapes are resolved in a constant function.
const MOST: usize = 512;

/// The items of a list, one after the other.
///
/// Two forms are read. Plain: items with the separator between them and white space around them; an
/// item in double quotes may hold the separator, and `""` in it stands for one quotation mark. JSON:
/// `["a","b"]` or `[1, 2]`, told by its brackets.
#[derive(Clone, Copy)]
pub struct Items<'a> {
    rest: &'a str,
    separator: u8,
    is_json: bool,
    items_are_text: bool,
    /// Whether the escapes of an item have to be resolved before its grammar can look at it.
    are_resolved: bool,
    /// Whether a separator stood before the rest.
    expects_item: bool,
}

/// One item as it stands in the text.
#[derive(Clone, Copy)]
pub struct Item<'a> {
    /// Its text, without quotes around it, escapes in it still as written.
    pub text: &'a str,
    quoted: Quoted,
}

/// What an item says. It may be a secret, so what was put together is wiped when it goes.
pub enum Said<'a> {
    /// It stands in the text as it is.
    Whole(&'a str),
    /// Its escapes are resolved.
    PutTogether(Zeroizing<String>),
}

impl std::ops::Deref for Said<'_> {
    type Target = str;

    fn deref(&self) -> &str {
        match self {
            Self::Whole(text) => text,
            Self::PutTogether(text) => text,
        }
    }
}

#[derive(Clone, Copy)]
enum Quoted {
    No,
    Doubled,
    Json,
}

impl<'a> Items<'a> {
    /// The items of `text`, which are of kind `item`.
    ///
    /// # Errors
    /// A bracket that is not closed.
    pub const fn new(text: &'a str, separator: u8, item: &Kind) -> Result<Self, Fault> {
        Self::with(text, separator, item.is_textual(), !takes_any_text(item))
    }

    /// The entries of the map `text`, whose values are of kind `value`.
    ///
    /// # Errors
    /// A bracket that is not closed.
    pub const fn entries(text: &'a str, separator: u8, value: &Kind) -> Result<Self, Fault> {
        Self::with(text, separator, true, !takes_any_text(value))
    }

    const fn with(
        text: &'a str,
        separator: u8,
        items_are_text: bool,
        are_resolved: bool,
    ) -> Result<Self, Fault> {
        let text = text.trim_ascii();
        let is_json = matches!(text.as_bytes(), [b'[', .., b']']);
        let rest = if is_json { text.split_at(text.len() - 1).0.split_at(1).1.trim_ascii() } else { text };
        Ok(Self {
            rest,
            separator: if is_json { b',' } else { separator },
            is_json,
            items_are_text,
            are_resolved,
            expects_item: false,
        })
    }

    /// How many items there may be: more, where a separator is part of one.
    pub(crate) fn most(&self) -> usize {
        self.rest.bytes().filter(|byte| *byte == self.separator).count() + 1
    }

    /// The next item, or `None` behind the last.
    ///
    /// # Errors
    /// An empty item, a quotation mark that is not closed, an unquoted text in the JSON form.
    #[allow(clippy::should_implement_trait)] // an `Iterator` cannot be `const`
    pub const fn next(&mut self) -> Result<Option<Item<'a>>, Fault> {
        let rest = self.rest.trim_ascii_start();
        if rest.is_empty() {
            return if self.expects_item { Err(EMPTY_ITEM) } else { Ok(None) };
        }
        let quoted = matches!(rest.as_bytes(), [b'"', ..]);
        let (item, after) = match (quoted, self.is_json) {
            (true, true) => match json_string(rest) {
                Ok((text, after)) => (Item { text, quoted: Quoted::Json }, after),
                Err(fault) => return Err(fault),
            },
            (true, false) => match doubled_string(rest) {
                Ok((text, after)) => (Item { text, quoted: Quoted::Doubled }, after),
                Err(fault) => return Err(fault),
            },
            (false, true) if self.items_are_text => {
                return Err(Fault::hint(
                    "write the list without brackets, or as JSON, such as [\"a\",\"b\"]",
                ));
            }
            (false, _) => {
                let end = match super::find(rest, self.separator, 0) {
                    Some(end) => end,
                    None => rest.len(),
                };
                let (text, after) = rest.split_at(end);
                let text = text.trim_ascii();
                if text.is_empty() {
                    return Err(EMPTY_ITEM);
                }
                (Item { text, quoted: Quoted::No }, after)
            }
        };
        if self.are_resolved && item.text.len() > MOST && item.has_escapes() {
            return Err(TOO_LONG);
        }
        let behind = after.trim_ascii_start();
        let (space, _) = after.split_at(after.len() - behind.len());
        // White space around items is ignored; where it is the separator, any amount of it is one.
        let space_separates = super::find(space, self.separator, 0).is_some();
        if behind.is_empty() {
            self.rest = "";
            self.expects_item = false;
        } else if space_separates {
            self.rest = behind;
            self.expects_item = false;
        } else if behind.as_bytes()[0] == self.separator {
            self.rest = behind.split_at(1).1;
            self.expects_item = true;
        } else {
            return Err(OPEN_QUOTE);
        }
        Ok(Some(item))
    }
}

/// Whether no text of this kind is refused, so that there is no need to look at it.
const fn takes_any_text(kind: &Kind) -> bool {
    matches!(kind, Kind::Text | Kind::OsText | Kind::Path | Kind::Parsed { .. } | Kind::Structured { .. })
}

impl<'a> Item<'a> {
    /// What the item says, its escapes resolved.
    ///
    /// # Errors
    /// An escape that JSON does not have.
    pub fn value(self) -> Result<Said<'a>, Fault> {
        match self.quoted {
            _ if !self.has_escapes() => Ok(Said::Whole(self.text)),
            Quoted::No => Ok(Said::Whole(self.text)),
            Quoted::Doubled => Ok(Said::PutTogether(undouble(self.text))),
            Quoted::Json => unescape(self.text).map(Said::PutTogether),
        }
    }

    /// Checks that the item is of the kind.
    pub(crate) const fn check(self, kind: &Kind, how: &How) -> Result<(), Fault> {
        let read = if takes_any_text(kind) || !self.has_escapes() {
            scalar(kind, self.text, how)
        } else {
            match Resolved::new(self) {
                Ok(resolved) => return is_ok(scalar(kind, resolved.text(), how)),
                Err(fault) => return Err(fault),
            }
        };
        is_ok(read)
    }

    /// The item with another part of its text.
    pub(crate) const fn part(self, text: &'a str) -> Self {
        Self { text, quoted: self.quoted }
    }

    /// Whether the text says something else than it is.
    pub(crate) const fn has_escapes(self) -> bool {
        let escape = match self.quoted {
            Quoted::No => return false,
            Quoted::Doubled => b'"',
            Quoted::Json => b'\\',
        };
        super::find(self.text, escape, 0).is_some()
    }
}

const fn is_ok(read: Result<Scalar<'_>, Fault>) -> Result<(), Fault> {
    match read {
        Ok(_) => Ok(()),
        Err(fault) => Err(fault),
    }
}

/// The text of an item, its escapes resolved without an allocation: for constant functions.
struct Resolved {
    bytes: [u8; MOST],
    len: usize,
}

impl Resolved {
    const fn new(item: Item<'_>) -> Result<Self, Fault> {
        let bytes = item.text.as_bytes();
        if bytes.len() > MOST {
            return Err(TOO_LONG);
        }
        let mut resolved = Self { bytes: [0; MOST], len: 0 };
        let mut at = 0;
        while at < bytes.len() {
            match (item.quoted, bytes[at]) {
                (Quoted::Json, b'\\') => {
                    let (char, behind) = match escape(bytes, at) {
                        Ok(read) => read,
                        Err(fault) => return Err(fault),
                    };
                    // No escape is shorter than what it stands for.
                    resolved.len += char.encode_utf8(resolved.bytes.split_at_mut(resolved.len).1).len();
                    at = behind;
                }
                (quoted, byte) => {
                    resolved.bytes[resolved.len] = byte;
                    resolved.len += 1;
                    at += if matches!(quoted, Quoted::Doubled) && byte == b'"' { 2 } else { 1 };
                }
            }
        }
        Ok(resolved)
    }

    const fn text(&self) -> &str {
        match str::from_utf8(self.bytes.split_at(self.len).0) {
            Ok(text) => text,
            Err(_) => panic!("whole characters were copied"),
        }
    }
}

/// Splits a string with doubled quotation marks off the front.
const fn doubled_string(text: &str) -> Result<(&str, &str), Fault> {
    let mut from = 1;
    while let Some(end) = super::find(text, b'"', from) {
        if end + 1 < text.len() && text.as_bytes()[end + 1] == b'"' {
            from = end + 2;
            continue;
        }
        let (quoted, after) = text.split_at(end);
        return Ok((quoted.split_at(1).1, after.split_at(1).1));
    }
    Err(OPEN_QUOTE)
}

/// Splits a JSON string off the front.
const fn json_string(text: &str) -> Result<(&str, &str), Fault> {
    let bytes = text.as_bytes();
    let mut at = 1;
    while at < bytes.len() {
        match bytes[at] {
            b'\\' => match escape(bytes, at) {
                Ok((_, behind)) => at = behind,
                Err(fault) => return Err(fault),
            },
            b'"' => {
                let (quoted, after) = text.split_at(at);
                return Ok((quoted.split_at(1).1, after.split_at(1).1));
            }
            _ => at += 1,
        }
    }
    Err(OPEN_QUOTE)
}

/// Made once, as what [`unescape`] makes: growing would leave copies behind.
fn undouble(text: &str) -> Zeroizing<String> {
    let mut value = Zeroizing::new(String::with_capacity(text.len()));
    let mut parts = text.split("\"\"");
    value.push_str(parts.next().unwrap_or_default());
    for part in parts {
        value.push('"');
        value.push_str(part);
    }
    value
}

fn unescape(text: &str) -> Result<Zeroizing<String>, Fault> {
    let mut value = Zeroizing::new(String::with_capacity(text.len()));
    let mut from = 0;
    while let Some(at) = super::find(text, b'\\', from) {
        value.push_str(&text[from..at]);
        let (char, behind) = escape(text.as_bytes(), at)?;
        value.push(char);
        from = behind;
    }
    value.push_str(&text[from..]);
    Ok(value)
}

/// The character that the escape at `at` stands for, and where the text goes on.
const fn escape(bytes: &[u8], at: usize) -> Result<(char, usize), Fault> {
    if at + 1 >= bytes.len() {
        return Err(BAD_ESCAPE);
    }
    let plain = match bytes[at + 1] {
        b'"' => '"',
        b'\\' => '\\',
        b'/' => '/',
        b'b' => '\u{8}',
        b'f' => '\u{c}',
        b'n' => '\n',
        b'r' => '\r',
        b't' => '\t',
        _ => {
            let (code, behind) = match code_unit(bytes, at) {
                // The first half of a character outside of the basic plane; the second has to follow.
                Some(high @ 0xd800..0xdc00) => match code_unit(bytes, at + 6) {
                    Some(low @ 0xdc00..0xe000) => {
                        (0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00), at + 12)
                    }
                    _ => return Err(BAD_ESCAPE),
                },
                Some(code) => (code, at + 6),
                None => return Err(BAD_ESCAPE),
            };
            return match char::from_u32(code) {
                Some(char) => Ok((char, behind)),
                None => Err(BAD_ESCAPE),
            };
        }
    };
    Ok((plain, at + 2))
}

/// The number of the escape `\uXXXX` at `at`.
const fn code_unit(bytes: &[u8], at: usize) -> Option<u32> {
    if at + 6 > bytes.len() || bytes[at] != b'\\' || bytes[at + 1] != b'u' {
        return None;
    }
    let mut unit = 0;
    let mut digit = at + 2;
    while digit < at + 6 {
        unit = unit * 16
            + match (bytes[digit] as char).to_digit(16) {
                Some(value) => value,
                None => return None,
            };
        digit += 1;
    }
    Some(unit)
}
