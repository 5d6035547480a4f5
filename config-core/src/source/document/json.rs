//! JSON (RFC 8259), and nothing else: no comments, no other white space, no names that are there twice.
//!
//! Read by hand: the grammar is small, a text is a part of the document wherever it has no escapes, and a number is
//! never looked at as one.

use std::{borrow::Cow, collections::HashSet};

use zeroize::Zeroizing;

use super::{DEEPEST, MOST_VALUES, Places, TOO_MANY, Unreadable, of_bool};
use crate::source::{Literal, Name, Node, NodeValue, Shelf};

const NO_NUMBER: &str = "not valid JSON: a number is not one";
const NO_ESCAPE: &str = "not valid JSON: an escape is not one that JSON has";
const NO_PLACE: &str = "not valid JSON: something stands where it may not";
const NO_QUOTES: &str = "not valid JSON: a text is not in quotes";
const TABLE_NOT_CLOSED: &str = "not valid JSON: a table is not closed";
const LIST_NOT_CLOSED: &str = "not valid JSON: a list is not closed";

pub(super) fn parse<'t>(text: &'t str, shelf: &'t Shelf) -> Result<Node<'t>, Unreadable> {
    let places = (!text.is_ascii()).then(|| Places::new(text));
    let mut reading = Reading {
        text,
        shelf,
        bytes: text.as_bytes(),
        at: 0,
        line: 1,
        line_start: 0,
        places,
        left: MOST_VALUES,
        entries: Vec::new(),
        items: Vec::new(),
    };
    reading.document().map_err(|(at, what)| Places::new(text).unreadable(at, what))
}

/// What is wrong, and at which offset.
type Fault = (usize, &'static str);

struct Reading<'t> {
    text: &'t str,
    /// Where texts are that were put together.
    shelf: &'t Shelf,
    bytes: &'t [u8],
    at: usize,
    /// The line of `at`: a line only ends between values.
    line: u32,
    line_start: usize,
    /// For columns, where not every byte is a character.
    places: Option<Places<'t>>,
    /// How many more values there may be.
    left: usize,
    /// What was read of the tables and lists that are not closed yet, the inner ones behind the outer ones: each of them
    /// is then made in its size, where growing would move it.
    entries: Vec<(Name<'t>, Node<'t>)>,
    items: Vec<Node<'t>>,
}

impl<'t> Reading<'t> {
    fn document(&mut self) -> Result<Node<'t>, Fault> {
        let root = match self.next() {
            Some(first) => self.value(first, 0)?,
            None => return Err((0, "not valid JSON: it is empty")),
        };
        match self.next() {
            None => Ok(root),
            Some(_) => Err(self.refused("not valid JSON: something stands behind the end")),
        }
    }

    /// The next byte that is no white space; it stays in front.
    fn next(&mut self) -> Option<u8> {
        loop {
            match *self.bytes.get(self.at)? {
                b'\n' => {
                    self.line = self.line.saturating_add(1);
                    self.line_start = self.at + 1;
                }
                b' ' | b'\t' | b'\r' => {}
                byte => return Some(byte),
            }
            self.at += 1;
        }
    }

    /// The line and the column in front.
    fn place(&self) -> (u32, u32) {
        match &self.places {
            None => (self.line, u32::try_from(self.at - self.line_start + 1).unwrap_or(u32::MAX)),
            Some(places) => places.of(self.at),
        }
    }

    /// What is wrong with what stands in front, which may be no JSON whatever stands around it.
    fn refused(&self, what: &'static str) -> Fault {
        let what = match self.bytes[self.at..] {
            [b'/', b'/' | b'*', ..] => "not valid JSON: a comment, which JSON does not have",
            [b'\'', ..] => "not valid JSON: a text is in single quotes",
            [b'!'..=b'~', ..] | [] => what,
            [_, ..] => "not valid JSON: something stands outside of quotes",
        };
        (self.at, what)
    }

    fn value(&mut self, first: u8, depth: usize) -> Result<Node<'t>, Fault> {
        let (line, column) = self.place();
        let value = match first {
            b'"' => NodeValue::Text(self.quoted()?),
            b'{' | b'[' if depth == DEEPEST => {
                return Err((self.at, "not valid JSON: it is nested too deep"));
            }
            b'{' => self.table(depth)?,
            b'[' => self.list(depth)?,
            b'-' | b'0'..=b'9' => self.number()?,
            b't' if self.is_word("true") => NodeValue::Literal { kind: Literal::Bool, text: of_bool(true) },
            b'f' if self.is_word("false") => NodeValue::Literal { kind: Literal::Bool, text: of_bool(false) },
            b'n' if self.is_word("null") => NodeValue::Null,
            b'+' | b'.' => return Err(self.refused(NO_NUMBER)),
            _ if self.begins_word() => return Err(self.refused(NO_QUOTES)),
            _ => return Err(self.refused(NO_PLACE)),
        };
        Ok(Node::new(value, line, column))
    }

    fn table(&mut self, depth: usize) -> Result<NodeValue<'t>, Fault> {
        let start = self.at;
        self.at += 1;
        let before = self.entries.len();
        let mut names = Names::new();
        let mut comma = None;
        loop {
            match self.next() {
                Some(b'"') => {}
                Some(b'}') => match comma {
                    None => break,
                    Some(comma) => {
                        return Err((comma, "not valid JSON: a comma stands behind the last entry"));
                    }
                },
                None => return Err((start, TABLE_NOT_CLOSED)),
                Some(b'-' | b'0'..=b'9') => {
                    return Err(self.refused("not valid JSON: a name is not in quotes"));
                }
                Some(_) if self.begins_word() => {
                    return Err(self.refused("not valid JSON: a name is not in quotes"));
                }
                Some(_) => return Err(self.refused(NO_PLACE)),
            }
            let (line, column) = self.place();
            let name_start = self.at;
            let name = Name::new(self.quoted()?, line, column);
            if !names.is_new(&self.entries[before..], &name.text) {
                return Err((name_start, "not valid JSON: a name is there twice"));
            }
            if self.next() != Some(b':') {
                return Err(self.refused("not valid JSON: a colon is missing behind a name"));
            }
            self.at += 1;
            let Some(first) = self.next() else {
                return Err((self.at, "not valid JSON: a name has no value"));
            };
            let node = self.value(first, depth + 1)?;
            self.entries.push((name, node));
            comma = self.comma()?;
            if comma.is_none() && !matches!(self.bytes.get(self.at), Some(b'}')) {
                return match self.bytes.get(self.at) {
                    None => Err((start, TABLE_NOT_CLOSED)),
                    Some(_) => Err(self.refused(NO_PLACE)),
                };
            }
        }
        self.at += 1;
        Ok(NodeValue::Table(self.entries.drain(before..).collect()))
    }

    fn list(&mut self, depth: usize) -> Result<NodeValue<'t>, Fault> {
        let start = self.at;
        self.at += 1;
        let before = self.items.len();
        let mut comma = None;
        loop {
            let first = match (self.next(), comma) {
                (None, _) => return Err((start, LIST_NOT_CLOSED)),
                (Some(b']'), None) => break,
                (Some(b']'), Some(comma)) => {
                    return Err((comma, "not valid JSON: a comma stands behind the last entry"));
                }
                (Some(first), _) => first,
            };
            let item = self.value(first, depth + 1)?;
            self.items.push(item);
            comma = self.comma()?;
            if comma.is_none() && !matches!(self.bytes.get(self.at), Some(b']')) {
                return match self.bytes.get(self.at) {
                    None => Err((start, LIST_NOT_CLOSED)),
                    Some(_) => Err(self.refused(NO_PLACE)),
                };
            }
        }
        self.at += 1;
        Ok(NodeValue::List(self.items.drain(before..).collect()))
    }

    /// Takes a comma behind a value, and answers where it stood.
    fn comma(&mut self) -> Result<Option<usize>, Fault> {
        let end = self.at;
        match self.next() {
            // Every value but the first of a list or table stands behind a comma.
            Some(b',') => {
                self.left = self.left.checked_sub(1).ok_or((self.at, TOO_MANY))?;
                self.at += 1;
                Ok(Some(self.at - 1))
            }
            Some(b'"' | b'-' | b'0'..=b'9' | b'{' | b'[') => Err((end, "not valid JSON: a comma is missing")),
            Some(_) if self.begins_word() => Err((end, "not valid JSON: a comma is missing")),
            _ => Ok(None),
        }
    }

    /// The text in quotes that stands in front. It is a part of the document, where nothing in it is escaped.
    fn quoted(&mut self) -> Result<Cow<'t, str>, Fault> {
        let quote = self.at;
        let start = quote + 1;
        let end = start + plain_length(&self.bytes[start..]);
        match self.bytes.get(end) {
            Some(b'"') => {
                self.at = end + 1;
                Ok(Cow::Borrowed(&self.text[start..end]))
            }
            Some(b'\\') => {
                let text = self.unescaped(quote, end)?;
                Ok(Cow::Borrowed(self.shelf.held(text)))
            }
            _ => Err(self.not_closed(quote, end)),
        }
    }

    /// The same, where the first escape is at `at`.
    fn unescaped(&mut self, quote: usize, mut at: usize) -> Result<Zeroizing<String>, Fault> {
        // Made once: growing would leave copies behind.
        let mut length = at;
        while length < self.bytes.len() && self.bytes[length] != b'"' {
            length += 1 + usize::from(self.bytes[length] == b'\\');
        }
        let mut text = Zeroizing::new(String::with_capacity(length - quote));
        let mut start = quote + 1;
        loop {
            text.push_str(&self.text[start..at]);
            match self.bytes.get(at) {
                Some(b'"') => {
                    self.at = at + 1;
                    return Ok(text);
                }
                Some(b'\\') => {
                    let (char, length) = self.escape(at).ok_or((at, NO_ESCAPE))?;
                    text.push(char);
                    start = at + length;
                    at = start + plain_length(&self.bytes[start..]);
                }
                _ => return Err(self.not_closed(quote, at)),
            }
        }
    }

    /// What the escape at `at` stands for, and how long it is.
    fn escape(&self, at: usize) -> Option<(char, usize)> {
        let char = match self.bytes.get(at + 1)? {
            b'"' => '"',
            b'\\' => '\\',
            b'/' => '/',
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => {
                let first = self.unit(at)?;
                // Two halves of a character that is not in the first plane.
                return if matches!(first, 0xd800..=0xdbff) {
                    let second = self.unit(at + 6).filter(|unit| matches!(unit, 0xdc00..=0xdfff))?;
                    let char = char::from_u32(0x10000 + ((first - 0xd800) << 10) + (second - 0xdc00))?;
                    Some((char, 12))
                } else {
                    Some((char::from_u32(first)?, 6))
                };
            }
            _ => return None,
        };
        Some((char, 2))
    }

    /// The number of the escape `\u1234` at `at`.
    fn unit(&self, at: usize) -> Option<u32> {
        let [b'\\', b'u', digits @ ..] = self.bytes.get(at..at + 6)? else { return None };
        digits.iter().try_fold(0, |unit, digit| Some(unit << 4 | char::from(*digit).to_digit(16)?))
    }

    /// What keeps the text from the quote on from being one: the byte at `at`, or the end.
    fn not_closed(&self, quote: usize, at: usize) -> Fault {
        match self.bytes.get(at) {
            Some(_) => (at, "not valid JSON: a text is not closed, or holds a control character"),
            None => (quote, "not valid JSON: a text is not closed"),
        }
    }

    /// The number that stands in front, as it is written.
    fn number(&mut self) -> Result<NodeValue<'t>, Fault> {
        let start = self.at;
        let mut at = start + usize::from(self.bytes[start] == b'-');
        let mut kind = Literal::Integer;
        let digits = |at: usize| self.bytes[at..].iter().take_while(|byte| byte.is_ascii_digit()).count();
        at += match self.bytes.get(at) {
            Some(b'0') => 1,
            _ => digits(at),
        };
        let mut is_one =
            self.bytes[at - 1].is_ascii_digit() && !matches!(self.bytes.get(at), Some(b'x' | b'X'));
        if let Some(b'.') = self.bytes.get(at) {
            kind = Literal::Float;
            let fraction = digits(at + 1);
            is_one &= fraction > 0;
            at += 1 + fraction;
        }
        if let Some(b'e' | b'E') = self.bytes.get(at) {
            kind = Literal::Float;
            at += 1 + usize::from(matches!(self.bytes.get(at + 1), Some(b'+' | b'-')));
            let exponent = digits(at);
            is_one &= exponent > 0;
            at += exponent;
        }
        if !is_one {
            return Err((start, NO_NUMBER));
        }
        self.at = at;
        Ok(NodeValue::Literal { kind, text: Cow::Borrowed(&self.text[start..at]) })
    }

    /// Takes the word, if it stands in front.
    fn is_word(&mut self, word: &str) -> bool {
        let rest = &self.bytes[self.at..];
        let is_word = rest.starts_with(word.as_bytes())
            && !matches!(
                rest.get(word.len()),
                Some(b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'_' | b'$' | 0x80..)
            );
        self.at += if is_word { word.len() } else { 0 };
        is_word
    }

    /// Whether letters stand in front, up to white space, a colon or the end.
    fn begins_word(&self) -> bool {
        let rest = &self.bytes[self.at..];
        let is_letter = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'$');
        let length = rest.iter().take_while(|byte| is_letter(byte)).count();
        length > 0 && rest.get(length).is_none_or(|byte| byte.is_ascii_whitespace() || *byte == b':')
    }
}

/// How many bytes stand before the first quote, backslash or control character: eight bytes a step.
fn plain_length(bytes: &[u8]) -> usize {
    const ONES: u64 = u64::from_ne_bytes([0x01; 8]);
    const TOPS: u64 = u64::from_ne_bytes([0x80; 8]);
    // The top bit of every byte that is 0; of those before the first of them, and of that one, no other.
    let zeros = |word: u64| word.wrapping_sub(ONES) & !word & TOPS;
    let (chunks, rest) = bytes.as_chunks::<8>();
    for (number, chunk) in chunks.iter().enumerate() {
        let word = u64::from_le_bytes(*chunk);
        let is_control = word.wrapping_sub(ONES * 0x20) & !word & TOPS;
        let found =
            zeros(word ^ (ONES * u64::from(b'"'))) | zeros(word ^ (ONES * u64::from(b'\\'))) | is_control;
        if found != 0 {
            return number * 8 + found.trailing_zeros() as usize / 8;
        }
    }
    let is_plain = |byte: &u8| !matches!(byte, b'"' | b'\\' | 0..0x20);
    chunks.len() * 8 + rest.iter().take_while(|byte| is_plain(byte)).count()
}

/// The names of a table: few are compared one by one.
struct Names<'t>(HashSet<Cow<'t, str>>);

impl<'t> Names<'t> {
    const FEW: usize = 16;

    fn new() -> Self {
        Self(HashSet::new())
    }

    /// Whether the name is none of those of the entries.
    #[allow(clippy::ptr_arg)] // a clone of it is borrowed for longer
    fn is_new(&mut self, entries: &[(Name<'t>, Node<'t>)], name: &Cow<'t, str>) -> bool {
        if entries.len() < Self::FEW {
            return !entries.iter().any(|(known, _)| known.text == *name);
        }
        if self.0.is_empty() {
            self.0.extend(entries.iter().map(|(known, _)| known.text.clone()));
        }
        self.0.insert(name.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a document holds, with a shelf that stays.
    fn parsed(document: &str) -> Result<Node<'_>, Unreadable> {
        parse(document, Box::leak(Box::default()))
    }

    #[test]
    fn a_text_ends_at_the_first_byte_that_is_not_plain() {
        for length in 0..40 {
            for byte in ["\"", "\\", "\n", "\0", "\u{1f}"] {
                for filler in ["a", "\u{7f}", "é", "!", "\u{80}"] {
                    let plain = filler.repeat(length);
                    assert_eq!(
                        plain_length(format!("{plain}{byte}\"\\").as_bytes()),
                        plain.len(),
                        "{plain}{byte:?}"
                    );
                    assert_eq!(plain_length(plain.as_bytes()), plain.len());
                }
            }
        }
    }

    fn items(document: &str) -> Vec<Node<'_>> {
        match parsed(document).expect("the document is JSON").value {
            NodeValue::List(items) => items,
            _ => panic!("the document is a list"),
        }
    }

    #[test]
    fn escapes_stand_for_what_the_standard_says() {
        let document = r#"["\"\\\/\b\f\n\r\t \u0041\u00e9\ud83d\uDE00.", "\u0000", "\\u0041", ""]"#;
        let expected = ["\"\\/\u{8}\u{c}\n\r\t A\u{e9}\u{1f600}.", "\0", "\\u0041", ""];
        let items = items(document);
        assert_eq!(items.len(), expected.len());
        for (node, expected) in items.iter().zip(expected) {
            assert!(matches!(&node.value, NodeValue::Text(text) if text == expected), "{expected:?}");
        }
        for half in
            ["\\ud800", "\\ud800\\u0041", "\\udc00", "\\ud83d\\ude0", "\\u12g4", "\\u+123", "\\x", "\\u"]
        {
            let document = format!("[\"a{half}\"]");
            let Unreadable { line, column, what } = parsed(&document).map(drop).unwrap_err();
            assert_eq!((line, column, what), (1, 4, NO_ESCAPE), "{document}");
        }
    }

    #[test]
    fn places_count_characters() {
        for document in ["[\"ab\", 1,\n  \"cd\", 2]", "[\"é\u{1f600}\", 1,\n  \"ñd\", 2]"] {
            let places: Vec<_> = items(document).iter().map(|node| (node.line, node.column)).collect();
            assert_eq!(places, [(1, 2), (1, 8), (2, 3), (2, 9)], "{document}");
        }
    }

    #[test]
    fn names_that_are_there_twice_are_refused_among_few_and_many() {
        for count in [1, 15, 16, 17, 40] {
            let names: Vec<String> = (0..count).map(|name| format!("\"n{name}\": {name}")).collect();
            let document = format!("{{{}}}", names.join(", "));
            assert!(parsed(&document).is_ok(), "{document}");
            for name in [0, count / 2, count - 1] {
                let twice = format!("{{{}, \"n{name}\": 1}}", names.join(", "));
                assert_eq!(
                    parsed(&twice).map(drop).unwrap_err().what,
                    "not valid JSON: a name is there twice"
                );
            }
        }
    }
}
