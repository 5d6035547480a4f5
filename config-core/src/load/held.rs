//! What counts for each key while the program runs: the values of fixed keys, and a mark for every value.

use std::{
    borrow::Cow,
    collections::hash_map::RandomState,
    hash::{BuildHasher, Hash, Hasher},
    path::Path,
    sync::Arc,
    time::{Duration, SystemTime},
};

use zeroize::Zeroizing;

use super::{
    prints::Printer,
    resolve::{Part, Resolution, Resolved, Shadowing},
};
use crate::{
    manifest::{
        Group, Item, Nested,
        tree::{Tree, What},
    },
    source::{
        Found, HeldNode, Layer, Literal, Name, Node, NodeValue, OnUnknown, Origin,
        layer::{Spot, Stray},
        shelf::Wiped,
    },
    value::{Raw, overlap_of},
};

/// What counts for each entry of the tree.
///
/// A fixed key keeps its value as it was found, so that a later generation is built of it, whatever the sources have by
/// then. What is kept is wiped. Of live keys only a mark is kept: two values with one mark are the same value.
pub(crate) struct Held {
    key: RandomState,
    /// What is told of values to other instances.
    printer: Option<Printer>,
    pub(crate) entries: Vec<HeldEntry>,
}

/// What counts for one entry.
pub(crate) struct HeldEntry {
    /// That of the value; `None` where no source has one.
    mark: Option<u64>,
    /// Where it came from.
    pub(crate) origin: Option<Origin<'static>>,
    /// Whether it may change.
    pub(crate) is_live: bool,
    /// The keyed fingerprint of the value, where someone makes one.
    pub(crate) fingerprint: Option<String>,
    kept: Kept,
    rotation: Rotation,
}

/// What is kept of a value that is rotated: nothing, where the key is no such one.
#[derive(Default)]
struct Rotation {
    current: Option<KeptRaw>,
    /// What stands beside the current value.
    previous: Option<Beside>,
}

/// A value that stands beside the current one.
#[derive(Clone)]
struct Beside {
    raw: KeptRaw,
    ends: SystemTime,
    /// Whether it counts for as long as the source says so.
    is_told: bool,
}

/// The value of a fixed key.
enum Kept {
    /// Not needed: the key is live.
    Nothing,
    Absent,
    Found(KeptFound),
    Parts(Vec<KeptPart>),
}

enum KeptPart {
    Node(KeptFound),
    Variables { kind: &'static str, on_unknown: OnUnknown, file: Option<Arc<Path>>, strays: Vec<KeptStray> },
}

struct KeptStray {
    entry: usize,
    name: String,
    value: Wiped,
    spot: Spot,
}

/// What was found, without what it was found in.
struct KeptFound {
    raw: KeptRaw,
    origin: Origin<'static>,
    on_unknown: OnUnknown,
}

#[derive(Clone)]
enum KeptRaw {
    Text(Wiped),
    Items(Vec<KeptRaw>),
    Node(KeptNode),
}

#[derive(Clone)]
struct KeptNode {
    value: KeptNodeValue,
    line: u32,
    column: u32,
}

#[derive(Clone)]
enum KeptNodeValue {
    Null,
    Text(Zeroizing<String>),
    Literal { kind: Literal, text: Zeroizing<String> },
    List(Vec<KeptNode>),
    Table(Vec<(Name<'static>, KeptNode)>),
}

/// What the sources have that is not what counts.
#[derive(Default)]
pub(crate) struct Candidate {
    /// Live entries with another value.
    pub(crate) changed: Vec<Differing>,
    /// Fixed entries with another value, which is not taken.
    pub(crate) pending: Vec<Differing>,
    /// Entries with the value that counts, which now comes from another place, or has another version there.
    pub(crate) moved: Vec<Differing>,
}

/// An entry with another value.
pub(crate) struct Differing {
    pub(crate) entry: usize,
    mark: Option<u64>,
    /// Where the other value is; `None` where no source has one any more.
    pub(crate) origin: Option<Origin<'static>>,
    rotation: Rotation,
    /// That of the other value, where someone makes one and the value may count.
    pub(crate) fingerprint: Option<String>,
}

impl Held {
    /// What the first load found.
    pub(crate) fn new(tree: &Tree<'_>, resolution: &Resolution<'_>, printer: Option<Printer>) -> Self {
        let key = RandomState::new();
        let entries = (0..tree.entries().len()).map(|entry| {
            let is_live = is_live(&tree.entries()[entry].what);
            let kept = if is_live { Kept::Nothing } else { kept(tree, resolution, entry) };
            let origin = origin(tree, resolution, entry);
            let rotation = if overlap(tree, entry).is_some() {
                Rotation::new(resolution, entry)
            } else {
                Rotation::default()
            };
            let fingerprint = printer.as_ref().and_then(|printer| printer.print(tree, resolution, entry));
            let mark = mark(&key, tree, resolution, entry);
            HeldEntry { mark, origin, is_live, fingerprint, kept, rotation }
        });
        let entries = entries.collect();
        Self { key, printer, entries }
    }

    /// Compares what was found with what counts, and puts what counts in the place of what may not change.
    pub(crate) fn hold<'a>(&'a self, tree: &Tree<'a>, resolution: &mut Resolution<'a>) -> Candidate {
        let mut candidate = Candidate::default();
        for (entry, held) in self.entries.iter().enumerate() {
            let mark = mark(&self.key, tree, resolution, entry);
            let origin = origin(tree, resolution, entry);
            let is_same = mark == held.mark && !matches!(resolution.entries[entry], Resolved::Failed);
            let (rotation, has_ended) = match overlap(tree, entry) {
                Some(overlap) if held.is_live => {
                    held.rotation.next(overlap, is_same, resolution, tree, entry)
                }
                _ => (Rotation::default(), false),
            };
            if is_same && !has_ended {
                if origin != held.origin {
                    let fingerprint = held.fingerprint.clone();
                    candidate.moved.push(Differing { entry, mark, origin, rotation, fingerprint });
                }
                continue;
            }
            let printer = self.printer.as_ref().filter(|_| held.is_live);
            let fingerprint = printer.and_then(|printer| printer.print(tree, resolution, entry));
            let differing = Differing { entry, mark, origin, rotation, fingerprint };
            if held.is_live {
                candidate.changed.push(differing);
            } else {
                candidate.pending.push(differing);
                held.kept.put(entry, resolution);
            }
        }
        candidate
    }

    /// What was found counts now, where it may.
    pub(crate) fn accept(&mut self, changed: Vec<Differing>) {
        for Differing { entry, mark, origin, rotation, fingerprint } in changed {
            let held = &mut self.entries[entry];
            (held.mark, held.origin) = (mark, origin);
            (held.rotation, held.fingerprint) = (rotation, fingerprint);
        }
    }

    /// When the first of the values that stand beside a current one counts no more.
    pub(crate) fn overlap_ends(&self) -> Option<SystemTime> {
        self.entries.iter().filter_map(|entry| Some(entry.rotation.previous.as_ref()?.ends)).min()
    }
}

impl Rotation {
    /// What the source has: the current value, and the one before it where it says so.
    fn new(resolution: &Resolution<'_>, entry: usize) -> Self {
        let Some(raw) = resolution.raw(entry) else { return Self::default() };
        let previous = match &raw {
            Raw::Rotated(rotated) => {
                Some(Beside { raw: KeptRaw::new(&rotated.previous), ends: rotated.ends, is_told: true })
            }
            _ => None,
        };
        Self { current: Some(KeptRaw::new(raw.current())), previous }
    }

    /// What is kept for the generation that is made of the resolution, in which the value before the current one is put
    /// beside it; and whether the one that was beside it counts no more.
    fn next<'a>(
        &'a self,
        overlap: Duration,
        is_same: bool,
        resolution: &mut Resolution<'a>,
        tree: &Tree<'a>,
        entry: usize,
    ) -> (Self, bool) {
        let now = SystemTime::now();
        let Self { current, previous: told } = Self::new(resolution, entry);
        let kept = match (is_same, &self.current) {
            // What stood beside it goes on to, for as long as it was to, and as whoever told of it still does.
            (true, _) => {
                let goes_on = |beside: &&Beside| now < beside.ends && (!beside.is_told || told.is_some());
                let beside = self.previous.as_ref().filter(goes_on);
                beside.map(|Beside { raw, ends, is_told }| (raw, *ends, *is_told))
            }
            // What was current until now is known better here than in any store.
            (false, Some(replaced)) => now.checked_add(overlap).map(|ends| (replaced, ends, false)),
            (false, None) => None,
        };
        let knows_better = is_same || self.current.is_some();
        let previous = match kept {
            _ if current.is_none() => None,
            Some((raw, ends, is_told)) => {
                resolution.put_beside(tree, entry, Some((raw.borrowed(), ends)));
                Some(Beside { raw: raw.clone(), ends, is_told })
            }
            None => told.filter(|beside| !knows_better && now < beside.ends),
        };
        if previous.is_none() {
            resolution.put_beside(tree, entry, None);
        }
        let has_ended = is_same && self.previous.is_some() && previous.is_none();
        (Self { current, previous }, has_ended)
    }
}

impl Kept {
    fn put<'a>(&'a self, entry: usize, resolution: &mut Resolution<'a>) {
        resolution.entries[entry] = match self {
            Self::Nothing => return,
            Self::Absent => Resolved::Absent,
            Self::Found(found) => {
                resolution.shadowing.push(Shadowing { found: found.borrowed(), shadowed: Vec::new() });
                Resolved::Shadowing(resolution.shadowing.len() - 1)
            }
            Self::Parts(parts) => {
                let parts = parts.iter().map(|part| part.borrowed(resolution)).collect();
                resolution.elements.push(parts);
                Resolved::Elements(resolution.elements.len() - 1)
            }
        };
    }
}

impl KeptPart {
    fn borrowed<'a>(&'a self, resolution: &mut Resolution<'a>) -> Part<'a> {
        match self {
            Self::Node(found) => Part::Node(found.borrowed()),
            Self::Variables { kind, on_unknown, file, strays } => {
                let mut layer = Layer::new(kind, *on_unknown);
                layer.file.clone_from(file);
                layer.strays.extend(strays.iter().map(|stray| Stray {
                    entry: stray.entry,
                    name: Cow::Borrowed(&stray.name),
                    value: &stray.value,
                    spot: stray.spot,
                }));
                resolution.layers.push(layer);
                Part::Variables(resolution.layers.len() - 1)
            }
        }
    }
}

/// How long the value before the current one is accepted too, where the key has such values.
fn overlap(tree: &Tree<'_>, entry: usize) -> Option<Duration> {
    match tree.entries()[entry].what {
        What::Key(key) => overlap_of(key),
        What::Many(_) | What::Foreign(_) => None,
    }
}

/// Whether the value may change while the program runs. A list or map of groups changes as a whole, so all its keys
/// must be live.
fn is_live(what: &What) -> bool {
    fn is_all_live(group: &Group) -> bool {
        group.items.iter().all(|item| match item {
            Item::Key(key) => key.is_live,
            Item::Nested(nested) => is_all_live(nested.group),
            Item::Foreign(_) => false,
        })
    }
    match what {
        What::Key(key) => key.is_live,
        What::Many(Nested { group, .. }) => is_all_live(group),
        What::Foreign(_) => false,
    }
}

fn origin(tree: &Tree<'_>, resolution: &Resolution<'_>, entry: usize) -> Option<Origin<'static>> {
    if let Resolved::Elements(at) = resolution.entries[entry] {
        return resolution.elements[at].last().map(|part| match part {
            Part::Node(found) => found.origin.clone().into_owned(),
            Part::Variables(number) => {
                let layer = &resolution.layers[*number];
                let stray = layer.strays.iter().find(|stray| stray.entry == entry);
                let spot = stray.map(|stray| stray.spot).unwrap_or_default();
                layer.origin(Cow::Borrowed(tree.variable(entry)), spot).into_owned()
            }
        });
    }
    resolution.found(tree, entry).map(|found| found.origin.clone().into_owned())
}

/// A number for the value, of which nothing can be told: its key is this process's own.
fn mark(key: &RandomState, tree: &Tree<'_>, resolution: &Resolution<'_>, entry: usize) -> Option<u64> {
    let mut hasher = key.build_hasher();
    if let Resolved::Elements(at) = resolution.entries[entry] {
        for part in &resolution.elements[at] {
            match part {
                Part::Node(found) => mark_raw(&found.raw, &mut hasher),
                Part::Variables(number) => {
                    let strays =
                        resolution.layers[*number].strays.iter().filter(|stray| stray.entry == entry);
                    // The order of variables means nothing.
                    let mut strays: Vec<_> = strays.map(|stray| (&stray.name, &stray.value)).collect();
                    strays.sort_unstable();
                    strays.hash(&mut hasher);
                }
            }
        }
        return Some(hasher.finish());
    }
    mark_raw(&resolution.found(tree, entry)?.raw, &mut hasher);
    Some(hasher.finish())
}

fn mark_raw(raw: &Raw<'_>, hasher: &mut impl Hasher) {
    match raw.current() {
        // What it took the place of is no part of it.
        Raw::Rotated(_) => {}
        Raw::Text(text) => (0, text.as_encoded_bytes()).hash(hasher),
        Raw::Unicode(text) => (0, text.as_bytes()).hash(hasher),
        Raw::Items(items) => {
            (1, items.len()).hash(hasher);
            items.iter().for_each(|item| mark_raw(item, hasher));
        }
        Raw::Node(node) => mark_node(node, hasher),
    }
}

fn mark_node(node: &Node<'_>, hasher: &mut impl Hasher) {
    match &node.value {
        NodeValue::Null => 2.hash(hasher),
        NodeValue::Text(text) => (0, text.as_bytes()).hash(hasher),
        NodeValue::Literal { kind, text } => (3, *kind as u8, text).hash(hasher),
        NodeValue::List(items) => {
            (1, items.len()).hash(hasher);
            items.iter().for_each(|item| mark_node(item, hasher));
        }
        NodeValue::Table(entries) => {
            (4, entries.len()).hash(hasher);
            for (name, node) in entries {
                name.text.hash(hasher);
                mark_node(node, hasher);
            }
        }
    }
}

fn kept(tree: &Tree<'_>, resolution: &Resolution<'_>, entry: usize) -> Kept {
    if let Resolved::Elements(at) = resolution.entries[entry] {
        let part = |part: &Part<'_>| match part {
            Part::Node(found) => KeptPart::Node(KeptFound::new(found)),
            Part::Variables(number) => {
                let layer = &resolution.layers[*number];
                let strays =
                    layer.strays.iter().filter(|stray| stray.entry == entry).map(|stray| KeptStray {
                        entry,
                        name: stray.name.clone().into_owned(),
                        value: Wiped(stray.value.to_owned()),
                        spot: stray.spot,
                    });
                let strays = strays.collect();
                let Layer { kind, on_unknown, file, .. } = layer;
                KeptPart::Variables { kind, on_unknown: *on_unknown, file: file.clone(), strays }
            }
        };
        return Kept::Parts(resolution.elements[at].iter().map(part).collect());
    }
    resolution.found(tree, entry).map_or(Kept::Absent, |found| Kept::Found(KeptFound::new(&found)))
}

impl KeptFound {
    fn new(found: &Found<'_>) -> Self {
        let origin = found.origin.clone().into_owned();
        Self { raw: KeptRaw::new(&found.raw), origin, on_unknown: found.on_unknown }
    }

    fn borrowed(&self) -> Found<'_> {
        Found { raw: self.raw.borrowed(), origin: self.origin.clone(), on_unknown: self.on_unknown }
    }
}

impl KeptRaw {
    fn new(raw: &Raw<'_>) -> Self {
        match raw {
            Raw::Rotated(rotated) => Self::new(&rotated.current),
            Raw::Text(text) => Self::Text(Wiped((*text).to_owned())),
            Raw::Unicode(text) => Self::Text(Wiped((*text).into())),
            Raw::Items(items) => Self::Items(items.iter().map(Self::new).collect()),
            Raw::Node(node) => Self::Node(KeptNode::new(node)),
        }
    }

    fn borrowed(&self) -> Raw<'_> {
        match self {
            Self::Text(text) => Raw::Text(text),
            Self::Items(items) => Raw::Items(items.iter().map(Self::borrowed).collect()),
            Self::Node(node) => Raw::Node(HeldNode::Whole(Box::new(node.borrowed()))),
        }
    }
}

impl KeptNode {
    fn new(node: &Node<'_>) -> Self {
        let own = |text: &str| Zeroizing::new(text.to_owned());
        let value = match &node.value {
            NodeValue::Null => KeptNodeValue::Null,
            NodeValue::Text(text) => KeptNodeValue::Text(own(text)),
            NodeValue::Literal { kind, text } => KeptNodeValue::Literal { kind: *kind, text: own(text) },
            NodeValue::List(items) => KeptNodeValue::List(items.iter().map(Self::new).collect()),
            NodeValue::Table(entries) => {
                let entry = |(name, node): &(Name<'_>, Node<'_>)| {
                    let text = Cow::Owned(name.text.clone().into_owned());
                    (Name::new(text, name.line, name.column), Self::new(node))
                };
                KeptNodeValue::Table(entries.iter().map(entry).collect())
            }
        };
        Self { value, line: node.line, column: node.column }
    }

    fn borrowed(&self) -> Node<'_> {
        let value = match &self.value {
            KeptNodeValue::Null => NodeValue::Null,
            KeptNodeValue::Text(text) => NodeValue::Text(Cow::Borrowed(text)),
            KeptNodeValue::Literal { kind, text } => {
                NodeValue::Literal { kind: *kind, text: Cow::Borrowed(text) }
            }
            KeptNodeValue::List(items) => NodeValue::List(items.iter().map(Self::borrowed).collect()),
            KeptNodeValue::Table(entries) => {
                let entries = entries.iter().map(|(name, node)| {
                    (Name::new(Cow::Borrowed(&*name.text), name.line, name.column), node.borrowed())
                });
                NodeValue::Table(entries.collect())
            }
        };
        Node::new(value, self.line, self.column)
    }
}
