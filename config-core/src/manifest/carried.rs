//! The manifest as a binary carries it: JSON behind a mark, a length and a checksum.
//!
//! Any tool can find it in the file of a program, stripped or not, without running it. The derive writes most of
//! the text (a step of the compiler costs a thousand times as much as one of the derive), with holes for what
//! only the types know. Here the holes are filled, at compile time.
//!
//! ```text
//! offset  bytes  what
//!      0     16  the mark
//!     16      8  the length of the text in bytes, little endian
//!     24      8  the checksum of the text, little endian
//!     32      n  the text: JSON in UTF-8, padded with blanks to a multiple of 16
//! ```
//! The fingerprint in the text is the checksum of all that stands before the name of the crate and the
//! version: it changes with the contract, and not with a release.

use super::{Address, Empty, Group, Item, Key, Kind, ListForm, Nested, Shape, Word};

/// What stands before a manifest in a binary, the other way round: so no tool that looks for it has it.
const MARK_REVERSED: [u8; 16] = *b"\x01tsefinam-fnoc\x7f\xc5";

/// How many bytes stand before the text.
pub const HEAD: usize = 32;

/// What one chunk of the checksum has, in bytes.
const CHUNK: usize = 16;

/// What stands before a manifest in a binary.
pub const fn mark() -> [u8; 16] {
    let mut mark = [0; 16];
    let mut at = 0;
    while at < 16 {
        mark[at] = MARK_REVERSED[15 - at];
        at += 1;
    }
    mark
}

/// The checksum of a text whose length is a multiple of 16.
pub const fn checksum(text: &[u8]) -> u64 {
    folded(mixed(START, text))
}

/// What a root carries.
#[derive(Clone, Copy, Debug)]
pub struct Carry {
    /// What the root says of itself, up to its group.
    pub head: &'static str,
    /// Its group.
    pub group: &'static Group,
    /// The crate that it stands in; empty where no one says.
    pub crate_name: &'static str,
    /// The version of that crate; empty where no one says.
    pub version: &'static str,
}

/// The text of one group, with holes for its items, then for the words of its rules.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Carried {
    text: &'static str,
    holes: &'static [usize],
    words: &'static [&'static str],
    /// How long it is with all in it.
    length: usize,
}

impl Carried {
    pub(crate) const NONE: Self = Self { text: "", holes: &[], words: &[], length: 0 };

    /// The text of the group with these items.
    pub(crate) const fn new(
        items: &[Item],
        text: &'static str,
        holes: &'static [usize],
        words: &'static [&'static str],
    ) -> Self {
        let mut carried = Self { text, holes, words, length: text.len() };
        let mut at = 0;
        while at < items.len() {
            carried.length += match &items[at] {
                Item::Key(key) => {
                    let mut counted = Out::counting();
                    counted.key(key);
                    counted.at
                }
                Item::Nested(nested) => shape(nested).len() + nested.group.carried.length,
                Item::Foreign(_) => 0,
            };
            at += 1;
        }
        let mut at = 0;
        while at < words.len() {
            carried.length += words[at].len();
            at += 1;
        }
        carried
    }
}

impl Carry {
    /// How many bytes the binary carries.
    pub const fn size(&self) -> usize {
        let contract = padded(self.head.len() + self.group.carried.length);
        let mut tail = Out::counting();
        tail.tail(self, 0);
        HEAD + contract + padded(tail.at)
    }

    /// What the binary carries.
    pub const fn write<const SIZE: usize>(&self) -> [u8; SIZE] {
        let mut bytes = [b' '; SIZE];
        let mut out = Out { bytes: &mut bytes, at: HEAD };
        out.push(self.head);
        out.group(self.group);
        let behind = padded(out.at);
        let contract = mixed(START, out.bytes.split_at(HEAD).1.split_at(behind - HEAD).0);
        out.at = behind;
        out.tail(self, folded(contract));
        let checksum = folded(mixed(contract, out.bytes.split_at(behind).1));
        out.at = 0;
        out.push_bytes(&mark());
        out.push_bytes(&((SIZE - HEAD) as u64).to_le_bytes());
        out.push_bytes(&checksum.to_le_bytes());
        bytes
    }
}

const fn padded(length: usize) -> usize {
    length.div_ceil(CHUNK) * CHUNK
}

const START: u128 = 0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835;

/// A checksum that goes on with `bytes`, sixteen at a step: it finds what was cut or overwritten, nobody who forges.
const fn mixed(mut state: u128, bytes: &[u8]) -> u128 {
    let (mut chunks, _) = bytes.as_chunks::<CHUNK>();
    while let [first, rest @ ..] = chunks {
        state = (state ^ u128::from_le_bytes(*first)).wrapping_mul(0x2360_ed05_1fc6_5da4_4385_df64_9fcc_f645);
        state ^= state >> 64;
        chunks = rest;
    }
    state
}

const fn folded(state: u128) -> u64 {
    (state ^ (state >> 64)) as u64
}

/// Where text is written, or only counted.
struct Out<'a> {
    /// Empty where text is counted.
    bytes: &'a mut [u8],
    at: usize,
}

impl Out<'_> {
    const fn counting() -> Self {
        Self { bytes: &mut [], at: 0 }
    }

    const fn push(&mut self, text: &str) {
        self.push_bytes(text.as_bytes());
    }

    const fn push_bytes(&mut self, text: &[u8]) {
        if !self.bytes.is_empty() {
            self.bytes.split_at_mut(self.at).1.split_at_mut(text.len()).0.copy_from_slice(text);
        }
        self.at += text.len();
    }

    /// Text in quotes.
    const fn quoted(&mut self, text: &str) {
        self.push("\"");
        let bytes = text.as_bytes();
        let mut at = 0;
        while at < bytes.len() {
            match bytes[at] {
                b'"' => self.push("\\\""),
                b'\\' => self.push("\\\\"),
                control @ 0..0x20 => {
                    self.push("\\u00");
                    self.hex(control as u64, 2);
                }
                byte => self.push_bytes(&[byte]),
            }
            at += 1;
        }
        self.push("\"");
    }

    const fn hex(&mut self, number: u64, digits: u32) {
        let mut digit = digits;
        while digit > 0 {
            digit -= 1;
            let nibble = (number >> (digit * 4)) as usize & 15;
            self.push_bytes(&[b"0123456789abcdef"[nibble]]);
        }
    }

    const fn number(&mut self, number: usize) {
        if number > 9 {
            self.number(number / 10);
        }
        self.push_bytes(&[b'0' + (number % 10) as u8]);
    }

    const fn tail(&mut self, carry: &Carry, fingerprint: u64) {
        self.push(",\"crate\":");
        self.quoted(carry.crate_name);
        self.push(",\"version\":");
        self.quoted(carry.version);
        self.push(",\"fingerprint\":\"");
        self.hex(fingerprint, 16);
        self.push("\"}");
    }

    const fn group(&mut self, group: &Group) {
        let Carried { text, holes, words, .. } = group.carried;
        let (mut rest, mut start, mut at) = (text, 0, 0);
        while at < holes.len() {
            let (before, behind) = rest.split_at(holes[at] - start);
            self.push(before);
            if at < group.items.len() {
                match &group.items[at] {
                    Item::Key(key) => self.key(key),
                    Item::Nested(nested) => {
                        self.push(shape(nested));
                        self.group(nested.group);
                    }
                    Item::Foreign(_) => {}
                }
            } else {
                self.push(words[at - group.items.len()]);
            }
            (rest, start) = (behind, holes[at]);
            at += 1;
        }
        self.push(rest);
    }

    /// What its type says of a key.
    const fn key(&mut self, key: &Key) {
        self.push(",\"type\":");
        self.kind(key.kind);
        if key.is_secret {
            self.push(",\"secret\":true");
        }
        if key.is_optional {
            self.push(",\"optional\":true");
        }
        self.push(match key.empty {
            Empty::Unset => "",
            Empty::Value => ",\"empty\":\"value\"",
            Empty::Error => ",\"empty\":\"error\"",
        });
    }

    const fn kind(&mut self, kind: &Kind) {
        let (word, behind) = match kind {
            Kind::Bool => ("{\"kind\":\"bool\"", "}"),
            Kind::Integer { signed, bits, nonzero } => (
                if *signed {
                    "{\"kind\":\"integer\",\"signed\":true,\"bits\":"
                } else {
                    "{\"kind\":\"integer\",\"signed\":false,\"bits\":"
                },
                match (*bits, *nonzero) {
                    (8, false) => "8}",
                    (16, false) => "16}",
                    (32, false) => "32}",
                    (64, false) => "64}",
                    (_, false) => "128}",
                    (8, true) => "8,\"nonzero\":true}",
                    (16, true) => "16,\"nonzero\":true}",
                    (32, true) => "32,\"nonzero\":true}",
                    (64, true) => "64,\"nonzero\":true}",
                    (_, true) => "128,\"nonzero\":true}",
                },
            ),
            Kind::Float { bits: 32 } => ("{\"kind\":\"float\",\"bits\":32", "}"),
            Kind::Float { .. } => ("{\"kind\":\"float\",\"bits\":64", "}"),
            Kind::Char => ("{\"kind\":\"char\"", "}"),
            Kind::Text => ("{\"kind\":\"text\"", "}"),
            Kind::OsText => ("{\"kind\":\"os_text\"", "}"),
            Kind::Path => ("{\"kind\":\"path\"", "}"),
            Kind::Duration => ("{\"kind\":\"duration\"", "}"),
            Kind::ByteSize => ("{\"kind\":\"byte_size\"", "}"),
            Kind::Url => ("{\"kind\":\"url\"", "}"),
            Kind::Address(address) => ("{\"kind\":\"address\",\"form\":\"", address_form(*address)),
            Kind::Word(_) => ("{\"kind\":\"word\",\"words\":[", ""),
            Kind::List { .. } => ("{\"kind\":\"list\",\"item\":", ""),
            Kind::Map { .. } => ("{\"kind\":\"map\",\"value\":", ""),
            Kind::Pair { .. } => ("{\"kind\":\"pair\",\"first\":", ""),
            Kind::Parsed { .. } => ("{\"kind\":\"parsed\",\"name\":", ""),
            Kind::Structured { .. } => ("{\"kind\":\"structured\",\"name\":", ""),
        };
        self.push(word);
        self.push(behind);
        match kind {
            Kind::Word(words) => self.words(words),
            Kind::List { item, form } => {
                self.kind(item);
                match *form {
                    ListForm::Any => self.push("}"),
                    ListForm::Unique => self.push(",\"unique\":true}"),
                    ListForm::Exactly(count) => {
                        self.push(",\"count\":");
                        self.number(count);
                        self.push("}");
                    }
                }
            }
            Kind::Map { value } => {
                self.kind(value);
                self.push("}");
            }
            Kind::Pair { first, second } => {
                self.kind(first);
                self.push(",\"second\":");
                self.kind(second);
                self.push("}");
            }
            Kind::Parsed { name } | Kind::Structured { name } => {
                self.quoted(name);
                self.push("}");
            }
            _ => {}
        }
    }

    const fn words(&mut self, words: &[Word]) {
        let mut at = 0;
        while at < words.len() {
            let Word { text, doc, carried, .. } = words[at];
            if at > 0 {
                self.push(",");
            }
            if carried.is_empty() {
                self.push("{\"word\":");
                self.quoted(text);
                self.push(",\"doc\":");
                self.quoted(doc);
                self.push("}");
            } else {
                self.push(carried);
            }
            at += 1;
        }
        self.push("]}");
    }
}

const fn address_form(address: Address) -> &'static str {
    match address {
        Address::Ip => "ip\"}",
        Address::Ipv4 => "ipv4\"}",
        Address::Ipv6 => "ipv6\"}",
        Address::Socket => "socket\"}",
        Address::SocketV4 => "socket_v4\"}",
        Address::SocketV6 => "socket_v6\"}",
    }
}

const fn shape(nested: &Nested) -> &'static str {
    match nested.shape {
        Shape::One => ",\"group\":",
        Shape::Optional => ",\"shape\":\"optional\",\"group\":",
        Shape::List => ",\"shape\":\"list\",\"group\":",
        Shape::Map => ",\"shape\":\"map\",\"group\":",
    }
}
