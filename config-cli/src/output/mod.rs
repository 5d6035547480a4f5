//! What was found, for people and for machines.

mod github;
mod sarif;
mod text;

use std::io::{self, Write};

use clap::ValueEnum;

use crate::finding::Findings;
pub(crate) use text::paint;

/// How findings are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For people, in colours on a terminal.
    #[default]
    Text,
    /// JSON.
    Json,
    /// SARIF 2.1.0, for code scanning.
    Sarif,
    /// Annotations of GitHub Actions.
    Github,
}

/// Writes findings.
pub(crate) fn write(out: &mut impl Write, findings: &Findings, format: Format) -> io::Result<()> {
    match format {
        Format::Text => text::write(out, findings),
        Format::Json => json(out, findings),
        Format::Sarif => json(out, &sarif::log(findings)),
        Format::Github => github::write(out, findings),
    }
}

/// Writes something as JSON, with a line break behind it.
pub(crate) fn json(out: &mut impl Write, value: &impl serde::Serialize) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *out, value)?;
    writeln!(out)
}
