//! The values of one key.

use confident_core::{
    Kind,
    grammar::{Format, How, Scalar, scalar},
    manifest::{Address, Key, ListForm, Word},
};
use serde_json::{Map, Number, Value, json};

use super::ecma;
use crate::{plain, view::FileValue};

/// White space that a grammar leaves away around a value.
const SPACE: &str = "[\\t\\n\\f\\r ]*";
const IPV4: &str =
    "(?:(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])\\.){3}(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])";
const IPV6: &str = "[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*";
const PORT: &str = "0*(?:6553[0-5]|655[0-2][0-9]|65[0-4][0-9]{2}|6[0-4][0-9]{3}|[1-5][0-9]{4}|[0-9]{1,4})";
const NUMBER: &str = "[0-9]+(?:\\.[0-9]+)?";

/// What values of a key are; `comments` get what cannot be said.
pub(super) fn key(key: &'static Key, comments: &mut Vec<String>) -> Map<String, Value> {
    let limits = Limits {
        key,
        // The values of a secret stand in no document, not even those that it could have.
        one_of: if key.is_secret { &[] } else { key.one_of() },
        pattern: key.pattern().and_then(|pattern| {
            let translated = ecma::translated(pattern);
            if translated.is_none() {
                comments.push(format!("matches the pattern {pattern} of Rust, which cannot be said here"));
            }
            translated
        }),
    };
    let mut forms = limits.forms(key.kind, &key.how, true);
    if forms.iter().any(|form| form.as_object().is_some_and(Map::is_empty)) {
        comments.push("only the program knows what is in it".to_owned());
        return Map::new();
    }
    let mut schema = Map::new();
    // Nothing is the same as no key.
    match forms.as_mut_slice() {
        [Value::Object(only)]
            if only.get("type").is_some_and(Value::is_string) && only.get("enum").is_none() =>
        {
            let kind = only.remove("type").unwrap_or_default();
            schema.insert("type".into(), json!([kind, "null"]));
            schema.append(only);
        }
        _ => {
            forms.push(json!({ "type": "null" }));
            schema.insert("anyOf".into(), forms.into());
        }
    }
    schema
}

/// One of the words of a closed set.
pub(super) fn word(words: &[Word]) -> Value {
    let one = |word: &Word| json!({ "const": word.text, "description": plain::line(word.doc) });
    let patterns: Vec<String> = words.iter().map(|word| any_case(word.text)).collect();
    json!({ "anyOf": [
        { "oneOf": words.iter().map(one).collect::<Vec<_>>() },
        { "type": "string", "pattern": format!("^{SPACE}(?:{}){SPACE}$", patterns.join("|")) },
    ] })
}

/// The pattern of a word as it may be written.
pub(super) fn word_pattern(word: &str) -> String {
    format!("^{SPACE}{}{SPACE}$", any_case(word))
}

/// The texts that a load takes for a truth value.
pub(super) fn bool_pattern(wanted: bool) -> String {
    let words = confident_core::value::BOOL_WORDS;
    let words = words.iter().filter(|(_, value)| *value == wanted).map(|(word, _)| any_case(word));
    format!("^{SPACE}(?:{}){SPACE}$", words.collect::<Vec<_>>().join("|"))
}

/// The name of a text form that many keys have.
pub(super) fn text_form(schema: &Value) -> Option<&'static str> {
    let Value::Object(all) = schema else { return None };
    if all.len() != 2 || all.get("type")? != "string" {
        return None;
    }
    let forms = [
        ("bool-as-text", any_bool_pattern()),
        ("integer-as-text", integer_pattern()),
        ("number-as-text", float_pattern()),
        ("duration", duration_pattern(false)),
        ("duration-or-number", duration_pattern(true)),
        ("size", size_pattern()),
    ];
    let pattern = all.get("pattern")?.as_str()?;
    forms.into_iter().find(|(_, known)| known == pattern).map(|(name, _)| name)
}

fn any_bool_pattern() -> String {
    format!("{}|{}", bool_pattern(true), bool_pattern(false))
}

fn integer_pattern() -> String {
    format!("^{SPACE}[+-]?(?:0|[1-9][0-9]*){SPACE}$")
}

fn float_pattern() -> String {
    format!("^{SPACE}[+-]?(?:[0-9]+\\.?[0-9]*|\\.[0-9]+)(?:[eE][+-]?[0-9]+)?{SPACE}$")
}

/// Numbers with units, from large to small; a bare number where the key has a unit, else only zero.
fn duration_pattern(has_unit: bool) -> String {
    const UNITS: [&str; 8] = [
        "weeks?|w",
        "days?|d",
        "hours?|hr|h",
        "minutes?|mins?|m",
        "seconds?|secs?|s",
        "millis|msec|ms",
        "usec|us|\u{b5}s|\u{3bc}s",
        "nsec|ns",
    ];
    let units = UNITS.map(|names| format!("(?:{NUMBER}{SPACE}(?:{names}){SPACE})?")).concat();
    let bare = if has_unit { NUMBER } else { "0+(?:\\.0+)?" };
    format!("^{SPACE}(?:(?=[0-9]){units}|{bare}{SPACE})$")
}

fn size_pattern() -> String {
    format!("^{SPACE}{NUMBER}{SPACE}(?:B|(?:Ki|Mi|Gi|Ti|Pi|Ei)B?)?{SPACE}$")
}

/// The form of a flag. That a name is there once, and a day there at all, is left to the load.
fn flag_pattern() -> String {
    const BLANKS: &str = "[ \\t\\n\\f\\r]+";
    // In double quotes everything but these and control characters, else what shows in ASCII but quotes and commas.
    const NAME: &str = "(?:\"[^\"\\x00-\\x1f\\x7f]+\"|[!#-+\\x2d-~]+)";
    const DATE: &str = "[0-9]{4}-[0-9]{2}-[0-9]{2}";
    let words = ["on", "off", "true", "false"].map(any_case).join("|");
    let share = format!("(?:{words}|{NUMBER}{SPACE}%)");
    let names = |word: &str| format!("{word}(?:{BLANKS}{NAME})+");
    let comma = format!("{SPACE},{SPACE}");
    let (allow, deny) = (names("allow"), names("deny"));
    format!(
        "^{SPACE}(?:{share}(?:{comma}{allow})?|{allow})(?:{comma}{deny})?(?:{comma}until{BLANKS}{DATE})?{SPACE}$"
    )
}

/// A value of a file in JSON.
pub(super) fn value(value: &FileValue) -> Value {
    match value {
        FileValue::Bool(value) => (*value).into(),
        FileValue::Number(digits) => serde_json::from_str(digits).unwrap_or_else(|_| digits.as_str().into()),
        FileValue::Text(text) => text.as_str().into(),
        FileValue::List(values) => values.iter().map(self::value).collect(),
        FileValue::Table(entries) => entries
            .iter()
            .map(|(name, value)| (name.clone(), self::value(value)))
            .collect::<Map<_, _>>()
            .into(),
    }
}

struct Limits {
    key: &'static Key,
    one_of: &'static [&'static str],
    pattern: Option<String>,
}

impl Limits {
    /// The forms in which values of a kind stand in a document.
    fn forms(&self, kind: &Kind, how: &How, is_whole: bool) -> Vec<Value> {
        match kind {
            Kind::Bool => vec![json!({ "type": "boolean" }), matching(&any_bool_pattern())],
            Kind::Integer { signed, bits, nonzero } => {
                let mut form = self.numbers("integer", kind, how);
                let least = if *signed { i128::MIN >> (128 - u32::from(*bits)) } else { 0 };
                let most = u128::MAX >> (128 - u32::from(*bits) + u32::from(*signed));
                let has = |form: &Map<String, Value>, name: &str| form.contains_key(name);
                if !has(&form, "minimum") && *bits <= 64 {
                    form.insert("minimum".into(), integer(least));
                }
                if !has(&form, "maximum") && !has(&form, "exclusiveMaximum") && *bits <= 64 {
                    form.insert("maximum".into(), integer(most.min(u128::from(u64::MAX)) as i128));
                }
                if *nonzero {
                    form.insert("not".into(), json!({ "const": 0 }));
                }
                vec![form.into(), matching(&integer_pattern())]
            }
            Kind::Float { .. } => vec![self.numbers("number", kind, how).into(), matching(&float_pattern())],
            Kind::Char => vec![json!({ "type": "string", "minLength": 1, "maxLength": 1 })],
            Kind::Text | Kind::OsText | Kind::Path => vec![self.text(is_whole)],
            Kind::Url => vec![json!({ "type": "string", "minLength": 1 })],
            Kind::Duration => {
                let number = if how.unit.is_some() { self.counted(how) } else { json!({ "const": 0 }) };
                vec![matching(&duration_pattern(how.unit.is_some())), number]
            }
            Kind::ByteSize => vec![matching(&size_pattern()), self.counted(how)],
            Kind::Flag => vec![json!({ "type": "boolean" }), matching(&flag_pattern())],
            Kind::Address(address) => vec![matching(&format!("^(?:{})$", address_pattern(*address)))],
            Kind::Word(words) => {
                let allowed =
                    words.iter().filter(|word| self.one_of.is_empty() || self.one_of.contains(&word.text));
                vec![word(&allowed.copied().collect::<Vec<_>>())]
            }
            Kind::List { item, form } => {
                let mut list = json!({ "type": "array", "items": any(self.forms(item, &how.item(), false)) });
                let (least, most) = match form {
                    ListForm::Exactly(count) => (*count, Some(*count)),
                    _ => self
                        .key
                        .len()
                        .filter(|_| is_whole)
                        .map_or((0, None), |length| (length.min, length.max)),
                };
                bound(&mut list, "minItems", "maxItems", least, most);
                vec![list, json!({ "type": "string" })]
            }
            Kind::Pair { first, second } => {
                // Constraints do not look into pairs.
                let free = Limits { key: &FREE, one_of: &[], pattern: None };
                let how = how.item();
                let both = [any(free.forms(first, &how, false)), any(free.forms(second, &how, false))];
                vec![
                    json!({ "type": "array", "prefixItems": both, "minItems": 2, "maxItems": 2 }),
                    json!({ "type": "string" }),
                ]
            }
            Kind::Map { value } => {
                let mut map = json!({ "type": "object", "additionalProperties": any(self.forms(value, &how.item(), false)) });
                let (least, most) =
                    self.key.len().filter(|_| is_whole).map_or((0, None), |length| (length.min, length.max));
                bound(&mut map, "minProperties", "maxProperties", least, most);
                vec![map, json!({ "type": "string" })]
            }
            Kind::Parsed { .. } => vec![json!({ "type": ["string", "number", "boolean"] })],
            // A structure, and what is new here.
            _ => vec![json!({})],
        }
    }

    /// A number with its range and what it may be.
    fn numbers(&self, name: &str, kind: &Kind, how: &How) -> Map<String, Value> {
        let number = |text: &str| match scalar(kind, text, how) {
            Ok(Scalar::Integer(value)) => value.as_i128().map(integer),
            Ok(Scalar::Float(value)) => Number::from_f64(value).map(Value::Number),
            _ => None,
        };
        let mut form = Map::from_iter([("type".to_owned(), name.into())]);
        if let Some(range) = self.key.range() {
            let most = if range.excludes_max { "exclusiveMaximum" } else { "maximum" };
            form.extend(range.min.and_then(number).map(|value| ("minimum".to_owned(), value)));
            form.extend(range.max.and_then(number).map(|value| (most.to_owned(), value)));
        }
        let values: Option<Vec<Value>> = self.one_of.iter().map(|text| number(text)).collect();
        if let Some(values) = values.filter(|values| !values.is_empty()) {
            form.insert("enum".into(), values.into());
        }
        form
    }

    /// A whole number of the unit of a duration or size; bytes, where a size has none.
    fn counted(&self, how: &How) -> Value {
        let kind = self.key.kind.scalar();
        let amount = |text: &str| match scalar(kind, text, how) {
            Ok(Scalar::Integer(value)) => value.as_u128(),
            _ => None,
        };
        let mut form = json!({ "type": "integer", "minimum": 0 });
        let one = how.unit.and_then(|unit| amount(&format!("1{unit}"))).unwrap_or(1).max(1);
        let Some(range) = self.key.range() else { return form };
        if let Some(least) = range.min.and_then(amount) {
            form["minimum"] = integer(least.div_ceil(one) as i128);
        }
        if let Some(most) = range.max.and_then(amount) {
            // The largest whole number that is less.
            let most = if range.excludes_max { most.div_ceil(one) as i128 - 1 } else { (most / one) as i128 };
            form["maximum"] = integer(most);
        }
        form
    }

    fn text(&self, is_whole: bool) -> Value {
        let mut form = json!({ "type": "string" });
        if let Some(length) = self.key.len().filter(|_| is_whole) {
            bound(&mut form, "minLength", "maxLength", length.min, length.max);
        }
        if !self.one_of.is_empty() {
            form["enum"] = self.one_of.iter().copied().collect();
        }
        let format = self.key.format().map(format_pattern);
        match (format, &self.pattern) {
            (Some(format), Some(pattern)) => {
                form["allOf"] = json!([{ "pattern": format }, { "pattern": pattern }])
            }
            (Some(format), None) => form["pattern"] = format.into(),
            (None, Some(pattern)) => form["pattern"] = pattern.as_str().into(),
            (None, None) => {}
        }
        // Names that mean the same there; others mean less than ours, and a validator may insist on them.
        match self.key.format() {
            Some(Format::Uuid) => form["format"] = "uuid".into(),
            Some(Format::Date) => form["format"] = "date".into(),
            Some(Format::Base64) => form["contentEncoding"] = "base64".into(),
            _ => {}
        }
        form
    }
}

/// A key without constraints.
static FREE: Key = Key::new("", 0, "");

fn any(mut forms: Vec<Value>) -> Value {
    if forms.len() == 1 { forms.remove(0) } else { json!({ "anyOf": forms }) }
}

fn bound(form: &mut Value, least_name: &str, most_name: &str, least: usize, most: Option<usize>) {
    if least > 0 {
        form[least_name] = least.into();
    }
    if let Some(most) = most {
        form[most_name] = most.into();
    }
}

fn matching(pattern: &str) -> Value {
    json!({ "type": "string", "pattern": pattern })
}

/// A whole number as JSON has it; one of more than 64 bits is a limit that is not told exactly.
fn integer(value: i128) -> Value {
    match (i64::try_from(value), u64::try_from(value)) {
        (Ok(value), _) => value.into(),
        (_, Ok(value)) => value.into(),
        _ => (value as f64).into(),
    }
}

/// A word in any case.
fn any_case(word: &str) -> String {
    let mut pattern = String::new();
    for char in word.chars() {
        if char.is_ascii_alphabetic() {
            pattern.extend(['[', char.to_ascii_uppercase(), char.to_ascii_lowercase(), ']']);
        } else {
            pattern.push_str(&ecma::literal(&char.to_string()));
        }
    }
    pattern
}

fn address_pattern(address: Address) -> String {
    let v4 = format!("{IPV4}:{PORT}");
    let v6 = format!("\\[{IPV6}(?:%[0-9]+)?\\]:{PORT}");
    match address {
        Address::Ip => format!("{IPV4}|{IPV6}"),
        Address::Ipv4 => IPV4.to_owned(),
        Address::Ipv6 => IPV6.to_owned(),
        Address::SocketV4 => v4,
        Address::SocketV6 => v6,
        // One that is new here is any of them.
        _ => format!("{v4}|{v6}"),
    }
}

/// The texts of a format: at least those that a load takes.
fn format_pattern(format: Format) -> String {
    match format {
        Format::Url => {
            "^[A-Za-z][A-Za-z0-9+.\\-]*:\\/\\/[^?\\x00-\\x20\\x7f][^\\x00-\\x20\\x7f]*$".to_owned()
        }
        Format::Email => format!("^[^@\\x00-\\x20\\x7f]{{1,64}}@{}$", hostname()),
        Format::Hostname => format!("^{}$", hostname()),
        Format::Uuid => {
            "^[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{12}$".to_owned()
        }
        Format::Date => "^[0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])$".to_owned(),
        Format::Cidr => {
            format!("^(?:{IPV4}\\/(?:[12]?[0-9]|3[0-2])|{IPV6}\\/(?:[0-9]|[1-9][0-9]|1[01][0-9]|12[0-8]))$")
        }
        Format::Hex => "^(?:[0-9A-Fa-f]{2})+$".to_owned(),
        Format::Base64 => {
            "^(?=.)(?:[A-Za-z0-9+\\/]{4})*(?:[A-Za-z0-9+\\/]{2}==|[A-Za-z0-9+\\/]{3}=)?$".to_owned()
        }
        // One that is new here says nothing.
        _ => String::new(),
    }
}

fn hostname() -> String {
    const LABEL: &str = "[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?";
    format!("(?=.{{1,253}}$){LABEL}(?:\\.{LABEL})*")
}
