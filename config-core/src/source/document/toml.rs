//! TOML, read by the crate `toml`.

use std::borrow::Cow;

use toml::{
    Spanned,
    de::{DeString, DeTable, DeValue},
};

use super::{DEEPEST, MOST_VALUES, Places, TOO_MANY, Unreadable, in_decimal, of_bool};
use crate::source::{Literal, Name, Node, NodeValue};

const TOO_DEEP: &str = "not valid TOML: it is nested too deep";

pub(super) fn parse(text: &str) -> Result<Node<'_>, Unreadable> {
    let places = Places::new(text);
    let root = DeTable::parse(text).map_err(|error| {
        let at = error.span().map_or(0, |span| span.start);
        places.unreadable(at, sentence(error.message()))
    })?;
    let mut reading = Reading { text, places, left: MOST_VALUES };
    let value = reading.table(root.into_inner(), 0)?;
    Ok(Node::new(value, 1, 1))
}

struct Reading<'t> {
    text: &'t str,
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
            _ => Cow::Owned(text.to_owned()),
        };
        let value = match value.into_inner() {
            DeValue::String(text) => NodeValue::Text(text),
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
