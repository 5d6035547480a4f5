//! The environment.

use std::{
    ffi::{OsStr, OsString},
    fmt,
};

use super::{Answers, OnUnknown, Source, Wanted};

/// The variables of the environment, as they were at one moment.
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
    pairs: Vec<(OsString, OsString)>,
    on_unknown: OnUnknown,
}

impl Env {
    /// The environment of the process, read once, now.
    #[allow(clippy::disallowed_methods)] // the one place that reads it
    pub fn process() -> Self {
        Self { pairs: std::env::vars_os().collect(), on_unknown: OnUnknown::Warn }
    }

    /// An environment of these variables: for tests, which then run in parallel.
    pub fn from_pairs<I, K, V>(pairs: I) -> Self
    where
        I: IntoIterator<Item = (K, V)>,
        K: AsRef<OsStr>,
        V: AsRef<OsStr>,
    {
        let pairs = pairs.into_iter().map(|(name, value)| (name.as_ref().into(), value.as_ref().into()));
        Self { pairs: pairs.collect(), on_unknown: OnUnknown::Warn }
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

    fn find<'a>(&'a self, _: &Wanted<'_>, answers: &mut Answers<'_, 'a>) {
        for (name, value) in &self.pairs {
            answers.variable(name.as_os_str(), value.as_os_str(), 0, 0);
        }
    }

    fn on_unknown(&self) -> OnUnknown {
        self.on_unknown
    }

    fn peek(&self, variable: &str) -> Option<String> {
        let (_, value) = self.pairs.iter().rev().find(|(name, _)| name == variable)?;
        value.to_str().map(str::to_owned)
    }
}

impl fmt::Debug for Env {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Env")?;
        f.debug_list().entries(self.pairs.iter().map(|(name, _)| name)).finish()
    }
}
