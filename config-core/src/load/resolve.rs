//! For every entry: which source has it, and which of its variables there.

use std::{borrow::Cow, ffi::OsStr, path::Path, sync::Arc};

use super::merge;
use crate::{
    manifest::{
        Empty, Key, Nested,
        tree::{Role, Tree, What},
    },
    report::{Code, Problem},
    source::{
        Found, Layer, OnUnknown, Origin,
        layer::{Spot, Strays},
        whole_file,
    },
    value::Raw,
};

/// What was found for an entry.
pub(crate) enum Resolved<'a> {
    /// No source has it.
    Absent,
    /// A source has it.
    Found {
        /// What the last source that has it has.
        found: Found<'a>,
        /// What the sources before that have, the nearest first.
        shadowed: Vec<Found<'a>>,
    },
    /// Several sources have a list or map that takes what all of them have.
    Merged {
        /// All of it, with the origin of the last.
        found: Found<'a>,
        /// What each source has, in their order.
        parts: Vec<Found<'a>>,
    },
    /// The elements of a list or map of groups, or the fields of a third-party struct: what the last
    /// source has, or each source in their order where they merge.
    Elements(Vec<Part<'a>>),
    /// A source has it, and something is wrong with that; the problem is reported.
    Failed,
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
    /// The variables of elements, by layer.
    pub(crate) strays: Vec<Strays<'a>>,
}

/// Decides for every entry of the tree. Later layers win.
pub(crate) fn resolve<'a>(
    tree: &Tree<'a>,
    mut layers: Vec<Layer<'a>>,
    problems: &mut Vec<Problem>,
) -> Resolution<'a> {
    for layer in &mut layers {
        layer.indexed.sort_by_key(|item| (item.name, item.index));
    }
    let mut entries = Vec::with_capacity(tree.entries().len());
    for (entry, known) in tree.entries().iter().enumerate() {
        let mut resolved = Resolved::Absent;
        for (number, layer) in layers.iter_mut().enumerate() {
            if layer.failed.contains(&entry) {
                resolved = Resolved::Failed;
                break;
            }
            resolved = match known.what {
                What::Key(key) => match in_layer(tree, entry, key, layer, problems) {
                    Ok(Some(found)) if key.merges => merged(key, resolved, found),
                    Ok(Some(found)) => over(resolved, found),
                    Ok(None) => continue,
                    Err(problem) => {
                        problems.push(*problem);
                        resolved = Resolved::Failed;
                        break;
                    }
                },
                What::Many(_) | What::Foreign(_) => {
                    let part = match take_found(layer, entry) {
                        Some(found) => Part::Node(found),
                        None if layer.strays.iter().any(|stray| stray.entry == entry) => {
                            Part::Variables(number)
                        }
                        None => continue,
                    };
                    match (known.what, resolved) {
                        (What::Many(Nested { merges: true, .. }), Resolved::Elements(mut parts)) => {
                            parts.push(part);
                            Resolved::Elements(parts)
                        }
                        _ => Resolved::Elements(vec![part]),
                    }
                }
            };
        }
        entries.push(resolved);
    }
    let strays = layers.into_iter().map(Layer::into_strays).collect();
    Resolution { entries, strays }
}

/// What a later source has, over what earlier ones have.
fn over<'a>(earlier: Resolved<'a>, found: Found<'a>) -> Resolved<'a> {
    let shadowed = match earlier {
        Resolved::Found { found, mut shadowed } => {
            shadowed.insert(0, found);
            shadowed
        }
        Resolved::Absent | Resolved::Merged { .. } | Resolved::Elements(_) | Resolved::Failed => Vec::new(),
    };
    Resolved::Found { found, shadowed }
}

/// What a later source has, with what earlier ones have.
fn merged<'a>(key: &Key, earlier: Resolved<'a>, found: Found<'a>) -> Resolved<'a> {
    let mut parts = match earlier {
        Resolved::Found { found, .. } => vec![found],
        Resolved::Merged { parts, .. } => parts,
        Resolved::Absent | Resolved::Elements(_) | Resolved::Failed => {
            return Resolved::Found { found, shadowed: Vec::new() };
        }
    };
    parts.push(found.clone());
    // Where one of them cannot be taken apart, its type says what is wrong with it.
    let raw = merge::values(key, &parts).unwrap_or(found.raw);
    Resolved::Merged { found: Found { raw, ..found }, parts }
}

fn take_found<'a>(layer: &mut Layer<'a>, entry: usize) -> Option<Found<'a>> {
    layer.found.get_mut(entry).and_then(Option::take)
}

/// What one source has for a key.
fn in_layer<'a>(
    tree: &Tree<'a>,
    entry: usize,
    key: &'static Key,
    layer: &mut Layer<'a>,
    problems: &mut Vec<Problem>,
) -> Result<Option<Found<'a>>, Box<Problem>> {
    if let Some(found) = take_found(layer, entry) {
        return Ok(Some(found));
    }
    let names = tree.names_of(entry);
    // Of most keys there is one name, and a text to it that is not empty.
    if names.len() == 1
        && layer.indexed.is_empty()
        && layer.values[names.start].as_ref().is_none_or(|(value, _)| !value.is_empty())
    {
        let Some((value, spot)) = layer.values[names.start].take() else { return Ok(None) };
        let origin = layer.origin(Cow::Borrowed(tree.name(names.start)), spot);
        return Ok(Some(Found { raw: Raw::Text(value), origin, on_unknown: layer.on_unknown }));
    }
    let mut found: Option<(usize, Cow<'a, OsStr>, Spot)> = None;
    for name in names.clone() {
        let Some((value, spot)) = &layer.values[name] else { continue };
        let is_file = tree.names()[name].role == Role::File;
        if value.is_empty() && (key.empty == Empty::Unset || is_file) {
            continue;
        }
        if value.is_empty() && key.empty == Empty::Error {
            let origin = layer.origin(Cow::Borrowed(tree.name(name)), *spot);
            return Err(Box::new(
                Problem::of_key(Code::Invalid, tree, entry, key)
                    .says("is empty, which it may not be")
                    .note(format!("give {} a value, or unset it", tree.name(name)))
                    .at(&origin),
            ));
        }
        if let Some((other, ..)) = &found {
            return Err(Box::new(both(tree, entry, key, tree.name(*other), tree.name(name))));
        }
        found = Some((name, value.clone(), *spot));
    }
    let warn_of_old = |name: usize, spot: Spot, problems: &mut Vec<Problem>| {
        if let Some(new) = tree.current_name(name) {
            let origin = layer.origin(Cow::Borrowed(tree.name(name)), spot);
            problems.push(Problem::old_name(tree, entry, key, tree.name(name), new).at(&origin));
        }
    };
    if let Some(first) = layer.indexed.iter().find(|item| names.contains(&item.name)) {
        if let Some((name, ..)) = found {
            let item = format!("{}_{}", tree.name(first.name), first.index);
            return Err(Box::new(both(tree, entry, key, tree.name(name), &item)));
        }
        let spot = first.spot;
        warn_of_old(first.name, spot, problems);
        return gather_items(tree, entry, key, layer, first.name).map(Some);
    }
    let Some((name, value, spot)) = found else { return Ok(None) };
    warn_of_old(name, spot, problems);
    let variable = Cow::Borrowed(tree.name(name));
    if tree.names()[name].role == Role::File {
        return whole_file(tree, entry, key, (layer.kind, variable), Path::new(&value)).map(Some);
    }
    let origin = layer.origin(variable, spot);
    Ok(Some(Found { raw: Raw::Text(value), origin, on_unknown: layer.on_unknown }))
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
