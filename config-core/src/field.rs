//! A field of the program's struct: what the manifest says of it, and what its type does.

use std::fmt;

use crate::{
    config::Nest,
    load::Reader,
    manifest::{Key, Kind, Nested},
    value::{Erased, Typed, Value, Via},
};

/// What is done with groups of type `T`.
pub(crate) struct GroupOps<T> {
    pub(crate) read: fn(&mut Reader<'_>, &'static Nested) -> Option<T>,
    pub(crate) show: fn(&T, &mut fmt::Formatter<'_>) -> fmt::Result,
}

// Functions, and not methods of the types: so the compiler puts a bound that does not hold on the
// type as the program writes it, and says it once. What reads and shows the field later finds what its
// type does in the manifest, and asks for no bound again.

/// A field whose type is a [`Value`].
pub const fn key<T: Value + 'static>(field: &'static str, hash: u64, doc: &'static str) -> Key {
    key_via::<T, Typed>(field, hash, doc, T::KIND)
}

/// A field whose type is read another way.
pub const fn key_via<T: 'static, V: Via<T>>(
    field: &'static str,
    hash: u64,
    doc: &'static str,
    kind: &'static Kind,
) -> Key {
    let ops = V::OPS;
    let mut key = Key::new(field, hash, doc);
    (key.kind, key.is_secret, key.is_optional) = (kind, ops.is_secret, ops.is_optional);
    key.rotates = ops.rotates;
    (key.empty, key.ops) = (ops.empty, Erased::of(&V::OPS));
    key
}

/// A field whose type is a group, or an optional one, or a list or map of groups.
pub const fn group<N: Nest + 'static>(field: &'static str, hash: u64, doc: &'static str) -> Nested {
    let ops = const { &GroupOps { read: N::read_nested, show: <N as fmt::Debug>::fmt } };
    Nested { shape: N::SHAPE, group: N::GROUP, ops: Erased::of(ops), ..Nested::new(field, hash, doc) }
}
