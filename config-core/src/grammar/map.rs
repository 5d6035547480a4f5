//! Values by name in one text.

use super::{Fault, How, Scalar, list::Items, scalar, split_pair};
use crate::manifest::Kind;

const NO_NAME: Fault = Fault::hint("write every entry as name=value");

/// Splits one entry, `name=value`.
///
/// # Errors
/// An entry without a name or without `=`.
pub const fn entry(text: &str) -> Result<(&str, &str), Fault> {
    match split_pair(text, b'=') {
        Ok((name, value)) if !name.is_empty() => Ok((name, value)),
        _ => Err(NO_NAME),
    }
}

/// Checks that `text` is a list of `name=value`, each value of kind `value`.
pub(crate) const fn check<'a>(value: &Kind, text: &'a str, how: &How) -> Result<Scalar<'a>, Fault> {
    if let [b'{', ..] = text.trim_ascii().as_bytes() {
        return Err(Fault::hint("write the map as name=value,name=value"));
    }
    let mut items = match Items::new(text, how.separator, &Kind::Text) {
        Ok(items) => items,
        Err(fault) => return Err(fault),
    };
    let mut count = 0;
    loop {
        let item = match items.next() {
            Err(fault) => return Err(fault),
            Ok(None) => return Ok(Scalar::Many(count)),
            Ok(Some(item)) => item,
        };
        match entry(item.text) {
            Err(fault) => return Err(fault),
            Ok((_, text)) => match scalar(value, text, &how.item()) {
                Err(fault) => return Err(fault),
                Ok(_) => count += 1,
            },
        }
    }
}
