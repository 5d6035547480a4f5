//! Rules at run time: from their data where a key failed, and the operands for the report.

use std::{fmt::Write, ops::Range};

use super::resolve::Resolved;
use crate::{
    grammar::{Scalar, scalar},
    manifest::{
        Fact, Group, Item, Key, Kind, Rule, Shape,
        tree::{Tree, What},
    },
    report::{Code, Problem, short},
    source::Origin,
    value::Raw,
};

/// Whether the rule holds, from the texts of its keys; `None` where they do not decide it.
pub(super) fn evaluate(
    tree: &Tree<'_>,
    resolved: &[Resolved<'_>],
    start: usize,
    group: &Group,
    rule: &Rule,
) -> Option<bool> {
    let facts: Vec<Fact<'_>> = rule
        .operands
        .iter()
        .map(|operand| match find(start, group, operand) {
            Some(Operand::Key(entry)) => fact(tree, resolved, entry),
            Some(Operand::Group(entries)) => group_fact(resolved, entries),
            None => Fact::Unknown,
        })
        .collect();
    rule.holds(&facts)
}

/// What an operand of a rule leads to.
enum Operand {
    /// A key.
    Key(usize),
    /// A group that is there or not, by its keys.
    Group(Range<usize>),
}

/// Whether a group that may be left out is there: a source has one of its keys.
fn group_fact<'r>(resolved: &[Resolved<'_>], entries: Range<usize>) -> Fact<'r> {
    if is_woken(resolved, entries) { Fact::Present { value: Scalar::Opaque, bytes: 0 } } else { Fact::Absent }
}

fn is_woken(resolved: &[Resolved<'_>], entries: Range<usize>) -> bool {
    resolved[entries].iter().any(|resolved| !matches!(resolved, Resolved::Absent))
}

fn fact<'r>(tree: &Tree<'r>, resolved: &'r [Resolved<'_>], entry: usize) -> Fact<'r> {
    let What::Key(key) = tree.entries()[entry].what else { return Fact::Unknown };
    let text = match &resolved[entry] {
        Resolved::Failed | Resolved::Elements(_) => return Fact::Unknown,
        Resolved::Found { found, .. } | Resolved::Merged { found, .. } => match found.raw.text_of(key.kind) {
            Ok(text) => text,
            Err(_) => return Fact::Unknown,
        },
        Resolved::Absent => match key.default {
            Some(default) => default,
            None if key.is_optional => return Fact::Absent,
            None => return Fact::Unknown,
        },
    };
    match scalar(key.kind, text, &key.how) {
        Ok(value)
            if super::constraints::breach(key, &Raw::Text(std::borrow::Cow::Borrowed(text.as_ref())))
                .is_none() =>
        {
            Fact::Present { value, bytes: text.len() }
        }
        _ => Fact::Unknown,
    }
}

/// The problem of a rule that does not hold, with its operands and where they came from.
pub(super) fn broken(
    tree: &Tree<'_>,
    resolved: &[Resolved<'_>],
    start: usize,
    group: &Group,
    rule: &Rule,
) -> Problem {
    let mut operands = String::new();
    for (at, operand) in rule.operands.iter().enumerate() {
        let between = match at {
            0 => "",
            at if at + 1 == rule.operands.len() => " and ",
            _ => ", ",
        };
        operands.push_str(between);
        match find(start, group, operand) {
            Some(Operand::Key(entry)) => describe(&mut operands, tree, resolved, entry, operand),
            Some(Operand::Group(entries)) => {
                describe_group(&mut operands, tree, resolved, entries, operand);
            }
            None => operands.push_str(operand),
        }
    }
    Problem::new(Code::Rule, "rule").says(rule.message).note(format!("{}, but {operands}", rule.source))
}

fn describe_group(
    text: &mut String,
    tree: &Tree<'_>,
    resolved: &[Resolved<'_>],
    entries: Range<usize>,
    operand: &str,
) {
    text.push_str(operand);
    if is_woken(resolved, entries.clone()) {
        text.push_str(" is set");
        return;
    }
    text.push_str(" is not set");
    let needed = entries.filter(|entry| match tree.entries()[*entry].what {
        What::Key(key) => key.is_required(),
        What::Many(_) | What::Foreign(_) => false,
    });
    let needed: Vec<&str> = needed.map(|entry| tree.variable(entry)).collect();
    if !needed.is_empty() {
        text.push_str(&format!(" ({})", needed.join(", ")));
    }
}

fn describe(text: &mut String, tree: &Tree<'_>, resolved: &[Resolved<'_>], entry: usize, operand: &str) {
    let What::Key(key) = tree.entries()[entry].what else {
        text.push_str(operand);
        return;
    };
    // Writing to a string cannot fail.
    let _ = match &resolved[entry] {
        Resolved::Failed | Resolved::Elements(_) => write!(text, "{operand} is not valid"),
        Resolved::Absent => match key.default {
            Some(default) => write!(text, "{operand} is {} ({})", short(default), Origin::Default),
            None => write!(text, "{operand} is not set ({})", tree.variable(entry)),
        },
        Resolved::Found { found, .. } | Resolved::Merged { found, .. } => {
            write!(text, "{operand} is {} ({})", value_of(key, &found.raw), found.origin)
        }
    };
}

/// The value as the operand of a rule shows it.
fn value_of(key: &Key, raw: &Raw<'_>) -> String {
    match (key.is_secret, raw.text()) {
        (true, _) => "set".to_owned(),
        (false, Ok(text)) if matches!(key.kind, Kind::Text) => crate::report::quote(text),
        (false, Ok(text)) => short(text).into_owned(),
        (false, Err(_)) => "set".to_owned(),
    }
}

/// What `fields`, such as `pool.max`, lead to.
fn find(start: usize, group: &Group, fields: &str) -> Option<Operand> {
    let (field, rest) = match fields.split_once('.') {
        Some((field, rest)) => (field, Some(rest)),
        None => (fields, None),
    };
    let mut entry = start;
    for item in group.items {
        if item.field() == field {
            return match (rest, item) {
                (None, Item::Key(_)) => Some(Operand::Key(entry)),
                (None, Item::Nested(nested)) if nested.shape == Shape::Optional => {
                    Some(Operand::Group(entry..entry + item.size()))
                }
                (Some(rest), Item::Nested(nested)) if !nested.is_many() => find(entry, nested.group, rest),
                (None | Some(_), _) => None,
            };
        }
        entry += item.size();
    }
    None
}
