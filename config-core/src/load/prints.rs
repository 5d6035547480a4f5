//! Keyed fingerprints of raw values, for whoever compares instances.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
};

use super::resolve::{Part, Resolution, Resolved};
use crate::{
    instance::Publish,
    manifest::tree::{Tree, What},
    source::{Node, NodeValue},
    value::Raw,
};

/// Who makes the fingerprints, and for which program.
#[derive(Clone)]
pub(crate) struct Printer {
    pub(crate) publisher: Arc<dyn Publish>,
    pub(crate) app: &'static str,
}

impl Printer {
    /// That of an entry; of its default, where no source has it.
    pub(super) fn print(&self, tree: &Tree<'_>, resolution: &Resolution<'_>, entry: usize) -> Option<String> {
        let told = |pieces: &[&[u8]]| {
            let told = || self.publisher.fingerprint(self.app, tree.path(entry), pieces);
            // Whoever publishes must not end the load.
            catch_unwind(AssertUnwindSafe(told)).ok().flatten()
        };
        if let Resolved::Elements(at) = resolution.entries[entry] {
            let mut pieces = Vec::new();
            resolution.elements[at].iter().for_each(|part| add_part(part, resolution, entry, &mut pieces));
            return told(&pieces);
        }
        if let Some(raw) = resolution.raw(entry) {
            let mut pieces = Vec::new();
            add_raw(&raw, &mut pieces);
            return told(&pieces);
        }
        match tree.entries()[entry].what {
            What::Key(key) => told(&[TEXT, key.default?.as_bytes()]),
            What::Many(_) | What::Foreign(_) => None,
        }
    }
}

// What a piece is stands in the piece before it, so that no value has the pieces of another.
const TEXT: &[u8] = b"text";
const LIST: &[u8] = b"list";
const TABLE: &[u8] = b"table";
const VARIABLES: &[u8] = b"variables";
const NULL: &[u8] = b"null";
const END: &[u8] = b"end";

fn add_part<'v>(
    part: &'v Part<'_>,
    resolution: &'v Resolution<'_>,
    entry: usize,
    pieces: &mut Vec<&'v [u8]>,
) {
    match part {
        Part::Node(found) => add_raw(&found.raw, pieces),
        Part::Variables(number) => {
            let strays = resolution.layers[*number].strays.iter().filter(|stray| stray.entry == entry);
            let mut strays: Vec<_> =
                strays.map(|stray| (stray.name.as_bytes(), stray.value.as_encoded_bytes())).collect();
            // The order of variables means nothing.
            strays.sort_unstable();
            pieces.push(VARIABLES);
            strays.into_iter().for_each(|(name, value)| pieces.extend([name, value]));
            pieces.push(END);
        }
    }
}

fn add_raw<'v>(raw: &'v Raw<'_>, pieces: &mut Vec<&'v [u8]>) {
    match raw {
        Raw::Rotated(rotated) => add_raw(&rotated.current, pieces),
        Raw::Text(text) => pieces.extend([TEXT, text.as_encoded_bytes()]),
        Raw::Unicode(text) => pieces.extend([TEXT, text.as_bytes()]),
        Raw::Items(items) => {
            pieces.push(LIST);
            items.iter().for_each(|item| add_raw(item, pieces));
            pieces.push(END);
        }
        Raw::Node(node) => add_node(node, pieces),
    }
}

fn add_node<'v>(node: &'v Node<'_>, pieces: &mut Vec<&'v [u8]>) {
    match &node.value {
        NodeValue::Null => pieces.push(NULL),
        // A number of a document is the text that a variable would have.
        NodeValue::Text(text) | NodeValue::Literal { text, .. } => pieces.extend([TEXT, text.as_bytes()]),
        NodeValue::List(items) => {
            pieces.push(LIST);
            items.iter().for_each(|item| add_node(item, pieces));
            pieces.push(END);
        }
        NodeValue::Table(entries) => {
            let mut entries: Vec<_> =
                entries.iter().map(|(name, node)| (name.text.as_bytes(), node)).collect();
            // As that of variables.
            entries.sort_by_key(|(name, _)| *name);
            pieces.push(TABLE);
            for (name, node) in entries {
                pieces.push(name);
                add_node(node, pieces);
            }
            pieces.push(END);
        }
    }
}
