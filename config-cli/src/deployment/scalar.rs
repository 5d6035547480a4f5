//! What an unquoted scalar of YAML is, as the libraries of the tools resolve it.
//!
//! compose reads YAML with go-yaml 4 and writes numbers as Go's `%v` does; Kubernetes reads it with
//! sigs.k8s.io/yaml, which keeps the truth values of YAML 1.1.

use super::yaml::{Node, Value};

/// What a scalar is.
#[derive(Debug, PartialEq)]
pub(super) enum Scalar {
    Null,
    Text(String),
    Bool(bool),
    /// A number, as Go writes it.
    Number(String),
    /// A date or a time.
    Date,
}

/// The scalar of a node for compose; none where it is a list or a table.
pub(super) fn of_compose(node: &Node) -> Option<Scalar> {
    let Value::Scalar { text, is_plain } = &node.value else { return None };
    if !is_plain {
        return Some(Scalar::Text(text.to_string()));
    }
    Some(resolved(text))
}

/// The scalar of a node for Kubernetes; none where it is a list or a table.
pub(super) fn of_kubernetes(node: &Node) -> Option<Scalar> {
    Some(match of_compose(node)? {
        Scalar::Text(text) => match (&node.value, &*text) {
            (Value::Scalar { is_plain: false, .. }, _) => Scalar::Text(text),
            (_, "y" | "Y" | "yes" | "Yes" | "YES" | "on" | "On" | "ON") => Scalar::Bool(true),
            (_, "n" | "N" | "no" | "No" | "NO" | "off" | "Off" | "OFF") => Scalar::Bool(false),
            _ => Scalar::Text(text),
        },
        Scalar::Date => Scalar::Text(node.text().unwrap_or_default().to_owned()),
        other => other,
    })
}

fn resolved(text: &str) -> Scalar {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => return Scalar::Null,
        "true" | "True" | "TRUE" => return Scalar::Bool(true),
        "false" | "False" | "FALSE" => return Scalar::Bool(false),
        ".nan" | ".NaN" | ".NAN" => return Scalar::Number("NaN".to_owned()),
        ".inf" | ".Inf" | ".INF" | "+.inf" | "+.Inf" | "+.INF" => return Scalar::Number("+Inf".to_owned()),
        "-.inf" | "-.Inf" | "-.INF" => return Scalar::Number("-Inf".to_owned()),
        "-0" | "-0.0" => return Scalar::Number("-0".to_owned()),
        _ => {}
    }
    if !text.starts_with(|first: char| first.is_ascii_digit() || matches!(first, '+' | '-' | '.')) {
        return Scalar::Text(text.to_owned());
    }
    if is_date(text) {
        return Scalar::Date;
    }
    let digits = if text.starts_with('.') { text.to_owned() } else { text.replace('_', "") };
    integer(&digits).or_else(|| float(&digits)).map_or_else(|| Scalar::Text(text.to_owned()), Scalar::Number)
}

/// A whole number of 64 bits, in the base that its beginning says: `017` is octal.
fn integer(text: &str) -> Option<String> {
    let (is_negative, digits) = match text.as_bytes().first()? {
        b'-' => (true, &text[1..]),
        b'+' => (false, &text[1..]),
        _ => (false, text),
    };
    let radix = match digits.as_bytes() {
        [b'0', b'x' | b'X', _, ..] => 16,
        [b'0', b'b' | b'B', _, ..] => 2,
        [b'0', b'o' | b'O', _, ..] => 8,
        [b'0', b'0'..=b'9', ..] => 80,
        _ => 10,
    };
    let (digits, radix) = match radix {
        10 => (digits, 10),
        80 => (&digits[1..], 8),
        radix => (&digits[2..], radix),
    };
    // `from_str_radix` would take a sign.
    if !digits.starts_with(|first: char| first.is_ascii_hexdigit()) {
        return None;
    }
    let value = i128::from(u64::from_str_radix(digits, radix).ok()?);
    let value = if is_negative { -value } else { value };
    (value >= i128::from(i64::MIN)).then(|| value.to_string())
}

fn float(text: &str) -> Option<String> {
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (unsigned, None),
    };
    let are_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let is_mantissa = match mantissa.split_once('.') {
        Some(("", after)) => !after.is_empty() && are_digits(after),
        Some((before, after)) => are_digits(before) && are_digits(after),
        None => !mantissa.is_empty() && are_digits(mantissa),
    };
    let is_exponent = exponent.is_none_or(|exponent| {
        let exponent = exponent.strip_prefix(['-', '+']).unwrap_or(exponent);
        !exponent.is_empty() && are_digits(exponent)
    });
    if !is_mantissa || !is_exponent {
        return None;
    }
    let value: f64 = text.parse().ok()?;
    value.is_finite().then(|| as_go(value))
}

/// As `%v` of Go writes it: shortest, with an exponent from a million on.
fn as_go(value: f64) -> String {
    let scientific = format!("{value:e}");
    let Some((mantissa, exponent)) = scientific.split_once('e') else { return scientific };
    let Ok(power) = exponent.parse::<i32>() else { return scientific };
    if (-4..21).contains(&power) && value == 0.0 || (-4..6).contains(&power) {
        return format!("{value}");
    }
    let sign = if power < 0 { '-' } else { '+' };
    format!("{mantissa}e{sign}{:02}", power.abs())
}

/// Whether go-yaml takes the text for a date: `2027-1-31`, with or without a time.
fn is_date(text: &str) -> bool {
    let bytes = text.as_bytes();
    if bytes.len() < 8 || bytes.len() > 40 || bytes[4] != b'-' || !bytes[..4].iter().all(u8::is_ascii_digit) {
        return false;
    }
    let mut rest = &text[5..];
    let mut number = |most: u32, behind: &[char]| {
        let digits = rest.bytes().take(2).take_while(u8::is_ascii_digit).count();
        let value: Option<u32> = rest[..digits].parse().ok();
        rest = &rest[digits..];
        let is_closed = behind.is_empty() || rest.starts_with(behind);
        if !behind.is_empty() && is_closed {
            rest = &rest[1..];
        }
        value.is_some_and(|value| value <= most) && is_closed
    };
    if !number(12, &['-']) || !number(31, &[]) {
        return false;
    }
    if rest.is_empty() {
        return true;
    }
    let Some(time) = rest.strip_prefix(['T', 't', ' ']) else { return false };
    time.split(':').count() >= 3 && time.starts_with(|first: char| first.is_ascii_digit())
}
