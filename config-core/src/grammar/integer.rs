//! Whole numbers of every width.

use super::Fault;

/// A whole number that holds every value from `i128::MIN` to `u128::MAX`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Integer {
    negative: bool,
    magnitude: u128,
}

impl Integer {
    /// A number that is not negative.
    pub const fn positive(magnitude: u128) -> Self {
        Self { negative: false, magnitude }
    }

    /// A signed number.
    pub const fn signed(value: i128) -> Self {
        Self { negative: value < 0, magnitude: value.unsigned_abs() }
    }

    /// Whether it is 0.
    pub const fn is_zero(self) -> bool {
        self.magnitude == 0
    }

    /// Whether a type of this width can hold it.
    pub const fn fits(self, signed: bool, bits: u8) -> bool {
        match (signed, self.negative) {
            (false, true) => false,
            (false, false) => self.magnitude <= u128::MAX >> (128 - bits as u32),
            (true, false) => self.magnitude <= u128::MAX >> (129 - bits as u32),
            (true, true) => self.magnitude <= 1 << (bits as u32 - 1),
        }
    }

    /// How it compares with `other`: negative, zero or positive.
    pub const fn compare(self, other: Self) -> i8 {
        let by_size =
            if self.magnitude < other.magnitude { -1 } else { (self.magnitude > other.magnitude) as i8 };
        match (self.negative, other.negative) {
            (false, false) => by_size,
            (true, true) => -by_size,
            (true, false) => -1,
            (false, true) => 1,
        }
    }

    /// The number, where it fits.
    pub const fn as_i128(self) -> Option<i128> {
        if self.negative {
            0i128.checked_sub_unsigned(self.magnitude)
        } else if self.magnitude <= i128::MAX as u128 {
            Some(self.magnitude as i128)
        } else {
            None
        }
    }

    /// The number, where it is not negative.
    pub const fn as_u128(self) -> Option<u128> {
        if self.negative { None } else { Some(self.magnitude) }
    }
}

/// Reads a whole number in decimal, with an optional sign; white space around it is ignored.
///
/// # Errors
/// Anything else: other bases, digit separators, a leading zero (which some programs read as octal),
/// a fraction, an exponent.
pub const fn parse(text: &str) -> Result<Integer, Fault> {
    let bytes = text.trim_ascii().as_bytes();
    let (negative, digits) = match bytes {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        rest => (false, rest),
    };
    match digits {
        [] => return Err(Fault::SHAPE),
        [b'0', b'0'..=b'9', ..] => return Err(Fault::hint("write the number without leading zeros")),
        [b'0', b'x' | b'o' | b'b' | b'X' | b'O' | b'B', ..] => {
            return Err(Fault::hint("write the number in decimal"));
        }
        _ => {}
    }
    let mut magnitude: u128 = 0;
    let mut at = 0;
    while at < digits.len() {
        let digit = match digits[at] {
            digit @ b'0'..=b'9' => digit - b'0',
            b'_' | b',' if at > 0 => return Err(Fault::hint("write the digits without separators")),
            b'.' | b'e' | b'E' if at > 0 => {
                return Err(Fault::hint("write all digits of the whole number"));
            }
            _ => return Err(Fault::SHAPE),
        };
        magnitude = match magnitude.checked_mul(10) {
            Some(tens) => match tens.checked_add(digit as u128) {
                Some(sum) => sum,
                None => return Err(Fault::SHAPE),
            },
            None => return Err(Fault::SHAPE),
        };
        at += 1;
    }
    Ok(Integer { negative: negative && magnitude != 0, magnitude })
}
