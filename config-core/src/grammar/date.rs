//! Days of the calendar.

use std::{
    fmt,
    time::{Duration, SystemTime},
};

use super::{Fault, format::is_date};

const DAY: u64 = 86_400;

/// A day of the calendar, from midnight to midnight in UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date {
    year: u16,
    month: u8,
    day: u8,
}

impl Date {
    /// Reads a day such as `2027-01-31`.
    ///
    /// # Errors
    /// Anything else, and days that there are not.
    pub const fn parse(text: &str) -> Result<Self, Fault> {
        let bytes = text.as_bytes();
        if !is_date(bytes) {
            return Err(Fault::hint("a date is a day that there is, such as 2027-01-31"));
        }
        Ok(Self {
            year: two(bytes, 0) as u16 * 100 + two(bytes, 2) as u16,
            month: two(bytes, 5),
            day: two(bytes, 8),
        })
    }

    /// The moment at which it is over. A day before 1970 is over with the first moment that clocks count.
    pub const fn end(self) -> Duration {
        let days = self.since_1970() + 1;
        Duration::from_secs(if days > 0 { days as u64 * DAY } else { 0 })
    }

    /// Whether it is over at this moment.
    pub fn is_past(self, moment: SystemTime) -> bool {
        self.end() <= since_1970(moment)
    }

    /// The moment at which it begins.
    pub fn begin(self) -> SystemTime {
        SystemTime::UNIX_EPOCH + self.end().saturating_sub(Duration::from_secs(DAY))
    }

    /// How many days lie between it and the first of January of 1970.
    const fn since_1970(self) -> i64 {
        // Years that begin in March: so the day that only leap years have is their last.
        let (year, month) = match self.month {
            1 | 2 => (self.year as i64 - 1, self.month as i64 + 9),
            month => (self.year as i64, month as i64 - 3),
        };
        let leap_days = year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400);
        let in_year = (153 * month + 2) / 5 + self.day as i64 - 1;
        // 719,468 days lie between the first of March of the year 0 and 1970.
        year * 365 + leap_days + in_year - 719_468
    }
}

/// How far a moment lies behind the one at which clocks begin to count.
pub fn since_1970(moment: SystemTime) -> Duration {
    moment.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default()
}

const fn two(bytes: &[u8], at: usize) -> u8 {
    (bytes[at] - b'0') * 10 + (bytes[at + 1] - b'0')
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}
