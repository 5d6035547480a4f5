//! For every entry: which source has it, and which of its variables there.

use std::{borrow::Cow, path::Path, sync::Arc};

use super::merge;
use crate::{
    manifest::{
        Empty, Key, Nested,
        tree::{Role, Tree, What},
    },
    report::{Code, Problem},
    source::{Found, Layer, OnUnknown, Origin, layer::Spot, whole_file},
    value::Raw,
};

/// What was found for an entry. Of most entries one source has something, which stays where it is: where it came from
/// is put into words only for a message.
pub(crate) enum Resolved<'a> {
    /// No source has it.
    Absent,
    /// One source has it, as the layer with the number `layer` holds it: in the variable with the number `name`, or
    /// for the entry.
    Single { layer: u32, name: Option<u16> },
    /// Several sources have it.
    Shadowing(Box<Shadowing<'a>>),
    /// Several sources have a list or map that takes what all of them have.
    Merged(Box<Merged<'a>>),
    /// The elements of a list or map of groups, or the fields of a third-party struct: what the last
    /// source has, or each source in their order where they merge.
    Elements(Vec<Part<'a>>),
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
    pub(crate) entries: Vec<Resolved<'a>>,
    pub(crate) layers: Vec<Layer<'a>>,
}

impl<'a> Resolution<'a> {
    /// What counts for a key, where a source has it.
    pub(crate) fn found(&self, tree: &Tree<'a>, entry: usize) -> Option<Cow<'_, Found<'_>>> {
        match &self.entries[entry] {
            Resolved::Single { layer, name: Some(name) } => {
                let (layer, name) = (&self.layers[*layer as usize], usize::from(*name));
                let (raw, spot) = layer.values.at(name)?;
                let origin = layer.origin(Cow::Borrowed(tree.name(name)), spot);
                Some(Cow::Owned(Found { raw, origin, on_unknown: layer.on_unknown }))
            }
            Resolved::Single { layer, name: None } => {
                self.layers[*layer as usize].found(entry).map(Cow::Borrowed)
            }
            Resolved::Shadowing(shadowing) => Some(Cow::Borrowed(&shadowing.found)),
            Resolved::Merged(merged) => Some(Cow::Borrowed(&merged.found)),
            Resolved::Absent | Resolved::Elements(_) | Resolved::Failed => None,
        }
    }

    /// What a source has for a key, to be read by its type.
    pub(crate) fn raw(&self, entry: usize) -> Option<Raw<'_>> {
        match &self.entries[entry] {
            Resolved::Single { layer, name: Some(name) } => {
                self.layers[*layer as usize].values.at(usize::from(*name)).map(|(raw, _)| raw)
            }
            Resolved::Single { layer, name: None } => {
                self.layers[*layer as usize].found(entry).map(|found| found.raw.borrowed())
            }
            Resolved::Shadowing(shadowing) => Some(shadowing.found.raw.borrowed()),
            Resolved::Merged(merged) => Some(merged.found.raw.borrowed()),
            Resolved::Absent | Resolved::Elements(_) | Resolved::Failed => None,
        }
    }
}

/// Decides for every entry of the tree. Later layers win.
pub(crate) fn resolve<'a>(
    tree: &Tree<'a>,
    mut layers: Vec<Layer<'a>>,
    problems: &mut Vec<Problem>,
) -> Resolution<'a> {
    for layer in layers.iter_mut().filter(|layer| !layer.indexed.is_empty()) {
        layer.indexed.sort_by_key(|item| (item.name, item.index));
    }
    let mut entries = Vec::with_capacity(tree.entries().len());
    for (entry, known) in tree.entries().iter().enumerate() {
        let mut resolved = Resolved::Absent;
        for number in 0..layers.len() {
            resolved = match glance(tree, entry, &layers[number]) {
                Glance::Nothing => continue,
                Glance::Name(name) if matches!(resolved, Resolved::Absent) => {
                    Resolved::Single { layer: number as u32, name: Some(name) }
                }
                Glance::Entry if matches!((&resolved, known.what), (Resolved::Absent, What::Key(_))) => {
                    Resolved::Single { layer: number as u32, name: None }
                }
                Glance::Name(_) | Glance::Entry | Glance::More => {
                    let mut resolving = Resolving { tree, layers: &mut layers, problems };
                    resolving.with_layer(entry, resolved, number)
                }
            };
            if matches!(resolved, Resolved::Failed) {
                break;
            }
        }
        entries.push(resolved);
    }
    Resolution { entries, layers }
}

/// What a layer has for an entry, at first sight.
enum Glance {
    Nothing,
    /// A text that is not empty, in the only variable of a key.
    Name(u16),
    /// Something for the entry itself.
    Entry,
    /// Something that is to be looked at.
    More,
}

fn glance(tree: &Tree<'_>, entry: usize, layer: &Layer<'_>) -> Glance {
    if !layer.is_plain() {
        return if layer.failed.is_empty() && layer.found(entry).is_some() {
            Glance::Entry
        } else if layer.has_only_found() {
            Glance::Nothing
        } else {
            Glance::More
        };
    }
    let names = tree.names_of(entry);
    if names.len() != 1 {
        return if names.is_empty() { Glance::Nothing } else { Glance::More };
    }
    match layer.values.is_empty(names.start) {
        None => Glance::Nothing,
        Some(false) => Glance::Name(names.start as u16),
        Some(true) => Glance::More,
    }
}

/// The decision, where it takes more than a glance.
struct Resolving<'r, 'a> {
    tree: &'r Tree<'a>,
    layers: &'r mut [Layer<'a>],
    problems: &'r mut Vec<Problem>,
}

impl<'a> Resolving<'_, 'a> {
    /// What a layer has of an entry, with what the earlier ones have.
    fn with_layer(&mut self, entry: usize, earlier: Resolved<'a>, number: usize) -> Resolved<'a> {
        let layer = &mut self.layers[number];
        if layer.failed.contains(&entry) {
            return Resolved::Failed;
        }
        match self.tree.entries()[entry].what {
            What::Key(key) => match in_layer(self.tree, entry, key, layer, self.problems) {
                Ok(Some(have)) => self.key(entry, key, earlier, (number, have)),
                Ok(None) => earlier,
                Err(problem) => {
                    self.problems.push(*problem);
                    Resolved::Failed
                }
            },
            What::Many(_) | What::Foreign(_) => {
                let part = match layer.take_found(entry) {
                    Some(found) => Part::Node(found),
                    None if layer.strays.iter().any(|stray| stray.entry == entry) => Part::Variables(number),
                    None => return earlier,
                };
                match (self.tree.entries()[entry].what, earlier) {
                    (What::Many(Nested { merges: true, .. }), Resolved::Elements(mut parts)) => {
                        parts.push(part);
                        Resolved::Elements(parts)
                    }
                    _ => Resolved::Elements(vec![part]),
                }
            }
        }
    }

    /// What a layer has for a key, with what the earlier ones have.
    fn key(
        &mut self,
        entry: usize,
        key: &Key,
        earlier: Resolved<'a>,
        (number, have): (usize, Have<'a>),
    ) -> Resolved<'a> {
        let (layer, name) = match have {
            Have::Name(name) => (number as u32, Some(name as u16)),
            Have::Entry => (number as u32, None),
            Have::New(found) if key.merges => return self.merged(entry, key, earlier, found),
            Have::New(found) => return self.over(entry, earlier, found),
        };
        if matches!(earlier, Resolved::Absent) {
            return Resolved::Single { layer, name };
        }
        match self.taken(entry, layer, name) {
            Some(found) if key.merges => self.merged(entry, key, earlier, found),
            Some(found) => self.over(entry, earlier, found),
            None => earlier,
        }
    }

    /// What a later source has, over what earlier ones have.
    fn over(&mut self, entry: usize, earlier: Resolved<'a>, found: Found<'a>) -> Resolved<'a> {
        let shadowed = match earlier {
            Resolved::Shadowing(earlier) => {
                let Shadowing { found, mut shadowed } = *earlier;
                shadowed.insert(0, found);
                shadowed
            }
            Resolved::Single { layer, name } => self.taken(entry, layer, name).into_iter().collect(),
            Resolved::Absent | Resolved::Merged(_) | Resolved::Elements(_) | Resolved::Failed => Vec::new(),
        };
        Resolved::Shadowing(Box::new(Shadowing { found, shadowed }))
    }

    /// What a later source has, with what earlier ones have.
    fn merged(&mut self, entry: usize, key: &Key, earlier: Resolved<'a>, found: Found<'a>) -> Resolved<'a> {
        let mut parts = match earlier {
            Resolved::Single { layer, name } => self.taken(entry, layer, name).into_iter().collect(),
            Resolved::Shadowing(earlier) => vec![earlier.found],
            Resolved::Merged(earlier) => earlier.parts,
            Resolved::Absent | Resolved::Elements(_) | Resolved::Failed => {
                return Resolved::Shadowing(Box::new(Shadowing { found, shadowed: Vec::new() }));
            }
        };
        parts.push(found.clone());
        // Where one of them cannot be taken apart, its type says what is wrong with it.
        let raw = merge::values(key, &parts).unwrap_or(found.raw);
        Resolved::Merged(Box::new(Merged { found: Found { raw, ..found }, parts }))
    }

    /// What was left where it is, in case it would be all.
    fn taken(&mut self, entry: usize, layer: u32, name: Option<u16>) -> Option<Found<'a>> {
        let layer = &mut self.layers[layer as usize];
        match name.map(usize::from) {
            None => layer.take_found(entry),
            Some(name) => layer.take_text(self.tree, name),
        }
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
    problems: &mut Vec<Problem>,
) -> Result<Option<Have<'a>>, Box<Problem>> {
    if layer.found(entry).is_some() {
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
    match layer.values.at(name) {
        Some((Raw::Text(path), _)) if tree.names()[name].role == Role::File => {
            let variable = Cow::Borrowed(tree.name(name));
            let found = whole_file(tree, entry, key, (layer.kind, variable), Path::new(&path))?;
            Ok(Some(Have::New(found)))
        }
        _ => Ok(Some(Have::Name(name))),
    }
}

/// Reads the file that a variable of this kind of source names.
fn whole_file<'a>(
    tree: &Tree<'a>,
    entry: usize,
    key: &'static Key,
    (kind, variable): (&'static str, Cow<'a, str>),
    path: &Path,
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
            let path = Arc::from(path);
            let origin = Origin::WholeFile { kind, variable: Some(variable), path };
            Ok(Found { raw: Raw::Text(Cow::Owned(text)), origin, on_unknown: OnUnknown::Deny })
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
        items.push(Raw::Text(item.value.clone()));
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
