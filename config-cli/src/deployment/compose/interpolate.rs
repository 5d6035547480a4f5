//! `$VAR` and `${VAR...}` of compose, in its files and in those that `env_file` names.

use crate::deployment::{
    Given,
    mix::{Budget, Mix},
};

/// How deep `${A:-${B:-...}}` may be nested.
const DEEPEST: usize = 16;

const NOT_A_VARIABLE: &str =
    "${ is followed by a name and }, or by one of :- - :? ? :+ + and a text; $$ is a dollar sign";
const TOO_DEEP: &str = "${ is nested deeper than 16 levels";

/// What a variable stands for, where it is known to be set.
pub(super) type Lookup<'a> = &'a dyn Fn(&str) -> Option<&'a Given>;

/// The text with all variables put in.
///
/// # Errors
/// What is wrong with it.
pub(super) fn interpolate(
    text: &str,
    lookup: Lookup<'_>,
    budget: &mut Budget,
) -> Result<Given, &'static str> {
    let mut mix = Mix::default();
    put(text, lookup, budget, &mut mix, 0)?;
    Ok(mix.into_given())
}

/// Why a variable that is set nowhere is not known.
pub(super) fn not_set(name: &str) -> String {
    format!("`{name}` is set in no file here: it comes from the environment in which compose is started")
}

fn put(
    text: &str,
    lookup: Lookup<'_>,
    budget: &mut Budget,
    mix: &mut Mix,
    depth: usize,
) -> Result<(), &'static str> {
    if depth > DEEPEST {
        return Err(TOO_DEEP);
    }
    let mut rest = text;
    while let Some(at) = rest.find('$') {
        mix.push(&rest[..at]);
        rest = &rest[at + 1..];
        if let Some(after) = rest.strip_prefix('$') {
            mix.push("$");
            rest = after;
        } else if let Some(inside) = rest.strip_prefix('{') {
            let end = closing(inside).ok_or(NOT_A_VARIABLE)?;
            braced(&inside[..end], lookup, budget, mix, depth)?;
            rest = &inside[end + 1..];
        } else {
            let (name, after) = split_name(rest);
            if name.is_empty() {
                // `$1` and `$(..)` are no variables to compose.
                mix.push("$");
            } else {
                variable(name, lookup, budget, mix)?;
            }
            rest = after;
        }
    }
    mix.push(rest);
    Ok(())
}

/// What stands between the braces.
fn braced(
    inside: &str,
    lookup: Lookup<'_>,
    budget: &mut Budget,
    mix: &mut Mix,
    depth: usize,
) -> Result<(), &'static str> {
    let (name, after) = split_name(inside);
    if name.is_empty() {
        return Err(NOT_A_VARIABLE);
    }
    if after.is_empty() {
        return variable(name, lookup, budget, mix);
    }
    let (minds_empty, after) = after.strip_prefix(':').map_or((false, after), |after| (true, after));
    let mut characters = after.chars();
    let operator = characters.next();
    let text = characters.as_str();
    let found = lookup(name);
    let is_there = match found {
        None => false,
        Some(Given::Text(text)) => !(minds_empty && text.is_empty()),
        Some(Given::Reference(_) | Given::Unknown(_)) => true,
    };
    match (operator, is_there) {
        (Some('-' | '?'), true) => variable(name, lookup, budget, mix),
        (Some('-'), false) | (Some('+'), true) => put(text, lookup, budget, mix, depth + 1),
        (Some('+'), false) => Ok(()),
        (Some('?'), false) => {
            mix.push_unknown(format!(
                "compose refuses to start without `{name}`, which is set in no file here"
            ));
            Ok(())
        }
        _ => Err(NOT_A_VARIABLE),
    }
}

fn variable(name: &str, lookup: Lookup<'_>, budget: &mut Budget, mix: &mut Mix) -> Result<(), &'static str> {
    match lookup(name) {
        Some(given) => mix.push_given(given, budget).map_err(|_| Budget::WHAT),
        None => {
            mix.push_unknown(not_set(name));
            Ok(())
        }
    }
}

fn split_name(text: &str) -> (&str, &str) {
    let begins = text.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_');
    let end = text.find(|char: char| !(char.is_ascii_alphanumeric() || char == '_')).unwrap_or(text.len());
    text.split_at(if begins { end } else { 0 })
}

/// Where the brace is closed that was opened before the text. Where braces are not balanced, compose takes the
/// last one.
fn closing(text: &str) -> Option<usize> {
    let mut open = 1_usize;
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'{' => open += 1,
            b'}' => open -= 1,
            _ => {}
        }
        if open == 0 {
            return Some(at);
        }
    }
    text.rfind('}')
}
