//! The document as the parser may see it: every character of a text is another one.
//!
//! The parser puts each text together in memory that it grows and does not wipe. What it decides, it decides by the few
//! characters that YAML itself uses, so these stay where they may mean something, and so do blanks and the ends of
//! lines. All others become `x`, one for one, so that every place is the same in both. Which text a character stands in
//! is not known here, and need not be: a character that means nothing in one text is `x` in all of them, or in none.
//!
//! Escapes of double quotes become escapes of the same length that stand for no blank. Tags and the names of anchors are
//! masked as well; they are read where they stand (`written.rs`), and so are texts.

const BOM: &[u8] = "\u{feff}".as_bytes();

/// The document with other texts, of as many characters.
pub(crate) fn masked(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut masking = Masking {
        bytes,
        at: 0,
        prologue: prologue(bytes),
        before: Before::Start,
        seen: Vec::with_capacity(bytes.len()),
    };
    while masking.at < bytes.len() {
        masking.step();
    }
    String::from_utf8(masking.seen).expect("what is not masked is copied as a whole")
}

/// How long the lines before the document are: comments, directives and ends of documents that never began.
///
/// No text has begun there, so a line with a `%` in front is a directive, and nothing else is.
pub(super) fn prologue(bytes: &[u8]) -> usize {
    let mut end = 0;
    loop {
        let mut line = end;
        while bytes[line..].starts_with(BOM) {
            line += BOM.len();
        }
        let blanks = bytes[line..].iter().take_while(|byte| is_blank(**byte)).count();
        let begins = bytes.get(line + blanks).copied();
        let is_before = match begins {
            None | Some(b'#' | b'\n' | b'\r') => true,
            Some(b'%') => blanks == 0,
            Some(_) => is_marker(&bytes[line..], b'.'),
        };
        if !is_before {
            return end;
        }
        match bytes[line..].iter().position(|byte| is_break(*byte)) {
            Some(length) => end = line + length + 1,
            None => return bytes.len(),
        }
    }
}

struct Masking<'t> {
    bytes: &'t [u8],
    at: usize,
    /// Where the prologue ends.
    prologue: usize,
    before: Before,
    seen: Vec<u8>,
}

/// What stands before a character.
#[derive(Clone, Copy, PartialEq)]
enum Before {
    /// Something behind which anything may begin.
    Start,
    /// The same, a blank.
    Blank,
    /// A character behind which nothing can begin.
    Inside,
    /// A backslash.
    Escape,
}

/// What a byte is to the parser.
#[derive(Clone, Copy)]
enum Kind {
    /// A letter, a digit, or `_`.
    Word,
    /// A character that never means anything.
    Sign,
    /// One that means something where something may begin.
    Indicator,
    /// One that always does, and behind which something may begin.
    Kept,
    Blank,
    Backslash,
    /// The first byte of a longer character.
    First,
    /// Another byte of it.
    Further,
}

const KINDS: [Kind; 256] = {
    let mut kinds = [Kind::Sign; 256];
    let mut byte = 0;
    while byte < 256 {
        kinds[byte] = match byte as u8 {
            b'0'..=b'9' | b'a'..=b'z' | b'A'..=b'Z' | b'_' => Kind::Word,
            b'-' | b'.' | b'?' | b':' | b'#' | b'&' | b'*' | b'!' | b'|' | b'>' | b'%' | b'@' | b'`' => {
                Kind::Indicator
            }
            b'\n' | b'\r' | 0 | b',' | b'[' | b']' | b'{' | b'}' | b'\'' | b'"' => Kind::Kept,
            b' ' | b'\t' => Kind::Blank,
            b'\\' => Kind::Backslash,
            0x80..=0xbf => Kind::Further,
            0xc0..=0xff => Kind::First,
            _ => Kind::Sign,
        };
        byte += 1;
    }
    kinds
};

impl Masking<'_> {
    fn step(&mut self) {
        let byte = self.bytes[self.at];
        match KINDS[usize::from(byte)] {
            Kind::Word if self.before == Before::Escape => self.hide(),
            Kind::Word => self.word(),
            Kind::Sign => self.hide(),
            Kind::Further => self.at += 1,
            Kind::Blank => self.put(byte, Before::Blank),
            Kind::Kept => self.put(byte, Before::Start),
            Kind::Indicator => self.indicator(byte),
            Kind::Backslash => self.escape(),
            Kind::First if self.bytes[self.at..].starts_with(BOM) => self.copy(BOM.len(), Before::Start),
            Kind::First => self.hide(),
        }
    }

    fn put(&mut self, seen: u8, before: Before) {
        self.seen.push(seen);
        self.at += 1;
        self.before = before;
    }

    /// Puts as many bytes as they are.
    fn copy(&mut self, length: usize, before: Before) {
        self.seen.extend_from_slice(&self.bytes[self.at..self.at + length]);
        self.at += length;
        self.before = before;
    }

    /// Masks letters and digits, of which documents mostly are.
    fn word(&mut self) {
        let rest = &self.bytes[self.at..];
        let is_word = |byte: &u8| matches!(KINDS[usize::from(*byte)], Kind::Word);
        let length = rest.iter().position(|byte| !is_word(byte)).unwrap_or(rest.len());
        self.seen.resize(self.seen.len() + length, b'x');
        self.at += length;
        self.before = Before::Inside;
    }

    /// Masks a character that is no letter or digit.
    fn hide(&mut self) {
        let seen = match self.before {
            // Behind a tab, a word may be a mistake where a sign is none.
            Before::Blank => b'=',
            // No escape, as the character is none.
            Before::Escape => b'q',
            Before::Start | Before::Inside => b'x',
        };
        self.put(seen, Before::Inside);
    }

    fn indicator(&mut self, byte: u8) {
        let rest = &self.bytes[self.at..];
        if matches!(byte, b'-' | b'.' | b'%') && self.is_at_line_start() {
            if is_marker(rest, byte) {
                return self.copy(3, Before::Inside);
            }
            if byte == b'%' && self.at < self.prologue {
                return self.directive();
            }
        }
        let may_begin = matches!(self.before, Before::Start | Before::Blank);
        match byte {
            b'.' => self.hide(),
            b':' if may_begin || ends_name(rest.get(1)) => self.put(byte, Before::Start),
            b'|' | b'>' if may_begin => self.copy(1 + header(&rest[1..]), Before::Inside),
            _ if may_begin => self.put(byte, Before::Inside),
            _ => self.hide(),
        }
    }

    /// Lets a directive be seen. Of long characters in it the parser counts the bytes, and takes all that follows to be
    /// further behind than it is; so they become one that means as little, and is none of tags either.
    fn directive(&mut self) {
        while let Some(byte) = self.bytes.get(self.at).filter(|byte| !is_break(**byte)) {
            match KINDS[usize::from(*byte)] {
                Kind::First if !self.bytes[self.at..].starts_with(BOM) => self.put(b'^', Before::Inside),
                Kind::First => self.copy(BOM.len(), Before::Start),
                Kind::Further => self.at += 1,
                _ => self.put(*byte, Before::Inside),
            }
        }
    }

    /// Masks an escape, or what would be one in double quotes.
    fn escape(&mut self) {
        self.put(b'\\', Before::Escape);
        let Some(byte) = self.bytes.get(self.at).copied() else { return };
        let digits = match byte {
            b'\\' => return self.put(byte, Before::Inside),
            b'0' | b'a' | b'b' | b't' | b'n' | b'v' | b'f' | b'r' | b'e' | b'/' | b'N' | b'_' | b'L'
            | b'P' => return self.put(b'a', Before::Inside),
            b'x' => 2,
            b'u' => 4,
            b'U' => 8,
            _ => return,
        };
        self.put(byte, Before::Inside);
        let digits = self.bytes[self.at..].iter().take(digits).take_while(|byte| byte.is_ascii_hexdigit());
        for _ in 0..digits.count() {
            self.put(b'0', Before::Inside);
        }
    }

    fn is_at_line_start(&self) -> bool {
        let mut before = &self.bytes[..self.at];
        // The parser does not count it as a column.
        while let Some(rest) = before.strip_suffix(BOM) {
            before = rest;
        }
        before.last().is_none_or(|byte| is_break(*byte))
    }
}

/// Whether what stands behind a colon makes it one between a name and a value.
fn ends_name(behind: Option<&u8>) -> bool {
    is_end(behind) || matches!(behind, Some(b',' | b'[' | b']' | b'{' | b'}'))
}

/// How long what stands behind `|` or `>` is, if it says how the text is indented and how it ends.
fn header(behind: &[u8]) -> usize {
    let says = |byte: &u8| matches!(byte, b'+' | b'-') || byte.is_ascii_digit();
    let length = behind.iter().take(2).take_while(|byte| says(byte)).count();
    if is_end(behind.get(length)) { length } else { 0 }
}

/// Whether a line begins with the marker of a document that is made of this byte: `---` or `...`.
fn is_marker(line: &[u8], byte: u8) -> bool {
    matches!(byte, b'-' | b'.') && line.starts_with(&[byte; 3]) && is_end(line.get(3))
}

fn is_end(byte: Option<&u8>) -> bool {
    byte.is_none_or(|byte| is_blank(*byte) || is_break(*byte) || *byte == 0)
}

pub(super) fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t')
}

pub(super) fn is_break(byte: u8) -> bool {
    matches!(byte, b'\n' | b'\r')
}
