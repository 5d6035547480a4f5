//! YAML as trees, for the tools that run deployments: several documents, merge keys, anchors and tags.
//!
//! The reader of the core is for configuration, where merge keys and several documents are mistakes. Here a
//! scalar stays text, and each tool resolves it as it does (`scalar`).

use std::{
    collections::{HashMap, HashSet},
    rc::Rc,
};

use saphyr_parser::{Event, Parser, ScalarStyle, ScanError, Span, StrInput, Tag as YamlTag};

use super::files::Text;

/// How deep YAML may be nested, aliases followed: what walks a tree calls itself.
pub const DEEPEST: usize = 128;

/// How many values the YAML of one deployment may hold, what aliases and merge keys copy included.
pub const MOST_VALUES: usize = 500_000;

/// A value with its place.
pub(super) struct Node {
    pub(super) value: Value,
    pub(super) tag: Tag,
    line: u32,
    column: u32,
    /// How many values it has, those of aliases counted each time.
    weight: usize,
    height: usize,
}

pub(super) enum Value {
    /// A text as it is written. One that is plain is what the tool takes it for: a number, a truth value.
    Scalar {
        text: Box<str>,
        is_plain: bool,
    },
    List(Vec<Rc<Node>>),
    Table(Vec<Entry>),
}

/// A value by its name.
#[derive(Clone)]
pub(super) struct Entry {
    pub(super) name: Rc<str>,
    pub(super) node: Rc<Node>,
    at: (u32, u32),
}

/// The tags that a tool knows.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Tag {
    /// None, or one that means nothing here.
    None,
    /// `!reset` of compose: as if earlier files did not have it.
    Reset,
    /// `!override` of compose: in place of what earlier files have, not merged with it.
    Override,
}

impl Node {
    pub(super) fn at(&self) -> (u32, u32) {
        (self.line, self.column)
    }

    /// The value of this name in a table.
    pub(super) fn field(&self, name: &str) -> Option<&Rc<Node>> {
        self.table()?.iter().find(|entry| &*entry.name == name).map(|entry| &entry.node)
    }

    /// The value at the end of these names.
    pub(super) fn path(&self, names: &[&str]) -> Option<&Node> {
        names.iter().try_fold(self, |node, name| node.field(name).map(|node| &**node))
    }

    pub(super) fn table(&self) -> Option<&[Entry]> {
        if let Value::Table(entries) = &self.value { Some(entries) } else { None }
    }

    pub(super) fn list(&self) -> Option<&[Rc<Node>]> {
        if let Value::List(items) = &self.value { Some(items) } else { None }
    }

    /// A scalar as it is written, whatever it is taken for: names of things.
    pub(super) fn text(&self) -> Option<&str> {
        match &self.value {
            Value::Scalar { text, .. } if !self.is_null() => Some(text),
            _ => None,
        }
    }

    pub(super) fn is_null(&self) -> bool {
        matches!(&self.value, Value::Scalar { text, is_plain: true } if matches!(&**text, "" | "~" | "null" | "Null" | "NULL"))
    }

    /// Whether it is the truth value `true`.
    pub(super) fn is_true(&self) -> bool {
        matches!(&self.value, Value::Scalar { text, .. } if matches!(&**text, "true" | "True" | "TRUE"))
    }

    /// Whether it is the truth value `false`.
    pub(super) fn is_false(&self) -> bool {
        matches!(&self.value, Value::Scalar { text, .. } if matches!(&**text, "false" | "False" | "FALSE"))
    }
}

impl Entry {
    pub(super) fn at(&self) -> (u32, u32) {
        self.at
    }
}

/// What is wrong with a text, and where. It holds nothing of the text.
#[derive(Debug)]
pub(super) struct Fault {
    pub(super) what: String,
    pub(super) at: (u32, u32),
}

/// How many more values there may be, of [`MOST_VALUES`].
pub(super) struct Room(usize);

impl Room {
    pub(super) fn new() -> Self {
        Self(MOST_VALUES)
    }
}

/// The documents of a file, without empty ones.
pub(super) fn documents(file: &Text, room: &mut Room) -> Result<Vec<Rc<Node>>, Fault> {
    let text = file.text.strip_prefix('\u{feff}').unwrap_or(&file.text);
    let mut reading = Reading { parser: Parser::new_from_str(text), anchored: HashMap::new(), room };
    reading.stream().map_err(|mut fault| {
        if text.contains("{{") {
            fault.what.push_str("; {{ looks like a template, which is to be rendered first");
        }
        fault
    })
}

const INVALID: &str = "not valid YAML";

struct Reading<'t, 'r> {
    parser: Parser<'t, StrInput<'t>>,
    /// What anchors stand for. One is not here before its value has ended.
    anchored: HashMap<usize, Rc<Node>>,
    room: &'r mut Room,
}

impl<'t> Reading<'t, '_> {
    fn stream(&mut self) -> Result<Vec<Rc<Node>>, Fault> {
        let mut documents = Vec::new();
        loop {
            let (event, span) = self.next()?;
            match event {
                Event::StreamEnd => return Ok(documents),
                Event::StreamStart | Event::DocumentStart(_) | Event::DocumentEnd | Event::Nothing => {}
                event => {
                    let node = self.node(event, span, 0)?;
                    if !node.is_null() {
                        documents.push(node);
                    }
                }
            }
        }
    }

    fn next(&mut self) -> Result<(Event<'t>, Span), Fault> {
        match self.parser.next_event() {
            Some(Ok(found)) => Ok(found),
            Some(Err(error)) => Err(refused(&error)),
            None => Ok((Event::StreamEnd, Span::default())),
        }
    }

    fn node(&mut self, event: Event<'t>, span: Span, depth: usize) -> Result<Rc<Node>, Fault> {
        if depth > DEEPEST {
            return Err(too_deep(span));
        }
        self.spend(1, span)?;
        let (line, column) = place(span);
        let (anchor, value, tag) = match event {
            Event::Alias(anchor) => return self.alias(anchor, span, depth),
            Event::Scalar(text, style, anchor, tag) => {
                let is_plain = is_plain(style, tag.as_deref());
                (anchor, Value::Scalar { text: (&*text).into(), is_plain }, tag)
            }
            Event::SequenceStart(anchor, tag) => (anchor, self.list(depth)?, tag),
            Event::MappingStart(anchor, tag) => (anchor, self.table(depth)?, tag),
            _ => return Err(fault(span, INVALID)),
        };
        let tag = tag.as_deref().map_or(Tag::None, known_tag);
        let (weight, height) = measure(&value);
        let node = Rc::new(Node { value, tag, line, column, weight, height });
        if anchor > 0 {
            self.anchored.insert(anchor, Rc::clone(&node));
        }
        Ok(node)
    }

    fn list(&mut self, depth: usize) -> Result<Value, Fault> {
        let mut items = Vec::new();
        loop {
            let (event, span) = self.next()?;
            if event == Event::SequenceEnd {
                return Ok(Value::List(items));
            }
            items.push(self.node(event, span, depth + 1)?);
        }
    }

    fn table(&mut self, depth: usize) -> Result<Value, Fault> {
        let mut entries: Vec<Entry> = Vec::new();
        let mut seen: HashSet<Rc<str>> = HashSet::new();
        let mut merges: Option<(Rc<Node>, Span)> = None;
        loop {
            let (event, span) = self.next()?;
            if event == Event::MappingEnd {
                break;
            }
            let (name, is_merge) = self.name(event, span)?;
            let (event, span_of_value) = self.next()?;
            let node = self.node(event, span_of_value, depth + 1)?;
            if is_merge {
                if merges.replace((node, span_of_value)).is_some() {
                    return Err(fault(span, "a second merge key (<<) in one table: merge a list of tables"));
                }
                continue;
            }
            if !seen.insert(Rc::clone(&name)) {
                return Err(fault(span, "not valid YAML: a name is there twice"));
            }
            entries.push(Entry { name, node, at: place(span) });
        }
        if let Some((node, span)) = merges {
            self.merge(&node, span, &mut entries, &mut seen)?;
        }
        Ok(Value::Table(entries))
    }

    /// Takes in what a merge key names, but for names that are there.
    fn merge(
        &mut self,
        node: &Node,
        span: Span,
        entries: &mut Vec<Entry>,
        seen: &mut HashSet<Rc<str>>,
    ) -> Result<(), Fault> {
        const NO_TABLE: &str = "a merge key (<<) takes a table, or a list of tables";
        let one;
        let tables: &[Rc<Node>] = match &node.value {
            Value::List(items) => items,
            Value::Table(merged) => {
                one = merged;
                return self.merge_table(one, span, entries, seen);
            }
            Value::Scalar { .. } => return Err(fault(span, NO_TABLE)),
        };
        for table in tables {
            let table = table.table().ok_or_else(|| fault(span, NO_TABLE))?;
            self.merge_table(table, span, entries, seen)?;
        }
        Ok(())
    }

    fn merge_table(
        &mut self,
        merged: &[Entry],
        span: Span,
        entries: &mut Vec<Entry>,
        seen: &mut HashSet<Rc<str>>,
    ) -> Result<(), Fault> {
        for entry in merged {
            self.spend(entry.node.weight, span)?;
            if seen.insert(Rc::clone(&entry.name)) {
                entries.push(entry.clone());
            }
        }
        Ok(())
    }

    /// A name, and whether it is the merge key.
    fn name(&mut self, event: Event<'t>, span: Span) -> Result<(Rc<str>, bool), Fault> {
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                let name: Rc<str> = (&*text).into();
                if anchor > 0 {
                    let value =
                        Value::Scalar { text: (&*text).into(), is_plain: style == ScalarStyle::Plain };
                    let (line, column) = place(span);
                    let node = Node { value, tag: Tag::None, line, column, weight: 1, height: 0 };
                    self.anchored.insert(anchor, Rc::new(node));
                }
                let is_merge = style == ScalarStyle::Plain && tag.is_none() && &*name == "<<";
                Ok((name, is_merge))
            }
            Event::Alias(anchor) => match self.anchored.get(&anchor).map(|node| &node.value) {
                Some(Value::Scalar { text, .. }) => {
                    let name = Rc::from(&**text);
                    self.spend(1 + text.len() / 64, span)?;
                    Ok((name, false))
                }
                _ => Err(fault(span, "a name is not a text")),
            },
            _ => Err(fault(span, "a name is not a text")),
        }
    }

    /// What an alias stands for. It is shared, but counts as if it were a copy: what walks the tree walks it
    /// each time.
    fn alias(&mut self, anchor: usize, span: Span, depth: usize) -> Result<Rc<Node>, Fault> {
        let Some(node) = self.anchored.get(&anchor).map(Rc::clone) else {
            return Err(fault(span, "an alias stands inside of what it stands for"));
        };
        if depth + node.height > DEEPEST {
            return Err(too_deep(span));
        }
        self.spend(node.weight, span)?;
        Ok(node)
    }

    fn spend(&mut self, values: usize, span: Span) -> Result<(), Fault> {
        self.room.0 = self.room.0.checked_sub(values).ok_or_else(|| {
            let what = format!("holds more than {MOST_VALUES} values, those that aliases stand for included");
            Fault { what, at: place(span) }
        })?;
        Ok(())
    }
}

fn measure(value: &Value) -> (usize, usize) {
    // A long text is walked at some cost, too.
    let text = |text: &str| text.len() / 256;
    let (weight, height) = match value {
        Value::Scalar { text: scalar, .. } => return (1 + text(scalar), 0),
        Value::List(items) => items
            .iter()
            .fold((0, 0), |(weight, height), item| (weight + item.weight, height.max(item.height))),
        Value::Table(entries) => entries.iter().fold((0, 0), |(weight, height), entry| {
            (weight + entry.node.weight + text(&entry.name), height.max(entry.node.height))
        }),
    };
    (weight + 1, height + 1)
}

/// Whether a scalar is resolved. `!!str` and `!` keep it a text; the tags of other types resolve quoted ones.
fn is_plain(style: ScalarStyle, tag: Option<&YamlTag>) -> bool {
    match tag {
        None => style == ScalarStyle::Plain,
        Some(tag) => {
            tag.is_yaml_core_schema() && matches!(tag.suffix.as_str(), "int" | "bool" | "float" | "null")
        }
    }
}

fn known_tag(tag: &YamlTag) -> Tag {
    match (tag.handle.as_str(), tag.suffix.as_str()) {
        ("!", "reset") => Tag::Reset,
        ("!", "override") => Tag::Override,
        _ => Tag::None,
    }
}

fn place(span: Span) -> (u32, u32) {
    // The parser counts columns from 0.
    at(span.start.line(), span.start.col())
}

fn at(line: usize, column: usize) -> (u32, u32) {
    let count = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
    (count(line), count(column.saturating_add(1)))
}

fn fault(span: Span, what: &str) -> Fault {
    Fault { what: what.to_owned(), at: place(span) }
}

fn too_deep(span: Span) -> Fault {
    Fault { what: format!("is nested deeper than {DEEPEST} levels"), at: place(span) }
}

/// Our sentence for what the parser says: its own quotes characters of the text.
fn refused(error: &ScanError) -> Fault {
    const SENTENCES: &[(&str, &str)] = &[
        ("recursion limit", "it is nested too deep"),
        ("unexpected end of stream", "a quoted text is not closed"),
        ("unexpected document indicator", "a quoted text is not closed"),
        ("escape", "an escape is not one that YAML has"),
        ("unknown anchor", "an alias stands for nothing"),
        ("anchor", "an anchor is not one"),
        ("tag", "a tag is not one"),
        ("directive", "a directive is not one"),
        ("tab", "a tab stands where only spaces may"),
        ("simple key", "a line is no `name: value`, or is not indented as it must be"),
        (
            "mapping values are not allowed",
            "a second `name: value` stands on one line, or the indentation is off",
        ),
        ("block sequence", "an item of a list stands where none may"),
        ("block mapping", "a line is no `name: value`, or is not indented as it must be"),
        ("block collection", "a line is not indented as those before it"),
        ("block scalar", "a text of several lines is not indented as it must be"),
        ("flow mapping", "a table in braces is not closed, or misses a comma"),
        ("flow sequence", "a list in brackets is not closed, or misses a comma"),
        ("indent", "a line is not indented as it must be"),
    ];
    let known = SENTENCES.iter().find(|(part, _)| error.info().contains(part));
    let what = known.map_or(INVALID.to_owned(), |(_, sentence)| format!("{INVALID}: {sentence}"));
    Fault { what, at: at(error.marker().line(), error.marker().col()) }
}
