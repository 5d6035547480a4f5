//! The times of day that AWS writes, and no others.

use std::time::{Duration, SystemTime};

const DAY: u64 = 24 * 60 * 60;
const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// As signatures have it: `20261123T022718Z`. What is before 1970 is 1970.
pub(crate) fn stamp(at: SystemTime) -> String {
    let seconds = at.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_secs();
    let (year, month, day) = date(seconds / DAY);
    let of_day = seconds % DAY;
    let (hour, minute, second) = (of_day / 3600, of_day / 60 % 60, of_day % 60);
    format!("{year:04}{month:02}{day:02}T{hour:02}{minute:02}{second:02}Z")
}

/// As credentials have it: `2026-11-23T02:27:18Z`, perhaps with parts of a second, which do not count.
pub(crate) fn of_credentials(text: &str) -> Option<SystemTime> {
    let (date, time) = text.strip_suffix('Z')?.split_once('T')?;
    let mut parts = date.splitn(3, '-');
    let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
    let (time, fraction) = time.split_once('.').unwrap_or((time, "0"));
    number(fraction)?;
    moment(number(year)?, number(month)?, number(day)?, time)
}

/// As the header `Date` has it: `Mon, 23 Nov 2026 02:27:18 GMT`.
pub(crate) fn of_header(text: &str) -> Option<SystemTime> {
    let mut words = text.split_ascii_whitespace().skip(1);
    let (day, month, year, time) = (words.next()?, words.next()?, words.next()?, words.next()?);
    let month = MONTHS.iter().position(|name| *name == month)? as u64 + 1;
    moment(number(year)?, month, number(day)?, time)
}

fn moment(year: u64, month: u64, day: u64, time: &str) -> Option<SystemTime> {
    let mut parts = time.splitn(3, ':').map(number);
    let (hour, minute, second) = (parts.next()??, parts.next()??, parts.next()??);
    let is_one = (1970..9999).contains(&year)
        && (1..=12).contains(&month)
        && (1..=31).contains(&day)
        && hour < 24
        && minute < 60
        && second <= 60;
    let seconds = is_one.then(|| days(year, month, day) * DAY + hour * 3600 + minute * 60 + second)?;
    SystemTime::UNIX_EPOCH.checked_add(Duration::from_secs(seconds))
}

fn number(text: &str) -> Option<u64> {
    let is_one = (1..=9).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    is_one.then(|| text.parse().ok())?
}

/// The days of all years before this one, since the year 0.
const fn days_before(year: u64) -> u64 {
    match year {
        0 => 0,
        _ => year * 365 + (year - 1) / 4 - (year - 1) / 100 + (year - 1) / 400 + 1,
    }
}

const fn days_of(year: u64, month: u64) -> u64 {
    match month {
        2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// The days since the first of 1970.
fn days(year: u64, month: u64, day: u64) -> u64 {
    let months: u64 = (1..month).map(|month| days_of(year, month)).sum();
    days_before(year) - days_before(1970) + months + day - 1
}

/// The date that is so many days after the first of 1970.
fn date(days: u64) -> (u64, u64, u64) {
    // No year has fewer days than 365, so it is this one or an earlier one.
    let mut year = 1970 + days / 365;
    while days_before(year) - days_before(1970) > days {
        year -= 1;
    }
    let mut left = days - (days_before(year) - days_before(1970));
    let mut month = 1;
    while left >= days_of(year, month) {
        left -= days_of(year, month);
        month += 1;
    }
    (year, month, left + 1)
}
