//! Documents: files that hold a tree of keys.
//!
//! A parser makes an untyped tree of a whole document before any key is looked at, and what it says
//! of a faulty document comes from the sentences here, never from the parser: parsers quote.

#[cfg(feature = "json")]
mod json;
#[cfg(feature = "toml")]
mod toml;
#[cfg(feature = "yaml")]
mod yaml;

#[cfg(feature = "yaml")]
pub(crate) use yaml::masked;

use std::{cell::Cell, path::Path};

use super::{Node, Shelf};

/// The syntax of a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Syntax {
    /// TOML 1.1.
    #[cfg(feature = "toml")]
    Toml,
    /// JSON, without comments and other additions.
    #[cfg(feature = "json")]
    Json,
    /// YAML 1.2 with its core schema: `no`, `on`, `1:30` and `2027-01-31` are texts.
    #[cfg(feature = "yaml")]
    Yaml,
}

/// What is wrong with a document, and where. `what` is one of our own sentences, so it cannot quote.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Unreadable {
    pub(crate) line: u32,
    pub(crate) column: u32,
    pub(crate) what: &'static str,
}

/// How deep a document may be: no configuration is, and what walks a tree calls itself.
#[cfg(any(feature = "toml", feature = "json", feature = "yaml"))]
const DEEPEST: usize = 128;

/// How many values a document may hold. A file of the largest size could hold millions, each of them
/// many times larger in memory than in the file.
#[cfg(any(feature = "toml", feature = "json", feature = "yaml"))]
const MOST_VALUES: usize = 500_000;

#[cfg(any(feature = "toml", feature = "json", feature = "yaml"))]
const TOO_MANY: &str = "holds more than 500000 values";

impl Syntax {
    /// The syntax that the ending of a file name stands for.
    ///
    /// # Errors
    /// What to do about an ending that is not known, or whose syntax this build does not read.
    pub(crate) fn of_path(path: &Path) -> Result<Self, &'static str> {
        match ending(path) {
            #[cfg(feature = "toml")]
            Some("toml") => Ok(Self::Toml),
            #[cfg(not(feature = "toml"))]
            Some("toml") => Err("is TOML, which needs the feature `toml` of confident"),
            #[cfg(feature = "json")]
            Some("json") => Ok(Self::Json),
            #[cfg(not(feature = "json"))]
            Some("json") => Err("is JSON, which needs the feature `json` of confident"),
            #[cfg(feature = "yaml")]
            Some("yaml" | "yml") => Ok(Self::Yaml),
            #[cfg(not(feature = "yaml"))]
            Some("yaml" | "yml") => Err("is YAML, which needs the feature `yaml` of confident"),
            _ => Err("has no ending that tells its syntax: .toml, .json, .yaml or .yml"),
        }
    }

    /// Whether a file name has an ending that stands for a syntax, in this build or another.
    pub(crate) fn is_told_by(path: &Path) -> bool {
        matches!(ending(path), Some("toml" | "json" | "yaml" | "yml"))
    }

    /// Reads a document, with the texts that do not stand in it as they are on the shelf. An empty one is a table
    /// without keys, where the syntax allows it.
    ///
    /// # Errors
    /// What is wrong with the document, without any of it.
    #[cfg_attr(
        not(any(feature = "toml", feature = "json", feature = "yaml")),
        allow(unused_variables, unreachable_code)
    )]
    pub(crate) fn parse<'t>(self, text: &'t str, shelf: &'t Shelf) -> Result<Node<'t>, Unreadable> {
        match self {
            #[cfg(feature = "toml")]
            Self::Toml => toml::parse(text, shelf),
            #[cfg(feature = "json")]
            Self::Json => json::parse(text, shelf),
            #[cfg(feature = "yaml")]
            Self::Yaml => yaml::parse(text, shelf),
        }
    }
}

fn ending(path: &Path) -> Option<&str> {
    path.extension().and_then(|ending| ending.to_str())
}

/// The lines and columns of a text, by the offset in bytes.
///
/// A column counts characters, and a hostile file is one long line: counting from its start for every
/// value would take hours. So the characters are counted once, up to every so many bytes.
pub(crate) struct Places<'t> {
    text: &'t str,
    /// Every byte is a character, as in most files.
    is_ascii: bool,
    lines: Vec<usize>,
    /// How many characters stand before each multiple of [`Self::STEP`] bytes.
    characters: Vec<usize>,
    /// The line that was last asked for: the next one is near.
    last: Cell<usize>,
}

impl<'t> Places<'t> {
    const STEP: usize = 256;

    pub(crate) fn new(text: &'t str) -> Self {
        let ends = text.match_indices('\n').map(|(at, _)| at + 1);
        let lines = std::iter::once(0).chain(ends).collect();
        let is_ascii = text.is_ascii();
        let mut before = 0;
        let mut characters = vec![0];
        for chunk in text.as_bytes().chunks(Self::STEP).filter(|_| !is_ascii) {
            before += count(chunk);
            characters.push(before);
        }
        Self { text, is_ascii, lines, characters, last: Cell::new(0) }
    }

    /// The line and the column of an offset, from 1.
    pub(crate) fn of(&self, offset: usize) -> (u32, u32) {
        let offset = offset.min(self.text.len());
        let line = self.line_of(offset);
        let start = self.lines[line];
        let column = self.characters_before(offset) - self.characters_before(start) + 1;
        (u32::try_from(line + 1).unwrap_or(u32::MAX), u32::try_from(column).unwrap_or(u32::MAX))
    }

    fn line_of(&self, offset: usize) -> usize {
        let is_in = |line: usize| {
            self.lines[line] <= offset && self.lines.get(line + 1).is_none_or(|next| offset < *next)
        };
        let last = self.last.get();
        let line = [last, (last + 1).min(self.lines.len() - 1)].into_iter().find(|line| is_in(*line));
        let line = line.unwrap_or_else(|| self.lines.partition_point(|start| *start <= offset) - 1);
        self.last.set(line);
        line
    }

    fn characters_before(&self, offset: usize) -> usize {
        if self.is_ascii {
            return offset;
        }
        let step = offset / Self::STEP;
        self.characters[step] + count(&self.text.as_bytes()[step * Self::STEP..offset])
    }

    #[cfg(any(feature = "toml", feature = "json"))]
    fn unreadable(&self, offset: usize, what: &'static str) -> Unreadable {
        let (line, column) = self.of(offset);
        Unreadable { line, column, what }
    }
}

/// How many characters start in these bytes.
fn count(bytes: &[u8]) -> usize {
    // Continuation bytes of UTF-8 start no character.
    bytes.iter().filter(|byte| **byte & 0xc0 != 0x80).count()
}

/// A whole number in another base, in decimal. One that no type holds stays as it is written.
#[cfg(any(feature = "toml", feature = "yaml"))]
fn in_decimal(digits: &str, radix: u32, written: &str) -> String {
    u128::from_str_radix(digits, radix).map_or_else(|_| written.to_owned(), |value| value.to_string())
}

/// A truth value as it is written.
#[cfg(any(feature = "toml", feature = "json", feature = "yaml"))]
const fn of_bool(value: bool) -> std::borrow::Cow<'static, str> {
    std::borrow::Cow::Borrowed(if value { "true" } else { "false" })
}
