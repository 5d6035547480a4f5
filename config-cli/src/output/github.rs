//! Findings as annotations of GitHub Actions, which shows them at the line of the file.
//!
//! Source: <https://docs.github.com/en/actions/reference/workflow-commands-for-github-actions>

use std::io::{self, Write};

use crate::{
    escape::plain,
    finding::{Findings, Severity},
};

pub(super) fn write(out: &mut impl Write, findings: &Findings) -> io::Result<()> {
    for finding in &findings.findings {
        let level = match finding.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Note => "notice",
        };
        let place = finding.place.as_ref().map_or_else(String::new, |place| {
            let file = property(&place.file.display().to_string());
            format!("file={file},line={},col={},", place.line, place.column)
        });
        let title = property(&format!("{} ({})", finding.subject, finding.code));
        let lines = std::iter::once(format!("{} {}", finding.subject, finding.message));
        let text: Vec<String> = lines.chain(finding.notes.iter().cloned()).collect();
        writeln!(out, "::{level} {place}title={title}::{}", data(&text.join("\n")))?;
    }
    Ok(())
}

/// A message, in which a line break would end the command.
fn data(text: &str) -> String {
    plain(text, true).replace('%', "%25").replace('\n', "%0A")
}

/// A property, in which a colon or a comma would end it.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
