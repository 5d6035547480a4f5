//! The load: sources, resolution, coercion, constraints, the building of the struct, rules.

mod background;
mod check;
mod constraints;
mod explain;
#[cfg(feature = "foreign")]
mod foreign;
#[cfg(feature = "metrics")]
mod measured;
mod merge;
mod reader;
mod resolve;
mod rules;
mod unknown;

use std::marker::PhantomData;

pub use check::{Check, Checked};
pub use explain::{ExplainedKey, ExplainedValue, Explanation, State};
pub use reader::Reader;

use crate::{
    config::Root,
    manifest::Manifest,
    report::{Problem, Report},
    source::{Answers, Env, Layer, SecretDir, Shelf, Source, Wanted, tracked::Tracked},
};

/// A load that is being described: which sources, which profile.
///
/// # Example
/// ```
/// use confident_core::{Config, Env, Report, Root};
///
/// fn load_for_a_test<R: Root>() -> Result<R, Report> {
///     R::loader().profile("staging").source(Env::from_pairs([("PAYMENTS_LISTEN", "[::1]:80")])).load()
/// }
/// ```
#[must_use = "nothing is read before `load`"]
pub struct Loader<R> {
    profile: Option<String>,
    sources: Vec<Box<dyn Source>>,
    root: PhantomData<R>,
}

/// A configuration that was loaded, and what was noticed on the way.
#[derive(Debug)]
#[non_exhaustive]
pub struct Loaded<R> {
    /// The configuration.
    pub settings: R,
    /// What should be looked at, though the program can run: unknown variables, deprecated keys.
    pub warnings: Vec<Problem>,
}

impl<R: Root> Loader<R> {
    pub(crate) fn new() -> Self {
        Self { profile: None, sources: Vec::new(), root: PhantomData }
    }

    /// The deployment environment: `production`, `staging`, ... It selects files, and decides
    /// `required_in` and `forbidden_in`. A source that names a profile, by the variable
    /// `NAME_PROFILE`, goes before.
    pub fn profile(mut self, profile: impl Into<String>) -> Self {
        self.profile = Some(profile.into());
        self
    }

    /// Reads from this source too. Later sources win, key by key. Without any source, the environment
    /// of the process is read, and secrets that are mounted at `/run/secrets` or given by systemd.
    pub fn source(mut self, source: impl Source + 'static) -> Self {
        self.sources.push(Box::new(source));
        self
    }

    /// Reads everything. Warnings are printed to the standard error, and with the feature `tracing` sent
    /// as events too.
    ///
    /// # Errors
    /// A report of everything that is wrong, at once.
    pub fn load(self) -> Result<R, Report> {
        let loaded = self.load_with_warnings()?;
        for warning in &loaded.warnings {
            eprintln!("{}", warning.as_warning());
            #[cfg(feature = "tracing")]
            tracing::warn!(code = %warning.code(), subject = warning.subject(), "{}", warning.message());
        }
        Ok(loaded.settings)
    }

    /// The same as [`load`](Self::load), for code that may not block: the sources are asked on a thread of their own.
    /// It needs no particular runtime.
    ///
    /// # Example
    /// ```
    /// use confident_core::{Report, Root};
    ///
    /// async fn load<R: Root + Send + 'static>() -> Result<R, Report> {
    ///     R::loader().load_async().await
    /// }
    /// ```
    ///
    /// # Errors
    /// A report of everything that is wrong, at once.
    pub fn load_async(self) -> impl Future<Output = Result<R, Report>> + Send
    where
        R: Send + 'static,
    {
        background::run(|| self.load())
    }

    /// Reads everything, and answers the warnings with the configuration.
    ///
    /// # Errors
    /// A report of everything that is wrong, at once.
    pub fn load_with_warnings(self) -> Result<Loaded<R>, Report> {
        #[cfg(feature = "metrics")]
        let measured = measured::Measured::begin(R::MANIFEST.app);
        let read = self.read(Purpose::Load);
        let (mut warnings, mut problems) = (Vec::new(), read.problems);
        if !problems.is_empty() {
            (warnings, problems) = problems.into_iter().partition(Problem::is_warning);
        }
        #[cfg(feature = "metrics")]
        measured.end(read.settings.is_some() && problems.is_empty(), problems.iter().chain(&warnings));
        match read.settings {
            Some(settings) if problems.is_empty() => Ok(Loaded { settings, warnings }),
            _ => Err(Report::new(R::MANIFEST, read.profile, problems, warnings)),
        }
    }

    /// Says for every key which source won, which lost, and where exactly; also when a load fails.
    pub fn explain(self) -> Explanation {
        let read = self.read(Purpose::Explain);
        Explanation { app: R::MANIFEST.app, profile: read.profile, keys: read.explained }
    }

    fn read(mut self, purpose: Purpose) -> Outcome<R> {
        let manifest = R::MANIFEST;
        let environment = self.sources.is_empty().then(Env::process);
        // Where nothing is secret, nobody needs to look.
        if environment.is_some() && manifest.group.holds_secrets() {
            let directories = SecretDir::mounted();
            self.sources.extend(directories.map(|directory| Box::new(directory) as Box<dyn Source>));
        }
        run(manifest, &self.sources, environment.as_ref(), self.profile, purpose, R::read)
    }
}

/// Asks the sources, and reads what they have with `read`: the way of every load, and of every check.
fn run<R>(
    manifest: &'static Manifest,
    given: &[Box<dyn Source>],
    environment: Option<&Env>,
    profile: Option<String>,
    purpose: Purpose,
    read: impl FnOnce(&mut Reader<'_>) -> Option<R>,
) -> Outcome<R> {
    let wanted = Wanted { manifest, profile: None, is_check: purpose == Purpose::Check };
    let sources = Sources { given, environment, wanted };
    let profile = sources.profile().or(profile);
    let wanted = Wanted { profile: profile.as_deref(), ..wanted };
    let sources = Sources { wanted, ..sources };
    let mut problems = Vec::new();
    problems.extend(unknown::profile(manifest, profile.as_deref()));
    let shelf = Shelf::default();
    let (layers, unknown) = sources.ask(&shelf, &mut problems);
    let resolution = resolve::resolve(&manifest.tree, layers, &mut problems);
    let context = reader::Context {
        profile: profile.as_deref(),
        sources,
        hardening: manifest.hardening,
        tracked: &Tracked::default(),
    };
    let mut reader = Reader::new(manifest.tree, resolution, problems, context);
    if purpose != Purpose::Load {
        reader = reader.explaining();
    }
    let settings = read(&mut reader);
    let explained = reader.explained();
    let mut problems = reader.finish();
    problems.extend(unknown);
    Outcome { settings, problems, explained, profile }
}

/// What sources are read for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Purpose {
    /// The values.
    Load,
    /// The values, and where they come from.
    Explain,
    /// What is wrong, where values may be references, and where they come from.
    Check,
}

/// What came of a load.
struct Outcome<R> {
    settings: Option<R>,
    problems: Vec<Problem>,
    explained: Vec<ExplainedKey>,
    profile: Option<String>,
}

/// The sources of a load, in their order.
#[derive(Clone, Copy)]
pub(crate) struct Sources<'a> {
    given: &'a [Box<dyn Source>],
    /// The environment of the process, where the program names no sources.
    environment: Option<&'a Env>,
    wanted: Wanted<'a>,
}

impl<'a> Sources<'a> {
    fn all(self) -> impl DoubleEndedIterator<Item = &'a dyn Source> {
        let environment = self.environment.map(|environment| environment as &dyn Source);
        self.given.iter().map(|source| &**source).chain(environment)
    }

    /// What a report calls them.
    pub(crate) fn names(self) -> Vec<String> {
        self.all().map(|source| source.name(&self.wanted)).collect()
    }

    /// The profile that a source names, the last one first.
    fn profile(self) -> Option<String> {
        let named = match (self.environment, self.given) {
            (Some(environment), []) => environment.profile(self.wanted.manifest),
            _ => {
                let variable = self.wanted.manifest.profile_variable();
                self.all().rev().find_map(|source| source.peek(&self.wanted, &variable))
            }
        };
        named.filter(|profile| !profile.is_empty())
    }

    /// What all of them have, and the problems of what they have that no key reads.
    fn ask<'l>(self, shelf: &'l Shelf, problems: &mut Vec<Problem>) -> (Vec<Layer<'l>>, Vec<Problem>)
    where
        'a: 'l,
    {
        let (mut layers, mut unknown) = (Vec::new(), Vec::new());
        for source in self.all() {
            let mut answers = Answers::new(&self.wanted, source, shelf);
            source.find(&self.wanted, &mut answers);
            let Answers { earlier, layer, problems: mut found, .. } = answers;
            problems.append(&mut found);
            layers.extend(earlier);
            layers.push(layer);
        }
        let Manifest { tree, removed, .. } = self.wanted.manifest;
        for layer in &mut layers {
            unknown.extend(unknown::problems(tree, removed, layer));
        }
        (layers, unknown)
    }
}
