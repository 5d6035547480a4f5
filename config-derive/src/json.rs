//! JSON for the manifest that a binary carries: text with holes, which the compiler fills with what only the
//! types of the program know.

use std::fmt::Write;

use proc_macro2::{Literal, TokenStream};
use quote::{ToTokens, TokenStreamExt, quote};

/// The members of a JSON object, in the order in which they were said.
#[derive(Clone, Default)]
pub(crate) struct Object(String);

impl Object {
    /// A member whose value is JSON already.
    pub(crate) fn json(&mut self, name: &str, value: &str) {
        if !self.0.is_empty() {
            self.0.push(',');
        }
        quote_into(&mut self.0, name);
        self.0.push(':');
        self.0.push_str(value);
    }

    /// A member that is text.
    pub(crate) fn text(&mut self, name: &str, value: &str) {
        self.json(name, &quoted(value));
    }

    /// A member that is a list of texts.
    pub(crate) fn texts<T: AsRef<str>>(&mut self, name: &str, values: impl IntoIterator<Item = T>) {
        self.json(name, &array(values.into_iter().map(|value| quoted(value.as_ref()))));
    }

    /// A member that is `true`.
    pub(crate) fn flag(&mut self, name: &str) {
        self.json(name, "true");
    }

    /// The members without the braces around them.
    pub(crate) fn members(&self) -> &str {
        &self.0
    }

    /// The object.
    pub(crate) fn object(&self) -> String {
        format!("{{{}}}", self.0)
    }
}

/// A list of values that are JSON already.
pub(crate) fn array(values: impl Iterator<Item = String>) -> String {
    format!("[{}]", values.collect::<Vec<_>>().join(","))
}

/// A text in quotes.
pub(crate) fn quoted(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quote_into(&mut quoted, text);
    quoted
}

fn quote_into(json: &mut String, text: &str) {
    json.push('"');
    for char in text.chars() {
        match char {
            '"' => json.push_str("\\\""),
            '\\' => json.push_str("\\\\"),
            '\n' => json.push_str("\\n"),
            '\t' => json.push_str("\\t"),
            // Writing to a string cannot fail. The compiler's own literals need no more than this either.
            char if char.is_control() => drop(write!(json, "\\u{:04x}", u32::from(char))),
            char => json.push(char),
        }
    }
    json.push('"');
}

/// Text with holes in it: those of the items of a group in their order, then those of the words of its rules.
///
/// The compiler handles it in units of 32 bytes: it is filled up with blanks, which mean nothing where they are, in front
/// of a hole and at the end.
#[derive(Default)]
pub(crate) struct Holed {
    text: String,
    /// Where the holes are, in units.
    holes: Vec<usize>,
}

impl Holed {
    pub(crate) fn push(&mut self, text: &str) {
        self.text.push_str(text);
    }

    /// A hole where the text ends now.
    pub(crate) fn hole(&mut self) {
        self.text = filled_up(std::mem::take(&mut self.text));
        self.holes.push(self.text.len() / UNIT);
    }

    /// The text, its sum, and where the holes are.
    pub(crate) fn finish(self) -> (Units, Vec<usize>) {
        (Units::new(self.text), self.holes)
    }
}

/// How many bytes the compiler handles at once.
const UNIT: usize = 32;

fn filled_up(mut text: String) -> String {
    let blanks = text.len().next_multiple_of(UNIT) - text.len();
    text.extend(std::iter::repeat_n(' ', blanks));
    text
}

/// A text in units, with its sum: two arguments of a call.
pub(crate) struct Units(String);

impl Units {
    pub(crate) fn new(text: String) -> Self {
        Self(filled_up(text))
    }

    /// The sum of all blocks of 16 bytes, as `confident-core` sums them.
    fn sum(&self) -> u64 {
        const START: u128 = 0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835;
        const FACTOR: u128 = 0x2360_ed05_1fc6_5da4_4385_df64_9fcc_f645;
        let (blocks, _) = self.0.as_bytes().as_chunks();
        blocks.iter().fold(0, |sum: u64, block| {
            let mixed = (u128::from_le_bytes(*block) ^ START).wrapping_mul(FACTOR);
            sum.wrapping_add((mixed ^ (mixed >> 64)) as u64)
        })
    }
}

impl ToTokens for Units {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        let text = Literal::byte_string(self.0.as_bytes());
        let sum = Literal::u64_unsuffixed(self.sum());
        tokens.append_all(quote!(#text, #sum));
    }
}
