//! Expressions of PromQL over the metrics of a program.

use std::{fmt::Write, time::Duration};

use confident_core::{How, Value, metrics::Metric};

use crate::{render::Escapes, view::KeyView};

/// What a label is compared with.
#[derive(Clone, Copy)]
pub(crate) enum Test<'t> {
    /// This text of the manifest.
    Is(&'t str),
    /// None of these words.
    Not(&'t str),
    /// One of these words.
    In(&'t [&'t str]),
    /// The variable of a dashboard.
    Variable(&'t str),
}

/// The series of a metric whose labels pass the tests. A histogram has its parts `_bucket` and `_count`.
pub(crate) fn series(metric: &Metric, part: &str, tests: &[(&str, Test<'_>)], escapes: Escapes) -> String {
    let mut series = format!("{}{part}{{", metric.name);
    for (at, (label, test)) in tests.iter().enumerate() {
        assert!(metric.labels.contains(label), "{} has no label {label}", metric.name);
        let comma = if at == 0 { "" } else { "," };
        // Writing to a string cannot fail.
        let _ = match test {
            Test::Is(text) => write!(series, "{comma}{label}={}", string(text, escapes)),
            Test::Not(word) => write!(series, "{comma}{label}!='{word}'"),
            Test::In(words) => write!(series, "{comma}{label}=~'{}'", words.join("|")),
            Test::Variable(name) => write!(series, "{comma}{label}='${name}'"),
        };
    }
    series.push('}');
    series
}

/// That a counter grew within the window. A series that is new has grown too: `increase` alone does not see its first
/// sample.
pub(crate) fn grew(series: &str, by: &str, window: &str) -> String {
    format!(
        "sum by ({by}) (increase({series}[{window}])) > 0 or sum by ({by}) ({series} unless {series} offset {window}) > 0"
    )
}

/// A text in single quotes. What is no plain character is spelled, so that neither PromQL nor the variables of a
/// dashboard find anything in it.
fn string(text: &str, escapes: Escapes) -> String {
    if escapes == Escapes::Off {
        return format!("'{text}'");
    }
    let mut string = String::from("'");
    for char in text.chars() {
        match (char, u32::from(char)) {
            (char, _) if char.is_ascii_alphanumeric() || " _-.:/".contains(char) => string.push(char),
            (_, code @ ..=0xffff) => string.push_str(&format!("\\u{code:04x}")),
            (_, code) => string.push_str(&format!("\\U{code:08x}")),
        }
    }
    string.push('\'');
    string
}

/// A duration of the manifest in seconds; none where the text is not one, as in a manifest from elsewhere.
pub(crate) fn seconds(text: Option<&str>) -> Option<f64> {
    let duration = Duration::from_text(text?, &How::PLAIN).ok()?;
    (!duration.is_zero()).then_some(duration.as_secs_f64())
}

/// The kinds of source that tell of their values by metrics.
const STORES: [&str; 6] = ["age", "vault", "aws", "aws-ssm", "etcd", "command"];

/// Whether the value of the key may come from a store, under one name.
pub(crate) fn may_be_in_a_store(key: &KeyView) -> bool {
    let is_named = key.store.is_some() || key.sources.iter().any(|kind| STORES.contains(&kind.as_str()));
    // Keys in lists and maps are not looked for in stores.
    !key.is_in_element && (is_named || (key.is_secret && key.sources.is_empty()))
}
