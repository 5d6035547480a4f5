//! One key: everything that is known of it at compile time.

use super::{Kind, Length, Range};
use crate::grammar::{Format, How};

/// One key of the configuration: a leaf of the manifest.
///
/// It is data, made by the derive. It never holds a value: a secret has no default and no example.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Key {
    /// The name of the field.
    pub field: &'static str,
    /// The last segment of the path.
    pub segment: &'static str,
    /// The last part of the name of its variable, before it is written in upper case.
    pub name: &'static str,
    /// What it is for: the documentation of the field.
    pub doc: &'static str,
    /// What its values are.
    pub kind: &'static Kind,
    /// Whether its values are secret.
    pub is_secret: bool,
    /// Whether the program runs without it: its type is an `Option`.
    pub is_optional: bool,
    /// How its text is read.
    pub how: How,
    /// The exact name of its variable, in place of the one made from its path.
    pub env: Option<&'static str>,
    /// Older names of its variable.
    pub aliases: &'static [&'static str],
    /// Its value where no source has one, in the syntax of its kind.
    pub default: Option<&'static str>,
    /// What an empty variable means.
    pub empty: Empty,
    /// Whether a list or map takes what every source has, in place of what the last one has.
    pub merges: bool,
    /// The range of its values.
    pub range: Option<Range>,
    /// The length of its values.
    pub len: Option<Length>,
    /// The regular expression that its text matches.
    pub pattern: Option<&'static str>,
    /// The only values it may have.
    pub one_of: &'static [&'static str],
    /// The format of its text.
    pub format: Option<Format>,
    /// Whether it may change while the program runs.
    pub is_live: bool,
    /// Who answers for it.
    pub owner: Option<&'static str>,
    /// The version of the program that brought it.
    pub since: Option<&'static str>,
    /// The unit of its numbers.
    pub unit: Option<&'static str>,
    /// A value to show in documents.
    pub example: Option<&'static str>,
    /// Words to find it by.
    pub tags: &'static [&'static str],
    /// The class of its data, such as `pci`.
    pub classification: Option<&'static str>,
    /// How long its values are kept.
    pub retention: Option<&'static str>,
    /// How often it is rotated, as a duration.
    pub rotate: Option<&'static str>,
    /// The day by which someone looks at it again, as `2027-01-31`.
    pub review_by: Option<&'static str>,
    /// That it is going away, and what takes its place.
    pub deprecated: Option<Deprecated>,
    /// The profiles in which it must be set.
    pub required_in: &'static [&'static str],
    /// The profiles in which it must not be set.
    pub forbidden_in: &'static [&'static str],
    /// The kinds of source it may come from; empty for all.
    pub sources: &'static [&'static str],
    /// Why it is no secret, though its name looks like one.
    pub not_secret: Option<&'static str>,
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
#[non_exhaustive]
pub struct Deprecated {
    /// The version since which it is deprecated.
    pub since: Option<&'static str>,
    /// Why, and what to do.
    pub note: Option<&'static str>,
    /// The path of the key that takes its place.
    pub replaced_by: Option<&'static str>,
    /// The version that does not have it any more.
    pub remove_in: Option<&'static str>,
}

impl Deprecated {
    /// A key that is going away, for reasons unsaid.
    pub const fn new() -> Self {
        Self { since: None, note: None, replaced_by: None, remove_in: None }
    }

    /// Deprecated since this version.
    #[must_use]
    pub const fn since(mut self, version: &'static str) -> Self {
        self.since = Some(version);
        self
    }

    /// Why, and what to do.
    #[must_use]
    pub const fn note(mut self, note: &'static str) -> Self {
        self.note = Some(note);
        self
    }

    /// The path of the key that takes its place.
    #[must_use]
    pub const fn replaced_by(mut self, path: &'static str) -> Self {
        self.replaced_by = Some(path);
        self
    }

    /// The version that does not have it any more.
    #[must_use]
    pub const fn remove_in(mut self, version: &'static str) -> Self {
        self.remove_in = Some(version);
        self
    }
}

impl Key {
    /// A key of which nothing is said but its type.
    pub(crate) const fn bare(
        field: &'static str,
        kind: &'static Kind,
        is_secret: bool,
        is_optional: bool,
        empty: Empty,
    ) -> Self {
        Self {
            field,
            segment: field,
            name: field,
            doc: "",
            kind,
            is_secret,
            is_optional,
            how: How::PLAIN,
            env: None,
            aliases: &[],
            default: None,
            empty,
            merges: false,
            range: None,
            len: None,
            pattern: None,
            one_of: &[],
            format: None,
            is_live: false,
            owner: None,
            since: None,
            unit: None,
            example: None,
            tags: &[],
            classification: None,
            retention: None,
            rotate: None,
            review_by: None,
            deprecated: None,
            required_in: &[],
            forbidden_in: &[],
            sources: &[],
            not_secret: None,
        }
    }

    /// Whether a load fails where no source has it, whatever the profile.
    pub const fn is_required(&self) -> bool {
        !self.is_optional && self.default.is_none()
    }
}
