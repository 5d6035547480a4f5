//! TOML, read by the crate `toml`.

use toml::{
    Spanned,
    de::{DeString, DeTable, DeValue},
};

use super::{DEEPEST, MOST_VALUES, Places, TOO_MANY, Unreadable, in_decimal};
use crate::source::{Literal, Name, Node, NodeValue};

const TOO_DEEP: &str = "not valid TOML: it is nested too deep";

pub(super) fn parse(text: &str) -> Result<Node, Unreadable> {
    let places = Places::new(text);
    let root = DeTable::parse(text).map_err(|error| {
        let at = error.span().map_or(0, |span| span.start);
        places.unreadable(at, sentence(error.message()))
    })?;
    let mut reading = Reading { places, left: MOST_VALUES };
    let value = reading.table(root.into_inner(), 0)?;
    Ok(Node::new(value, 1, 1))
}

struct Reading<'t> {
    places: Places<'t>,
    /// How many more values there may be.
    left: usize,
}

impl Reading<'_> {
    fn table(&mut self, table: DeTable<'_>, depth: usize) -> Result<NodeValue, Unreadable> {
        let mut entries: Vec<(Spanned<DeString<'_>>, Spanned<DeValue<'_>>)> = table.into_iter().collect();
        // The parser sorts by name; a document has an order of its own.
        entries.sort_by_key(|(name, _)| name.span().start);
        let entry = |(name, value): (Spanned<DeString<'_>>, _)| {
            let (line, column) = self.places.of(name.span().start);
            let name = Name::new(name.into_inner().into_owned(), line, column);
            Ok((name, self.node(value, depth + 1)?))
        };
        entries.into_iter().map(entry).collect::<Result<_, _>>().map(NodeValue::Table)
    }

    fn node(&mut self, value: Spanned<DeValue<'_>>, depth: usize) -> Result<Node, Unreadable> {
        let start = value.span().start;
        if depth > DEEPEST {
            return Err(self.places.unreadable(start, TOO_DEEP));
        }
        self.left = self.left.checked_sub(1).ok_or_else(|| self.places.unreadable(start, TOO_MANY))?;
        let literal = |kind, text| NodeValue::Literal { kind, text };
        let value = match value.into_inner() {
            DeValue::String(text) => NodeValue::Text(text.into_owned()),
            DeValue::Integer(integer) => match integer.radix() {
                10 => literal(Literal::Integer, integer.as_str().to_owned()),
                radix => literal(Literal::Integer, in_decimal(integer.as_str(), radix, &integer.to_string())),
            },
            DeValue::Float(float) => literal(Literal::Float, float.as_str().to_owned()),
            DeValue::Boolean(value) => literal(Literal::Bool, value.to_string()),
            DeValue::Datetime(date) => literal(Literal::Date, date.to_string()),
            DeValue::Array(items) => {
                let items = items.into_iter().map(|item| self.node(item, depth + 1));
                NodeValue::List(items.collect::<Result<_, _>>()?)
            }
            DeValue::Table(table) => self.table(table, depth)?,
        };
        let (line, column) = self.places.of(start);
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
