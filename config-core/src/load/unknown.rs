//! Variables that no key reads.

use std::fmt::Write;

use crate::{
    manifest::tree::{Role, Tree, What},
    report::{Code, Problem},
};

/// A variable under the prefix that no key reads, with the name that may have been meant.
pub(crate) fn problem(tree: &Tree<'_>, name: &str) -> Problem {
    let mut message = "unknown".to_owned();
    if let Some(like) = nearest(tree, name) {
        let _ = write!(message, "; did you mean {like}?");
    }
    let mut problem = Problem::new(Code::Unknown, name).says(message).warning();
    if let Some(plain) = name.strip_suffix("_FILE")
        && let Some(at) = tree.lookup(plain.as_bytes())
    {
        let entry = tree.names()[at].entry as usize;
        if let What::Key(key) = tree.entries()[entry].what
            && !key.is_secret
        {
            problem = problem.note(format!("only secrets are read from files; set {plain} itself"));
        }
    }
    problem.note("from the environment")
}

/// The known name that is nearest: at most a third of its letters apart.
fn nearest<'a>(tree: &Tree<'a>, name: &str) -> Option<&'a str> {
    (0..tree.names().len())
        .filter(|at| tree.names()[*at].role != Role::File || name.ends_with("_FILE"))
        .map(|at| tree.name(at))
        .map(|known| (strsim::damerau_levenshtein(known, name), known))
        .min()
        .filter(|(distance, known)| *distance <= (known.len() / 4).clamp(1, 5))
        .map(|(_, known)| known)
}
