//! Where values come from.

mod env;
pub(crate) mod file_twin;
pub(crate) mod layer;

use std::{borrow::Cow, fmt, path::PathBuf};

pub use env::Env;
pub(crate) use layer::{Found, Layer};

/// The exact place that a value came from.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Origin<'a> {
    /// A variable of the environment.
    Variable(Cow<'a, str>),
    /// The file that a `_FILE` variable names.
    FileOf {
        /// The variable.
        variable: Cow<'a, str>,
        /// The file.
        path: PathBuf,
    },
    /// The default in the source of the program.
    Default,
}

impl Origin<'_> {
    /// The kind of source, as the option `sources(..)` takes it.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Variable(_) | Self::FileOf { .. } => "env",
            Self::Default => "default",
        }
    }

    /// The variable that the value came from, or that led to it.
    pub fn variable(&self) -> Option<&str> {
        match self {
            Self::Variable(name) | Self::FileOf { variable: name, .. } => Some(name),
            Self::Default => None,
        }
    }

    pub(crate) fn into_owned(self) -> Origin<'static> {
        match self {
            Self::Variable(name) => Origin::Variable(name.into_owned().into()),
            Self::FileOf { variable, path } => {
                Origin::FileOf { variable: variable.into_owned().into(), path }
            }
            Self::Default => Origin::Default,
        }
    }
}

impl fmt::Display for Origin<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Variable(name) => f.write_str(name),
            Self::FileOf { variable, path } => write!(f, "{} ({variable})", path.display()),
            Self::Default => f.write_str("default"),
        }
    }
}
