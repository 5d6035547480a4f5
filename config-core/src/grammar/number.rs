//! Exact decimal numbers with a unit behind them: the common part of durations and sizes.

use super::Fault;

/// A number as written: `units + fraction / 10^digits`.
#[derive(Clone, Copy)]
pub(crate) struct Decimal {
    pub(crate) units: u128,
    pub(crate) fraction: u128,
    pub(crate) digits: u32,
}

impl Decimal {
    /// Reads digits, and a fraction if there is one, off the front of `bytes`.
    pub(crate) const fn read(bytes: &[u8]) -> Result<(Self, &[u8]), Fault> {
        let (units, _, rest) = match digits(bytes) {
            Some(read) => read,
            None => return Err(Fault::SHAPE),
        };
        match rest {
            [b'.', after @ ..] => match digits(after) {
                Some((fraction, digits, rest)) => Ok((Self { units, fraction, digits }, rest)),
                None => Err(Fault::SHAPE),
            },
            _ => Ok((Self { units, fraction: 0, digits: 0 }, rest)),
        }
    }

    /// The number times `factor`, if that is a whole number.
    pub(crate) const fn times(self, factor: u128) -> Result<u128, Fault> {
        let whole = match self.units.checked_mul(factor) {
            Some(whole) => whole,
            None => return Err(Fault::hint("the number is too large")),
        };
        if self.fraction == 0 {
            return Ok(whole);
        }
        let (scaled, parts) = match (self.fraction.checked_mul(factor), 10u128.checked_pow(self.digits)) {
            (Some(scaled), Some(parts)) => (scaled, parts),
            _ => return Err(Fault::hint("the fraction has too many digits")),
        };
        if !scaled.is_multiple_of(parts) {
            return Err(Fault::hint("the fraction is finer than the smallest unit"));
        }
        match whole.checked_add(scaled / parts) {
            Some(sum) => Ok(sum),
            None => Err(Fault::hint("the number is too large")),
        }
    }
}

const fn digits(bytes: &[u8]) -> Option<(u128, u32, &[u8])> {
    let mut value: u128 = 0;
    let mut count = 0;
    let mut rest = bytes;
    while let [digit @ b'0'..=b'9', after @ ..] = rest {
        value = match value.checked_mul(10) {
            Some(tens) => match tens.checked_add((*digit - b'0') as u128) {
                Some(sum) => sum,
                None => return None,
            },
            None => return None,
        };
        count += 1;
        rest = after;
    }
    if count == 0 { None } else { Some((value, count, rest)) }
}

/// Splits the letters off the front of `bytes`; `µ` and `μ` count as letters.
pub(crate) const fn letters(bytes: &[u8]) -> (&[u8], &[u8]) {
    let mut at = 0;
    while at < bytes.len() && (bytes[at].is_ascii_alphabetic() || bytes[at] >= 0x80) {
        at += 1;
    }
    bytes.split_at(at)
}

/// Drops white space off the front of `bytes`.
pub(crate) const fn skip_space(bytes: &[u8]) -> &[u8] {
    bytes.trim_ascii_start()
}
