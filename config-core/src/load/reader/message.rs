//! What a problem says of a value: quoted, or never shown where it is secret.

use crate::{
    load::constraints,
    manifest::{Key, Kind, tree::Tree},
    report::{Code, Problem, quote, short},
    source::{Node, NodeValue, Origin},
    value::{Invalid, Raw, Reason},
};

/// Whether the raw value, which is of its kind, keeps the constraints of the key; the item that does
/// not, in a list.
pub(super) fn constrained(
    tree: &Tree<'_>,
    entry: usize,
    key: &'static Key,
    raw: &Raw<'_>,
) -> Result<(), (Option<usize>, Box<Problem>)> {
    let Some((item, breach)) = constraints::breach(key, raw) else { return Ok(()) };
    let breach = breach.phrase();
    let message = match item {
        _ if key.is_secret => format!("the secret {breach}"),
        None => format!("{} {breach}", shown(raw)),
        Some(item) => format!("{} {breach}", shown_item(key, raw, item)),
    };
    Err((item, Box::new(Problem::of_key(Code::Constraint, tree, entry, key).says(message))))
}

/// Points at an item of what stands at `origin`, where it has a place of its own.
pub(super) fn point_at(origin: &mut Origin<'_>, raw: &Raw<'_>, items: impl Iterator<Item = usize>) {
    let (Origin::File { line, column, .. }, Raw::Node(node)) = (origin, raw.current()) else { return };
    let mut node = &**node;
    for item in items {
        let inner = match &node.value {
            NodeValue::List(items) => items.get(item),
            NodeValue::Table(entries) => entries.get(item).map(|(_, node)| node),
            NodeValue::Null | NodeValue::Text(_) | NodeValue::Literal { .. } => None,
        };
        let Some(inner) = inner else { return };
        node = inner;
        (*line, *column) = (node.line, node.column);
    }
}

/// A value as an error shows it: quoted, or what it is where it is no text.
fn shown(raw: &Raw<'_>) -> String {
    match raw {
        Raw::Rotated(rotated) => shown(&rotated.current),
        Raw::Node(node) => shown_node(node),
        Raw::Items(items) => a_list_of(items.len()),
        Raw::Text(_) | Raw::Unicode(_) => raw.text().map(quote).unwrap_or_default(),
    }
}

fn shown_node(node: &Node<'_>) -> String {
    match &node.value {
        NodeValue::Null => "nothing".to_owned(),
        NodeValue::Text(text) => quote(text),
        NodeValue::Literal { text, .. } => short(text).into_owned(),
        NodeValue::List(items) => a_list_of(items.len()),
        NodeValue::Table(_) => "a table".to_owned(),
    }
}

fn a_list_of(items: usize) -> String {
    format!("a list of {items} item{}", if items == 1 { "" } else { "s" })
}

/// The item of a list, or the entry of a map, as an error shows it.
fn shown_item(key: &Key, raw: &Raw<'_>, item: usize) -> String {
    let number = item + 1;
    if let Some((name, node)) = raw.node_entries().and_then(|entries| entries.get(item)) {
        return format!("entry {} {}", quote(&name.text), shown_node(node));
    }
    if let Some(node) = raw.node_items().and_then(|items| items.get(item)) {
        return format!("item {number} {}", shown_node(node));
    }
    format!("item {number} {}", quote_item(key, raw, item)).trim_end().to_owned()
}

/// The item of a list in a text, in quotation marks.
fn quote_item(key: &Key, raw: &Raw<'_>, item: usize) -> String {
    let Kind::List { item: kind, .. } = key.kind else { return String::new() };
    let texts = constraints::texts(raw, key, kind);
    texts.and_then(|texts| texts.get(item).map(|text| quote(text))).unwrap_or_default()
}

pub(super) fn invalid_value(
    tree: &Tree<'_>,
    entry: usize,
    key: &'static Key,
    raw: &Raw<'_>,
    Invalid(reason): Invalid,
) -> Problem {
    let problem = Problem::of_key(Code::Invalid, tree, entry, key);
    let expected = key.kind.expected();
    if key.is_secret {
        let hint = if raw.wants_quotes(key.kind) { "; write it in quotes" } else { "" };
        return match reason {
            Reason::NotUnicode => {
                Problem::of_key(Code::NotUnicode, tree, entry, key).says("the secret is not UTF-8 text")
            }
            Reason::Fault(_) | Reason::Item(..) | Reason::Foreign(_) => {
                problem.says(format!("the secret is not {expected}{hint}"))
            }
        };
    }
    let text = match raw.text() {
        Ok(text) => text,
        Err(Invalid(Reason::NotUnicode)) => {
            return Problem::of_key(Code::NotUnicode, tree, entry, key).says("is not UTF-8 text");
        }
        Err(_) => "",
    };
    if is_service_of_kubernetes(text) {
        return Problem::of_key(Code::KubernetesService, tree, entry, key)
            .says(format!("{} is the address of a Kubernetes service, not {expected}", quote(text)))
            .note("Kubernetes sets this variable for a service of this name, not you: set enableServiceLinks: false in the pod");
    }
    match reason {
        Reason::Fault(fault) => problem.says(with_hint(&shown(raw), expected.as_str(), fault.hint, text)),
        Reason::NotUnicode => Problem::of_key(Code::NotUnicode, tree, entry, key).says("is not UTF-8 text"),
        Reason::Foreign(said) => {
            problem.says(format!("{} is not {expected}", shown(raw))).note(crate::report::plain(&said))
        }
        Reason::Item(item, mut inner) => {
            // An item of a list in a list is told by the outer one; its place is its own.
            while let Invalid(Reason::Item(_, deeper)) = *inner {
                inner = deeper;
            }
            let kind = match key.kind {
                Kind::Pair { first, .. } if item == 0 => first,
                Kind::Pair { second, .. } => second,
                kind => kind.scalar(),
            };
            let place = shown_item(key, raw, item);
            match inner.0 {
                Reason::Fault(fault) => problem.says(with_hint(
                    &place,
                    kind.expected().as_str(),
                    fault.hint,
                    quote_item(key, raw, item).trim_matches('"'),
                )),
                Reason::Foreign(said) => problem
                    .says(format!("{place} is not {}", kind.expected()))
                    .note(crate::report::plain(&said)),
                Reason::NotUnicode | Reason::Item(..) => {
                    problem.says(format!("{place} is not {}", kind.expected()))
                }
            }
        }
    }
}

fn with_hint(shown: &str, expected: &str, hint: &str, text: &str) -> String {
    if hint.is_empty() {
        return format!("{shown} is not {expected}");
    }
    let hint = hint.replace("{}", short(text.trim_ascii()).as_ref());
    format!("{shown} is not {expected}; {hint}")
}

/// `tcp://10.0.0.1:80`: what Kubernetes puts into `NAME_PORT` for a service.
fn is_service_of_kubernetes(text: &str) -> bool {
    ["tcp://", "udp://", "sctp://"].iter().any(|scheme| {
        text.strip_prefix(scheme).is_some_and(|address| address.parse::<std::net::SocketAddr>().is_ok())
    })
}
