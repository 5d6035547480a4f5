//! The constraints of a key, at run time.

use crate::{
    grammar::list::{Items, Said},
    manifest::{Breach, Key, Kind, constraint},
    source::{Node, NodeValue},
    value::Raw,
};

/// The constraint that the raw value breaks, and the number of the item that does, in a list.
pub(crate) fn breach(key: &Key, raw: &Raw<'_>) -> Option<(Option<usize>, Breach)> {
    if key.range().is_none()
        && key.len().is_none()
        && key.one_of().is_empty()
        && key.format().is_none()
        && key.pattern().is_none()
        || raw.is_elsewhere()
    {
        return None;
    }
    let raw = raw.current();
    if let Raw::Node(node) = raw
        && let NodeValue::List(_) | NodeValue::Table(_) = node.value
    {
        return breach_of_node(key, node);
    }
    let Kind::List { item, .. } = key.kind else {
        let text = raw.text().ok()?;
        return constraint::breach(key, text)
            .or_else(|| pattern_breach(key, text))
            .map(|breach| (None, breach));
    };
    let items = texts(raw, key, item)?;
    if let Some(length) = key.len()
        && let Some(breach) = length.breach(items.len())
    {
        return Some((None, breach));
    }
    items.iter().enumerate().find_map(|(at, text)| {
        let breach = constraint::item_breach(key, item, text).or_else(|| pattern_breach(key, text));
        breach.map(|breach| (Some(at), breach))
    })
}

/// The constraint that a list or table of a document breaks.
fn breach_of_node(key: &Key, node: &Node<'_>) -> Option<(Option<usize>, Breach)> {
    let inner: Vec<&Node<'_>> = match &node.value {
        NodeValue::List(items) => items.iter().collect(),
        NodeValue::Table(entries) => entries.iter().map(|(_, node)| node).collect(),
        NodeValue::Null | NodeValue::Text(_) | NodeValue::Literal { .. } => Vec::new(),
    };
    if let Some(length) = key.len()
        && let Some(breach) = length.breach(inner.len())
    {
        return Some((None, breach));
    }
    inner.iter().enumerate().find_map(|(at, node)| Some((Some(at), breach_of_item(key, node)?)))
}

/// The constraint on single values that one of them in the node breaks.
fn breach_of_item(key: &Key, node: &Node<'_>) -> Option<Breach> {
    match &node.value {
        NodeValue::Null => None,
        NodeValue::Text(text) | NodeValue::Literal { text, .. } => {
            let kind = key.kind.scalar();
            constraint::item_breach(key, kind, text).or_else(|| pattern_breach(key, text))
        }
        NodeValue::List(items) => items.iter().find_map(|item| breach_of_item(key, item)),
        NodeValue::Table(entries) => entries.iter().find_map(|(_, node)| breach_of_item(key, node)),
    }
}

/// The texts of the items of a list.
pub(crate) fn texts<'a>(raw: &'a Raw<'_>, key: &Key, item: &Kind) -> Option<Vec<Said<'a>>> {
    if let Some(nodes) = raw.node_items() {
        let text = |node: &'a Node<'_>| match &node.value {
            NodeValue::Text(text) | NodeValue::Literal { text, .. } => Some(Said::Whole(text)),
            NodeValue::Null | NodeValue::List(_) | NodeValue::Table(_) => None,
        };
        return nodes.iter().map(text).collect();
    }
    match raw {
        Raw::Items(items) => items.iter().map(|item| item.text().ok().map(Said::Whole)).collect(),
        text => {
            let mut items = Items::new(text.text().ok()?, key.how.separator, item).ok()?;
            let mut texts = Vec::new();
            while let Some(item) = items.next().ok()? {
                texts.push(item.value().ok()?);
            }
            Some(texts)
        }
    }
}

#[cfg(feature = "pattern")]
fn pattern_breach(key: &Key, text: &str) -> Option<Breach> {
    let pattern = key.pattern()?;
    // The derive has compiled the pattern once, so it is one.
    let matches = regex_lite::Regex::new(pattern).is_ok_and(|regex| regex.is_match(text));
    (!matches).then_some(Breach::Pattern(pattern))
}

#[cfg(not(feature = "pattern"))]
fn pattern_breach(_: &Key, _: &str) -> Option<Breach> {
    // Without the feature, the derive refuses the option.
    None
}
