//! Reads the facts in `tests/data/real/`.

use std::{collections::BTreeMap, path::PathBuf};

use serde_json::Value;

/// The variables of an environment.
pub(crate) type Variables = BTreeMap<String, String>;

/// The text of a file of a program.
pub(crate) fn text(program: &str, file: &str) -> String {
    let path: PathBuf = [env!("CARGO_MANIFEST_DIR"), "tests/data/real", program, file].iter().collect();
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The rows of a file with one JSON value on each line.
pub(crate) fn rows(program: &str, file: &str) -> Vec<Value> {
    let lines = text(program, file);
    lines.lines().map(|line| serde_json::from_str(line).expect("each line is JSON")).collect()
}

/// The rows of a file that not every program has.
pub(crate) fn rows_if_any(program: &str, file: &str) -> Vec<Value> {
    let path: PathBuf = [env!("CARGO_MANIFEST_DIR"), "tests/data/real", program, file].iter().collect();
    if path.exists() { rows(program, file) } else { Vec::new() }
}

/// The smallest environment that the program starts with.
pub(crate) fn base(program: &str) -> Variables {
    let meta: Value = serde_json::from_str(&text(program, "meta.json")).expect("meta.json is JSON");
    overlaid(Variables::new(), &meta["base_valid_env"])
}

/// The variables with those of `overlay` over them; `null` unsets one.
pub(crate) fn overlaid(mut variables: Variables, overlay: &Value) -> Variables {
    for (name, value) in overlay.as_object().into_iter().flatten() {
        match value {
            Value::Null => variables.remove(name),
            value => variables.insert(name.clone(), as_text(value)),
        };
    }
    variables
}

/// A value as someone would write it in a variable.
pub(crate) fn as_text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// The texts of a list.
pub(crate) fn texts(value: &Value) -> Vec<String> {
    value.as_array().into_iter().flatten().map(as_text).collect()
}

/// The variables of a sample file: `NAME=value` on each line, with `export`, quotes and comments. It is as much of the
/// syntax as the samples of these programs use.
pub(crate) fn sample(program: &str, file: &str) -> Variables {
    let text = text(program, file);
    let assignments = text.lines().filter(|line| !line.starts_with('#'));
    assignments
        .filter_map(|line| line.strip_prefix("export ").unwrap_or(line).split_once('='))
        .map(|(name, value)| {
            let value = match value.strip_prefix('"').and_then(|quoted| quoted.split_once('"')) {
                Some((quoted, _)) => quoted,
                None => value.split(" #").next().unwrap_or_default().trim(),
            };
            (name.to_owned(), value.to_owned())
        })
        .collect()
}

/// Whether snapshots are written anew.
#[allow(clippy::disallowed_methods)] // the switch of a test, not configuration
#[allow(dead_code)] // the snapshots are of files
pub(crate) fn updates_snapshots() -> bool {
    std::env::var_os("UPDATE_SNAPSHOTS").is_some()
}
