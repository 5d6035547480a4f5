//! What is proved of a manifest at compile time.
//!
//! Each function is named for what holds where it returns. Where it does not hold, it panics in
//! `const` evaluation: a compile error at the place of the call, which the derive puts on the token
//! at fault.

mod whole;

pub use whole::TreeProof;

use super::{
    Breach, Group, Item, Key, Kind, ListForm, Nested, Phrase,
    constraint::{breach, compare, item_breach},
    rule::Fact,
};
use crate::grammar::{Fault, Scalar, byte_size, duration, format::is_date, list::Items, same, scalar};

#[track_caller]
const fn refuse(phrase: Phrase) -> ! {
    panic!("{}", phrase.as_str())
}

/// How a value stands in the source.
#[derive(Clone, Copy)]
enum Form {
    Text,
    Number,
    Truth,
}

/// One function for each form, so that the derive can name it.
macro_rules! forms {
    ($($(#[$doc:meta])* $name:ident = $check:ident($form:ident);)*) => {$(
        $(#[$doc])*
        #[track_caller]
        pub const fn $name(key: &Key) {
            $check(key, Form::$form);
        }
    )*};
}

forms! {
    /// The default, a text or character, is of the key's type and keeps its constraints.
    default_is_valid = check_default(Text);
    /// The default, a number, is of the key's type and keeps its constraints.
    number_default_is_valid = check_default(Number);
    /// The default, `true` or `false`, is of the key's type and keeps its constraints.
    truth_default_is_valid = check_default(Truth);
    /// The example, a text or character, is of the key's type and keeps its constraints.
    example_is_valid = check_example(Text);
    /// The example, a number, is of the key's type and keeps its constraints.
    number_example_is_valid = check_example(Number);
    /// The example, `true` or `false`, is of the key's type and keeps its constraints.
    truth_example_is_valid = check_example(Truth);
}

#[track_caller]
const fn check_default(key: &Key, form: Form) {
    let Some(default) = key.default else { return };
    if key.is_secret {
        refuse(Phrase::new().text(
            "a secret cannot have a default: it would stand in the source and in the binary; leave it \
             out, or make the type an `Option`",
        ));
    }
    if key.is_optional {
        refuse(
            Phrase::new()
                .text("an `Option` with a default is never `None`; remove the default or the `Option`"),
        );
    }
    if let Some(phrase) = fault(key, default, form) {
        refuse(phrase);
    }
}

#[track_caller]
const fn check_example(key: &Key, form: Form) {
    let Some(example) = key.example() else { return };
    if key.is_secret {
        refuse(Phrase::new().text(
            "a secret cannot have an example: someone would deploy it; describe its form in the \
             documentation of the field, or with `format` or `pattern`",
        ));
    }
    if let Some(phrase) = fault(key, example, form) {
        refuse(phrase);
    }
}

/// Why a text from the source is no value of the key, if it is not.
const fn fault(key: &Key, text: &str, form: Form) -> Option<Phrase> {
    if let Some(phrase) = misformed(key.kind.scalar(), form) {
        return Some(phrase);
    }
    if let Err(fault) = scalar(key.kind, text, &key.how) {
        return Some(match item_at_fault(key, text) {
            Some((item, fault)) => not_of_kind(key.kind.scalar(), item, fault),
            None => not_of_kind(key.kind, text, fault),
        });
    }
    match breach(key, text) {
        Some(breach) => Some(match item_in_breach(key, text) {
            Some(item) => breaks(item, breach),
            None => breaks(text, breach),
        }),
        None => None,
    }
}

/// Why a literal of this form is no value of the kind, where its text would be one. A number that
/// becomes text loses its zeros: `007` would be `7`.
const fn misformed(kind: &Kind, form: Form) -> Option<Phrase> {
    let phrase = Phrase::new();
    match (kind, form) {
        (Kind::Text | Kind::OsText | Kind::Path, Form::Number | Form::Truth) => {
            Some(phrase.text("the key holds text; put the value in quotes"))
        }
        (Kind::Bool, Form::Number) => Some(phrase.text("the key holds a truth value; write true or false")),
        (Kind::Char, Form::Number | Form::Truth) => {
            Some(phrase.text("the key holds a character; put it in quotes, such as 'a'"))
        }
        _ => None,
    }
}

/// The first item of a list that is not of the kind of items.
const fn item_at_fault<'a>(key: &Key, text: &'a str) -> Option<(&'a str, Fault)> {
    let Kind::List { item, .. } = key.kind else { return None };
    let Ok(mut items) = Items::new(text, key.how.separator, item) else { return None };
    while let Ok(Some(found)) = items.next() {
        if let Err(fault) = found.check(item, &key.how.item()) {
            return Some((found.text, fault));
        }
    }
    None
}

/// The first item of a list that breaks a constraint on items.
const fn item_in_breach<'a>(key: &Key, text: &'a str) -> Option<&'a str> {
    let Kind::List { item, .. } = key.kind else { return None };
    let Ok(mut items) = Items::new(text, key.how.separator, item) else { return None };
    while let Ok(Some(found)) = items.next() {
        if item_breach(key, item, found.text).is_some() {
            return Some(found.text);
        }
    }
    None
}

const fn not_of_kind(kind: &Kind, text: &str, fault: Fault) -> Phrase {
    let phrase = Phrase::new().quoted(text).text(" is not ").text(kind.expected().as_str());
    if fault.hint.is_empty() { phrase } else { phrase.text("; ").filled(fault.hint, text.trim_ascii()) }
}

const fn breaks(text: &str, breach: Breach) -> Phrase {
    let phrase = Phrase::new().quoted(text).text(" ").text(breach.phrase().as_str());
    phrase.text("; change one of the two")
}

/// The bounds of the range are values of the key's type, and there is a value between them.
#[track_caller]
pub const fn range_is_not_empty(key: &Key) {
    let Some(range) = key.range() else { return };
    let kind = key.kind.scalar();
    if !kind.is_ordered() {
        refuse(
            Phrase::new()
                .text("`range` needs a type with an order: a number, a duration or a size; for text ")
                .text("there are `len`, `pattern` and `one_of`"),
        );
    }
    let min = bound(kind, range.min, key);
    let max = bound(kind, range.max, key);
    if let (Some(min), Some(max)) = (min, max)
        && let Some(order) = compare(min, max)
        && (order > 0 || (order == 0 && range.excludes_max))
    {
        refuse(range.phrase(Phrase::new().text("no value is in ")).text("; exchange the bounds"));
    }
}

#[track_caller]
const fn bound(kind: &Kind, text: Option<&'static str>, key: &Key) -> Option<Scalar<'static>> {
    match text {
        None => None,
        Some(text) => match scalar(kind, text, &key.how) {
            Ok(value) => Some(value),
            Err(fault) => refuse(not_of_kind(kind, text, fault)),
        },
    }
}

/// The type has a length, and some length is allowed.
#[track_caller]
pub const fn length_is_possible(key: &Key) {
    let Some(length) = key.len() else { return };
    if !key.kind.has_length() {
        refuse(
            Phrase::new()
                .text("`len` needs text or a list; for numbers, durations and sizes there is `range`"),
        );
    }
    if let Some(max) = length.max
        && max < length.min
    {
        refuse(Phrase::new().text("no length is in that range; exchange the bounds"));
    }
    if let Kind::List { form: ListForm::Exactly(count), .. } = key.kind
        && !length.holds(*count)
    {
        let phrase =
            Phrase::new().text("an array of ").number(*count as u128).text(" items is never valid; ");
        refuse(phrase.text("its type already says how long it is, remove `len`"));
    }
}

/// The listed values are of the key's type.
#[track_caller]
pub const fn listed_values_are_valid(key: &Key) {
    let kind = key.kind.scalar();
    if let Kind::Flag = kind {
        refuse(
            Phrase::new().text("`one_of` compares values, and what a flag says is not one value; remove it"),
        );
    }
    if matches!(kind, Kind::Parsed { .. } | Kind::Structured { .. } | Kind::Pair { .. }) {
        refuse(
            Phrase::new()
                .text("`one_of` cannot compare values of this type; check them where they are parsed"),
        );
    }
    let mut at = 0;
    while at < key.one_of().len() {
        let value = match scalar(kind, key.one_of()[at], &key.how) {
            Ok(value) => value,
            Err(fault) => refuse(not_of_kind(kind, key.one_of()[at], fault)),
        };
        let mut before = 0;
        while before < at {
            if let Ok(earlier) = scalar(kind, key.one_of()[before], &key.how)
                && let Some(0) = compare(earlier, value)
            {
                let phrase = Phrase::new().quoted(key.one_of()[at]);
                refuse(if same(key.one_of()[before], key.one_of()[at]) {
                    phrase.text(" is listed twice; remove one")
                } else {
                    phrase.text(" is the same as ").quoted(key.one_of()[before]).text("; remove one")
                });
            }
            before += 1;
        }
        at += 1;
    }
}

/// The pattern or format looks at text.
#[track_caller]
pub const fn format_applies(key: &Key) {
    if !key.kind.is_textual() {
        refuse(
            Phrase::new()
                .text("`format` and `pattern` look at text, and this is a ")
                .text(name(key.kind).as_str())
                .text("; its type already says how it is written"),
        );
    }
}

/// The separator stands between values.
#[track_caller]
pub const fn separator_applies(key: &Key) {
    if !key.kind.is_many() {
        refuse(Phrase::new().text("`separator` is for lists, maps and pairs; this key has one value"));
    }
}

/// There are values to merge, and as many of them as there may be.
#[track_caller]
pub const fn values_may_merge(key: &Key) {
    let refusal = match key.kind {
        Kind::List { form: ListForm::Exactly(_), .. } => {
            "an array has as many items as its type says, so there is nothing to `merge`; use a `Vec`"
        }
        Kind::List { .. } | Kind::Map { .. } => return,
        _ => "`merge` is for lists and maps; of one value, the last source has it",
    };
    refuse(Phrase::new().text(refusal));
}

/// There are groups to merge.
#[track_caller]
pub const fn groups_may_merge(nested: &Nested) {
    if !nested.is_many() {
        refuse(
            Phrase::new().text(
                "`merge` is for lists and maps; the keys of a group come from several sources without it",
            ),
        );
    }
}

/// A unit of a duration or size is one that its syntax knows.
#[track_caller]
pub const fn unit_is_known(key: &Key) {
    let Some(unit) = key.unit() else { return };
    match key.kind.scalar() {
        Kind::Duration if !duration::is_unit(unit) => {
            refuse(Phrase::new().quoted(unit).text(" is not a unit of time: w, d, h, m, s, ms, us or ns"));
        }
        Kind::ByteSize if !byte_size::is_unit(unit) => {
            refuse(
                Phrase::new().quoted(unit).text(" is not a unit of data: B, KiB, MiB, GiB, TiB, PiB or EiB"),
            );
        }
        kind @ (Kind::Bool
        | Kind::Flag
        | Kind::Char
        | Kind::Text
        | Kind::OsText
        | Kind::Path
        | Kind::Word(_)) => {
            let phrase = Phrase::new().text("`unit` is for numbers, durations and sizes, and this is a ");
            refuse(phrase.text(name(kind).as_str()).text("; remove it"));
        }
        _ => {}
    }
}

/// The text of a variable that is there and empty is a value.
#[track_caller]
pub const fn empty_text_is_a_value(key: &Key) {
    if scalar(key.kind, "", &key.how).is_err() {
        refuse(
            Phrase::new()
                .text("the empty text is not ")
                .text(key.kind.expected().as_str())
                .text("; write \"unset\" or \"error\""),
        );
    }
}

/// The keys of a group that are to stand among those of the outer group can be told from them.
#[track_caller]
pub const fn group_may_stand_without_a_name(nested: &Nested) {
    if nested.is_many() {
        refuse(Phrase::new().text(
            "a list or map needs a name: its entries cannot be told from other keys without one; remove \
             the empty `prefix`",
        ));
    }
}

/// A key whose name looks like that of a secret has a secret type.
#[track_caller]
pub const fn name_is_not_that_of_a_secret(key: &Key) {
    if key.kind.holds_flags() {
        refuse(
            Phrase::new()
                .code(key.segment)
                .text(" looks like a secret, and no secret may decide a flag; name it for what it turns on, or say ")
                .text("`not_secret = \"why not\"`"),
        );
    }
    if !key.is_secret && key.kind.may_hold_a_secret() {
        refuse(
            Phrase::new()
                .code(key.segment)
                .text(" looks like a secret, but its type would show it; use `SecretString`, or say ")
                .text("`not_secret = \"why not\"`"),
        );
    }
}

/// What holds of every key whose values are flags.
#[derive(Clone, Copy)]
pub(super) enum FlagRule {
    /// It is one flag, and no secret.
    Alone,
    /// It may change while the program runs.
    Live,
    /// Someone answers for it.
    Owned,
    /// It has an expiry.
    Expires,
    /// No store of secrets decides it.
    Open,
}

impl FlagRule {
    pub(super) const ALL: [Self; 5] = [Self::Alone, Self::Live, Self::Owned, Self::Expires, Self::Open];

    /// Why the rule does not hold, to complete "the key is a flag, and".
    pub(super) const fn fault(self, key: &Key) -> Option<&'static str> {
        if !key.kind.holds_flags() {
            return None;
        }
        let (holds, fault) = match self {
            Self::Alone if !matches!(key.kind, Kind::Flag) => (
                false,
                "each flag is a key of its own, with its own path, owner and expiry; write a field for each",
            ),
            Self::Alone if key.is_secret => (false, "no secret may decide a flag; make the type `Flag`"),
            Self::Alone => (
                !key.is_optional,
                "a flag that nobody sets is off, which is no other state; write `Flag`, with `default = \"off\"`",
            ),
            Self::Live => (key.is_live, "a flag is turned while the program runs; add `live`"),
            Self::Owned => (key.owner().is_some(), "someone answers for every flag; add `owner = \"..\"`"),
            Self::Expires => (
                key.review_by().is_some(),
                "no flag stays for ever; add the day by which it goes, `review_by = \"2027-01-31\"`",
            ),
            Self::Open => (comes_from_open_sources(key), FLAG_IN_STORE),
        };
        if holds { None } else { Some(fault) }
    }
}

const FLAG_IN_STORE: &str = "no secret may decide a flag, so it comes from no store of secrets; keep it in files, \
                             variables, \"etcd\" or \"aws-ssm\"";

const fn comes_from_open_sources(key: &Key) -> bool {
    if let Some(place) = key.store()
        && let Some(colon) = crate::grammar::find(place, b':', 0)
        && holds_secrets(place.split_at(colon).0)
    {
        return false;
    }
    let mut rest = key.sources();
    while let [source, after @ ..] = rest {
        if holds_secrets(source) {
            return false;
        }
        rest = after;
    }
    true
}

/// Whether what this kind of source holds is secret.
const fn holds_secrets(kind: &str) -> bool {
    matches!(kind.as_bytes(), b"age" | b"vault" | b"aws" | b"command")
}

#[track_caller]
const fn prove_of_flag(key: &Key, rule: FlagRule) {
    if let Some(fault) = rule.fault(key) {
        refuse(Phrase::new().code(key.field).text(" is a flag, and ").text(fault));
    }
}

/// A flag is one flag, and no secret.
#[track_caller]
pub const fn flag_stands_alone(key: &Key) {
    prove_of_flag(key, FlagRule::Alone);
}

/// A flag may change while the program runs.
#[track_caller]
pub const fn flag_is_live(key: &Key) {
    prove_of_flag(key, FlagRule::Live);
}

/// Someone answers for a flag.
#[track_caller]
pub const fn flag_has_an_owner(key: &Key) {
    prove_of_flag(key, FlagRule::Owned);
}

/// A flag has an expiry.
#[track_caller]
pub const fn flag_expires(key: &Key) {
    prove_of_flag(key, FlagRule::Expires);
}

/// A flag does not come from this kind of source, if that holds secrets.
#[track_caller]
pub const fn flag_may_come_from(key: &Key, kind: &str) {
    if key.kind.holds_flags() && holds_secrets(kind) {
        refuse(Phrase::new().code(key.field).text(" is a flag, and ").text(FLAG_IN_STORE));
    }
}

/// Rotation is for secrets, and its period is a duration.
#[track_caller]
pub const fn rotation_is_possible(key: &Key) {
    let Some(period) = key.rotate() else { return };
    if !key.is_secret {
        refuse(
            Phrase::new().text(
                "`rotate` is for secrets; remove it, or make the type a secret's, such as `SecretString`",
            ),
        );
    }
    match duration::parse(period, None) {
        Err(fault) => refuse(not_of_kind(&Kind::Duration, period, fault)),
        Ok(0) => {
            refuse(Phrase::new().text("the period is zero; write how often the secret changes, such as 90d"))
        }
        Ok(_) => {}
    }
}

/// The time for which a value may be stale is a duration.
#[track_caller]
pub const fn staleness_is_possible(key: &Key) {
    let Some(time) = key.max_stale() else { return };
    match duration::parse(time, None) {
        Err(fault) => refuse(not_of_kind(&Kind::Duration, time, fault)),
        Ok(0) => refuse(Phrase::new().text(
            "the time is zero; without `max_stale` no value is served stale, so remove it, or write a time such as \
             10m",
        )),
        Ok(_) => {}
    }
}

/// A value that is rotated is live, and the overlap is a duration.
#[track_caller]
pub const fn overlap_is_possible(key: &Key) {
    let Some(time) = key.overlap() else { return };
    if !key.rotates {
        refuse(Phrase::new().text(
            "only a `Rotating` keeps the value before the current one; write `Rotating<..>` as the type, or remove \
             `overlap`",
        ));
    }
    match duration::parse(time, None) {
        Err(fault) => refuse(not_of_kind(&Kind::Duration, time, fault)),
        Ok(0) => refuse(Phrase::new().text(
            "the time is zero; write how long the value before the current one is accepted too, such as 1h",
        )),
        Ok(_) => {}
    }
}

/// What is rotated may change while the program runs.
#[track_caller]
pub const fn rotating_is_live(key: &Key) {
    if key.rotates && !key.is_live {
        refuse(
            Phrase::new()
                .text("a `Rotating` changes while the program runs, and this key is fixed; add `live`, or write ")
                .text("its type without `Rotating`"),
        );
    }
}

/// The day of the next review is a date.
#[track_caller]
pub const fn review_is_a_date(key: &Key) {
    if let Some(day) = key.review_by()
        && !is_date(day.as_bytes())
    {
        refuse(Phrase::new().quoted(day).text(" is not a date such as 2027-01-31"));
    }
}

/// The program has not reached the version that does not have the key any more.
#[track_caller]
pub const fn is_not_past_its_removal(key: &Key, version: &str) {
    let Some(deprecated) = key.deprecated() else { return };
    let Some(removal) = deprecated.remove_in else { return };
    if !is_version(removal) {
        refuse(Phrase::new().quoted(removal).text(" is not a version such as 2.0"));
    }
    if !is_before(version, removal) {
        let phrase = Phrase::new().code(key.field).text(" was to be removed in ").text(removal);
        let phrase = phrase.text(", and this is ").text(version).text("; delete the field");
        refuse(match deprecated.replaced_by {
            Some(path) => phrase.text(", its users have ").code(path),
            None => phrase,
        });
    }
}

const fn is_version(text: &str) -> bool {
    let mut expects_number = true;
    let mut rest = text.as_bytes();
    loop {
        match rest {
            [b'0'..=b'9', after @ ..] => (rest, expects_number) = (after, false),
            [b'.', after @ ..] if !expects_number => (rest, expects_number) = (after, true),
            // What follows the numbers, such as `-rc.1`, does not count.
            [] | [b'-' | b'+', ..] => return !expects_number,
            _ => return false,
        }
    }
}

/// Whether the numbers of one version come before those of another.
const fn is_before(one: &str, two: &str) -> bool {
    let (mut one, mut two) = (one.as_bytes(), two.as_bytes());
    loop {
        let (left, after_left) = version_number(one);
        let (right, after_right) = version_number(two);
        if left != right {
            return left < right;
        }
        if after_left.is_empty() && after_right.is_empty() {
            return false;
        }
        (one, two) = (after_left, after_right);
    }
}

const fn version_number(bytes: &[u8]) -> (u64, &[u8]) {
    let mut rest = bytes;
    let mut value: u64 = 0;
    while let [digit @ b'0'..=b'9', after @ ..] = rest {
        value = value.saturating_mul(10).saturating_add((*digit - b'0') as u64);
        rest = after;
    }
    // What follows the numbers, such as `-rc.1`, does not count.
    match rest {
        [b'.', after @ ..] => (value, after),
        _ => (value, &[]),
    }
}

/// The defaults of its keys do not break the rule with this number.
#[track_caller]
pub const fn rule_holds_for_the_defaults(group: &Group, number: usize) {
    let rule = &group.rules[number];
    const MOST: usize = 32;
    let mut facts = [Fact::Unknown; MOST];
    let mut at = 0;
    while at < rule.operands.len() && at < MOST {
        facts[at] = default_fact(group, rule.operands[at]);
        at += 1;
    }
    if rule.operands.len() <= MOST
        && let Some(false) = rule.holds(&facts)
    {
        refuse(
            rule.phrase(Phrase::new().text("the defaults break the rule "))
                .text("; change a default or the rule"),
        );
    }
}

const fn default_fact(group: &Group, operand: &'static str) -> Fact<'static> {
    if let Some(Item::Key(key)) = item_at(group, operand)
        && let Some(default) = key.default
        && let Ok(value) = scalar(key.kind, default, &key.how)
    {
        return Fact::Present { value, bytes: default.len() };
    }
    Fact::Unknown
}

/// The item that `fields`, such as `pool.max`, leads to.
pub(crate) const fn item_at(group: &Group, fields: &str) -> Option<&'static Item> {
    let (field, rest) = match crate::grammar::find(fields, b'.', 0) {
        Some(dot) => {
            let (field, rest) = fields.split_at(dot);
            (field, Some(rest.split_at(1).1))
        }
        None => (fields, None),
    };
    let mut at = 0;
    while at < group.items.len() {
        let item = &group.items[at];
        if same(item.field(), field) {
            return match (rest, item) {
                (None, item) => Some(item),
                (Some(rest), Item::Nested(nested)) => item_at(nested.group, rest),
                (Some(_), Item::Key(_) | Item::Foreign(_)) => None,
            };
        }
        at += 1;
    }
    None
}

/// A struct with secrets in it does not have traits that copy or show them.
#[track_caller]
pub const fn secrets_are_not_copied(group: &Group, has: Traits) {
    if !group.holds_secrets() {
        return;
    }
    let (name, instead) = if has.clone {
        ("Clone", "share it with `Arc`")
    } else if has.partial_eq {
        ("PartialEq", "compare the keys that are no secrets")
    } else if has.display {
        ("Display", "its `Debug` is there to print it, without secrets")
    } else if has.serialize {
        ("Serialize", "its `Debug` is there to print it, without secrets")
    } else {
        return;
    };
    refuse(
        Phrase::new()
            .code(group.name)
            .text(" holds secrets and must not implement ")
            .code(name)
            .text("; ")
            .text(instead),
    );
}

/// Traits of a struct that copy or show its fields.
#[derive(Clone, Copy, Debug)]
pub struct Traits {
    /// `Clone`
    pub clone: bool,
    /// `PartialEq`
    pub partial_eq: bool,
    /// `Display`
    pub display: bool,
    /// `serde::Serialize`
    pub serialize: bool,
}

const fn name(kind: &Kind) -> Phrase {
    kind.describe(Phrase::new())
}
