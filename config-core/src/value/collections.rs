//! Options, lists, sets, arrays, maps and pairs.

use std::{
    collections::{BTreeMap, BTreeSet, HashSet},
    fmt,
    hash::Hash,
};

use super::{Invalid, Raw, Value};
use crate::{
    grammar::{How, list, map, split_pair},
    manifest::{Kind, ListForm},
};

/// A value, shown as its type shows it.
pub(crate) struct Shown<'a, T>(pub(crate) &'a T);

impl<T: Value> fmt::Debug for Shown<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.show(f)
    }
}

impl<T: Value> Value for Option<T> {
    const KIND: &'static Kind = T::KIND;
    const SECRET: bool = T::SECRET;
    const OPTIONAL: bool = true;

    fn from_text(text: &str, how: &How) -> Result<Self, Invalid> {
        T::from_text(text, how).map(Some)
    }

    fn from_raw(raw: &Raw<'_>, how: &How) -> Result<Self, Invalid> {
        if raw.is_null() { Ok(None) } else { T::from_raw(raw, how).map(Some) }
    }

    fn absent() -> Option<Self> {
        Some(None)
    }

    fn show(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.as_ref().map(Shown), f)
    }
}

/// A kind that no literal of a document fits: one number is no list of numbers.
const LIST: &Kind = &Kind::List { item: &Kind::Text, form: ListForm::Any };

/// Reads the items of a list, from one text or from items as found, with `read`.
pub(super) fn read_items<T>(
    raw: &Raw<'_>,
    kind: &Kind,
    how: &How,
    mut read: impl FnMut(&Raw<'_>, &How) -> Result<T, Invalid>,
) -> Result<Vec<T>, Invalid> {
    let how_item = how.item();
    if let Some(nodes) = raw.node_items() {
        return nodes
            .iter()
            .enumerate()
            .map(|(at, node)| read(&node.into(), &how_item).map_err(|invalid| invalid.at_item(at)))
            .collect();
    }
    match raw {
        Raw::Items(items) => items
            .iter()
            .enumerate()
            .map(|(at, item)| read(item, &how_item).map_err(|invalid| invalid.at_item(at)))
            .collect(),
        text => {
            let mut items = list::Items::new(text.text_of(LIST)?, how.separator, kind)?;
            let mut values = Vec::new();
            while let Some(item) = items.next()? {
                let text = item.value()?;
                values.push(
                    read(&Raw::Unicode(&text), &how_item).map_err(|invalid| invalid.at_item(values.len()))?,
                );
            }
            Ok(values)
        }
    }
}

fn items<T: Value>(raw: &Raw<'_>, how: &How) -> Result<Vec<T>, Invalid> {
    read_items(raw, T::KIND, how, T::from_raw)
}

macro_rules! lists {
    ($($type:ty [$($bound:path),*] $form:ident;)*) => {$(
        impl<T: Value $(+ $bound)*> Value for $type {
            const KIND: &'static Kind = &Kind::List { item: T::KIND, form: ListForm::$form };
            const SECRET: bool = T::SECRET;

            fn from_text(text: &str, how: &How) -> Result<Self, Invalid> {
                Self::from_raw(&Raw::Unicode(text), how)
            }

            fn from_raw(raw: &Raw<'_>, how: &How) -> Result<Self, Invalid> {
                Ok(items::<T>(raw, how)?.into_iter().collect())
            }

            fn show(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.debug_list().entries(self.iter().map(Shown)).finish()
            }
        }
    )*};
}

lists! {
    Vec<T> [] Any;
    BTreeSet<T> [Ord] Unique;
    HashSet<T> [Eq, Hash] Unique;
}

impl<T: Value, const N: usize> Value for [T; N] {
    const KIND: &'static Kind = &Kind::List { item: T::KIND, form: ListForm::Exactly(N) };
    const SECRET: bool = T::SECRET;

    fn from_text(text: &str, how: &How) -> Result<Self, Invalid> {
        Self::from_raw(&Raw::Unicode(text), how)
    }

    fn from_raw(raw: &Raw<'_>, how: &How) -> Result<Self, Invalid> {
        items::<T>(raw, how)?.try_into().map_err(|_| Invalid::plain())
    }

    fn show(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter().map(Shown)).finish()
    }
}

impl<T: Value> Value for BTreeMap<String, T> {
    const KIND: &'static Kind = &Kind::Map { value: T::KIND };
    const SECRET: bool = T::SECRET;

    fn from_raw(raw: &Raw<'_>, how: &How) -> Result<Self, Invalid> {
        let Some(entries) = raw.node_entries() else {
            return Self::from_text(raw.text_of(Self::KIND)?, how);
        };
        let read = |(at, (name, node)): (usize, &(crate::source::Name<'_>, crate::source::Node<'_>))| {
            let value = T::from_raw(&node.into(), &how.item()).map_err(|invalid| invalid.at_item(at))?;
            Ok((name.text.clone().into_owned(), value))
        };
        entries.iter().enumerate().map(read).collect()
    }

    fn from_text(text: &str, how: &How) -> Result<Self, Invalid> {
        let mut entries = map::entries(T::KIND, text, how)?;
        let mut map = Self::new();
        while let Some(item) = entries.next()? {
            let (name, value) = map::entry(item)?;
            let value =
                T::from_text(&value.value()?, &how.item()).map_err(|invalid| invalid.at_item(map.len()))?;
            if map.insert(name.to_owned(), value).is_some() {
                return Err(map::TWICE.into());
            }
        }
        Ok(map)
    }

    fn show(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if T::SECRET {
            // Not the names either: of a secret with `=` in it that stands alone, the begin is taken for one.
            return f.write_str(super::REDACTED);
        }
        f.debug_map().entries(self.iter().map(|(name, value)| (name, Shown(value)))).finish()
    }
}

impl<A: Value, B: Value> Value for (A, B) {
    const KIND: &'static Kind = &Kind::Pair { first: A::KIND, second: B::KIND };
    const SECRET: bool = A::SECRET || B::SECRET;

    fn from_raw(raw: &Raw<'_>, how: &How) -> Result<Self, Invalid> {
        match raw.node_items() {
            Some([first, second]) => {
                let how = how.item();
                let first = A::from_raw(&first.into(), &how).map_err(|invalid| invalid.at_item(0))?;
                let second = B::from_raw(&second.into(), &how).map_err(|invalid| invalid.at_item(1))?;
                Ok((first, second))
            }
            Some(_) => Err(Invalid::plain()),
            None => Self::from_text(raw.text_of(Self::KIND)?, how),
        }
    }

    fn from_text(text: &str, how: &How) -> Result<Self, Invalid> {
        let (first, second) = split_pair(text, how.separator)?;
        Ok((A::from_text(first, &how.item())?, B::from_text(second, &how.item())?))
    }

    fn show(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("").field(&Shown(&self.0)).field(&Shown(&self.1)).finish()
    }
}
