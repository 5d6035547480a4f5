// Names of the program do not meet those of the derive.
#![allow(dead_code, non_camel_case_types)]

mod std {}
mod core {}
mod confident_core {}

struct Option;
struct Some;
struct None;
struct Result;
struct Ok;
struct Err;
struct String;
struct Vec;
struct Key;
struct Group;
struct Field;
struct Manifest;
struct Reader;
struct Root;
struct bool;
trait Debug {}
trait Default {}
trait Into {}

// Constants that rules may read.
const GROUP: u32 = 1;
const RULES: u32 = 2;
const SIZE: u32 = 3;
const LAYOUT: u32 = 4;
const MANIFEST: u32 = 5;
const PROOF: u32 = 6;
const F0: u32 = 7;
const WORD_0: u32 = 8;

/// A service.
#[derive(confident::Config)]
#[config(
    app = "service",
    rule(max >= GROUP + RULES + SIZE + LAYOUT + MANIFEST + PROOF + F0 + WORD_0, "the most is large"),
    rule(level == Level::Info || max > F0, "it is not small")
)]
struct Settings {
    /// The most.
    #[config(default = 100)]
    max: u32,
    /// Level of the log.
    #[config(default = "info")]
    level: Level,
    /// The inner group.
    #[config(nested)]
    inner: Inner,
    /// The choice.
    #[config(nested)]
    choice: Choice,
}

/// A group.
#[derive(confident::Config)]
struct Inner {
    /// Name to log.
    #[config(default = "service")]
    name: ::std::string::String,
    /// Region.
    region: ::std::option::Option<::std::string::String>,
}

/// A choice.
#[derive(confident::Config)]
enum Choice {
    /// The one.
    #[config(default)]
    One,
    /// The other.
    Other(Inner),
}

/// How much is logged.
#[derive(confident::ConfigValue, PartialEq)]
enum Level {
    /// What happens.
    Info,
    /// Everything.
    Debug,
}

fn main() {
    use confident::Config as _;
    let environment = confident::Env::from_pairs([("SERVICE_MAX", "36")]);
    let settings = Settings::loader().source(environment).load().unwrap();
    assert_eq!(settings.max, 36);
    let environment = confident::Env::from_pairs([("SERVICE_MAX", "35")]);
    assert!(Settings::loader().source(environment).load().is_err());
}
