//! Lengths of time.

use super::{
    Fault,
    number::{Decimal, letters, skip_space},
};

const NEEDS_UNIT: Fault = Fault::hint("a number needs a unit: write {}s for seconds, {}ms for milliseconds");

/// Reads a duration in nanoseconds: numbers with units, from the largest unit to the smallest, each
/// at most once, such as `30s`, `1h30m` or `1m 30s`. The last number may have a fraction. `0` is zero.
/// White space around numbers and units is ignored.
///
/// Units: `w`, `d`, `h`, `m`, `s`, `ms`, `us` or `µs`, `ns`, and the usual longer names of each. Where
/// `unit` names one of them, a bare number counts in that unit.
///
/// # Errors
/// Anything else. Months and years are refused because they have no fixed length, bare numbers
/// because programs disagree on their unit.
pub const fn parse(text: &str, unit: Option<&str>) -> Result<u128, Fault> {
    let mut rest = text.trim_ascii().as_bytes();
    match rest {
        [] => return Err(Fault::SHAPE),
        [b'-', ..] => return Err(Fault::hint("a duration cannot be negative")),
        [b'P' | b'p', ..] => return Err(Fault::hint("write numbers with units, such as 15m, not ISO 8601")),
        _ => {}
    }
    let mut total: u128 = 0;
    let mut smallest = u128::MAX;
    let mut may_follow = true;
    while !rest.is_empty() {
        if !may_follow {
            return Err(Fault::hint("only the last number may have a fraction"));
        }
        let (number, after) = match Decimal::read(rest) {
            Ok(read) => read,
            Err(fault) => return Err(fault),
        };
        let (name, after) = letters(skip_space(after));
        let size = if !name.is_empty() {
            unit_size(name)
        } else if smallest != u128::MAX || !after.is_empty() {
            Err(Fault::SHAPE)
        } else if let Some(unit) = unit {
            unit_size(unit.as_bytes())
        } else if number.units == 0 && number.fraction == 0 {
            Ok(1)
        } else {
            Err(NEEDS_UNIT)
        };
        let size = match size {
            Ok(size) => size,
            Err(fault) => return Err(fault),
        };
        if size >= smallest {
            return Err(Fault::hint("write the units from large to small, each once, such as 1h30m"));
        }
        smallest = size;
        may_follow = number.fraction == 0;
        total = match number.times(size) {
            Ok(part) => match total.checked_add(part) {
                Some(sum) => sum,
                None => return Err(Fault::hint("the number is too large")),
            },
            Err(fault) => return Err(fault),
        };
        rest = skip_space(after);
    }
    if total / 1_000_000_000 > u64::MAX as u128 {
        return Err(Fault::hint("the number is too large"));
    }
    Ok(total)
}

/// Whether `name` is a unit of time.
pub const fn is_unit(name: &str) -> bool {
    unit_size(name.as_bytes()).is_ok()
}

const fn unit_size(name: &[u8]) -> Result<u128, Fault> {
    Ok(match name {
        b"ns" | b"nsec" => 1,
        b"us" | b"\xc2\xb5s" | b"\xce\xbcs" | b"usec" => 1_000,
        b"ms" | b"msec" | b"millis" => 1_000_000,
        b"s" | b"sec" | b"secs" | b"second" | b"seconds" => 1_000_000_000,
        b"m" | b"min" | b"mins" | b"minute" | b"minutes" => 60_000_000_000,
        b"h" | b"hr" | b"hrs" | b"hour" | b"hours" => 3_600_000_000_000,
        b"d" | b"day" | b"days" => 86_400_000_000_000,
        b"w" | b"week" | b"weeks" => 604_800_000_000_000,
        b"M" | b"mo" | b"month" | b"months" | b"y" | b"yr" | b"year" | b"years" => {
            return Err(Fault::hint("months and years have no fixed length; write days, such as 30d"));
        }
        _ => return Err(Fault::hint("the units are w, d, h, m, s, ms, us and ns")),
    })
}
