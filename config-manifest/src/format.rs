//! The format: a manifest as JSON, version 1.
//!
//! A binary carries it as the compiler wrote it. A published `manifest.json` also says what follows from the
//! rest: the path and the variable of every key. A field that a reader does not know is kept, and written again.
//!
//! Texts that are values (defaults, bounds, examples) are in the syntax of the key's type, as in a variable:
//! `30s`, `16MiB`, `127.0.0.1:80`.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The version of the format that this crate writes, and the newest that it reads.
pub const FORMAT: u32 = 1;

/// What the fields of a later format are kept in.
pub type Unknown = BTreeMap<String, Value>;

/// The contract of one program: every key it reads, with all that is known of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(title = "Configuration manifest", inline)]
pub struct Document {
    /// The version of this format. A reader refuses one that is larger than the largest it knows.
    pub format: u32,
    /// The name of the program.
    pub app: String,
    /// What the names of its variables begin with, without the underscore; may be empty.
    pub prefix: String,
    /// What must be said of every secret.
    #[serde(default, skip_serializing_if = "is_default")]
    pub hardening: Hardening,
    /// The profiles (deployment environments) that there are; empty where the program does not name them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub profiles: Vec<String>,
    /// Names that were keys once.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub removed: Vec<Removed>,
    /// Its keys and groups.
    pub group: Group,
    /// The crate that it is written in; empty where nobody said.
    #[serde(default, rename = "crate", skip_serializing_if = "String::is_empty")]
    pub crate_name: String,
    /// The version of that crate; empty where nobody said.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub version: String,
    /// A number for the contract, in 16 hexadecimal digits. It changes with the contract, and not with the version.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub fingerprint: String,
    /// What a later version of the format adds.
    #[serde(flatten)]
    pub unknown: Unknown,
}

/// What must be said of every secret.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Hardening {
    /// Nothing beyond what always holds.
    #[default]
    Baseline,
    /// An owner and a rotation period.
    Standard,
    /// Also a classification, and sources that are no files of the repository.
    Strict,
}

/// A name that was a key once.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Removed {
    /// The variable, or the path in documents.
    pub old: String,
    /// What to set instead.
    pub note: String,
    /// What a later version of the format adds.
    #[serde(flatten)]
    pub unknown: Unknown,
}

/// A group of keys, and of groups: one struct, or one enum of which a variant is chosen.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Group {
    /// The name of its type.
    pub name: String,
    /// What it is for.
    pub doc: String,
    /// What it holds, in the order of the source. The first item of a choice is the key that chooses.
    pub items: Vec<Item>,
    /// What holds between its keys.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rules: Vec<Rule>,
    /// What a function of the program checks, in one sentence.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub validate: Option<String>,
    /// Whether one of its groups is chosen, by name.
    #[serde(default, skip_serializing_if = "is_default")]
    pub choice: bool,
    /// What a later version of the format adds.
    #[serde(flatten)]
    pub unknown: Unknown,
}

/// One item of a group.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "item", rename_all = "lowercase")]
pub enum Item {
    /// A key.
    Key(Box<Key>),
    /// A group, or a list or map of groups.
    Group(Box<Nested>),
    /// A third-party struct, whose keys only the program knows.
    Foreign(Box<Foreign>),
}

/// A group in its place in another.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Nested {
    /// The name of the field, or of the variant of a choice.
    pub field: String,
    /// Its segment of the path, where that is not the name of the field; empty where its keys stand among those of
    /// the outer group.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub segment: Option<String>,
    /// Its part of the names of variables, where that is not the name of the field; empty where its keys stand among
    /// those of the outer group.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub part: Option<String>,
    /// What it is for.
    pub doc: String,
    /// How many there are.
    #[serde(default, skip_serializing_if = "is_default")]
    pub shape: Shape,
    /// Whether a list or map takes what every source has, in place of what the last one has.
    #[serde(default, skip_serializing_if = "is_default")]
    pub merge: bool,
    /// What it holds.
    pub group: Group,
    /// What a later version of the format adds.
    #[serde(flatten)]
    pub unknown: Unknown,
}

/// How many of a group there are in its place.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Shape {
    /// One.
    #[default]
    One,
    /// One or none: all of its keys or nothing.
    Optional,
    /// Any number, counted from 0: `{n}` in paths and variables stands for the number.
    List,
    /// Any number, by name: `{name}` in paths and variables stands for the name.
    Map,
}

/// A third-party struct in its place in a group.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Foreign {
    /// The name of the field.
    pub field: String,
    /// Its segment of the path, where that is not the name of the field.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub segment: Option<String>,
    /// What it is for.
    pub doc: String,
    /// The name of its type.
    pub type_name: String,
    /// What a later version of the format adds.
    #[serde(flatten)]
    pub unknown: Unknown,
}

/// One key: a leaf of the configuration. It never holds a value; a secret has no default and no example.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Key {
    /// Its path, such as `pool.max`. It follows from the rest; a published manifest says it, and a reader does not
    /// look at it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// The exact name of its variable, such as `PAYMENTS_POOL_MAX`. It follows from the rest, as the path does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub variable: Option<String>,
    /// The name of the field; empty for the key that chooses among the variants of a choice.
    pub field: String,
    /// Its segment of the path, where that is not the name of the field.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub segment: Option<String>,
    /// Its part of the name of the variable, where that is not the name of the field.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub part: Option<String>,
    /// What it is for.
    pub doc: String,
    /// What its values are.
    #[serde(rename = "type")]
    pub kind: Kind,
    /// Whether its values are secret.
    #[serde(default, skip_serializing_if = "is_default")]
    pub secret: bool,
    /// Whether the program runs without it, though it has no default.
    #[serde(default, skip_serializing_if = "is_default")]
    pub optional: bool,
    /// What a variable without text means.
    #[serde(default, skip_serializing_if = "is_default")]
    pub empty: Empty,
    /// Whether it may change while the program runs.
    #[serde(default, skip_serializing_if = "is_default")]
    pub live: bool,
    /// Whether a list or map takes what every source has, in place of what the last one has.
    #[serde(default, skip_serializing_if = "is_default")]
    pub merge: bool,
    /// The exact name of its variable, in place of the one made from its path.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub env: Option<String>,
    /// Older names of its variable.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub aliases: Vec<String>,
    /// What stands between the items of a list, where that is not a comma.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub separator: Option<char>,
    /// Its value where no source has one, in the syntax of its type.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default: Option<String>,
    /// The range of its values.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub range: Option<Range>,
    /// The length of its values: characters of a text, items of a list.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub len: Option<Length>,
    /// The regular expression that its text matches, in the syntax of the crate `regex`; not anchored by itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pattern: Option<String>,
    /// The only values it may have.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub one_of: Vec<String>,
    /// The format of its text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub format: Option<Format>,
    /// Who answers for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    /// The version of the program that brought it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<String>,
    /// The unit of its numbers: of a bare number, for durations and sizes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// A value to show in documents.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub example: Option<String>,
    /// Words to find it by.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
    /// The class of its data, such as `pci`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub classification: Option<String>,
    /// How long its values are kept, in words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retention: Option<String>,
    /// How often it is rotated, as a duration such as `90d`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rotate: Option<String>,
    /// How long the value before the current one is accepted too, as a duration such as `1h`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub overlap: Option<String>,
    /// The day by which someone looks at it again, as `2027-01-31`; the last day of a flag.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub review_by: Option<String>,
    /// That it is going away, and what takes its place.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deprecated: Option<Deprecated>,
    /// The profiles in which it must be set.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub required_in: Vec<String>,
    /// The profiles in which it must not be set.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub forbidden_in: Vec<String>,
    /// The kinds of source it may come from; empty for all.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sources: Vec<String>,
    /// Its place in a store, as `vault:payments/db#password`, where the store would look for it elsewhere.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub store: Option<String>,
    /// How long its value may be served after the store stopped answering, as a duration such as `10m`; without it,
    /// never.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_stale: Option<String>,
    /// Why it is no secret, though its name looks like one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub not_secret: Option<String>,
    /// What a later version of the format adds.
    #[serde(flatten)]
    pub unknown: Unknown,
}

/// What a variable without text means.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Empty {
    /// The same as no variable.
    #[default]
    Unset,
    /// The value whose text is empty.
    Value,
    /// A problem.
    Error,
}

/// What a value is.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Kind {
    /// One of `true`, `false`, `yes`, `no`, `on`, `off`, `1`, `0`.
    Bool,
    /// A whole number.
    Integer {
        /// Whether it may be negative.
        signed: bool,
        /// Its width: 8, 16, 32, 64 or 128 bits.
        bits: u8,
        /// Whether zero is refused.
        #[serde(default, skip_serializing_if = "is_default")]
        nonzero: bool,
    },
    /// A decimal number.
    Float {
        /// Its width: 32 or 64 bits.
        bits: u8,
    },
    /// One Unicode character.
    Char,
    /// Unicode text, taken as it is.
    #[default]
    Text,
    /// Text in the encoding of the operating system, taken as it is.
    OsText,
    /// A path, taken as it is.
    Path,
    /// A length of time with units, such as `1h30m`.
    Duration,
    /// An amount of data with a unit, such as `16MiB`.
    ByteSize,
    /// For whom something is on, such as `25%, allow alice`.
    Flag,
    /// A network address.
    Address {
        /// Which kind of address.
        form: Address,
    },
    /// An absolute URL.
    Url,
    /// One word of a closed set.
    Word {
        /// The words there are.
        words: Vec<Word>,
    },
    /// Several values of one kind.
    List {
        /// The kind of each item.
        item: Box<Kind>,
        /// Whether each item is there once.
        #[serde(default, skip_serializing_if = "is_default")]
        unique: bool,
        /// How many items there are, where that is fixed.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        count: Option<usize>,
    },
    /// Values by name.
    Map {
        /// The kind of each value.
        value: Box<Kind>,
    },
    /// Two values.
    Pair {
        /// The kind of the first value.
        first: Box<Kind>,
        /// The kind of the second value.
        second: Box<Kind>,
    },
    /// A type that reads its own text, named as in the source.
    Parsed {
        /// The name of the type.
        name: String,
    },
    /// A type that is read by `serde` as JSON, named as in the source.
    Structured {
        /// The name of the type.
        name: String,
    },
}

/// The network addresses there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Address {
    /// An IPv4 or IPv6 address.
    Ip,
    /// An IPv4 address.
    Ipv4,
    /// An IPv6 address.
    Ipv6,
    /// An IP address and a port.
    Socket,
    /// An IPv4 address and a port.
    SocketV4,
    /// An IPv6 address and a port.
    SocketV6,
}

/// One word of a closed set, with its meaning.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Word {
    /// The word as it is written.
    pub word: String,
    /// What it means.
    pub doc: String,
    /// What a later version of the format adds.
    #[serde(flatten)]
    pub unknown: Unknown,
}

/// The bounds of a range, each in the syntax of the key's type.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Range {
    /// The smallest value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min: Option<String>,
    /// The largest value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max: Option<String>,
    /// Whether `max` itself is too large.
    #[serde(default, skip_serializing_if = "is_default")]
    pub excludes_max: bool,
}

/// How long a text may be, in characters, or how many items a list may have.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Length {
    /// The least.
    pub min: usize,
    /// The most.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max: Option<usize>,
}

/// A named format of text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    /// An absolute URL.
    Url,
    /// An e-mail address.
    Email,
    /// A host name (RFC 1123).
    Hostname,
    /// A UUID in its 8-4-4-4-12 form.
    Uuid,
    /// A calendar date, `2027-01-31`.
    Date,
    /// An IP network, `10.0.0.0/8`.
    Cidr,
    /// Hexadecimal digits, two for each byte.
    Hex,
    /// Base64 with the standard alphabet and padding.
    Base64,
}

/// That a key is going away.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Deprecated {
    /// The version since which it is deprecated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<String>,
    /// Why, and what to do.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// The path of the key that takes its place.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replaced_by: Option<String>,
    /// The version that does not have it any more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remove_in: Option<String>,
    /// What a later version of the format adds.
    #[serde(flatten)]
    pub unknown: Unknown,
}

/// A rule between keys of one group and of the groups in it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Rule {
    /// What is wrong where it does not hold.
    pub message: String,
    /// The expression as it is written in the program.
    pub source: String,
    /// The fields it reads, such as `pool.max`, from the group that has the rule.
    pub operands: Vec<String>,
    /// The expression as data. Without it, only the program can check the rule.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expression: Option<Expression>,
    /// What a later version of the format adds.
    #[serde(flatten)]
    pub unknown: Unknown,
}

/// The closed form of a rule. Operands are counted from 0 in the operands of the rule.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Expression {
    /// The value of the operand with this number.
    Operand(usize),
    /// A truth value.
    Bool(bool),
    /// A whole number, in decimal digits. Nanoseconds where it is compared with a duration, bytes where with a size.
    Integer(String),
    /// A decimal number.
    Float(f64),
    /// Text, or a word of a closed set.
    Text(String),
    /// A value that is there, to compare an optional operand with.
    Some(Box<Expression>),
    /// The opposite of a truth value.
    Not(Box<Expression>),
    /// Two expressions with an operator between them.
    Binary {
        /// What stands on the left.
        left: Box<Expression>,
        /// What stands between them.
        operator: Operator,
        /// What stands on the right.
        right: Box<Expression>,
    },
    /// Whether the operand with this number is set.
    IsSome(usize),
    /// Whether the operand with this number is not set.
    IsNone(usize),
    /// Whether the operand with this number has no text, or no items.
    IsEmpty(usize),
    /// The length of the operand with this number: bytes of a text, items of a list.
    Len(usize),
}

/// The operators of the closed form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Operator {
    /// `&&`
    And,
    /// `||`
    Or,
    /// `==`
    Equal,
    /// `!=`
    NotEqual,
    /// `<`
    Less,
    /// `<=`
    AtMost,
    /// `>`
    More,
    /// `>=`
    AtLeast,
    /// `+`
    Add,
    /// `-`
    Subtract,
    /// `*`
    Multiply,
    /// `/`
    Divide,
    /// `%`
    Remainder,
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

/// The JSON Schema of the format.
///
/// ```
/// let schema = confident_manifest::format::schema();
/// assert_eq!(schema["title"], "Configuration manifest");
/// ```
pub fn schema() -> Value {
    let settings = schemars::generate::SchemaSettings::draft2020_12();
    settings.into_generator().into_root_schema_for::<Document>().to_value()
}
