//! Documents as untyped trees: what a file says, with the place of everything in it.

use std::{borrow::Cow, ops::Deref};

use super::Shelf;

/// One value of a document, with its place.
///
/// A parser makes it; no type has looked at it yet. Scalars keep the text of the document, so that no
/// number is rounded and no word is taken for another before the key's own type reads it. Where a text stands in the
/// document as it is, it is borrowed from there.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Node<'a> {
    /// What stands there.
    pub value: NodeValue<'a>,
    /// The line, from 1.
    pub line: u32,
    /// The column in characters, from 1.
    pub column: u32,
}

/// What stands at a place of a document.
#[derive(Clone)]
#[non_exhaustive]
pub enum NodeValue<'a> {
    /// Nothing: `null`, or `~`.
    Null,
    /// A text: a quoted one, or one that is no literal of the format.
    Text(Cow<'a, str>),
    /// A literal that is no text, as it is written.
    Literal {
        /// What the format takes it for.
        kind: Literal,
        /// How it is written.
        text: Cow<'a, str>,
    },
    /// Items.
    List(Vec<Node<'a>>),
    /// Values by name, in the order of the document.
    Table(Vec<(Name<'a>, Node<'a>)>),
}

/// The literals of documents.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Literal {
    /// A truth value.
    Bool,
    /// A whole number.
    Integer,
    /// A decimal number.
    Float,
    /// A date or time.
    Date,
}

/// The name of a value in a table, with its place.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Name<'a> {
    /// The name.
    pub text: Cow<'a, str>,
    /// The line, from 1.
    pub line: u32,
    /// The column in characters, from 1.
    pub column: u32,
}

/// A node, either as a part of its document or by itself.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum HeldNode<'a> {
    /// A part of a document.
    Part(&'a Node<'a>),
    /// By itself.
    Whole(Box<Node<'a>>),
}

impl<'a> Node<'a> {
    /// A value at a place.
    pub const fn new(value: NodeValue<'a>, line: u32, column: u32) -> Self {
        Self { value, line, column }
    }

    /// The same, with the texts that it owns on the shelf.
    pub(super) fn on_shelf(self, shelf: &'a Shelf) -> Self {
        let kept = |text: Cow<'a, str>| Cow::Borrowed(shelf.text(text));
        let value = match self.value {
            NodeValue::Null => NodeValue::Null,
            NodeValue::Text(text) => NodeValue::Text(kept(text)),
            NodeValue::Literal { kind, text } => NodeValue::Literal { kind, text: kept(text) },
            NodeValue::List(items) => {
                NodeValue::List(items.into_iter().map(|item| item.on_shelf(shelf)).collect())
            }
            NodeValue::Table(entries) => {
                let entry = |(name, node): (Name<'a>, Self)| {
                    (Name { text: kept(name.text), ..name }, node.on_shelf(shelf))
                };
                NodeValue::Table(entries.into_iter().map(entry).collect())
            }
        };
        Self { value, ..self }
    }

    /// The same, without a copy of its texts.
    pub(crate) fn borrowed(&self) -> Node<'_> {
        let value = match &self.value {
            NodeValue::Null => NodeValue::Null,
            NodeValue::Text(text) => NodeValue::Text(Cow::Borrowed(text)),
            NodeValue::Literal { kind, text } => {
                NodeValue::Literal { kind: *kind, text: Cow::Borrowed(text) }
            }
            NodeValue::List(items) => NodeValue::List(items.iter().map(Node::borrowed).collect()),
            NodeValue::Table(entries) => {
                let entries = entries.iter().map(|(name, node)| (name.borrowed(), node.borrowed()));
                NodeValue::Table(entries.collect())
            }
        };
        Node { value, line: self.line, column: self.column }
    }
}

impl<'a> Name<'a> {
    /// A name at a place.
    pub const fn new(text: Cow<'a, str>, line: u32, column: u32) -> Self {
        Self { text, line, column }
    }

    fn borrowed(&self) -> Name<'_> {
        Name { text: Cow::Borrowed(&self.text), line: self.line, column: self.column }
    }
}

impl<'a> Deref for HeldNode<'a> {
    type Target = Node<'a>;

    fn deref(&self) -> &Node<'a> {
        match self {
            Self::Part(node) => node,
            Self::Whole(node) => node,
        }
    }
}

impl std::fmt::Debug for NodeValue<'_> {
    /// The shape, without any value: a document may hold secrets.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Null => f.write_str("Null"),
            Self::Text(_) => f.write_str("Text"),
            Self::Literal { kind, .. } => write!(f, "{kind:?}"),
            Self::List(items) => f.debug_list().entries(items).finish(),
            Self::Table(entries) => {
                f.debug_map().entries(entries.iter().map(|(name, node)| (&name.text, node))).finish()
            }
        }
    }
}
