//! From raw text to a value of the key's own type.

mod byte_size;
mod collections;
mod flag;
mod net;
mod numbers;
mod of_kind;
mod rotating;
mod secret;
mod text;
mod time;
#[cfg(feature = "url")]
mod url;
mod via;

use std::{ffi::OsStr, fmt, time::SystemTime};

pub use byte_size::ByteSize;
pub use flag::Flag;
pub(crate) use of_kind::check_kind;
pub use rotating::Rotating;
pub use rotating::{OVERLAP, overlap_of};
pub(crate) use secret::REDACTED;
#[cfg(feature = "serde")]
pub use via::Structured;
#[cfg(feature = "foreign")]
pub(crate) use via::as_json;
pub use via::{Erased, Hidden, Items, Maybe, Ops, Parsed, ShownAs, Typed, Via};

pub use crate::grammar::bool::WORDS as BOOL_WORDS;
use crate::{
    grammar::{Fault, How},
    manifest::{Empty, Kind},
    source::{ELSEWHERE, HeldNode, Literal, Name, Node, NodeValue},
};

/// A type that a key can have.
///
/// Implement it for a type of your own that has a text syntax; for a type that already has
/// `FromStr`, the option `parse` does without.
///
/// # Example
/// ```
/// use std::fmt;
/// use confident_core::{How, Invalid, Kind, Value};
///
/// /// A percentage, written `75%`.
/// struct Percent(u8);
///
/// impl Value for Percent {
///     const KIND: &'static Kind = &Kind::Parsed { name: "Percent" };
///
///     fn from_text(text: &str, _: &How) -> Result<Self, Invalid> {
///         let digits = text.strip_suffix('%').ok_or(Invalid::hint("write it with a percent sign"))?;
///         let value = digits.parse().ok().filter(|value| *value <= 100);
///         value.map(Self).ok_or(Invalid::hint("a percentage is at most 100%"))
///     }
///
///     fn show(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
///         write!(f, "{}%", self.0)
///     }
/// }
///
/// assert_eq!(Percent::from_text("75%", &How::PLAIN).map(|percent| percent.0), Ok(75));
/// assert!(Percent::from_text("75", &How::PLAIN).is_err());
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a type that a key can have",
    label = "not a `Value`",
    note = "for a struct of keys write `#[config(nested)]`, for a unit enum `#[derive(ConfigValue)]`",
    note = "for a type with `FromStr` write `#[config(parse)]`, with `Deserialize` `#[config(serde)]` or `#[config(foreign)]`"
)]
pub trait Value: Sized {
    /// What its values are, as data.
    const KIND: &'static Kind;
    /// Whether its values are secret: no error, report or document ever shows them.
    const SECRET: bool = false;
    /// Whether a program runs without a value.
    const OPTIONAL: bool = false;
    /// Whether its values keep the one before them for a while.
    const ROTATES: bool = false;
    /// What a variable without text means, unless the key says otherwise.
    const EMPTY: Empty = Empty::Unset;

    /// Reads a value from text.
    ///
    /// # Errors
    /// What is wrong with the text, without the text.
    fn from_text(text: &str, how: &How) -> Result<Self, Invalid>;

    /// Reads a value from what a source has. Only types that take more than text implement it.
    ///
    /// # Errors
    /// What is wrong with it, without any of it.
    fn from_raw(raw: &Raw<'_>, how: &How) -> Result<Self, Invalid> {
        Self::from_text(raw.text_of(Self::KIND)?, how)
    }

    /// The value of a key that no source has, for a type that allows that.
    fn absent() -> Option<Self> {
        None
    }

    /// Tells a value that was read the path of its key. Only a type whose values differ by it implements it.
    fn place(&mut self, _path: &str) {}

    /// Writes the value for `Debug`; a secret writes `[REDACTED]`.
    ///
    /// # Errors
    /// Those of the formatter.
    fn show(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result;
}

/// What a source has for a key, as it was found.
#[derive(Clone)]
#[non_exhaustive]
pub enum Raw<'a> {
    /// Text, in the encoding of the operating system.
    Text(&'a OsStr),
    /// Text that is known to be Unicode.
    Unicode(&'a str),
    /// Items of a list, each as it was found.
    Items(Vec<Raw<'a>>),
    /// A value of a document.
    Node(HeldNode<'a>),
    /// A value that took the place of another.
    Rotated(Box<Rotated<'a>>),
}

/// A value that took the place of another, which counts for a while longer.
#[derive(Clone)]
#[non_exhaustive]
pub struct Rotated<'a> {
    /// The value that counts.
    pub current: Raw<'a>,
    /// The value before it.
    pub previous: Raw<'a>,
    /// How long that counts.
    pub ends: SystemTime,
}

impl<'a> Raw<'a> {
    /// The same, without a copy.
    pub(crate) fn borrowed(&self) -> Raw<'_> {
        match self {
            Self::Text(text) => Raw::Text(text),
            Self::Unicode(text) => Raw::Unicode(text),
            Self::Items(items) => Raw::Items(items.iter().map(Raw::borrowed).collect()),
            Self::Node(node) => Raw::Node(HeldNode::Part(node)),
            Self::Rotated(rotated) => Raw::Rotated(Box::new(Rotated {
                current: rotated.current.borrowed(),
                previous: rotated.previous.borrowed(),
                ends: rotated.ends,
            })),
        }
    }

    /// What counts, without what it took the place of.
    pub(crate) fn current(&self) -> &Self {
        match self {
            Self::Rotated(rotated) => &rotated.current,
            raw => raw,
        }
    }

    /// The text.
    ///
    /// # Errors
    /// Text that is not Unicode, or something that is not text.
    pub fn text(&self) -> Result<&str, Invalid> {
        match self {
            Self::Text(text) => text.to_str().ok_or(Invalid(Reason::NotUnicode)),
            Self::Unicode(text) => Ok(text),
            Self::Node(node) => match &node.value {
                NodeValue::Text(text) | NodeValue::Literal { text, .. } => Ok(text),
                NodeValue::Null | NodeValue::List(_) | NodeValue::Table(_) => Err(Invalid::plain()),
            },
            Self::Items(_) => Err(Invalid::plain()),
            Self::Rotated(rotated) => rotated.current.text(),
        }
    }

    /// The text, for a value of this kind: a literal of a document must be of the kind, while a text
    /// there is read like a variable.
    ///
    /// # Errors
    /// As [`Raw::text`], and a literal of another kind.
    #[inline]
    pub fn text_of(&self, kind: &Kind) -> Result<&str, Invalid> {
        match self {
            Self::Unicode(text) => Ok(text),
            other => other.found_of(kind),
        }
    }

    /// The text of what does not look like one.
    fn found_of(&self, kind: &Kind) -> Result<&str, Invalid> {
        match self {
            Self::Node(node) => match &node.value {
                NodeValue::Literal { kind: literal, .. } if !fits(*literal, kind) => {
                    let hint = Invalid::hint("write it in quotes");
                    Err(if self.wants_quotes(kind) { hint } else { Invalid::plain() })
                }
                NodeValue::Literal { text, .. } | NodeValue::Text(text) => Ok(text),
                NodeValue::Null | NodeValue::List(_) | NodeValue::Table(_) => Err(Invalid::plain()),
            },
            Self::Text(_) | Self::Unicode(_) | Self::Items(_) => self.text(),
            Self::Rotated(rotated) => rotated.current.text_of(kind),
        }
    }

    /// Whether it is a literal of a document where text is expected.
    pub(crate) fn wants_quotes(&self, kind: &Kind) -> bool {
        let is_text =
            matches!(kind, Kind::Text | Kind::OsText | Kind::Path | Kind::Char | Kind::Word(_) | Kind::Url);
        is_text && self.literal().is_some_and(|literal| !fits(literal, kind))
    }

    fn literal(&self) -> Option<Literal> {
        match self {
            Self::Node(node) => match node.value {
                NodeValue::Literal { kind, .. } => Some(kind),
                _ => None,
            },
            Self::Rotated(rotated) => rotated.current.literal(),
            Self::Text(_) | Self::Unicode(_) | Self::Items(_) => None,
        }
    }

    /// Whether it stands for a value that is kept elsewhere, in a check.
    pub(crate) fn is_elsewhere(&self) -> bool {
        match self {
            Self::Text(text) => **text == *ELSEWHERE,
            Self::Unicode(text) => *text == ELSEWHERE,
            Self::Items(items) => items.iter().any(Raw::is_elsewhere),
            Self::Node(_) => false,
            Self::Rotated(rotated) => rotated.current.is_elsewhere(),
        }
    }

    /// Whether it is nothing, in a document.
    pub(crate) fn is_null(&self) -> bool {
        matches!(self.current(), Self::Node(node) if matches!(node.value, NodeValue::Null))
    }

    /// The items of a list in a document.
    pub(crate) fn node_items(&self) -> Option<&[Node<'a>]> {
        match self {
            Self::Node(node) => match &node.value {
                NodeValue::List(items) => Some(items),
                _ => None,
            },
            Self::Rotated(rotated) => rotated.current.node_items(),
            Self::Text(_) | Self::Unicode(_) | Self::Items(_) => None,
        }
    }

    /// The entries of a table in a document.
    pub(crate) fn node_entries(&self) -> Option<&[(Name<'a>, Node<'a>)]> {
        match self {
            Self::Node(node) => match &node.value {
                NodeValue::Table(entries) => Some(entries),
                _ => None,
            },
            Self::Rotated(rotated) => rotated.current.node_entries(),
            Self::Text(_) | Self::Unicode(_) | Self::Items(_) => None,
        }
    }
}

/// Whether a literal of a document can be a value of this kind.
fn fits(literal: Literal, kind: &Kind) -> bool {
    match (literal, kind) {
        (_, Kind::Parsed { .. } | Kind::Structured { .. }) => true,
        (Literal::Bool, kind) => matches!(kind, Kind::Bool | Kind::Flag),
        (Literal::Integer, kind) => {
            matches!(kind, Kind::Integer { .. } | Kind::Float { .. } | Kind::Duration | Kind::ByteSize)
        }
        (Literal::Float, kind) => matches!(kind, Kind::Float { .. }),
        (Literal::Date, kind) => matches!(kind, Kind::Text),
    }
}

impl<'a> From<&'a Node<'a>> for Raw<'a> {
    fn from(node: &'a Node<'a>) -> Self {
        Self::Node(HeldNode::Part(node))
    }
}

/// Why a raw value is not of its type. There is no place in it for the value.
#[derive(Debug, PartialEq, Eq)]
pub struct Invalid(pub(crate) Reason);

#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Reason {
    /// Not of the kind.
    Fault(Fault),
    /// Bytes that are not UTF-8.
    NotUnicode,
    /// The item with this number is not of its kind.
    Item(usize, Box<Invalid>),
    /// What a parser outside of this crate says. It may quote the text, so it is shown for keys that
    /// are no secrets, and never kept for those that are.
    Foreign(String),
}

impl Invalid {
    /// A value that is not of its kind, with advice on what to write. `{}` in the advice stands for
    /// the text as it was written; it is filled in where the key is no secret, and the advice is
    /// dropped where it is.
    pub const fn hint(hint: &'static str) -> Self {
        Self(Reason::Fault(Fault::hint(hint)))
    }

    /// A value that is not of its kind, with nothing more to say.
    pub const fn plain() -> Self {
        Self(Reason::Fault(Fault::SHAPE))
    }

    fn at_item(self, item: usize) -> Self {
        Self(Reason::Item(item, Box::new(self)))
    }

    /// The numbers of the items that lead to what is wrong, from the outside in.
    pub(crate) fn items(&self) -> impl Iterator<Item = usize> + '_ {
        let mut reason = &self.0;
        std::iter::from_fn(move || {
            let Reason::Item(item, inner) = reason else { return None };
            reason = &inner.0;
            Some(*item)
        })
    }
}

impl Default for Invalid {
    fn default() -> Self {
        Self::plain()
    }
}

impl From<Fault> for Invalid {
    fn from(fault: Fault) -> Self {
        Self(Reason::Fault(fault))
    }
}
