//! What the derive says of one field: builders that are evaluated at compile time.

use std::fmt;

use crate::{
    config::Nest,
    grammar::Format,
    load::Reader,
    manifest::{Deprecated, Empty, Key, Kind, Length, Nested, Range},
    value::{Ops, Typed, Value, Via},
};

/// A field that is a key: its entry in the manifest, and how its type is read.
#[derive(Clone, Copy)]
pub struct Field<T> {
    /// Its entry in the manifest.
    pub key: Key,
    pub(crate) ops: Ops<T>,
}

/// A field that is a group: its place in the manifest, and how its type is read.
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
pub const fn key<T: Value>(field: &'static str) -> Field<T> {
    key_via::<T, Typed>(field, T::KIND)
}

/// A field whose type is read another way.
pub const fn key_via<T, V: Via<T>>(field: &'static str, kind: &'static Kind) -> Field<T> {
    let ops = V::OPS;
    Field { key: Key::bare(field, kind, ops.is_secret, ops.is_optional, ops.empty), ops }
}

/// A field whose type is a group, or an optional one, or a list or map of groups.
pub const fn group<N: Nest>(field: &'static str) -> GroupField<N> {
    let nested = Nested {
        field,
        segment: field,
        prefix: None,
        doc: "",
        shape: N::SHAPE,
        merges: false,
        group: N::GROUP,
    };
    GroupField { nested, read: N::read_nested, show: fmt::Debug::fmt }
}

impl<T> Field<T> {
    /// The value of `field` for `Debug`.
    pub fn shown<'a>(&self, value: &'a T) -> impl fmt::Debug + use<'a, T> {
        crate::value::ShownVia(value, self.ops.show)
    }
}

/// One method for each option of the attribute, of the same name.
macro_rules! options {
    ($($(#[$doc:meta])* $name:ident($($argument:ident: $type:ty),*) $(=> $field:ident)? = $value:expr;)*) => {
        impl<T> Field<T> {$(
            $(#[$doc])*
            #[must_use]
            pub const fn $name(mut self $(, $argument: $type)*) -> Self {
                options!(@set self $name $($field)? = $value);
                self
            }
        )*}
    };
    (@set $self:ident $name:ident $field:ident = $value:expr) => { $self.key.$field = $value };
    (@set $self:ident $name:ident = $value:expr) => { $self.key.$name = $value };
}

options! {
    /// What the key is for.
    doc(doc: &'static str) = doc;
    /// The last segment of the path, where only the path differs from the name of the field.
    segment(segment: &'static str) = segment;
    /// The exact name of the variable.
    env(name: &'static str) = Some(name);
    /// Older names of the variable.
    aliases(names: &'static [&'static str]) = names;
    /// The value where no source has one.
    default(text: &'static str) = Some(text);
    /// What an empty variable means.
    empty(empty: Empty) = empty;
    /// The only values.
    one_of(values: &'static [&'static str]) = values;
    /// The format of the text.
    format(format: Format) = Some(format);
    /// The regular expression of the text.
    pattern(pattern: &'static str) = Some(pattern);
    /// That it takes what every source has.
    merge() => merges = true;
    /// That it may change while the program runs.
    live() => is_live = true;
    /// Who answers for it.
    owner(owner: &'static str) = Some(owner);
    /// The version that brought it.
    since(version: &'static str) = Some(version);
    /// A value to show.
    example(text: &'static str) = Some(text);
    /// Words to find it by.
    tags(tags: &'static [&'static str]) = tags;
    /// The class of its data.
    classification(class: &'static str) = Some(class);
    /// How long its values are kept.
    retention(retention: &'static str) = Some(retention);
    /// How often it is rotated.
    rotate(period: &'static str) = Some(period);
    /// The day by which someone looks at it again.
    review_by(day: &'static str) = Some(day);
    /// That it is going away.
    deprecated(deprecated: Deprecated) = Some(deprecated);
    /// The profiles in which it must be set.
    required_in(profiles: &'static [&'static str]) = profiles;
    /// The profiles in which it must not be set.
    forbidden_in(profiles: &'static [&'static str]) = profiles;
    /// The kinds of source it may come from.
    sources(kinds: &'static [&'static str]) = kinds;
    /// Why it is no secret.
    not_secret(reason: &'static str) = Some(reason);
}

impl<T> Field<T> {
    /// The last segment of the path, and the last part of the variable.
    #[must_use]
    pub const fn rename(mut self, segment: &'static str) -> Self {
        self.key.segment = segment;
        self.key.name = segment;
        self
    }

    /// The range of the values.
    #[must_use]
    pub const fn range(
        mut self,
        min: Option<&'static str>,
        max: Option<&'static str>,
        excludes_max: bool,
    ) -> Self {
        self.key.range = Some(Range { min, max, excludes_max });
        self
    }

    /// The length of the values.
    #[must_use]
    pub const fn len(mut self, min: usize, max: Option<usize>) -> Self {
        self.key.len = Some(Length { min, max });
        self
    }

    /// What stands between the items of a list.
    #[must_use]
    pub const fn separator(mut self, separator: u8) -> Self {
        self.key.how.separator = separator;
        self
    }

    /// The unit of the numbers.
    #[must_use]
    pub const fn unit(mut self, unit: &'static str) -> Self {
        self.key.unit = Some(unit);
        if matches!(self.key.kind.scalar(), Kind::Duration | Kind::ByteSize) {
            self.key.how.unit = Some(unit);
        }
        self
    }
}

impl Key {
    /// The key that chooses among the variants of an enum; its words are those of the variants.
    pub const fn choice(kind: &'static Kind) -> Self {
        Self::bare("", kind, false, false, Empty::Unset)
    }

    /// What the choice is for.
    #[must_use]
    pub const fn doc(mut self, doc: &'static str) -> Self {
        self.doc = doc;
        self
    }

    /// With this word chosen where no source says otherwise.
    #[must_use]
    pub const fn or_choose(mut self, word: &'static str) -> Self {
        self.default = Some(word);
        self
    }
}

impl<T> GroupField<T> {
    /// What the group is for.
    #[must_use]
    pub const fn doc(mut self, doc: &'static str) -> Self {
        self.nested.doc = doc;
        self
    }

    /// The segment of the path.
    #[must_use]
    pub const fn rename(mut self, segment: &'static str) -> Self {
        self.nested.segment = segment;
        self
    }

    /// The part of the names of variables; an empty one leaves the group out of paths too.
    #[must_use]
    pub const fn prefix(mut self, prefix: &'static str) -> Self {
        if prefix.is_empty() {
            self.nested.segment = "";
        }
        self.nested.prefix = Some(prefix);
        self
    }

    /// That it takes what every source has.
    #[must_use]
    pub const fn merge(mut self) -> Self {
        self.nested.merges = true;
        self
    }

    /// The value of the field for `Debug`.
    pub fn shown<'a>(&self, value: &'a T) -> impl fmt::Debug + use<'a, T> {
        crate::value::ShownVia(value, self.show)
    }
}
