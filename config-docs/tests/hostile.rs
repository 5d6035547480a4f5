//! Text of a manifest cannot get out of its place in any document.
//!
//! Every text of a manifest is replaced by a hostile one, and each document is read by a parser that is not ours:
//! it must find the same structure as with a harmless text, and the text itself where that is a value. Each check has
//! a control: without escapes it sees the fault.

mod common;
mod promtool;
#[allow(dead_code)] // nothing is validated by it here
mod python;

use std::sync::LazyLock;

use common::Payments;
use comrak::{
    Arena, Options,
    nodes::{AstNode, NodeValue},
};
use confident::{Config, Dotenv, Manifest};
use confident_core::{
    Kind,
    manifest::{Attribute, Deprecated, Group, Item, Key, Nested, Removed, Rule, Word},
};
use confident_docs::{Format, View, document, document_without_escapes};
use proptest::prelude::*;

/// Stands at the end of every text, so that it can be found again.
const MARK: &str = "Zq9";
const HARMLESS: &str = "plainwordsZq9";

/// The document with harmless texts.
fn harmless(format: Format) -> &'static str {
    static DOCUMENTS: LazyLock<Vec<String>> = LazyLock::new(|| {
        let manifest = with(HARMLESS);
        Format::ALL.map(|format| document(&manifest, format)).into()
    });
    let at = Format::ALL.iter().position(|known| *known == format).expect("it is one of them");
    &DOCUMENTS[at]
}

fn leak<T>(value: T) -> &'static T {
    Box::leak(Box::new(value))
}

/// The manifest of the program with `text` in the place of each of its texts.
fn with(text: &str) -> Manifest {
    let text: &'static str = String::leak(text.to_owned());
    let mut manifest = *Payments::manifest();
    manifest.app = text;
    manifest.profiles = leak([text]);
    manifest.removed = leak([Removed { old: text, note: text }]);
    manifest.group = group(manifest.group, text);
    manifest
}

fn group(group: &'static Group, text: &'static str) -> &'static Group {
    let mut hostile = *group;
    hostile.doc = text;
    hostile.validate = group.validate.map(|_| text);
    let rule = |rule: &Rule| {
        let mut rule = *rule;
        (rule.message, rule.source) = (text, text);
        rule
    };
    hostile.rules = group.rules.iter().map(rule).collect::<Vec<_>>().leak();
    let item = |item: &'static Item| match item {
        Item::Key(key) => Item::Key(self::key(key, text)),
        Item::Nested(nested) => {
            Item::Nested(Nested { field: text, doc: text, group: self::group(nested.group, text), ..*nested })
        }
        other => *other,
    };
    hostile.items = group.items.iter().map(item).collect::<Vec<_>>().leak();
    leak(hostile)
}

fn key(key: &'static Key, text: &'static str) -> Key {
    let kind = match key.kind {
        Kind::Word(words) => {
            let word = |word: &Word| Word::new(word.text, text);
            leak(Kind::Word(words.iter().map(word).collect::<Vec<_>>().leak()))
        }
        kind => kind,
    };
    let is_text = matches!(key.kind, Kind::Text);
    let default = key.default.map(|default| if is_text { text } else { default });
    let mut attributes: Vec<Attribute> = key.attributes.iter().map(|found| attribute(found, text)).collect();
    let more = [
        Attribute::Owner(text),
        Attribute::Since(text),
        Attribute::Unit(text),
        Attribute::Tags(leak([text])),
        Attribute::Classification(text),
        Attribute::Retention(text),
        Attribute::Rotate(text),
        Attribute::ReviewBy(text),
        Attribute::Store(text),
        Attribute::MaxStale(text),
        Attribute::NotSecret(text),
    ];
    attributes.extend(more);
    Key { doc: text, kind, default, attributes: attributes.leak(), ..*key }
}

fn attribute(attribute: &Attribute, text: &'static str) -> Attribute {
    match attribute {
        // The length would refuse the example as a value.
        Attribute::Len(..) => Attribute::Len(0, None),
        Attribute::Pattern(_) => Attribute::Pattern(text),
        Attribute::Example(_) => Attribute::Example(text),
        Attribute::RequiredIn(_) => Attribute::RequiredIn(leak([text])),
        Attribute::Deprecated(old) => Attribute::Deprecated(leak(Deprecated {
            since: Some(text),
            note: Some(text),
            remove_in: Some(text),
            ..**old
        })),
        other => *other,
    }
}

type Pairs = Vec<(String, String)>;
type Parse = fn(&str) -> Result<Pairs, String>;

/// What the parsers of a format find in a document, flat.
fn parsers(format: Format) -> &'static [Parse] {
    match format {
        Format::Env => &[by_core, by_dotenvy],
        Format::Toml => &[by_toml],
        Format::Yaml | Format::Kubernetes => &[by_libyaml],
        _ => &[],
    }
}

fn by_core(text: &str) -> Result<Pairs, String> {
    let entries = Dotenv::parse(text).map_err(|bad| format!("{bad:?}"))?;
    Ok(entries.into_iter().map(|entry| (entry.name, entry.value)).collect())
}

fn by_dotenvy(text: &str) -> Result<Pairs, String> {
    dotenvy::from_read_iter(text.as_bytes()).collect::<Result<_, _>>().map_err(|error| error.to_string())
}

fn by_toml(text: &str) -> Result<Pairs, String> {
    fn flat(path: &str, value: &toml::Value, pairs: &mut Pairs) {
        match value {
            toml::Value::Table(table) => {
                table.iter().for_each(|(name, value)| flat(&format!("{path}.{name}"), value, pairs));
            }
            toml::Value::Array(items) => {
                items.iter().for_each(|value| flat(&format!("{path}[]"), value, pairs))
            }
            toml::Value::String(text) => pairs.push((path.to_owned(), text.clone())),
            other => pairs.push((path.to_owned(), format!("{other:?}"))),
        }
    }
    let table: toml::Table = text.parse().map_err(|error: toml::de::Error| error.to_string())?;
    let mut pairs = Vec::new();
    flat("", &toml::Value::Table(table), &mut pairs);
    Ok(pairs)
}

fn by_libyaml(text: &str) -> Result<Pairs, String> {
    use serde::Deserialize;
    fn flat(path: &str, value: &serde_norway::Value, pairs: &mut Pairs) {
        match value {
            serde_norway::Value::Mapping(table) => {
                for (name, value) in table {
                    flat(&format!("{path}.{}", name.as_str().unwrap_or("?")), value, pairs);
                }
            }
            serde_norway::Value::Sequence(items) => {
                items.iter().for_each(|value| flat(&format!("{path}[]"), value, pairs));
            }
            serde_norway::Value::String(text) => pairs.push((path.to_owned(), text.clone())),
            other => pairs.push((path.to_owned(), format!("{other:?}"))),
        }
    }
    let mut pairs = Vec::new();
    for (at, document) in serde_norway::Deserializer::from_str(text).enumerate() {
        let value = serde_norway::Value::deserialize(document).map_err(|error| error.to_string())?;
        flat(&at.to_string(), &value, &mut pairs);
    }
    Ok(pairs)
}

fn by_serde_json(text: &str) -> Result<Pairs, String> {
    fn flat(path: &str, value: &serde_json::Value, pairs: &mut Pairs) {
        match value {
            serde_json::Value::Object(table) => {
                table.iter().for_each(|(name, value)| flat(&format!("{path}.{name}"), value, pairs));
            }
            serde_json::Value::Array(items) => {
                items.iter().for_each(|value| flat(&format!("{path}[]"), value, pairs))
            }
            serde_json::Value::String(text) => pairs.push((path.to_owned(), text.clone())),
            other => pairs.push((path.to_owned(), other.to_string())),
        }
    }
    let value = serde_json::from_str(text).map_err(|error: serde_json::Error| error.to_string())?;
    let mut pairs = Vec::new();
    flat("", &value, &mut pairs);
    Ok(pairs)
}

/// The document with every setting that is commented out taken in. Of a choice, the variants exclude each other.
fn uncommented(text: &str) -> String {
    let line = |line: &str| {
        let bare = line.trim_start();
        match bare.strip_prefix('#') {
            Some(rest) if !rest.is_empty() && !rest.starts_with([' ', '#']) => {
                format!("{}{rest}", &line[..line.len() - bare.len()])
            }
            _ => line.to_owned(),
        }
    };
    let lines =
        text.split('\n').filter(|line| !line.starts_with("storage = ") && !line.starts_with("storage: \""));
    lines.map(line).collect::<Vec<_>>().join("\n")
}

/// Whether the document with hostile texts says the same as that with harmless ones.
fn check_values(format: Format, hostile: &str, text: &str) -> Result<(), String> {
    let harmless = harmless(format);
    for parse in parsers(format) {
        for form in [str::to_owned, uncommented] {
            let (wanted, found) = (parse(&form(harmless))?, parse(&form(hostile))?);
            if wanted.len() != found.len() {
                return Err(format!("{} entries in place of {}", found.len(), wanted.len()));
            }
            for ((wanted_name, wanted), (name, value)) in wanted.iter().zip(&found) {
                let is_plain =
                    |text: &str| text.chars().all(|char| char.is_ascii_alphanumeric() || "-:".contains(char));
                let is_right = match wanted.as_str() {
                    // What no spelling can say in every reader is left out of a .env file.
                    HARMLESS => value == text || (format == Format::Env && value.is_empty()),
                    // The name of a resource is made from that of the program.
                    wanted if wanted.contains("plainwords") => is_plain(value),
                    wanted => wanted == value,
                };
                if name != wanted_name || !is_right {
                    return Err(format!("{name} is {value:?} where {wanted_name} is {wanted:?}"));
                }
            }
        }
    }
    Ok(())
}

/// Everything but text in a document in Markdown, and its text.
fn structure(markdown: &str) -> Result<(Vec<String>, String), String> {
    fn walk<'a>(node: &'a AstNode<'a>, structure: &mut Vec<String>, text: &mut String) -> Result<(), String> {
        let plain = |id: &str| {
            id.chars().all(|char| char.is_ascii_lowercase() || char.is_ascii_digit() || char == '-')
        };
        match &node.data().value {
            NodeValue::Text(found) => text.push_str(found),
            NodeValue::Code(code) => text.push_str(&code.literal),
            NodeValue::SoftBreak | NodeValue::Paragraph | NodeValue::Document => {}
            NodeValue::HtmlInline(html) if html == "<code>" || html == "</code>" => {}
            NodeValue::HtmlInline(html) => {
                let id = html.strip_prefix("<a id=\"").and_then(|rest| rest.strip_suffix("\">"));
                match id {
                    Some(id) if plain(id) => structure.push("anchor".to_owned()),
                    _ if html == "</a>" => {}
                    _ => return Err(format!("HTML: {html}")),
                }
            }
            NodeValue::Link(link) => match link.url.strip_prefix('#') {
                Some(id) if plain(id) => structure.push("link".to_owned()),
                _ => return Err(format!("a link to {}", link.url)),
            },
            NodeValue::Heading(heading) => structure.push(format!("heading {}", heading.level)),
            other => structure.push(other.xml_node_name().to_owned()),
        }
        node.children().try_for_each(|child| walk(child, structure, text))
    }
    let arena = Arena::new();
    let mut options = Options::default();
    options.extension.table = true;
    options.extension.strikethrough = true;
    options.extension.tasklist = true;
    options.extension.footnotes = true;
    options.extension.math_dollars = true;
    let root = comrak::parse_document(&arena, markdown, &options);
    let (mut structure, mut text) = (Vec::new(), String::new());
    walk(root, &mut structure, &mut text)?;
    Ok((structure, text))
}

/// The text as a reader should see it, without white space and backticks.
fn seen(text: &str, spells_breaks: bool) -> String {
    let mut seen = String::new();
    for char in text.chars() {
        match char {
            '\n' if spells_breaks => seen.push_str("\\n"),
            '\r' if spells_breaks => seen.push_str("\\r"),
            '\t' if spells_breaks => seen.push_str("\\t"),
            '\u{85}' | '\u{2028}' | '\u{2029}' | '\u{b}' | '\u{c}' if !spells_breaks => {}
            ' ' | '\n' | '\r' | '\t' | '`' => {}
            char if char.is_control() || "\u{2028}\u{2029}\u{202e}\u{200b}\u{feff}".contains(char) => {
                seen.push_str(&format!("\\u{{{:x}}}", u32::from(char)));
            }
            char => seen.push(char),
        }
    }
    seen
}

fn check_markdown(format: Format, hostile: &str, text: &str) -> Result<(), String> {
    let (wanted, wanted_text) = structure(harmless(format))?;
    let (found, found_text) = structure(hostile)?;
    if let Some(at) = wanted.iter().zip(&found).position(|(one, two)| one != two) {
        return Err(format!("{} where {} should be", found[at], wanted[at]));
    }
    if wanted.len() != found.len() {
        return Err(format!("{} parts in place of {}", found.len(), wanted.len()));
    }
    // A text of several sentences is not everywhere shown as a whole.
    if !View::of(&with(text)).doc.rest.is_empty() {
        return Ok(());
    }
    let squeezed: String = found_text.chars().filter(|char| !char.is_whitespace() && *char != '`').collect();
    let (wanted, found) = (wanted_text.matches(MARK).count(), squeezed.matches(MARK).count());
    if wanted != found {
        return Err(format!("the text stands there {found} times in place of {wanted}"));
    }
    // A heading has the name of a field in it, in words.
    let words = |form: &str| form.replace(['_', '-'], "");
    let forms =
        [seen(text, false), seen(text, true), words(&seen(text, false))].map(|form| form.to_lowercase());
    for (at, _) in squeezed.match_indices(MARK) {
        let before = squeezed[..at + MARK.len()].to_lowercase();
        if !forms.iter().any(|form| before.ends_with(form)) {
            let shown: Vec<char> = before.chars().rev().take(60).collect();
            return Err(format!("the text is not what it was: {}", shown.iter().rev().collect::<String>()));
        }
    }
    Ok(())
}

/// The requests of a page, and whether nothing else in it means anything.
fn requests(page: &str) -> Result<Vec<&str>, String> {
    const ESCAPES: [&str; 12] =
        ["e", "-", "&", "(dq", "(aq", "(ga", "(ha", "(ti", "(bu", "fB", "fR", "\" Made"];
    let mut requests = Vec::new();
    for line in page.split('\n') {
        if line.starts_with('\'') {
            return Err(format!("a request: {line}"));
        }
        if line.starts_with('.') {
            requests.push(line.split(' ').next().unwrap_or_default());
        }
        let (mut rest, mut is_bold) = (line, false);
        while let Some(at) = rest.find('\\') {
            rest = &rest[at + 1..];
            let is_character =
                rest.strip_prefix("[u").and_then(|rest| rest.split_once(']')).is_some_and(|(digits, _)| {
                    (4..=6).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_hexdigit())
                });
            // A font is set and taken back, in turn.
            if rest.starts_with("fB") == is_bold && rest.starts_with('f') {
                return Err(format!("a font in {line}"));
            }
            is_bold ^= rest.starts_with('f');
            if !is_character && !ESCAPES.iter().any(|escape| rest.starts_with(escape)) {
                return Err(format!("an escape: \\{}", rest.chars().take(8).collect::<String>()));
            }
        }
        if line.chars().any(|char| !char.is_ascii() || char.is_ascii_control()) {
            return Err(format!("a character that is not ASCII: {line:?}"));
        }
    }
    // How many paragraphs there are depends on the text.
    requests.retain(|request| !matches!(*request, ".PP" | ".IP"));
    Ok(requests)
}

fn check_man(hostile: &str, _: &str) -> Result<(), String> {
    let (wanted, found) = (requests(harmless(Format::Man))?, requests(hostile)?);
    if wanted == found { Ok(()) } else { Err(format!("{found:?}")) }
}

/// An expression without the texts in it, and the texts.
fn expression(text: &str) -> Result<(String, Vec<String>), String> {
    let (mut outside, mut strings) = (String::new(), Vec::new());
    let mut chars = text.chars();
    while let Some(char) = chars.next() {
        if char != '\'' {
            outside.push(char);
            continue;
        }
        let mut string = String::new();
        loop {
            match chars.next().ok_or("a text does not end")? {
                '\'' => break,
                '\\' => {
                    let digits = match chars.next() {
                        Some('u') => 4,
                        Some('U') => 8,
                        other => return Err(format!("an escape: {other:?}")),
                    };
                    let code: String = chars.by_ref().take(digits).collect();
                    let code = u32::from_str_radix(&code, 16).map_err(|error| error.to_string())?;
                    string.push(char::from_u32(code).ok_or("no character")?);
                }
                char => string.push(char),
            }
        }
        strings.push(string);
    }
    Ok((outside, strings))
}

/// Documents of texts in which there are expressions, templates and Markdown.
fn check_texts(parse: Parse, format: Format, hostile: &str, text: &str) -> Result<(), String> {
    const BRACES: &str = "{{ \"{{\" }}";
    let (wanted, found) = (parse(harmless(format))?, parse(hostile)?);
    if wanted.len() != found.len() {
        return Err(format!("{} entries in place of {}", found.len(), wanted.len()));
    }
    // A text of several sentences is not everywhere shown as a whole.
    let is_one = View::of(&with(text)).doc.rest.is_empty();
    for ((wanted_name, wanted), (name, value)) in wanted.iter().zip(&found) {
        let is_right = match name.rsplit('.').next() {
            _ if name != wanted_name => false,
            Some("expr") => {
                let ((wanted, texts), (found, found_texts)) = (expression(wanted)?, expression(value)?);
                let texts: Vec<String> = texts.iter().map(|wanted| wanted.replace(HARMLESS, text)).collect();
                wanted == found && texts == found_texts
            }
            Some("content") => {
                // A cell too many is not shown, and the text that should be there is missing.
                let marks = |text: String| text.matches(MARK).count();
                let ((wanted, wanted_text), (found, text)) = (structure(wanted)?, structure(value)?);
                wanted == found && (!is_one || marks(wanted_text) == marks(text))
            }
            Some("uid") => value.chars().all(|char| char.is_ascii_alphanumeric() || "-_${}".contains(char)),
            _ => {
                let templates = |text: &str| text.matches("{{").count();
                let plain = value.replace(BRACES, "");
                let shown = seen(&value.replace(BRACES, "{{"), false);
                // Only these are templates of Prometheus.
                let is_template = name.contains(".labels.") || name.contains(".annotations.");
                (!is_template || templates(wanted) == templates(&plain))
                    && (!is_one || shown == seen(&wanted.replace(HARMLESS, text), false))
            }
        };
        if !is_right {
            return Err(format!("{name} is {value:?} where {wanted_name} is {wanted:?}"));
        }
    }
    Ok(())
}

fn check(format: Format, hostile: &str, text: &str) -> Result<(), String> {
    match format {
        Format::Markdown | Format::Runbook => check_markdown(format, hostile, text),
        Format::Man => check_man(hostile, text),
        Format::Prometheus => check_texts(by_libyaml, format, hostile, text),
        Format::Grafana => check_texts(by_serde_json, format, hostile, text),
        _ => check_values(format, hostile, text),
    }
}

/// Texts that mean something in one format or another.
const FRAGMENTS: [&str; 64] = [
    "-->",
    "<!--",
    "`",
    "``",
    "```",
    "|",
    "\\|",
    "\\",
    "\\\\",
    "\n",
    "\r\n",
    "\n\n",
    "\r",
    "{{",
    "}}",
    "{% if %}",
    "{#",
    "*/",
    "/*",
    "\"",
    "'",
    "\"\"\"",
    "'''",
    "${VAR}",
    "$(id)",
    "`id`",
    "$",
    "!",
    "\n.SH X",
    ".SH X",
    "'br",
    "\u{2028}",
    "\u{2029}",
    "\u{85}",
    "\u{0}",
    "\u{1b}[31m",
    "\u{202e}",
    "\u{200b}",
    "\u{feff}",
    "#",
    " #",
    "<script>",
    "</a>",
    "&amp;",
    "[x](javascript:y)",
    "![x](y)",
    "\nkey = 1",
    "\nKEY=1",
    "\na: b",
    "\n---\n",
    "\n  - x",
    "\t",
    "\\fB",
    "\\n",
    "*x*",
    "_x_",
    "~~x~~",
    "1. ",
    "- ",
    "    ",
    "\n[table]",
    ": ",
    "é",
    "]]>",
];

/// Texts each of which breaks a document that does not escape.
const CONTROLS: [(Format, &str); 17] = [
    (Format::Env, "\nKEY=1"),
    (Format::Env, "it's \"x"),
    (Format::Toml, "\nkey = 1"),
    (Format::Toml, "x\" # \\"),
    (Format::Yaml, "\nkey: 1"),
    (Format::Yaml, "\"x"),
    (Format::Kubernetes, "\nkey: 1"),
    (Format::Kubernetes, "\\x"),
    (Format::Man, "\n.SH X"),
    (Format::Man, "\\fBx"),
    (Format::Markdown, "a|b"),
    (Format::Markdown, "<script>"),
    (Format::Runbook, "\n# x"),
    (Format::Prometheus, "\"x"),
    (Format::Prometheus, "{{x}}"),
    (Format::Prometheus, "'x"),
    (Format::Grafana, "a|b"),
];

#[test]
fn without_escapes_every_check_sees_the_fault() {
    for (format, control) in CONTROLS {
        let text = format!("{control}{MARK}");
        let manifest = with(&text);
        let broken = check(format, &document_without_escapes(&manifest, format), &text);
        assert!(broken.is_err(), "{format} with {control:?} passes without escapes");
        assert_eq!(check(format, &document(&manifest, format), &text), Ok(()), "{format} with {control:?}");
    }
}

#[test]
fn every_fragment_stays_in_its_place() {
    for fragment in FRAGMENTS {
        let text = format!("{fragment}{MARK}");
        let manifest = with(&text);
        for format in Format::ALL {
            let found = check(format, &document(&manifest, format), &text);
            assert_eq!(found, Ok(()), "{format} with {fragment:?}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn hostile_text_stays_in_its_place(
        parts in proptest::collection::vec(prop_oneof![
            proptest::sample::select(&FRAGMENTS[..]).prop_map(str::to_owned),
            "[ -~]{0,4}",
            "[a-z ]{0,4}",
        ], 1..6),
    ) {
        let text = format!("{}{MARK}", parts.concat());
        let manifest = with(&text);
        for format in Format::ALL {
            let found = check(format, &document(&manifest, format), &text);
            prop_assert_eq!(found, Ok(()), "{} with {:?}", format, text);
        }
    }
}

/// Names are not checked by anyone where a manifest is read from a file.
mod names {
    use confident_core::{
        Manifest,
        manifest::{Group, Item, Key, Layout, Nested, Size},
    };

    macro_rules! program {
        ($name:ident, $segment:literal) => {
            pub(crate) mod $name {
                use super::*;

                const KEYS: [Key; 3] = [
                    Key::new($segment, 1, "A key."),
                    Key { is_secret: true, env: Some($segment), ..Key::new("secret", 2, "A secret.") },
                    Key { is_optional: true, aliases: &[$segment], ..Key::new("old", 3, "An old key.") },
                ];
                static INNER: Group = Group::new($segment, "A group.", &[Item::Key(KEYS[0])]);
                const NESTED: Nested =
                    Nested { group: &INNER, ..Nested::new(concat!($segment, "g"), 4, "A group.") };
                static GROUP: Group = Group::new(
                    $segment,
                    "A program.",
                    &[Item::Key(KEYS[0]), Item::Key(KEYS[1]), Item::Key(KEYS[2]), Item::Nested(NESTED)],
                );
                const SIZE: Size = Size::of(&GROUP);
                static LAYOUT: confident_core::layout!(SIZE) =
                    Layout::new($segment, &GROUP, confident_core::texts!($segment, &GROUP));
                pub(crate) static MANIFEST: Manifest =
                    LAYOUT.manifest($segment, &confident_core::carry!(b"", 0, &GROUP), &[]);
            }
        };
    }

    program!(harmless, "plain");
    program!(hostile, "x\ny = 1\n.SH z: `|` <b> \\ \"'#\u{202e}${A} [t](u)");
}

#[test]
fn hostile_names_stay_in_their_places() {
    let both =
        |format| (document(&names::harmless::MANIFEST, format), document(&names::hostile::MANIFEST, format));
    let (harmless, hostile) = both(Format::Env);
    let found = by_core(&hostile).expect("it is one");
    assert_eq!(found.len(), by_core(&harmless).expect("it is one").len());
    assert!(
        found
            .iter()
            .all(|(name, _)| name.chars().all(|char| char.is_ascii_alphanumeric() || "_.-".contains(char)))
    );
    for (format, parse) in [
        (Format::Toml, by_toml as Parse),
        (Format::Yaml, by_libyaml),
        (Format::Kubernetes, by_libyaml),
        (Format::Prometheus, by_libyaml),
    ] {
        let (harmless, hostile) = both(format);
        for form in [str::to_owned, uncommented] {
            let wanted = parse(&form(&harmless)).expect("it is one");
            let found = parse(&form(&hostile)).unwrap_or_else(|error| panic!("{format}: {error}\n{hostile}"));
            assert_eq!(wanted.len(), found.len(), "{format}: {found:?}");
        }
    }
    // A file holds the names as they are: what is in quotes is no other name.
    let segment = names::hostile::MANIFEST.group.items[0].segment();
    for (format, parse) in [(Format::Toml, by_toml as Parse), (Format::Yaml, by_libyaml)] {
        let found = parse(&document(&names::hostile::MANIFEST, format)).expect("it is one");
        assert!(found.iter().any(|(path, _)| path.ends_with(segment)), "{format}: {found:?}");
    }
    for format in [Format::Markdown, Format::Runbook] {
        let (harmless, hostile) = both(format);
        let (wanted, found) =
            (structure(&harmless).expect("it is one").0, structure(&hostile).expect("it is one").0);
        assert_eq!(wanted, found, "{format}");
    }
    let (harmless, hostile) = both(Format::Man);
    assert_eq!(requests(&harmless), requests(&hostile));
}

/// The templates of Prometheus are expanded when an alert fires; a mistake in one is found here.
#[test]
fn prometheus_reads_rules_of_hostile_texts() {
    let rules = |text: &str| document(&with(&format!("{text}{MARK}")), Format::Prometheus);
    let all: Vec<String> = FRAGMENTS.iter().map(|fragment| rules(fragment)).collect();
    let named = all.iter().enumerate().map(|(at, text)| (format!("{at}.yaml"), text.as_str()));
    let files = promtool::files("hostile", named);
    let check = |files: &[_]| promtool::promtool(["check", "rules"], files, "hostile texts in alert rules");
    let Some(found) = check(&files) else { return };
    assert!(found.is_ok(), "{found:?}");
    for broken in ["{{x}}", "'"] {
        let text = document_without_escapes(&with(&format!("{broken}{MARK}")), Format::Prometheus);
        let files = promtool::files("hostile", [("broken.yaml".to_owned(), text.as_str())]);
        assert!(check(&files).is_some_and(|found| found.is_err()), "{broken}");
    }
}

/// Some words are no texts in YAML, and some texts are no names in Kubernetes.
#[test]
fn the_name_of_a_program_makes_names_of_resources() {
    for (app, name) in [("no", "no"), ("7up", "app-7up"), ("", "app"), ("My App!", "my-app"), ("été", "t")]
    {
        let mut manifest = *Payments::manifest();
        manifest.app = app;
        let found = by_libyaml(&document(&manifest, Format::Kubernetes)).expect("it is YAML");
        let of = |path: &str| found.iter().find(|(found, _)| found == path).map(|(_, value)| value.as_str());
        assert_eq!(of("0.metadata.name"), Some(&*format!("{name}-config")), "{app}");
        assert_eq!(of("2.metadata.name"), Some(name), "{app}");
    }
}

/// People load such files with a shell, which runs what it reads.
#[cfg(unix)]
#[test]
fn a_shell_reads_what_a_reader_of_dotenv_files_reads() {
    use std::{path::PathBuf, process::Command};
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("hostile.env");
    for fragment in FRAGMENTS {
        let text = uncommented(&document(&with(&format!("{fragment}{MARK}")), Format::Env));
        std::fs::write(&path, &text).expect("the folder of the tests can be written");
        let script = r#". "$1" && printf '%s' "$PAYMENTS_RECEIPT_PREFIX""#;
        let output = Command::new("sh").env_clear().args(["-euc", script, "sh"]).arg(&path).output();
        let output = output.expect("there is a shell");
        let entries = by_core(&text).expect("it is one");
        let wanted = entries.iter().find(|(name, _)| name == "PAYMENTS_RECEIPT_PREFIX");
        assert!(output.stderr.is_empty(), "{fragment:?}: {}", String::from_utf8_lossy(&output.stderr));
        assert_eq!(
            Some(&*String::from_utf8_lossy(&output.stdout)),
            wanted.map(|(_, value)| &**value),
            "{fragment:?}"
        );
    }
}

/// Where there is a groff, it finds nothing to warn of, and prints each text as often as a harmless one.
#[cfg(unix)]
#[test]
fn groff_prints_what_the_page_says() {
    use std::{
        io::Write,
        process::{Command, Stdio},
    };
    let print = |page: &str| -> Option<String> {
        let mut groff = Command::new("groff")
            .args(["-man", "-Tascii", "-P-cbou", "-ww", "-rHY=0"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .ok()?;
        let mut stdin = groff.stdin.take().expect("it is piped");
        let page = page.to_owned();
        let writer = std::thread::spawn(move || stdin.write_all(page.as_bytes()));
        let output = groff.wait_with_output().expect("it was started");
        writer.join().expect("it does not panic").expect("groff reads all of it");
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        // Characters that ASCII does not have, and lines that cannot be broken, are no mistakes of the page.
        let said = said.lines().find(|line| {
            !line.contains("special character")
                && !line.contains("break line")
                && !line.contains("adjust line")
        });
        assert_eq!(said, None);
        Some(String::from_utf8_lossy(&output.stdout).split_whitespace().collect())
    };
    // A text of several sentences is not everywhere shown as a whole.
    let is_one = |fragment: &&&str| View::of(&with(&format!("{fragment}{MARK}"))).doc.rest.is_empty();
    for fragment in FRAGMENTS.iter().filter(is_one) {
        let Some(wanted) = print(harmless(Format::Man)) else {
            println!("there is no groff here");
            return;
        };
        let found =
            print(&document(&with(&format!("{fragment}{MARK}")), Format::Man)).expect("there was one before");
        assert_eq!(wanted.matches(MARK).count(), found.matches(MARK).count(), "{fragment:?}");
    }
}
