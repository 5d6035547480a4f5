//! Secrets: whatever is wrong with one, the report does not show it.
#![no_main]

use std::{collections::BTreeMap, sync::LazyLock};

use confident::{ByteSize, Config, Env, ExposeSecret, Report, SecretBox, SecretString};
use libfuzzer_sys::fuzz_target;

/// Every wrapping of a secret, with every constraint.
#[derive(Config)]
#[config(app = "fuzz", rule(dsn.expose_secret().len() != 3, "not three bytes"))]
struct Settings {
    /// Text.
    #[config(format = "url", len = 2..=30)]
    dsn: SecretString,
    /// A pattern.
    #[config(pattern = "^[a-f]+$", empty = "value")]
    key: SecretString,
    /// A number.
    #[config(range = 10..=99)]
    pin: SecretBox<u16>,
    /// A size.
    size: SecretBox<ByteSize>,
    /// A list.
    #[config(len = 1..=2)]
    list: Vec<SecretString>,
    /// Numbers.
    numbers: SecretBox<Vec<u8>>,
    /// A map.
    map: BTreeMap<String, SecretString>,
    /// A pair.
    pair: (SecretString, SecretBox<bool>),
    /// A type that reads its own text.
    #[config(parse)]
    parsed: SecretBox<i64>,
    /// JSON.
    #[config(serde)]
    json: SecretBox<Vec<i8>>,
}

const KEYS: [&str; 10] = ["DSN", "KEY", "PIN", "SIZE", "LIST", "NUMBERS", "MAP", "PAIR", "PARSED", "JSON"];

fn load(secret: &str) -> Result<Settings, Report> {
    Settings::loader().source(Env::from_pairs(KEYS.map(|key| (format!("FUZZ_{key}"), secret)))).load()
}

fn shown(loaded: &Result<Settings, Report>) -> String {
    match loaded {
        Ok(settings) => format!("{settings:?}{settings:#?}"),
        Err(report) => format!("{report}{report:#}{report:?}{report:#?}"),
    }
}

/// What reports say without any secret: a text that stands in here proves nothing.
static WORDS: LazyLock<String> = LazyLock::new(|| {
    let secrets = [
        "",
        "\u{1}",
        "\u{2}\u{2}\u{2}",
        "\u{3}\u{3}\u{3}\u{3},,",
        "1",
        "11",
        "999999",
        "a,b,c",
        "a=1,a=2",
        "[",
        "aa=true",
    ];
    secrets.iter().map(|secret| shown(&load(secret))).collect()
});

fuzz_target!(|secret: &str| {
    let loaded = load(secret);
    let trimmed = secret.trim();
    if trimmed.chars().count() >= 3 && !WORDS.contains(trimmed) {
        let shown = shown(&loaded);
        assert!(!shown.contains(trimmed), "{shown}");
        assert!(!shown.contains(&trimmed.escape_default().to_string()), "{shown}");
    }
    if let Ok(settings) = loaded {
        assert_eq!(settings.dsn.expose_secret(), secret);
    }
});
