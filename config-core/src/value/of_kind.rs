//! A value of which only the kind is known, as a check of a deployment has it.

use std::collections::HashSet;

use super::{Invalid, Raw, collections::read_items};
use crate::{
    grammar::{How, map, scalar},
    manifest::{Kind, ListForm},
};

/// Whether the raw value is one of the kind.
///
/// # Errors
/// What is wrong with it, without any of it.
pub(crate) fn check_kind(kind: &Kind, raw: &Raw<'_>, how: &How) -> Result<(), Invalid> {
    if raw.is_elsewhere() {
        return Ok(());
    }
    match kind {
        Kind::List { item, form } => {
            let items = read_items(raw, item, how, |raw, how| check_kind(item, raw, how))?;
            match form {
                ListForm::Exactly(count) if *count != items.len() => Err(Invalid::plain()),
                ListForm::Exactly(_) | ListForm::Any | ListForm::Unique => Ok(()),
            }
        }
        Kind::Map { value } if raw.node_entries().is_some() => {
            let entries = raw.node_entries().unwrap_or_default();
            entries.iter().enumerate().try_for_each(|(at, (_, node))| {
                check_kind(value, &node.into(), &how.item()).map_err(|invalid| invalid.at_item(at))
            })
        }
        Kind::Map { value } => {
            let mut entries = map::entries(value, raw.text_of(kind)?, how)?;
            let mut names = HashSet::new();
            while let Some(item) = entries.next()? {
                let (name, item) = map::entry(item)?;
                check_kind(value, &Raw::Unicode(&item.value()?), &how.item())
                    .map_err(|invalid| invalid.at_item(names.len()))?;
                if !names.insert(name) {
                    return Err(map::TWICE.into());
                }
            }
            Ok(())
        }
        Kind::Pair { first, second } if raw.node_items().is_some() => match raw.node_items() {
            Some([one, two]) => {
                check_kind(first, &one.into(), &how.item()).map_err(|invalid| invalid.at_item(0))?;
                check_kind(second, &two.into(), &how.item()).map_err(|invalid| invalid.at_item(1))
            }
            _ => Err(Invalid::plain()),
        },
        // Bytes that are no Unicode may be a path.
        Kind::Path | Kind::OsText if matches!(raw, Raw::Text(_)) => Ok(()),
        // What the program makes of it, only the program knows.
        Kind::Parsed { .. } | Kind::Structured { .. } => Ok(()),
        kind => {
            scalar(kind, raw.text_of(kind)?, how)?;
            Ok(())
        }
    }
}
