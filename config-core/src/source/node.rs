//! Documents as untyped trees: what a file says, with the place of everything in it.

/// One value of a document, with its place.
///
/// A parser makes it; no type has looked at it yet. Scalars keep the text of the document, so that no
/// number is rounded and no word is taken for another before the key's own type reads it.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Node {
    /// What stands there.
    pub value: NodeValue,
    /// The line, from 1.
    pub line: u32,
    /// The column in characters, from 1.
    pub column: u32,
}

/// What stands at a place of a document.
#[derive(Clone)]
#[non_exhaustive]
pub enum NodeValue {
    /// Nothing: `null`, or `~`.
    Null,
    /// A text: a quoted one, or one that is no literal of the format.
    Text(String),
    /// A literal that is no text, as it is written.
    Literal {
        /// What the format takes it for.
        kind: Literal,
        /// How it is written.
        text: String,
    },
    /// Items.
    List(Vec<Node>),
    /// Values by name, in the order of the document.
    Table(Vec<(Name, Node)>),
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
pub struct Name {
    /// The name.
    pub text: String,
    /// The line, from 1.
    pub line: u32,
    /// The column in characters, from 1.
    pub column: u32,
}

impl Node {
    /// A value at a place.
    pub const fn new(value: NodeValue, line: u32, column: u32) -> Self {
        Self { value, line, column }
    }
}

impl Name {
    /// A name at a place.
    pub const fn new(text: String, line: u32, column: u32) -> Self {
        Self { text, line, column }
    }
}

impl std::fmt::Debug for NodeValue {
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
