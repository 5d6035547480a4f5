//! What people write without a crate.

use super::{Contender, Group, keys::Kind, structs};

/// One `std::env::var` for each field.
pub(super) fn source(groups: &[Group]) -> String {
    let mut source = plain_structs(groups);
    source.push_str(
        r#"fn optional(name: &str) -> Result<Option<String>, String> {
    match std::env::var(name) {
        Ok(text) => Ok(Some(text)),
        Err(std::env::VarError::NotPresent) => Ok(None),
        Err(error) => Err(format!("{name}: {error}")),
    }
}

fn required(name: &str) -> Result<String, String> {
    std::env::var(name).map_err(|error| format!("{name}: {error}"))
}

fn parsed<T: std::str::FromStr<Err: std::fmt::Display>>(name: &str, text: &str) -> Result<T, String> {
    text.parse().map_err(|error| format!("{name}: {error}"))
}

fn duration(name: &str, text: &str) -> Result<std::time::Duration, String> {
    humantime::parse_duration(text).map_err(|error| format!("{name}: {error}"))
}

"#,
    );
    source.push_str(&construction(groups, ("", "String", ""), |name, kind| match kind {
        Kind::Text => format!("required({name})?"),
        Kind::OptionalText => format!("optional({name})?"),
        Kind::OptionalU32 => {
            format!("optional({name})?.map(|text| parsed({name}, &text)).transpose()?")
        }
        Kind::Duration => format!("duration({name}, &required({name})?)?"),
        Kind::List => format!("required({name})?.split(',').map(str::to_owned).collect()"),
        _ => format!("parsed({name}, &required({name})?)?"),
    }));
    source.push_str("pub fn load() -> Result<Root, String> {\n    Root::load()\n}\n");
    source
}

/// One pass into a map.
pub(super) fn source_by_map(groups: &[Group]) -> String {
    let mut source = plain_structs(groups);
    source.push_str(
        r#"type Variables = std::collections::HashMap<std::ffi::OsString, std::ffi::OsString>;

fn optional<'v>(variables: &'v Variables, name: &str) -> Result<Option<&'v str>, String> {
    match variables.get(std::ffi::OsStr::new(name)) {
        Some(text) => text.to_str().map(Some).ok_or_else(|| format!("{name}: not Unicode")),
        None => Ok(None),
    }
}

fn required<'v>(variables: &'v Variables, name: &str) -> Result<&'v str, String> {
    optional(variables, name)?.ok_or_else(|| format!("{name}: not found"))
}

fn parsed<T: std::str::FromStr<Err: std::fmt::Display>>(name: &str, text: &str) -> Result<T, String> {
    text.parse().map_err(|error| format!("{name}: {error}"))
}

fn duration(name: &str, text: &str) -> Result<std::time::Duration, String> {
    humantime::parse_duration(text).map_err(|error| format!("{name}: {error}"))
}

"#,
    );
    let parameter = ("variables: &Variables", "String", "variables");
    source.push_str(&construction(groups, parameter, |name, kind| match kind {
        Kind::Text => format!("required(variables, {name})?.to_owned()"),
        Kind::OptionalText => format!("optional(variables, {name})?.map(str::to_owned)"),
        Kind::OptionalU32 => {
            format!("optional(variables, {name})?.map(|text| parsed({name}, text)).transpose()?")
        }
        Kind::Duration => format!("duration({name}, required(variables, {name})?)?"),
        Kind::List => format!("required(variables, {name})?.split(',').map(str::to_owned).collect()"),
        _ => format!("parsed({name}, required(variables, {name})?)?"),
    }));
    source.push_str(
        "pub fn load() -> Result<Root, String> {\n    Root::load(&std::env::vars_os().collect())\n}\n",
    );
    source
}

/// The structs without a derive.
pub(super) fn plain_structs(groups: &[Group]) -> String {
    structs(groups, ("", ""), "", |_, key| (String::new(), key.kind.rust().to_owned()))
}

/// A function `load` for each struct, with an expression for each key by the literal of its variable and
/// its type. It has a parameter, written once as it is declared and once as it is handed on, and an error.
///
/// A function for each group is what people write. One for all keys has, after each that may fail, the code
/// that drops all before: with 1,000 keys it compiles for more than five minutes.
pub(super) fn construction(
    groups: &[Group],
    (declared, error, handed_on): (&str, &str, &str),
    value: impl Fn(&str, Kind) -> String,
) -> String {
    let mut source = String::new();
    for group in groups {
        source.push_str(&format!("impl {} {{\n", group.type_name));
        source
            .push_str(&format!("    fn load({declared}) -> Result<Self, {error}> {{\n        Ok(Self {{\n"));
        for key in &group.keys {
            let value = value(&Contender::Hand.literal(group, key), key.kind);
            source.push_str(&format!("            {}: {value},\n", key.name));
        }
        source.push_str("        })\n    }\n}\n\n");
    }
    source.push_str(&format!("impl Root {{\n    fn load({declared}) -> Result<Self, {error}> {{\n"));
    source.push_str("        Ok(Self {\n");
    for group in groups {
        source.push_str(&format!("            {}: {}::load({handed_on})?,\n", group.name, group.type_name));
    }
    source.push_str("        })\n    }\n}\n\n");
    source
}
