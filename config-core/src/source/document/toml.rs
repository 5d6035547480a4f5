//! TOML, read by the crate `toml`.

use std::borrow::Cow;

use toml::{
    Spanned,
    de::{DeString, DeTable, DeValue},
};
use toml_parser::{
    ErrorSink, ParseError, Raw, Source, Span,
    decoder::{Encoding, StringBuilder},
    parser::{EventReceiver, RecursionGuard, ValidateWhitespace, parse_document},
};
use zeroize::Zeroizing;

use super::{DEEPEST, MOST_VALUES, Places, TOO_MANY, Unreadable, in_decimal, of_bool};
use crate::source::{Growing, Literal, Name, Node, NodeValue, Shelf};

const TOO_DEEP: &str = "not valid TOML: it is nested too deep";

/// How deep the crate `toml` lets a document be.
const DEEPEST_OF_PARSER: u32 = 80;

/// Where there may be secrets in it, the parser never sees the texts of the document: it grows those that it puts
/// together, and an error of its has a copy of the whole document, so that copies would stay behind. It gets the document
/// with other texts in their places, of the same lengths; the texts themselves are decoded here, by the decoder that it
/// uses, into memory that is made once and wiped. That takes a third longer, so other documents are read as they are.
pub(super) fn parse<'t>(text: &'t str, shelf: &'t Shelf) -> Result<Node<'t>, Unreadable> {
    let places = Places::new(text);
    let (texts, shown) = if shelf.holds_secrets {
        let texts = Texts::find(Source::new(text)).map_err(|error| unreadable(&places, &error))?;
        let hidden = shelf.held(texts.hidden(text));
        (Some(texts.values), hidden)
    } else {
        (None, text)
    };
    let root = DeTable::parse(shown).map_err(|error| {
        let at = error.span().map_or(0, |span| span.start);
        places.unreadable(at, sentence(error.message()))
    })?;
    let mut reading = Reading { text, texts, shelf, places, left: MOST_VALUES };
    let value = reading.table(root.into_inner(), 0)?;
    Ok(Node::new(value, 1, 1))
}

fn unreadable(places: &Places<'_>, error: &ParseError) -> Unreadable {
    let at = error.unexpected().map_or(0, |span| span.start());
    places.unreadable(at, sentence(error.description()))
}

/// Where the texts of a document stand, in its order.
#[derive(Default)]
struct Texts {
    values: Vec<(Span, Encoding)>,
    comments: Vec<Span>,
}

impl Texts {
    /// Finds them, if the document is one as far as that can be told without looking into values.
    fn find(source: Source<'_>) -> Result<Self, ParseError> {
        let tokens = source.lex().into_vec();
        let (mut texts, mut error) = (Self::default(), None);
        let mut checked = ValidateWhitespace::new(&mut texts, source);
        let mut bounded = RecursionGuard::new(&mut checked, DEEPEST_OF_PARSER);
        parse_document(&tokens, &mut bounded, &mut error);
        error.map_or(Ok(texts), Err)
    }

    /// The document with other texts.
    fn hidden(&self, text: &str) -> Zeroizing<String> {
        let mut bytes = text.as_bytes().to_owned();
        for (span, encoding) in &self.values {
            let quotes = match encoding {
                Encoding::LiteralString => "'",
                Encoding::BasicString => "\"",
                Encoding::MlLiteralString => "'''",
                Encoding::MlBasicString => "\"\"\"",
            };
            let inside = &text[span.start() + quotes.len()..span.end()];
            // One that is not closed stays so.
            let length = inside.strip_suffix(quotes).unwrap_or(inside).len();
            bytes[span.start() + quotes.len()..][..length].fill(b'x');
        }
        for comment in &self.comments {
            bytes[comment.start() + 1..comment.end()].fill(b'x');
        }
        Zeroizing::new(String::from_utf8(bytes).expect("texts are replaced as a whole"))
    }
}

impl EventReceiver for Texts {
    fn scalar(&mut self, span: Span, encoding: Option<Encoding>, _: &mut dyn ErrorSink) {
        self.values.extend(encoding.map(|encoding| (span, encoding)));
    }

    fn comment(&mut self, span: Span, _: &mut dyn ErrorSink) {
        self.comments.push(span);
    }
}

/// A text of which the decoder says piece by piece what it is.
struct Pieces<'t> {
    /// The text, while it is one piece of the document.
    whole: &'t str,
    put_together: Option<Growing>,
    /// How long it can be.
    most: usize,
}

impl Pieces<'_> {
    fn add(&mut self, piece: &str) {
        let (whole, most) = (self.whole, self.most);
        let text = self.put_together.get_or_insert_with(|| {
            let mut text = Growing::with_capacity(most);
            text.push(whole.as_bytes());
            text
        });
        text.push(piece.as_bytes());
    }
}

impl<'t> StringBuilder<'t> for Pieces<'t> {
    fn clear(&mut self) {
        (self.whole, self.put_together) = ("", None);
    }

    fn push_str(&mut self, piece: &'t str) -> bool {
        if self.whole.is_empty() && self.put_together.is_none() {
            self.whole = piece;
        } else if !piece.is_empty() {
            self.add(piece);
        }
        true
    }

    fn push_char(&mut self, char: char) -> bool {
        self.add(char.encode_utf8(&mut [0; 4]));
        true
    }
}

struct Reading<'t> {
    text: &'t str,
    /// Where the texts stand that are values, if the parser has not seen them.
    texts: Option<Vec<(Span, Encoding)>>,
    shelf: &'t Shelf,
    places: Places<'t>,
    /// How many more values there may be.
    left: usize,
}

impl<'t> Reading<'t> {
    fn table(&mut self, table: DeTable<'t>, depth: usize) -> Result<NodeValue<'t>, Unreadable> {
        let mut sorted: Vec<(Spanned<DeString<'t>>, Spanned<DeValue<'t>>)> = table.into_iter().collect();
        // The parser sorts by name; a document has an order of its own.
        sorted.sort_unstable_by_key(|(name, _)| name.span().start);
        let mut entries = Vec::with_capacity(sorted.len());
        for (name, value) in sorted {
            let (line, column) = self.places.of(name.span().start);
            let node = self.node(value, depth + 1)?;
            entries.push((Name::new(name.into_inner(), line, column), node));
        }
        Ok(NodeValue::Table(entries))
    }

    /// The text whose first quote is at `start`, of which the parser says what `seen` is.
    fn text_at(&self, start: usize, seen: DeString<'t>) -> Result<&'t str, Unreadable> {
        let Some(texts) = &self.texts else { return Ok(self.shelf.text(seen)) };
        let at = texts.binary_search_by_key(&start, |(span, _)| span.start());
        let (span, encoding) = texts[at.expect("a text of the parser is one of the document")];
        let raw = Raw::new_unchecked(&self.text[span.start()..span.end()], Some(encoding), span);
        let mut pieces = Pieces { whole: "", put_together: None, most: raw.len() };
        let mut error: Option<ParseError> = None;
        let _ = raw.decode_scalar(&mut pieces, &mut error); // quotes say that it is a text
        match (error, pieces.put_together) {
            (Some(error), _) => Err(unreadable(&self.places, &error)),
            (None, None) => Ok(pieces.whole),
            (None, Some(text)) => Ok(self.shelf.pieces(text)),
        }
    }

    fn node(&mut self, value: Spanned<DeValue<'t>>, depth: usize) -> Result<Node<'t>, Unreadable> {
        let span = value.span();
        let start = span.start;
        if depth > DEEPEST {
            return Err(self.places.unreadable(start, TOO_DEEP));
        }
        self.left = self.left.checked_sub(1).ok_or_else(|| self.places.unreadable(start, TOO_MANY))?;
        let (line, column) = self.places.of(start);
        let literal = |kind, text| NodeValue::Literal { kind, text };
        // What the parser left as it is stands in the document; it only takes out underscores.
        let written = |text: &str| match self.text.get(span.clone()) {
            Some(there) if there == text => Cow::Borrowed(there),
            _ => Cow::Borrowed(self.shelf.text(Cow::Owned(text.to_owned()))),
        };
        let value = match value.into_inner() {
            DeValue::String(text) => NodeValue::Text(Cow::Borrowed(self.text_at(start, text)?)),
            DeValue::Integer(integer) => match integer.radix() {
                10 => literal(Literal::Integer, written(integer.as_str())),
                radix => {
                    let decimal = in_decimal(integer.as_str(), radix, &integer.to_string());
                    literal(Literal::Integer, Cow::Owned(decimal))
                }
            },
            DeValue::Float(float) => literal(Literal::Float, written(float.as_str())),
            DeValue::Boolean(value) => literal(Literal::Bool, of_bool(value)),
            DeValue::Datetime(date) => literal(Literal::Date, Cow::Owned(date.to_string())),
            DeValue::Array(items) => {
                let mut nodes = Vec::with_capacity(items.len());
                for item in items {
                    nodes.push(self.node(item, depth + 1)?);
                }
                NodeValue::List(nodes)
            }
            DeValue::Table(table) => self.table(table, depth)?,
        };
        Ok(Node::new(value, line, column))
    }
}

/// Our sentence for what the parser says, by what its messages begin with.
fn sentence(said: &str) -> &'static str {
    const SENTENCES: &[(&str, &str)] = &[
        ("duplicate key", "not valid TOML: a name is there twice"),
        ("cannot extend value", "not valid TOML: a name is there twice, once as a table and once as a value"),
        ("cannot recurse further", TOO_DEEP),
        ("recursion limit", TOO_DEEP),
        ("unclosed array table", "not valid TOML: the head of a table is not closed"),
        ("unclosed table", "not valid TOML: the head of a table is not closed"),
        ("unclosed array", "not valid TOML: a list is not closed"),
        ("unclosed inline table", "not valid TOML: a table in braces is not closed"),
        ("key with no value", "not valid TOML: a name has no value"),
        ("missing value", "not valid TOML: a name has no value"),
        ("string values must be quoted", "not valid TOML: a text is not in quotes, or a value is missing"),
        ("invalid unquoted key", "not valid TOML: a name needs quotes"),
        ("unquoted keys cannot be empty", "not valid TOML: a name is empty"),
        ("keys cannot be multi-line", "not valid TOML: a name is a text of several lines"),
        (
            "invalid multi-line basic string",
            "not valid TOML: a text of several lines is not closed, or holds what it may not",
        ),
        (
            "invalid multi-line literal string",
            "not valid TOML: a text of several lines is not closed, or holds what it may not",
        ),
        ("invalid basic string", "not valid TOML: a text is not closed, or holds what it may not"),
        ("invalid literal string", "not valid TOML: a text is not closed, or holds what it may not"),
        ("invalid string", "not valid TOML: a text is not closed, or holds what it may not"),
        ("missing escaped value", "not valid TOML: an escape is not one that TOML has"),
        ("too few unicode value digits", "not valid TOML: an escape is not one that TOML has"),
        ("invalid boolean", "not valid TOML: a value is neither true nor false"),
        ("invalid float", "not valid TOML: a number is not one"),
        ("invalid mantissa", "not valid TOML: a number is not one"),
        ("invalid fraction", "not valid TOML: a number is not one"),
        ("invalid exponent", "not valid TOML: a number is not one"),
        ("invalid integer", "not valid TOML: a number is not one"),
        ("invalid hexadecimal", "not valid TOML: a number is not one"),
        ("invalid octal", "not valid TOML: a number is not one"),
        ("invalid binary", "not valid TOML: a number is not one"),
        ("redundant", "not valid TOML: a number is not one"),
        ("unexpected sign", "not valid TOML: a number is not one"),
        ("integers with a radix", "not valid TOML: a number is not one"),
        ("radix must be", "not valid TOML: a number is not one"),
        ("`_` may only go", "not valid TOML: a number is not one"),
        ("unexpected leading zero", "not valid TOML: a number has a leading zero"),
        ("invalid date", "not valid TOML: a date or time is not one"),
        ("invalid time", "not valid TOML: a date or time is not one"),
        ("extra comma", "not valid TOML: a comma is too many"),
        ("missing comma", "not valid TOML: a comma is missing"),
        ("invalid key", "not valid TOML: a line is no `name = value`"),
        ("invalid table", "not valid TOML: the head of a table is not one"),
        (
            "invalid inline table",
            "not valid TOML: a table in braces holds something that is no `name = value`",
        ),
        ("extra", "not valid TOML: a sign is too many"),
        ("missing", "not valid TOML: a sign is missing"),
        ("carriage return", "not valid TOML: a carriage return without a line break"),
        ("invalid comment", "not valid TOML: a comment holds what it may not"),
        ("unexpected", "not valid TOML: something stands where nothing may"),
        ("invalid value", "not valid TOML: a value is none that TOML has"),
    ];
    let known = SENTENCES.iter().find(|(begin, _)| said.starts_with(begin));
    known.map_or("not valid TOML", |(_, sentence)| sentence)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a document says, with the place of everything, or what is wrong with it.
    fn read(text: &str, holds_secrets: bool) -> Result<String, Unreadable> {
        fn shown(node: &Node<'_>) -> String {
            let value = match &node.value {
                NodeValue::Null => String::new(),
                NodeValue::Text(text) | NodeValue::Literal { text, .. } => format!("{text:?}"),
                NodeValue::List(items) => items.iter().map(shown).collect(),
                NodeValue::Table(entries) => {
                    entries.iter().map(|(name, node)| format!("{:?}={}", name.text, shown(node))).collect()
                }
            };
            format!("{}:{}:{value};", node.line, node.column)
        }
        parse(text, &Shelf::new(holds_secrets)).map(|node| shown(&node))
    }

    const DOCUMENT: &str = concat!(
        "# a \"comment\" é\na = \"b\\n\\u00e9\\t\" # c\r\n'd e'.\"f\\x41\" = 'g\\'\n[h]\ni = [\"j\", 'é', 1_000, 0x1f, 1.5]\n",
        "k = \"\"\"\nl\\\n   m\r\n\"n\"\"\"\"\no = '''\np\r\n'q'''\n[[r]]\ns = { t = \"\", u = '' }\nv = 2027-01-31\nw = true\n",
    );

    #[test]
    fn texts_that_the_parser_does_not_see_are_the_same() {
        assert_eq!(read(DOCUMENT, true), read(DOCUMENT, false));
        assert!(read(DOCUMENT, true).is_ok_and(|shown| shown.contains("b\\n\u{e9}\\t")));
    }

    #[test]
    fn what_is_wrong_does_not_depend_on_what_the_parser_sees() {
        let (mut same, mut valid, mut all) = (0, 0, 0);
        let places = || DOCUMENT.char_indices().map(|(at, _)| at);
        let with = ["\"", "'", "\\", "\n", "\r", "\0", "é", "=", "]", "#", "\"\"\"", "'''", ""];
        for (at, with) in places().flat_map(|at| with.iter().map(move |with| (at, with))) {
            let behind = DOCUMENT[at..].chars().next().map_or(at, |char| at + char.len_utf8());
            let put = [
                DOCUMENT[..at].to_owned() + with + &DOCUMENT[at..],
                DOCUMENT[..at].to_owned() + with + &DOCUMENT[behind..],
            ];
            for text in put.iter().map(String::as_str).chain([&DOCUMENT[..at]]) {
                let (hidden, seen) = (read(text, true), read(text, false));
                assert_eq!(hidden.is_ok(), seen.is_ok(), "{text}\n{hidden:?}\n{seen:?}");
                all += 1;
                valid += usize::from(hidden.is_ok());
                // Of two things that are wrong, the other may be told.
                same += usize::from(hidden == seen);
                assert!(hidden.is_err() || hidden == seen, "{text}");
            }
        }
        assert!(valid > 1000, "{valid}");
        assert!(same * 100 > all * 98, "{same} of {all}");
    }
}
