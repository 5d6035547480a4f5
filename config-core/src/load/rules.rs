//! Rules at run time: from their data where a key failed, and the operands for the report.

use std::{fmt::Write, ops::Range};

use super::resolve::{Resolution, Resolved};
use crate::{
    grammar::{Scalar, scalar},
    manifest::{
        Fact, Group, Item, Key, Kind, Rule, Shape,
        tree::{Tree, What},
    },
    report::{Code, Problem, short},
    source::{ELSEWHERE, Origin},
    value::Raw,
};

/// Whether the rule holds, from the texts of its keys; `None` where they do not decide it.
pub(super) fn evaluate(
    tree: &Tree<'_>,
    resolution: &Resolution<'_>,
    start: usize,
    group: &Group,
    rule: &Rule,
) -> Option<bool> {
    let operands = rule.operands.iter().map(|operand| {
        let operand = find(start, group, operand);
        let raw = match &operand {
            Some(Operand::Key(entry)) => resolution.raw(*entry),
            Some(Operand::Group(_)) | None => None,
        };
        (operand, raw)
    });
    // Facts borrow from these.
    let operands: Vec<_> = operands.collect();
    let facts = operands.iter().map(|(operand, raw)| match operand {
        Some(Operand::Key(entry)) => fact(tree, resolution.entries[*entry], raw.as_ref(), *entry),
        Some(Operand::Group(entries)) => group_fact(resolution, entries.clone()),
        None => Fact::Unknown,
    });
    rule.holds(&facts.collect::<Vec<_>>())
}

/// What an operand of a rule leads to.
enum Operand {
    /// A key.
    Key(usize),
    /// A group that is there or not, by its keys.
    Group(Range<usize>),
}

/// Whether a group that may be left out is there: a source has one of its keys.
fn group_fact<'r>(resolution: &Resolution<'_>, entries: Range<usize>) -> Fact<'r> {
    if is_woken(resolution, entries) {
        Fact::Present { value: Scalar::Opaque, bytes: 0 }
    } else {
        Fact::Absent
    }
}

fn is_woken(resolution: &Resolution<'_>, entries: Range<usize>) -> bool {
    resolution.entries[entries].iter().any(|resolved| !matches!(resolved, Resolved::Absent))
}

fn fact<'r>(tree: &Tree<'_>, resolved: Resolved, raw: Option<&'r Raw<'_>>, entry: usize) -> Fact<'r> {
    let What::Key(key) = tree.entries()[entry].what else { return Fact::Unknown };
    let text = match resolved {
        Resolved::Failed | Resolved::Elements(_) => return Fact::Unknown,
        Resolved::Single { .. } | Resolved::Shadowing(_) | Resolved::Merged(_) => {
            match raw.map(|raw| raw.text_of(key.kind)) {
                Some(Ok(ELSEWHERE)) => return Fact::Present { value: Scalar::Opaque, bytes: 0 },
                Some(Ok(text)) => text,
                Some(Err(_)) | None => return Fact::Unknown,
            }
        }
        Resolved::Absent => match key.default {
            Some(default) => default,
            None if key.is_optional => return Fact::Absent,
            None => return Fact::Unknown,
        },
    };
    match scalar(key.kind, text, &key.how) {
        Ok(value) if super::constraints::breach(key, &Raw::Unicode(text)).is_none() => {
            Fact::Present { value, bytes: text.len() }
        }
        _ => Fact::Unknown,
    }
}

/// The problem of a rule that does not hold, with its operands and where they came from.
pub(super) fn broken<'a>(
    tree: &Tree<'a>,
    resolution: &Resolution<'a>,
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
            Some(Operand::Key(entry)) => describe(&mut operands, tree, resolution, entry, operand),
            Some(Operand::Group(entries)) => {
                describe_group(&mut operands, tree, resolution, entries, operand);
            }
            None => operands.push_str(operand),
        }
    }
    Problem::new(Code::Rule, "rule").says(rule.message).note(format!("{}, but {operands}", rule.source))
}

fn describe_group(
    text: &mut String,
    tree: &Tree<'_>,
    resolution: &Resolution<'_>,
    entries: Range<usize>,
    operand: &str,
) {
    text.push_str(operand);
    if is_woken(resolution, entries.clone()) {
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

fn describe<'a>(
    text: &mut String,
    tree: &Tree<'a>,
    resolution: &Resolution<'a>,
    entry: usize,
    operand: &str,
) {
    let What::Key(key) = tree.entries()[entry].what else {
        text.push_str(operand);
        return;
    };
    // Writing to a string cannot fail.
    let _ = match (resolution.found(tree, entry), &resolution.entries[entry]) {
        (Some(found), _) => {
            write!(text, "{operand} is {} ({})", value_of(key, &found.raw), found.origin)
        }
        (None, Resolved::Absent) => match key.default {
            Some(default) => write!(text, "{operand} is {} ({})", short(default), Origin::Default),
            None => write!(text, "{operand} is not set ({})", tree.variable(entry)),
        },
        (None, _) => write!(text, "{operand} is not valid"),
    };
}

/// The value as the operand of a rule shows it.
fn value_of(key: &Key, raw: &Raw<'_>) -> String {
    match (key.is_secret, raw.text()) {
        (true, _) | (_, Ok(ELSEWHERE)) => "set".to_owned(),
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
