//! One text, the answers of published parsers, and ours: a load accepts a text with a value that at
//! least one of them gives, or refuses it and names a spelling to use.
//!
//! Run with `--nocapture` to see the table.

#![allow(clippy::unwrap_used)] // a test that cannot go on may stop

use std::{
    collections::BTreeMap,
    net::{IpAddr, SocketAddr},
    time::Duration,
};

use confident::{ByteSize, Config, Env, Root};
use serde_json::Value;

/// One input, with what the parsers made of it.
struct Row {
    input: String,
    accepted: Vec<Value>,
    distinct: u64,
}

fn rows(text: &str) -> Vec<Row> {
    let row = |line: &str| {
        let row: Value = serde_json::from_str(line).unwrap();
        let answers = row["answers"].as_array().unwrap().iter();
        Row {
            input: row["input"].as_str().unwrap().to_owned(),
            accepted: answers.filter_map(|answer| answer.get("value").cloned()).collect(),
            distinct: row["distinct_values"].as_u64().unwrap(),
        }
    };
    text.lines().map(row).collect()
}

/// What a load made of an input: the value as the data spells it, or the message of the report.
type Answer = Result<Value, String>;

fn load<R: Root>(input: &str) -> Result<R, String> {
    let loaded = R::loader().source(Env::from_pairs([("KEY", input)])).load();
    loaded.map_err(|report| {
        assert_eq!(report.problems().len(), 1, "{report}");
        let problem = &report.problems()[0];
        assert_eq!(problem.subject(), "KEY");
        problem.message().to_owned()
    })
}

/// A struct with one key of a type, and a load of it. An empty variable counts as a text here, for the
/// types that have an empty text. For the others it is no value, and the compiler refuses to call it
/// one: they are given a blank, which they refuse in the same words.
macro_rules! key {
    ($name:ident, $type:ty, $as_data:expr) => {
        fn $name(input: &str) -> Answer {
            #[derive(Config)]
            #[config(app = "coercion", prefix = "")]
            struct Settings {
                /// The key.
                key: $type,
            }
            let as_data: fn($type) -> Value = $as_data;
            let input = if input.is_empty() { " " } else { input };
            load::<Settings>(input).map(|settings| as_data(settings.key))
        }
    };
    ($name:ident, $type:ty, $as_data:expr, empty) => {
        fn $name(input: &str) -> Answer {
            #[derive(Config)]
            #[config(app = "coercion", prefix = "")]
            struct Settings {
                /// The key.
                #[config(empty = "value")]
                key: $type,
            }
            let as_data: fn($type) -> Value = $as_data;
            load::<Settings>(input).map(|settings| as_data(settings.key))
        }
    };
}

key!(load_bool, bool, Value::Bool);
key!(load_i128, i128, |value| value.to_string().into());
key!(load_f64, f64, |value| value.to_string().into());
key!(load_string, String, Value::String, empty);
key!(load_duration, Duration, |value| value.as_nanos().to_string().into());
key!(load_size, ByteSize, |value| value.bytes().to_string().into());
key!(load_ip, IpAddr, |value| value.to_string().into());
key!(load_socket, SocketAddr, |value| value.to_string().into());
key!(load_list, Vec<String>, |value| value.into(), empty);
key!(load_map, BTreeMap<String, String>, |value| serde_json::to_value(value).unwrap(), empty);
#[cfg(feature = "url")]
key!(load_url, confident::Url, |value| value.as_str().into());

/// Whether a parser's value is ours.
type Same = fn(&Value, &Value) -> bool;

fn is_equal(theirs: &Value, ours: &Value) -> bool {
    theirs == ours
}

/// Numbers are compared, not their spellings: `1000.0`, `1000` and `1e3` are one.
fn is_same_float(theirs: &Value, ours: &Value) -> bool {
    let float = |value: &Value| value.as_str().unwrap().parse::<f64>().unwrap();
    float(theirs).to_bits() == float(ours).to_bits()
}

/// Some parsers keep the text of a URL, others write it anew, others take it apart.
#[cfg(feature = "url")]
fn is_same_url(theirs: &Value, ours: &Value) -> bool {
    theirs == ours || theirs.get("href") == Some(ours)
}

/// What became of the inputs of one kind.
#[derive(Debug, Default, PartialEq)]
struct Counts {
    inputs: usize,
    /// Accepted, with a value that a parser gives.
    accepted: usize,
    /// Refused though parsers accept it, with a message that names a spelling.
    advised: usize,
    /// Refused as all parsers do, with a message that names a spelling too.
    refused: usize,
}

/// Compares, and lists in `mistakes` what must not be: a value that no parser gives, and a refusal
/// that leaves the reader without a spelling.
fn compare(kind: &Kind, mistakes: &mut Vec<String>) -> Counts {
    let mut counts = Counts::default();
    for row in rows(kind.data) {
        counts.inputs += 1;
        let input = &row.input;
        match (kind.load)(input) {
            Ok(ours) if row.accepted.iter().any(|theirs| (kind.same)(theirs, &ours)) => counts.accepted += 1,
            Ok(ours) => {
                let theirs = &row.accepted;
                mistakes.push(format!("{} {input:?}: {ours}, but parsers give {theirs:?}", kind.name));
            }
            Err(message) if !names_a_spelling(kind, input, &message) => {
                mistakes.push(format!("{} {input:?}: no spelling in: {message}", kind.name));
            }
            Err(_) if row.accepted.is_empty() => counts.refused += 1,
            Err(_) => counts.advised += 1,
        }
    }
    counts
}

/// Whether a word of the message, other than the input, is itself a value of the kind. In lists and
/// maps almost every text is, so there the message must show the form.
fn names_a_spelling(kind: &Kind, input: &str, message: &str) -> bool {
    let advice = message.replace(&format!("\"{input}\""), "");
    if matches!(kind.name, "list" | "map") {
        return ["name=value", "[\"a\",\"b\"]", "\"\""].iter().any(|form| advice.contains(form));
    }
    let is_edge = |char: char| matches!(char, ',' | ';' | '"' | '(' | ')');
    let mut words = advice.split_ascii_whitespace().map(|word| word.trim_matches(is_edge));
    words.any(|word| !word.is_empty() && word != input && (kind.load)(word).is_ok())
}

struct Kind {
    name: &'static str,
    data: &'static str,
    load: fn(&str) -> Answer,
    same: Same,
    known: Counts,
}

macro_rules! kinds {
    ($($(#[$attribute:meta])* $name:literal $load:ident $same:ident
       $inputs:literal = $accepted:literal + $advised:literal + $refused:literal;)*) => {
        [$($(#[$attribute])* Kind {
            name: $name,
            data: include_str!(concat!("data/coercion/", $name, ".jsonl")),
            load: $load,
            same: $same,
            known: Counts { inputs: $inputs, accepted: $accepted, advised: $advised, refused: $refused },
        }),*]
    };
}

#[test]
fn no_value_differs_from_those_of_all_parsers() {
    // The counts are exact, so that a change of a grammar is seen.
    let kinds = kinds! {
        "bool" load_bool is_equal 32 = 12 + 20 + 0;
        "int" load_i128 is_equal 35 = 11 + 19 + 5;
        "float" load_f64 is_same_float 20 = 8 + 11 + 1;
        "string" load_string is_equal 22 = 22 + 0 + 0;
        "duration" load_duration is_equal 189 = 95 + 82 + 12;
        "bytes" load_size is_equal 156 = 26 + 120 + 10;
        "ip" load_ip is_equal 24 = 2 + 2 + 20;
        "socket_addr" load_socket is_equal 24 = 5 + 7 + 12;
        "list" load_list is_equal 22 = 18 + 4 + 0;
        "map" load_map is_equal 12 = 4 + 6 + 2;
        #[cfg(feature = "url")] "url" load_url is_same_url 32 = 16 + 14 + 2;
    };
    let mut mistakes = Vec::new();
    println!("kind         inputs  accepted  refused with advice  refused like everyone  differs or silent");
    for kind in kinds {
        let before = mistakes.len();
        let counts = compare(&kind, &mut mistakes);
        let Counts { inputs, accepted, advised, refused } = counts;
        let wrong = mistakes.len() - before;
        println!("{:<12} {inputs:>6} {accepted:>9} {advised:>20} {refused:>22} {wrong:>18}", kind.name);
        if counts != kind.known {
            mistakes.push(format!("{}: {counts:?}, not {:?}", kind.name, kind.known));
        }
    }
    assert!(mistakes.is_empty(), "\n{}", mistakes.join("\n"));
}

#[test]
fn what_all_parsers_agree_on_is_accepted_or_has_an_exact_spelling() {
    // One value among all parsers that accept the text, and yet refused: each for a reason.
    let refused = |kind: &str, data, load: fn(&str) -> Answer| {
        let refused = |row: &Row| row.distinct == 1 && load(&row.input).is_err();
        let inputs = rows(data).into_iter().filter(refused).map(|row| row.input).collect::<Vec<_>>();
        println!("{kind}: {inputs:?}");
        inputs
    };
    // `y` is the one word that would make the list longer.
    assert_eq!(refused("bool", include_str!("data/coercion/bool.jsonl"), load_bool), ["y"]);
    // No whole numbers in decimal, or (007) octal to others.
    assert_eq!(
        refused("int", include_str!("data/coercion/int.jsonl"), load_i128),
        ["123x", "", "007", "1,000", "1.0", "１", "  ", "0x", "1u16", "5#"]
    );
    assert_eq!(
        refused("float", include_str!("data/coercion/float.jsonl"), load_f64),
        ["1e", "1.5.5", "  ", "50%", ".nan", "1d"]
    );
    assert_eq!(
        refused("socket_addr", include_str!("data/coercion/socket_addr.jsonl"), load_socket),
        [
            ":80",
            "localhost:80",
            "[fe80::1%eth0]:80",
            "example.com:443",
            "127.0.0.1: 80",
            "127.0.0.1:80 ",
            "0177.0.0.1:80"
        ]
    );
    assert_eq!(refused("list", include_str!("data/coercion/list.jsonl"), load_list), [""; 0]);
    assert_eq!(
        refused("map", include_str!("data/coercion/map.jsonl"), load_map),
        ["{a=1}", "=1", "a=1,a=2", "{a: 1}"]
    );
}

/// Every width gives the number of the parsers, or nothing.
#[test]
fn no_integer_is_cut_to_its_width() {
    macro_rules! widths {
        ($($type:ident)*) => {$({
            key!(load_integer, $type, |value| value.to_string().into());
            for row in rows(include_str!("data/coercion/int.jsonl")) {
                if let Ok(ours) = load_integer(&row.input) {
                    assert!(row.accepted.contains(&ours), "{} {:?}: {ours}", stringify!($type), row.input);
                }
            }
        })*};
    }
    widths!(u8 u16 u32 u64 u128 usize i8 i16 i32 i64 i128 isize);
}
