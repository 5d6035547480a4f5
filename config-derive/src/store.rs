//! The place of a key in a store, as text: `KIND:PATH` or `KIND:PATH#FIELD`.

use syn::LitStr;

use crate::{
    errors::{Errors, Result, at},
    options::unknown_of,
};

/// The kinds of stores. Each is also a kind of source.
pub(crate) const KINDS: &[&str] = &["age", "vault", "aws", "aws-ssm", "etcd", "command"];

const PLACEHOLDERS: &[&str] = &["{app}", "{profile}"];

/// The kind of store in whose syntax `place` is.
pub(crate) fn kind_of_place(place: &LitStr) -> Result<&'static str> {
    let text = place.value();
    let Some((kind, rest)) = text.split_once(':') else {
        let message = format!(
            "\"{text}\" names no kind of store; write one and a colon in front, such as \
             \"vault:payments/db#password\""
        );
        return Err(at(place, message));
    };
    let mut errors = Errors::default();
    let known = KINDS.iter().copied().find(|known| *known == kind);
    if known.is_none() {
        refuse(unknown_of(["kind of store", "kinds"], kind, KINDS), place, &mut errors);
    }
    let (path, field) = rest.split_once('#').map_or((rest, None), |(path, field)| (path, Some(field)));
    for fault in [fault_of_path(path), field.and_then(fault_of_field)].into_iter().flatten() {
        refuse(fault, place, &mut errors);
    }
    errors.finish()?;
    Ok(known.expect("an unknown kind is an error"))
}

fn refuse(message: String, place: &LitStr, errors: &mut Errors) {
    errors.push(at(place, message));
}

/// Why this is no path in a store. One that is has the same segments for everybody who reads it: stores differ on
/// what an empty segment is, and servers and proxies on `..`.
fn fault_of_path(path: &str) -> Option<String> {
    if path.is_empty() {
        return Some(
            "the path is empty; write it behind the colon, such as \"vault:payments/db\"".to_owned(),
        );
    }
    let plain = path.trim_matches('/');
    if plain != path {
        let cure = if plain.is_empty() { "name a segment".to_owned() } else { format!("write \"{plain}\"") };
        return Some(format!("the path \"{path}\" has a `/` at its begin or end; {cure}"));
    }
    path.split('/').find_map(|segment| match segment {
        "" => Some(format!("the path \"{path}\" has an empty segment; remove a `/`")),
        "." | ".." => {
            Some(format!("`{segment}` is no segment of a path in a store; write the path that it leads to"))
        }
        segment => fault_of_segment(segment),
    })
}

fn fault_of_segment(segment: &str) -> Option<String> {
    let mut rest = segment;
    while let Some(first) = rest.chars().next() {
        let end = match (first, rest.find('}')) {
            ('{', Some(end)) => end + 1,
            ('{', None) => {
                return Some(format!("the placeholder in \"{segment}\" has no end; add a `}}`"));
            }
            (plain, _) if plain.is_ascii_alphanumeric() || matches!(plain, '.' | '_' | '-') => {
                rest = &rest[1..];
                continue;
            }
            (other, _) => {
                return Some(format!(
                    "{other:?} stands in no path in a store; use letters, digits, `.`, `_`, `-`, `/`, `{{app}}` \
                     and `{{profile}}`"
                ));
            }
        };
        let placeholder = &rest[..end];
        if !PLACEHOLDERS.contains(&placeholder) {
            return Some(unknown_of(["placeholder", "placeholders"], placeholder, PLACEHOLDERS));
        }
        rest = &rest[end..];
    }
    None
}

fn fault_of_field(field: &str) -> Option<String> {
    if field.is_empty() {
        return Some("the field is empty; name it behind the `#`, or remove the `#`".to_owned());
    }
    let wrong = field.chars().find(|char| *char == '#' || char.is_whitespace() || char.is_control())?;
    Some(format!(
        "{wrong:?} stands in no name of a field; a place has one `#`, and behind it a name without blanks"
    ))
}
