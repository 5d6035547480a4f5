//! A field of the program's struct: what the manifest says of it, and what its type does.

use std::fmt;

use crate::{
    config::Nest,
    load::Reader,
    manifest::{Empty, Key, Kind, Nested},
    value::{Ops, ShownVia, Typed, Value, Via},
};

/// A field that is a key: its entry in the manifest, and how its type is read and shown.
#[derive(Clone, Copy)]
pub struct Field<T> {
    /// Its entry in the manifest.
    pub key: Key,
    pub(crate) ops: Ops<T>,
}

/// A field that is a group: its place in the manifest, and how its type is read and shown.
#[derive(Clone, Copy)]
pub struct GroupField<T> {
    /// Its place in the manifest.
    pub nested: Nested,
    pub(crate) read: fn(&mut Reader<'_>, &'static Nested) -> Option<T>,
    show: fn(&T, &mut fmt::Formatter<'_>) -> fmt::Result,
}

// Functions, and not methods of the types: so the compiler puts a bound that does not hold on the
// type as the program writes it, and says it once.

/// A field whose type is a [`Value`].
pub const fn key<T: Value>(key: Key) -> Field<T> {
    key_via::<T, Typed>(key, T::KIND)
}

/// A field whose type is read another way.
pub const fn key_via<T, V: Via<T>>(mut key: Key, kind: &'static Kind) -> Field<T> {
    let ops = V::OPS;
    (key.kind, key.is_secret, key.is_optional) = (kind, ops.is_secret, ops.is_optional);
    if matches!(key.empty, Empty::OfType) {
        key.empty = ops.empty;
    }
    Field { key, ops }
}

/// A field whose type is a group, or an optional one, or a list or map of groups.
pub const fn group<N: Nest>(mut nested: Nested) -> GroupField<N> {
    (nested.shape, nested.group) = (N::SHAPE, N::GROUP);
    GroupField { nested, read: N::read_nested, show: fmt::Debug::fmt }
}

impl<T> Field<T> {
    /// The value of the field for `Debug`.
    pub const fn shown<'a>(&self, value: &'a T) -> ShownVia<'a, T> {
        ShownVia(value, self.ops.show)
    }
}

impl<T> GroupField<T> {
    /// The value of the field for `Debug`.
    pub const fn shown<'a>(&self, value: &'a T) -> ShownVia<'a, T> {
        ShownVia(value, self.show)
    }
}
