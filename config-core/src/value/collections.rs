//! Options, lists, sets, arrays, maps and pairs.

use std::{
    collections::{BTreeMap, BTreeSet, HashSet},
    fmt,
    hash::Hash,
    mem::ManuallyDrop,
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
    const ROTATES: bool = T::ROTATES;
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
    read: impl FnMut(&Raw<'_>, &How) -> Result<T, Invalid>,
) -> Result<Vec<T>, Invalid> {
    let mut values = Vec::new();
    each_item(raw, kind, how, read, |most, value| {
        // Numbers may be a secret, and growing would leave copies behind.
        if const { !std::mem::needs_drop::<T>() } && values.is_empty() {
            values.reserve_exact(most());
        }
        values.push(value);
    })?;
    Ok(values)
}

/// Reads the items one by one. `keep` gets each, and can ask how many there may be.
#[inline]
fn each_item<T>(
    raw: &Raw<'_>,
    kind: &Kind,
    how: &How,
    mut read: impl FnMut(&Raw<'_>, &How) -> Result<T, Invalid>,
    mut keep: impl FnMut(&dyn Fn() -> usize, T),
) -> Result<(), Invalid> {
    let how_item = how.item();
    if let Some(nodes) = raw.node_items() {
        for (at, node) in nodes.iter().enumerate() {
            keep(&|| nodes.len(), read(&node.into(), &how_item).map_err(|invalid| invalid.at_item(at))?);
        }
        return Ok(());
    }
    if let Raw::Items(items) = raw {
        for (at, item) in items.iter().enumerate() {
            keep(&|| items.len(), read(item, &how_item).map_err(|invalid| invalid.at_item(at))?);
        }
        return Ok(());
    }
    let all = list::Items::new(raw.text_of(LIST)?, how.separator, kind)?;
    let (mut items, mut at) = (all, 0);
    while let Some(item) = items.next()? {
        let text = item.value()?;
        // There is nothing to drop in it, which the compiler does not see.
        let raw = ManuallyDrop::new(Raw::Unicode(&text));
        keep(&|| all.most(), read(&raw, &how_item).map_err(|invalid| invalid.at_item(at))?);
        at += 1;
    }
    Ok(())
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
        // No list on the way: its memory would go as it is, and the items may be a secret.
        let (mut items, mut count) = ([const { None }; N], 0);
        each_item(raw, T::KIND, how, T::from_raw, |_, value| {
            if let Some(item) = items.get_mut(count) {
                *item = Some(value);
            }
            count += 1;
        })?;
        if count != N {
            return Err(Invalid::plain());
        }
        Ok(items.map(|item| item.expect("as many were read")))
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
