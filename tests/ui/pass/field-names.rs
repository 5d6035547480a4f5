// Fields may have any name, those of the variables in the expansion too.

use confident::{Config, Env};

/// A service.
#[derive(Config)]
#[config(
    app = "service",
    rule(reader <= r#type && field_1 <= field_0, "they are in order"),
    rule(matches!(f, 0..=9) && matches!(reader, 0..=9), "it is a digit"),
    rule([holds, rule].iter().all(|f| f <= &built), "all are small"),
    rule(self_.reader <= fields, "the inner one is small"),
    validate(check, "it is checked")
)]
struct Settings {
    /// A key.
    #[config(default = 1)]
    reader: u32,
    /// A key.
    #[config(default = 2)]
    r#type: u32,
    /// A key.
    #[config(default = 3)]
    field_0: u32,
    /// A key.
    #[config(default = 3)]
    field_1: u32,
    /// A key.
    #[config(default = 5)]
    f: u32,
    /// A key.
    #[config(default = 6)]
    fields: u32,
    /// A key.
    #[config(default = 7)]
    holds: u32,
    /// A key.
    #[config(default = 8)]
    rule: u32,
    /// A key.
    #[config(default = 9)]
    built: u32,
    /// A key.
    #[config(default = 1)]
    __c: u32,
    /// A key.
    #[config(default = 1)]
    chosen: u32,
    /// A group.
    #[config(nested)]
    self_: Inner,
    /// A group.
    #[config(nested)]
    r#match: Choice,
}

/// A group.
#[derive(Config)]
struct Inner {
    /// A key.
    #[config(default = 1)]
    reader: u32,
    /// A key.
    #[config(default = "x")]
    r#fn: String,
}

/// A choice.
#[derive(Config)]
enum Choice {
    /// One.
    #[config(default)]
    Self_,
    /// Another.
    Some(Inner),
}

fn check(settings: &Settings) -> Result<(), String> {
    if settings.chosen == settings.__c { Ok(()) } else { Err("they differ".to_owned()) }
}

fn main() {
    let environment = Env::from_pairs([("SERVICE_TYPE", "4"), ("SERVICE_MATCH", "some")]);
    let settings = Settings::loader().source(environment).load().unwrap();
    assert_eq!(settings.r#type, 4);
    assert!(matches!(&settings.r#match, Choice::Some(inner) if inner.r#fn == "x"));
    assert!(matches!(Choice::Self_, Choice::Self_));
    assert_eq!(settings.self_.r#fn, "x");
}
