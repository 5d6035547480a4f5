//! Decimal numbers.

use super::Fault;

/// Reads a decimal number, such as `0.25`, `-3` or `1e-3`; white space around it is ignored.
///
/// The value is for comparing with constraints: close to the nearest `f64`, the same for the same
/// text at compile time and at run time. The loader takes the key's own value from `str::parse`.
///
/// # Errors
/// Anything else: infinities and NaN, digit separators, numbers that a type of `bits` cannot hold.
pub const fn parse(text: &str, bits: u8) -> Result<f64, Fault> {
    let bytes = text.trim_ascii().as_bytes();
    let (negative, mut rest) = match bytes {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        rest => (false, rest),
    };
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
            [b'_' | b',', ..] => return Err(Fault::hint("write the digits without separators")),
            _ => break,
        };
    }
    if !has_digit(bytes) {
        return Err(match bytes {
            [b'i' | b'I' | b'n' | b'N', ..] | [_, b'i' | b'I' | b'n' | b'N', ..] => {
                Fault::hint("the number must be finite")
            }
            _ => Fault::SHAPE,
        });
    }
    match rest {
        [] => {}
        [b'e' | b'E', after @ ..] => match exponent(after) {
            Some(power) => scale = scale.saturating_add(power),
            None => return Err(Fault::SHAPE),
        },
        _ => return Err(Fault::SHAPE),
    }
    let value = scaled(mantissa, scale);
    let top = if bits == 32 { f32::MAX as f64 } else { f64::MAX };
    if value > top {
        return Err(Fault::hint("the number is too large"));
    }
    Ok(if negative { -value } else { value })
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
