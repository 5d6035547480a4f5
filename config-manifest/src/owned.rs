//! A manifest that was read, as the type that programs have of their own.

use confident_core::{
    How, Manifest,
    manifest::{self as core, Attribute},
};

use crate::{Error, format};

/// The most levels of groups.
const DEPTH: usize = 64;

/// The manifest of a document. It stays in memory for as long as the program runs.
pub(crate) fn manifest(document: &format::Document, json: &str) -> Result<&'static Manifest, Error> {
    if document.format > format::FORMAT {
        return Err(Error::Newer(document.format));
    }
    word(&document.prefix, "a prefix", |byte| byte.is_ascii_alphanumeric() || byte == b'_')?;
    let parts = core::Parts {
        app: line(&document.app, "the name of the program")?,
        prefix: text(&document.prefix),
        hardening: match document.hardening {
            format::Hardening::Baseline => core::Hardening::Baseline,
            format::Hardening::Standard => core::Hardening::Standard,
            format::Hardening::Strict => core::Hardening::Strict,
        },
        profiles: texts(&document.profiles),
        removed: list(
            document
                .removed
                .iter()
                .map(|removed| core::Removed { old: text(&removed.old), note: text(&removed.note) }),
        ),
        group: group(&document.group, 0)?,
        crate_name: line(&document.crate_name, "the name of the crate")?,
        version: line(&document.version, "the version")?,
    };
    Manifest::of_parts(parts, json).ok_or(Error::Contradicts("there are more keys than a program can have"))
}

fn group(group: &format::Group, depth: usize) -> Result<&'static core::Group, Error> {
    if depth > DEPTH {
        return Err(Error::Contradicts("groups stand in groups too deep"));
    }
    let items: Vec<core::Item> =
        group.items.iter().map(|found| item(found, depth)).collect::<Result<_, _>>()?;
    let rules: Vec<core::Rule> = group.rules.iter().map(rule).collect::<Result<_, _>>()?;
    let mut made = core::Group::new(text(&group.name), text(&group.doc), list(items)).rules(list(rules));
    if let Some(sentence) = &group.validate {
        made = made.validate(text(sentence));
    }
    if group.choice {
        is_choice(group)?;
        made = made.choice();
    }
    Ok(one(made))
}

/// The first item of a choice is a key whose words name the others.
fn is_choice(group: &format::Group) -> Result<(), Error> {
    let [format::Item::Key(key), variants @ ..] = &group.items[..] else {
        return Err(Error::Contradicts("a choice does not begin with the key that chooses"));
    };
    let format::Kind::Word { words } = &key.kind else {
        return Err(Error::Contradicts("the key of a choice has no words"));
    };
    let are_named = variants.iter().all(|variant| match variant {
        format::Item::Group(nested) => {
            nested.shape == format::Shape::One && words.iter().any(|word| word.word == nested.field)
        }
        format::Item::Key(_) | format::Item::Foreign(_) => false,
    });
    if are_named { Ok(()) } else { Err(Error::Contradicts("a variant of a choice has no word")) }
}

fn item(item: &format::Item, depth: usize) -> Result<core::Item, Error> {
    Ok(match item {
        format::Item::Key(found) => core::Item::Key(key(found)?),
        format::Item::Group(found) => {
            let part = segment(found.part.as_deref().unwrap_or(&found.field))?;
            core::Item::Nested(core::Nested {
                segment: segment(found.segment.as_deref().unwrap_or(&found.field))?,
                variable: part,
                shape: match found.shape {
                    format::Shape::One => core::Shape::One,
                    format::Shape::Optional => core::Shape::Optional,
                    format::Shape::List => core::Shape::List,
                    format::Shape::Map => core::Shape::Map,
                },
                merges: found.merge,
                group: group(&found.group, depth + 1)?,
                ..core::Nested::new(text(&found.field), core::part_hash(part), text(&found.doc))
            })
        }
        format::Item::Foreign(found) => {
            let segment = segment(found.segment.as_deref().unwrap_or(&found.field))?;
            let (field, hash) = (text(&found.field), core::part_hash(segment));
            let foreign = core::Foreign::new(field, segment, hash, text(&found.doc), text(&found.type_name));
            core::Item::Foreign(foreign)
        }
    })
}

fn key(found: &format::Key) -> Result<core::Key, Error> {
    let part = segment(found.part.as_deref().unwrap_or(&found.field))?;
    for name in found.env.iter().chain(&found.aliases) {
        word(name, "the name of a variable", |byte| byte.is_ascii_alphanumeric() || byte == b'_')?;
    }
    if found.secret && (found.default.is_some() || found.example.is_some()) {
        return Err(Error::Contradicts("a secret has a default or an example"));
    }
    let separator = match found.separator {
        None => How::PLAIN.separator,
        Some(char) => u8::try_from(char)
            .ok()
            .filter(u8::is_ascii_punctuation)
            .ok_or(Error::Contradicts("a separator is no ASCII punctuation"))?,
    };
    Ok(core::Key {
        segment: segment(found.segment.as_deref().unwrap_or(&found.field))?,
        variable: part,
        kind: kind(&found.kind)?,
        is_secret: found.secret,
        is_optional: found.optional,
        rotates: found.overlap.is_some(),
        empty: match found.empty {
            format::Empty::Unset => core::Empty::Unset,
            format::Empty::Value => core::Empty::Value,
            format::Empty::Error => core::Empty::Error,
        },
        merges: found.merge,
        is_live: found.live,
        how: How { separator, unit: optional(&found.unit) },
        env: optional(&found.env),
        aliases: texts(&found.aliases),
        default: optional(&found.default),
        attributes: list(attributes(found)),
        ..core::Key::new(text(&found.field), core::part_hash(part), text(&found.doc))
    })
}

fn attributes(key: &format::Key) -> Vec<Attribute> {
    let mut attributes = Vec::new();
    let of = |option: &Option<String>, attribute: fn(&'static str) -> Attribute| {
        option.as_ref().map(|value| attribute(text(value)))
    };
    let of_list = |values: &[String], attribute: fn(&'static [&'static str]) -> Attribute| {
        (!values.is_empty()).then(|| attribute(texts(values)))
    };
    attributes.extend(
        key.range
            .as_ref()
            .map(|range| Attribute::Range(optional(&range.min), optional(&range.max), range.excludes_max)),
    );
    attributes.extend(key.len.as_ref().map(|length| Attribute::Len(length.min, length.max)));
    attributes.extend(of(&key.pattern, Attribute::Pattern));
    attributes.extend(of_list(&key.one_of, Attribute::OneOf));
    attributes.extend(key.format.map(|format| Attribute::Format(named_format(format))));
    attributes.extend(of(&key.owner, Attribute::Owner));
    attributes.extend(of(&key.since, Attribute::Since));
    attributes.extend(of(&key.unit, Attribute::Unit));
    attributes.extend(of(&key.example, Attribute::Example));
    attributes.extend(of_list(&key.tags, Attribute::Tags));
    attributes.extend(of(&key.classification, Attribute::Classification));
    attributes.extend(of(&key.retention, Attribute::Retention));
    attributes.extend(of(&key.rotate, Attribute::Rotate));
    attributes.extend(of(&key.review_by, Attribute::ReviewBy));
    attributes.extend(key.deprecated.as_ref().map(|found| {
        Attribute::Deprecated(one(core::Deprecated {
            since: optional(&found.since),
            note: optional(&found.note),
            replaced_by: optional(&found.replaced_by),
            remove_in: optional(&found.remove_in),
            ..core::Deprecated::NONE
        }))
    }));
    attributes.extend(of_list(&key.required_in, Attribute::RequiredIn));
    attributes.extend(of_list(&key.forbidden_in, Attribute::ForbiddenIn));
    attributes.extend(of_list(&key.sources, Attribute::Sources));
    attributes.extend(of(&key.store, Attribute::Store));
    attributes.extend(of(&key.overlap, Attribute::Overlap));
    attributes.extend(of(&key.max_stale, Attribute::MaxStale));
    attributes.extend(of(&key.not_secret, Attribute::NotSecret));
    attributes
}

fn named_format(format: format::Format) -> confident_core::grammar::Format {
    use confident_core::grammar::Format;
    match format {
        format::Format::Url => Format::Url,
        format::Format::Email => Format::Email,
        format::Format::Hostname => Format::Hostname,
        format::Format::Uuid => Format::Uuid,
        format::Format::Date => Format::Date,
        format::Format::Cidr => Format::Cidr,
        format::Format::Hex => Format::Hex,
        format::Format::Base64 => Format::Base64,
    }
}

fn kind(found: &format::Kind) -> Result<&'static core::Kind, Error> {
    use core::{Kind, ListForm};
    Ok(one(match found {
        format::Kind::Bool => Kind::Bool,
        format::Kind::Integer { signed, bits, nonzero } => {
            if ![8, 16, 32, 64, 128].contains(bits) {
                return Err(Error::Contradicts("a whole number has a width that there is not"));
            }
            Kind::Integer { signed: *signed, bits: *bits, nonzero: *nonzero }
        }
        format::Kind::Float { bits: bits @ (32 | 64) } => Kind::Float { bits: *bits },
        format::Kind::Float { .. } => {
            return Err(Error::Contradicts("a decimal number has a width that there is not"));
        }
        format::Kind::Char => Kind::Char,
        format::Kind::Text => Kind::Text,
        format::Kind::OsText => Kind::OsText,
        format::Kind::Path => Kind::Path,
        format::Kind::Duration => Kind::Duration,
        format::Kind::ByteSize => Kind::ByteSize,
        format::Kind::Flag => Kind::Flag,
        format::Kind::Url => Kind::Url,
        format::Kind::Address { form } => Kind::Address(match form {
            format::Address::Ip => core::Address::Ip,
            format::Address::Ipv4 => core::Address::Ipv4,
            format::Address::Ipv6 => core::Address::Ipv6,
            format::Address::Socket => core::Address::Socket,
            format::Address::SocketV4 => core::Address::SocketV4,
            format::Address::SocketV6 => core::Address::SocketV6,
        }),
        format::Kind::Word { words } => {
            for found in words {
                segment(&found.word)?;
            }
            Kind::Word(list(words.iter().map(|word| core::Word::new(text(&word.word), text(&word.doc)))))
        }
        format::Kind::List { item, unique, count } => Kind::List {
            item: kind(item)?,
            form: match (count, unique) {
                (Some(count), _) => ListForm::Exactly(*count),
                (None, true) => ListForm::Unique,
                (None, false) => ListForm::Any,
            },
        },
        format::Kind::Map { value } => Kind::Map { value: kind(value)? },
        format::Kind::Pair { first, second } => Kind::Pair { first: kind(first)?, second: kind(second)? },
        format::Kind::Parsed { name } => Kind::Parsed { name: text(name) },
        format::Kind::Structured { name } => Kind::Structured { name: text(name) },
    }))
}

fn rule(found: &format::Rule) -> Result<core::Rule, Error> {
    let (message, source, operands) = (text(&found.message), text(&found.source), texts(&found.operands));
    Ok(match &found.expression {
        None => core::Rule::opaque(message, source, operands),
        Some(found) => core::Rule::closed(message, source, operands, expression(found, operands.len())?),
    })
}

fn expression(found: &format::Expression, operands: usize) -> Result<core::Expression, Error> {
    use core::Expression;
    let operand = |at: usize| {
        if at < operands {
            Ok(at)
        } else {
            Err(Error::Contradicts("a rule has an operand that it does not name"))
        }
    };
    Ok(match found {
        format::Expression::Operand(at) => Expression::Operand(operand(*at)?),
        format::Expression::IsSome(at) => Expression::IsSome(operand(*at)?),
        format::Expression::IsNone(at) => Expression::IsNone(operand(*at)?),
        format::Expression::IsEmpty(at) => Expression::IsEmpty(operand(*at)?),
        format::Expression::Len(at) => Expression::Len(operand(*at)?),
        format::Expression::Bool(truth) => Expression::Bool(*truth),
        format::Expression::Integer(digits) => Expression::Integer(
            digits.parse().map_err(|_| Error::Contradicts("a whole number of a rule is none"))?,
        ),
        format::Expression::Float(number) => Expression::Float(*number),
        format::Expression::Text(found) => Expression::Text(text(found)),
        format::Expression::Some(inner) => Expression::Some(one(expression(inner, operands)?)),
        format::Expression::Not(inner) => Expression::Not(one(expression(inner, operands)?)),
        format::Expression::Binary { left, operator: between, right } => Expression::Binary(
            one(expression(left, operands)?),
            operator(*between),
            one(expression(right, operands)?),
        ),
    })
}

fn operator(found: format::Operator) -> core::Operator {
    use core::Operator;
    match found {
        format::Operator::And => Operator::And,
        format::Operator::Or => Operator::Or,
        format::Operator::Equal => Operator::Equal,
        format::Operator::NotEqual => Operator::NotEqual,
        format::Operator::Less => Operator::Less,
        format::Operator::AtMost => Operator::AtMost,
        format::Operator::More => Operator::More,
        format::Operator::AtLeast => Operator::AtLeast,
        format::Operator::Add => Operator::Add,
        format::Operator::Subtract => Operator::Subtract,
        format::Operator::Multiply => Operator::Multiply,
        format::Operator::Divide => Operator::Divide,
        format::Operator::Remainder => Operator::Remainder,
    }
}

/// A segment of a path: letters, digits, `_` and `-`.
fn segment(found: &str) -> Result<&'static str, Error> {
    word(found, "a segment of a path", |byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'))
}

/// A name in which only some characters may be, so that it means nothing else wherever it is shown.
fn word(found: &str, what: &'static str, is_allowed: impl Fn(u8) -> bool) -> Result<&'static str, Error> {
    if found.bytes().all(is_allowed) { Ok(text(found)) } else { Err(Error::Name(what)) }
}

/// A name of one line.
fn line(found: &str, what: &'static str) -> Result<&'static str, Error> {
    if found.chars().any(char::is_control) { Err(Error::Name(what)) } else { Ok(text(found)) }
}

fn one<T>(value: T) -> &'static T {
    Box::leak(Box::new(value))
}

fn list<T>(values: impl IntoIterator<Item = T>) -> &'static [T] {
    values.into_iter().collect::<Vec<_>>().leak()
}

fn text(text: &str) -> &'static str {
    text.to_owned().leak()
}

fn texts(texts: &[String]) -> &'static [&'static str] {
    list(texts.iter().map(|found| text(found)))
}

fn optional(found: &Option<String>) -> Option<&'static str> {
    found.as_deref().map(text)
}
