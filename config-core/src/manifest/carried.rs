//! The manifest as a binary carries it: JSON behind a mark, a length and a checksum.
//!
//! Any tool can find it in the file of a program, stripped or not, without running it. The derive writes most of
//! the text, with holes for what only the types know. Here the holes are filled, at compile time: a step of the compiler
//! costs a thousand times as much as one of a program, so that text is put together in units of 32 bytes, which the
//! derive has filled up with blanks, and whose sums it knows.
//!
//! ```text
//! offset  bytes  what
//!      0     16  the mark
//!     16      8  the length of the text in bytes, little endian
//!     24      8  the checksum of the text, little endian
//!     32      n  the text: JSON in UTF-8, in blocks of 16 bytes
//! ```
//! The checksum is the sum of the sums of all blocks of 16 bytes: it finds what was cut or overwritten, and nobody who
//! forges.
//! The fingerprint is made of the contract alone, without the name of the crate and its version.

use super::{Address, Empty, Group, Item, Key, Kind, ListForm, Nested, Shape, Word};

/// What stands before a manifest in a binary, the other way round: so no tool that looks for it has it.
const MARK_REVERSED: Block = *b"\x01tsefinam-fnoc\x7f\xc5";

/// How many bytes stand before the text.
pub const HEAD: usize = 32;

/// How much text is summed at once.
pub type Block = [u8; 16];

/// How much text is copied at once.
type Unit = [u8; UNIT];

/// As long as what stands before the text. In shorter units the compiler copies more often; in longer ones more of
/// the text is blanks.
const UNIT: usize = 32;

/// What stands before a manifest in a binary.
pub const fn mark() -> Block {
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
    sum_of(text.as_chunks().0)
}

const fn sum_of(blocks: &[Block]) -> u64 {
    let (mut sum, mut at) = (0_u64, 0);
    while at < blocks.len() {
        sum = sum.wrapping_add(block_sum(&blocks[at]));
        at += 1;
    }
    sum
}

/// The sum of one block. The derive has the same.
const fn block_sum(block: &Block) -> u64 {
    let mixed = (u128::from_le_bytes(*block) ^ START).wrapping_mul(FACTOR);
    (mixed ^ (mixed >> 64)) as u64
}

const START: u128 = 0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835;
const FACTOR: u128 = 0x2360_ed05_1fc6_5da4_4385_df64_9fcc_f645;

/// A text of the derive in units, with holes in it.
#[derive(Clone, Copy, Debug)]
pub struct Text {
    units: &'static [Unit],
    sum: u64,
}

impl Text {
    pub(super) const EMPTY: Self = Self { units: &[], sum: 0 };

    /// A text whose length is a multiple of a unit, with its sum.
    pub const fn new(text: &'static [u8], sum: u64) -> Self {
        Self { units: text.as_chunks().0, sum }
    }

    /// The same, where nobody has summed it.
    const fn summed(text: &'static [u8]) -> Self {
        let (units, rest) = text.as_chunks();
        assert!(rest.is_empty(), "the text is not filled up to a unit");
        Self { units, sum: checksum(text) }
    }
}

/// What a root carries.
#[derive(Clone, Copy, Debug)]
pub struct Carry {
    /// What the root says of itself, up to its group.
    pub head: Text,
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
    text: Text,
    /// Where the holes are, in units.
    holes: &'static [usize],
    words: &'static [&'static str],
    /// How long it is with all in it, in units.
    length: usize,
}

impl Carried {
    pub(crate) const NONE: Self = Self { text: Text::EMPTY, holes: &[], words: &[], length: 0 };

    /// The text of the group with these items.
    pub(crate) const fn new(
        items: &[Item],
        text: Text,
        holes: &'static [usize],
        words: &'static [&'static str],
    ) -> Self {
        let mut counted = Out::counting();
        let mut length = text.units.len();
        let mut at = 0;
        while at < items.len() {
            match &items[at] {
                Item::Key(key) => {
                    let begin = begin(key.kind);
                    if begin.is_whole {
                        length += begin.text.units.len();
                    } else {
                        counted.kind(key.kind);
                    }
                    // One unit each.
                    length += key.is_secret as usize + key.is_optional as usize;
                    length += !matches!(key.empty, Empty::Unset) as usize;
                }
                Item::Nested(nested) => length += shape(nested).units.len() + nested.group.carried.length,
                Item::Foreign(_) => {}
            }
            at += 1;
        }
        let mut at = 0;
        while at < words.len() {
            counted.quoted(words[at]);
            counted.fill_up();
            at += 1;
        }
        Self { text, holes, words, length: length + counted.at }
    }
}

impl Carry {
    /// How many bytes the binary carries.
    pub const fn size(&self) -> usize {
        let mut tail = Out::counting();
        tail.tail(self, 0);
        HEAD + (self.head.units.len() + self.group.carried.length + tail.at) * UNIT
    }

    /// What the binary carries.
    pub const fn write<const SIZE: usize>(&self) -> [u8; SIZE] {
        let mut bytes = [b' '; SIZE];
        let (units, _) = bytes.as_chunks_mut::<UNIT>();
        let mut out = Out { units, at: HEAD / UNIT, column: 0, sum: 0, contract: 0 };
        out.push(&self.head);
        out.group(self.group);
        let contract = out.contract;
        out.tail(self, contract);
        let sum = out.sum;
        let (mark, length, sum) = (mark(), ((SIZE - HEAD) as u64).to_le_bytes(), sum.to_le_bytes());
        let mut at = 0;
        while at < HEAD {
            out.units[0][at] = match at {
                0..16 => mark[at],
                16..24 => length[at - 16],
                _ => sum[at - 24],
            };
            at += 1;
        }
        bytes
    }
}

/// A text as a static: the compiler would look up a constant anew each time that a function with it is called.
macro_rules! text {
    ($text:literal) => {{
        static TEXT: Text = Text::summed($text);
        &TEXT
    }};
}

/// Where text is written, or only counted.
struct Out<'a> {
    /// Empty where text is counted.
    units: &'a mut [Unit],
    at: usize,
    /// How much of the unit is written already.
    column: usize,
    sum: u64,
    /// What the fingerprint is made of.
    contract: u64,
}

impl Out<'_> {
    const fn counting() -> Self {
        Self { units: &mut [], at: 0, column: 0, sum: 0, contract: 0 }
    }

    const fn push(&mut self, text: &Text) {
        if self.units.is_empty() {
            self.at += text.units.len();
        } else {
            self.push_units(text.units, 0, text.units.len());
            self.add(text.sum);
        }
    }

    const fn push_units(&mut self, units: &[Unit], from: usize, to: usize) {
        let (mut at, mut to_at) = (from, self.at);
        while at < to {
            self.units[to_at] = units[at];
            at += 1;
            to_at += 1;
        }
        self.at = to_at;
    }

    const fn add(&mut self, sum: u64) {
        // In numbers in which nothing overflows: each method of a number is a call.
        self.sum = (self.sum as u128 + sum as u128) as u64;
        self.contract = ((self.contract ^ sum) as u128 * (FACTOR as u64) as u128) as u64;
    }

    const fn byte(&mut self, byte: u8) {
        if self.column == UNIT {
            self.fill_up();
        }
        if !self.units.is_empty() {
            self.units[self.at][self.column] = byte;
        }
        self.column += 1;
    }

    /// Ends the unit, which is full of blanks otherwise.
    const fn fill_up(&mut self) {
        if self.column > 0 {
            if !self.units.is_empty() {
                let sum = checksum(&self.units[self.at]);
                self.add(sum);
            }
            self.at += 1;
            self.column = 0;
        }
    }

    const fn text(&mut self, text: &str) {
        let bytes = text.as_bytes();
        let mut at = 0;
        while at < bytes.len() {
            self.byte(bytes[at]);
            at += 1;
        }
    }

    /// Text in quotes.
    const fn quoted(&mut self, text: &str) {
        self.byte(b'"');
        let bytes = text.as_bytes();
        let mut at = 0;
        while at < bytes.len() {
            match bytes[at] {
                byte @ (b'"' | b'\\') => {
                    self.byte(b'\\');
                    self.byte(byte);
                }
                control @ 0..0x20 => {
                    self.text("\\u00");
                    self.hex(control as u64, 2);
                }
                byte => self.byte(byte),
            }
            at += 1;
        }
        self.byte(b'"');
    }

    const fn hex(&mut self, number: u64, digits: u32) {
        let mut digit = digits;
        while digit > 0 {
            digit -= 1;
            let nibble = (number >> (digit * 4)) as usize & 15;
            self.byte(b"0123456789abcdef"[nibble]);
        }
    }

    const fn number(&mut self, number: usize) {
        if number > 9 {
            self.number(number / 10);
        }
        self.byte(b'0' + (number % 10) as u8);
    }

    const fn tail(&mut self, carry: &Carry, fingerprint: u64) {
        self.text(",\"crate\":");
        self.quoted(carry.crate_name);
        self.text(",\"version\":");
        self.quoted(carry.version);
        self.text(",\"fingerprint\":\"");
        self.hex(fingerprint, 16);
        self.text("\"}");
        self.fill_up();
    }

    const fn group(&mut self, group: &Group) {
        let Carried { text, holes, words, .. } = group.carried;
        self.add(text.sum);
        let (mut start, mut at) = (0, 0);
        while at < holes.len() {
            self.push_units(text.units, start, holes[at]);
            start = holes[at];
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
                self.quoted(words[at - group.items.len()]);
                self.fill_up();
            }
            at += 1;
        }
        self.push_units(text.units, start, text.units.len());
    }

    /// What its type says of a key. For a key of a usual kind everything is done here: each call costs the compiler as much
    /// as the text.
    const fn key(&mut self, key: &Key) {
        let begin = begin(key.kind);
        let mut at = self.at;
        if !begin.is_whole {
            self.kind(key.kind);
            at = self.at;
        } else {
            let units = begin.text.units;
            let mut from = 0;
            while from < units.len() {
                self.units[at] = units[from];
                from += 1;
                at += 1;
            }
            self.add(begin.text.sum);
        }
        if key.is_secret {
            self.units[at] = SECRET.units[0];
            self.add(SECRET.sum);
            at += 1;
        }
        if key.is_optional {
            self.units[at] = OPTIONAL.units[0];
            self.add(OPTIONAL.sum);
            at += 1;
        }
        let empty = match key.empty {
            Empty::Unset => {
                self.at = at;
                return;
            }
            Empty::Value => &EMPTY_VALUE,
            Empty::Error => &EMPTY_ERROR,
        };
        self.units[at] = empty.units[0];
        self.add(empty.sum);
        self.at = at + 1;
    }

    const fn kind(&mut self, kind: &Kind) {
        let Begin { text, is_whole } = begin(kind);
        self.push(text);
        if *is_whole {
            return;
        }
        match kind {
            Kind::Integer { bits, nonzero, .. } => self.wide(*bits, *nonzero),
            Kind::Word(words) => self.words(words),
            Kind::List { item, form } => {
                self.kind(item);
                match *form {
                    ListForm::Any => {}
                    ListForm::Unique => self.text(",\"unique\":true"),
                    ListForm::Exactly(count) => {
                        self.text(",\"count\":");
                        self.number(count);
                    }
                }
                self.end();
            }
            Kind::Map { value } => {
                self.kind(value);
                self.end();
            }
            Kind::Pair { first, second } => {
                self.kind(first);
                self.text(",\"second\":");
                self.fill_up();
                self.kind(second);
                self.end();
            }
            Kind::Parsed { name } | Kind::Structured { name } => {
                self.quoted(name);
                self.end();
            }
            _ => {}
        }
    }

    const fn end(&mut self) {
        if self.column == 0 {
            self.push(text!(b"}                               "));
        } else {
            self.byte(b'}');
            self.fill_up();
        }
    }

    /// What few whole numbers have.
    const fn wide(&mut self, bits: u8, nonzero: bool) {
        self.number(bits as usize);
        if nonzero {
            self.text(",\"nonzero\":true");
        }
        self.end();
    }

    const fn words(&mut self, words: &[Word]) {
        let mut at = 0;
        while at < words.len() {
            let Word { text, doc, carried, .. } = &words[at];
            if at > 0 {
                self.byte(b',');
                self.fill_up();
            }
            if carried.units.is_empty() {
                self.text("{\"word\":");
                self.quoted(text);
                self.text(",\"doc\":");
                self.quoted(doc);
                self.end();
            } else {
                self.push(carried);
            }
            at += 1;
        }
        self.push(text!(b"]}                              "));
    }
}

/// The begin of a kind, which is all of it for most.
struct Begin {
    text: Text,
    is_whole: bool,
}

static SECRET: Text = Text::summed(b",\"secret\":true                  ");
static OPTIONAL: Text = Text::summed(b",\"optional\":true                ");
static EMPTY_VALUE: Text = Text::summed(b",\"empty\":\"value\"                ");
static EMPTY_ERROR: Text = Text::summed(b",\"empty\":\"error\"                ");

const fn begin(kind: &Kind) -> &'static Begin {
    macro_rules! begin {
        ($text:literal, $is_whole:literal) => {{
            static BEGIN: Begin = Begin { text: Text::summed($text), is_whole: $is_whole };
            &BEGIN
        }};
    }
    match kind {
        Kind::Bool => begin!(b"{\"kind\":\"bool\"}                 ", true),
        Kind::Text => begin!(b"{\"kind\":\"text\"}                 ", true),
        Kind::Char => begin!(b"{\"kind\":\"char\"}                 ", true),
        Kind::Path => begin!(b"{\"kind\":\"path\"}                 ", true),
        Kind::Url => begin!(b"{\"kind\":\"url\"}                  ", true),
        Kind::OsText => begin!(b"{\"kind\":\"os_text\"}              ", true),
        Kind::Duration => begin!(b"{\"kind\":\"duration\"}             ", true),
        Kind::ByteSize => begin!(b"{\"kind\":\"byte_size\"}            ", true),
        Kind::Flag => begin!(b"{\"kind\":\"flag\"}                 ", true),
        Kind::Float { bits: 32 } => begin!(b"{\"kind\":\"float\",\"bits\":32}      ", true),
        Kind::Float { .. } => begin!(b"{\"kind\":\"float\",\"bits\":64}      ", true),
        Kind::Integer { signed: false, bits: 8, nonzero: false } => {
            begin!(b"{\"kind\":\"integer\",\"signed\":false,\"bits\":8}                      ", true)
        }
        Kind::Integer { signed: false, bits: 16, nonzero: false } => {
            begin!(b"{\"kind\":\"integer\",\"signed\":false,\"bits\":16}                     ", true)
        }
        Kind::Integer { signed: false, bits: 32, nonzero: false } => {
            begin!(b"{\"kind\":\"integer\",\"signed\":false,\"bits\":32}                     ", true)
        }
        Kind::Integer { signed: false, bits: 64, nonzero: false } => {
            begin!(b"{\"kind\":\"integer\",\"signed\":false,\"bits\":64}                     ", true)
        }
        Kind::Integer { signed: true, bits: 8, nonzero: false } => {
            begin!(b"{\"kind\":\"integer\",\"signed\":true,\"bits\":8}                       ", true)
        }
        Kind::Integer { signed: true, bits: 16, nonzero: false } => {
            begin!(b"{\"kind\":\"integer\",\"signed\":true,\"bits\":16}                      ", true)
        }
        Kind::Integer { signed: true, bits: 32, nonzero: false } => {
            begin!(b"{\"kind\":\"integer\",\"signed\":true,\"bits\":32}                      ", true)
        }
        Kind::Integer { signed: true, bits: 64, nonzero: false } => {
            begin!(b"{\"kind\":\"integer\",\"signed\":true,\"bits\":64}                      ", true)
        }
        Kind::Integer { signed: false, .. } => {
            begin!(b"{\"kind\":\"integer\",\"signed\":false,\"bits\":                        ", false)
        }
        Kind::Integer { .. } => {
            begin!(b"{\"kind\":\"integer\",\"signed\":true,\"bits\":                         ", false)
        }
        Kind::Address(Address::Ip) => begin!(b"{\"kind\":\"address\",\"form\":\"ip\"}  ", true),
        Kind::Address(Address::Ipv4) => begin!(b"{\"kind\":\"address\",\"form\":\"ipv4\"}", true),
        Kind::Address(Address::Ipv6) => begin!(b"{\"kind\":\"address\",\"form\":\"ipv6\"}", true),
        Kind::Address(Address::Socket) => {
            begin!(b"{\"kind\":\"address\",\"form\":\"socket\"}                              ", true)
        }
        Kind::Address(Address::SocketV4) => {
            begin!(b"{\"kind\":\"address\",\"form\":\"socket_v4\"}                           ", true)
        }
        Kind::Address(Address::SocketV6) => {
            begin!(b"{\"kind\":\"address\",\"form\":\"socket_v6\"}                           ", true)
        }
        Kind::Word(_) => begin!(b"{\"kind\":\"word\",\"words\":[        ", false),
        // The most usual list.
        Kind::List { item: Kind::Text, form: ListForm::Any } => {
            begin!(b"{\"kind\":\"list\",\"item\":{\"kind\":\"text\"}}                          ", true)
        }
        Kind::List { .. } => begin!(b"{\"kind\":\"list\",\"item\":          ", false),
        Kind::Map { .. } => begin!(b"{\"kind\":\"map\",\"value\":          ", false),
        Kind::Pair { .. } => begin!(b"{\"kind\":\"pair\",\"first\":         ", false),
        Kind::Parsed { .. } => begin!(b"{\"kind\":\"parsed\",\"name\":        ", false),
        Kind::Structured { .. } => begin!(b"{\"kind\":\"structured\",\"name\":    ", false),
    }
}

const fn shape(nested: &Nested) -> &'static Text {
    match nested.shape {
        Shape::One => text!(b",\"group\":                       "),
        Shape::Optional => text!(b",\"shape\":\"optional\",\"group\":    "),
        Shape::List => text!(b",\"shape\":\"list\",\"group\":        "),
        Shape::Map => text!(b",\"shape\":\"map\",\"group\":         "),
    }
}
