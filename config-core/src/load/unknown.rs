//! What a source has that no key reads.

use std::fmt::Write;

use crate::{
    manifest::{
        Manifest, Removed,
        tree::{Role, Tree, What},
    },
    report::{Code, Problem, quote},
    source::{Layer, OnUnknown},
};

/// What the layer has that no key reads, with the names that may have been meant.
pub(crate) fn problems(tree: &Tree<'_>, removed: &[Removed], layer: &mut Layer<'_>) -> Vec<Problem> {
    let unknown = std::mem::take(&mut layer.unknown);
    if layer.on_unknown == OnUnknown::Ignore {
        return Vec::new();
    }
    let problems = unknown.into_iter().map(|(name, spot)| {
        let origin = layer.origin(name.clone().into(), spot);
        let problem = match (removed.iter().find(|removed| removed.old == name), layer.kind) {
            (Some(removed), _) => {
                Problem::new(Code::Removed, &name).says(format!("was removed; {}", removed.note))
            }
            (None, "env" | "dotenv") => of_variable(tree, removed, &name),
            (None, _) => of_path(tree, removed, &name),
        };
        let problem = problem.at(&origin);
        if layer.on_unknown == OnUnknown::Warn { problem.warning() } else { problem }
    });
    problems.collect()
}

/// A profile that the program does not have.
pub(crate) fn profile(manifest: &Manifest, profile: Option<&str>) -> Option<Problem> {
    let profile =
        profile.filter(|profile| !manifest.profiles.is_empty() && !manifest.profiles.contains(profile))?;
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

fn of_path(tree: &Tree<'_>, removed: &[Removed], path: &str) -> Problem {
    let known = (0..tree.entries().len()).map(|entry| tree.path(entry));
    unknown(path, known.chain(removed.iter().map(|removed| removed.old)))
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
