//! Groups of keys: the inner nodes of the manifest.

use std::{any::Any, fmt};

use super::{
    Key, Rule,
    carried::{Carried, Text},
};
use crate::value::{Erased, ShownAs};

/// A group of keys, and of groups: one struct, or one enum of which a variant is chosen.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Group {
    /// The name of its type.
    pub name: &'static str,
    /// What it is for: the documentation of its type.
    pub doc: &'static str,
    /// What it holds, in the order of the source. The first item of a choice is the key that chooses.
    pub items: &'static [Item],
    /// What holds between its keys.
    pub rules: &'static [Rule],
    /// What a function of the program checks, in one sentence.
    pub validate: Option<&'static str>,
    /// Whether one of its groups is chosen, by name.
    pub is_choice: bool,
    /// How many entries it has in a tree that is laid out.
    pub(crate) size: usize,
    /// How many names its variables have there.
    pub(crate) names: usize,
    pub(crate) holds_secrets: bool,
    /// Whether a group in it, at any depth, has its keys among those of the group around it.
    pub(crate) holds_flat: bool,
    /// The group as JSON.
    pub(super) carried: Carried,
}

/// One item of a group.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum Item {
    /// A key.
    Key(Key),
    /// A group, or a list or map of groups.
    Nested(Nested),
    /// A third-party struct, whose keys only `serde` knows.
    Foreign(Foreign),
}

/// A group in its place in another.
#[derive(Clone, Copy, Debug)]
pub struct Nested {
    /// The name of the field, or of the variant.
    pub field: &'static str,
    /// Its segment of the path; empty where its keys stand among those of the outer group.
    pub segment: &'static str,
    /// Its part of the names of variables, before it is written in upper case; empty where its keys stand among those of the outer group.
    pub variable: &'static str,
    /// The hash of that part, which the derive knows already.
    #[doc(hidden)]
    pub hash: u64,
    /// What it is for: the documentation of the field.
    pub doc: &'static str,
    /// How many there are.
    pub shape: Shape,
    /// Whether a list or map of groups takes what every source has, in place of what the last one has.
    pub merges: bool,
    /// What it holds.
    pub group: &'static Group,
    /// What is done with it.
    #[doc(hidden)]
    pub ops: Erased,
}

/// How many of a group there are in its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Shape {
    /// One.
    One,
    /// One or none: all of its keys or nothing.
    Optional,
    /// Any number, counted from 0.
    List,
    /// Any number, by name.
    Map,
}

/// A third-party struct in its place in a group.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Foreign {
    /// The name of the field.
    pub field: &'static str,
    /// Its segment of the path.
    pub segment: &'static str,
    /// The hash of its segment as a part of the names of variables, which the derive knows already.
    #[doc(hidden)]
    pub hash: u64,
    /// What it is for: the documentation of the field.
    pub doc: &'static str,
    /// The name of the type.
    pub type_name: &'static str,
}

impl Group {
    /// A group of items.
    pub const fn new(name: &'static str, doc: &'static str, items: &'static [Item]) -> Self {
        // As if all items were keys with one name, which most of them are.
        let mut size = items.len();
        let mut names = items.len();
        let mut holds_secrets = false;
        let mut holds_flat = false;
        let mut at = 0;
        while at < items.len() {
            match &items[at] {
                Item::Key(Key { aliases: [], is_secret: false, .. }) => {}
                Item::Key(key) => {
                    // With a twin of each for the file of a secret.
                    names += ((1 + key.aliases.len()) << key.is_secret as usize) - 1;
                    holds_secrets |= key.is_secret;
                }
                Item::Nested(nested) => {
                    size = size + items[at].size() - 1;
                    names = names + nested.group.names - 1;
                    holds_secrets |= nested.group.holds_secrets;
                    holds_flat |= nested.group.holds_flat || nested.segment.is_empty();
                }
                Item::Foreign(_) => {
                    names -= 1;
                    holds_secrets = true;
                }
            }
            at += 1;
        }
        Self {
            name,
            doc,
            items,
            rules: &[],
            validate: None,
            is_choice: false,
            size,
            names,
            holds_secrets,
            holds_flat,
            carried: Carried::NONE,
        }
    }

    /// With its text as JSON for the binary to carry, which has holes for its items and for the words of its rules.
    #[doc(hidden)]
    #[must_use]
    pub const fn carried(
        mut self,
        text: &'static [u8],
        sum: u64,
        holes: &'static [usize],
        words: &'static [&'static str],
    ) -> Self {
        self.carried = Carried::new(self.items, Text::new(text, sum), holes, words);
        self
    }

    /// With rules between its keys.
    #[must_use]
    pub const fn rules(mut self, rules: &'static [Rule]) -> Self {
        self.rules = rules;
        self
    }

    /// With a function that checks what rules cannot say.
    #[must_use]
    pub const fn validate(mut self, sentence: &'static str) -> Self {
        self.validate = Some(sentence);
        self
    }

    /// As a choice: its first item names the group that is used.
    #[must_use]
    pub const fn choice(mut self) -> Self {
        self.is_choice = true;
        self
    }

    /// Writes a struct with this group for `Debug`: its fields, in the order of the items.
    ///
    /// # Errors
    /// Those of the formatter.
    pub fn show(&self, f: &mut fmt::Formatter<'_>, fields: &[&dyn Any]) -> fmt::Result {
        let mut shown = f.debug_struct(self.name);
        for (item, field) in self.items.iter().zip(fields) {
            shown.field(item.field(), &ShownAs(*field, item.ops()));
        }
        shown.finish()
    }

    /// A value of the item with this number for `Debug`.
    pub fn shown<'a>(&self, item: usize, value: &'a dyn Any) -> ShownAs<'a> {
        ShownAs(value, self.items[item].ops())
    }

    /// Whether a key in it is secret. A third-party struct counts as one that may be.
    pub const fn holds_secrets(&self) -> bool {
        self.holds_secrets
    }
}

impl Item {
    /// Its segment of the path.
    pub const fn segment(&self) -> &'static str {
        match self {
            Self::Key(key) => key.segment,
            Self::Nested(nested) => nested.segment,
            Self::Foreign(foreign) => foreign.segment,
        }
    }

    /// The name of the field.
    pub const fn field(&self) -> &'static str {
        match self {
            Self::Key(key) => key.field,
            Self::Nested(nested) => nested.field,
            Self::Foreign(foreign) => foreign.field,
        }
    }

    /// What its type does. Of a third-party struct only the type knows which of its fields are secret.
    fn ops(&self) -> Erased {
        match self {
            Self::Key(key) => key.ops,
            Self::Nested(nested) => nested.ops,
            Self::Foreign(_) => Erased::NONE,
        }
    }

    pub(crate) const fn size(&self) -> usize {
        match self {
            Self::Key(_) | Self::Foreign(_) => 1,
            // The keys of one element stand behind their list or map.
            Self::Nested(nested) => nested.is_many() as usize + nested.group.size,
        }
    }
}

impl Nested {
    /// A group in its place. `hash` is that of its part of the names of variables, as the layout has it. Which group it is, and how
    /// many there are, [`group`](crate::__private::group) fills in.
    pub const fn new(field: &'static str, hash: u64, doc: &'static str) -> Self {
        /// The group in a place that is not filled in yet.
        static NONE: Group = Group::new("", "", &[]);
        Self {
            field,
            segment: field,
            variable: field,
            hash,
            doc,
            shape: Shape::One,
            merges: false,
            group: &NONE,
            ops: Erased::NONE,
        }
    }

    /// Whether its elements have numbers.
    pub(crate) const fn is_counted(&self) -> bool {
        matches!(self.shape, Shape::List)
    }

    /// What stands in names for the number or the name of an element of a list or map.
    pub(crate) const fn placeholder(&self) -> Option<&'static str> {
        match self.shape {
            Shape::One | Shape::Optional => None,
            Shape::List => Some("{n}"),
            Shape::Map => Some("{name}"),
        }
    }

    /// Whether it is a list or map.
    pub const fn is_many(&self) -> bool {
        matches!(self.shape, Shape::List | Shape::Map)
    }
}

impl Foreign {
    /// A third-party struct at `field`.
    pub const fn new(
        field: &'static str,
        segment: &'static str,
        hash: u64,
        doc: &'static str,
        type_name: &'static str,
    ) -> Self {
        Self { field, segment, hash, doc, type_name }
    }
}
