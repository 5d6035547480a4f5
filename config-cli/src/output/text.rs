//! Findings for people.

use std::io::{self, Write};

use anstyle::{AnsiColor, Style};

use crate::{
    escape::plain,
    finding::{Finding, Findings, Severity},
};

/// A text in a style, which is left out where there are no colours.
pub(crate) fn paint(style: Style, text: &str) -> String {
    format!("{style}{text}{style:#}")
}

const fn style(severity: Severity) -> Style {
    let colour = match severity {
        Severity::Error => AnsiColor::Red,
        Severity::Warning => AnsiColor::Yellow,
        Severity::Note => AnsiColor::Cyan,
    };
    colour.on_default().bold()
}

pub(super) fn write(out: &mut impl Write, findings: &Findings) -> io::Result<()> {
    for finding in &findings.findings {
        one(out, finding)?;
    }
    writeln!(out, "{}", sentence(findings))
}

fn one(out: &mut impl Write, finding: &Finding) -> io::Result<()> {
    let Finding { severity, code, subject, message, notes, place, .. } = finding;
    let head = paint(style(*severity), &format!("{}[{code}]", severity.name()));
    let subject = paint(Style::new().bold(), &plain(subject, false));
    writeln!(out, "{head} {subject} {}", plain(message, false))?;
    let dim = Style::new().dimmed();
    if let Some(place) = place {
        let at = format!("{}:{}:{}", place.file.display(), place.line, place.column);
        writeln!(out, "  {} {}", paint(dim, "-->"), plain(&at, false))?;
    }
    for note in notes {
        writeln!(out, "   {} {}", paint(dim, "="), plain(note, false))?;
    }
    writeln!(out)
}

/// All of it in one line.
fn sentence(findings: &Findings) -> String {
    let mut app = findings.app.to_owned();
    for more in [findings.version, findings.profile.as_deref().unwrap_or_default()] {
        if !more.is_empty() {
            app.push_str(&format!(" {more}"));
        }
    }
    let at =
        if findings.looked_at.is_empty() { "its defaults".to_owned() } else { findings.looked_at.join(", ") };
    let count = |severity: Severity| {
        let count = findings.count(severity);
        let name = severity.name();
        (count > 0).then(|| format!("{count} {name}{}", if count == 1 { "" } else { "s" }))
    };
    let counts: Vec<String> =
        [Severity::Error, Severity::Warning, Severity::Note].into_iter().filter_map(count).collect();
    let counts = if counts.is_empty() { "nothing wrong".to_owned() } else { counts.join(", ") };
    plain(&format!("{app} with {at}: {counts}"), false)
}
