//! How text of the outside world is shown: short, on one line, without control characters and
//! without the password of a URL.

use std::{borrow::Cow, fmt};

/// The longest text that is shown, in characters.
const MOST: usize = 80;

/// The width of the column of subjects.
pub(super) fn column<'a>(subjects: impl Iterator<Item = &'a str>) -> usize {
    subjects.map(str::len).max().unwrap_or(0).clamp(24, 44)
}

pub(super) fn write_columns(
    f: &mut fmt::Formatter<'_>,
    width: usize,
    subject: &str,
    message: &str,
) -> fmt::Result {
    write!(f, "\n  {subject:width$}  {message}")
}

/// Writes one row of a table, the last column as wide as it is.
pub(crate) fn write_row(f: &mut fmt::Formatter<'_>, row: &[String; 3], widths: [usize; 2]) -> fmt::Result {
    let [one, two, three] = row;
    let line = format!("  {one:0$}  {two:1$}  {three}", widths[0], widths[1]);
    writeln!(f, "{}", line.trim_end())
}

/// The text in quotation marks.
pub(crate) fn quote(text: &str) -> String {
    format!("\"{}\"", short(text))
}

/// The text on one line, cut after some characters.
pub(crate) fn short(text: &str) -> Cow<'_, str> {
    let shown = plain(text);
    match shown.char_indices().nth(MOST) {
        Some((end, _)) => Cow::Owned(format!("{}...", &shown[..end])),
        None => Cow::Owned(shown),
    }
}

/// The text without control characters, and without the password of a URL.
pub(crate) fn plain(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for char in without_password(text).chars() {
        if char.is_control() || is_direction(char) {
            shown.extend(char.escape_default());
        } else {
            shown.push(char);
        }
    }
    shown
}

/// Characters that change the direction of what follows, and so what a reader sees.
fn is_direction(char: char) -> bool {
    matches!(char, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// The text with the password of every `scheme://user:password@host` in it replaced.
pub(crate) fn without_password(text: &str) -> Cow<'_, str> {
    let mut shown = String::new();
    let mut rest = text;
    while let Some(scheme) = rest.find("://") {
        let (head, after) = rest.split_at(scheme + 3);
        let end = after.find(['/', '?', '#', ' ', '\n', '\t', '"', '\'']).unwrap_or(after.len());
        let (authority, after) = after.split_at(end);
        shown.push_str(head);
        match authority.rsplit_once('@') {
            Some((user, host)) => {
                shown.push_str(user.split_once(':').map_or(user, |(user, _)| user));
                shown.push(':');
                shown.push_str(crate::value::REDACTED);
                shown.push('@');
                shown.push_str(host);
            }
            None => shown.push_str(authority),
        }
        rest = after;
    }
    if shown.is_empty() {
        return Cow::Borrowed(text);
    }
    shown.push_str(rest);
    Cow::Owned(shown)
}
