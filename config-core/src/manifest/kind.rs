//! What a value is, as data.

use std::fmt;

use super::{Phrase, carried::Text};

/// What the type of a key accepts, as data: the same for the compiler, the loader and the documents.
///
/// ```
/// use confident_core::{Kind, Value};
///
/// assert_eq!(u16::KIND.expected().as_str(), "a whole number from 0 to 65535");
/// assert_eq!(<Vec<bool>>::KIND.name(), "list of bool");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Kind {
    /// One of a closed list of words, see [`crate::value::BOOL_WORDS`].
    Bool,
    /// A whole number.
    Integer {
        /// Whether it may be negative.
        signed: bool,
        /// Its width.
        bits: u8,
        /// Whether zero is refused.
        nonzero: bool,
    },
    /// A decimal number.
    Float {
        /// Its width.
        bits: u8,
    },
    /// One Unicode character.
    Char,
    /// Unicode text, taken as it is.
    Text,
    /// Text in the encoding of the operating system, taken as it is.
    OsText,
    /// A path, taken as it is.
    Path,
    /// A length of time with units, such as `1h30m`; its numbers count nanoseconds.
    Duration,
    /// An amount of data with a unit, such as `16MiB`; its numbers count bytes.
    ByteSize,
    /// For whom something is on, such as `25%, allow alice`.
    Flag,
    /// A network address.
    Address(Address),
    /// An absolute URL.
    Url,
    /// One of the words of a unit enum.
    Word(&'static [Word]),
    /// Several values of one kind.
    List {
        /// The kind of each item.
        item: &'static Kind,
        /// How many items there may be.
        form: ListForm,
    },
    /// Values by name.
    Map {
        /// The kind of each value.
        value: &'static Kind,
    },
    /// Two values.
    Pair {
        /// The kind of the first value.
        first: &'static Kind,
        /// The kind of the second value.
        second: &'static Kind,
    },
    /// A type that reads its own text, named as in the source.
    Parsed {
        /// The name of the type.
        name: &'static str,
    },
    /// A type that is read by `serde`, named as in the source.
    Structured {
        /// The name of the type.
        name: &'static str,
    },
}

/// The network addresses there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Address {
    /// An IPv4 or IPv6 address.
    Ip,
    /// An IPv4 address.
    Ipv4,
    /// An IPv6 address.
    Ipv6,
    /// An IP address and a port.
    Socket,
    /// An IPv4 address and a port.
    SocketV4,
    /// An IPv6 address and a port.
    SocketV6,
}

/// How many items a list may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ListForm {
    /// Any number.
    Any,
    /// Any number, each of them once.
    Unique,
    /// This many.
    Exactly(usize),
}

/// One word of a closed set, with its meaning.
#[derive(Clone, Copy)]
#[non_exhaustive]
pub struct Word {
    /// The word as it is written.
    pub text: &'static str,
    /// What it means.
    pub doc: &'static str,
    /// The word as JSON, where the derive wrote it.
    pub(super) carried: Text,
}

impl Eq for Word {}

impl PartialEq for Word {
    fn eq(&self, other: &Self) -> bool {
        (self.text, self.doc) == (other.text, other.doc)
    }
}

impl fmt::Debug for Word {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Word").field("text", &self.text).field("doc", &self.doc).finish()
    }
}

impl Word {
    /// A documented word.
    pub const fn new(text: &'static str, doc: &'static str) -> Self {
        Self { text, doc, carried: Text::EMPTY }
    }

    /// A documented word, which is also there as JSON.
    #[doc(hidden)]
    pub const fn carried(text: &'static str, doc: &'static str, json: &'static [u8], sum: u64) -> Self {
        Self { text, doc, carried: Text::new(json, sum) }
    }
}

impl Kind {
    /// The name of the kind in documents and compile errors.
    pub fn name(&self) -> String {
        self.describe(Phrase::new()).as_str().to_owned()
    }

    /// What a value must be, to complete "is not ...".
    pub const fn expected(&self) -> Phrase {
        self.expect(Phrase::new())
    }

    /// Whether values of this kind have an order, so that `range` has a meaning.
    pub const fn is_ordered(&self) -> bool {
        matches!(self.scalar(), Self::Integer { .. } | Self::Float { .. } | Self::Duration | Self::ByteSize)
    }

    /// Whether values of this kind are text that `pattern` and `format` can look at.
    pub const fn is_textual(&self) -> bool {
        matches!(self.scalar(), Self::Text | Self::OsText | Self::Path | Self::Url)
    }

    /// Whether values of this kind have a length.
    pub const fn has_length(&self) -> bool {
        matches!(
            self,
            Self::List { .. } | Self::Map { .. } | Self::Text | Self::OsText | Self::Path | Self::Url
        )
    }

    /// Whether the text of a value holds several values.
    pub const fn is_many(&self) -> bool {
        matches!(self, Self::List { .. } | Self::Map { .. } | Self::Pair { .. })
    }

    /// Whether a value could hold a secret: free text, in whatever wrapping.
    pub const fn may_hold_a_secret(&self) -> bool {
        matches!(
            self.scalar(),
            // The names in a flag are free text.
            Self::Text
                | Self::OsText
                | Self::Url
                | Self::Flag
                | Self::Parsed { .. }
                | Self::Structured { .. }
        )
    }

    /// Whether a flag is among its values.
    pub const fn holds_flags(&self) -> bool {
        match self.scalar() {
            Self::Flag => true,
            Self::Pair { first, second } => first.holds_flags() || second.holds_flags(),
            _ => false,
        }
    }

    /// The kind that constraints on single values look at: the item of a list, else the kind itself.
    pub const fn scalar(&self) -> &Self {
        match self {
            Self::List { item, .. } => item.scalar(),
            Self::Map { value } => value.scalar(),
            other => other,
        }
    }

    const fn expect(&self, phrase: Phrase) -> Phrase {
        match self {
            Self::Bool => phrase.text("one of true, false, yes, no, on, off, 1, 0"),
            Self::Integer { signed, bits, nonzero } => expect_integer(phrase, *signed, *bits, *nonzero),
            Self::Float { .. } => phrase.text("a decimal number"),
            Self::Char => phrase.text("a single character"),
            Self::Text => phrase.text("text"),
            Self::OsText => phrase.text("text"),
            Self::Path => phrase.text("a path"),
            Self::Duration => phrase.text("a duration such as 30s, 5m or 1h30m"),
            Self::ByteSize => phrase.text("a size such as 512KiB, 16MiB or 1GiB"),
            Self::Flag => {
                phrase.text("a flag such as off, on, 25% or 25%, allow alice bob, until 2027-01-31")
            }
            Self::Address(address) => phrase.text(address.expected()),
            Self::Url => phrase.text("an absolute URL such as https://example.com"),
            Self::Word(words) => expect_word(phrase, words),
            Self::List { item, form: ListForm::Exactly(count) } => {
                item.expect(phrase.text("a list of exactly ").number(*count as u128).text(" items, each "))
            }
            Self::List { item, .. } => item.expect(phrase.text("a list of items, each ")),
            Self::Map { value } => value.expect(phrase.text("a list of name=value, each value ")),
            Self::Pair { first, second } => {
                second.expect(first.expect(phrase.text("a pair of ")).text(" and "))
            }
            Self::Parsed { name } | Self::Structured { name } => phrase.text("a value of type ").code(name),
        }
    }

    pub(super) const fn describe(&self, phrase: Phrase) -> Phrase {
        match self {
            Self::Bool => phrase.text("bool"),
            Self::Integer { signed, bits, nonzero } => {
                let phrase = if *nonzero { phrase.text("nonzero ") } else { phrase };
                phrase.text(if *signed { "i" } else { "u" }).number(*bits as u128)
            }
            Self::Float { bits } => phrase.text("f").number(*bits as u128),
            Self::Char => phrase.text("character"),
            Self::Text | Self::OsText => phrase.text("text"),
            Self::Path => phrase.text("path"),
            Self::Duration => phrase.text("duration"),
            Self::ByteSize => phrase.text("size"),
            Self::Flag => phrase.text("flag"),
            Self::Address(address) => phrase.text(address.name()),
            Self::Url => phrase.text("url"),
            Self::Word(_) => phrase.text("word"),
            Self::List { item, form: ListForm::Unique } => item.describe(phrase.text("set of ")),
            Self::List { item, .. } => item.describe(phrase.text("list of ")),
            Self::Map { value } => value.describe(phrase.text("map of ")),
            Self::Pair { first, second } => {
                second.describe(first.describe(phrase.text("pair of ")).text(" and "))
            }
            Self::Parsed { name } | Self::Structured { name } => phrase.text(name),
        }
    }
}

impl Address {
    const fn expected(self) -> &'static str {
        match self {
            Self::Ip => "an IP address such as 192.0.2.1 or 2001:db8::1",
            Self::Ipv4 => "an IPv4 address such as 192.0.2.1",
            Self::Ipv6 => "an IPv6 address such as 2001:db8::1",
            Self::Socket => "an address and port such as 127.0.0.1:8080 or [::1]:8080",
            Self::SocketV4 => "an IPv4 address and port such as 127.0.0.1:8080",
            Self::SocketV6 => "an IPv6 address and port such as [::1]:8080",
        }
    }

    const fn name(self) -> &'static str {
        match self {
            Self::Ip => "ip address",
            Self::Ipv4 => "ipv4 address",
            Self::Ipv6 => "ipv6 address",
            Self::Socket => "socket address",
            Self::SocketV4 => "ipv4 socket address",
            Self::SocketV6 => "ipv6 socket address",
        }
    }
}

const fn expect_integer(phrase: Phrase, signed: bool, bits: u8, nonzero: bool) -> Phrase {
    let phrase = phrase.text("a whole number from ");
    let top = if signed { u128::MAX >> (129 - bits as u32) } else { u128::MAX >> (128 - bits as u32) };
    let phrase = match (signed, nonzero) {
        (true, _) => phrase.text("-").number(top + 1),
        (false, true) => phrase.text("1"),
        (false, false) => phrase.text("0"),
    };
    let phrase = phrase.text(" to ").number(top);
    if signed && nonzero { phrase.text(", but not 0") } else { phrase }
}

const fn expect_word(phrase: Phrase, words: &[Word]) -> Phrase {
    let mut phrase = phrase.text("one of ");
    let mut at = 0;
    while at < words.len() {
        if at > 0 {
            phrase = phrase.text(", ");
        }
        phrase = phrase.text(words[at].text);
        at += 1;
    }
    phrase
}
