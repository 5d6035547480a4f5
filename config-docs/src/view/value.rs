//! The text of a value as it stands in a file: a list as a list, a number as a number.

use confident_core::{
    How, Kind,
    grammar::{bool, list::Items},
};

use super::FileValue;

/// What `text`, a value of `kind`, is in a file; none where only the program's own type knows, and where the text is
/// no value of the kind.
pub(super) fn of(kind: &Kind, text: &str, how: &How) -> Option<FileValue> {
    Some(match kind {
        Kind::Bool => FileValue::Bool(bool::parse(text).ok()?),
        Kind::Integer { .. } | Kind::Float { .. } => number(text.trim()),
        // A bare number counts in the unit of the key, in a file too.
        Kind::Duration | Kind::ByteSize if text.parse::<u32>().is_ok() => number(text),
        Kind::List { item, .. } => {
            let texts = texts(text, how.separator, item)?;
            FileValue::List(texts.iter().map(|text| of(item, text, &how.item())).collect::<Option<_>>()?)
        }
        Kind::Pair { first, second } => {
            let texts = texts(text, how.separator, &Kind::Text)?;
            let [one, two] = texts.as_slice() else { return None };
            FileValue::List(vec![of(first, one, &how.item())?, of(second, two, &how.item())?])
        }
        Kind::Map { value } => {
            let mut entries = Vec::new();
            for text in texts(text, how.separator, value)? {
                let (name, text) = text.split_once('=')?;
                entries.push((name.trim().to_owned(), of(value, text.trim(), &how.item())?));
            }
            FileValue::Table(entries)
        }
        Kind::Structured { .. } => return None,
        _ => FileValue::Text(text.to_owned()),
    })
}

fn texts(text: &str, separator: u8, item: &Kind) -> Option<Vec<String>> {
    let mut items = Items::new(text, separator, item).ok()?;
    let mut texts = Vec::new();
    while let Some(item) = items.next().ok()? {
        texts.push(item.value().ok()?.to_string());
    }
    Some(texts)
}

/// A number that every syntax writes alike, or the text of it, which core reads like that of a variable.
fn number(text: &str) -> FileValue {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, "0"));
    let are_digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let is_plain = are_digits(whole)
        && are_digits(fraction)
        && (whole == "0" || !whole.starts_with('0'))
        && whole.len() < 20;
    let fits = digits.contains('.') || text.parse::<i64>().is_ok();
    if is_plain && fits { FileValue::Number(text.to_owned()) } else { FileValue::Text(text.to_owned()) }
}
