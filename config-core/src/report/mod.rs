//! The report: everything that is wrong with a configuration, at once.

mod json;
mod problem;
mod text;

use std::fmt;

pub use problem::{Code, Problem};
#[cfg(feature = "url")]
pub(crate) use text::without_password;
pub(crate) use text::{plain, quote, short, write_row};

use crate::manifest::Manifest;

/// Everything that is wrong with a configuration.
///
/// `Display` and `Debug` both print the whole report for people, so that `main` may return it.
/// [`Report::problems`] gives it as data, `serde` as JSON. It holds no secret.
///
/// # Example
/// ```
/// use confident_core::{Config, Report, Root};
///
/// fn names_of_what_is_missing<R: Root>() -> Vec<String> {
///     match R::load() {
///         Ok(_) => Vec::new(),
///         Err(report) => report.problems().iter().map(|problem| problem.subject().to_owned()).collect(),
///     }
/// }
/// ```
#[must_use]
pub struct Report {
    // A report is large and rare: the `Err` side of a load stays one pointer.
    inner: Box<Inner>,
}

struct Inner {
    app: &'static str,
    profile: Option<String>,
    problems: Vec<Problem>,
    warnings: Vec<Problem>,
}

impl Report {
    pub(crate) fn new(
        manifest: &Manifest,
        profile: Option<String>,
        problems: Vec<Problem>,
        warnings: Vec<Problem>,
    ) -> Self {
        Self { inner: Box::new(Inner { app: manifest.app, profile, problems, warnings }) }
    }

    /// What is wrong, in the order of the keys in the source.
    pub fn problems(&self) -> &[Problem] {
        &self.inner.problems
    }

    /// What should be looked at, though the program could run with it.
    pub fn warnings(&self) -> &[Problem] {
        &self.inner.warnings
    }

    /// The name of the program.
    pub fn app(&self) -> &str {
        self.inner.app
    }

    /// The profile that it was loaded for.
    pub fn profile(&self) -> Option<&str> {
        self.inner.profile.as_deref()
    }

    fn title(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let count = self.problems().len();
        let plural = if count == 1 { "" } else { "s" };
        write!(f, "{count} problem{plural} in the configuration of {}", self.app())?;
        if let Some(profile) = self.profile() {
            write!(f, " (profile {profile})")?;
        }
        Ok(())
    }

    fn body(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let all = || self.problems().iter().chain(self.warnings());
        let width = text::column(all().map(Problem::subject));
        f.write_str("\n")?;
        for problem in self.problems() {
            problem.write(f, width)?;
        }
        if !self.warnings().is_empty() {
            f.write_str("\n\nwarnings\n")?;
            for warning in self.warnings() {
                warning.write(f, width)?;
            }
        }
        Ok(())
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("error: ")?;
        self.title(f)?;
        self.body(f)
    }
}

impl fmt::Debug for Report {
    /// The same as `Display`, but for the first word: a `main` that returns a report prints `Error: `
    /// before it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.title(f)?;
        self.body(f)
    }
}

impl std::error::Error for Report {}
