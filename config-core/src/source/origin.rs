//! The exact places that values come from.

use std::{borrow::Cow, fmt, path::Path, sync::Arc};

/// The exact place that a value came from.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Origin<'a> {
    /// A variable of the environment.
    Variable(Cow<'a, str>),
    /// A place in a file.
    File {
        /// The kind of source: `file` or `dotenv`.
        kind: &'static str,
        /// The file, as the program named it.
        path: Arc<Path>,
        /// The line, from 1.
        line: u32,
        /// The column in characters, from 1.
        column: u32,
    },
    /// A file that holds nothing but the value.
    WholeFile {
        /// The kind of source: that of the variable where one names the file, `directory` where it is one
        /// of a directory of secrets.
        kind: &'static str,
        /// The variable that names the file, if one does.
        variable: Option<Cow<'a, str>>,
        /// The file.
        path: Arc<Path>,
    },
    /// A value that the program, or its command line, puts over all others.
    Override {
        /// The kind of source: `override`, or `fixture` in a test.
        kind: &'static str,
        /// The path of the key.
        path: Cow<'a, str>,
    },
    /// A store of secrets.
    Store {
        /// The kind of store.
        kind: &'static str,
        /// The place in the store.
        path: String,
        /// The version there.
        version: Option<String>,
    },
    /// The default in the source of the program.
    Default,
}

impl Origin<'_> {
    /// The kind of source, as the option `sources(..)` takes it.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Variable(_) => "env",
            Self::File { kind, .. }
            | Self::WholeFile { kind, .. }
            | Self::Override { kind, .. }
            | Self::Store { kind, .. } => kind,
            Self::Default => "default",
        }
    }

    /// The variable that the value came from, or that led to it.
    pub fn variable(&self) -> Option<&str> {
        match self {
            Self::Variable(name) | Self::WholeFile { variable: Some(name), .. } => Some(name),
            Self::File { .. }
            | Self::WholeFile { variable: None, .. }
            | Self::Override { .. }
            | Self::Store { .. }
            | Self::Default => None,
        }
    }

    pub(crate) fn into_owned(self) -> Origin<'static> {
        let owned = |name: Cow<'_, str>| Cow::Owned(name.into_owned());
        match self {
            Self::Variable(name) => Origin::Variable(owned(name)),
            Self::File { kind, path, line, column } => Origin::File { kind, path, line, column },
            Self::WholeFile { kind, variable, path } => {
                Origin::WholeFile { kind, variable: variable.map(owned), path }
            }
            Self::Override { kind, path } => Origin::Override { kind, path: owned(path) },
            Self::Store { kind, path, version } => Origin::Store { kind, path, version },
            Self::Default => Origin::Default,
        }
    }
}

impl fmt::Display for Origin<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Variable(name) => f.write_str(name),
            Self::File { path, line, column, .. } => write!(f, "{}:{line}:{column}", path.display()),
            Self::WholeFile { variable: Some(name), path, .. } => write!(f, "{} ({name})", path.display()),
            Self::WholeFile { variable: None, path, .. } => write!(f, "{}", path.display()),
            Self::Override { kind, path } => write!(f, "{kind} {path}"),
            Self::Store { kind, path, version: Some(version) } => write!(f, "{kind}:{path}@{version}"),
            Self::Store { kind, path, version: None } => write!(f, "{kind}:{path}"),
            Self::Default => f.write_str("default"),
        }
    }
}
