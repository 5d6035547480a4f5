//! The same configuration, as each contender would have it written.
//!
//! Keys come in groups of ten under one root, of types that rotate, with a name and a value that depend
//! on nothing but their number: what a bench reads is the same for every contender and on every run.
//!
//! This folder uses the standard library alone, so that build scripts can take it in as a module.

mod clap;
mod conf;
mod confident;
mod confik;
mod confique;
mod contender;
mod envconfig;
mod envy;
mod file;
mod hand;
mod keys;
mod limit;
mod serde;

pub use contender::Contender;
#[allow(unused_imports)] // build scripts need no expectations
pub use file::{Syntax, document};
#[allow(unused_imports)]
pub use keys::expected;
use keys::{Group, Key, groups};

/// The Rust source of a module: the structs of `contender` for so many keys, and
/// `pub fn load() -> Result<Root, _>`, which reads the environment of the process.
///
/// `keys` is a multiple of ten, at most 1,000.
pub fn source(contender: Contender, keys: usize) -> String {
    let groups = groups(keys);
    match contender {
        Contender::Confident => confident::source(&groups),
        Contender::Hand => hand::source(&groups),
        Contender::HandMap => hand::source_by_map(&groups),
        Contender::Envy => envy::source(&groups),
        Contender::Figment => serde::figment(&groups),
        Contender::Config => serde::config(&groups),
        Contender::Confique => confique::source(&groups),
        Contender::Conf => conf::source(&groups),
        Contender::Envconfig => envconfig::source(&groups),
        Contender::Clap => clap::source(&groups),
        Contender::Confik => confik::source(&groups),
        Contender::Limit => limit::source(&groups),
        Contender::SerdeDerive => serde::derive_alone(&groups),
    }
}

/// The source of a function to stand next to [`source`]: `pub fn load_file(path: &str) -> Result<Root, _>`.
/// `None` where the contender reads no files.
pub fn file_source(contender: Contender, syntax: Syntax) -> Option<String> {
    file::source(contender, syntax)
}

/// The source of a function to stand next to [`source`]: `pub fn shown(root: &Root) -> Vec<String>`, every
/// value in the form of [`expected`].
pub fn shown_source(contender: Contender, keys: usize) -> String {
    // One push after the other: a `vec!` of them all has code to drop the first ones after each.
    let mut lines = String::new();
    for group in groups(keys) {
        for key in &group.keys {
            let place = contender.place(&group, key);
            lines.push_str(&format!("    shown.push(format!(\"{{:?}}\", root.{place}));\n"));
        }
    }
    format!(
        "pub fn shown(root: &Root) -> Vec<String> {{\n    let mut shown = Vec::new();\n{lines}    shown\n}}\n"
    )
}

/// The variables that [`source`] reads, with their values.
pub fn environment(contender: Contender, keys: usize) -> Vec<(String, String)> {
    groups(keys)
        .iter()
        .flat_map(|group| group.keys.iter().flat_map(|key| contender.variables(group, key)))
        .collect()
}

/// The structs of groups and root that most contenders share, with what differs given by functions.
///
/// `derive` stands before every group, `root` before the root, `nested` before a field that is a group,
/// and `field` gives the attributes and the type of a key.
fn structs(
    groups: &[Group],
    (derive, root): (&str, &str),
    nested: &str,
    field: impl Fn(&Group, &Key) -> (String, String),
) -> String {
    let mut source = String::new();
    for group in groups {
        source.push_str(&format!("/// The {} of the service.\n{derive}\n", group.words));
        source.push_str(&format!("pub struct {} {{\n", group.type_name));
        for key in &group.keys {
            let (attributes, of_type) = field(group, key);
            source.push_str(&format!("    /// The {} of the {}.\n", key.words, group.words));
            if !attributes.is_empty() {
                source.push_str(&format!("    {attributes}\n"));
            }
            source.push_str(&format!("    pub {}: {of_type},\n", key.name));
        }
        source.push_str("}\n\n");
    }
    source.push_str(&format!("/// The service.\n{root}\npub struct Root {{\n"));
    for group in groups {
        source.push_str(&format!("    /// The {}.\n", group.words));
        if !nested.is_empty() {
            source.push_str(&format!("    {nested}\n"));
        }
        source.push_str(&format!("    pub {}: {},\n", group.name, group.type_name));
    }
    source.push_str("}\n\n");
    source
}
