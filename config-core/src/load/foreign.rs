//! Third-party structs, read through `envy`.

use serde_core::de::DeserializeOwned;

use crate::{
    manifest::tree::{Tree, What},
    report::{Code, Problem},
    source::{Found, layer::Stray},
    value::{Raw, as_json},
};

/// Reads the variables under the prefix of `entry`.
///
/// What `envy` says of a bad value quotes the value, and only the struct knows whether that is a
/// secret: the report names the variable and the type, no more.
pub(super) fn read<'a, T: DeserializeOwned>(
    tree: &Tree<'_>,
    entry: usize,
    strays: impl Iterator<Item = &'a Stray<'a>>,
) -> Result<T, Box<Problem>> {
    let prefix = format!("{}_", tree.variable(entry));
    let mut pairs = Vec::new();
    for stray in strays {
        match stray.value.to_str() {
            Some(value) => pairs.push((stray.name.clone().into_owned(), value.to_owned())),
            None => {
                return Err(Box::new(Problem::new(Code::NotUnicode, &stray.name).says("is not UTF-8 text")));
            }
        }
    }
    let names: Vec<String> = pairs.iter().map(|(name, _)| name.clone()).collect();
    envy::prefixed(prefix.as_str()).from_iter(pairs).map_err(|error| {
        let type_name = match tree.entries()[entry].what {
            What::Foreign(foreign) => foreign.type_name,
            What::Key(_) | What::Many(_) => "",
        };
        Box::new(describe(&prefix, type_name, &names, &error))
    })
}

/// Reads the struct from its place in a document.
pub(super) fn read_node<T: DeserializeOwned>(
    tree: &Tree<'_>,
    entry: usize,
    found: &Found<'_>,
) -> Result<T, Box<Problem>> {
    let What::Foreign(foreign) = tree.entries()[entry].what else {
        unreachable!("the derive reads third-party structs where they are");
    };
    let refuse = || {
        let problem = Problem::new(Code::Foreign, tree.path(entry));
        let problem = problem.says(format!("is not what `{}` expects", foreign.type_name)).at(&found.origin);
        Box::new(problem.note("the value is not shown: only the program knows whether it is secret"))
    };
    match &found.raw {
        Raw::Node(node) => serde_json::from_value(as_json(node)).map_err(|_| refuse()),
        Raw::Text(_) | Raw::Unicode(_) | Raw::Items(_) | Raw::Rotated(_) => Err(refuse()),
    }
}

fn describe(prefix: &str, type_name: &str, names: &[String], error: &envy::Error) -> Problem {
    match error {
        // The name of a field of the struct, from its own source.
        envy::Error::MissingValue(field) => {
            let variable = format!("{prefix}{}", field.to_ascii_uppercase());
            Problem::new(Code::Missing, &variable)
                .says(format!("required by `{type_name}`, but no source has it"))
                .note("looked in: environment")
                .note(format!("set {variable}"))
        }
        envy::Error::Custom(said) => {
            // envy ends its message with the variable, as the struct spells the field.
            let named = said
                .rsplit_once(" provided by ")
                .map(|(_, field)| format!("{prefix}{}", field.to_ascii_uppercase()));
            let named = named.filter(|variable| names.contains(variable));
            let subject = named.as_deref().unwrap_or(prefix.trim_end_matches('_'));
            let message = match &named {
                Some(_) => format!("is not what `{type_name}` expects"),
                None => format!("one of the variables {prefix}* is not what `{type_name}` expects"),
            };
            Problem::new(Code::Foreign, subject)
                .says(message)
                .note("the value is not shown: only the program knows whether it is secret")
        }
    }
}
