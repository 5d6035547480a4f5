//! Values by name in one text.

use super::{
    Fault, How, Scalar,
    list::{Item, Items},
    same, split_pair,
};
use crate::manifest::Kind;

const NO_NAME: Fault = Fault::hint("write every entry as name=value");

/// Two entries of a map have one name.
pub(crate) const TWICE: Fault = Fault::hint("a name stands there twice: write name=value once for each name");

/// Splits one entry, `name=value`. The name has no escapes; those of the value are still as written.
///
/// # Errors
/// An entry without a name or without `=`.
pub const fn entry<'a>(item: Item<'a>) -> Result<(&'a str, Item<'a>), Fault> {
    match split_pair(item.text, b'=') {
        Ok((name, value)) if !name.is_empty() && !item.part(name).has_escapes() => {
            Ok((name, item.part(value)))
        }
        _ => Err(NO_NAME),
    }
}

/// The entries of `text`, whose values are of kind `value`.
///
/// # Errors
/// A map in the notation of another language.
pub const fn entries<'a>(value: &Kind, text: &'a str, how: &How) -> Result<Items<'a>, Fault> {
    match text.trim_ascii().as_bytes() {
        [b'{', ..] => Err(Fault::hint("write the map as name=value,name=value")),
        _ => Items::entries(text, how.separator, value),
    }
}

/// Checks that `text` is a list of `name=value`, each name once, each value of kind `value`.
pub(crate) const fn check<'a>(value: &Kind, text: &'a str, how: &How) -> Result<Scalar<'a>, Fault> {
    let all = match entries(value, text, how) {
        Ok(all) => all,
        Err(fault) => return Err(fault),
    };
    let mut rest = all;
    let mut count = 0;
    loop {
        let item = match rest.next() {
            Err(fault) => return Err(fault),
            Ok(None) => return Ok(Scalar::Many(count)),
            Ok(Some(item)) => item,
        };
        let (name, found) = match entry(item) {
            Err(fault) => return Err(fault),
            Ok(entry) => entry,
        };
        if let Err(fault) = found.check(value, &how.item()) {
            return Err(fault);
        }
        if is_among_first(all, count, name) {
            return Err(TWICE);
        }
        count += 1;
    }
}

/// Whether one of the first `count` entries has this name.
const fn is_among_first(mut entries: Items<'_>, count: usize, name: &str) -> bool {
    let mut at = 0;
    while at < count {
        if let Ok(Some(item)) = entries.next()
            && let Ok((other, _)) = entry(item)
            && same(other, name)
        {
            return true;
        }
        at += 1;
    }
    false
}
