//! A manifest that is made while a tool runs, of what it read.

use super::{
    Carry, Group, Hardening, Manifest, Removed, Size,
    carried::{HEAD, Text},
    tree,
};

/// What a manifest is made of, besides its keys and groups.
#[derive(Clone, Copy, Debug)]
pub struct Parts {
    /// The name of the program.
    pub app: &'static str,
    /// What the names of its variables begin with.
    pub prefix: &'static str,
    /// What must be said of every secret.
    pub hardening: Hardening,
    /// The profiles that there are.
    pub profiles: &'static [&'static str],
    /// Names that were keys once.
    pub removed: &'static [Removed],
    /// Its keys and groups.
    pub group: &'static Group,
    /// The crate that it is written in.
    pub crate_name: &'static str,
    /// The version of that crate.
    pub version: &'static str,
}

impl Manifest {
    /// A manifest of these parts, and of the JSON that they come from. It stays for as long as the program runs, as
    /// everything does that a manifest refers to.
    ///
    /// `None` where the groups have more entries or names than a manifest can.
    #[doc(hidden)]
    pub fn of_parts(parts: Parts, json: &str) -> Option<&'static Self> {
        let Parts { app, prefix, group, crate_name, version, .. } = parts;
        let Size { entries, names, .. } = Size::of(group);
        if entries.max(names) >= usize::from(tree::VACANT) {
            return None;
        }
        let layout: &'static tree::Element = Box::leak(Box::new(tree::Element::new(group, prefix, "")));
        let mut carried = vec![0; HEAD];
        carried.extend_from_slice(json.as_bytes());
        let carry = Carry { head: Text::EMPTY, group, crate_name, version };
        let manifest = Self::new(app, prefix, &carry, carried.leak(), layout.tree());
        let Parts { hardening, profiles, removed, .. } = parts;
        Some(Box::leak(Box::new(Self { hardening, profiles, removed, ..manifest })))
    }
}

/// The hash of a part of the names of variables, as [`Key::new`](super::Key::new) takes it.
#[doc(hidden)]
pub fn part_hash(part: &str) -> u64 {
    tree::part_hash(part)
}
