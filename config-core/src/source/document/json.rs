//! JSON, read by the crate `jsonc-parser` with all its additions to JSON off.

use std::collections::HashSet;

use jsonc_parser::{
    ParseOptions, ParseStringErrorKind,
    ast::{ObjectPropName, Value},
    common::Ranged,
    errors::ParseErrorKind,
    parse_to_ast,
};

use super::{DEEPEST, MOST_VALUES, Places, TOO_MANY, Unreadable};
use crate::source::{Literal, Name, Node, NodeValue};

pub(super) fn parse(text: &str) -> Result<Node, Unreadable> {
    let places = Places::new(text);
    look_over(text).map_err(|(at, what)| places.unreadable(at, what))?;
    let options = ParseOptions {
        allow_comments: false,
        allow_loose_object_property_names: false,
        allow_trailing_commas: false,
        allow_missing_commas: false,
        allow_single_quoted_strings: false,
        allow_hexadecimal_numbers: false,
        allow_unary_plus_numbers: false,
        allow_bare_decimal_point_numbers: false,
        allow_non_finite_numbers: false,
        allow_extended_string_escapes: false,
    };
    let parsed = parse_to_ast(text, &Default::default(), &options)
        .map_err(|error| places.unreadable(error.range().start, sentence(error.kind())))?;
    match parsed.value {
        Some(value) => node(value, &places),
        None => Err(places.unreadable(0, "not valid JSON: it is empty")),
    }
}

/// What the parser lets pass or would call itself for without end: white space of other languages,
/// control characters in texts, depth. All are seen without knowing the grammar.
fn look_over(text: &str) -> Result<(), (usize, &'static str)> {
    let (mut depth, mut values) = (0_usize, 0_usize);
    let mut is_text = false;
    let mut is_escaped = false;
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            0..0x20 if is_text => {
                return Err((at, "not valid JSON: a text is not closed, or holds a control character"));
            }
            _ if is_escaped => is_escaped = false,
            b'\\' if is_text => is_escaped = true,
            b'"' => is_text = !is_text,
            _ if is_text => {}
            b'[' | b'{' if depth == DEEPEST => return Err((at, "not valid JSON: it is nested too deep")),
            b'[' | b'{' => depth += 1,
            b']' | b'}' => depth = depth.saturating_sub(1),
            // Every value but the first of a list or table stands behind a comma.
            b',' if values == MOST_VALUES => return Err((at, TOO_MANY)),
            b',' => values += 1,
            b'\t' | b'\n' | b'\r' | b' '..=b'~' => {}
            _ => return Err((at, "not valid JSON: something stands outside of quotes")),
        }
    }
    Ok(())
}

fn node(value: Value<'_>, places: &Places<'_>) -> Result<Node, Unreadable> {
    let (line, column) = places.of(value.start());
    let literal = |kind, text| NodeValue::Literal { kind, text };
    let value = match value {
        Value::NullKeyword(_) => NodeValue::Null,
        Value::StringLit(text) => NodeValue::Text(text.value.into_owned()),
        Value::BooleanLit(value) => literal(Literal::Bool, value.value.to_string()),
        Value::NumberLit(number) => {
            let is_whole = !number.value.contains(['.', 'e', 'E']);
            literal(if is_whole { Literal::Integer } else { Literal::Float }, number.value.to_owned())
        }
        Value::Array(array) => {
            let items = array.elements.into_iter().map(|item| node(item, places));
            NodeValue::List(items.collect::<Result<_, _>>()?)
        }
        Value::Object(object) => {
            let mut entries = Vec::with_capacity(object.properties.len());
            let mut seen = HashSet::with_capacity(object.properties.len());
            for property in object.properties {
                let start = property.name.start();
                let (line, column) = places.of(start);
                let name = match property.name {
                    ObjectPropName::String(name) => name.value.into_owned(),
                    ObjectPropName::Word(name) => name.value.to_owned(),
                };
                if !seen.insert(name.clone()) {
                    return Err(places.unreadable(start, "not valid JSON: a name is there twice"));
                }
                entries.push((Name::new(name, line, column), node(property.value, places)?));
            }
            NodeValue::Table(entries)
        }
    };
    Ok(Node::new(value, line, column))
}

/// Our sentence for what the parser found.
fn sentence(kind: &ParseErrorKind) -> &'static str {
    use ParseErrorKind as E;
    match kind {
        E::String(ParseStringErrorKind::UnterminatedStringLiteral) => "not valid JSON: a text is not closed",
        E::String(_) => "not valid JSON: an escape is not one that JSON has",
        E::CommentsNotAllowed | E::UnterminatedCommentBlock => {
            "not valid JSON: a comment, which JSON does not have"
        }
        E::SingleQuotedStringsNotAllowed => "not valid JSON: a text is in single quotes",
        E::TrailingCommasNotAllowed => "not valid JSON: a comma stands behind the last entry",
        E::ExpectedComma => "not valid JSON: a comma is missing",
        E::ExpectedColonAfterObjectKey => "not valid JSON: a colon is missing behind a name",
        E::ExpectedObjectValue => "not valid JSON: a name has no value",
        E::ExpectedStringObjectProperty => "not valid JSON: a name is not in quotes",
        E::MultipleRootJsonValues => "not valid JSON: something stands behind the end",
        E::UnterminatedArray => "not valid JSON: a list is not closed",
        E::UnterminatedObject => "not valid JSON: a table is not closed",
        E::NestingDepthExceeded => "not valid JSON: it is nested too deep",
        E::UnexpectedWord => "not valid JSON: a text is not in quotes",
        E::BareDecimalPointNumbersNotAllowed
        | E::ExpectedDigit
        | E::ExpectedDigitFollowingNegativeSign
        | E::ExpectedPlusMinusOrDigitInNumberLiteral
        | E::HexadecimalNumbersNotAllowed
        | E::NonFiniteNumbersNotAllowed
        | E::UnaryPlusNumbersNotAllowed => "not valid JSON: a number is not one",
        E::UnexpectedCloseBrace
        | E::UnexpectedCloseBracket
        | E::UnexpectedColon
        | E::UnexpectedComma
        | E::UnexpectedToken
        | E::UnexpectedTokenInObject => "not valid JSON: something stands where it may not",
        // The parser's own `serde`, which another crate of the program may turn on, adds one.
        #[allow(unreachable_patterns)]
        _ => "not valid JSON",
    }
}
