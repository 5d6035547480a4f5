//! What one source has, sorted by the keys of the manifest.

use std::{borrow::Cow, ffi::OsStr, path::Path, sync::Arc, time::SystemTime};

use super::{HeldNode, Node, OnUnknown, Origin, Provenance, env::Snapshot};
use crate::{
    manifest::{
        Kind, Shape,
        tree::{Role, Tree, What, split_index},
    },
    value::{Raw, Rotated, overlap_of},
};

/// What one source has.
pub(crate) struct Layer<'a> {
    pub(crate) kind: &'static str,
    pub(crate) on_unknown: OnUnknown,
    /// The file that the source reads, if it reads one.
    pub(crate) file: Option<Arc<Path>>,
    pub(crate) values: Values<'a>,
    /// Items of a list, each in a variable of its own.
    pub(crate) indexed: Vec<Indexed<'a>>,
    /// Variables of the elements of lists and maps, and of third-party structs.
    pub(crate) strays: Vec<Stray<'a>>,
    /// By entry: what a file has. Empty where the source is no document in a file.
    pub(crate) nodes: Vec<Option<Node<'a>>>,
    /// By entry: what a store or an override has. Empty where the source is none.
    pub(crate) found: Vec<Option<Found<'a>>>,
    /// Variables under the prefix that no key reads.
    pub(crate) unknown: Vec<(String, Spot)>,
    /// Paths that no key reads, in a document or a store.
    pub(crate) unknown_paths: Vec<(String, Spot)>,
    /// When the source should be asked again.
    pub(crate) refresh_after: Option<SystemTime>,
    /// Entries of which the source cannot say what it has; the problem is reported.
    pub(crate) failed: Vec<usize>,
}

/// What the variables of a source hold, by the number of their names.
pub(crate) enum Values<'a> {
    /// The source has none.
    None,
    /// What a source answered one by one.
    Given(Vec<Option<(&'a OsStr, Spot)>>),
    /// What was copied from the environment.
    Kept(&'a Snapshot),
}

/// A line and a column; 0 where there are none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Spot {
    pub(crate) line: u32,
    pub(crate) column: u32,
}

/// Whose variable something is.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Whose {
    /// It is the name with this number.
    Key(usize),
    /// It belongs to an element of the list or map, or to the third-party struct, at this entry.
    Element(usize),
    /// It is the item with the second number of the list with the name of the first number.
    Item(usize, usize),
    /// It has the prefix of the program, and no key reads it.
    Nobody,
}

impl Whose {
    /// Whose variable this is; `None` for one of other programs. One that is not Unicode is no key's: all names
    /// are ASCII.
    pub(crate) fn of(tree: &Tree<'_>, prefix: &str, name: &OsStr) -> Option<Self> {
        if let Some(at) = tree.lookup(name.as_encoded_bytes()) {
            return Some(Self::Key(at));
        }
        let name = name.to_str()?;
        if let Some(entry) = stray_entry(tree, name) {
            return Some(Self::Element(entry));
        }
        if let Some((name, index)) = indexed_name(tree, name) {
            return Some(Self::Item(name, index));
        }
        let is_unknown =
            is_under(prefix, name) && !is_of_kubernetes(prefix, name) && !is_profile(prefix, name.as_ref());
        is_unknown.then_some(Self::Nobody)
    }
}

/// One item of a list, in a variable of its own.
pub(crate) struct Indexed<'a> {
    pub(crate) name: usize,
    pub(crate) index: usize,
    pub(crate) value: &'a OsStr,
    pub(crate) spot: Spot,
}

/// A variable that belongs to an entry, but is not its own.
#[derive(Clone)]
pub(crate) struct Stray<'a> {
    pub(crate) entry: usize,
    pub(crate) name: Cow<'a, str>,
    pub(crate) value: &'a OsStr,
    pub(crate) spot: Spot,
}

/// What a source has for a key.
#[derive(Clone)]
pub(crate) struct Found<'a> {
    pub(crate) raw: Raw<'a>,
    pub(crate) origin: Origin<'a>,
    /// What the source wants of names in it that no key reads.
    pub(crate) on_unknown: OnUnknown,
}

impl<'a> Layer<'a> {
    pub(crate) const fn new(kind: &'static str, on_unknown: OnUnknown) -> Self {
        Self {
            kind,
            on_unknown,
            file: None,
            values: Values::None,
            indexed: Vec::new(),
            strays: Vec::new(),
            nodes: Vec::new(),
            found: Vec::new(),
            unknown: Vec::new(),
            unknown_paths: Vec::new(),
            refresh_after: None,
            failed: Vec::new(),
        }
    }

    /// An empty layer of the same source, for another tree.
    pub(crate) fn for_element<'l>(&self) -> Layer<'l> {
        let mut layer = Layer::new(self.kind, self.on_unknown);
        layer.file.clone_from(&self.file);
        layer
    }

    /// Whether all that the source has is one variable for each key, or one node.
    pub(crate) const fn is_plain(&self) -> bool {
        let has_variables = !matches!(self.values, Values::None);
        self.found.is_empty()
            && self.indexed.is_empty()
            && self.strays.is_empty()
            && self.failed.is_empty()
            && (self.nodes.is_empty() || !has_variables)
    }

    /// What a file has for an entry.
    pub(crate) fn node(&self, entry: usize) -> Option<&Node<'a>> {
        self.nodes.get(entry)?.as_ref()
    }

    /// Whether a document or a store has something for an entry.
    pub(crate) fn has_entry(&self, entry: usize) -> bool {
        self.node(entry).is_some() || self.found.get(entry).is_some_and(Option::is_some)
    }

    /// What a document or a store has for an entry, to be read by a type.
    pub(crate) fn raw(&self, entry: usize) -> Option<Raw<'_>> {
        match self.node(entry) {
            Some(node) => Some(node.into()),
            None => Some(self.found.get(entry)?.as_ref()?.raw.borrowed()),
        }
    }

    /// The same, with where it came from.
    pub(crate) fn found(&self, entry: usize) -> Option<Found<'_>> {
        let raw = self.raw(entry)?;
        let origin = match self.node(entry) {
            Some(node) => self.origin_of_node(node),
            None => self.found.get(entry)?.as_ref()?.origin.clone(),
        };
        Some(Found { raw, origin, on_unknown: self.on_unknown })
    }

    /// The same, which is not there any more after that.
    pub(crate) fn take_found(&mut self, entry: usize) -> Option<Found<'a>> {
        if let Some(node) = self.nodes.get_mut(entry).and_then(Option::take) {
            let origin = self.origin_of_node(&node);
            let raw = Raw::Node(HeldNode::Whole(Box::new(node)));
            return Some(Found { raw, origin, on_unknown: self.on_unknown });
        }
        self.found.get_mut(entry).and_then(Option::take)
    }

    fn origin_of_node(&self, node: &Node<'_>) -> Origin<'static> {
        self.origin_of_path("", Spot { line: node.line, column: node.column })
    }

    /// What a variable holds, which is not there any more after that.
    pub(crate) fn take_text(&mut self, tree: &Tree<'a>, name: usize) -> Option<Found<'a>> {
        let (raw, spot) = self.values.take(name)?;
        let origin = self.origin(Cow::Borrowed(tree.name(name)), spot);
        Some(Found { raw, origin, on_unknown: self.on_unknown })
    }

    /// Where the variable with this number stands.
    pub(crate) fn origin_of_name(&self, tree: &Tree<'a>, name: usize) -> Origin<'a> {
        let spot = self.values.at(name).map_or_else(Spot::default, |(_, spot)| spot);
        self.origin(Cow::Borrowed(tree.name(name)), spot)
    }

    /// Where the value at `path` of this layer stands.
    pub(crate) fn origin_of_path(&self, path: &str, spot: Spot) -> Origin<'static> {
        match &self.file {
            // The file has nothing but the value, or is a directory of such files.
            Some(file) if spot == Spot::default() => {
                Origin::WholeFile { kind: self.kind, variable: None, path: Arc::clone(file) }
            }
            Some(file) => {
                Origin::File { kind: self.kind, path: Arc::clone(file), line: spot.line, column: spot.column }
            }
            None if matches!(self.kind, "override" | super::FIXTURE) => {
                Origin::Override { kind: self.kind, path: Cow::Owned(path.to_owned()) }
            }
            None => Origin::Store { kind: self.kind, path: path.to_owned(), version: None },
        }
    }

    /// Where the variable `name` of this layer stands.
    pub(crate) fn origin<'n>(&self, name: Cow<'n, str>, spot: Spot) -> Origin<'n> {
        match &self.file {
            Some(path) => {
                Origin::File { kind: self.kind, path: Arc::clone(path), line: spot.line, column: spot.column }
            }
            None if matches!(self.kind, "override" | super::FIXTURE) => {
                Origin::Override { kind: self.kind, path: name }
            }
            None => Origin::Variable(name),
        }
    }

    /// Sorts one variable in, if it is of interest.
    pub(crate) fn accept(
        &mut self,
        tree: &Tree<'_>,
        prefix: &str,
        name: Cow<'a, OsStr>,
        value: &'a OsStr,
        spot: Spot,
    ) {
        if let Some(whose) = Whose::of(tree, prefix, &name) {
            self.keep(tree, whose, name, value, spot);
        }
    }

    /// Keeps a variable, whose it is known.
    pub(crate) fn keep(
        &mut self,
        tree: &Tree<'_>,
        whose: Whose,
        name: Cow<'a, OsStr>,
        value: &'a OsStr,
        spot: Spot,
    ) {
        let text = |name: Cow<'a, OsStr>| match name {
            Cow::Borrowed(name) => name.to_string_lossy(),
            Cow::Owned(name) => Cow::Owned(name.to_string_lossy().into_owned()),
        };
        match whose {
            Whose::Key(at) => self.values.put(tree, at, value, spot),
            Whose::Element(entry) => self.strays.push(Stray { entry, name: text(name), value, spot }),
            Whose::Item(name, index) => self.indexed.push(Indexed { name, index, value, spot }),
            Whose::Nobody => self.unknown.push((text(name).into_owned(), spot)),
        }
    }

    /// Sorts in the value of the key at `path`, from a store.
    pub(crate) fn put(&mut self, tree: &Tree<'_>, path: &str, text: &'a OsStr, provenance: Provenance) {
        let Provenance { kind, place, version, refresh_after, expires_at } = provenance;
        self.refresh_after = [self.refresh_after, refresh_after, expires_at].into_iter().flatten().min();
        let place = place.unwrap_or_else(|| path.to_owned());
        let origin = Origin::Store { kind: kind.unwrap_or(self.kind), path: place, version };
        self.put_text(tree, path, text, origin);
    }

    /// Sorts in the value of the key at `path`, which is all that `file` holds.
    pub(crate) fn put_file(&mut self, tree: &Tree<'_>, path: &str, text: &'a OsStr, file: &Path) {
        let origin = Origin::WholeFile { kind: self.kind, variable: None, path: Arc::from(file) };
        self.put_text(tree, path, text, origin);
    }

    fn put_text(&mut self, tree: &Tree<'_>, path: &str, text: &'a OsStr, origin: Origin<'a>) {
        match (0..tree.entries().len()).find(|entry| tree.path(*entry) == path) {
            Some(entry) => {
                let raw = Raw::Text(text);
                self.put_found(tree, entry, Found { raw, origin, on_unknown: self.on_unknown });
            }
            None => self.unknown_paths.push((path.to_owned(), Spot::default())),
        }
    }

    /// Puts the value before the current one beside it, where the key has such values.
    pub(crate) fn put_beside(
        &mut self,
        tree: &Tree<'_>,
        entry: usize,
        previous: &'a OsStr,
        ends: SystemTime,
    ) {
        let What::Key(key) = tree.entries()[entry].what else { return };
        let found = self.found.get_mut(entry).and_then(Option::as_mut);
        let (Some(found), Some(overlap)) = (found, overlap_of(key)) else { return };
        // A store may keep it for longer than the program accepts it.
        let ends = SystemTime::now().checked_add(overlap).map_or(ends, |latest| ends.min(latest));
        let (current, previous) = (found.raw.clone(), Raw::Text(previous));
        found.raw = Raw::Rotated(Box::new(Rotated { current, previous, ends }));
    }

    pub(super) fn put_node(&mut self, tree: &Tree<'_>, entry: usize, node: Node<'a>) {
        if self.nodes.is_empty() {
            self.nodes.resize_with(tree.entries().len(), || None);
        }
        self.nodes[entry] = Some(node);
    }

    pub(super) fn put_found(&mut self, tree: &Tree<'_>, entry: usize, found: Found<'a>) {
        if self.found.is_empty() {
            self.found = vec![None; tree.entries().len()];
        }
        self.found[entry] = Some(found);
    }
}

impl<'a> Values<'a> {
    /// Whether what the variable holds is empty; `None` where it is not set.
    #[inline]
    pub(crate) fn is_empty(&self, name: usize) -> Option<bool> {
        match self {
            Self::None => None,
            Self::Given(values) => values[name].as_ref().map(|(value, _)| value.is_empty()),
            Self::Kept(snapshot) => snapshot.is_empty(name),
        }
    }

    /// What the variable holds, where it was copied from the environment and is Unicode.
    #[inline]
    pub(crate) fn unicode_at(&self, name: usize) -> Option<&str> {
        match self {
            Self::Kept(snapshot) => snapshot.unicode_at(name),
            Self::None | Self::Given(_) => None,
        }
    }

    /// What the variable holds, and where it stands.
    #[inline]
    pub(crate) fn at(&self, name: usize) -> Option<(Raw<'_>, Spot)> {
        match self {
            Self::None => None,
            Self::Given(values) => {
                let (value, spot) = values[name].as_ref()?;
                Some((Raw::Text(value), *spot))
            }
            Self::Kept(snapshot) => Some((snapshot.value(name)?, Spot::default())),
        }
    }

    /// The same, which is not there any more after that.
    pub(crate) fn take(&mut self, name: usize) -> Option<(Raw<'a>, Spot)> {
        match self {
            Self::None => None,
            Self::Given(values) => values[name].take().map(|(value, spot)| (Raw::Text(value), spot)),
            Self::Kept(snapshot) => Some((snapshot.value(name)?, Spot::default())),
        }
    }

    fn put(&mut self, tree: &Tree<'_>, name: usize, value: &'a OsStr, spot: Spot) {
        if !matches!(self, Self::Given(_)) {
            *self = Self::Given(vec![None; tree.names().len()]);
        }
        if let Self::Given(values) = self {
            values[name] = Some((value, spot));
        }
    }
}

/// The list, map or third-party struct that a variable belongs to: the one with the longest name.
fn stray_entry(tree: &Tree<'_>, name: &str) -> Option<usize> {
    let holds = |entry: &usize| {
        let counted = match tree.entries()[*entry].what {
            What::Key(_) => return false,
            What::Many(nested) => nested.shape == Shape::List,
            What::Foreign(_) => false,
        };
        name.strip_prefix(tree.variable(*entry)).and_then(|rest| rest.strip_prefix('_')).is_some_and(|rest| {
            if counted { rest.starts_with(|first: char| first.is_ascii_digit()) } else { !rest.is_empty() }
        })
    };
    tree.manys().filter(holds).max_by_key(|entry| tree.variable(*entry).len())
}

fn indexed_name(tree: &Tree<'_>, name: &str) -> Option<(usize, usize)> {
    let (head, index) = split_index(name)?;
    let at = tree.lookup(head.as_bytes())?;
    let name = &tree.names()[at];
    match tree.entries()[name.entry as usize].what {
        What::Key(key) if matches!(key.kind, Kind::List { .. }) && name.role != Role::File => {
            Some((at, index))
        }
        _ => None,
    }
}

fn is_under(prefix: &str, name: &str) -> bool {
    !prefix.is_empty() && name.strip_prefix(prefix).is_some_and(|rest| rest.starts_with('_'))
}

/// `NAME_PROFILE` names the profile of the load; without a prefix, `PROFILE` does.
pub(super) fn is_profile(prefix: &str, name: &OsStr) -> bool {
    match (prefix, name.as_encoded_bytes()) {
        ("", name) => name == b"PROFILE",
        (prefix, name) => name.strip_prefix(prefix.as_bytes()) == Some(b"_PROFILE"),
    }
}

/// Kubernetes sets variables for every service of a namespace: `NAME_SERVICE_HOST`,
/// `NAME_SERVICE_PORT`, `NAME_PORT_80_TCP_ADDR`, ... (its documentation, "Services, environment
/// variables"). A service with the name of the program puts them under its prefix.
fn is_of_kubernetes(prefix: &str, name: &str) -> bool {
    let Some(rest) = name.strip_prefix(prefix).and_then(|rest| rest.strip_prefix('_')) else {
        return false;
    };
    if rest == "SERVICE_HOST" || rest == "SERVICE_PORT" || rest.starts_with("SERVICE_PORT_") {
        return true;
    }
    let Some(rest) = rest.strip_prefix("PORT") else { return false };
    let Some(rest) = rest.strip_prefix('_') else { return rest.is_empty() };
    let mut parts = rest.split('_');
    parts.next().is_some_and(|port| port.bytes().all(|byte| byte.is_ascii_digit()))
        && matches!(parts.next(), Some("TCP" | "UDP" | "SCTP"))
        && matches!(parts.next(), None | Some("ADDR" | "PORT" | "PROTO"))
        && parts.next().is_none()
}
