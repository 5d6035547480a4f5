//! Sentences that are built at compile time.

use std::fmt;

/// A sentence of bounded length, built by `const fn` and so usable in a compile error.
///
/// Text past the capacity is dropped and marked with `...`.
#[derive(Clone, Copy)]
pub struct Phrase {
    bytes: [u8; Phrase::CAPACITY],
    length: usize,
}

impl Phrase {
    const CAPACITY: usize = 1024;

    /// An empty sentence.
    pub const fn new() -> Self {
        Self { bytes: [0; Self::CAPACITY], length: 0 }
    }

    /// Appends `text`.
    #[must_use]
    pub const fn text(mut self, text: &str) -> Self {
        let text = text.as_bytes();
        let mut at = 0;
        while at < text.len() {
            if self.length + 4 > Self::CAPACITY {
                return self.ellipsis();
            }
            self.bytes[self.length] = text[at];
            self.length += 1;
            at += 1;
        }
        self
    }

    /// Appends `text` in double quotes.
    #[must_use]
    pub const fn quoted(self, text: &str) -> Self {
        self.text("\"").text(text).text("\"")
    }

    /// Appends `text` in backticks.
    #[must_use]
    pub const fn code(self, text: &str) -> Self {
        self.text("`").text(text).text("`")
    }

    /// Appends a whole number.
    #[must_use]
    pub const fn number(self, number: u128) -> Self {
        let mut digits = [0; 39];
        let mut rest = number;
        let mut at = digits.len();
        loop {
            at -= 1;
            digits[at] = b'0' + (rest % 10) as u8;
            rest /= 10;
            if rest == 0 {
                break;
            }
        }
        let (_, digits) = digits.split_at(at);
        match std::str::from_utf8(digits) {
            Ok(digits) => self.text(digits),
            Err(_) => self,
        }
    }

    /// Appends `texts`, separated by `between`.
    #[must_use]
    pub const fn join(mut self, texts: &[&str], between: &str) -> Self {
        let mut at = 0;
        while at < texts.len() {
            if at > 0 {
                self = self.text(between);
            }
            self = self.text(texts[at]);
            at += 1;
        }
        self
    }

    /// Appends `template`, with every `{}` in it replaced by `text`.
    #[must_use]
    pub const fn filled(mut self, template: &str, text: &str) -> Self {
        let mut rest = template;
        loop {
            let bytes = rest.as_bytes();
            let mut at = 0;
            while at + 1 < bytes.len() && !(bytes[at] == b'{' && bytes[at + 1] == b'}') {
                at += 1;
            }
            if at + 1 >= bytes.len() {
                return self.text(rest);
            }
            let (before, after) = rest.split_at(at);
            self = self.text(before).text(text);
            rest = after.split_at(2).1;
        }
    }

    /// The sentence.
    pub const fn as_str(&self) -> &str {
        let (text, _) = self.bytes.split_at(self.length);
        match std::str::from_utf8(text) {
            Ok(text) => text,
            // Only whole characters are kept, see `ellipsis`.
            Err(_) => "",
        }
    }

    const fn ellipsis(mut self) -> Self {
        // Step back over a character that was cut in half.
        while self.length > 0 && self.bytes[self.length - 1] >= 0x80 {
            self.length -= 1;
        }
        let mut dots = 0;
        while dots < 3 && self.length < Self::CAPACITY {
            self.bytes[self.length] = b'.';
            self.length += 1;
            dots += 1;
        }
        self
    }
}

impl Default for Phrase {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Display for Phrase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for Phrase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.as_str(), f)
    }
}
