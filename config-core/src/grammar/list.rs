//! Several values in one text.

use std::borrow::Cow;

use super::Fault;
use crate::manifest::Kind;

const EMPTY_ITEM: Fault = Fault::hint("an item is empty: leave it out, or write \"\" for an empty text");
const OPEN_QUOTE: Fault = Fault::hint("a quotation mark is not closed, or text follows it");

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
        let text = text.trim_ascii();
        let is_json = matches!(text.as_bytes(), [b'[', .., b']']);
        let rest = if is_json { text.split_at(text.len() - 1).0.split_at(1).1.trim_ascii() } else { text };
        Ok(Self {
            rest,
            separator: if is_json { b',' } else { separator },
            is_json,
            items_are_text: item.is_textual(),
            expects_item: false,
        })
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
        let after = after.trim_ascii_start();
        if after.is_empty() {
            self.rest = "";
            self.expects_item = false;
        } else if after.as_bytes()[0] == self.separator {
            self.rest = after.split_at(1).1;
            self.expects_item = true;
        } else {
            return Err(OPEN_QUOTE);
        }
        Ok(Some(item))
    }
}

impl<'a> Item<'a> {
    /// What the item says, its escapes resolved.
    ///
    /// # Errors
    /// An escape that JSON does not have.
    pub fn value(self) -> Result<Cow<'a, str>, Fault> {
        match self.quoted {
            Quoted::No => Ok(Cow::Borrowed(self.text)),
            Quoted::Doubled if self.text.contains('"') => Ok(Cow::Owned(self.text.replace("\"\"", "\""))),
            Quoted::Doubled => Ok(Cow::Borrowed(self.text)),
            Quoted::Json if self.text.contains('\\') => unescape(self.text).map(Cow::Owned),
            Quoted::Json => Ok(Cow::Borrowed(self.text)),
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
            b'\\' => at += 2,
            b'"' => {
                let (quoted, after) = text.split_at(at);
                return Ok((quoted.split_at(1).1, after.split_at(1).1));
            }
            _ => at += 1,
        }
    }
    Err(OPEN_QUOTE)
}

fn unescape(text: &str) -> Result<String, Fault> {
    const BAD_ESCAPE: Fault = Fault::hint("an escape is not one that JSON has");
    let mut value = String::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(char) = chars.next() {
        if char != '\\' {
            value.push(char);
            continue;
        }
        value.push(match chars.next().ok_or(BAD_ESCAPE)? {
            plain @ ('"' | '\\' | '/') => plain,
            'b' => '\u{8}',
            'f' => '\u{c}',
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'u' => {
                let unit = code_unit(&mut chars).ok_or(BAD_ESCAPE)?;
                if (0xd800..0xdc00).contains(&unit) {
                    if chars.next() != Some('\\') || chars.next() != Some('u') {
                        return Err(BAD_ESCAPE);
                    }
                    let low = code_unit(&mut chars).ok_or(BAD_ESCAPE)?;
                    let low = low.checked_sub(0xdc00).filter(|low| *low < 0x400).ok_or(BAD_ESCAPE)?;
                    char::from_u32(0x10000 + ((unit - 0xd800) << 10) + low).ok_or(BAD_ESCAPE)?
                } else {
                    char::from_u32(unit).ok_or(BAD_ESCAPE)?
                }
            }
            _ => return Err(BAD_ESCAPE),
        });
    }
    Ok(value)
}

fn code_unit(chars: &mut std::str::Chars<'_>) -> Option<u32> {
    (0..4).try_fold(0, |unit, _| Some(unit * 16 + chars.next()?.to_digit(16)?))
}
