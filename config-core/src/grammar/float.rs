//! Decimal numbers.

use super::Fault;

/// The digits of the smallest numbers that round to infinity, each half a step above the largest
/// number of its type.
const OVERFLOW_32: &[u8] = b"340282356779733661637539395458142568448";
const OVERFLOW_64: &[u8] = b"179769313486231580793728971405303415079934132710037826936173778980444968292764\
    750946649017977587207096330286416692887910946555547851940402630657488671505820\
    681908902000708383676273854845817711531764475730270069855571366959622842914819\
    860834936475292719074168444365510704342711559699508093042880177904174497792";

const NOT_FINITE: Fault = Fault::hint("the number must be finite, such as 1.5");
const NO_SEPARATORS: Fault = Fault::hint("write the digits without separators, such as 1000.5");
const NOT_DECIMAL: Fault = Fault::hint("write it like 1.5 or 2e-3");
const TOO_LARGE_32: Fault = Fault::hint("the largest number is 3.4028235e38");
const TOO_LARGE_64: Fault = Fault::hint("the largest number is 1.7976931348623157e308");

/// Reads a decimal number, such as `0.25`, `-3` or `1e-3`; white space around it is ignored.
///
/// The value is for comparing with constraints: close to the nearest `f64`, the same for the same
/// text at compile time and at run time. The loader takes the key's own value from `str::parse`.
///
/// # Errors
/// Anything else: infinities and NaN, digit separators, numbers that a type of `bits` cannot hold.
pub const fn parse(text: &str, bits: u8) -> Result<f64, Fault> {
    let bytes = text.trim_ascii().as_bytes();
    let (negative, number) = match bytes {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        rest => (false, rest),
    };
    let mut rest = number;
    let mut mantissa: f64 = 0.0;
    let mut scale: i32 = 0;
    let mut digits = 0;
    let mut fraction = false;
    loop {
        rest = match rest {
            [digit @ b'0'..=b'9', after @ ..] => {
                // Past 17 digits nothing changes but the scale.
                if digits < 17 {
                    mantissa = mantissa * 10.0 + (*digit - b'0') as f64;
                    scale = scale.saturating_sub(fraction as i32);
                } else {
                    scale = scale.saturating_add(!fraction as i32);
                }
                // Leading zeros are no digits of the mantissa.
                digits += (mantissa > 0.0) as u32;
                after
            }
            [b'.', after @ ..] if !fraction => {
                fraction = true;
                after
            }
            [b'_' | b',', ..] => return Err(NO_SEPARATORS),
            _ => break,
        };
    }
    if !has_digit(bytes) {
        return Err(match bytes {
            [b'i' | b'I' | b'n' | b'N', ..] | [_, b'i' | b'I' | b'n' | b'N', ..] => NOT_FINITE,
            _ => NOT_DECIMAL,
        });
    }
    let power = match rest {
        [] => 0,
        [b'e' | b'E', after @ ..] => match exponent(after) {
            Some(power) => power,
            None => return Err(NOT_DECIMAL),
        },
        _ => return Err(NOT_DECIMAL),
    };
    if !is_below(number, power, if bits == 32 { OVERFLOW_32 } else { OVERFLOW_64 }) {
        return Err(if bits == 32 { TOO_LARGE_32 } else { TOO_LARGE_64 });
    }
    let value = scaled(mantissa, scale.saturating_add(power));
    // The last steps of a number near the largest one may have rounded up.
    let value = if value > f64::MAX { f64::MAX } else { value };
    Ok(if negative { -value } else { value })
}

/// Whether `number` times ten to the `power` is below the whole number `limit`. Exact, because the
/// loader and the compiler have to refuse the same numbers.
const fn is_below(number: &[u8], power: i32, limit: &[u8]) -> bool {
    // How many digits stand before the point, were the number written without an exponent.
    let mut whole: i64 = power as i64;
    let mut first = None;
    let mut fraction = false;
    let mut end = 0;
    while end < number.len() {
        match number[end] {
            b'.' => fraction = true,
            digit @ b'0'..=b'9' => {
                if digit != b'0' && first.is_none() {
                    first = Some(end);
                }
                if fraction && first.is_none() {
                    whole -= 1;
                } else if !fraction && first.is_some() {
                    whole += 1;
                }
            }
            // The exponent.
            _ => break,
        }
        end += 1;
    }
    let Some(mut at) = first else { return true };
    if whole != limit.len() as i64 {
        return whole < limit.len() as i64;
    }
    let mut digit = 0;
    while digit < limit.len() {
        if at < end && number[at] == b'.' {
            at += 1;
            continue;
        }
        let own = if at < end { number[at] } else { b'0' };
        if own != limit[digit] {
            return own < limit[digit];
        }
        digit += 1;
        at += 1;
    }
    false
}

const fn has_digit(bytes: &[u8]) -> bool {
    match bytes {
        [b'-' | b'+', rest @ ..] => has_digit(rest),
        [b'0'..=b'9', ..] | [b'.', b'0'..=b'9', ..] => true,
        _ => false,
    }
}

const fn exponent(bytes: &[u8]) -> Option<i32> {
    let (negative, digits) = match bytes {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        rest => (false, rest),
    };
    if digits.is_empty() {
        return None;
    }
    let mut power: i32 = 0;
    let mut at = 0;
    while at < digits.len() {
        match digits[at] {
            digit @ b'0'..=b'9' => power = power.saturating_mul(10).saturating_add((digit - b'0') as i32),
            _ => return None,
        }
        at += 1;
    }
    Some(if negative { -power } else { power })
}

const fn scaled(mantissa: f64, scale: i32) -> f64 {
    if mantissa == 0.0 {
        return 0.0;
    }
    let mut value = mantissa;
    let mut left = scale;
    while left > 0 && value <= f64::MAX {
        let step = if left > 22 { 22 } else { left };
        value *= power_of_ten(step);
        left -= step;
    }
    while left < 0 && value > 0.0 {
        let step = if left < -22 { 22 } else { -left };
        value /= power_of_ten(step);
        left += step;
    }
    value
}

const fn power_of_ten(power: i32) -> f64 {
    // Every power of ten up to 22 is exact.
    let mut value = 1.0;
    let mut left = power;
    while left > 0 {
        value *= 10.0;
        left -= 1;
    }
    value
}
