//! How a type is read: by its own `Value`, by `FromStr`, or by `serde`, inside whatever wraps it.

use std::{
    any::Any,
    fmt,
    marker::PhantomData,
    panic::{RefUnwindSafe, UnwindSafe},
    str::FromStr,
};

use secrecy::SecretBox;
use zeroize::Zeroize;

use super::{
    Invalid, Raw, Reason, Value,
    collections::read_items,
    secret::{REDACTED, sealed},
};
use crate::{
    field::GroupOps,
    grammar::How,
    manifest::{Empty, Kind},
};

/// A way to read values of type `T`.
pub trait Via<T> {
    /// The way, as data.
    const OPS: Ops<T>;
}

/// What is done with values of type `T`.
#[derive(Clone, Copy)]
pub struct Ops<T> {
    pub(crate) is_secret: bool,
    pub(crate) is_optional: bool,
    pub(crate) rotates: bool,
    pub(crate) empty: Empty,
    pub(crate) read: fn(&Raw<'_>, &How) -> Result<T, Invalid>,
    pub(crate) absent: fn() -> Option<T>,
    pub(crate) place: fn(&mut T, &str),
    pub(crate) show: fn(&T, &mut fmt::Formatter<'_>) -> fmt::Result,
}

/// What is done with values of a type that whoever has them knows.
#[derive(Clone, Copy)]
pub struct Erased(&'static dyn Erase);

pub(crate) trait Erase: Any + Send + Sync + UnwindSafe + RefUnwindSafe {
    /// Writes a value of the type for `Debug`.
    fn show(&self, value: &dyn Any, f: &mut fmt::Formatter<'_>) -> fmt::Result;
}

impl<T: 'static> Erase for Ops<T> {
    fn show(&self, value: &dyn Any, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match value.downcast_ref() {
            Some(value) => (self.show)(value, f),
            None => Err(fmt::Error),
        }
    }
}

impl<T: 'static> Erase for GroupOps<T> {
    fn show(&self, value: &dyn Any, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match value.downcast_ref() {
            Some(value) => (self.show)(value, f),
            None => Err(fmt::Error),
        }
    }
}

/// Of no type: what only the manifest knows is not read.
impl Erase for () {
    fn show(&self, _: &dyn Any, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[not shown]")
    }
}

impl Erased {
    pub(crate) const NONE: Self = Self(&());

    pub(crate) const fn of<O: Erase>(ops: &'static O) -> Self {
        Self(ops)
    }

    /// What it is, if it is of this type.
    pub(crate) fn get<O: 'static>(self) -> Option<&'static O> {
        let any: &'static dyn Any = self.0;
        any.downcast_ref()
    }
}

impl fmt::Debug for Erased {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("..")
    }
}

/// A value for `Debug`, of whatever type.
pub struct ShownAs<'a>(pub(crate) &'a dyn Any, pub(crate) Erased);

impl fmt::Debug for ShownAs<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.1.0.show(self.0, f)
    }
}

/// By the type's own [`Value`].
pub struct Typed;

/// By the type's `FromStr`.
pub struct Parsed;

/// By the type's `Deserialize`.
#[cfg(feature = "serde")]
pub struct Structured;

/// In an `Option`.
pub struct Maybe<V>(PhantomData<V>);

/// In a `Vec`.
pub struct Items<V>(PhantomData<V>);

/// In a `SecretBox`.
pub struct Hidden<V>(PhantomData<V>);

impl<T: Value> Via<T> for Typed {
    const OPS: Ops<T> = Ops {
        is_secret: T::SECRET,
        is_optional: T::OPTIONAL,
        rotates: T::ROTATES,
        empty: T::EMPTY,
        read: T::from_raw,
        absent: T::absent,
        place: T::place,
        show: T::show,
    };
}

/// A type that `parse` can read.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be read by `parse`",
    label = "needs `FromStr` and `Debug`",
    note = "`parse` needs `FromStr`, with an error that is `Display`, and `Debug`",
    note = "for a type of your own that has neither, implement `confident::Value`"
)]
pub trait Parse: FromStr<Err: fmt::Display> + fmt::Debug {}

#[diagnostic::do_not_recommend]
impl<T: FromStr<Err: fmt::Display> + fmt::Debug> Parse for T {}

/// A type that `serde` can read.
#[cfg(feature = "serde")]
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be read by `serde`",
    label = "needs `Deserialize` and `Debug`",
    note = "write `#[derive(Debug, serde::Deserialize)]` on it"
)]
pub trait Structure: serde_core::de::DeserializeOwned + fmt::Debug {}

#[cfg(feature = "serde")]
#[diagnostic::do_not_recommend]
impl<T: serde_core::de::DeserializeOwned + fmt::Debug> Structure for T {}

impl<T: Parse> Via<T> for Parsed {
    const OPS: Ops<T> = Ops {
        is_secret: false,
        is_optional: false,
        rotates: false,
        empty: Empty::Unset,
        read: |raw, _| raw.text()?.parse().map_err(|error: T::Err| Invalid::foreign(&error)),
        absent: || None,
        place: |_, _| {},
        show: fmt::Debug::fmt,
    };
}

#[cfg(feature = "serde")]
impl<T: Structure> Via<T> for Structured {
    const OPS: Ops<T> = Ops {
        is_secret: false,
        is_optional: false,
        rotates: false,
        empty: Empty::Unset,
        read: |raw, _| match raw {
            Raw::Node(node) => {
                serde_json::from_value(as_json(node)).map_err(|error| Invalid::foreign(&error))
            }
            raw => serde_json::from_str(raw.text()?).map_err(|error| Invalid::foreign(&error)),
        },
        absent: || None,
        place: |_, _| {},
        show: fmt::Debug::fmt,
    };
}

/// A value of a document, for `serde`.
#[cfg(any(feature = "serde", feature = "foreign"))]
pub(crate) fn as_json(node: &crate::source::Node<'_>) -> serde_json::Value {
    use crate::source::{Literal, NodeValue};
    use serde_json::Value;
    match &node.value {
        NodeValue::Null => Value::Null,
        NodeValue::Text(text) | NodeValue::Literal { kind: Literal::Date, text } => {
            Value::String(text.clone().into_owned())
        }
        NodeValue::Literal { kind: Literal::Bool, text } => Value::Bool(text == "true"),
        // A whole number that would be rounded, and what JSON does not have, stay texts, which the type
        // refuses.
        NodeValue::Literal { kind: Literal::Integer, text }
            if text.parse::<i64>().is_err() && text.parse::<u64>().is_err() =>
        {
            Value::String(text.clone().into_owned())
        }
        NodeValue::Literal { text, .. } => match serde_json::from_str::<serde_json::Number>(text) {
            Ok(number) => Value::Number(number),
            Err(_) => Value::String(text.clone().into_owned()),
        },
        NodeValue::List(items) => items.iter().map(as_json).collect(),
        NodeValue::Table(entries) => {
            entries.iter().map(|(name, node)| (name.text.clone().into_owned(), as_json(node))).collect()
        }
    }
}

impl<T, V: Via<T>> Via<Option<T>> for Maybe<V> {
    const OPS: Ops<Option<T>> = Ops {
        is_secret: V::OPS.is_secret,
        is_optional: true,
        rotates: false,
        empty: Empty::Unset,
        read: |raw, how| if raw.is_null() { Ok(None) } else { (V::OPS.read)(raw, how).map(Some) },
        absent: || Some(None),
        place: |_, _| {},
        show: |value, f| fmt::Debug::fmt(&value.as_ref().map(|value| Shown(value, V::OPS.show)), f),
    };
}

impl<T, V: Via<T>> Via<Vec<T>> for Items<V> {
    const OPS: Ops<Vec<T>> = Ops {
        is_secret: V::OPS.is_secret,
        is_optional: false,
        rotates: false,
        empty: Empty::Unset,
        read: |raw, how| read_items(raw, &Kind::Parsed { name: "" }, how, V::OPS.read),
        absent: || None,
        place: |_, _| {},
        show: |value, f| f.debug_list().entries(value.iter().map(|value| Shown(value, V::OPS.show))).finish(),
    };
}

impl<T: Zeroize, V: Via<T>> Via<SecretBox<T>> for Hidden<V> {
    const OPS: Ops<SecretBox<T>> = Ops {
        is_secret: true,
        is_optional: false,
        rotates: false,
        empty: Empty::Unset,
        read: |raw, how| sealed(|| (V::OPS.read)(raw, how)),
        absent: || None,
        place: |_, _| {},
        show: |_, f| f.write_str(REDACTED),
    };
}

impl Invalid {
    /// What a parser outside of this crate says.
    pub(super) fn foreign(error: &dyn fmt::Display) -> Self {
        Self(Reason::Foreign(error.to_string()))
    }
}

/// A value with the function that shows it.
struct Shown<'a, T>(&'a T, fn(&T, &mut fmt::Formatter<'_>) -> fmt::Result);

impl<T> fmt::Debug for Shown<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (self.1)(self.0, f)
    }
}
