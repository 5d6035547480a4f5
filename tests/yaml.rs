//! Documents in YAML: the parser sees none of their texts, and all of them are read as if it did.

#![cfg(feature = "yaml")]

#[path = "common/yaml.rs"]
mod reference;

use confident::{Node, NodeValue, fuzzing};
use proptest::prelude::*;
use reference::agree;

/// What means something to YAML, and a little that does not.
const PIECES: &[&str] = &[
    " ",
    "  ",
    "\n",
    "\n  ",
    "\n ",
    "\r\n",
    "\r",
    "\t",
    ": ",
    ":",
    "- ",
    "-",
    "? ",
    "?",
    ", ",
    ",",
    "[",
    "]",
    "{",
    "}",
    "#",
    " # x\n",
    "&a ",
    "&b ",
    "*a",
    "*b ",
    "!",
    "!!str ",
    "!!int ",
    "!e!str ",
    "!<x> ",
    "| ",
    "|\n",
    "|-\n ",
    "|+2\n  ",
    ">\n  ",
    ">1-\n",
    ">+\n\n ",
    "'",
    "''",
    "\"",
    "\\",
    "\\n",
    "\\x41",
    "\\u00e9",
    "\\ud800",
    "\\\n",
    "\\ ",
    "%",
    "%YAML 1.2\n",
    "%TAG !e! tag:yaml.org,2002:\n",
    "---\n",
    "--- ",
    "...\n",
    "...",
    "@",
    "`",
    ".",
    "a",
    "b: ",
    "b",
    "é",
    "€ ",
    "\u{feff}",
    "\u{85}",
    "\u{2028}",
    "\0",
    "0",
    "0x1f",
    "1.5e3",
    "true",
    "null",
    "~",
    "=",
    "<<: ",
    "\u{7}",
    "x: y\n",
    "- x\n",
    "x:\n  y: |\n",
    "\"a\": ",
    "'a':b",
];

fn soup() -> impl Strategy<Value = String> {
    prop::collection::vec(prop::sample::select(PIECES), 0..14).prop_map(|pieces| pieces.concat())
}

/// Lines that a text might have.
fn lines() -> impl Strategy<Value = Vec<String>> {
    prop::collection::vec("[ \t]{0,3}[-a#:é,.%'\"\\\\{|&!> ]{0,8}", 1..6)
}

/// A text in one of the styles, in a place where it can be.
fn text() -> impl Strategy<Value = String> {
    let end = prop::sample::select(vec!["\n", "\r\n", "\n\n", "\r"]);
    let head = prop::sample::select(vec!["", "-", "+", "1", "2-", "+1", " # x", "-\t# |"]);
    let place = prop::sample::select(vec![
        ("", "\n"),
        ("a: ", "\nb: c\n"),
        ("a:\n  - b\n  - ", "\n  - c"),
        ("[a, ", " , b]"),
        ("{a: ", " , b: c}"),
        ("a: &x # c\n  !!str ", "\nb: *x"),
        ("--- ", "\n...\n"),
        ("é: ü\na: ", ""),
    ]);
    let style = prop::sample::select(vec!["", "'", "\"", "|", ">"]);
    (lines(), end, head, place, style, 0usize..4).prop_map(
        |(lines, end, head, (before, after), style, indent)| {
            let lines = lines.join(&format!("{end}{}", " ".repeat(indent)));
            match style {
                "'" => format!("{before}'{}'{after}", lines.replace('\'', "''")),
                "\"" => format!("{before}\"{}\"{after}", lines.replace('\\', "\\\\").replace('"', "\\\"")),
                "|" | ">" => format!("{before}{style}{head}{end}{}{lines}{after}", " ".repeat(indent)),
                _ => format!("{before}{lines}{after}"),
            }
        },
    )
}

/// A document with everything that a configuration may have.
const DOCUMENT: &str = include_str!("data/everything.yaml");

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn whatever_the_document_is_it_is_read_as_by_the_parser(document in prop_oneof![soup(), "\\PC{0,20}"]) {
        agree(&document);
    }

    #[test]
    fn every_text_is_read_as_by_the_parser(document in text()) {
        agree(&document);
    }

    #[test]
    fn a_document_with_something_else_in_it_is_read_as_by_the_parser(
        at in 0..DOCUMENT.chars().count(), cut in 0usize..3, piece in prop::sample::select(PIECES),
    ) {
        let chars = || DOCUMENT.chars();
        let before: String = chars().take(at).collect();
        let behind: String = chars().skip(at + cut).collect();
        agree(&format!("{before}{piece}{behind}"));
    }

    #[test]
    fn the_parser_sees_no_letter_of_a_document(document in prop_oneof![soup(), text(), "\\PC{0,40}"]) {
        let seen = fuzzing::seen_of_yaml(&document);
        prop_assert_eq!(seen.chars().count(), document.chars().count());
        let words = seen.split(|char: char| !char.is_alphanumeric()).filter(|word| !word.is_empty());
        for word in words.filter(|_| !document.contains('%')) {
            prop_assert!(word.chars().all(|char| "xuUaq0123456789".contains(char)), "{:?} of {:?}", word, document);
        }
    }
}

#[test]
fn most_of_the_random_texts_are_documents() {
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let mut count = |strategy: BoxedStrategy<String>| {
        let documents = (0..500).map(|_| strategy.new_tree(&mut runner).expect("there is one").current());
        documents.filter(|document| agree(document)).count()
    };
    let (soups, texts) = (count(soup().boxed()), count(text().boxed()));
    assert!(soups > 25 && texts > 250, "{soups} {texts}");
}

#[test]
fn a_document_with_everything_is_read() {
    assert!(agree(DOCUMENT));
}

#[test]
fn of_a_text_the_parser_sees_its_layout() {
    for (document, seen) in [
        ("password: aB3-é/+=:x#y", "xxxxxxxx: xxxxxxxxxxxx"),
        ("a: 'it''s {x}: y'", "x: 'xx''x {x}: x'"),
        (r#"a: "\u00e9\n\\\x4\-""#, r#"x: "\u0000\a\\\x0\q""#),
        ("a: |2- # c\n   -----BEGIN x: y-----", "x: |2- # x\n   -xxxxxxxxx x: xxxxxx"),
        ("&name !!str *x", "&xxxx !xxxx *x"),
        ("%YAML 1.2\n---\n%YAML 1.2", "%YAML 1.2\n---\n%xxxx xxx"),
        ("%é\n---\né", "%^\n---\nx"),
        ("a:\t/b", "x:\t=x"),
    ] {
        assert_eq!(fuzzing::seen_of_yaml(document), seen, "{document}");
    }
}

#[test]
fn tags_are_those_of_the_directives_of_the_document() {
    for (document, is_read) in [
        ("%TAG !e! tag:yaml.org,2002:\n---\na: !e!str 5\nb: !!int 5\n", true),
        ("%TAG ! tag:yaml.org,2002:\n--- !map\na: !str 5\n", true),
        ("# x\n\n%YAML 1.2\n%TAG !! tag:yaml.org,2002: # x\n%FOO x\n---\na: !!str 5\n", true),
        ("%TAG !! tag:example.org,2002:\n---\na: !!str 5\n", false),
        ("%TAG !e! tag:yaml.org,2002:\n---\na: !f!str 5\n", false),
        ("%TAG !e! x\n%TAG !e! y\n---\na: b\n", false),
        ("%YAML 1.2\n%YAML 1.2\n---\na: b\n", false),
        ("%YAML 1\n---\na: b\n", false),
        ("a: b\n%TAG !e! tag:yaml.org,2002:\n", false),
        ("a: !!str! 5\n", false),
        ("a: !e!str 5\n", false),
        ("a: !<tag:yaml.org,2002:str> 5\n", false),
        ("a: ! 5\n", true),
    ] {
        assert_eq!(agree(document), is_read, "{document}");
    }
}

/// The parser counts the bytes of it, and all that follows is further behind to it than it is.
#[test]
fn a_directive_with_long_characters_moves_nothing() {
    assert_eq!(texts("%é €\n---\na: b\nc: 'd'\n"), ["b", "d"]);
}

#[test]
fn a_comment_in_the_middle_of_a_text_is_refused() {
    let said = fuzzing::yaml("a:\n  b: {c: d\n\t# x\n   e}\n", |read| read.map(drop));
    assert_eq!(said, Err("not valid YAML: a comment interrupts a text"));
}

/// The scalars of a document.
fn texts(document: &str) -> Vec<String> {
    fn collect(node: &Node<'_>, texts: &mut Vec<String>) {
        match &node.value {
            NodeValue::Text(text) | NodeValue::Literal { text, .. } => texts.push(text.to_string()),
            NodeValue::List(items) => items.iter().for_each(|item| collect(item, texts)),
            NodeValue::Table(entries) => entries.iter().for_each(|(_, node)| collect(node, texts)),
            _ => {}
        }
    }
    fuzzing::yaml(document, |read| {
        let mut texts = Vec::new();
        collect(&read.expect("it is a document"), &mut texts);
        texts
    })
}

#[test]
fn anchors_whose_names_are_of_one_length_are_told_apart() {
    let document = "a: &one 1\nb: &two 2\nc: [*one, *two]\nd: &one [&one 3]\ne: *one\n";
    assert!(agree(document));
    assert_eq!(texts(document), ["1", "2", "1", "2", "3", "3"]);
    assert!(!agree("a: &one 1\nb: *two\n"));
    assert!(!agree("a: &one [*one]\n"));
}
