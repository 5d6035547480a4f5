//! What the manifest says, in words.

use confident_core::{
    Kind,
    manifest::{self, Breach, Key, ListForm, Phrase, Range, Word, constraint::Unit},
};

use super::{ConstraintView, DefaultView, Doc, Empty, Literal, TypeRef, TypeView, WordView, value};

/// The first sentence, and the rest.
pub(super) fn doc(text: &str) -> Doc {
    let mut paragraphs = paragraphs(text).into_iter();
    let first = paragraphs.next().unwrap_or_default();
    let (summary, behind) = first.split_at(end_of_sentence(&first));
    let behind = behind.trim();
    let behind = (!behind.is_empty()).then(|| behind.to_owned());
    Doc { summary: summary.to_owned(), rest: behind.into_iter().chain(paragraphs).collect() }
}

/// The paragraphs, each on one line; an item of a list is one too.
fn paragraphs(text: &str) -> Vec<String> {
    let mut paragraphs = Vec::new();
    let mut paragraph = String::new();
    for line in text.lines().map(str::trim).chain([""]) {
        let begins = line.is_empty() || line.starts_with("- ") || line.starts_with("* ");
        if begins && !paragraph.is_empty() {
            paragraphs.push(std::mem::take(&mut paragraph));
        }
        if !paragraph.is_empty() {
            paragraph.push(' ');
        }
        paragraph.push_str(line);
    }
    paragraphs
}

/// Where the first sentence ends: behind a full stop with white space and no small letter behind it, which leaves
/// abbreviations alone.
fn end_of_sentence(paragraph: &str) -> usize {
    let ends = |at: usize| {
        let behind = &paragraph[at + 1..];
        let next = behind.trim_start();
        behind.len() > next.len() && !next.starts_with(char::is_lowercase)
    };
    let stops = paragraph.match_indices(['.', '!', '?']).map(|(at, _)| at);
    stops.into_iter().find(|at| ends(*at)).map_or(paragraph.len(), |at| at + 1)
}

/// The constraints, in the order in which a load checks them.
pub(super) fn constraints(key: &Key) -> Vec<ConstraintView> {
    let each = match key.kind {
        Kind::List { .. } => "each item ",
        Kind::Map { .. } => "each value ",
        _ => "",
    };
    let view = |kind: &str, words: String, code: &[&str], breach: Breach| ConstraintView {
        kind: kind.to_owned(),
        words,
        code: owned(code),
        symptom: breach.phrase().as_str().to_owned(),
    };
    let length = key.len().map(|length| {
        let unit = counted(key);
        let words = length.phrase(Phrase::new(), unit).as_str().to_owned();
        view("length", words, &[], Breach::Length(length, unit))
    });
    let range = key
        .range()
        .map(|range| view("range", format!("{each}{}", self::range(range)), &[], Breach::Range(range)));
    // The values of a secret stand in no document, not even those that it could have.
    let values = if key.is_secret { &[] } else { key.one_of() };
    let one_of =
        (!values.is_empty()).then(|| view("one_of", format!("{each}one of"), values, Breach::OneOf(values)));
    let format = key
        .format()
        .map(|format| view("format", format!("{each}{}", format.expected()), &[], Breach::Format(format)));
    let pattern = key.pattern().map(|pattern| {
        view("pattern", format!("{each}matches the pattern"), &[pattern], Breach::Pattern(pattern))
    });
    [length, range, one_of, format, pattern].into_iter().flatten().collect()
}

fn range(range: Range) -> String {
    match (range.min, range.max) {
        (Some(min), Some(max)) if range.excludes_max => format!("at least {min} and less than {max}"),
        (Some(min), Some(max)) => format!("from {min} to {max}"),
        (Some(min), None) => format!("at least {min}"),
        (None, Some(max)) if range.excludes_max => format!("less than {max}"),
        (None, Some(max)) => format!("at most {max}"),
        (None, None) => "any value".to_owned(),
    }
}

/// What the length of a key counts.
fn counted(key: &Key) -> Unit {
    let is_many = matches!(key.kind, Kind::List { .. } | Kind::Map { .. });
    if is_many { Unit::Items } else { Unit::Characters }
}

pub(super) fn owned(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}

pub(super) fn default(key: &Key) -> Option<DefaultView> {
    let text = key.default.filter(|_| !key.is_secret)?;
    let empty = match key.kind {
        Kind::List { .. } => "no items",
        Kind::Map { .. } => "no entries",
        _ => "empty text",
    };
    Some(DefaultView {
        text: text.to_owned(),
        is_empty: text.is_empty(),
        empty_words: if text.is_empty() { empty.to_owned() } else { String::new() },
        value: value::of(key.kind, text, &key.how),
    })
}

pub(super) fn empty(empty: manifest::Empty) -> (Empty, &'static str) {
    match empty {
        manifest::Empty::Value => (Empty::Value, "an empty variable is an empty value"),
        manifest::Empty::Error => (Empty::Error, "an empty variable is an error"),
        // What a type means by it is filled in before anyone sees a manifest.
        _ => (Empty::Unset, "an empty variable is the same as none"),
    }
}

/// What stands between items, as it is named in a sentence.
pub(super) fn separator(key: &Key) -> Option<String> {
    if !key.kind.is_many() {
        return None;
    }
    Some(match key.how.separator {
        b',' => "a comma".to_owned(),
        b';' => "a semicolon".to_owned(),
        b':' => "a colon".to_owned(),
        b' ' => "a space".to_owned(),
        b'\t' => "a tab".to_owned(),
        b'|' => "a vertical bar".to_owned(),
        other => format!("`{}`", char::from(other)),
    })
}

pub(super) fn words(kind: &Kind) -> Vec<WordView> {
    let view = |word: &Word| WordView { text: word.text.to_owned(), doc: doc(word.doc) };
    match kind.scalar() {
        Kind::Word(words) => words.iter().map(view).collect(),
        _ => Vec::new(),
    }
}

pub(super) fn type_of(kind: &Kind) -> TypeRef {
    TypeRef {
        anchor: type_view(kind).anchor,
        name: kind.name(),
        expected: kind.expected().as_str().to_owned(),
        literal: literal(kind),
    }
}

fn literal(kind: &Kind) -> Literal {
    match kind {
        Kind::Bool => Literal::Bool,
        Kind::Integer { .. } => Literal::Integer,
        Kind::Float { .. } => Literal::Float,
        Kind::List { .. } | Kind::Pair { .. } => Literal::List,
        Kind::Map { .. } => Literal::Table,
        Kind::Parsed { .. } | Kind::Structured { .. } => Literal::Any,
        _ => Literal::Text,
    }
}

/// The types in a kind, from the outside in.
pub(super) fn types(kind: &Kind) -> Vec<TypeView> {
    let mut types = vec![type_view(kind)];
    match kind {
        Kind::List { item, .. } => types.extend(self::types(item)),
        Kind::Map { value } => types.extend(self::types(value)),
        Kind::Pair { first, second } => {
            types.extend(self::types(first));
            types.extend(self::types(second));
        }
        _ => {}
    }
    types
}

fn type_view(kind: &Kind) -> TypeView {
    let (anchor, name, written) = match kind {
        Kind::Bool => {
            ("bool", "bool", "One of `true`, `false`, `yes`, `no`, `on`, `off`, `1` and `0`, in any case.")
        }
        Kind::Integer { .. } => (
            "integer",
            "whole number",
            "Decimal digits, such as `8080`, with a sign where the type has one. No other bases, no zeros in front.",
        ),
        Kind::Float { .. } => ("float", "decimal number", "A decimal number, such as `0.25` or `3`."),
        Kind::Char => ("character", "character", "One character, as it is."),
        Kind::Text | Kind::OsText => ("text", "text", "The text, as it is."),
        Kind::Path => ("path", "path", "The path, as it is."),
        Kind::Duration => (
            "duration",
            "duration",
            "Numbers with units, such as `30s`, `5m` or `1h30m`. A bare number is refused, unless the key has a \
             unit: then it counts in that.",
        ),
        Kind::ByteSize => (
            "size",
            "size",
            "A number with a unit, such as `512KiB`, `16MiB` or `1GiB`. A bare number counts bytes, or the unit of \
             the key. `MB` is refused, because programs disagree on how much it is.",
        ),
        Kind::Flag => (
            "flag",
            "flag",
            "`off`, `on`, or a share of those for whom it is asked, such as `25%` or `0.5%`, always the same ones. Behind \
             a comma, names for which it is on in any case, `allow alice bob`, and for which it is off, `deny eve`; \
             without a share, it is on for those that are allowed alone. With `until 2027-01-31` behind a comma it is \
             off for everyone after that day (UTC). A name with a blank or a comma in it stands in double quotes.",
        ),
        Kind::Address(_) => (
            "address",
            "network address",
            "An IP address, such as `192.0.2.1` or `2001:db8::1`; with a port `192.0.2.1:80` or `[2001:db8::1]:80`. \
             Names of hosts are not resolved.",
        ),
        Kind::Url => ("url", "url", "An absolute URL, such as `https://example.com`."),
        Kind::Word(_) => ("word", "word", "One of the words that the key lists."),
        Kind::List { form: ListForm::Unique, .. } => {
            ("set", "set", "Items as in a list, each of them once, in any order.")
        }
        Kind::List { .. } => (
            "list",
            "list",
            "Items with a comma between them, or what the key says in its place: `a,b`. An item with that character \
             in it stands in double quotes: `\"a,b\",c`. A JSON list works too, `[\"a\",\"b\"]`, and so does a \
             variable for each item, `NAME_0`, `NAME_1`. In a file, a list.",
        ),
        Kind::Map { .. } => (
            "map",
            "map",
            "Entries `name=value` with a comma between them, or what the key says in its place: `a=1,b=2`. In a file, \
             a table.",
        ),
        Kind::Pair { .. } => (
            "pair",
            "pair",
            "Two values with a comma between them, or what the key says in its place: `1,2`. In a file, a list of two.",
        ),
        Kind::Structured { .. } => (
            "structure",
            "structure",
            "JSON in a variable; in a file, the structure itself. What is in it, only the program knows.",
        ),
        // Types that read their own text, and what may come.
        _ => (
            "own",
            "type of the program",
            "Text that a type of the program reads; only it knows what is valid.",
        ),
    };
    TypeView { anchor: format!("type-{anchor}"), name: name.to_owned(), written: written.to_owned() }
}
