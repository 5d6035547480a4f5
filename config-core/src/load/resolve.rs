//! For every entry: which source has it, and which of its variables there.

#[cfg(feature = "live")]
use std::time::SystemTime;
use std::{borrow::Cow, path::Path, sync::Arc};

use super::merge;
use crate::{
    manifest::{
        Empty, Key, Nested,
        tree::{Entry, Role, Tree, What},
    },
    report::{Code, Problem},
    source::{
        Found, Layer, OnUnknown, Origin, Shelf,
        layer::{Spot, Values},
        whole_file,
    },
    value::Raw,
};

/// What was found for an entry. Of most entries one source has something, which stays where it is: where it came from
/// is put into words only for a message.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Resolved {
    /// No source has it.
    Absent,
    /// One source has it, as the layer with the number `layer` holds it: in the variable with the number `name`, or
    /// for the entry.
    Single { layer: u32, name: Option<u16> },
    /// Several sources have it: that with this number in [`Resolution::shadowing`].
    Shadowing(usize),
    /// Several sources have a list or map that takes what all of them have: that with this number in
    /// [`Resolution::merged`].
    Merged(usize),
    /// The elements of a list or map of groups, or the fields of a third-party struct: those with this number in
    /// [`Resolution::elements`].
    Elements(usize),
    /// A source has it, and something is wrong with that; the problem is reported.
    Failed,
}

/// What one source has over others.
pub(crate) struct Shadowing<'a> {
    /// What the last source that has it has.
    pub(crate) found: Found<'a>,
    /// What the sources before that have, the nearest first.
    pub(crate) shadowed: Vec<Found<'a>>,
}

/// What several sources have together.
pub(crate) struct Merged<'a> {
    /// All of it, with the origin of the last.
    pub(crate) found: Found<'a>,
    /// What each source has, in their order.
    pub(crate) parts: Vec<Found<'a>>,
}

/// What one source has of the elements of a list or map.
#[derive(Clone)]
pub(crate) enum Part<'a> {
    /// Variables: those of the layer with this number.
    Variables(usize),
    /// A list or table of a document.
    Node(Found<'a>),
}

/// Everything that a reader reads from.
pub(crate) struct Resolution<'a> {
    pub(crate) entries: Vec<Resolved>,
    pub(crate) layers: Vec<Layer<'a>>,
    pub(crate) shadowing: Vec<Shadowing<'a>>,
    pub(crate) merged: Vec<Merged<'a>>,
    /// What the last source has of elements, or each source in their order where they merge.
    pub(crate) elements: Vec<Vec<Part<'a>>>,
    /// Where the texts are that are read on the way.
    shelf: &'a Shelf,
}

impl<'a> Resolution<'a> {
    /// What counts for a key, where a source has it.
    pub(crate) fn found(&self, tree: &Tree<'a>, entry: usize) -> Option<Cow<'_, Found<'_>>> {
        match self.entries[entry] {
            Resolved::Single { layer, name: Some(name) } => {
                let (layer, name) = (&self.layers[layer as usize], usize::from(name));
                let (raw, spot) = layer.values.at(name)?;
                let origin = layer.origin(Cow::Borrowed(tree.name(name)), spot);
                Some(Cow::Owned(Found { raw, origin, on_unknown: layer.on_unknown }))
            }
            Resolved::Single { layer, name: None } => {
                self.layers[layer as usize].found(entry).map(Cow::Owned)
            }
            Resolved::Shadowing(at) => Some(Cow::Borrowed(&self.shadowing[at].found)),
            Resolved::Merged(at) => Some(Cow::Borrowed(&self.merged[at].found)),
            Resolved::Absent | Resolved::Elements(_) | Resolved::Failed => None,
        }
    }

    /// What a source has for a key, to be read by its type.
    pub(crate) fn raw(&self, entry: usize) -> Option<Raw<'_>> {
        match self.entries[entry] {
            Resolved::Single { layer, name: Some(name) } => {
                self.layers[layer as usize].values.at(usize::from(name)).map(|(raw, _)| raw)
            }
            Resolved::Single { layer, name: None } => self.layers[layer as usize].raw(entry),
            Resolved::Shadowing(at) => Some(self.shadowing[at].found.raw.borrowed()),
            Resolved::Merged(at) => Some(self.merged[at].found.raw.borrowed()),
            Resolved::Absent | Resolved::Elements(_) | Resolved::Failed => None,
        }
    }
}

#[cfg(feature = "live")]
impl<'a> Resolution<'a> {
    /// Puts the value before the current one beside it, or takes it away, with the time for which it counts.
    pub(crate) fn put_beside(
        &mut self,
        tree: &Tree<'a>,
        entry: usize,
        beside: Option<(Raw<'a>, SystemTime)>,
    ) {
        let is_beside = matches!(self.raw(entry), Some(Raw::Rotated(_)));
        if beside.is_none() && !is_beside {
            return;
        }
        let (found, shadowed) = match self.entries[entry] {
            Resolved::Single { layer, name } => {
                let layer = &mut self.layers[layer as usize];
                let found = match name {
                    Some(name) => layer.take_text(tree, usize::from(name)),
                    None => layer.take_found(entry),
                };
                (found, Vec::new())
            }
            Resolved::Shadowing(at) => {
                let Shadowing { found, shadowed } = &self.shadowing[at];
                (Some(found.clone()), shadowed.clone())
            }
            _ => (None, Vec::new()),
        };
        let Some(found) = found else { return };
        let current = match found.raw {
            Raw::Rotated(rotated) => rotated.current,
            raw => raw,
        };
        let raw = match beside {
            Some((previous, ends)) => {
                Raw::Rotated(Box::new(crate::value::Rotated { current, previous, ends }))
            }
            None => current,
        };
        self.shadowing.push(Shadowing { found: Found { raw, ..found }, shadowed });
        self.entries[entry] = Resolved::Shadowing(self.shadowing.len() - 1);
    }
}

/// What stands for an entry of which it takes more than one look to say what it has.
const UNDECIDED: Resolved = Resolved::Failed;

/// Decides for every entry of the tree. Later layers win.
pub(crate) fn resolve<'a>(
    tree: &Tree<'a>,
    mut layers: Vec<Layer<'a>>,
    shelf: &'a Shelf,
    problems: &mut Vec<Problem>,
) -> Resolution<'a> {
    for layer in layers.iter_mut().filter(|layer| !layer.indexed.is_empty()) {
        layer.indexed.sort_by_key(|item| (item.name, item.index));
    }
    let entries = match &layers[..] {
        // Most programs have one source, and most keys one name.
        [layer] if layer.is_plain() => at_a_glance(tree, layer),
        _ => vec![UNDECIDED; tree.entries().len()],
    };
    let is_decided = entries.iter().all(|resolved| *resolved != UNDECIDED);
    let (shadowing, merged, elements) = (Vec::new(), Vec::new(), Vec::new());
    let mut resolution = Resolution { entries, layers, shadowing, merged, elements, shelf };
    if !is_decided {
        resolution.decide(tree, problems);
    }
    resolution
}

/// What can be said of every entry without more than one look at the only layer.
fn at_a_glance(tree: &Tree<'_>, layer: &Layer<'_>) -> Vec<Resolved> {
    let entries = tree.entries().iter();
    let of_value = |name: u16, is_empty: Option<bool>| match is_empty {
        None => Resolved::Absent,
        Some(false) => Resolved::Single { layer: 0, name: Some(name) },
        Some(true) => UNDECIDED,
    };
    if let Values::Kept(snapshot) = &layer.values {
        return entries
            .map(|known| match known.only_name() {
                Some(name) => of_value(name, snapshot.is_empty(usize::from(name))),
                None => UNDECIDED,
            })
            .collect();
    }
    let of_entry = |(entry, known): (usize, &Entry)| match known.only_name() {
        None => UNDECIDED,
        Some(name) if layer.nodes.is_empty() => of_value(name, layer.values.is_empty(usize::from(name))),
        Some(_) if layer.node(entry).is_none() => Resolved::Absent,
        Some(_) => Resolved::Single { layer: 0, name: None },
    };
    entries.enumerate().map(of_entry).collect()
}

impl<'a> Resolution<'a> {
    /// Decides of every entry that is undecided.
    #[inline(never)]
    fn decide(&mut self, tree: &Tree<'a>, problems: &mut Vec<Problem>) {
        for entry in 0..self.entries.len() {
            if self.entries[entry] == UNDECIDED {
                self.entries[entry] = self.resolved(tree, entry, problems);
            }
        }
    }

    /// What all layers together have for an entry.
    fn resolved(&mut self, tree: &Tree<'a>, entry: usize, problems: &mut Vec<Problem>) -> Resolved {
        let mut resolved = Resolved::Absent;
        for number in 0..self.layers.len() {
            let layer = &self.layers[number];
            if layer.failed.contains(&entry) {
                return Resolved::Failed;
            }
            resolved = match tree.entries()[entry].what {
                What::Key(key) => match in_layer(tree, entry, key, layer, self.shelf, problems) {
                    Ok(Some(have)) => self.over(tree, (entry, key), resolved, (number, have)),
                    Ok(None) => continue,
                    Err(problem) => {
                        problems.push(*problem);
                        return Resolved::Failed;
                    }
                },
                what @ (What::Many(_) | What::Foreign(_)) => match self.part(entry, number) {
                    Some(part) => self.elements(what, resolved, part),
                    None => continue,
                },
            };
        }
        resolved
    }

    /// What a layer has of the elements of a list or map.
    fn part(&mut self, entry: usize, number: usize) -> Option<Part<'a>> {
        let layer = &mut self.layers[number];
        if let Some(found) = layer.take_found(entry) {
            return Some(Part::Node(found));
        }
        layer.strays.iter().any(|stray| stray.entry == entry).then_some(Part::Variables(number))
    }

    fn elements(&mut self, what: What, earlier: Resolved, part: Part<'a>) -> Resolved {
        let Resolved::Elements(at) = earlier else {
            self.elements.push(vec![part]);
            return Resolved::Elements(self.elements.len() - 1);
        };
        if !matches!(what, What::Many(Nested { merges: true, .. })) {
            self.elements[at].clear();
        }
        self.elements[at].push(part);
        earlier
    }

    /// What a layer has for a key, with what the earlier ones have.
    fn over(
        &mut self,
        tree: &Tree<'a>,
        (entry, key): (usize, &Key),
        earlier: Resolved,
        (number, have): (usize, Have<'a>),
    ) -> Resolved {
        let found = match have {
            Have::New(found) => Some(found),
            Have::Name(name) if matches!(earlier, Resolved::Absent) => {
                return Resolved::Single { layer: number as u32, name: Some(name as u16) };
            }
            Have::Entry if matches!(earlier, Resolved::Absent) => {
                return Resolved::Single { layer: number as u32, name: None };
            }
            Have::Name(name) => self.layers[number].take_text(tree, name),
            Have::Entry => self.layers[number].take_found(entry),
        };
        let Some(found) = found else { return earlier };
        let at = match earlier {
            Resolved::Single { layer, name } => {
                // It was left where it is, in case it would be all.
                let layer = &mut self.layers[layer as usize];
                let lower = match name {
                    Some(name) => layer.take_text(tree, usize::from(name)),
                    None => layer.take_found(entry),
                };
                let shadowed = Vec::new();
                self.shadowing.extend(lower.map(|found| Shadowing { found, shadowed }));
                self.shadowing.len() - 1
            }
            Resolved::Shadowing(at) => at,
            Resolved::Merged(at) => {
                self.merged[at].push(key, found, self.shelf);
                return earlier;
            }
            Resolved::Absent | Resolved::Elements(_) | Resolved::Failed => {
                self.shadowing.push(Shadowing { found, shadowed: Vec::new() });
                return Resolved::Shadowing(self.shadowing.len() - 1);
            }
        };
        let shadowing = &mut self.shadowing[at];
        if key.merges {
            let mut merged = Merged { found: found.clone(), parts: vec![shadowing.found.clone()] };
            merged.push(key, found, self.shelf);
            self.merged.push(merged);
            return Resolved::Merged(self.merged.len() - 1);
        }
        let lower = std::mem::replace(&mut shadowing.found, found);
        shadowing.shadowed.insert(0, lower);
        Resolved::Shadowing(at)
    }
}

impl<'a> Merged<'a> {
    /// With what a later source has.
    fn push(&mut self, key: &Key, found: Found<'a>, shelf: &'a Shelf) {
        self.parts.push(found.clone());
        // Where one of them cannot be taken apart, its type says what is wrong with it.
        let raw = merge::values(key, &self.parts, shelf).unwrap_or(found.raw);
        self.found = Found { raw, ..found };
    }
}

/// What one source has for a key.
enum Have<'a> {
    /// The text in a variable.
    Name(usize),
    /// What stands for the entry.
    Entry,
    /// Something that was made of what it has.
    New(Found<'a>),
}

/// What one source has for a key.
fn in_layer<'a>(
    tree: &Tree<'a>,
    entry: usize,
    key: &'static Key,
    layer: &Layer<'a>,
    shelf: &'a Shelf,
    problems: &mut Vec<Problem>,
) -> Result<Option<Have<'a>>, Box<Problem>> {
    if layer.has_entry(entry) {
        return Ok(Some(Have::Entry));
    }
    let names = tree.names_of(entry);
    let mut found: Option<usize> = None;
    for name in names.clone() {
        let Some(is_empty) = layer.values.is_empty(name) else { continue };
        let is_file = tree.names()[name].role == Role::File;
        if is_empty && (key.empty == Empty::Unset || is_file) {
            continue;
        }
        if is_empty && key.empty == Empty::Error {
            return Err(Box::new(
                Problem::of_key(Code::Invalid, tree, entry, key)
                    .says("is empty, which it may not be")
                    .note(format!("give {} a value, or unset it", tree.name(name)))
                    .at(&layer.origin_of_name(tree, name)),
            ));
        }
        if let Some(other) = found {
            return Err(Box::new(both(tree, entry, key, tree.name(other), tree.name(name))));
        }
        found = Some(name);
    }
    let warn_of_old = |name: usize, origin: &Origin<'_>, problems: &mut Vec<Problem>| {
        if let Some(new) = tree.current_name(name) {
            problems.push(Problem::old_name(tree, entry, key, tree.name(name), new).at(origin));
        }
    };
    if let Some(first) = layer.indexed.iter().find(|item| names.contains(&item.name)) {
        if let Some(name) = found {
            let item = format!("{}_{}", tree.name(first.name), first.index);
            return Err(Box::new(both(tree, entry, key, tree.name(name), &item)));
        }
        let origin = layer.origin(Cow::Borrowed(tree.name(first.name)), first.spot);
        warn_of_old(first.name, &origin, problems);
        return gather_items(tree, entry, key, layer, first.name).map(|found| Some(Have::New(found)));
    }
    let Some(name) = found else { return Ok(None) };
    if tree.names()[name].role == Role::Own {
        return Ok(Some(Have::Name(name)));
    }
    warn_of_old(name, &layer.origin_of_name(tree, name), problems);
    if tree.names()[name].role == Role::Alias {
        return Ok(Some(Have::Name(name)));
    }
    let raw = layer.values.at(name).map(|(raw, _)| raw);
    if raw.as_ref().is_some_and(Raw::is_elsewhere) {
        return Ok(Some(Have::Name(name)));
    }
    let path = match &raw {
        Some(Raw::Text(path)) => Path::new(path),
        Some(Raw::Unicode(path)) => Path::new(path),
        Some(Raw::Items(_) | Raw::Node(_) | Raw::Rotated(_)) | None => return Ok(None),
    };
    let variable = Cow::Borrowed(tree.name(name));
    whole_file(tree, entry, key, (layer.kind, variable), path, shelf).map(|found| Some(Have::New(found)))
}

/// Reads the file that a variable of this kind of source names.
fn whole_file<'a>(
    tree: &Tree<'a>,
    entry: usize,
    key: &'static Key,
    (kind, variable): (&'static str, Cow<'a, str>),
    path: &Path,
    shelf: &'a Shelf,
) -> Result<Found<'a>, Box<Problem>> {
    let fails = |reason: &str| {
        let problem = Problem::of_key(Code::Unreadable, tree, entry, key);
        // Someone may have set the secret in the place of the path.
        Box::new(if looks_like_a_path(path) {
            problem.says(format!("the file {} that {variable} names {reason}", path.display()))
        } else {
            problem
                .says(format!("the file that {variable} names {reason}"))
                .note("the path is not shown: nothing like it exists, so it may be the secret itself")
        })
    };
    match whole_file::read(path) {
        Ok(text) if text.is_empty() && key.empty == Empty::Unset => Err(fails("is empty")),
        Ok(text) => {
            let raw = Raw::Text(shelf.file(text).ok_or_else(|| fails(whole_file::NO_TEXT))?);
            let path = Arc::from(path);
            let origin = Origin::WholeFile { kind, variable: Some(variable), path };
            Ok(Found { raw, origin, on_unknown: OnUnknown::Deny })
        }
        Err(unreadable) => Err(fails(&unreadable.reason)),
    }
}

/// Whether a text that names no file is a path all the same: the folder that it names exists.
fn looks_like_a_path(path: &Path) -> bool {
    let folder = path.parent().filter(|folder| folder.components().count() > 1);
    path.is_absolute() && (path.exists() || folder.is_some_and(Path::is_dir))
}

fn gather_items<'a>(
    tree: &Tree<'a>,
    entry: usize,
    key: &'static Key,
    layer: &Layer<'a>,
    name: usize,
) -> Result<Found<'a>, Box<Problem>> {
    let variable = tree.name(name);
    let mut items = Vec::new();
    let mut spot = Spot::default();
    for item in layer.indexed.iter().filter(|item| item.name == name) {
        if item.index != items.len() {
            let problem = Problem::of_key(Code::Gap, tree, entry, key);
            return Err(Box::new(gap(problem, variable, items.len(), item.index)));
        }
        if items.is_empty() {
            spot = item.spot;
        }
        items.push(Raw::Text(item.value));
    }
    let origin = layer.origin(Cow::Owned(format!("{variable}_0, ...")), spot);
    Ok(Found { raw: Raw::Items(items), origin, on_unknown: layer.on_unknown })
}

/// A list that skips a number.
pub(crate) fn gap(problem: Problem, variable: &str, missing: usize, found: usize) -> Problem {
    problem
        .says(format!("{variable}_{found} is set, but {variable}_{missing} is not"))
        .note("items are numbered from 0, without gaps")
}

fn both(tree: &Tree<'_>, entry: usize, key: &'static Key, one: &str, two: &str) -> Problem {
    Problem::of_key(Code::Conflict, tree, entry, key)
        .says(format!("{one} and {two} are both set"))
        .note("unset one of them: which of the two counts would be a guess")
}
