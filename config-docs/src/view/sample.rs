//! A value that is valid, for documents that show one.

use confident_core::{
    Kind,
    grammar::{Format, scalar},
    manifest::{Address, Key, ListForm, constraint::breach},
};

/// A value that the key accepts: its example, its default, or one made up from its type and constraints. None for a
/// secret, and where no value can be told to be valid.
pub(super) fn sample(key: &Key) -> Option<String> {
    if key.is_secret {
        return None;
    }
    if let Some(told) = key.example().or(key.default) {
        return Some(told.to_owned());
    }
    let single = candidates(key);
    let separator = char::from(key.how.separator).to_string();
    let whole: Vec<String> = match key.kind {
        Kind::List { form, .. } => {
            let count = match form {
                ListForm::Exactly(count) => *count,
                _ => key.len().map_or(1, |length| length.min.max(1)),
            };
            // So many of one, or one of each.
            let repeated = single.iter().map(|item| vec![item.as_str(); count.min(64)].join(&separator));
            repeated.chain([single.join(&separator)]).collect()
        }
        Kind::Map { .. } => single.iter().map(|value| format!("name={value}")).collect(),
        Kind::Pair { first, second } => vec![format!("{}{separator}{}", of_kind(first)?, of_kind(second)?)],
        _ => single,
    };
    whole.into_iter().find(|text| is_valid(key, text))
}

/// Whether the key accepts the text, as far as anyone but the program can tell.
fn is_valid(key: &Key, text: &str) -> bool {
    let is_known = !matches!(key.kind.scalar(), Kind::Parsed { .. } | Kind::Structured { .. });
    let matches = |pattern: &str| {
        let items: Vec<&str> = match key.kind {
            Kind::List { .. } => text.split(char::from(key.how.separator)).collect(),
            _ => vec![text],
        };
        regex_lite::Regex::new(pattern).is_ok_and(|regex| items.iter().all(|item| regex.is_match(item)))
    };
    is_known
        && scalar(key.kind, text, &key.how).is_ok()
        && breach(key, text).is_none()
        && key.pattern().is_none_or(matches)
}

/// Single values that may be valid, the best first.
fn candidates(key: &Key) -> Vec<String> {
    let kind = key.kind.scalar();
    let mut candidates: Vec<String> = key.one_of().iter().map(|text| (*text).to_owned()).collect();
    if let Some(range) = key.range() {
        candidates.extend([range.min, range.max].into_iter().flatten().map(str::to_owned));
    }
    candidates.extend(key.format().map(|format| of_format(format).to_owned()));
    if let Some(text) = of_kind(kind) {
        let least = key.len().map_or(0, |length| length.min);
        if kind.is_textual()
            && !key.kind.is_many()
            && !text.is_empty()
            && (text.len() + 1..=256).contains(&least)
        {
            candidates.push(text.chars().cycle().take(least).collect());
        }
        if let Some(most) = key.len().and_then(|length| length.max)
            && most < text.len()
        {
            candidates.push(text.chars().take(most).collect());
        }
        candidates.push(text);
    }
    candidates
}

fn of_format(format: Format) -> &'static str {
    match format {
        Format::Url => "https://example.com",
        Format::Email => "ops@example.com",
        Format::Hostname => "example.com",
        Format::Uuid => "123e4567-e89b-12d3-a456-426614174000",
        Format::Date => "2027-01-31",
        Format::Cidr => "10.0.0.0/8",
        Format::Hex => "00ff",
        Format::Base64 => "Y29uZmln",
        // One that is new here has no example yet.
        _ => "",
    }
}

/// A value of the kind, in ASCII.
fn of_kind(kind: &Kind) -> Option<String> {
    Some(
        match kind {
            Kind::Bool => "true",
            Kind::Integer { .. } | Kind::Float { .. } => "1",
            Kind::Char => "x",
            Kind::Text | Kind::OsText => "text",
            Kind::Path => "/path/to/file",
            Kind::Duration => "1s",
            Kind::ByteSize => "1MiB",
            Kind::Flag => "off",
            Kind::Address(Address::Ip | Address::Ipv4) => "192.0.2.1",
            Kind::Address(Address::Ipv6) => "2001:db8::1",
            Kind::Address(Address::SocketV6) => "[2001:db8::1]:80",
            Kind::Address(_) => "192.0.2.1:80",
            Kind::Url => "https://example.com",
            Kind::Word(words) => words.first()?.text,
            _ => return None,
        }
        .to_owned(),
    )
}
