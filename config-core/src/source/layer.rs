//! What one source has, sorted by the names of the manifest.

use std::{borrow::Cow, ffi::OsStr};

use crate::{
    manifest::{
        Kind, Shape,
        tree::{Role, Tree, What, split_index},
    },
    value::Raw,
};

/// What one source has.
pub(crate) struct Layer<'a> {
    /// By name: what the variable holds.
    pub(crate) values: Vec<Option<&'a OsStr>>,
    /// Items of a list, each in a variable of its own: the name of the list, the number, the variable.
    pub(crate) indexed: Vec<Indexed<'a>>,
    /// Variables of the elements of lists and maps, and of third-party structs.
    pub(crate) strays: Vec<Stray<'a>>,
    /// Variables under the prefix that no key reads.
    pub(crate) unknown: Vec<Cow<'a, str>>,
}

/// One item of a list, in a variable of its own.
pub(crate) struct Indexed<'a> {
    pub(crate) name: usize,
    pub(crate) index: usize,
    pub(crate) value: &'a OsStr,
}

/// A variable that belongs to an entry, but is not its own.
#[derive(Clone, Copy)]
pub(crate) struct Stray<'a> {
    pub(crate) entry: usize,
    pub(crate) name: &'a str,
    pub(crate) value: &'a OsStr,
}

/// What a source has for a key.
pub(crate) struct Found<'a> {
    pub(crate) raw: Raw<'a>,
    pub(crate) origin: super::Origin<'a>,
}

impl<'a> Layer<'a> {
    pub(crate) fn new(tree: &Tree<'_>) -> Self {
        Self {
            values: vec![None; tree.names().len()],
            indexed: Vec::new(),
            strays: Vec::new(),
            unknown: Vec::new(),
        }
    }

    /// Sorts one variable in. One that is not Unicode has no key: all names are ASCII.
    pub(crate) fn accept(&mut self, tree: &Tree<'_>, prefix: &str, name: &'a OsStr, value: &'a OsStr) {
        if let Some(at) = tree.lookup(name.as_encoded_bytes()) {
            self.values[at] = Some(value);
            return;
        }
        let Some(name) = name.to_str() else { return };
        if let Some(entry) = stray_entry(tree, name) {
            self.strays.push(Stray { entry, name, value });
        } else if let Some((name, index)) = indexed_name(tree, name) {
            self.indexed.push(Indexed { name, index, value });
        } else if is_under(prefix, name) && !is_of_kubernetes(prefix, name) {
            self.unknown.push(Cow::Borrowed(name));
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
    (0..tree.entries().len()).filter(holds).max_by_key(|entry| tree.variable(*entry).len())
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

pub(crate) fn is_under(prefix: &str, name: &str) -> bool {
    !prefix.is_empty() && name.strip_prefix(prefix).is_some_and(|rest| rest.starts_with('_'))
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
