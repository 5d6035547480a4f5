//! The load: sources, resolution, coercion, constraints, the building of the struct, rules.

mod background;
mod check;
mod constraints;
mod explain;
#[cfg(feature = "foreign")]
mod foreign;
#[cfg(feature = "live")]
mod held;
#[cfg(feature = "metrics")]
mod measured;
mod merge;
#[cfg(feature = "live")]
mod prints;
mod reader;
mod resolve;
mod rules;
mod unknown;
mod volumes;

use std::{marker::PhantomData, time::SystemTime};

pub use check::{Check, Checked};
pub use explain::{ExplainedKey, ExplainedValue, Explanation, State};
#[cfg(feature = "live")]
pub(crate) use held::{Candidate, Differing, Held};
#[cfg(feature = "live")]
pub(crate) use prints::Printer;
pub use reader::Reader;
#[cfg(feature = "hardening")]
pub(crate) use reader::element_of;

use self::volumes::Volumes;
use crate::{
    config::Root,
    manifest::Manifest,
    report::{Code, Problem, Report},
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
        warn(&loaded.warnings);
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
        measured(R::MANIFEST, || self.read(Purpose::Load).loaded(R::MANIFEST))
    }

    /// Says for every key which source won, which lost, and where exactly; also when a load fails.
    pub fn explain(self) -> Explanation {
        let read = self.read(Purpose::Explain);
        Explanation { app: R::MANIFEST.app, profile: read.profile, keys: read.explained }
    }

    fn read(mut self, purpose: Purpose) -> Outcome<R> {
        let manifest = R::MANIFEST;
        let environment = self.environment();
        let (sources, holding) = (&self.sources, Holding::Nothing);
        let outcome = run(manifest, sources, environment.as_ref(), self.profile, purpose, holding, R::read);
        if purpose == Purpose::Load {
            outcome.tell(manifest, sources);
        }
        outcome
    }

    /// What is asked in a load: the sources, the environment where the program names none, and the profile.
    #[cfg(feature = "live")]
    pub(crate) fn into_parts(mut self) -> (Vec<Box<dyn Source>>, Option<Env>, Option<String>) {
        let environment = self.environment();
        (self.sources, environment, self.profile)
    }

    /// The environment, and where secrets are mounted, if the program names no sources.
    fn environment(&mut self) -> Option<Env> {
        let environment = self.sources.is_empty().then(Env::process);
        // Where nothing is secret, nobody needs to look.
        if environment.is_some() && R::MANIFEST.group.holds_secrets() {
            let directories = SecretDir::mounted();
            self.sources.extend(directories.map(|directory| Box::new(directory) as Box<dyn Source>));
        }
        environment
    }
}

/// Tells whoever looks after the program.
pub(crate) fn warn(warnings: &[Problem]) {
    for warning in warnings {
        eprintln!("{}", warning.as_warning());
        #[cfg(feature = "tracing")]
        tracing::warn!(code = %warning.code(), subject = warning.subject(), "{}", warning.message());
    }
}

/// Takes the time of a load, and counts what comes of it, where the program has metrics.
pub(crate) fn measured<R>(
    manifest: &Manifest,
    load: impl FnOnce() -> Result<Loaded<R>, Report>,
) -> Result<Loaded<R>, Report> {
    #[cfg(feature = "metrics")]
    {
        let measured = measured::Measured::begin(manifest.app);
        let loaded = load();
        match &loaded {
            Ok(loaded) => measured.end(true, loaded.warnings.iter()),
            Err(report) => measured.end(false, report.problems().iter().chain(report.warnings())),
        }
        loaded
    }
    #[cfg(not(feature = "metrics"))]
    {
        let _ = manifest;
        load()
    }
}

/// What is kept of a load for those after it, and of those before for this one.
pub(crate) enum Holding<'h> {
    /// Nothing: it is the only one.
    Nothing,
    /// It is the first: what counts is put there, with what is told of it to other instances.
    #[cfg(feature = "live")]
    First(&'h mut Option<Held>, Option<Printer>),
    /// What counts, and what is different now.
    #[cfg(feature = "live")]
    Again(&'h Held, &'h mut Candidate),
    #[cfg(not(feature = "live"))]
    #[allow(dead_code)] // for the lifetime
    Never(&'h std::convert::Infallible),
}

/// Asks the sources, and reads what they have with `read`: the way of every load, and of every check.
pub(crate) fn run<R>(
    manifest: &'static Manifest,
    given: &[Box<dyn Source>],
    environment: Option<&Env>,
    profile: Option<String>,
    purpose: Purpose,
    holding: Holding<'_>,
    read: impl FnOnce(&mut Reader<'_>) -> Option<R>,
) -> Outcome<R> {
    let wanted = Wanted {
        is_check: matches!(purpose, Purpose::Check(_)),
        asks_anew: purpose.asks_anew(),
        ..Wanted::of(manifest, None)
    };
    let sources = Sources { given, environment, wanted };
    let profile = sources.profile().or(profile);
    let wanted = Wanted { profile: profile.as_deref(), ..wanted };
    let sources = Sources { wanted, ..sources };
    let mut problems = Vec::new();
    if let Some(profile) = &profile {
        problems.extend(unknown::profile(manifest, profile));
    }
    let shelf = Shelf::new(manifest.group.holds_secrets());
    let (layers, unknown) = sources.ask(&shelf, &mut problems);
    let refresh_after = layers.iter().filter_map(|layer| layer.refresh_after).min();
    #[cfg_attr(not(feature = "live"), allow(unused_mut))]
    let mut resolution = resolve::resolve(&manifest.tree, layers, &shelf, &mut problems);
    match holding {
        Holding::Nothing => {}
        #[cfg(feature = "live")]
        Holding::First(held, printer) => *held = Some(Held::new(&manifest.tree, &resolution, printer)),
        #[cfg(feature = "live")]
        Holding::Again(held, candidate) => *candidate = held.hold(&manifest.tree, &mut resolution),
        #[cfg(not(feature = "live"))]
        Holding::Never(never) => match *never {},
    }
    let context = reader::Context {
        profile: profile.as_deref(),
        purpose,
        sources,
        hardening: manifest.hardening,
        tracked: &Tracked::default(),
        shelf: &shelf,
    };
    let mut reader = Reader::new(manifest.tree, resolution, problems, context);
    if matches!(purpose, Purpose::Explain | Purpose::Check(_)) {
        reader = reader.explaining();
    }
    let settings = read(&mut reader);
    let explained = reader.explained();
    let mut problems = reader.finish();
    problems.extend(unknown);
    Outcome { settings, problems, explained, profile, refresh_after }
}

/// What sources are read for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// The values.
    Load,
    /// The values, because one that was read before was denied.
    #[cfg(feature = "live")]
    Anew,
    /// The values, and where they come from.
    Explain,
    /// What is wrong, where values may be references, and where they come from: today, or at another moment.
    Check(Option<SystemTime>),
}

impl Purpose {
    /// Whether what a source kept is not good enough.
    fn asks_anew(self) -> bool {
        #[cfg(feature = "live")]
        return self == Self::Anew;
        #[cfg(not(feature = "live"))]
        false
    }
}

/// What came of a load.
pub(crate) struct Outcome<R> {
    settings: Option<R>,
    problems: Vec<Problem>,
    explained: Vec<ExplainedKey>,
    pub(crate) profile: Option<String>,
    /// When a source should be asked again.
    #[cfg_attr(not(feature = "live"), allow(dead_code))]
    pub(crate) refresh_after: Option<SystemTime>,
}

impl<R> Outcome<R> {
    /// Tells the sources which of their values were not taken.
    pub(crate) fn tell(&self, manifest: &Manifest, sources: &[Box<dyn Source>]) {
        let is_refused = |problem: &&Problem| {
            !problem.is_warning() && matches!(problem.code(), Code::Invalid | Code::Constraint)
        };
        let refused = self.problems.iter().filter(is_refused);
        let paths: Vec<&str> = refused.filter_map(Problem::path).collect();
        Wanted::of(manifest, self.profile.as_deref()).reject(sources, &paths);
    }

    /// The settings, or a report of why there are none.
    pub(crate) fn loaded(self, manifest: &'static Manifest) -> Result<Loaded<R>, Report> {
        let (mut warnings, mut problems) = (Vec::new(), self.problems);
        if !problems.is_empty() {
            (warnings, problems) = problems.into_iter().partition(Problem::is_warning);
        }
        match self.settings {
            Some(settings) if problems.is_empty() => Ok(Loaded { settings, warnings }),
            _ => Err(Report::new(manifest, self.profile, problems, warnings)),
        }
    }
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

    /// What all of them have, of one generation of each volume that several of them read, and the problems of what they have
    /// that no key reads.
    fn ask<'l>(self, shelf: &'l Shelf, problems: &mut Vec<Problem>) -> (Vec<Layer<'l>>, Vec<Problem>)
    where
        'a: 'l,
    {
        if self.given.is_empty() {
            // The environment stands in no volume.
            return self.ask_once(shelf, problems);
        }
        let mut volumes = Volumes::of(self.all(), &self.wanted);
        let known = problems.len();
        loop {
            let asked = self.ask_once(shelf, problems);
            match volumes.were_still() {
                volumes::Outcome::Still => return asked,
                volumes::Outcome::TooFast(volume) => {
                    let problem = Problem::new(Code::Unreadable, &volume);
                    problems.push(problem.says("changes faster than it can be read"));
                    return asked;
                }
                volumes::Outcome::Swapped => problems.truncate(known),
            }
        }
    }

    fn ask_once<'l>(self, shelf: &'l Shelf, problems: &mut Vec<Problem>) -> (Vec<Layer<'l>>, Vec<Problem>)
    where
        'a: 'l,
    {
        // Most sources are one layer, and a layer is large.
        let mut layers = Vec::with_capacity(self.given.len() + usize::from(self.environment.is_some()));
        let mut unknown = Vec::new();
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
