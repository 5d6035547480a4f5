//! `$(NAME)` in values of Kubernetes.

use crate::deployment::{
    Given,
    mix::{Budget, Exhausted, Mix},
};

/// What a name between `$(` and `)` stands for.
pub(super) enum Found<'a> {
    Given(&'a Given),
    /// A variable that cannot be seen from here: the reason.
    Unknown(String),
    /// None, so that the text stays as it is.
    None,
}

/// The text with all variables put in. `$$` is a dollar sign.
pub(super) fn expand<'a>(
    text: &str,
    lookup: impl Fn(&str) -> Found<'a>,
    budget: &mut Budget,
) -> Result<Given, Exhausted> {
    let mut mix = Mix::default();
    let mut rest = text;
    while let Some(at) = rest.find('$') {
        mix.push(&rest[..at]);
        rest = &rest[at + 1..];
        if let Some(after) = rest.strip_prefix('$') {
            mix.push("$");
            rest = after;
            continue;
        }
        let name = rest.strip_prefix('(').and_then(|inside| inside.find(')').map(|end| &inside[..end]));
        let Some(name) = name else {
            mix.push("$");
            // Without a closing parenthesis behind it, no later one opens a variable.
            if rest.starts_with('(') {
                mix.push(&rest.replace("$$", "$"));
                return Ok(mix.into_given());
            }
            continue;
        };
        match lookup(name) {
            Found::Given(given) => mix.push_given(given, budget)?,
            Found::Unknown(why) => mix.push_unknown(why),
            Found::None => {
                mix.push("$(");
                mix.push(name);
                mix.push(")");
            }
        }
        rest = &rest[name.len() + 2..];
    }
    mix.push(rest);
    Ok(mix.into_given())
}
