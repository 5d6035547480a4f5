//! What an expression of a rule may be: all that Rust has.

use confident::{Code, Config, Env};

/// A least.
const LEAST: u32 = 1;

/// Whether a number is odd.
fn is_odd(number: u32) -> bool {
    number % 2 == 1
}

/// Two numbers of which the names are those of fields.
struct Pair {
    low: u32,
    high: u32,
}

impl Pair {
    fn sum(&self) -> u32 {
        self.low + self.high
    }
}

/// A service.
#[derive(Config)]
#[config(
    app = "forms",
    rule(low <= high, "compared"),
    rule(low<high||names.is_empty(), "written closely"),
    rule(names.iter().all(|name| !name.is_empty() && name.len() < 9), "a closure"),
    rule(names.iter().fold(0, |sum, name| sum + name.len()) <= 12, "a closure of two parameters, and more behind it"),
    rule(std::iter::repeat_with(|| high).take(1).all(|most| most < 100), "a closure without parameters"),
    rule(names.iter().all(|low| low.len() < 7), "a parameter with the name of a field"),
    rule(names.iter().all(|name| name.len() as u32 <= high), "a closure that reads a field"),
    rule([low, high, 3].iter().all(|number| *number < 90), "an array"),
    rule((LEAST..=80).contains(&high), "a range"),
    rule((low..).contains(&high), "a range of fields"),
    rule(match mode.as_str() { "odd" => is_odd(high), _ => true }, "a match"),
    rule(if let Some(name) = names.first() { let most = high; most < 70 || name.is_empty() } else { true }, "a block"),
    rule(Pair { low: low, high: high }.sum() < 60, "a struct"),
    rule(matches!(high, 0..=40), "a macro"),
    rule(inner.depth < 5 && inner.names[..].iter().all(|name| *name != mode), "a key of a group"),
    rule(u32::from_str_radix("a", 16).is_ok_and(|ten| ten + low < 45), "a path with generics elsewhere"),
    rule(Vec::<(u32, Vec<u8>)>::new().is_empty() && low < 44, "generics"),
)]
struct Settings {
    /// The least.
    #[config(default = 1)]
    low: u32,
    /// The most.
    #[config(default = 3)]
    high: u32,
    /// Names.
    #[config(default = ["one", "two"])]
    names: Vec<String>,
    /// A mode.
    #[config(default = "odd")]
    mode: String,
    /// A group.
    #[config(nested)]
    inner: Inner,
}

/// A group.
#[derive(Config)]
struct Inner {
    /// How deep it is.
    #[config(default = 1)]
    depth: u32,
    /// Names.
    #[config(default = ["a"])]
    names: Vec<String>,
}

/// The messages of the rules that are broken.
fn broken<const N: usize>(pairs: [(&str, &str); N]) -> Vec<String> {
    let Err(report) = Settings::loader().source(Env::from_pairs(pairs)).load() else { return Vec::new() };
    assert!(report.problems().iter().all(|problem| problem.code() == Code::Rule), "{report}");
    report.problems().iter().map(|problem| problem.message().to_owned()).collect()
}

#[test]
fn rules_hold_in_every_form() {
    assert_eq!(broken([]), [""; 0]);
}

#[test]
fn rules_are_broken_in_every_form() {
    assert_eq!(broken([("FORMS_LOW", "4")]), ["compared", "written closely", "a range of fields"]);
    assert_eq!(broken([("FORMS_LOW", "3")]), ["written closely"]);
    assert_eq!(
        broken([("FORMS_NAMES", "one,twothree")]),
        ["a parameter with the name of a field", "a closure that reads a field"]
    );
    assert_eq!(
        broken([("FORMS_NAMES", "one,two,three,fours")]),
        ["a closure of two parameters, and more behind it", "a closure that reads a field"]
    );
    assert_eq!(broken([("FORMS_HIGH", "4")]), ["a match"]);
    assert_eq!(broken([("FORMS_HIGH", "4"), ("FORMS_MODE", "even")]), [""; 0]);
    assert_eq!(broken([("FORMS_HIGH", "41")]), ["a macro"]);
    assert_eq!(broken([("FORMS_HIGH", "71")]), ["a block", "a struct", "a macro"]);
    assert_eq!(
        broken([("FORMS_HIGH", "101")]),
        ["a closure without parameters", "an array", "a range", "a block", "a struct", "a macro"]
    );
    assert_eq!(broken([("FORMS_INNER_NAMES", "even,odd")]), ["a key of a group"]);
    assert_eq!(
        broken([("FORMS_LOW", "44"), ("FORMS_HIGH", "45")]),
        ["a struct", "a macro", "a path with generics elsewhere", "generics"]
    );
    assert_eq!(broken([("FORMS_LOW", "2"), ("FORMS_NAMES", "ab")]), [""; 0]);
}

#[test]
fn a_rule_over_a_field_that_is_wrong_is_not_told() {
    let report = Settings::loader().source(Env::from_pairs([("FORMS_HIGH", "many")])).load().unwrap_err();
    let subjects: Vec<_> = report.problems().iter().map(|problem| problem.subject()).collect();
    assert_eq!(subjects, ["FORMS_HIGH"]);
}

/// What a rule reads is known in every form; what it says is data where it is plain.
#[test]
fn rules_say_what_they_read() {
    let rule = |message: &str| {
        let rules = Settings::MANIFEST.group.rules.iter();
        rules.clone().find(|rule| rule.message == message).expect("there is such a rule")
    };
    assert_eq!(rule("compared").operands, ["low", "high"]);
    assert!(rule("compared").expression.is_some());
    assert_eq!(rule("written closely").source, "low < high || names.is_empty()");
    assert_eq!(rule("a closure").operands, ["names"]);
    assert!(rule("a closure").expression.is_none());
    assert_eq!(rule("a range of fields").operands, ["low", "high"]);
    assert_eq!(rule("a key of a group").operands, ["inner.depth", "inner.names"]);
    assert_eq!(rule("a match").operands, [""; 0]);
}
