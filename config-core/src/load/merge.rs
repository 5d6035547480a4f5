//! Lists and maps that take what every source has.

use std::borrow::Cow;

use super::constraints;
use crate::{
    grammar::map,
    manifest::{Key, Kind},
    source::{Found, HeldNode, Name, Node, NodeValue, Shelf},
    value::Raw,
};

/// The values of all parts as one list or map: the items of a later one stand behind those of an earlier
/// one, and an entry of a map in the place of an earlier one of the same name. `None` where a part is no
/// such list or map.
pub(super) fn values<'a>(key: &Key, parts: &[Found<'a>], shelf: &'a Shelf) -> Option<Raw<'a>> {
    match key.kind {
        Kind::List { item, .. } => {
            let mut items = Vec::new();
            for part in parts {
                items.extend(items_of(key, item, &part.raw, shelf)?);
            }
            Some(Raw::Items(items))
        }
        Kind::Map { value } => {
            let mut entries: Vec<(Name<'a>, Node<'a>)> = Vec::new();
            for part in parts {
                for (name, node) in entries_of(key, value, &part.raw, shelf)? {
                    match entries.iter_mut().find(|(known, _)| known.text == name.text) {
                        Some(earlier) => *earlier = (name, node),
                        None => entries.push((name, node)),
                    }
                }
            }
            let node = Node::new(NodeValue::Table(entries), 0, 0);
            Some(Raw::Node(HeldNode::Whole(Box::new(node))))
        }
        _ => None,
    }
}

fn items_of<'a>(key: &Key, item: &Kind, raw: &Raw<'a>, shelf: &'a Shelf) -> Option<Vec<Raw<'a>>> {
    if let Some(nodes) = raw.node_items() {
        return Some(nodes.iter().map(|node| Raw::Node(HeldNode::Whole(Box::new(node.clone())))).collect());
    }
    match raw {
        Raw::Items(items) => Some(items.clone()),
        text => {
            let texts = constraints::texts(text, key, item)?;
            Some(texts.into_iter().map(|text| Raw::Unicode(shelf.copy(&text))).collect())
        }
    }
}

fn entries_of<'a>(
    key: &Key,
    value: &Kind,
    raw: &Raw<'a>,
    shelf: &'a Shelf,
) -> Option<Vec<(Name<'a>, Node<'a>)>> {
    if let Some(entries) = raw.node_entries() {
        return Some(entries.to_vec());
    }
    let mut texts = map::entries(value, raw.text().ok()?, &key.how).ok()?;
    let mut entries = Vec::new();
    while let Some(item) = texts.next().ok()? {
        let (name, value) = map::entry(item).ok()?;
        let value = NodeValue::Text(Cow::Borrowed(shelf.copy(&value.value().ok()?)));
        entries.push((Name::new(Cow::Borrowed(shelf.copy(name)), 0, 0), Node::new(value, 0, 0)));
    }
    Some(entries)
}
