//! Names: of fields, of words, of variables.

use ident_case::RenameRule;
use syn::{Ident, LitStr, ext::IdentExt};

use crate::errors::{Result, at};

/// The name of a field or variant as it stands in paths: without `r#`, and in ASCII.
pub(crate) fn of(ident: &Ident) -> Result<String> {
    let name = ident.unraw().to_string();
    if name.is_ascii() {
        return Ok(name);
    }
    let message = format!("`{name}` is not ASCII, and names of variables are; give the key a `rename`");
    Err(at(ident, message))
}

/// The way to write names that `rename_all` asks for.
pub(crate) fn rename_rule(rule: &LitStr) -> Result<RenameRule> {
    rule.value().parse().map_err(|_| {
        let known = "kebab-case, snake_case, camelCase, PascalCase, SCREAMING_SNAKE_CASE, lowercase";
        at(rule, format!("unknown case \"{}\"; the cases are {known}", rule.value()))
    })
}

/// A segment of a path: letters, digits, `_` and `-`.
pub(crate) fn segment(name: &LitStr) -> Result<String> {
    let text = name.value();
    let is_segment = !text.is_empty()
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'));
    if is_segment {
        return Ok(text);
    }
    let message = format!("\"{text}\" is not a segment of a path; use letters, digits, `_` and `-`");
    Err(at(name, message))
}

/// A segment, or the name of a field, as a part of the name of a variable.
pub(crate) fn raised(segment: &str) -> String {
    segment.replace(['-', '.'], "_").to_ascii_uppercase()
}

/// The hash of a part of a name, as the layout of `confident-core` rolls it, with the mark of a part that has a
/// digit at its begin or behind an underscore.
pub(crate) fn hash(part: &str) -> u64 {
    const BASE: u64 = 0x0100_0193;
    const LOW: u64 = 0xffff_ffff;
    let hash = part.bytes().fold(0, |hash: u64, byte| (hash * BASE + u64::from(byte)) & LOW);
    let has_index = part.split('_').any(|word| word.starts_with(|first: char| first.is_ascii_digit()));
    hash | u64::from(has_index) << 32
}

/// The exact name of a variable: letters, digits and `_`, no digit first.
pub(crate) fn variable(name: &LitStr) -> Result<String> {
    let text = name.value();
    if is_variable(&text) {
        return Ok(text);
    }
    let message =
        format!("\"{text}\" is not the name of a variable; use letters, digits and `_`, no digit first");
    Err(at(name, message))
}

fn is_variable(text: &str) -> bool {
    !text.is_empty()
        && !text.starts_with(|first: char| first.is_ascii_digit())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

/// What the names of variables begin with, without the underscore that follows.
pub(crate) fn prefix(name: &LitStr) -> Result<String> {
    let text = name.value();
    if text.is_empty() {
        return Ok(text);
    }
    if let Some(plain) = text.strip_suffix('_') {
        let message = format!("the underscore behind the prefix is added; write \"{plain}\"");
        return Err(at(name, message));
    }
    variable(name)
}

/// The prefix of a program: its name in upper case.
pub(crate) fn prefix_of_app(app: &LitStr) -> Result<String> {
    let text = app.value();
    let prefix: String = text
        .chars()
        .map(|char| if matches!(char, '-' | '.' | ' ') { '_' } else { char.to_ascii_uppercase() })
        .collect();
    if is_variable(&prefix) {
        return Ok(prefix);
    }
    let message = format!(
        "\"{text}\" does not make a prefix for variables; use letters, digits and `-`, or say `prefix = \"..\"`"
    );
    Err(at(app, message))
}

/// Whether a key with this name usually holds a secret.
pub(crate) fn looks_secret(name: &str) -> bool {
    const WORDS: &[&str] = &[
        "password",
        "passwd",
        "passphrase",
        "pwd",
        "secret",
        "token",
        "api_key",
        "apikey",
        "private_key",
        "secret_key",
        "signing_key",
        "encryption_key",
        "credential",
        "credentials",
        "dsn",
    ];
    let name = name.to_ascii_lowercase().replace('-', "_");
    let singular = name.strip_suffix('s').unwrap_or(&name);
    WORDS.iter().any(|word| {
        [name.as_str(), singular]
            .iter()
            .any(|name| name.strip_suffix(word).is_some_and(|head| head.is_empty() || head.ends_with('_')))
    })
}
