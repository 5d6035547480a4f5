//! The manifest: the configuration as data.
//!
//! The derive writes it, as constants. Everything else reads it: the loader, the report, the
//! documents, the checks.

pub mod carried;
pub mod constraint;
mod group;
mod key;
mod kind;
mod owned;
mod phrase;
pub mod proof;
pub mod rule;
pub(crate) mod tree;

pub use carried::Carry;
pub use constraint::{Breach, Length, Range};
pub use group::{Foreign, Group, Item, Nested, Shape};
pub use key::{Attribute, Deprecated, Empty, Key};
pub use kind::{Address, Kind, ListForm, Word};
pub use owned::{Parts, part_hash};
pub use phrase::Phrase;
pub use rule::{Expression, Fact, Operator, Rule};
pub use tree::{Layout, Size, Texts, Tree};

/// The contract of one program: every key it reads, with all that is known of it.
///
/// ```
/// use confident_core::{Config, Manifest, Root};
///
/// fn required<R: Root>() -> Vec<&'static str> {
///     R::MANIFEST.keys().filter(|entry| entry.key.is_required()).map(|entry| entry.variable).collect()
/// }
/// ```
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Manifest {
    /// The name of the program.
    pub app: &'static str,
    /// What the names of its variables begin with, without the underscore; may be empty.
    pub prefix: &'static str,
    /// What must be said of every secret.
    pub hardening: Hardening,
    /// The profiles that there are; empty where the program does not name them.
    pub profiles: &'static [&'static str],
    /// Names that were keys once.
    pub removed: &'static [Removed],
    /// Its keys and groups.
    pub group: &'static Group,
    /// The crate that it is written in; empty where no one says.
    pub crate_name: &'static str,
    /// The version of that crate; empty where no one says.
    pub version: &'static str,
    /// As a binary carries it.
    carried: &'static [u8],
    pub(crate) tree: Tree<'static>,
}

/// A name that was a key once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Removed {
    /// The variable, or the path in documents.
    pub old: &'static str,
    /// What to set instead.
    pub note: &'static str,
}

/// What must be said of every secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Hardening {
    /// Nothing beyond what always holds.
    Baseline,
    /// An owner and a rotation period.
    Standard,
    /// Also a classification, and sources that are no files of the repository.
    Strict,
}

/// One key in its place.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct KeyEntry {
    /// Its path, such as `pool.max`.
    pub path: &'static str,
    /// The exact name of its variable.
    pub variable: &'static str,
    /// What is known of it.
    pub key: &'static Key,
}

impl Manifest {
    /// The manifest of a root whose group is laid out in `tree`, as the binary carries it.
    const fn new(
        app: &'static str,
        prefix: &'static str,
        carry: &Carry,
        carried: &'static [u8],
        tree: Tree<'static>,
    ) -> Self {
        let Carry { group, crate_name, version, .. } = *carry;
        let hardening = Hardening::Baseline;
        Self {
            app,
            prefix,
            hardening,
            profiles: &[],
            removed: &[],
            group,
            crate_name,
            version,
            carried,
            tree,
        }
    }

    /// The manifest as JSON, as the binary carries it. The crate `confident-manifest` says what stands in it.
    pub fn json(&self) -> &'static str {
        let text = self.carried.get(carried::HEAD..).unwrap_or_default();
        // The compiler wrote it, of texts.
        std::str::from_utf8(text).unwrap_or_default().trim_end()
    }

    /// A number for the contract, in 16 hexadecimal digits: that of another release is the same where the contract is. It
    /// says nothing of who wrote it.
    pub fn fingerprint(&self) -> &'static str {
        const NAME: &str = "\"fingerprint\":";
        let json = self.json();
        let behind = json.rfind(NAME).and_then(|at| json.get(at + NAME.len()..)).unwrap_or_default();
        behind.trim_start().get(1..17).unwrap_or_default()
    }

    /// With more to be said of every secret.
    #[must_use]
    pub const fn hardening(mut self, hardening: Hardening) -> Self {
        self.hardening = hardening;
        self
    }

    /// With the profiles that there are.
    #[must_use]
    pub const fn profiles(mut self, profiles: &'static [&'static str]) -> Self {
        self.profiles = profiles;
        self
    }

    /// With names that were keys once.
    #[must_use]
    pub const fn removed(mut self, removed: &'static [Removed]) -> Self {
        self.removed = removed;
        self
    }

    /// The keys in the order of the source. Those of the elements of lists and maps have a placeholder
    /// in their names: `{n}` for a number, `{name}` for a name.
    pub fn keys(&self) -> impl Iterator<Item = KeyEntry> + use<> {
        let tree = self.tree;
        tree.entries().iter().enumerate().filter_map(move |(at, entry)| match entry.what {
            tree::What::Key(key) => Some(KeyEntry { path: tree.path(at), variable: tree.variable(at), key }),
            tree::What::Many(_) | tree::What::Foreign(_) => None,
        })
    }

    /// The variable that names the profile of a load.
    pub fn profile_variable(&self) -> String {
        if self.prefix.is_empty() { "PROFILE".to_owned() } else { format!("{}_PROFILE", self.prefix) }
    }

    /// The key at `path`.
    pub fn key(&self, path: &str) -> Option<KeyEntry> {
        self.keys().find(|entry| entry.path == path)
    }
}

impl Hardening {
    /// The name, as the option `hardening` takes it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Baseline => "baseline",
            Self::Standard => "standard",
            Self::Strict => "strict",
        }
    }
}
