//! The environment.

use std::{
    ffi::{OsStr, OsString},
    fmt,
    ops::Range,
    sync::OnceLock,
};

#[cfg(unix)]
use zeroize::Zeroize;

use super::{
    Answers, OnUnknown, Source, Wanted,
    layer::{Spot, Values, Whose, is_profile},
    shelf::Wiped,
};
use crate::{
    manifest::{Manifest, tree::Name},
    value::Raw,
};

/// The variables of the environment, as they were at one moment.
///
/// The environment of the process is read once, by the first load: all of it in one pass, of which the variables
/// of the program are kept. A variable that is not UTF-8 text and is not the program's is none of its business.
///
/// # Example
/// ```
/// use confident_core::Env;
///
/// let env = Env::from_pairs([("PAYMENTS_LISTEN", "127.0.0.1:8080"), ("PAYMENTS_POOL_MAX", "5")]);
/// // Shows names, never values.
/// assert_eq!(format!("{env:?}"), r#"Env["PAYMENTS_LISTEN", "PAYMENTS_POOL_MAX"]"#);
/// ```
pub struct Env {
    variables: Variables,
    on_unknown: OnUnknown,
}

enum Variables {
    OfProcess(OnceLock<Snapshot>),
    Pairs(Vec<(OsString, Wiped)>),
}

impl Env {
    /// The environment of the process, read once, by the first load.
    pub fn process() -> Self {
        Self { variables: Variables::OfProcess(OnceLock::new()), on_unknown: OnUnknown::Warn }
    }

    /// An environment of these variables: for tests, which then run in parallel.
    pub fn from_pairs<I, K, V>(pairs: I) -> Self
    where
        I: IntoIterator<Item = (K, V)>,
        K: AsRef<OsStr>,
        V: AsRef<OsStr>,
    {
        let pairs =
            pairs.into_iter().map(|(name, value)| (name.as_ref().into(), Wiped(value.as_ref().into())));
        Self { variables: Variables::Pairs(pairs.collect()), on_unknown: OnUnknown::Warn }
    }

    /// What it means that a variable under the prefix of the program is read by no key: a warning,
    /// unless said otherwise.
    #[must_use]
    pub fn on_unknown(mut self, on_unknown: OnUnknown) -> Self {
        self.on_unknown = on_unknown;
        self
    }
}

impl Env {
    /// The profile that the environment of the process names.
    pub(crate) fn profile(&self, manifest: &Manifest) -> Option<String> {
        let Variables::OfProcess(snapshot) = &self.variables else { return None };
        match Snapshot::kept(snapshot, manifest) {
            Some(snapshot) => snapshot.profile.clone(),
            None => Snapshot::of(manifest).profile,
        }
    }
}

impl Source for Env {
    fn kind(&self) -> &'static str {
        "env"
    }

    fn name(&self, _: &Wanted<'_>) -> String {
        "environment".to_owned()
    }

    fn find<'a>(&'a self, wanted: &Wanted<'_>, answers: &mut Answers<'_, 'a>) {
        match &self.variables {
            Variables::Pairs(pairs) => {
                for (name, value) in pairs {
                    answers.variable(name.as_os_str(), &**value, 0, 0);
                }
            }
            Variables::OfProcess(snapshot) => match Snapshot::kept(snapshot, wanted.manifest) {
                Some(snapshot) => snapshot.answer(answers),
                None => confident_environ::visit("", &mut |variable| {
                    if let Some((name, value)) = variable.split() {
                        answers.variable(name.to_owned(), value.to_owned(), 0, 0);
                    }
                }),
            },
        }
    }

    fn on_unknown(&self) -> OnUnknown {
        self.on_unknown
    }

    fn peek(&self, wanted: &Wanted<'_>, variable: &str) -> Option<String> {
        match &self.variables {
            Variables::Pairs(pairs) => {
                let (_, value) = pairs.iter().rev().find(|(name, _)| name == variable)?;
                value.to_str().map(str::to_owned)
            }
            Variables::OfProcess(_) => self.profile(wanted.manifest),
        }
    }
}

/// The variables of one program, copied from the environment of the process.
pub(crate) struct Snapshot {
    /// The names of the program that it was made for.
    names: &'static [Name],
    texts: Texts,
    /// By name: where what the variable holds stands among the texts.
    values: Vec<Range<usize>>,
    /// Variables that are not what a key reads by its own name.
    others: Vec<Variable>,
    /// The profile, where a variable names one.
    profile: Option<String>,
}

struct Variable {
    whose: Whose,
    name: Range<usize>,
    value: Range<usize>,
}

/// The place of a value that is not there.
const ABSENT: Range<usize> = usize::MAX..usize::MAX;

/// Texts one behind the other: one allocation for all of them, and one look at whether they are Unicode, where the
/// platform lets a text be a part of another.
#[derive(Default)]
struct Texts {
    #[cfg(unix)]
    bytes: Vec<u8>,
    /// In place of the bytes, where all of them are Unicode.
    #[cfg(unix)]
    text: String,
    #[cfg(not(unix))]
    each: Vec<Wiped>,
    /// Whether there may be secrets among them, so that they are wiped when they go.
    are_wiped: bool,
}

#[cfg(unix)]
impl Texts {
    fn with_capacity(texts: usize, are_wiped: bool) -> Self {
        // A value takes 24 bytes, more or less.
        Self { bytes: Vec::with_capacity(texts * 24), text: String::new(), are_wiped }
    }

    fn add(&mut self, text: &OsStr) -> Range<usize> {
        let (start, text) = (self.bytes.len(), text.as_encoded_bytes());
        if self.bytes.capacity() - start < text.len() {
            self.grow(text.len());
        }
        self.bytes.extend_from_slice(text);
        start..self.bytes.len()
    }

    /// Makes room, by hand: what a `Vec` grows out of is not wiped.
    #[cold]
    fn grow(&mut self, more: usize) {
        let mut larger = Vec::with_capacity((2 * self.bytes.capacity()).max(self.bytes.len() + more));
        larger.extend_from_slice(&self.bytes);
        let mut smaller = std::mem::replace(&mut self.bytes, larger);
        if self.are_wiped {
            smaller.zeroize();
        }
    }

    /// Nothing is added after this.
    fn close(&mut self) {
        match String::from_utf8(std::mem::take(&mut self.bytes)) {
            Ok(text) => self.text = text,
            Err(error) => self.bytes = error.into_bytes(),
        }
    }

    fn at(&self, place: Range<usize>) -> &OsStr {
        let bytes = if self.bytes.is_empty() { self.text.as_bytes() } else { &self.bytes };
        std::os::unix::ffi::OsStrExt::from_bytes(&bytes[place])
    }

    /// A text that is Unicode, and known to be. Of two that are not, the end of one and the begin of the next may make a
    /// character: then there is none at the place between them.
    #[inline]
    fn unicode_at(&self, place: Range<usize>) -> Option<&str> {
        self.text.get(place)
    }
}

#[cfg(unix)]
impl Drop for Texts {
    fn drop(&mut self) {
        if self.are_wiped {
            self.bytes.zeroize();
            self.text.zeroize();
        }
    }
}

#[cfg(not(unix))]
impl Texts {
    fn with_capacity(texts: usize, are_wiped: bool) -> Self {
        Self { each: Vec::with_capacity(texts), are_wiped }
    }

    fn add(&mut self, text: &OsStr) -> Range<usize> {
        self.each.push(Wiped(text.to_owned()));
        // The second number tells an empty text.
        let start = self.each.len() - 1;
        start..start + usize::from(!text.is_empty())
    }

    fn close(&mut self) {}

    fn at(&self, place: Range<usize>) -> &OsStr {
        &self.each[place.start]
    }

    fn unicode_at(&self, place: Range<usize>) -> Option<&str> {
        self.each.get(place.start)?.to_str()
    }
}

impl Snapshot {
    fn of(manifest: &Manifest) -> Self {
        let names = manifest.tree.names();
        let mut snapshot = Self {
            names,
            texts: Texts::with_capacity(names.len(), manifest.group.holds_secrets()),
            values: vec![ABSENT; names.len()],
            others: Vec::new(),
            profile: None,
        };
        // Most of the environment is of no interest, and known by its first bytes.
        let begin = if manifest.tree.has_absolute_names() { "" } else { manifest.prefix };
        // Variables often stand in the order of the keys, because they were written with a document at hand.
        let (texts, mut expected) = (manifest.tree.texts(), 0);
        confident_environ::visit(begin, &mut |variable| {
            let at = expected;
            if let Some(value) = texts.name_bytes(at).and_then(|name| variable.value_of(name)) {
                snapshot.values[at] = snapshot.texts.add(value);
                expected = manifest.tree.name_behind(at);
            } else if let Some(found) =
                variable.split().and_then(|variable| snapshot.sort_in(manifest, variable))
            {
                expected = manifest.tree.name_behind(found);
            }
        });
        snapshot.texts.close();
        snapshot
    }

    /// Keeps a variable, wherever it stands. Answers the number of its name, if it is what a key reads by that.
    #[inline(never)]
    fn sort_in(&mut self, manifest: &Manifest, (name, value): (&OsStr, &OsStr)) -> Option<usize> {
        match Whose::of(&manifest.tree, manifest.prefix, name) {
            Some(Whose::Key(at)) => {
                self.values[at] = self.texts.add(value);
                return Some(at);
            }
            Some(whose) => {
                let (name, value) = (self.texts.add(name), self.texts.add(value));
                self.others.push(Variable { whose, name, value });
            }
            None if is_profile(manifest.prefix, name) => self.profile = value.to_str().map(str::to_owned),
            None => {}
        }
        None
    }

    /// The snapshot for this program; `None` where it was made for another, which shares the source.
    fn kept<'s>(kept: &'s OnceLock<Self>, manifest: &Manifest) -> Option<&'s Self> {
        let snapshot = kept.get_or_init(|| Self::of(manifest));
        std::ptr::eq(snapshot.names, manifest.tree.names()).then_some(snapshot)
    }

    fn answer<'a>(&'a self, answers: &mut Answers<'_, 'a>) {
        answers.layer.values = Values::Kept(self);
        for Variable { whose, name, value } in &self.others {
            let (name, value) = (self.texts.at(name.clone()), self.texts.at(value.clone()));
            answers.layer.keep(&answers.manifest.tree, *whose, name.into(), value, Spot::default());
        }
    }

    /// Whether what a variable holds is empty; `None` where it is not set.
    #[inline]
    pub(crate) fn is_empty(&self, name: usize) -> Option<bool> {
        let value = &self.values[name];
        (*value != ABSENT).then_some(value.is_empty())
    }

    /// What a variable holds.
    pub(super) fn value(&self, name: usize) -> Option<Raw<'_>> {
        let value = &self.values[name];
        if *value == ABSENT {
            return None;
        }
        let unicode = self.texts.unicode_at(value.clone()).map(Raw::Unicode);
        Some(unicode.unwrap_or_else(|| Raw::Text(self.texts.at(value.clone()))))
    }

    /// The same, where it is Unicode.
    #[inline]
    pub(super) fn unicode_at(&self, name: usize) -> Option<&str> {
        // There is no text at the place of a value that is not there.
        self.texts.unicode_at(self.values[name].clone())
    }
}

impl fmt::Debug for Env {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.variables {
            Variables::Pairs(pairs) => {
                f.write_str("Env")?;
                f.debug_list().entries(pairs.iter().map(|(name, _)| name)).finish()
            }
            Variables::OfProcess(_) => f.write_str("Env(process)"),
        }
    }
}
