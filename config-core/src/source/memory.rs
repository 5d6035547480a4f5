//! Values in memory, for tests and as overrides.

use std::{borrow::Cow, ffi::OsStr, fmt};

use zeroize::Zeroizing;

use super::{Answers, Provenance, Source, Wanted};

/// Values by the path of their key.
///
/// # Example
/// ```
/// use confident_core::{Config, Memory, Root};
///
/// fn with_a_small_pool<R: Root>() -> Result<R, confident_core::Report> {
///     R::loader().source(Memory::new("test").with("pool.max", "2")).load()
/// }
/// ```
pub struct Memory {
    name: String,
    values: Vec<(String, Zeroizing<String>, Provenance)>,
}

impl Memory {
    /// A source without values. Reports call it `name`.
    pub fn new(name: impl Into<String>) -> Self {
        Self { name: name.into(), values: Vec::new() }
    }

    /// With a value for the key at `path`.
    #[must_use]
    pub fn with(self, path: impl Into<String>, value: impl Into<String>) -> Self {
        self.with_provenance(path, value, Provenance::default())
    }

    /// With a value for the key at `path`, of which more is known.
    #[must_use]
    pub fn with_provenance(
        mut self,
        path: impl Into<String>,
        value: impl Into<String>,
        provenance: Provenance,
    ) -> Self {
        self.values.push((path.into(), Zeroizing::new(value.into()), provenance));
        self
    }
}

impl Source for Memory {
    fn kind(&self) -> &'static str {
        "memory"
    }

    fn name(&self, _: &Wanted<'_>) -> String {
        self.name.clone()
    }

    fn find<'a>(&'a self, _: &Wanted<'_>, answers: &mut Answers<'_, 'a>) {
        for (path, value, provenance) in &self.values {
            answers.value(path, Cow::Borrowed(OsStr::new(value.as_str())), provenance.clone());
        }
    }
}

impl fmt::Debug for Memory {
    /// Shows paths, never values.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Memory")?;
        f.debug_list().entries(self.values.iter().map(|(path, ..)| path)).finish()
    }
}
