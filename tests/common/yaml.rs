//! A reader of YAML that is held against ours: the events of the parser that sees the whole document.

use std::collections::{HashMap, HashSet};

use confident::{Literal, Node, NodeValue, fuzzing};
use saphyr_parser::{Event, Parser, ScalarStyle, Span, StrInput, Tag};

/// How deep a document may be.
const DEEPEST: usize = 128;
/// How many values are compared: a few lines of aliases stand for millions.
const MOST: usize = 20_000;
/// What is said where our reading and the parser do not agree: no document is known for which it is.
const NOT_SURE: &str = "a text cannot be read for sure; write it in double quotes and on one line";

/// A value with its place.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Placed {
    at: (u32, u32),
    what: What,
}

/// What stands at a place.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum What {
    Null,
    Text(String),
    Literal(Literal, String),
    List(Vec<Placed>),
    Table(Vec<((u32, u32), String, Placed)>),
}

/// Why nothing is compared.
#[derive(Debug, PartialEq)]
pub(crate) enum Refused {
    /// The document must be refused.
    Invalid,
    /// There is too much of it.
    TooLarge,
}

use Refused::{Invalid, TooLarge};

/// Reads a document both ways, and asserts that the same comes of it. Whether it is a document is returned.
pub(crate) fn agree(document: &str) -> bool {
    let ours = fuzzing::yaml(document, |read| read.map(|node| of_node(&node)));
    assert_ne!(ours, Err(NOT_SURE), "{document:?}");
    // There the parser counts bytes, and what follows is elsewhere to it.
    let is_long = |line: &str| line.trim_start_matches('\u{feff}').starts_with('%') && !line.is_ascii();
    if document.split(['\n', '\r']).any(is_long) {
        return ours.is_ok();
    }
    let theirs = Theirs::read(document);
    match (&ours, &theirs) {
        (_, Err(TooLarge)) | (Err(_), Err(Invalid)) => {}
        (Ok(ours), Ok(theirs)) => assert_eq!(ours, theirs, "{document:?}"),
        // Escapes in tags, and tags without a handle, are refused.
        (Err(what), Ok(_))
            if what.contains("a tag") && (document.contains('%') || document.contains("!<")) => {}
        // The parser passes over a comment in the middle of a text, and puts together what is around it.
        (Err(what), Ok(_)) if what.contains("a comment interrupts") && document.contains('\t') => {}
        _ => panic!("{document:?}\nours {ours:?}\ntheirs {theirs:?}"),
    }
    ours.is_ok()
}

fn of_node(node: &Node<'_>) -> Placed {
    let what = match &node.value {
        NodeValue::Null => What::Null,
        NodeValue::Text(text) => What::Text(text.clone().into_owned()),
        NodeValue::Literal { kind, text } => What::Literal(*kind, text.clone().into_owned()),
        NodeValue::List(items) => What::List(items.iter().map(of_node).collect()),
        NodeValue::Table(entries) => What::Table(
            entries
                .iter()
                .map(|(name, node)| ((name.line, name.column), name.text.clone().into_owned(), of_node(node)))
                .collect(),
        ),
        other => panic!("no YAML has {other:?}"),
    };
    Placed { at: (node.line, node.column), what }
}

struct Theirs<'t> {
    document: &'t str,
    parser: Parser<'t, StrInput<'t>>,
    anchored: HashMap<usize, Placed>,
    left: usize,
}

impl<'t> Theirs<'t> {
    fn read(document: &'t str) -> Result<Placed, Refused> {
        let parser = Parser::new_from_str(document);
        let mut theirs = Self { document, parser, anchored: HashMap::new(), left: MOST };
        let mut root = None;
        loop {
            match theirs.next()? {
                (Event::StreamEnd, _) => return Ok(root.unwrap_or(Placed { at: (1, 1), what: What::Null })),
                (Event::DocumentStart(_), _) if root.is_some() => return Err(Invalid),
                (Event::StreamStart | Event::DocumentStart(_) | Event::DocumentEnd, _) => {}
                (event, span) => root = Some(theirs.value(event, span, 0)?),
            }
        }
    }

    fn next(&mut self) -> Result<(Event<'t>, Span), Refused> {
        self.parser.next_event().ok_or(Invalid)?.map_err(|_| Invalid)
    }

    fn value(&mut self, event: Event<'t>, span: Span, depth: usize) -> Result<Placed, Refused> {
        if depth > DEEPEST {
            return Err(Invalid);
        }
        let fits = |tag: Option<&Tag>, name| tag.is_none_or(|tag| core(tag) == Some(name));
        let (anchor, what) = match event {
            Event::Alias(anchor) => (0, self.anchored.get(&anchor).cloned().ok_or(Invalid)?.what),
            Event::Scalar(text, style, anchor, tag) => {
                (anchor, scalar(&text, style, tag.as_deref()).ok_or(Invalid)?)
            }
            Event::SequenceStart(anchor, tag) if fits(tag.as_deref(), "seq") => (anchor, self.list(depth)?),
            Event::MappingStart(anchor, tag) if fits(tag.as_deref(), "map") => (anchor, self.table(depth)?),
            _ => return Err(Invalid),
        };
        let value = Placed { at: at(span), what };
        self.left = self.left.checked_sub(size(&value)).ok_or(TooLarge)?;
        if anchor > 0 {
            self.anchored.insert(anchor, value.clone());
        }
        Ok(value)
    }

    fn list(&mut self, depth: usize) -> Result<What, Refused> {
        let mut items = Vec::new();
        loop {
            match self.next()? {
                (Event::SequenceEnd, _) => return Ok(What::List(items)),
                (event, span) => items.push(self.value(event, span, depth + 1)?),
            }
        }
    }

    fn table(&mut self, depth: usize) -> Result<What, Refused> {
        let (mut entries, mut names) = (Vec::new(), HashSet::new());
        loop {
            let (text, style, tag, span) = match self.next()? {
                (Event::MappingEnd, _) => return Ok(What::Table(entries)),
                (Event::Scalar(text, style, 0, tag), span) => (text, style, tag, span),
                _ => return Err(Invalid),
            };
            let What::Text(name) = scalar(&text, style, tag.as_deref()).ok_or(Invalid)? else {
                return Err(Invalid);
            };
            let mut behind = self.document.chars().skip(span.end.index());
            let has_colon = behind.find(|char| !matches!(char, ' ' | '\t')) == Some(':');
            let is_merge = style == ScalarStyle::Plain && name == "<<";
            if is_merge || !has_colon || !names.insert(name.clone()) {
                return Err(Invalid);
            }
            let (event, value) = self.next()?;
            entries.push((at(span), name, self.value(event, value, depth + 1)?));
        }
    }
}

fn at(span: Span) -> (u32, u32) {
    let count = |count: usize| u32::try_from(count).expect("documents of tests are short");
    (count(span.start.line()), count(span.start.col() + 1))
}

/// How much a copy is.
fn size(value: &Placed) -> usize {
    1 + match &value.what {
        What::Null => 0,
        What::Text(text) | What::Literal(_, text) => text.len() / 64,
        What::List(items) => items.iter().map(size).sum(),
        What::Table(entries) => entries.iter().map(|(_, name, value)| name.len() / 64 + size(value)).sum(),
    }
}

/// The name of a type of the core schema.
fn core(tag: &Tag) -> Option<&str> {
    tag.is_yaml_core_schema().then_some(&*tag.suffix)
}

fn scalar(text: &str, style: ScalarStyle, tag: Option<&Tag>) -> Option<What> {
    let Some(tag) = tag else {
        return Some(if style == ScalarStyle::Plain { plain(text) } else { What::Text(text.to_owned()) });
    };
    let name = core(tag);
    if name == Some("str") || (tag.handle.is_empty() && tag.suffix == "!") {
        return Some(What::Text(text.to_owned()));
    }
    let value = plain(text);
    let fits = match &value {
        What::Null => name == Some("null"),
        What::Literal(Literal::Bool, _) => name == Some("bool"),
        What::Literal(Literal::Integer, _) => matches!(name, Some("int" | "float")),
        What::Literal(Literal::Float, _) => name == Some("float"),
        _ => false,
    };
    fits.then_some(value)
}

/// What an unquoted scalar is, as far as `std` can tell.
fn plain(text: &str) -> What {
    let literal = |kind, text: &str| What::Literal(kind, text.to_owned());
    match text {
        "" | "~" | "null" | "Null" | "NULL" => return What::Null,
        "true" | "True" | "TRUE" => return literal(Literal::Bool, "true"),
        "false" | "False" | "FALSE" => return literal(Literal::Bool, "false"),
        ".nan" | ".NaN" | ".NAN" => return literal(Literal::Float, "nan"),
        ".inf" | ".Inf" | ".INF" | "+.inf" | "+.Inf" | "+.INF" => return literal(Literal::Float, "inf"),
        "-.inf" | "-.Inf" | "-.INF" => return literal(Literal::Float, "-inf"),
        _ => {}
    }
    for (prefix, radix) in [("0o", 8), ("0x", 16)] {
        if let Some(digits) = text.strip_prefix(prefix)
            && !digits.is_empty()
            && digits.chars().all(|digit| digit.is_digit(radix))
        {
            let value = u128::from_str_radix(digits, radix).map(|value| value.to_string());
            return What::Literal(Literal::Integer, value.unwrap_or(text.to_owned()));
        }
    }
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    let is_number = unsigned.starts_with(|char: char| char == '.' || char.is_ascii_digit())
        && unsigned.bytes().all(|byte| byte.is_ascii_digit() || b".eE+-".contains(&byte))
        && unsigned.parse::<f64>().is_ok();
    match is_number {
        true if unsigned.bytes().all(|byte| byte.is_ascii_digit()) => literal(Literal::Integer, text),
        true => literal(Literal::Float, text),
        false => What::Text(text.to_owned()),
    }
}
