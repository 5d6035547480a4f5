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
pub(crate) mod shelf;
pub(crate) mod tracked;
pub(crate) mod whole_file;

use std::{
    borrow::Cow,
    ffi::OsStr,
    path::{Path, PathBuf},
    sync::Arc,
    time::{Duration, SystemTime},
};

pub use directory::SecretDir;
pub use document::Syntax;
#[cfg(feature = "yaml")]
pub(crate) use document::masked;
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
/// request. It answers raw values: the key's own type reads them later. A load may run on any thread.
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
pub trait Source: Send + Sync {
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

    /// The files and directories in which a change may be one of the source, whether they are there or not. Where several
    /// sources read in one Kubernetes volume, and it is swapped meanwhile, they are asked anew.
    fn files(&self, _wanted: &Wanted<'_>) -> Vec<PathBuf> {
        Vec::new()
    }

    /// Whether the source can tell by itself that it has something new. Only then is it waited for, on a thread of its own.
    fn can_tell(&self) -> bool {
        false
    }

    /// Waits until the source has something new, but not longer than `patience`. It is called only where
    /// [`can_tell`](Self::can_tell) says so. Most cannot tell: they are asked from time to time.
    fn wait(&self, _wanted: &Wanted<'_>, _patience: Duration) -> Waited {
        Waited::CannotTell
    }

    /// Does what must be done between two reads, such as to renew a lease, and answers how long it is until something must be
    /// done again; `None` where there is nothing. It is called while settings are watched.
    fn keep(&self) -> Option<Duration> {
        None
    }

    /// New values of the keys at these paths were not taken: they break a constraint or a rule, or a part of the program
    /// objects. They may come from another source, too.
    fn rejected(&self, _wanted: &Wanted<'_>, _paths: &[&str]) {}

    /// The settings are not watched any more: what was given for as long as they are, such as a lease, can be given back.
    fn end(&self) {}

    /// The value of one variable before anything else is read: the profile, which decides what is read.
    fn peek(&self, _wanted: &Wanted<'_>, _variable: &str) -> Option<String> {
        None
    }
}

macro_rules! sources_behind {
    ($($pointer:ident),*) => {$(
        impl<S: Source + ?Sized> Source for $pointer<S> {
            fn kind(&self) -> &'static str {
                (**self).kind()
            }

            fn name(&self, wanted: &Wanted<'_>) -> String {
                (**self).name(wanted)
            }

            fn find<'a>(&'a self, wanted: &Wanted<'_>, answers: &mut Answers<'_, 'a>) {
                (**self).find(wanted, answers);
            }

            fn on_unknown(&self) -> OnUnknown {
                (**self).on_unknown()
            }

            fn files(&self, wanted: &Wanted<'_>) -> Vec<PathBuf> {
                (**self).files(wanted)
            }

            fn can_tell(&self) -> bool {
                (**self).can_tell()
            }

            fn wait(&self, wanted: &Wanted<'_>, patience: Duration) -> Waited {
                (**self).wait(wanted, patience)
            }

            fn keep(&self) -> Option<Duration> {
                (**self).keep()
            }

            fn rejected(&self, wanted: &Wanted<'_>, paths: &[&str]) {
                (**self).rejected(wanted, paths);
            }

            fn end(&self) {
                (**self).end();
            }

            fn peek(&self, wanted: &Wanted<'_>, variable: &str) -> Option<String> {
                (**self).peek(wanted, variable)
            }
        }
    )*};
}

sources_behind!(Box, Arc);

/// What stands for a value that is kept elsewhere, in a check: no variable can hold a NUL.
pub(crate) const ELSEWHERE: &str = "\0elsewhere";

/// What a load wants from a source.
#[derive(Clone, Copy)]
pub struct Wanted<'w> {
    pub(crate) manifest: &'w Manifest,
    pub(crate) profile: Option<&'w str>,
    /// Whether this is a check, which takes references for values.
    pub(crate) is_check: bool,
    /// Whether a value was denied by whoever it is for.
    pub(crate) asks_anew: bool,
}

impl<'w> Wanted<'w> {
    /// What an ordinary load wants.
    pub(crate) const fn of(manifest: &'w Manifest, profile: Option<&'w str>) -> Self {
        Self { manifest, profile, is_check: false, asks_anew: false }
    }

    /// Tells the sources which of their values were not taken.
    pub(crate) fn reject(&self, sources: &[Box<dyn Source>], paths: &[&str]) {
        if !paths.is_empty() {
            sources.iter().for_each(|source| source.rejected(self, paths));
        }
    }

    /// The contract of the program.
    pub fn manifest(&self) -> &'w Manifest {
        self.manifest
    }

    /// The keys, in the order of the manifest. Those in lists and maps have a placeholder.
    pub fn keys(&self) -> impl Iterator<Item = KeyEntry> + use<> {
        self.manifest.keys()
    }

    /// The name of the program.
    pub fn app(&self) -> &'w str {
        self.manifest.app
    }

    /// Whether a value that the source gave before was denied by whoever it is for: one that it kept, such as a login that
    /// is good for a while longer, must be asked for anew.
    pub fn asks_anew(&self) -> bool {
        self.asks_anew
    }

    /// The profile of the load.
    pub fn profile(&self) -> Option<&'w str> {
        self.profile
    }
}

/// What came of waiting for a source.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Waited {
    /// It has something new.
    Changed,
    /// It had nothing new in time.
    Unchanged,
    /// It could not be asked.
    Failed,
    /// It never tells.
    CannotTell,
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

/// What a store knows of a value besides the value.
///
/// # Example
/// ```
/// use confident_core::Provenance;
///
/// let provenance = Provenance::at("payments/production/db#password").version("7");
/// assert_eq!(provenance.place.as_deref(), Some("payments/production/db#password"));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Provenance {
    /// The kind of store, where it is another than that of the source: one that the source falls back on.
    pub kind: Option<&'static str>,
    /// The place in the store, where it is another than the path of the key.
    pub place: Option<String>,
    /// The version of the value in its store.
    pub version: Option<String>,
    /// When the value stops being valid.
    pub expires_at: Option<SystemTime>,
    /// When the value should be asked for again.
    pub refresh_after: Option<SystemTime>,
}

impl Provenance {
    /// That of a value at this place of its store.
    pub fn at(place: impl Into<String>) -> Self {
        Self { place: Some(place.into()), ..Self::default() }
    }

    /// With the kind of store.
    #[must_use]
    pub fn kind(mut self, kind: &'static str) -> Self {
        self.kind = Some(kind);
        self
    }

    /// With the version of the value.
    #[must_use]
    pub fn version(mut self, version: impl Into<String>) -> Self {
        self.version = Some(version.into());
        self
    }

    /// With the moment at which the value stops being valid.
    #[must_use]
    pub fn expires_at(mut self, moment: SystemTime) -> Self {
        self.expires_at = Some(moment);
        self
    }

    /// With the moment after which the value should be asked for again.
    #[must_use]
    pub fn refresh_after(mut self, moment: SystemTime) -> Self {
        self.refresh_after = Some(moment);
        self
    }
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
    pub fn value(&mut self, path: &str, text: Cow<'a, OsStr>, provenance: Provenance) {
        let text = self.shelf.os_text(text);
        self.layer.put(&self.manifest.tree, path, text, provenance);
    }

    /// The value before the one that was answered for the key at `path`, and how long it is accepted too. It counts for a
    /// key whose type is [`Rotating`](crate::Rotating), and for no other.
    pub fn previous(&mut self, path: &str, text: Cow<'a, OsStr>, ends: SystemTime) {
        let text = self.shelf.os_text(text);
        if let Some(entry) = self.entry(path) {
            self.layer.put_beside(&self.manifest.tree, entry, text, ends);
        }
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

    /// A store that does not answer for these keys, of which nothing else is reported then: one problem, however
    /// many keys there are. It is about the key where there is one, and about `store` where there are several.
    /// `what` and the notes must not quote a value.
    pub fn refused(&mut self, paths: &[&str], store: &str, what: &str, notes: &[String]) {
        let problem = match paths {
            [path] => self.about(Code::Store, path),
            _ => Problem::new(Code::Store, store),
        };
        let mut problem = notes.iter().fold(problem.says(what), |problem, note| problem.note(note));
        if let [_, _, ..] = paths {
            problem = problem.note(self.variables(paths));
        }
        let failed: Vec<usize> = paths.iter().filter_map(|path| self.entry(path)).collect();
        self.layer.failed.extend(failed);
        self.problems.push(problem);
    }

    /// A warning: the value of the key at `path` comes from elsewhere than it should, because a store is away. `what` and
    /// the notes must not quote it.
    pub fn fell_back(&mut self, path: &str, what: &str, notes: &[String]) {
        let problem = self.about(Code::Fallback, path).says(what).warning();
        self.problems.push(notes.iter().fold(problem, |problem, note| problem.note(note)));
    }

    pub(crate) fn fail(&mut self, code: Code, path: &str, what: &str) {
        let (problem, entry) = (self.about(code, path).says(what), self.entry(path));
        self.layer.failed.extend(entry);
        self.problems.push(problem);
    }

    fn entry(&self, path: &str) -> Option<usize> {
        let tree = &self.manifest.tree;
        (0..tree.entries().len()).find(|entry| tree.path(*entry) == path)
    }

    /// A problem of the key at `path`.
    fn about(&self, code: Code, path: &str) -> Problem {
        let tree = &self.manifest.tree;
        match self.entry(path).map(|entry| (entry, tree.entries()[entry].what)) {
            Some((entry, What::Key(key))) => Problem::of_key(code, tree, entry, key),
            _ => Problem::new(code, path),
        }
    }

    /// The keys at these paths in one line, by their variables.
    fn variables(&self, paths: &[&str]) -> String {
        /// More than these are counted: a store with hundreds of keys is one problem, not a wall of names.
        const SHOWN: usize = 8;
        let variable = |path: &&str| match self.entry(path) {
            Some(entry) => self.manifest.tree.variable(entry).to_owned(),
            None => (*path).to_owned(),
        };
        let names: Vec<String> = paths.iter().take(SHOWN).map(variable).collect();
        let rest = paths.len().saturating_sub(SHOWN);
        let more = if rest == 0 { String::new() } else { format!(" and {rest} more") };
        format!("which keeps {}{more} from being read", names.join(", "))
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
