//! What stands in the document itself, of which the parser has seen another one.
//!
//! The parser says where a scalar begins and ends, and which blanks and line breaks its text has. All other characters are
//! those that stand there, in their order; that is all that is decided here.

use std::collections::HashMap;

use saphyr_parser::{Marker, ScalarStyle, Span};

use super::masked::{is_blank, is_break, prologue};
use crate::source::{Growing, Shelf};

/// The prefix of the tags of the core schema.
const CORE: &str = "tag:yaml.org,2002:";

/// The document, and how far it was looked at: what the parser says comes in the order of the document.
pub(super) struct Written<'t> {
    text: &'t str,
    /// Every byte is a character, as in most files.
    is_ascii: bool,
    /// A place: how many characters stand before it, and how many bytes.
    last: (usize, usize),
    /// Handles of tags and what they stand for, by the directives of the document.
    handles: HashMap<&'t str, &'t str>,
}

/// What a tag says.
#[derive(Clone, Copy)]
pub(super) enum Tag<'t> {
    /// That the value is the text as it stands there: `!` alone.
    AsWritten,
    /// A type of the core schema.
    Core(&'t str),
    /// Something that only programs know.
    Foreign,
    /// Nothing: it is none.
    Invalid,
}

/// What stands before the value of a node.
#[derive(Default)]
pub(super) struct Properties<'t> {
    pub(super) anchor: Option<&'t str>,
    pub(super) tag: Option<Tag<'t>>,
    /// Where the value begins, if it is not where the node does.
    value: Option<usize>,
}

/// Why a text cannot be read.
pub(super) enum Fault {
    /// An escape stands for no character.
    Escape,
    /// What stands there is not what the parser has seen.
    Other,
}

impl Properties<'_> {
    /// Nothing where a list or a table has the tag of another type than this.
    pub(super) fn fit(&self, many: &str) -> Option<()> {
        self.tag.is_none_or(|tag| matches!(tag, Tag::Core(name) if name == many)).then_some(())
    }
}

impl<'t> Written<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        let lines = text[..prologue(text.as_bytes())].split(['\n', '\r']);
        let directives = lines.map(|line| line.trim_start_matches('\u{feff}'));
        let handle = |line: &'t str| {
            let mut words = line.split([' ', '\t']).filter(|word| !word.is_empty());
            (words.next() == Some("%TAG")).then(|| Some((words.next()?, words.next()?)))?
        };
        Self {
            text,
            is_ascii: text.is_ascii(),
            last: (0, 0),
            handles: directives.filter_map(handle).collect(),
        }
    }

    /// The offset of a place.
    pub(super) fn offset(&mut self, mark: Marker) -> usize {
        let index = mark.index();
        if self.is_ascii {
            return index.min(self.text.len());
        }
        let (characters, bytes) = self.last;
        let (before, behind) = self.text.split_at(bytes);
        let offset = match index.checked_sub(characters) {
            Some(ahead) => behind.char_indices().nth(ahead).map_or(self.text.len(), |(at, _)| bytes + at),
            None => before.char_indices().nth_back(characters - index - 1).map_or(0, |(at, _)| at),
        };
        self.last = (index, offset);
        offset
    }

    /// Whether a colon follows what ends at `mark`.
    pub(super) fn has_colon_behind(&mut self, mark: Marker) -> bool {
        let end = self.offset(mark);
        self.text[end..].trim_start_matches([' ', '\t']).starts_with(':')
    }

    /// The name of the anchor for which an alias at `mark` stands.
    pub(super) fn alias(&mut self, mark: Marker) -> &'t str {
        let start = self.offset(mark);
        self.word(start, "*")
    }

    /// The anchor and the tag of a node at `mark`, if it has them.
    pub(super) fn properties(&mut self, mark: Marker, has_anchor: bool, has_tag: bool) -> Properties<'t> {
        let mut properties = Properties::default();
        if !has_anchor && !has_tag {
            return properties;
        }
        let mut at = self.offset(mark);
        for _ in 0..usize::from(has_anchor) + usize::from(has_tag) {
            if self.text[at..].starts_with('&') {
                let name = self.word(at, "&");
                properties.anchor = Some(name);
                at += 1 + name.len();
            } else {
                let tag = self.word(at, "");
                properties.tag = Some(self.tag(tag));
                at += tag.len();
            }
            at = self.behind_blanks(at);
        }
        properties.value = Some(at);
        properties
    }

    /// What stands behind a sign, up to a blank, the end of the line or a sign of flow style.
    fn word(&self, start: usize, sign: &str) -> &'t str {
        let rest = &self.text[start..];
        let rest = rest.strip_prefix(sign).unwrap_or(rest);
        let end = rest.find([' ', '\t', '\n', '\r', '\0', '\u{feff}', ',', '[', ']', '{', '}']);
        &rest[..end.unwrap_or(rest.len())]
    }

    fn tag(&self, tag: &'t str) -> Tag<'t> {
        let Some(name) = tag.strip_prefix('!') else { return Tag::Invalid };
        if name.is_empty() {
            return Tag::AsWritten;
        }
        let is_of_handle = |char: char| char.is_ascii_alphanumeric() || matches!(char, '-' | '_');
        let handle = name.trim_start_matches(is_of_handle);
        let (handle, name) = match handle.strip_prefix('!') {
            Some(name) => (&tag[..tag.len() - name.len()], name),
            None => ("!", name),
        };
        match (handle, self.handles.get(handle).copied()) {
            _ if name.is_empty() => Tag::Invalid,
            (_, Some(CORE)) | ("!!", None) => Tag::Core(name),
            (_, Some(_)) | ("!", None) => Tag::Foreign,
            (_, None) => Tag::Invalid,
        }
    }

    /// The next place where something stands.
    fn behind_blanks(&self, mut at: usize) -> usize {
        let bytes = self.text.as_bytes();
        loop {
            match bytes.get(at) {
                Some(byte) if is_blank(*byte) || is_break(*byte) => at += 1,
                Some(b'#') => at = self.line_end(at),
                _ => return at,
            }
        }
    }

    fn line_end(&self, at: usize) -> usize {
        self.text[at..].find(['\n', '\r']).map_or(self.text.len(), |length| at + length)
    }

    /// The text of a scalar, of which the parser has `seen` another one.
    pub(super) fn text(
        &mut self,
        properties: &Properties<'t>,
        span: Span,
        style: ScalarStyle,
        seen: &str,
        shelf: &'t Shelf,
    ) -> Result<&'t str, Fault> {
        if seen.is_empty() {
            return Ok("");
        }
        // Blanks are not masked. So a text that the parser takes for blanks may begin anywhere, as a block without
        // lines does, and is what was seen.
        if seen.chars().all(is_space) {
            return Ok(shelf.copy(seen));
        }
        let start = match (properties.value, style) {
            (None, _) => self.offset(span.start),
            // A block begins with its first line, unless something stands before its head.
            (Some(head), ScalarStyle::Literal | ScalarStyle::Folded) => self.line_end(head),
            (Some(value), _) => value,
        };
        let end = self.offset(span.end);
        let there = self.text.get(start..end).ok_or(Fault::Other)?;
        let there = match style {
            ScalarStyle::Plain | ScalarStyle::Literal | ScalarStyle::Folded => there,
            ScalarStyle::SingleQuoted => in_quotes(there, b'\'', b'\'').ok_or(Fault::Other)?,
            ScalarStyle::DoubleQuoted => in_quotes(there, b'"', b'\\').ok_or(Fault::Other)?,
        };
        let is_one_line = || !there.bytes().any(is_break);
        let is_as_written = match style {
            ScalarStyle::Plain => is_one_line(),
            ScalarStyle::SingleQuoted => is_one_line() && !there.contains('\''),
            ScalarStyle::DoubleQuoted => is_one_line() && !there.contains('\\'),
            ScalarStyle::Literal | ScalarStyle::Folded => false,
        };
        if !is_as_written {
            return put_together(there, style, seen).map(|text| shelf.pieces(text));
        }
        let is_as_long = seen.chars().count() == there.chars().count();
        if is_as_long { Ok(there) } else { Err(Fault::Other) }
    }
}

/// What stands in quotes at the start of a text. Behind `escape`, a quote is a character.
fn in_quotes(text: &str, quote: u8, escape: u8) -> Option<&str> {
    let bytes = text.as_bytes();
    let mut at = 1;
    loop {
        let byte = *bytes.get(at)?;
        let escapes = byte == escape && (byte != quote || bytes.get(at + 1) == Some(&quote));
        if byte == quote && !escapes {
            return text.get(1..at);
        }
        at += if escapes { 2 } else { 1 };
    }
}

/// A text with the blanks that were seen and the characters that are there.
fn put_together(there: &str, style: ScalarStyle, seen: &str) -> Result<Growing, Fault> {
    let mut text = Growing::with_capacity(there.len() + seen.len());
    let mut rest = Rest { there, style };
    for char in seen.chars() {
        if is_space(char) {
            text.push_char(char);
        } else {
            text.push_char(rest.next()?.ok_or(Fault::Other)?);
        }
    }
    if rest.next()?.is_some() {
        return Err(Fault::Other);
    }
    Ok(text)
}

/// What is still to be read of a scalar.
struct Rest<'t> {
    there: &'t str,
    style: ScalarStyle,
}

impl<'t> Rest<'t> {
    /// The next character that is no blank, unless as an escape.
    fn next(&mut self) -> Result<Option<char>, Fault> {
        loop {
            self.there = self.there.trim_start_matches(is_space);
            let mut chars = self.there.chars();
            let Some(char) = chars.next() else { return Ok(None) };
            let behind = chars.as_str();
            self.there = match (self.style, char) {
                // Of two quotes, one.
                (ScalarStyle::SingleQuoted, '\'') => behind.strip_prefix('\'').ok_or(Fault::Other)?,
                // An escaped blank was seen as one.
                (ScalarStyle::DoubleQuoted, '\\') if behind.starts_with(is_space) => behind,
                (ScalarStyle::DoubleQuoted, '\\') => return self.escaped(behind).map(Some),
                _ => behind,
            };
            if char != '\\' || self.style != ScalarStyle::DoubleQuoted {
                return Ok(Some(char));
            }
        }
    }

    /// What an escape stands for, by what is behind its backslash.
    fn escaped(&mut self, behind: &'t str) -> Result<char, Fault> {
        let mut chars = behind.chars();
        let name = chars.next().ok_or(Fault::Escape)?;
        self.there = chars.as_str();
        let digits = match name {
            '0' => return Ok('\0'),
            'a' => return Ok('\u{7}'),
            'b' => return Ok('\u{8}'),
            't' => return Ok('\t'),
            'n' => return Ok('\n'),
            'v' => return Ok('\u{b}'),
            'f' => return Ok('\u{c}'),
            'r' => return Ok('\r'),
            'e' => return Ok('\u{1b}'),
            '"' | '/' | '\\' => return Ok(name),
            'N' => return Ok('\u{85}'),
            '_' => return Ok('\u{a0}'),
            'L' => return Ok('\u{2028}'),
            'P' => return Ok('\u{2029}'),
            'x' => 2,
            'u' => 4,
            'U' => 8,
            _ => return Err(Fault::Escape),
        };
        let (digits, rest) = self.there.split_at_checked(digits).ok_or(Fault::Escape)?;
        self.there = rest;
        let code = u32::from_str_radix(digits, 16).ok().and_then(char::from_u32);
        code.ok_or(Fault::Escape)
    }
}

/// Whether a character is one of those that are not masked.
fn is_space(char: char) -> bool {
    matches!(char, ' ' | '\t' | '\n' | '\r')
}
