//! What a source has that no key reads.

use std::{borrow::Cow, fmt::Write};

use crate::{
    manifest::tree::{Role, Tree, What},
    report::{Code, Problem},
    source::{Layer, OnUnknown},
};

/// What the layer has that no key reads, with the names that may have been meant.
pub(crate) fn problems(tree: &Tree<'_>, layer: &mut Layer<'_>) -> Vec<Problem> {
    let unknown = std::mem::take(&mut layer.unknown);
    if layer.on_unknown == OnUnknown::Ignore {
        return Vec::new();
    }
    let problems = unknown.into_iter().map(|(name, spot)| {
        let origin = layer.origin(name.clone().into(), spot);
        let problem = match layer.file {
            Some(_) if layer.kind == "directory" => of_file(tree, &name),
            Some(_) if layer.kind == "dotenv" => of_variable(tree, &without_value(tree, &name)),
            Some(_) => of_path(tree, &name),
            None => of_variable(tree, &name),
        };
        let problem = problem.at(&origin);
        if layer.on_unknown == OnUnknown::Warn { problem.warning() } else { problem }
    });
    problems.collect()
}

fn of_variable(tree: &Tree<'_>, name: &str) -> Problem {
    let known = (0..tree.names().len())
        .filter(|at| tree.names()[*at].role != Role::File || name.ends_with("_FILE"))
        .map(|at| tree.name(at));
    let problem = unknown(name, known);
    match name.strip_suffix("_FILE").and_then(|plain| Some((plain, tree.lookup(plain.as_bytes())?))) {
        Some((plain, at)) => match tree.entries()[tree.names()[at].entry as usize].what {
            What::Key(key) if !key.is_secret => {
                problem.note(format!("only secrets are read from files; set {plain} itself"))
            }
            _ => problem,
        },
        None => problem,
    }
}

/// The name in a file, cut where it goes on after the name of a secret: where `=` is missing between
/// the two, the rest may be the value, up to the `=` of a padding.
fn without_value<'n>(tree: &Tree<'_>, name: &'n str) -> Cow<'n, str> {
    let is_secret = |at: &usize| match tree.entries()[tree.names()[*at].entry as usize].what {
        What::Key(key) => key.is_secret,
        What::Many(_) | What::Foreign(_) => false,
    };
    let secrets = (0..tree.names().len()).filter(is_secret).map(|at| tree.name(at));
    match secrets.filter(|secret| name.starts_with(secret)).map(str::len).max() {
        Some(length) => Cow::Owned(format!("{}...", &name[..length])),
        None => Cow::Borrowed(name),
    }
}

fn of_path(tree: &Tree<'_>, path: &str) -> Problem {
    unknown(path, (0..tree.entries().len()).map(|entry| tree.path(entry)))
}

/// A file of a directory, where it may be named by its variable or by its path.
fn of_file(tree: &Tree<'_>, name: &str) -> Problem {
    let entries = || 0..tree.entries().len();
    unknown(name, entries().map(|entry| tree.variable(entry)).chain(entries().map(|entry| tree.path(entry))))
}

fn unknown<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> Problem {
    let mut message = "unknown".to_owned();
    if let Some(like) = nearest(name, known) {
        let _ = write!(message, "; did you mean {like}?");
    }
    Problem::new(Code::Unknown, name).says(message)
}

/// The known name that is nearest: at most a quarter of its letters apart.
fn nearest<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    known
        .map(|known| (strsim::damerau_levenshtein(known, name), known))
        .min()
        .filter(|(distance, known)| *distance <= (known.len() / 4).clamp(1, 5))
        .map(|(_, known)| known)
}
