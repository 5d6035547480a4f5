//! One key: everything that is known of it at compile time.

use super::{Kind, Length, Range};
use crate::{
    grammar::{Format, How},
    value::Erased,
};

/// One key of the configuration: a leaf of the manifest.
///
/// It is data, made by the derive. It never holds a value: a secret has no default and no example.
#[derive(Clone, Copy, Debug)]
pub struct Key {
    /// The name of the field.
    pub field: &'static str,
    /// The last segment of the path.
    pub segment: &'static str,
    /// The last part of the name of its variable, before it is written in upper case.
    pub variable: &'static str,
    /// The hash of that part in upper case, which the derive knows already.
    #[doc(hidden)]
    pub hash: u64,
    /// What it is for: the documentation of the field.
    pub doc: &'static str,
    /// What its values are.
    pub kind: &'static Kind,
    /// Whether its values are secret.
    pub is_secret: bool,
    /// Whether the program runs without it: its type is an `Option`.
    pub is_optional: bool,
    /// Whether its values keep the one before them for a while: its type is a [`Rotating`](crate::Rotating).
    pub rotates: bool,
    /// What an empty variable means.
    pub empty: Empty,
    /// Whether a list or map takes what every source has, in place of what the last one has.
    pub merges: bool,
    /// Whether it may change while the program runs.
    pub is_live: bool,
    /// How its text is read.
    pub how: How,
    /// The exact name of its variable, in place of the one made from its path.
    pub env: Option<&'static str>,
    /// Older names of its variable.
    pub aliases: &'static [&'static str],
    /// Its value where no source has one, in the syntax of its kind.
    pub default: Option<&'static str>,
    /// Its constraints, and what else is to be known of it; most keys have few of them.
    pub attributes: &'static [Attribute],
    /// Whether the derive proves of it what must hold of a flag, so that the root need not.
    #[doc(hidden)]
    pub is_proved: bool,
    /// What is done with its values. A key is made by the derive, or by [`Key::new`] and an update of that.
    #[doc(hidden)]
    pub ops: Erased,
}

macro_rules! attributes {
    ($($(#[$doc:meta])* $name:ident $method:ident: $type:ty = $($binding:ident: $part:ty),+ => $value:expr, $none:expr;)*) => {
        /// A constraint of a key, or something else to be known of it.
        #[derive(Clone, Copy, Debug)]
        #[non_exhaustive]
        pub enum Attribute {$(
            $(#[$doc])*
            $name($($part),+),
        )*}

        impl Key {$(
            $(#[$doc])*
            pub const fn $method(&self) -> $type {
                let mut rest = self.attributes;
                while let [first, after @ ..] = rest {
                    if let Attribute::$name($($binding),+) = *first {
                        return $value;
                    }
                    rest = after;
                }
                $none
            }
        )*}
    };
}

attributes! {
    /// The range of its values: the least, the most, and whether the most is too large.
    Range range: Option<Range> = min: Option<&'static str>, max: Option<&'static str>, excludes_max: bool
        => Some(Range { min, max, excludes_max }), None;
    /// The length of its values: the least and the most.
    Len len: Option<Length> = min: usize, max: Option<usize> => Some(Length { min, max }), None;
    /// The regular expression that its text matches.
    Pattern pattern: Option<&'static str> = pattern: &'static str => Some(pattern), None;
    /// The only values it may have.
    OneOf one_of: &'static [&'static str] = values: &'static [&'static str] => values, &[];
    /// The format of its text.
    Format format: Option<Format> = format: Format => Some(format), None;
    /// Who answers for it.
    Owner owner: Option<&'static str> = owner: &'static str => Some(owner), None;
    /// The version of the program that brought it.
    Since since: Option<&'static str> = version: &'static str => Some(version), None;
    /// The unit of its numbers.
    Unit unit: Option<&'static str> = unit: &'static str => Some(unit), None;
    /// A value to show in documents.
    Example example: Option<&'static str> = text: &'static str => Some(text), None;
    /// Words to find it by.
    Tags tags: &'static [&'static str] = tags: &'static [&'static str] => tags, &[];
    /// The class of its data, such as `pci`.
    Classification classification: Option<&'static str> = class: &'static str => Some(class), None;
    /// How long its values are kept.
    Retention retention: Option<&'static str> = retention: &'static str => Some(retention), None;
    /// How often it is rotated, as a duration.
    Rotate rotate: Option<&'static str> = period: &'static str => Some(period), None;
    /// How long the value before the current one is accepted too, as a duration.
    Overlap overlap: Option<&'static str> = time: &'static str => Some(time), None;
    /// The day by which someone looks at it again, as `2027-01-31`; the last day of a flag.
    ReviewBy review_by: Option<&'static str> = day: &'static str => Some(day), None;
    /// That it is going away, and what takes its place.
    Deprecated deprecated: Option<&'static Deprecated> = deprecated: &'static Deprecated => Some(deprecated), None;
    /// The profiles in which it must be set.
    RequiredIn required_in: &'static [&'static str] = profiles: &'static [&'static str] => profiles, &[];
    /// The profiles in which it must not be set.
    ForbiddenIn forbidden_in: &'static [&'static str] = profiles: &'static [&'static str] => profiles, &[];
    /// The kinds of source it may come from; empty for all.
    Sources sources: &'static [&'static str] = kinds: &'static [&'static str] => kinds, &[];
    /// Its place in a store, as `vault:payments/db#password`, where the store would look for it elsewhere.
    Store store: Option<&'static str> = place: &'static str => Some(place), None;
    /// How long its value may be served after the store stopped answering, as a duration; without it, never.
    MaxStale max_stale: Option<&'static str> = time: &'static str => Some(time), None;
    /// Why it is no secret, though its name looks like one.
    NotSecret not_secret: Option<&'static str> = reason: &'static str => Some(reason), None;
}

/// What a variable without text means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Empty {
    /// The same as no variable.
    Unset,
    /// The value whose text is empty.
    Value,
    /// A problem.
    Error,
}

/// That a key is going away.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Deprecated {
    /// The version since which it is deprecated.
    pub since: Option<&'static str>,
    /// Why, and what to do.
    pub note: Option<&'static str>,
    /// The path of the key that takes its place.
    pub replaced_by: Option<&'static str>,
    /// The version that does not have it any more.
    pub remove_in: Option<&'static str>,
    /// Room for more.
    #[doc(hidden)]
    pub more: (),
}

impl Deprecated {
    /// A key that is going away, for reasons unsaid.
    pub const NONE: Self = Self { since: None, note: None, replaced_by: None, remove_in: None, more: () };
}

impl Key {
    /// A key of which nothing is said but its name and what it is for. `hash` is that of its part of the name of
    /// its variable, as the layout has it. Its kind is that of a text, until [`key`](crate::__private::key) fills in what its
    /// type says.
    pub const fn new(field: &'static str, hash: u64, doc: &'static str) -> Self {
        Self {
            field,
            segment: field,
            variable: field,
            hash,
            doc,
            kind: &Kind::Text,
            is_secret: false,
            is_optional: false,
            rotates: false,
            empty: Empty::Unset,
            merges: false,
            is_live: false,
            how: How::PLAIN,
            env: None,
            aliases: &[],
            default: None,
            attributes: &[],
            is_proved: false,
            ops: Erased::NONE,
        }
    }

    /// The key that chooses among the variants of an enum; its words are those of the variants.
    pub const fn choice(kind: &'static Kind, doc: &'static str) -> Self {
        Self { kind, ..Self::new("", 0, doc) }
    }

    /// Whether a load fails where no source has it, whatever the profile.
    pub const fn is_required(&self) -> bool {
        !self.is_optional && self.default.is_none()
    }
}
