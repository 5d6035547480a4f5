//! YAML 1.2, from the events of the crate `saphyr-parser`, which sees no texts.
//!
//! It gets the document with other texts of the same lengths (`yaml/masked.rs`), and says how they are laid out; the
//! texts themselves are read where they stand (`yaml/written.rs`). Where the two do not agree, the document is refused.
//!
//! What an unquoted scalar means is decided here, by the core schema (YAML 1.2.2, section 10.3.2).
//! Some of YAML is refused, because in a configuration it is a mistake more often than a wish: several
//! documents, names that are not text, tags of programs, merge keys (`<<`, which YAML 1.2 does not
//! have), and names without a colon behind them.

mod masked;
mod written;

use std::{
    borrow::Cow,
    collections::{HashMap, HashSet},
};

use saphyr_parser::{Event, Marker, Parser, ScalarStyle, ScanError, Span, StrInput};

use super::{DEEPEST, MOST_VALUES, TOO_MANY, Unreadable, in_decimal, of_bool};
use crate::source::{Literal, Name, Node, NodeValue, Shelf};
pub(crate) use masked::masked;
use written::{Fault, Properties, Tag, Written};

const TOO_DEEP: &str = "not valid YAML: it is nested too deep";
const NAME_IS_NOT_TEXT: &str = "a name is not a text; write it in quotes";
const TAG: &str = "a tag that only programs know, or that does not fit its value";
const NO_TAG: &str = "not valid YAML: a tag is not one";
const NO_ESCAPE: &str = "not valid YAML: an escape is not one that YAML has";
const NOT_SURE: &str = "a text cannot be read for sure; write it in double quotes and on one line";
const COMMENT_INSIDE: &str = "not valid YAML: a comment interrupts a text";
const NO_ANCHOR: &str = "not valid YAML: an alias stands for nothing";

pub(super) fn parse<'t>(text: &'t str, shelf: &'t Shelf) -> Result<Node<'t>, Unreadable> {
    let masked = masked(text);
    let mut reading = Reading {
        parser: Parser::new_from_str(&masked),
        written: Written::new(text),
        shelf,
        anchors: HashMap::new(),
        anchored: HashMap::new(),
        left: MOST_VALUES,
    };
    reading.stream()
}

struct Reading<'m, 't> {
    parser: Parser<'m, StrInput<'m>>,
    written: Written<'t>,
    /// Where texts are that do not stand in the document as they are.
    shelf: &'t Shelf,
    /// The last anchor of each name. The parser cannot tell names of one length from each other.
    anchors: HashMap<&'t str, usize>,
    /// What anchors stand for. One is not here before its value has ended.
    anchored: HashMap<usize, Node<'t>>,
    /// How much more there may be: values, and what anchors and aliases copy.
    left: usize,
}

impl<'m, 't> Reading<'m, 't> {
    fn stream(&mut self) -> Result<Node<'t>, Unreadable> {
        let mut root = None;
        loop {
            let (event, span) = self.next()?;
            match event {
                Event::StreamEnd => return Ok(root.unwrap_or(Node::new(NodeValue::Null, 1, 1))),
                Event::DocumentStart(_) if root.is_some() => {
                    return Err(unreadable(span, "holds several YAML documents; keep one"));
                }
                Event::StreamStart | Event::DocumentStart(_) | Event::DocumentEnd | Event::Nothing => {}
                event => root = Some(self.node(event, span, 0)?),
            }
        }
    }

    fn next(&mut self) -> Result<(Event<'m>, Span), Unreadable> {
        match self.parser.next_event() {
            Some(Ok(found)) => Ok(found),
            Some(Err(error)) => Err(refused(&error)),
            None => Ok((Event::StreamEnd, Span::default())),
        }
    }

    fn node(&mut self, event: Event<'m>, span: Span, depth: usize) -> Result<Node<'t>, Unreadable> {
        if depth > DEEPEST {
            return Err(unreadable(span, TOO_DEEP));
        }
        self.charge(1, span, TOO_MANY)?;
        let (anchor, value) = match event {
            Event::Alias(_) => (0, self.copy(span)?),
            Event::Scalar(seen, style, anchor, tag) => {
                let properties = self.properties(span, anchor, tag.is_some())?;
                let text = self.text(&properties, &seen, style, span)?;
                let value = scalar(text, style, properties.tag, self.shelf);
                (anchor, value.ok_or(unreadable(span, TAG))?)
            }
            Event::SequenceStart(anchor, tag) => {
                self.properties(span, anchor, tag.is_some())?.fit("seq").ok_or(unreadable(span, TAG))?;
                (anchor, self.list(depth)?)
            }
            Event::MappingStart(anchor, tag) => {
                self.properties(span, anchor, tag.is_some())?.fit("map").ok_or(unreadable(span, TAG))?;
                (anchor, self.table(depth)?)
            }
            _ => return Err(unreadable(span, "not valid YAML")),
        };
        let (line, column) = place(span.start);
        let node = Node::new(value, line, column);
        if anchor > 0 {
            self.charge(weight(&node), span, TOO_MANY)?;
            self.anchored.insert(anchor, node.clone());
        }
        Ok(node)
    }

    fn list(&mut self, depth: usize) -> Result<NodeValue<'t>, Unreadable> {
        let mut items = Vec::new();
        loop {
            let (event, span) = self.next()?;
            if event == Event::SequenceEnd {
                return Ok(NodeValue::List(items));
            }
            items.push(self.node(event, span, depth + 1)?);
        }
    }

    fn table(&mut self, depth: usize) -> Result<NodeValue<'t>, Unreadable> {
        let mut entries = Vec::new();
        let mut seen = HashSet::new();
        loop {
            let (event, span) = self.next()?;
            if event == Event::MappingEnd {
                return Ok(NodeValue::Table(entries));
            }
            let name = self.name(event, span)?;
            if !seen.insert(name.text.clone()) {
                return Err(unreadable(span, "not valid YAML: a name is there twice"));
            }
            let (event, span) = self.next()?;
            entries.push((name, self.node(event, span, depth + 1)?));
        }
    }

    fn name(&mut self, event: Event<'m>, span: Span) -> Result<Name<'t>, Unreadable> {
        let Event::Scalar(seen, style, anchor, tag) = event else {
            return Err(unreadable(span, "a name is not a text"));
        };
        // `&password: hunter2, port: 80` has a name that is the value, too.
        if anchor > 0 {
            return Err(unreadable(span, "an anchor stands before a name; put it before the value"));
        }
        let properties = self.properties(span, anchor, tag.is_some())?;
        let text = self.text(&properties, &seen, style, span)?;
        if style == ScalarStyle::Plain && text == "<<" {
            return Err(unreadable(
                span,
                "a merge key (<<), which YAML 1.2 does not have; write the keys out",
            ));
        }
        let value = scalar(text, style, properties.tag, self.shelf).ok_or(unreadable(span, TAG))?;
        let NodeValue::Text(text) = value else {
            return Err(unreadable(span, NAME_IS_NOT_TEXT));
        };
        // `{password, hunter2}` and `? hunter2` are names without values to YAML. They are typing
        // errors here, and what stands there may be the value, which a report of unknown names would
        // show.
        if !self.written.has_colon_behind(span.end) {
            return Err(unreadable(span, "a name has no colon behind it"));
        }
        let (line, column) = place(span.start);
        Ok(Name::new(text, line, column))
    }

    /// The anchor and the tag of what begins here.
    fn properties(&mut self, span: Span, anchor: usize, has_tag: bool) -> Result<Properties<'t>, Unreadable> {
        let properties = self.written.properties(span.start, anchor > 0, has_tag);
        self.anchors.extend(properties.anchor.map(|name| (name, anchor)));
        match properties.tag {
            Some(Tag::Invalid) => Err(unreadable(span, NO_TAG)),
            _ => Ok(properties),
        }
    }

    fn text(
        &mut self,
        properties: &Properties<'t>,
        seen: &str,
        style: ScalarStyle,
        span: Span,
    ) -> Result<&'t str, Unreadable> {
        let text = self.written.text(properties, span, style, seen, self.shelf);
        text.map_err(|fault| {
            let what = match fault {
                Fault::Escape => NO_ESCAPE,
                // The parser passes over one behind a tab, at the start of a line of flow style.
                Fault::Other if style == ScalarStyle::Plain => COMMENT_INSIDE,
                Fault::Other => NOT_SURE,
            };
            unreadable(span, what)
        })
    }

    /// What an alias stands for.
    fn copy(&mut self, span: Span) -> Result<NodeValue<'t>, Unreadable> {
        let name = self.written.alias(span.start);
        let anchor = *self.anchors.get(name).ok_or(unreadable(span, NO_ANCHOR))?;
        let Some(node) = self.anchored.get(&anchor) else {
            return Err(unreadable(span, "an alias stands inside of what it stands for"));
        };
        let weight = weight(node);
        self.charge(weight, span, "its aliases stand for more than a configuration can hold")?;
        Ok(self.anchored[&anchor].value.clone())
    }

    fn charge(&mut self, weight: usize, span: Span, what: &'static str) -> Result<(), Unreadable> {
        self.left = self.left.checked_sub(weight).ok_or(unreadable(span, what))?;
        Ok(())
    }
}

/// What a copy of the value costs, in values; a long text counts for several.
fn weight(node: &Node<'_>) -> usize {
    1 + match &node.value {
        NodeValue::Null => 0,
        NodeValue::Text(text) | NodeValue::Literal { text, .. } => text.len() / 64,
        NodeValue::List(items) => items.iter().map(weight).sum(),
        NodeValue::Table(entries) => {
            entries.iter().map(|(name, node)| name.text.len() / 64 + weight(node)).sum()
        }
    }
}

fn place(mark: Marker) -> (u32, u32) {
    // The parser counts columns from 0.
    let count = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
    (count(mark.line()), count(mark.col() + 1))
}

fn unreadable(span: Span, what: &'static str) -> Unreadable {
    let (line, column) = place(span.start);
    Unreadable { line, column, what }
}

/// What a scalar is; nothing where its tag is not of the core schema or does not fit.
fn scalar<'t>(
    text: &'t str,
    style: ScalarStyle,
    tag: Option<Tag<'t>>,
    shelf: &'t Shelf,
) -> Option<NodeValue<'t>> {
    let name = match tag {
        None if style == ScalarStyle::Plain => return Some(plain(text, shelf)),
        // `!` alone keeps a scalar from being resolved.
        None | Some(Tag::AsWritten | Tag::Core("str")) => return Some(NodeValue::Text(Cow::Borrowed(text))),
        Some(Tag::Foreign | Tag::Invalid) => return None,
        Some(Tag::Core(name)) => name,
    };
    match (name, plain(text, shelf)) {
        ("null", NodeValue::Null) => Some(NodeValue::Null),
        ("bool", value @ NodeValue::Literal { kind: Literal::Bool, .. })
        | ("int", value @ NodeValue::Literal { kind: Literal::Integer, .. })
        | ("float", value @ NodeValue::Literal { kind: Literal::Float | Literal::Integer, .. }) => {
            Some(value)
        }
        _ => None,
    }
}

/// What an unquoted scalar is, by the core schema.
fn plain<'t>(text: &'t str, shelf: &'t Shelf) -> NodeValue<'t> {
    let literal = |kind, text| NodeValue::Literal { kind, text };
    match text {
        "" | "~" | "null" | "Null" | "NULL" => return NodeValue::Null,
        "true" | "True" | "TRUE" => return literal(Literal::Bool, of_bool(true)),
        "false" | "False" | "FALSE" => return literal(Literal::Bool, of_bool(false)),
        ".nan" | ".NaN" | ".NAN" => return literal(Literal::Float, Cow::Borrowed("nan")),
        _ => {}
    }
    let digits = |prefix: &str, radix: u32| {
        let digits = text.strip_prefix(prefix).filter(|digits| !digits.is_empty())?;
        digits.chars().all(|digit| digit.is_digit(radix)).then_some(digits)
    };
    let decimal = |digits, radix| Cow::Borrowed(shelf.text(Cow::Owned(in_decimal(digits, radix, text))));
    if let Some(octal) = digits("0o", 8) {
        return literal(Literal::Integer, decimal(octal, 8));
    }
    if let Some(hexadecimal) = digits("0x", 16) {
        return literal(Literal::Integer, decimal(hexadecimal, 16));
    }
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    if matches!(unsigned, ".inf" | ".Inf" | ".INF") {
        let sign = if text.starts_with('-') { "-inf" } else { "inf" };
        return literal(Literal::Float, Cow::Borrowed(sign));
    }
    match number(unsigned.as_bytes()) {
        Some(kind) => literal(kind, Cow::Borrowed(text)),
        None => NodeValue::Text(Cow::Borrowed(text)),
    }
}

/// Whether a scalar without its sign is a whole number, a decimal number or none.
fn number(bytes: &[u8]) -> Option<Literal> {
    let digits = |bytes: &[u8]| bytes.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let whole = digits(bytes);
    let mut rest = &bytes[whole..];
    if whole > 0 && rest.is_empty() {
        return Some(Literal::Integer);
    }
    let mut fraction = 0;
    if let [b'.', after @ ..] = rest {
        fraction = digits(after);
        rest = &after[fraction..];
    }
    if whole == 0 && fraction == 0 {
        return None;
    }
    if let [b'e' | b'E', after @ ..] = rest {
        let after = match after {
            [b'-' | b'+', after @ ..] => after,
            after => after,
        };
        let exponent = digits(after);
        rest = &after[exponent..];
        if exponent == 0 {
            return None;
        }
    }
    rest.is_empty().then_some(Literal::Float)
}

/// Our sentence for what the parser says, by what its messages hold. Some of them quote a character.
fn refused(error: &ScanError) -> Unreadable {
    const SENTENCES: &[(&str, &str)] = &[
        ("recursion limit", TOO_DEEP),
        ("found unexpected end of stream", "not valid YAML: a quoted text is not closed"),
        ("found unexpected document indicator", "not valid YAML: a quoted text is not closed"),
        ("in quoted scalar", "not valid YAML: a line of a quoted text is not indented"),
        ("double-quoted scalar", "not valid YAML: something stands behind a quoted text"),
        ("escape", NO_ESCAPE),
        ("hexadecimal", NO_ESCAPE),
        ("unknown anchor", NO_ANCHOR),
        ("anchor", "not valid YAML: an anchor is not one"),
        ("tag", NO_TAG),
        ("TAG", NO_TAG),
        ("handle", NO_TAG),
        ("directive", "not valid YAML: a directive is not one"),
        ("version", "not valid YAML: a directive is not one"),
        ("tab", "not valid YAML: a tab stands where only spaces may"),
        ("simple key", "not valid YAML: a line is no `name: value`, or is not indented as it must be"),
        (
            "mapping values are not allowed",
            "not valid YAML: a second `name: value` stands on one line, or is not indented as it must be",
        ),
        ("mapping keys are not allowed", "not valid YAML: a name stands where none may"),
        ("block sequence entries", "not valid YAML: an item of a list stands where none may"),
        ("block mapping", "not valid YAML: a line is no `name: value`, or is not indented as it must be"),
        (
            "block collection",
            "not valid YAML: a line is no item of its list, or is not indented as it must be",
        ),
        (
            "block scalar",
            "not valid YAML: a text of several lines is not indented, or its first line is wrong",
        ),
        ("flow mapping", "not valid YAML: a table in braces is not closed, or misses a comma"),
        ("flow sequence", "not valid YAML: a list in brackets is not closed, or misses a comma"),
        ("bracket", "not valid YAML: a bracket stands where none may"),
        ("indent", "not valid YAML: a line is not indented as it must be"),
        ("byte order mark", "not valid YAML: a byte order mark in the middle"),
        ("unprintable", "not valid YAML: a character that YAML does not allow"),
        ("comment", COMMENT_INSIDE),
        ("whitespace", "not valid YAML: a space is missing"),
        ("did not find expected", "not valid YAML: a value is missing, or is not indented as it must be"),
    ];
    let known = SENTENCES.iter().find(|(part, _)| error.info().contains(part));
    let (line, column) = place(*error.marker());
    Unreadable { line, column, what: known.map_or("not valid YAML", |(_, sentence)| sentence) }
}
