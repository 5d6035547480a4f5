//! The times of day that AWS writes, and no others.

use std::{fmt::Write, time::SystemTime};

use humantime::{format_rfc3339_seconds, parse_rfc3339};

const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// As signatures have it: `20261123T022718Z`. What is before 1970 is 1970.
pub(crate) fn stamp(at: SystemTime) -> String {
    let mut text = String::new();
    // It has no form behind the year 9999; then there is no signature either.
    let _ = write!(text, "{}", format_rfc3339_seconds(at.max(SystemTime::UNIX_EPOCH)));
    text.retain(|character| !matches!(character, '-' | ':'));
    text
}

/// As credentials have it: `2026-11-23T02:27:18Z`, perhaps with parts of a second.
pub(crate) fn of_credentials(text: &str) -> Option<SystemTime> {
    parse_rfc3339(text).ok()
}

/// As the header `Date` has it: `Mon, 23 Nov 2026 02:27:18 GMT`.
pub(crate) fn of_header(text: &str) -> Option<SystemTime> {
    let mut words = text.split_ascii_whitespace().skip(1);
    let (day, month, year, time) = (words.next()?, words.next()?, words.next()?, words.next()?);
    let month = MONTHS.iter().position(|name| *name == month)? + 1;
    of_credentials(&format!("{year}-{month:02}-{day}T{time}Z"))
}
