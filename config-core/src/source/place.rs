//! A document, sorted by the keys of the manifest.

use std::borrow::Cow;

use super::{Found, HeldNode, Layer, Name, Node, NodeValue, layer::Spot};
use crate::{
    manifest::{
        Group, Item, Kind, Nested,
        tree::{Role, Tree, What},
    },
    report::{Code, Problem},
    value::Raw,
};

/// Where a group stands: what the names in it begin with. They are put together where a message needs them.
#[derive(Clone, Copy)]
pub(crate) struct Place<'p> {
    outer: Option<&'p Place<'p>>,
    variable: &'p str,
    path: &'p str,
}

impl<'p> Place<'p> {
    /// The place with these names.
    pub(crate) const fn new(variable: &'p str, path: &'p str) -> Self {
        Self { outer: None, variable, path }
    }

    /// The place in this one of a group, by its part of variables and its segment.
    const fn inner(&'p self, variable: &'p str, path: &'p str) -> Self {
        Self { outer: Some(self), variable, path }
    }

    fn path(&self) -> String {
        self.outer.map_or_else(|| self.path.to_owned(), |outer| outer.path_of(self.path))
    }

    fn variable(&self) -> String {
        self.outer.map_or_else(|| self.variable.to_owned(), |outer| outer.variable_of(self.variable))
    }

    fn path_of(&self, name: &str) -> String {
        path_of(&self.path(), name)
    }

    fn variable_of(&self, name: &str) -> String {
        variable_of(&self.variable(), name)
    }
}

/// Sorts the document `root`, which holds the keys of `group`, into the layer.
pub(crate) fn place<'l>(
    layer: &mut Layer<'l>,
    tree: &Tree<'_>,
    group: &'static Group,
    root: Node<'l>,
    at: Place<'_>,
    problems: &mut Vec<Problem>,
) {
    let mut placing = Placing { layer, tree, problems };
    match root.value {
        NodeValue::Null => {}
        NodeValue::Table(table) => placing.table(group, 0, table, at),
        NodeValue::Text(_) | NodeValue::Literal { .. } | NodeValue::List(_) => {
            let file = placing.layer.file.as_ref().map(|file| file.display().to_string());
            let subject = if at.path.is_empty() { file.unwrap_or_default() } else { at.path.to_owned() };
            placing.refuse(&subject, root.line, root.column, "is not a table of keys");
        }
    }
}

/// What stands for a name that is not shown.
pub(crate) const NOT_SHOWN: &str = "\"?\"";

/// A segment of a path as a report shows it: in quotes where it is not plain.
///
/// Names come from documents, and a typing error can make a name of a value, even of a secret: what does
/// not look like a name is not shown. Its place is.
pub(crate) fn segment(text: &str) -> Cow<'_, str> {
    if !is_shown(text) {
        Cow::Borrowed(NOT_SHOWN)
    } else if text.is_empty() || text.contains('.') {
        Cow::Owned(format!("\"{text}\""))
    } else {
        Cow::Borrowed(text)
    }
}

/// The part of a variable that a segment makes.
pub(crate) fn variable_part(text: &str) -> String {
    if !is_shown(text) {
        return "?".to_owned();
    }
    let raise = |char: char| if char.is_alphanumeric() { char.to_ascii_uppercase() } else { '_' };
    text.chars().map(raise).collect()
}

fn is_shown(name: &str) -> bool {
    /// No name of a key is that long.
    const LONG: usize = 80;
    name.len() <= LONG && name.chars().all(|char| char.is_alphanumeric() || matches!(char, '-' | '_' | '.'))
}

fn path_of(outer: &str, name: &str) -> String {
    if outer.is_empty() { segment(name).into_owned() } else { format!("{outer}.{}", segment(name)) }
}

fn variable_of(outer: &str, name: &str) -> String {
    if outer.is_empty() { variable_part(name) } else { format!("{outer}_{}", variable_part(name)) }
}

struct Placing<'p, 'l, 't> {
    layer: &'p mut Layer<'l>,
    tree: &'p Tree<'t>,
    problems: &'p mut Vec<Problem>,
}

impl<'l> Placing<'_, 'l, '_> {
    fn table(
        &mut self,
        group: &'static Group,
        start: usize,
        table: Vec<(Name<'l>, Node<'l>)>,
        at: Place<'_>,
    ) {
        // The names of a document often stand in the order of the keys.
        let mut behind = (0, start);
        for (name, node) in table {
            let expected =
                if group.holds_flat { None } else { expected_item(group, &mut behind, &name.text) };
            match expected.or_else(|| find_item(group, start, &name.text)) {
                Some(_) if matches!(node.value, NodeValue::Null) => {}
                Some((Item::Nested(nested), entry)) if !nested.is_many() => {
                    self.group(nested, entry, node, at.inner(nested.variable, &name.text));
                }
                Some((Item::Key(_) | Item::Foreign(_) | Item::Nested(_), entry)) => {
                    self.put(entry, node, &|| at.path_of(&name.text));
                }
                None if is_word_of(group, &name.text) => {
                    self.variant_without_keys(node, &at.path_of(&name.text));
                }
                None => self.unknown(name, node, at),
            }
        }
    }

    fn group(&mut self, nested: &'static Nested, entry: usize, node: Node<'l>, at: Place<'_>) {
        match node.value {
            NodeValue::Table(mut table) => {
                // Overrides have the word of a choice next to its keys, without a name.
                let word = table.iter().position(|(name, _)| nested.group.is_choice && name.text.is_empty());
                match word {
                    Some(word) => self.put(entry, table.remove(word).1, &|| at.path()),
                    None => self.implied_choice(nested, entry, &table, at),
                }
                self.table(nested.group, entry, table, at);
            }
            // A choice that is a word: `storage = "memory"`.
            NodeValue::Text(_) if nested.group.is_choice => self.put(entry, node, &|| at.path()),
            NodeValue::Text(_) | NodeValue::Literal { .. } | NodeValue::List(_) | NodeValue::Null => {
                let says = match words_of(nested.group) {
                    Some(kind) => format!("is not {}", kind.expected()),
                    None => "is a group of keys, not one value".to_owned(),
                };
                self.refuse(&at.path(), node.line, node.column, &says);
            }
        }
    }

    /// A table with one variant in it chooses that variant: `[storage.s3]`.
    fn implied_choice(
        &mut self,
        nested: &Nested,
        entry: usize,
        table: &[(Name<'l>, Node<'l>)],
        at: Place<'_>,
    ) {
        let mut variants = table.iter().filter(|(name, _)| is_word_of(nested.group, &name.text));
        if let (Some((name, _)), None) = (variants.next(), variants.next()) {
            let word = Node::new(NodeValue::Text(name.text.clone()), name.line, name.column);
            self.put(entry, word, &|| at.path());
        }
    }

    /// A variant that has no keys may stand as an empty table.
    fn variant_without_keys(&mut self, node: Node<'l>, path: &str) {
        match node.value {
            NodeValue::Null => {}
            NodeValue::Table(table) => {
                for (name, _) in table {
                    self.push_unknown(path_of(path, &name.text), &name);
                }
            }
            NodeValue::Text(_) | NodeValue::Literal { .. } | NodeValue::List(_) => {
                self.refuse(path, node.line, node.column, "has no keys, and no value");
            }
        }
    }

    /// A path that no key has counts as the key whose variable it would have: an alias, or a key in a
    /// group where the document is flat (`queue_dsn` for `queue.dsn`).
    fn unknown(&mut self, name: Name<'l>, node: Node<'l>, at: Place<'_>) {
        let (path, variable) = (at.path_of(&name.text), at.variable_of(&name.text));
        if let Some(entry) = self.entry_of(&variable, &path) {
            if !matches!(node.value, NodeValue::Null) {
                self.warn_of_old(entry, &variable, &path, &name);
                self.put(entry, node, &|| path.clone());
            }
        } else if self.holds_key(&variable, &path, &node) {
            let NodeValue::Table(table) = node.value else { return };
            for (name, node) in table {
                self.unknown(name, node, Place::new(&variable, &path));
            }
        } else {
            self.push_unknown(path, &name);
        }
    }

    fn warn_of_old(&mut self, entry: usize, variable: &str, path: &str, name: &Name<'_>) {
        let is_old =
            self.tree.lookup(variable.as_bytes()).is_some_and(|at| self.tree.current_name(at).is_some());
        if let What::Key(key) = self.tree.entries()[entry].what
            && is_old
        {
            let problem = Problem::old_name(self.tree, entry, key, path, self.tree.path(entry));
            let spot = Spot { line: name.line, column: name.column };
            self.problems.push(problem.at(&self.layer.origin_of_path(path, spot)));
        }
    }

    fn push_unknown(&mut self, path: String, name: &Name<'_>) {
        self.layer.unknown_paths.push((path, Spot { line: name.line, column: name.column }));
    }

    /// The key that reads this variable, where the path names it: by an alias, or by its own path with
    /// other separators. `Listen` is not `listen`.
    fn entry_of(&self, variable: &str, path: &str) -> Option<usize> {
        let name = self.tree.names()[self.tree.lookup(variable.as_bytes())?];
        let entry = name.entry as usize;
        let flat = |path: &str| path.replace('.', "_");
        let is_named = match name.role {
            Role::Alias => true,
            Role::Own => flat(self.tree.path(entry)) == flat(path),
            Role::File => false,
        };
        is_named.then_some(entry)
    }

    fn holds_key(&self, variable: &str, path: &str, node: &Node<'_>) -> bool {
        let NodeValue::Table(table) = &node.value else { return false };
        table.iter().any(|(name, node)| {
            let (variable, path) = (variable_of(variable, &name.text), path_of(path, &name.text));
            self.entry_of(&variable, &path).is_some() || self.holds_key(&variable, &path, node)
        })
    }

    /// Keeps what stands for an entry, at a `path` that only values outside of files need.
    fn put(&mut self, entry: usize, node: Node<'l>, path: &dyn Fn() -> String) {
        let is_in_file = self.layer.file.is_some();
        if self.layer.has_entry(entry)
            && let Some(other) = self.layer.found(entry)
        {
            let spot = Spot { line: node.line, column: node.column };
            let origin = self.layer.origin_of_path(&if is_in_file { String::new() } else { path() }, spot);
            let problem = match self.tree.entries()[entry].what {
                What::Key(key) => Problem::of_key(Code::Conflict, self.tree, entry, key),
                What::Many(_) | What::Foreign(_) => Problem::new(Code::Conflict, self.tree.path(entry)),
            };
            let problem = problem
                .says(format!("stands here and at {} under two of its names", other.origin))
                .note("remove one of them: which of the two counts would be a guess");
            return self.problems.push(problem.at(&origin));
        }
        if is_in_file {
            return self.layer.put_node(self.tree, entry, node);
        }
        let spot = Spot { line: node.line, column: node.column };
        let origin = self.layer.origin_of_path(&path(), spot);
        let raw = Raw::Node(HeldNode::Whole(Box::new(node)));
        self.layer.put_found(self.tree, entry, Found { raw, origin, on_unknown: self.layer.on_unknown });
    }

    fn refuse(&mut self, subject: &str, line: u32, column: u32, says: &str) {
        let origin = self.layer.origin_of_path(subject, Spot { line, column });
        self.problems.push(Problem::new(Code::Invalid, subject).says(says).at(&origin));
    }
}

/// The words of a choice.
fn words_of(group: &Group) -> Option<&'static Kind> {
    match group.items.first() {
        Some(Item::Key(key)) if group.is_choice => Some(key.kind),
        _ => None,
    }
}

fn is_word_of(group: &Group, name: &str) -> bool {
    matches!(words_of(group), Some(Kind::Word(words)) if words.iter().any(|word| word.text == name))
}

/// The first item from the place `behind` on with this segment, and its first entry. The place is then the one behind it.
fn expected_item(
    group: &'static Group,
    behind: &mut (usize, usize),
    segment: &str,
) -> Option<(&'static Item, usize)> {
    let (mut at, mut entry) = *behind;
    while let Some(item) = group.items.get(at) {
        at += 1;
        let own = entry;
        entry += item.size();
        if item.segment() == segment && !segment.is_empty() {
            *behind = (at, entry);
            return Some((item, own));
        }
    }
    None
}

/// The item with this segment, and its first entry. Groups without a segment are looked into.
fn find_item(group: &'static Group, start: usize, segment: &str) -> Option<(&'static Item, usize)> {
    let mut entry = start;
    for item in group.items {
        // The key that chooses has no segment: its group's is looked up.
        if item.segment() == segment && !segment.is_empty() {
            return Some((item, entry));
        }
        if let Item::Nested(nested) = item
            && nested.segment.is_empty()
            && let Some(found) = find_item(nested.group, entry, segment)
        {
            return Some(found);
        }
        entry += item.size();
    }
    None
}
