//! The load: sources, resolution, coercion, constraints, the building of the struct, rules.

mod constraints;
#[cfg(feature = "foreign")]
mod foreign;
mod reader;
mod resolve;
mod rules;
mod unknown;

use std::marker::PhantomData;

pub use reader::Reader;

use crate::{
    config::Root,
    report::{Problem, Report},
    source::{Env, Layer},
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
    source: Option<Env>,
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
        Self { profile: None, source: None, root: PhantomData }
    }

    /// The deployment environment: `production`, `staging`, ... It decides `required_in` and
    /// `forbidden_in`.
    pub fn profile(mut self, profile: impl Into<String>) -> Self {
        self.profile = Some(profile.into());
        self
    }

    /// Reads from this source in place of the environment of the process.
    pub fn source(mut self, source: Env) -> Self {
        self.source = Some(source);
        self
    }

    /// Reads everything. Warnings are printed to the standard error.
    ///
    /// # Errors
    /// A report of everything that is wrong, at once.
    pub fn load(self) -> Result<R, Report> {
        let loaded = self.load_with_warnings()?;
        for warning in &loaded.warnings {
            eprintln!("{}", warning.as_warning());
        }
        Ok(loaded.settings)
    }

    /// Reads everything, and answers the warnings with the configuration.
    ///
    /// # Errors
    /// A report of everything that is wrong, at once.
    pub fn load_with_warnings(self) -> Result<Loaded<R>, Report> {
        let manifest = R::MANIFEST;
        let env = self.source.unwrap_or_else(Env::process);
        let Layer { values, indexed, strays, unknown } = env.layer(manifest);
        let mut problems = Vec::new();
        let resolved = resolve::resolve(&manifest.tree, &values, indexed, &mut problems);
        let mut reader = Reader::new(
            manifest.tree,
            resolved,
            strays,
            problems,
            reader::Context { profile: self.profile.as_deref() },
        );
        let settings = R::read(&mut reader);
        let mut problems = reader.finish();
        for name in unknown {
            problems.push(unknown::problem(&manifest.tree, &name));
        }
        let (warnings, problems): (Vec<_>, Vec<_>) = problems.into_iter().partition(Problem::is_warning);
        match settings {
            Some(settings) if problems.is_empty() => Ok(Loaded { settings, warnings }),
            _ => Err(Report::new(manifest, self.profile, problems, warnings)),
        }
    }
}
