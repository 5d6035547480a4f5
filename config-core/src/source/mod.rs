//! Where values come from.

mod directory;
mod document;
mod dotenv;
mod env;
mod file;
pub(crate) mod layer;
mod memory;
mod node;
mod origin;
mod overrides;
pub(crate) mod place;
mod shelf;
pub(crate) mod tracked;
pub(crate) mod whole_file;

use std::{borrow::Cow, ffi::OsStr, path::Path, sync::Arc, time::SystemTime};

pub use directory::SecretDir;
pub use document::Syntax;
pub use dotenv::{BadLine, Dotenv, DotenvEntry};
pub use env::Env;
pub use file::{DropIns, File};
pub(crate) use layer::{Found, Layer};
pub use memory::Memory;
pub use node::{HeldNode, Literal, Name, Node, NodeValue};
pub use origin::Origin;
pub(crate) use overrides::FIXTURE;
pub use overrides::Overrides;
pub(crate) use shelf::{Growing, Shelf};
use zeroize::Zeroizing;

use crate::{
    manifest::{KeyEntry, Manifest, tree::What},
    report::{Code, Problem},
};

/// A place that values come from: the environment, a file, a store.
///
/// A source is asked once in a load, for all keys at once, so that a store can fetch them in one
/// request. It answers raw values: the key's own type reads them later.
///
/// # Example
/// ```
/// use confident_core::{Answers, Source, Wanted};
///
/// /// A source with one answer.
/// struct Fixed;
///
/// impl Source for Fixed {
///     fn kind(&self) -> &'static str {
///         "fixed"
///     }
///
///     fn name(&self, _: &Wanted<'_>) -> String {
///         "the one answer".to_owned()
///     }
///
///     fn find<'a>(&'a self, wanted: &Wanted<'_>, answers: &mut Answers<'_, 'a>) {
///         for key in wanted.keys().filter(|key| key.path == "answer") {
///             answers.value(key.path, std::ffi::OsStr::new("42").into(), Default::default());
///         }
///     }
/// }
/// ```
pub trait Source {
    /// The kind of source, as the option `sources(..)` takes it.
    fn kind(&self) -> &'static str;

    /// What a report calls the source, where it says what was looked at.
    fn name(&self, wanted: &Wanted<'_>) -> String;

    /// Finds what the source has of the wanted keys.
    fn find<'a>(&'a self, wanted: &Wanted<'_>, answers: &mut Answers<'_, 'a>);

    /// What it means that the source has something that no key reads.
    fn on_unknown(&self) -> OnUnknown {
        OnUnknown::Deny
    }

    /// The value of one variable before anything else is read: the profile, which decides what is read.
    fn peek(&self, _wanted: &Wanted<'_>, _variable: &str) -> Option<String> {
        None
    }
}

/// What stands for a value that is kept elsewhere, in a check: no variable can hold a NUL.
pub(crate) const ELSEWHERE: &str = "\0elsewhere";

/// What a load wants from a source.
#[derive(Clone, Copy)]
pub struct Wanted<'w> {
    pub(crate) manifest: &'w Manifest,
    pub(crate) profile: Option<&'w str>,
    /// Whether this is a check, which takes references for values.
    pub(crate) is_check: bool,
}

impl<'w> Wanted<'w> {
    /// The keys, in the order of the manifest. Those in lists and maps have a placeholder.
    pub fn keys(&self) -> impl Iterator<Item = KeyEntry> + use<> {
        self.manifest.keys()
    }

    /// The name of the program.
    pub fn app(&self) -> &'w str {
        self.manifest.app
    }

    /// The profile of the load.
    pub fn profile(&self) -> Option<&'w str> {
        self.profile
    }
}

/// What it means that a source has something that no key reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum OnUnknown {
    /// The load fails.
    Deny,
    /// The load warns.
    Warn,
    /// Nothing.
    Ignore,
}

/// What is known of a value besides the value.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Freshness {
    /// The version of the value in its store.
    pub version: Option<String>,
    /// When the value stops being valid.
    pub expires_at: Option<SystemTime>,
    /// When the value should be asked for again.
    pub refresh_after: Option<SystemTime>,
}

/// What a source has, as it says it.
///
/// A source answers in one of three ways: variables by name, a document as a tree, or values by the
/// path of their key.
pub struct Answers<'w, 'a> {
    manifest: &'w Manifest,
    /// What the files before the current one hold, where a source reads several.
    pub(crate) earlier: Vec<Layer<'a>>,
    pub(crate) layer: Layer<'a>,
    pub(crate) problems: Vec<Problem>,
    shelf: &'a Shelf,
    is_check: bool,
}

impl<'w, 'a> Answers<'w, 'a> {
    pub(crate) fn new(wanted: &Wanted<'w>, source: &dyn Source, shelf: &'a Shelf) -> Self {
        let layer = Layer::new(source.kind(), source.on_unknown());
        let Wanted { manifest, is_check, .. } = *wanted;
        Self { manifest, earlier: Vec::new(), layer, problems: Vec::new(), shelf, is_check }
    }

    /// Keeps bytes until the load ends, and wipes them then. What is answered may point into them, so that a secret
    /// has no copy that stays behind.
    pub fn keep(&self, bytes: impl Into<Zeroizing<Vec<u8>>>) -> &'a [u8] {
        self.shelf.keep(bytes.into())
    }

    pub(crate) const fn shelf(&self) -> &'a Shelf {
        self.shelf
    }

    /// Everything that follows comes from this file. A source that reads several files names one after
    /// the other: what a later one has goes before what an earlier one has, key by key.
    pub fn file(&mut self, path: impl AsRef<Path>) {
        if self.layer.file.is_some() {
            let next = Layer::new(self.layer.kind, self.layer.on_unknown);
            self.earlier.push(std::mem::replace(&mut self.layer, next));
        }
        self.layer.file = Some(Arc::from(path.as_ref()));
    }

    /// A variable, with its line and column where it stands in a file, and 0 where it does not. Names
    /// that no key reads may be answered too: those under the prefix of the program are unknown keys.
    pub fn variable(
        &mut self,
        name: impl Into<Cow<'a, OsStr>>,
        value: impl Into<Cow<'a, OsStr>>,
        line: u32,
        column: u32,
    ) {
        let spot = layer::Spot { line, column };
        let value = self.shelf.os_text(value.into());
        self.layer.accept(&self.manifest.tree, self.manifest.prefix, name.into(), value, spot);
    }

    /// A variable that is set to a value which is kept elsewhere and not known here: a reference to a secret. It
    /// counts as set, and nothing more is asked of it. Only a check takes it; a load reports that it cannot.
    pub fn reference(&mut self, name: impl Into<Cow<'a, OsStr>>, line: u32, column: u32) {
        let name = name.into();
        if self.is_check {
            self.variable(name, OsStr::new(ELSEWHERE), line, column);
        } else {
            self.problem(&name.to_string_lossy(), "is a reference, and a load needs the value");
        }
    }

    /// A document.
    pub fn document(&mut self, root: Node<'a>) {
        self.kept_document(root.on_shelf(self.shelf));
    }

    /// A document whose texts are kept until the load ends.
    pub(crate) fn kept_document(&mut self, root: Node<'a>) {
        let at = place::Place::new(self.manifest.prefix, "");
        let Self { manifest, layer, problems, .. } = self;
        place::place(layer, &manifest.tree, manifest.group, root, at, problems);
    }

    /// The value of the key at `path`, from a store.
    pub fn value(&mut self, path: &str, text: Cow<'a, OsStr>, freshness: Freshness) {
        let text = self.shelf.os_text(text);
        self.layer.put(&self.manifest.tree, path, text, freshness);
    }

    /// The value of the key at `path`, which is all that a file holds.
    pub fn whole_file(&mut self, path: &str, text: Cow<'a, OsStr>, file: &Path) {
        let text = self.shelf.os_text(text);
        self.layer.put_file(&self.manifest.tree, path, text, file);
    }

    /// Something that keeps the source from answering. `what` must not quote a value.
    pub fn problem(&mut self, subject: &str, what: &str) {
        self.problems.push(Problem::new(Code::Unreadable, subject).says(what));
    }

    /// Something at a place of the file that keeps the source from answering. `what` must not quote a
    /// value.
    pub fn problem_at(&mut self, what: &str, line: u32, column: u32) {
        let path = self.layer.file.as_ref().map_or_else(String::new, |path| path.display().to_string());
        let origin = self.layer.origin(Cow::Borrowed(""), layer::Spot { line, column });
        self.problems.push(Problem::new(Code::Unreadable, &path).says(what).at(&origin));
    }

    /// Something that keeps the source from answering for the key at `path`, of which nothing else is
    /// reported then. `what` must not quote a value.
    pub fn problem_of(&mut self, path: &str, what: &str) {
        self.fail(Code::Unreadable, path, what);
    }

    pub(crate) fn fail(&mut self, code: Code, path: &str, what: &str) {
        let tree = &self.manifest.tree;
        let known = (0..tree.entries().len()).find(|entry| tree.path(*entry) == path);
        let problem = match known.map(|entry| (entry, tree.entries()[entry].what)) {
            Some((entry, What::Key(key))) => Problem::of_key(code, tree, entry, key),
            _ => Problem::new(code, path),
        };
        self.layer.failed.extend(known);
        self.problems.push(problem.says(what));
    }

    /// The value of the key at `path` is all that `file` holds, whose name is not `new`, as it should be.
    pub(crate) fn old_name(&mut self, path: &str, old: &str, new: &str, file: &Path) {
        let tree = &self.manifest.tree;
        let origin = Origin::WholeFile { kind: self.layer.kind, variable: None, path: Arc::from(file) };
        for entry in (0..tree.entries().len()).filter(|entry| tree.path(*entry) == path) {
            if let What::Key(key) = tree.entries()[entry].what {
                self.problems.push(Problem::old_name(tree, entry, key, old, new).at(&origin));
            }
        }
    }

    /// Something by this name that no key reads.
    pub(crate) fn unknown(&mut self, name: String) {
        self.layer.unknown_paths.push((name, layer::Spot::default()));
    }
}
