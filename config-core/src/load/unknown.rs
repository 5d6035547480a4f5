//! What a source has that no key reads.

use std::{borrow::Cow, fmt::Write};

use crate::{
    manifest::{
        Manifest, Removed,
        tree::{Role, Tree, What},
    },
    report::{Code, Problem, quote},
    source::{Layer, OnUnknown, place::NOT_SHOWN},
};

/// How many of them one source reports: a file that is no configuration at all could hold millions.
const MOST: usize = 100;

/// What the layer has that no key reads, with the names that may have been meant.
pub(crate) fn problems(tree: &Tree<'_>, removed: &[Removed], layer: &mut Layer<'_>) -> Vec<Problem> {
    if layer.unknown.is_empty() && layer.unknown_paths.is_empty() {
        return Vec::new();
    }
    let variables = std::mem::take(&mut layer.unknown);
    let paths = std::mem::take(&mut layer.unknown_paths);
    if layer.on_unknown == OnUnknown::Ignore {
        return Vec::new();
    }
    let left = (variables.len() + paths.len()).saturating_sub(MOST);
    let gone = |name: &str| {
        let removed = removed.iter().find(|removed| removed.old == name)?;
        Some(Problem::new(Code::Removed, name).says(format!("was removed; {}", removed.note)))
    };
    let variables = variables.into_iter().map(|(name, spot)| {
        let shown = if layer.file.is_some() { without_value(tree, &name) } else { Cow::Borrowed(&*name) };
        let problem = gone(&name).unwrap_or_else(|| of_variable(tree, removed, &shown));
        problem.at(&layer.origin(name.into(), spot))
    });
    let paths = paths.into_iter().map(|(path, spot)| {
        let problem = gone(&path).unwrap_or_else(|| match layer.kind {
            "directory" => of_file(tree, &path),
            _ => of_path(tree, removed, &path),
        });
        problem.at(&layer.origin_of_path(&path, spot))
    });
    let mut problems: Vec<_> = variables.chain(paths).take(MOST).collect();
    if left > 0
        && let Some(last) = problems.pop()
    {
        problems.push(last.note(format!("and {left} more")));
    }
    if layer.on_unknown == OnUnknown::Warn {
        problems = problems.into_iter().map(Problem::warning).collect();
    }
    problems
}

/// A profile that the program does not have.
pub(crate) fn profile(manifest: &Manifest, profile: &str) -> Option<Problem> {
    if manifest.profiles.is_empty() || manifest.profiles.contains(&profile) {
        return None;
    }
    let mut message = format!("{} is not a profile of {}", quote(profile), manifest.app);
    if let Some(like) = nearest(profile, manifest.profiles.iter().copied()) {
        let _ = write!(message, "; did you mean {like}?");
    }
    let problem = Problem::new(Code::Profile, "profile").says(message);
    Some(problem.note(format!("the profiles are {}", manifest.profiles.join(", "))))
}

fn of_variable(tree: &Tree<'_>, removed: &[Removed], name: &str) -> Problem {
    let known = (0..tree.names().len())
        .filter(|at| tree.names()[*at].role != Role::File || name.ends_with("_FILE"))
        .map(|at| tree.name(at));
    let problem = unknown(name, known.chain(removed.iter().map(|removed| removed.old)));
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

fn of_path(tree: &Tree<'_>, removed: &[Removed], path: &str) -> Problem {
    // The name of a variable stands where the path of its key should.
    if let Some(at) = tree.lookup(path.as_bytes()) {
        let meant = tree.path(tree.names()[at].entry as usize);
        return Problem::new(Code::Unknown, path).says(format!("unknown; in a file this is {meant}"));
    }
    let keys = (0..tree.entries().len()).map(|entry| tree.path(entry));
    // A group is misspelled as easily as a key.
    let groups = keys.clone().flat_map(|path| path.match_indices('.').map(|(dot, _)| &path[..dot]));
    let old = removed.iter().map(|removed| removed.old);
    let problem = unknown(path, keys.chain(groups).chain(old));
    if path.ends_with(NOT_SHOWN) {
        return problem.note("the name is not shown: what stands there may be a value");
    }
    problem
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

/// The known name that is nearest: at most a quarter of its letters apart. Upper and lower case, `-`
/// and `_` are the same here.
fn nearest<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    /// Beyond this, comparing takes long, and nothing is near.
    const LONG: usize = 200;
    if name.len() > LONG {
        return None;
    }
    let plain = |name: &str| name.to_ascii_lowercase().replace('-', "_").replace('"', "");
    let name = plain(name);
    known
        .map(|known| (strsim::damerau_levenshtein(&plain(known), &name), known))
        .min()
        .filter(|(distance, known)| *distance <= (known.len() / 4).clamp(1, 5))
        .map(|(_, known)| known)
}
