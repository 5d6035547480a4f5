//! The environment.

use std::{
    ffi::{OsStr, OsString},
    fmt,
    ops::Range,
    sync::OnceLock,
};

use super::{
    Answers, OnUnknown, Source, Wanted,
    layer::{Spot, Whose, is_profile},
};
use crate::manifest::{Manifest, tree::Name};

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
    Pairs(Vec<(OsString, OsString)>),
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
        let pairs = pairs.into_iter().map(|(name, value)| (name.as_ref().into(), value.as_ref().into()));
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
                    answers.variable(name.as_os_str(), value.as_os_str(), 0, 0);
                }
            }
            Variables::OfProcess(snapshot) => match Snapshot::kept(snapshot, wanted.manifest) {
                Some(snapshot) => snapshot.answer(answers),
                None => confident_environ::visit("", &mut |name, value| {
                    answers.variable(name.to_owned(), value.to_owned(), 0, 0);
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
            Variables::OfProcess(snapshot) => match Snapshot::kept(snapshot, wanted.manifest) {
                Some(snapshot) => snapshot.profile.clone(),
                None => Snapshot::of(wanted.manifest).profile,
            },
        }
    }
}

/// The variables of one program, copied from the environment of the process.
struct Snapshot {
    /// The names of the program that it was made for.
    names: &'static [Name],
    texts: Texts,
    variables: Vec<Variable>,
    /// The profile, where a variable names one.
    profile: Option<String>,
}

struct Variable {
    whose: Whose,
    /// Nothing where the key knows it.
    name: Range<usize>,
    value: Range<usize>,
}

/// Texts one behind the other: one allocation for all of them, where the platform lets a text be a part of
/// another.
#[derive(Default)]
struct Texts {
    #[cfg(unix)]
    bytes: Vec<u8>,
    #[cfg(not(unix))]
    each: Vec<OsString>,
}

impl Texts {
    fn with_capacity(texts: usize) -> Self {
        // A value takes 24 bytes, more or less.
        #[cfg(unix)]
        return Self { bytes: Vec::with_capacity(texts * 24) };
        #[cfg(not(unix))]
        Self { each: Vec::with_capacity(texts) }
    }

    #[cfg(unix)]
    fn add(&mut self, text: &OsStr) -> Range<usize> {
        let start = self.bytes.len();
        self.bytes.extend_from_slice(text.as_encoded_bytes());
        start..self.bytes.len()
    }

    #[cfg(unix)]
    fn at(&self, place: &Range<usize>) -> &OsStr {
        std::os::unix::ffi::OsStrExt::from_bytes(&self.bytes[place.clone()])
    }

    #[cfg(not(unix))]
    fn add(&mut self, text: &OsStr) -> Range<usize> {
        self.each.push(text.to_owned());
        self.each.len() - 1..self.each.len()
    }

    #[cfg(not(unix))]
    fn at(&self, place: &Range<usize>) -> &OsStr {
        self.each.get(place.start).map_or(OsStr::new(""), OsString::as_os_str)
    }
}

impl Snapshot {
    fn of(manifest: &Manifest) -> Self {
        let capacity = manifest.tree.names().len();
        let mut snapshot = Self {
            names: manifest.tree.names(),
            texts: Texts::with_capacity(capacity),
            variables: Vec::with_capacity(capacity),
            profile: None,
        };
        // Most of the environment is of no interest, and known by its first bytes.
        let begin = if manifest.tree.has_absolute_names() { "" } else { manifest.prefix };
        confident_environ::visit(begin, &mut |name, value| {
            let Some(whose) = Whose::of(&manifest.tree, manifest.prefix, name) else {
                if is_profile(manifest.prefix, name) {
                    snapshot.profile = value.to_str().map(str::to_owned);
                }
                return;
            };
            let texts = &mut snapshot.texts;
            let name = if matches!(whose, Whose::Key(_)) { 0..0 } else { texts.add(name) };
            snapshot.variables.push(Variable { whose, name, value: texts.add(value) });
        });
        snapshot
    }

    /// The snapshot for this program; `None` where it was made for another, which shares the source.
    fn kept<'s>(kept: &'s OnceLock<Self>, manifest: &Manifest) -> Option<&'s Self> {
        let snapshot = kept.get_or_init(|| Self::of(manifest));
        std::ptr::eq(snapshot.names, manifest.tree.names()).then_some(snapshot)
    }

    fn answer<'a>(&'a self, answers: &mut Answers<'_, 'a>) {
        for Variable { whose, name, value } in &self.variables {
            let (name, value) = (self.texts.at(name), self.texts.at(value));
            answers.layer.keep(*whose, name.into(), value.into(), Spot::default());
        }
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
