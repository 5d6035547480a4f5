//! Documents in JSON: what `serde_json` reads is read, and to the same values; nothing else is.
//!
//! The differences, all of which are meant:
//!
//! - a byte order mark in front of the document is skipped,
//! - a name that is there twice in one table is refused,
//! - a document is refused where it is nested deeper than 128 levels; `serde_json` stops at 127, but not in raw values,
//!   by which it is asked here,
//! - a number of any size is read, as the text that it is; `serde_json` does so in raw values only,
//! - a file of more than 16 MiB, or with more than 500,000 values, is refused: no input of this target is that large.
#![no_main]

use std::{collections::BTreeMap, collections::HashSet, fmt, fs, path::PathBuf, sync::LazyLock};

use confident::{
    Code, Config, File, How, Invalid, Kind, Literal, Node, NodeValue, OnUnknown, Raw, Report, Root, Value,
    manifest::Empty,
};
use libfuzzer_sys::fuzz_target;
use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

const DEEPEST: usize = 128;

/// A document, with every number as it is written.
#[derive(Clone, Debug, PartialEq)]
enum Json {
    Null,
    Bool(bool),
    Number(String),
    Text(String),
    List(Vec<Json>),
    Table(Vec<(String, Json)>),
}

/// A key that takes whatever stands there.
#[derive(Debug, PartialEq)]
struct Whole(Json);

impl Value for Whole {
    const KIND: &'static Kind = &Kind::Parsed { name: "Whole" };
    const EMPTY: Empty = Empty::Value;

    fn from_text(_: &str, _: &How) -> Result<Self, Invalid> {
        Err(Invalid::hint("write a document"))
    }

    fn from_raw(raw: &Raw<'_>, _: &How) -> Result<Self, Invalid> {
        match raw {
            Raw::Node(node) => Ok(Self(ours(node))),
            _ => Err(Invalid::hint("write a document")),
        }
    }

    fn show(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
}

/// What the reader makes of a document.
fn ours(node: &Node<'_>) -> Json {
    match &node.value {
        NodeValue::Null => Json::Null,
        NodeValue::Text(text) => Json::Text(text.clone().into_owned()),
        NodeValue::Literal { kind: Literal::Bool, text } => Json::Bool(text == "true"),
        NodeValue::Literal { kind, text } => {
            assert_eq!(*kind == Literal::Float, text.contains(['.', 'e', 'E']), "{text}");
            Json::Number(text.clone().into_owned())
        }
        NodeValue::List(items) => Json::List(items.iter().map(ours).collect()),
        NodeValue::Table(entries) => Json::Table(
            entries.iter().map(|(name, node)| (name.text.clone().into_owned(), ours(node))).collect(),
        ),
        other => panic!("no JSON has {other:?}"),
    }
}

/// A table as it is written, with the names that are there twice.
struct Entries<'t>(Vec<(String, &'t RawValue)>);

impl<'t> Deserialize<'t> for Entries<'t> {
    fn deserialize<D: Deserializer<'t>>(deserializer: D) -> Result<Self, D::Error> {
        struct OfTable;
        impl<'t> Visitor<'t> for OfTable {
            type Value = Entries<'t>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a table")
            }

            fn visit_map<A: MapAccess<'t>>(self, mut map: A) -> Result<Entries<'t>, A::Error> {
                let mut entries = Vec::new();
                while let Some(entry) = map.next_entry()? {
                    entries.push(entry);
                }
                Ok(Entries(entries))
            }
        }
        deserializer.deserialize_map(OfTable)
    }
}

/// What `serde_json` makes of a document; nothing, where it is none, or is one of those that are refused on purpose.
fn theirs(text: &str, depth: usize) -> Option<Json> {
    let raw = serde_json::from_str::<&RawValue>(text).ok()?.get();
    let is_many = raw.starts_with(['[', '{']);
    if is_many && depth == DEEPEST {
        return None;
    }
    Some(match raw.as_bytes()[0] {
        b'n' => Json::Null,
        b't' => Json::Bool(true),
        b'f' => Json::Bool(false),
        b'"' => Json::Text(serde_json::from_str(raw).ok()?),
        b'[' => {
            let items = serde_json::from_str::<Vec<&RawValue>>(raw).ok()?;
            Json::List(items.into_iter().map(|item| theirs(item.get(), depth + 1)).collect::<Option<_>>()?)
        }
        b'{' => {
            let Entries(entries) = serde_json::from_str(raw).ok()?;
            let mut names = HashSet::new();
            if !entries.iter().all(|(name, _)| names.insert(name.as_str())) {
                return None;
            }
            let value =
                |(name, value): &(String, &RawValue)| Some((name.clone(), theirs(value.get(), depth + 1)?));
            Json::Table(entries.iter().map(value).collect::<Option<_>>()?)
        }
        _ => Json::Number(raw.to_owned()),
    })
}

/// The same for a key that is read by `serde`: a number that no type of it holds stays a text.
fn for_serde(json: &Json) -> serde_json::Value {
    use serde_json::Value;
    match json {
        Json::Null => Value::Null,
        Json::Bool(value) => Value::Bool(*value),
        Json::Text(text) => Value::String(text.clone()),
        Json::Number(text) => {
            let is_whole = !text.contains(['.', 'e', 'E']);
            let is_held = text.parse::<i64>().is_ok() || text.parse::<u64>().is_ok();
            match serde_json::from_str(text) {
                Ok(Value::Number(number)) if is_held || !is_whole => Value::Number(number),
                _ => Value::String(text.clone()),
            }
        }
        Json::List(items) => Value::Array(items.iter().map(for_serde).collect()),
        Json::Table(entries) => {
            Value::Object(entries.iter().map(|(name, value)| (name.clone(), for_serde(value))).collect())
        }
    }
}

/// A whole document, as two types take it.
#[derive(Config)]
#[config(app = "fuzz")]
struct Document {
    /// As it is.
    whole: Option<Whole>,
    /// By `serde`.
    #[config(serde)]
    any: Option<serde_json::Value>,
}

/// Keys of many kinds.
#[derive(Config)]
#[config(app = "fuzz")]
struct Keys {
    /// A text.
    text: Option<String>,
    /// A small number.
    small: Option<u8>,
    /// A large number.
    large: Option<i128>,
    /// A decimal number.
    ratio: Option<f64>,
    /// A switch.
    switch: Option<bool>,
    /// A list.
    list: Option<Vec<String>>,
    /// A map.
    map: Option<BTreeMap<String, i64>>,
    /// By `serde`.
    #[config(serde)]
    any: Option<serde_json::Value>,
    /// A group.
    #[config(nested)]
    group: Group,
    /// Groups.
    #[config(nested)]
    groups: Vec<Group>,
    /// Groups by name.
    #[config(nested)]
    named: BTreeMap<String, Group>,
}

/// A group.
#[derive(Config)]
struct Group {
    /// A text.
    text: Option<String>,
    /// Whatever stands there.
    whole: Option<Whole>,
}

/// Where documents are written: of this process, so that several can run.
static FILE: LazyLock<PathBuf> =
    LazyLock::new(|| std::env::temp_dir().join(format!("confident-fuzz-{}.json", std::process::id())));

fn load<R: Root>(document: &[u8]) -> Result<R, Report> {
    fs::write(&*FILE, document).expect("the file can be written");
    R::loader().source(File::required(&*FILE).on_unknown(OnUnknown::Ignore)).load()
}

/// Why the document was not read, if it was not.
fn unreadable<R>(loaded: &Result<R, Report>) -> Option<String> {
    let report = loaded.as_ref().err()?;
    assert!(!report.to_string().is_empty() && !format!("{report:#}{report:?}").is_empty());
    let mut problems = report.problems().iter();
    problems.find(|problem| problem.code() == Code::Unreadable).map(|problem| problem.message().to_string())
}

fuzz_target!(|document: &[u8]| {
    let keys = load::<Keys>(document);
    let refused = unreadable(&keys);
    let Ok(text) = std::str::from_utf8(document) else {
        return assert_eq!(refused.as_deref(), Some("is not UTF-8 text"));
    };
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let json = theirs(text, 0);
    assert_eq!(refused.is_none(), json.is_some(), "{refused:?} {json:?}");
    if let (Ok(keys), Some(json)) = (&keys, &json) {
        hold(keys, json);
    }

    // In a document of its own, so that all of it is compared, whatever it is.
    let inner = format!("{{\"whole\":{text}\n,\"any\":{text}\n}}");
    let json = theirs(&inner, 0);
    let read = load::<Document>(inner.as_bytes());
    let refused = unreadable(&read);
    assert_eq!(refused.is_none(), json.is_some(), "{refused:?} {json:?}");
    let Some(json) = json else { return };
    let Document { whole, any } = read.unwrap_or_else(|report| panic!("every document is taken: {report}"));
    let expected = |name| entry(&json, name).filter(|value| **value != Json::Null);
    assert_eq!(whole.as_ref().map(|Whole(json)| json), expected("whole"));
    // What `serde` takes is empty where a text is.
    if expected("any") != Some(&Json::Text(String::new())) {
        assert_eq!(any, expected("any").map(for_serde));
    }
});

fn entry<'j>(json: &'j Json, name: &str) -> Option<&'j Json> {
    let Json::Table(entries) = json else { return None };
    entries.iter().find(|(known, _)| known == name).map(|(_, value)| value)
}

/// What was read is what stands there. Where a key has a name of another spelling, or none, nothing is compared.
fn hold(keys: &Keys, json: &Json) {
    /// A scalar: its own text, or a text that is read like a variable.
    fn scalar<T: Value + PartialEq + fmt::Debug>(found: &Option<T>, json: Option<&Json>) {
        let text = match json {
            Some(Json::Number(text)) => text.as_str(),
            Some(Json::Bool(true)) => "true",
            Some(Json::Bool(false)) => "false",
            Some(Json::Text(text)) if !text.is_empty() || T::EMPTY == Empty::Value => text,
            _ => return,
        };
        let wanted = T::from_text(text, &How::PLAIN).expect("it was read");
        assert_eq!(found.as_ref(), Some(&wanted));
    }
    scalar(&keys.text, entry(json, "text"));
    scalar(&keys.small, entry(json, "small"));
    scalar(&keys.large, entry(json, "large"));
    scalar(&keys.ratio, entry(json, "ratio"));
    scalar(&keys.switch, entry(json, "switch"));
    if let Some(Json::List(items)) = entry(json, "list") {
        let texts = keys.list.iter().flatten().map(|text| Json::Text(text.clone()));
        assert!(texts.eq(items.iter().cloned()), "{:?} {items:?}", keys.list);
    }
    if let Some(Json::Table(entries)) = entry(json, "map") {
        let map = keys.map.as_ref().expect("it stands there");
        assert_eq!(map.len(), entries.len());
        for (name, value) in entries {
            scalar(&map.get(name).copied(), Some(value));
        }
    }
    if let Some(value) = entry(json, "any")
        && !matches!(value, Json::Null | Json::Text(_))
    {
        assert_eq!(keys.any, Some(for_serde(value)));
    }
    if let Some(group) = entry(json, "group") {
        hold_group(&keys.group, group);
    }
    if let Some(Json::List(groups)) = entry(json, "groups") {
        assert_eq!(groups.len(), keys.groups.len());
        keys.groups.iter().zip(groups).for_each(|(group, json)| hold_group(group, json));
    }
    if let Some(Json::Table(groups)) = entry(json, "named") {
        for (name, json) in groups {
            match keys.named.get(name) {
                Some(group) => hold_group(group, json),
                None => assert_eq!(*json, Json::Null, "{name:?} is not there"),
            }
        }
    }
}

fn hold_group(group: &Group, json: &Json) {
    if let Some(Json::Text(text)) = entry(json, "text") {
        assert_eq!(group.text.as_ref(), Some(text));
    }
    if let Some(value) = entry(json, "whole").filter(|value| **value != Json::Null) {
        assert_eq!(group.whole.as_ref().map(|Whole(json)| json), Some(value));
    }
}
