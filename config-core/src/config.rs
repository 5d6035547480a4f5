//! The traits that the derive implements.

use std::{collections::BTreeMap, fmt};

use crate::{
    load::{Loader, Reader},
    manifest::{Group, Manifest, Nested, Shape},
    report::Report,
    testing::Fixture,
};

/// A group of keys that can be read: a struct, or an enum of which a variant is chosen.
///
/// `#[derive(Config)]` implements it. A type whose attribute says `app = ".."` is also a [`Root`],
/// and can be loaded.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a group of keys",
    label = "not a `Config`",
    note = "write `#[derive(Config)]` on `{Self}`"
)]
pub trait Config: Sized + fmt::Debug {
    /// The group in the manifest.
    const GROUP: &'static Group;

    /// Reads the values of the group. Problems go to the reader's report.
    #[doc(hidden)]
    fn read(reader: &mut Reader<'_>) -> Option<Self>;

    /// Loads from the environment of the process, and from secrets that are mounted at `/run/secrets` or
    /// given by systemd. Warnings are printed to the standard error.
    ///
    /// # Errors
    /// A report of everything that is wrong, at once.
    fn load() -> Result<Self, Report>
    where
        Self: Root,
    {
        Self::loader().load()
    }

    /// A load from other sources than the environment, or with a profile.
    fn loader() -> Loader<Self>
    where
        Self: Root,
    {
        Loader::new()
    }

    /// A configuration for a test: placeholders for all that is required, and what the test sets.
    fn fixture() -> Fixture<Self>
    where
        Self: Root,
    {
        Fixture::new()
    }

    /// The manifest: every key with all that is known of it.
    fn manifest() -> &'static Manifest
    where
        Self: Root,
    {
        Self::MANIFEST
    }
}

/// The configuration of a program: a [`Config`] with a name of its own, proved as a whole.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is a group, not the configuration of a program",
    label = "cannot be loaded by itself",
    note = "write `#[config(app = \"name\")]` on it to make it a root"
)]
pub trait Root: Config {
    /// The manifest: every key with all that is known of it.
    const MANIFEST: &'static Manifest;
}

/// What a `nested` field can be: a group, an optional one, a list or a map of groups.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be nested",
    label = "not a group of keys",
    note = "a nested field is a struct or enum with `#[derive(Config)]`, or an `Option`, `Vec` or `BTreeMap<String, _>` of one",
    note = "remove `nested` for a key, which is one value"
)]
pub trait Nest: Sized + fmt::Debug {
    /// How many groups there are.
    const SHAPE: Shape;
    /// The group.
    const GROUP: &'static Group;

    /// Reads the groups. Problems go to the reader's report.
    #[doc(hidden)]
    fn read_nested(reader: &mut Reader<'_>, nested: &'static Nested) -> Option<Self>;
}

#[diagnostic::do_not_recommend]
impl<G: Config> Nest for G {
    const SHAPE: Shape = Shape::One;
    const GROUP: &'static Group = G::GROUP;

    fn read_nested(reader: &mut Reader<'_>, _: &'static Nested) -> Option<Self> {
        G::read(reader)
    }
}

impl<G: Config> Nest for Option<G> {
    const SHAPE: Shape = Shape::Optional;
    const GROUP: &'static Group = G::GROUP;

    fn read_nested(reader: &mut Reader<'_>, nested: &'static Nested) -> Option<Self> {
        reader.optional(nested)
    }
}

impl<G: Config> Nest for Vec<G> {
    const SHAPE: Shape = Shape::List;
    const GROUP: &'static Group = G::GROUP;

    fn read_nested(reader: &mut Reader<'_>, nested: &'static Nested) -> Option<Self> {
        reader.list(nested)
    }
}

impl<G: Config> Nest for BTreeMap<String, G> {
    const SHAPE: Shape = Shape::Map;
    const GROUP: &'static Group = G::GROUP;

    fn read_nested(reader: &mut Reader<'_>, nested: &'static Nested) -> Option<Self> {
        reader.map(nested)
    }
}
