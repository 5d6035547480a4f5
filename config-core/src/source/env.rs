//! The environment.

use std::{
    ffi::{OsStr, OsString},
    fmt,
};

use super::Layer;
use crate::manifest::Manifest;

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
}

impl Env {
    /// The environment of the process, read once, now.
    #[allow(clippy::disallowed_methods)] // the one place that reads it
    pub fn process() -> Self {
        Self { pairs: std::env::vars_os().collect() }
    }

    /// An environment of these variables: for tests, which then run in parallel.
    pub fn from_pairs<I, K, V>(pairs: I) -> Self
    where
        I: IntoIterator<Item = (K, V)>,
        K: AsRef<OsStr>,
        V: AsRef<OsStr>,
    {
        let pairs = pairs.into_iter();
        Self { pairs: pairs.map(|(name, value)| (name.as_ref().into(), value.as_ref().into())).collect() }
    }

    pub(crate) fn layer<'a>(&'a self, manifest: &Manifest) -> Layer<'a> {
        let mut layer = Layer::new(&manifest.tree);
        for (name, value) in &self.pairs {
            layer.accept(&manifest.tree, manifest.prefix, name, value);
        }
        layer
    }
}

impl fmt::Debug for Env {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Env")?;
        f.debug_list().entries(self.pairs.iter().map(|(name, _)| name)).finish()
    }
}
