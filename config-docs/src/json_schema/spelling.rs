//! The other spellings that a load takes for a key: its path with `_` in place of dots, and old names.

use confident_core::{
    Manifest,
    manifest::{Group, Item},
};
use serde_json::{Map, Value, json};

use super::ecma;

/// Every key that has a place of its own, with its names.
pub(super) struct Spellings {
    keys: Vec<Names>,
}

struct Names {
    /// The path with `_` in place of dots.
    flat: String,
    /// The steps to its schema.
    pointer: String,
    /// Its old variables.
    aliases: &'static [&'static str],
}

impl Spellings {
    pub(super) fn of(manifest: &Manifest) -> Self {
        let mut keys = Vec::new();
        collect(manifest.group, "", "#", &mut keys);
        Self { keys }
    }

    /// What other names in a table stand for, as patterns of names.
    pub(super) fn patterns(&self, group: &'static Group, path: &str, variable: &str) -> Map<String, Value> {
        let mut patterns = Map::new();
        let mut tables = Vec::new();
        for (name, key) in self.others(group, path, variable, &mut tables) {
            patterns.entry(name).or_insert_with(|| json!({ "$ref": key.pointer }));
        }
        if !tables.is_empty() {
            // A table whose name is the begin of one: what is in it, the load decides.
            patterns.insert(tables.join("|"), json!({ "type": ["object", "null"] }));
        }
        patterns
    }

    /// The patterns of all other names in a table.
    pub(super) fn names(&self, group: &'static Group, path: &str, variable: &str) -> Vec<String> {
        let mut tables = Vec::new();
        let mut names: Vec<String> =
            self.others(group, path, variable, &mut tables).into_iter().map(|(name, _)| name).collect();
        names.extend(tables);
        names
    }

    fn others(
        &self,
        group: &'static Group,
        path: &str,
        variable: &str,
        tables: &mut Vec<String>,
    ) -> Vec<(String, &Names)> {
        let own = segments(group);
        let mut others = Vec::new();
        let begin = flat(path);
        for key in &self.keys {
            if let Some(rest) = behind(&key.flat, &begin) {
                if !own.contains(&rest) {
                    others.push((format!("^{}$", ecma::literal(rest)), key));
                }
                for (at, _) in rest.match_indices('_') {
                    let table = format!("^{}$", ecma::literal(&rest[..at]));
                    if at > 0 && !own.contains(&&rest[..at]) && !tables.contains(&table) {
                        tables.push(table);
                    }
                }
            }
            for alias in key.aliases {
                let Some(rest) = behind(alias, variable) else { continue };
                let is_own = |part: &str| own.iter().any(|own| raised(own) == part);
                if !is_own(rest) {
                    others.push((any_case(rest), key));
                }
                for (at, _) in rest.match_indices('_') {
                    let table = any_case(&rest[..at]);
                    if at > 0 && !is_own(&rest[..at]) && !tables.contains(&table) {
                        tables.push(table);
                    }
                }
            }
        }
        others
    }
}

fn collect(group: &'static Group, path: &str, pointer: &str, keys: &mut Vec<Names>) {
    for item in group.items {
        match item {
            Item::Key(key) if key.segment.is_empty() => {
                keys.push(Names { flat: flat(path), pointer: pointer.to_owned(), aliases: key.aliases });
            }
            Item::Key(key) => keys.push(Names {
                flat: flat(&joined(path, ".", key.segment)),
                pointer: property(pointer, key.segment),
                aliases: key.aliases,
            }),
            Item::Nested(nested) if nested.segment.is_empty() => collect(nested.group, path, pointer, keys),
            // Of a choice, the tables of its variants stand behind its word.
            Item::Nested(nested) if !nested.is_many() => {
                let path = joined(path, ".", nested.segment);
                let pointer = property(pointer, nested.segment);
                let inner =
                    if nested.group.is_choice { format!("{pointer}/oneOf/1") } else { pointer.clone() };
                if let Some(Item::Key(key)) = nested.group.items.first()
                    && nested.group.is_choice
                {
                    keys.push(Names { flat: flat(&path), pointer, aliases: key.aliases });
                    let variants = nested.group.items.iter().filter_map(|item| match item {
                        Item::Nested(variant) => Some(variant),
                        _ => None,
                    });
                    for variant in variants.filter(|variant| !variant.is_many()) {
                        let path = joined(&path, ".", variant.segment);
                        collect(variant.group, &path, &property(&inner, variant.segment), keys);
                    }
                } else {
                    collect(nested.group, &path, &inner, keys);
                }
            }
            _ => {}
        }
    }
}

/// Whether keys of an element can be spelled in another way.
pub(super) fn has_others(group: &Group) -> bool {
    group.items.iter().any(|item| match item {
        Item::Key(key) => !key.aliases.is_empty() || key.segment.contains('_'),
        _ => true,
    })
}

fn property(pointer: &str, segment: &str) -> String {
    let mut step = String::new();
    for byte in segment.bytes() {
        match byte {
            b'~' => step.push_str("~0"),
            b'/' => step.push_str("~1"),
            byte if byte.is_ascii_alphanumeric() || b"-_.".contains(&byte) => step.push(char::from(byte)),
            byte => step.push_str(&format!("%{byte:02X}")),
        }
    }
    format!("{pointer}/properties/{step}")
}

/// The names in a table.
fn segments(group: &'static Group) -> Vec<&'static str> {
    let mut segments = Vec::new();
    for item in group.items {
        match item {
            Item::Nested(nested) if nested.segment.is_empty() => {
                segments.extend(self::segments(nested.group))
            }
            item => segments.push(item.segment()),
        }
    }
    if let Some(Item::Key(key)) = group.items.first()
        && let confident_core::Kind::Word(words) = key.kind
        && group.is_choice
    {
        segments.extend(words.iter().map(|word| word.text));
    }
    segments
}

fn behind<'n>(name: &'n str, begin: &str) -> Option<&'n str> {
    let rest = if begin.is_empty() { name } else { name.strip_prefix(begin)?.strip_prefix('_')? };
    (!rest.is_empty()).then_some(rest)
}

/// A part of a variable, as any name that makes it.
fn any_case(part: &str) -> String {
    let mut pattern = String::from("^");
    for char in part.chars() {
        match char {
            '_' => pattern.push_str("[-_.]"),
            char if char.is_ascii_alphabetic() => {
                pattern.extend(['[', char.to_ascii_uppercase(), char.to_ascii_lowercase(), ']']);
            }
            char => pattern.push_str(&ecma::literal(&char.to_string())),
        }
    }
    pattern.push('$');
    pattern
}

fn flat(path: &str) -> String {
    path.replace('.', "_")
}

pub(super) fn raised(part: &str) -> String {
    part.to_ascii_uppercase().replace(['-', '.'], "_")
}

pub(super) fn joined(outer: &str, between: &str, part: &str) -> String {
    match (outer, part) {
        ("", only) | (only, "") => only.to_owned(),
        _ => format!("{outer}{between}{part}"),
    }
}
