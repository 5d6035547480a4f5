//! What a check found.

use std::path::PathBuf;

use serde::Serialize;

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// The program will not start, or a secret lies open.
    Error,
    /// The program starts, but someone should look.
    Warning,
    /// Nothing is wrong; it could not be looked at from here.
    Note,
}

impl Severity {
    /// Its name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Note => "note",
        }
    }
}

/// One thing that a check found. It holds no secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Finding {
    /// How bad it is.
    pub severity: Severity,
    /// The kind of finding: stable, programs may rely on it.
    pub code: &'static str,
    /// What it is about: a variable, `rule`, or a file.
    pub subject: String,
    /// What is wrong with it.
    pub message: String,
    /// What else helps: the key, where it was looked, what to do.
    pub notes: Vec<String>,
    /// The path of the key, where it is about one.
    pub key: Option<String>,
    /// Who answers for the key.
    pub owner: Option<&'static str>,
    /// Where it stands; for something that is missing, the file where it belongs.
    pub place: Option<Place>,
}

/// A place in a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Place {
    /// The file, as it was named.
    pub file: PathBuf,
    /// The line, from 1.
    pub line: u32,
    /// The column in characters, from 1.
    pub column: u32,
}

/// All that a check found.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct Findings {
    /// The name of the program.
    pub app: &'static str,
    /// Its version; empty where nobody said.
    pub version: &'static str,
    /// The fingerprint of its contract.
    pub fingerprint: &'static str,
    /// The profile for which was checked.
    pub profile: Option<String>,
    /// What was looked at.
    pub looked_at: Vec<String>,
    /// What was found, the worst first.
    pub findings: Vec<Finding>,
}

impl Findings {
    /// How many there are of this severity.
    pub fn count(&self, severity: Severity) -> usize {
        self.findings.iter().filter(|finding| finding.severity == severity).count()
    }
}
