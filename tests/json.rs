//! Documents in JSON, as a user of the crate meets them: what `serde_json` writes is read to the same values, however it
//! is spelled, and what is hostile is refused in little time.

#![cfg(feature = "json")]

mod common;

use std::{
    fmt, io,
    time::{Duration, Instant},
};

use common::Folder;
use confident::{
    Code, Config, File, How, Invalid, Kind, NodeValue, OnUnknown, Raw, Report, Value, manifest::Empty,
};
use proptest::prelude::*;
use serde::Serialize;
use serde_json::{
    Map, Value as Json,
    ser::{CharEscape, CompactFormatter, Formatter, PrettyFormatter, Serializer},
};

/// A key that takes whatever stands there: every number is the text as which it is written.
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
            Raw::Node(node) => Ok(Self(of_node(&node.value))),
            _ => Err(Invalid::hint("write a document")),
        }
    }

    fn show(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
}

/// What stands for a number: no text of these tests begins like that.
fn number(text: &str) -> Json {
    Json::String(format!("number {text}"))
}

fn of_node(value: &NodeValue<'_>) -> Json {
    match value {
        NodeValue::Null => Json::Null,
        NodeValue::Text(text) => Json::String(text.clone().into_owned()),
        NodeValue::Literal { kind: confident::Literal::Bool, text } => Json::Bool(text == "true"),
        NodeValue::Literal { text, .. } => number(text),
        NodeValue::List(items) => items.iter().map(|item| of_node(&item.value)).collect(),
        NodeValue::Table(entries) => entries
            .iter()
            .map(|(name, node)| (name.text.clone().into_owned(), of_node(&node.value)))
            .collect(),
        other => panic!("no JSON has {other:?}"),
    }
}

/// A document with the text of every number in its place.
fn with_texts(json: &Json) -> Json {
    match json {
        Json::Number(found) => number(&found.to_string()),
        Json::Array(items) => items.iter().map(with_texts).collect(),
        Json::Object(entries) => {
            entries.iter().map(|(name, value)| (name.clone(), with_texts(value))).collect()
        }
        other => other.clone(),
    }
}

/// One key that takes everything.
#[derive(Config)]
#[config(app = "taker")]
struct Taker {
    /// Whatever stands there.
    whole: Option<Whole>,
}

fn load(folder: &Folder, document: &[u8]) -> Result<Option<Json>, Report> {
    let path = folder.file("a.json", document);
    let file = File::required(path).on_unknown(OnUnknown::Ignore);
    Taker::loader().source(file).load().map(|Taker { whole }| whole.map(|Whole(json)| json))
}

/// How a document can be spelled.
#[derive(Clone, Copy, Debug)]
enum Spelling {
    Compact,
    Spaced(&'static str),
    Escaped { upper: bool },
}

const SPELLINGS: [Spelling; 6] = [
    Spelling::Compact,
    Spelling::Spaced("  "),
    Spelling::Spaced("\t\r"),
    Spelling::Spaced("\n \r\n"),
    Spelling::Escaped { upper: false },
    Spelling::Escaped { upper: true },
];

impl Spelling {
    fn of(self, json: &Json) -> Vec<u8> {
        let mut bytes = Vec::new();
        let written = match self {
            Self::Compact => json.serialize(&mut Serializer::new(&mut bytes)),
            Self::Spaced(blank) => {
                let formatter = PrettyFormatter::with_indent(blank.as_bytes());
                json.serialize(&mut Serializer::with_formatter(&mut bytes, formatter))
            }
            Self::Escaped { upper } => {
                json.serialize(&mut Serializer::with_formatter(&mut bytes, Escaped { upper }))
            }
        };
        written.expect("it is JSON");
        bytes
    }
}

/// Every character of a text as an escape, those outside of the first plane as two.
struct Escaped {
    upper: bool,
}

impl Formatter for Escaped {
    fn write_string_fragment<W: io::Write + ?Sized>(&mut self, out: &mut W, text: &str) -> io::Result<()> {
        text.encode_utf16().try_for_each(|unit| match self.upper {
            true => write!(out, "\\u{unit:04X}"),
            false => write!(out, "\\u{unit:04x}"),
        })
    }

    fn write_char_escape<W: io::Write + ?Sized>(
        &mut self,
        out: &mut W,
        escape: CharEscape,
    ) -> io::Result<()> {
        CompactFormatter.write_char_escape(out, escape)
    }
}

fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        "[ -~]{0,12}",
        "[\0-\u{1f}\"\\\\/é\u{7f}\u{2028}\u{d7ff}\u{e000}\u{ffff}\u{10000}\u{10ffff}]{0,9}",
        ".{0,20}"
    ]
}

fn json() -> impl Strategy<Value = Json> {
    let scalar = prop_oneof![
        Just(Json::Null),
        any::<bool>().prop_map(Json::from),
        any::<i64>().prop_map(Json::from),
        any::<u64>().prop_map(Json::from),
        any::<i8>().prop_map(Json::from),
        any::<f64>().prop_map(Json::from),
        (-4.0..4.0).prop_map(Json::from),
        text().prop_map(Json::from),
        text().prop_map(Json::from),
    ];
    scalar.prop_recursive(6, 60, 20, |inner| {
        let entries = proptest::collection::vec((text(), inner.clone()), 0..20);
        prop_oneof![
            proptest::collection::vec(inner, 0..8).prop_map(Json::from),
            entries.prop_map(|entries| Json::Object(Map::from_iter(entries))),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn what_serde_json_writes_is_read_in_every_spelling(json in json()) {
        let folder = Folder::new();
        let document = serde_json::json!({"before": json, "whole": json});
        let wanted = Some(with_texts(&json)).filter(|json| *json != Json::Null);
        for spelling in SPELLINGS {
            let bytes = spelling.of(&document);
            let read = load(&folder, &bytes).map_err(|report| report.to_string());
            prop_assert_eq!(read, Ok(wanted.clone()), "{:?} {}", spelling, String::from_utf8_lossy(&bytes));
        }
    }

    #[test]
    fn what_is_cut_is_refused(json in json(), at in any::<prop::sample::Index>()) {
        let bytes = Spelling::Compact.of(&serde_json::json!({"whole": json}));
        let cut = &bytes[..at.index(bytes.len())];
        prop_assert!(load(&Folder::new(), cut).is_err(), "{}", String::from_utf8_lossy(cut));
    }
}

/// Why the document is not read; nothing, if it is.
fn refused(document: &[u8]) -> Option<String> {
    let report = load(&Folder::new(), document).err()?;
    let [problem] = report.problems() else { panic!("there is one problem: {report}") };
    assert_eq!(problem.code(), Code::Unreadable, "{report}");
    Some(problem.message().trim_start_matches("not valid JSON: ").to_owned())
}

#[test]
fn hostile_documents_are_refused() {
    const ESCAPE: &str = "an escape is not one that JSON has";
    const CONTROL: &str = "a text is not closed, or holds a control character";
    const NUMBER: &str = "a number is not one";
    const COMMA: &str = "a comma is missing";
    const LAST: &str = "a comma stands behind the last entry";
    const PLACE: &str = "something stands where it may not";
    const QUOTES: &str = "a text is not in quotes";
    const COMMENT: &str = "a comment, which JSON does not have";
    const TWICE: &str = "a name is there twice";
    for (value, what) in [
        // Halves of a character.
        ("\"\\ud800\"", ESCAPE),
        ("\"\\udc00\"", ESCAPE),
        ("\"\\udc00\\ud800\"", ESCAPE),
        ("\"\\ud800\\ud800\"", ESCAPE),
        ("\"\\ud800x\"", ESCAPE),
        ("\"\\ud800\\n\"", ESCAPE),
        ("\"\\ud83d\\u\"", ESCAPE),
        ("{\"\\udfff\": 1}", ESCAPE),
        // Escapes that there are not.
        ("\"\\U0041\"", ESCAPE),
        ("\"\\u00é\"", ESCAPE),
        ("\"\\'\"", ESCAPE),
        ("\"\\\n\"", ESCAPE),
        ("\"\\", ESCAPE),
        ("\"\\\"}", "a text is not closed"),
        // Control characters.
        ("\"\0\"", CONTROL),
        ("\"a\tb\"", CONTROL),
        ("\"\r\n\"", CONTROL),
        ("\"\\n\u{1f}\"", CONTROL),
        // Numbers.
        ("01", COMMA),
        ("-01", COMMA),
        ("00", COMMA),
        ("-", NUMBER),
        ("--1", NUMBER),
        ("+1", NUMBER),
        (".5", NUMBER),
        ("-.5", NUMBER),
        ("1.", NUMBER),
        ("1.e1", NUMBER),
        ("1e", NUMBER),
        ("1e+", NUMBER),
        ("0x10", NUMBER),
        ("-Infinity", NUMBER),
        ("NaN", PLACE),
        ("Infinity", PLACE),
        ("1_000", PLACE),
        // What other languages have.
        ("[1,]", LAST),
        ("{\"a\": 1,}", LAST),
        ("[,]", PLACE),
        ("[1,,2]", PLACE),
        ("1 // one", COMMENT),
        ("/* one */ 1", COMMENT),
        ("# one", PLACE),
        ("'x'", "a text is in single quotes"),
        ("x ", QUOTES),
        ("True ", QUOTES),
        ("nul ", QUOTES),
        ("nullx ", QUOTES),
        ("undefined ", QUOTES),
        // White space and marks that JSON does not have.
        ("\u{feff}1", "something stands outside of quotes"),
        ("\u{a0}1", "something stands outside of quotes"),
        ("\u{c}1", "something stands outside of quotes"),
        ("1\0", "something stands outside of quotes"),
        // Names.
        ("{\"a\": 1, \"a\": 1}", TWICE),
        ("{\"a\": 1, \"\\u0061\": 2}", TWICE),
        ("[{\"\": {}, \"\": {}}]", TWICE),
        ("{\"a\": 1}, \"whole\": 1", TWICE),
        ("{a: 1}", "a name is not in quotes"),
        ("{1: 1}", "a name is not in quotes"),
        ("{null: 1}", "a name is not in quotes"),
        ("{[]: 1}", PLACE),
        ("{\"a\"}", "a colon is missing behind a name"),
        // Brackets.
        ("[1}", PLACE),
        ("{\"a\": 1]", PLACE),
        ("1}}", "something stands behind the end"),
        ("1} {}", "something stands behind the end"),
        ("1} \u{feff}", "something stands outside of quotes"),
    ] {
        let document = format!("{{\"whole\": {value}}}");
        assert_eq!(refused(document.as_bytes()).as_deref(), Some(what), "{document}");
    }
    for document in ["", " \n", "\u{feff}", "\u{feff}\u{feff}{}", "{", "[", "\"", "{\"whole\"", "{\"whole\":"]
    {
        assert!(refused(document.as_bytes()).is_some(), "{document:?}");
    }
    for bytes in
        [&b"{\"whole\": \"\xff\"}"[..], b"{\"whole\": \"\xed\xa0\x80\"}", b"\xff\xfe{\0}\0", b"{\"\xc3"]
    {
        assert_eq!(refused(bytes).as_deref(), Some("is not UTF-8 text"), "{bytes:?}");
    }
}

#[test]
fn what_looks_hostile_and_is_json_is_read_as_it_stands() {
    for value in ["-0", "-0.0", "0e0", "1e999", "-1E+00", "1e-400", "0.10", "123456789012345678901234567890"]
    {
        let read = load(&Folder::new(), format!("{{\"whole\":{value}}}").as_bytes()).expect("it is JSON");
        assert_eq!(read, Some(number(value)));
    }
    for (text, wanted) in [
        ("\\u0000", "\0"),
        ("\u{7f}\u{2028}\u{feff}", "\u{7f}\u{2028}\u{feff}"),
        ("\\ud834\\uDD1E", "\u{1d11e}"),
        ("\\\\ud800", "\\ud800"),
        ("\\/\\u002f", "//"),
        ("\\uffff", "\u{ffff}"),
    ] {
        let read = load(&Folder::new(), format!("{{\"whole\":\"{text}\"}}").as_bytes()).expect("it is JSON");
        assert_eq!(read, Some(wanted.into()), "{text}");
    }
    let marked = "\u{feff}\r\n\t {\"whole\":true}\r\n";
    assert_eq!(load(&Folder::new(), marked.as_bytes()).expect("it is JSON"), Some(true.into()));
}

#[test]
fn the_limits_hold_to_the_level_and_the_value() {
    let nested =
        |levels: usize| format!("{{\"whole\":{}1{}}}", "[".repeat(levels - 1), "]".repeat(levels - 1));
    assert_eq!(refused(nested(128).as_bytes()), None);
    assert_eq!(refused(nested(129).as_bytes()).as_deref(), Some("it is nested too deep"));
    let tables =
        |levels: usize| format!("{{\"whole\":{}1{}", "{\"a\":".repeat(levels - 1), "}".repeat(levels));
    assert_eq!(refused(tables(128).as_bytes()), None);
    assert_eq!(refused(tables(129).as_bytes()).as_deref(), Some("it is nested too deep"));
    // A comma stands in front of every value but the first.
    let many = |commas: usize| format!("{{\"whole\":[1{}]}}", ",1".repeat(commas));
    assert_eq!(refused(many(500_000).as_bytes()), None);
    assert_eq!(refused(many(500_001).as_bytes()).as_deref(), Some("holds more than 500000 values"));
    let large = |bytes: usize| format!("{{\"whole\":\"{}\"}}", "x".repeat(bytes - 12));
    assert_eq!(refused(large(16 << 20).as_bytes()), None);
    assert_eq!(refused(large((16 << 20) + 1).as_bytes()).as_deref(), Some("is larger than 16 MiB"));
}

#[test]
fn no_document_takes_long() {
    /// Ten million steps take less, and the square of them hours.
    const LONG: Duration = Duration::from_secs(20);
    const SIZE: usize = 10_000_000;
    let of = |piece: &str| piece.repeat(SIZE / piece.len());
    let names: String = (0..400_000).map(|name| format!("\"{name}\":0,")).collect();
    let unknown = format!("{{{}{}{}}}", "\"a\":{".repeat(120), names.trim_end_matches(','), "}".repeat(120));
    for (what, document, is_read) in [
        ("nested lists", "[".repeat(100_000), false),
        ("nested lists, closed", "[".repeat(100_000) + &"]".repeat(100_000), false),
        ("nested tables", "{\"a\":".repeat(100_000), false),
        ("a text", format!("{{\"whole\":\"{}\"}}", of("x")), true),
        ("a text of other letters", format!("{{\"whole\":\"{}\"}}", of("日")), true),
        ("a text of escapes", format!("{{\"whole\":\"{}\"}}", of("\\u00e9")), true),
        ("a text of halves", format!("{{\"whole\":\"{}\"}}", of("\\ud83d\\ude00")), true),
        ("a text that is not closed", format!("{{\"whole\":\"{}", of("\\\"")), false),
        ("a text that is closed too late", format!("{{\"whole\":\"{}\\\"", of("\\\\")), false),
        ("a number", format!("{{\"whole\":{}}}", of("7")), true),
        ("blanks", format!("{{\"whole\":{}1}}", of(" \n")), true),
        ("a word", of("x"), false),
        ("minus signs", of("-"), false),
        ("empty lists", format!("{{\"whole\":[{}[]]}}", "[],".repeat(400_000)), true),
        ("texts with escapes", format!("{{\"whole\":[{}0]}}", "\"\\n\",".repeat(400_000)), true),
        ("texts behind one letter", format!("{{\"whole\":[\"é\",{}0]}}", "\"x\",".repeat(400_000)), true),
        ("lines behind one letter", format!("{{\"whole\":[\"é\",{}0]}}", "\n0,".repeat(400_000)), true),
        ("names", format!("{{\"whole\":{{{}}}}}", names.trim_end_matches(',')), true),
        ("names that no key reads", format!("{{{}}}", names.trim_end_matches(',')), true),
        ("names that no key reads, nested", unknown, true),
    ] {
        let start = Instant::now();
        assert_eq!(refused(document.as_bytes()).is_none(), is_read, "{what}");
        let took = start.elapsed();
        println!("{what}: {took:?}");
        assert!(took < LONG, "{what}: {took:?}");
    }
}
