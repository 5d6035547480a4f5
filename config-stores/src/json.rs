//! JSON of which no copy is left behind.
//!
//! `serde_json` reads the structure, and gives texts as the pieces of the document that they are (`RawValue`). A text
//! is unescaped here, into memory that is allocated once and is wiped: the scratch memory of `serde_json` is not.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::value::RawValue;
use zeroize::Zeroizing;

use crate::store::Fields;

/// A value that is a list, an object or null.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct NotText;

/// The fields of an object; `None` where the document is something else.
pub(crate) fn fields(document: &[u8]) -> Option<Fields> {
    #[derive(Deserialize)]
    #[serde(transparent)]
    struct Object<'a>(#[serde(borrow)] BTreeMap<String, &'a RawValue>);
    let Object(object) = serde_json::from_slice(document).ok()?;
    Some(object.into_iter().map(|(name, value)| (name, text(value.get()))).collect())
}

/// An object of texts, in memory that is allocated once.
#[allow(dead_code)] // of the features, only some need it
pub(crate) fn object(fields: &[(&str, &str)]) -> Zeroizing<Vec<u8>> {
    // No character becomes longer than the six of `\u0000`.
    let longest: usize = fields.iter().map(|(name, text)| 6 * (name.len() + text.len()) + 6).sum();
    let mut body = Zeroizing::new(Vec::with_capacity(longest + 2));
    let fields: BTreeMap<&str, &str> = fields.iter().copied().collect();
    serde_json::to_writer(&mut *body, &fields).expect("texts are JSON, and memory takes them");
    body
}

/// A value as the text of a key: a text unescaped, a number or a bool as it is written.
///
/// # Errors
/// The value is a list, an object or null.
pub(crate) fn text(value: &str) -> Result<Zeroizing<Vec<u8>>, NotText> {
    match value.as_bytes() {
        [b'"', inner @ .., b'"'] => Ok(unescaped(inner)),
        [b'[' | b'{', ..] | b"null" | [] => Err(NotText),
        other => Ok(Zeroizing::new(other.to_vec())),
    }
}

/// A value that is a text, and nothing else.
#[cfg(feature = "aws")]
pub(crate) fn string(value: &str) -> Option<Zeroizing<Vec<u8>>> {
    value.starts_with('"').then(|| text(value).ok())?
}

/// The bytes that some base64 stands for.
#[cfg(any(feature = "aws", feature = "etcd"))]
pub(crate) fn of_base64(text: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    use base64::{Engine, engine::general_purpose::STANDARD};
    let mut bytes = Zeroizing::new(vec![0; text.len() / 4 * 3 + 3]);
    let length = STANDARD.decode_slice(text, &mut bytes).ok()?;
    bytes.truncate(length);
    Some(bytes)
}

/// The text between two quotes, which `serde_json` found to be well formed. A half of a surrogate pair stands for no
/// character, and becomes U+FFFD.
fn unescaped(inner: &[u8]) -> Zeroizing<Vec<u8>> {
    // No escape is shorter than what it stands for.
    let mut text = Zeroizing::new(Vec::with_capacity(inner.len()));
    let mut rest = inner;
    while let [first, after @ ..] = rest {
        rest = after;
        if *first != b'\\' {
            text.push(*first);
            continue;
        }
        let [escape, after @ ..] = rest else { break };
        rest = after;
        match escape {
            b'b' => text.push(8),
            b'f' => text.push(12),
            b'n' => text.push(b'\n'),
            b'r' => text.push(b'\r'),
            b't' => text.push(b'\t'),
            b'u' => {
                let (character, after) = unicode(rest);
                rest = after;
                text.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
            }
            other => text.push(*other),
        }
    }
    text
}

/// The character of the digits behind `\u`, and what follows.
fn unicode(rest: &[u8]) -> (char, &[u8]) {
    let Some((first, after)) = digits(rest) else { return (char::REPLACEMENT_CHARACTER, &[]) };
    if let Some(character) = char::from_u32(first) {
        return (character, after);
    }
    let pair = after.strip_prefix(b"\\u").and_then(digits).and_then(|(second, after)| {
        let [first, second] = [first, second].map(u16::try_from);
        let character = char::decode_utf16([first.ok()?, second.ok()?]).next()?.ok()?;
        Some((character, after))
    });
    pair.unwrap_or((char::REPLACEMENT_CHARACTER, after))
}

fn digits(text: &[u8]) -> Option<(u32, &[u8])> {
    let (digits, after) = text.split_at_checked(4)?;
    let digits = std::str::from_utf8(digits).ok()?;
    Some((u32::from_str_radix(digits, 16).ok()?, after))
}
