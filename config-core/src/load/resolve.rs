//! For every entry: which of its variables holds the value.

use std::borrow::Cow;

use crate::{
    manifest::{
        Empty, Key,
        tree::{Role, Tree, What},
    },
    report::{Code, Problem},
    source::{Found, Origin, file_twin, layer::Indexed},
    value::Raw,
};

/// What was found for an entry.
pub(crate) enum Resolved<'a> {
    /// No source has it.
    Absent,
    /// A source has it.
    Found(Found<'a>),
    /// A source has it, and something is wrong with that; the problem is reported.
    Failed,
}

/// Decides for every entry of the tree.
pub(crate) fn resolve<'a>(
    tree: &Tree<'a>,
    values: &[Option<&'a std::ffi::OsStr>],
    mut indexed: Vec<Indexed<'a>>,
    problems: &mut Vec<Problem>,
) -> Vec<Resolved<'a>> {
    indexed.sort_by_key(|item| (item.name, item.index));
    let mut resolved = Vec::with_capacity(tree.entries().len());
    for (entry, found) in tree.entries().iter().enumerate() {
        resolved.push(match found.what {
            What::Key(key) => match resolve_key(tree, entry, key, values, &indexed) {
                Ok(None) => Resolved::Absent,
                Ok(Some(found)) => Resolved::Found(found),
                Err(problem) => {
                    problems.push(*problem);
                    Resolved::Failed
                }
            },
            What::Many(_) | What::Foreign(_) => Resolved::Absent,
        });
    }
    resolved
}

fn resolve_key<'a>(
    tree: &Tree<'a>,
    entry: usize,
    key: &'static Key,
    values: &[Option<&'a std::ffi::OsStr>],
    indexed: &[Indexed<'a>],
) -> Result<Option<Found<'a>>, Box<Problem>> {
    let names = tree.names_of(entry);
    let mut found: Option<(usize, Cow<'a, std::ffi::OsStr>)> = None;
    for name in names.clone() {
        let Some(value) = values[name] else { continue };
        if value.is_empty() && (key.empty == Empty::Unset || tree.names()[name].role == Role::File) {
            continue;
        }
        if value.is_empty() && key.empty == Empty::Error {
            return Err(Box::new(
                Problem::of_key(Code::Invalid, tree, entry, key)
                    .says("is empty, which it may not be")
                    .note(format!("give {} a value, or unset it", tree.name(name))),
            ));
        }
        if let Some((other, _)) = &found {
            return Err(Box::new(both_set(tree, entry, key, *other, name)));
        }
        found = Some((name, Cow::Borrowed(value)));
    }
    if let Some(first) = indexed.iter().find(|item| names.contains(&item.name)) {
        if let Some((name, _)) = found {
            let item = format!("{}_{}", tree.name(first.name), first.index);
            return Err(Box::new(both(tree, entry, key, tree.name(name), &item)));
        }
        return gather_items(tree, entry, key, indexed, first.name).map(Some);
    }
    let Some((name, value)) = found else { return Ok(None) };
    let variable = Cow::Borrowed(tree.name(name));
    if tree.names()[name].role != Role::File {
        return Ok(Some(Found { raw: Raw::Text(value), origin: Origin::Variable(variable) }));
    }
    let path = std::path::PathBuf::from(value.into_owned());
    match file_twin::read(&path) {
        Ok(text) if text.is_empty() && key.empty == Empty::Unset => Err(Box::new(
            Problem::of_key(Code::Unreadable, tree, entry, key)
                .says(format!("the file {} that {variable} names is empty", path.display())),
        )),
        Ok(text) => {
            Ok(Some(Found { raw: Raw::Text(Cow::Owned(text)), origin: Origin::FileOf { variable, path } }))
        }
        Err(reason) => Err(Box::new(
            Problem::of_key(Code::Unreadable, tree, entry, key)
                .says(format!("the file {} that {variable} names {reason}", path.display())),
        )),
    }
}

fn gather_items<'a>(
    tree: &Tree<'a>,
    entry: usize,
    key: &'static Key,
    indexed: &[Indexed<'a>],
    name: usize,
) -> Result<Found<'a>, Box<Problem>> {
    let variable = tree.name(name);
    let mut items = Vec::new();
    for item in indexed.iter().filter(|item| item.name == name) {
        if item.index != items.len() {
            return Err(Box::new(gap(
                Problem::of_key(Code::Gap, tree, entry, key),
                variable,
                items.len(),
                item.index,
            )));
        }
        items.push(Raw::Text(Cow::Borrowed(item.value)));
    }
    Ok(Found { raw: Raw::Items(items), origin: Origin::Variable(Cow::Owned(format!("{variable}_0, ..."))) })
}

/// A list that skips a number.
pub(crate) fn gap(problem: Problem, variable: &str, missing: usize, found: usize) -> Problem {
    problem
        .says(format!("{variable}_{found} is set, but {variable}_{missing} is not"))
        .note("items are numbered from 0, without gaps")
}

fn both_set(tree: &Tree<'_>, entry: usize, key: &'static Key, one: usize, two: usize) -> Problem {
    both(tree, entry, key, tree.name(one), tree.name(two))
}

fn both(tree: &Tree<'_>, entry: usize, key: &'static Key, one: &str, two: &str) -> Problem {
    Problem::of_key(Code::Conflict, tree, entry, key)
        .says(format!("{one} and {two} are both set"))
        .note("unset one of them: which of the two counts would be a guess")
}
