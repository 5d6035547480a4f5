//! Names, types and values of keys.

/// Ten keys that belong together.
pub(super) struct Group {
    /// The name of its field.
    pub(super) name: String,
    /// The name of its struct.
    pub(super) type_name: String,
    /// The name as people say it.
    pub(super) words: String,
    pub(super) keys: Vec<Key>,
}

/// One value.
pub(super) struct Key {
    /// The name of its field.
    pub(super) name: String,
    /// The name as people say it.
    pub(super) words: String,
    pub(super) kind: Kind,
    /// Its number among all keys.
    pub(super) number: usize,
}

/// The type of a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Text,
    U16,
    U32,
    U64,
    I64,
    F64,
    Bool,
    Duration,
    OptionalText,
    OptionalU32,
    List,
}

/// The value of a key.
pub(super) enum Value {
    Absent,
    /// A text or a duration, as it is written.
    Text(String),
    /// A number or a truth value, as it is written.
    Bare(String),
    List(Vec<String>),
}

/// The types in their turn, each with the last word of the names of its keys.
const KINDS: [(Kind, &str); 11] = [
    (Kind::Text, "name"),
    (Kind::U16, "port"),
    (Kind::U32, "limit"),
    (Kind::U64, "bytes"),
    (Kind::I64, "offset"),
    (Kind::F64, "ratio"),
    (Kind::Bool, "enabled"),
    (Kind::Duration, "timeout"),
    (Kind::OptionalText, "label"),
    (Kind::OptionalU32, "burst"),
    (Kind::List, "tags"),
];

/// The first word of the ten keys of a group.
const SUBJECTS: [&str; 10] =
    ["request", "session", "upload", "index", "replica", "queue", "cache", "retry", "worker", "report"];

/// The first word of a group.
const PLACES: [&str; 5] = ["main", "edge", "spare", "night", "trial"];

/// The second word of a group.
const PARTS: [&str; 20] = [
    "gateway", "ledger", "mailer", "search", "billing", "catalog", "router", "archive", "metrics", "tracing",
    "storage", "planner", "invoice", "profile", "webhook", "crawler", "indexer", "printer", "tracker",
    "balancer",
];

/// The groups of so many keys.
pub(super) fn groups(keys: usize) -> Vec<Group> {
    assert!(keys.is_multiple_of(10) && keys <= 1000, "groups have ten keys, and there are names for 100");
    (0..keys / 10)
        .map(|group| {
            let (place, part) = (PLACES[group / PARTS.len()], PARTS[group % PARTS.len()]);
            Group {
                name: format!("{place}_{part}"),
                type_name: format!("{}{}", capitalized(place), capitalized(part)),
                words: format!("{place} {part}"),
                keys: (0..10).map(|at| key(group * 10 + at)).collect(),
            }
        })
        .collect()
}

fn key(number: usize) -> Key {
    let (kind, noun) = KINDS[number % KINDS.len()];
    let subject = SUBJECTS[number % SUBJECTS.len()];
    Key { name: format!("{subject}_{noun}"), words: format!("{noun} of the {subject}"), kind, number }
}

fn capitalized(word: &str) -> String {
    word[..1].to_uppercase() + &word[1..]
}

impl Kind {
    /// The type as it is written in Rust.
    pub(super) fn rust(self) -> &'static str {
        match self {
            Self::Text => "String",
            Self::U16 => "u16",
            Self::U32 => "u32",
            Self::U64 => "u64",
            Self::I64 => "i64",
            Self::F64 => "f64",
            Self::Bool => "bool",
            Self::Duration => "std::time::Duration",
            Self::OptionalText => "Option<String>",
            Self::OptionalU32 => "Option<u32>",
            Self::List => "Vec<String>",
        }
    }
}

impl Key {
    /// What the key is set to. Of the optional ones, every second is not set.
    pub(super) fn value(&self) -> Value {
        let number = self.number;
        match self.kind {
            Kind::Text => Value::Text(format!("{}-of-the-service-{number}", self.name)),
            Kind::U16 => Value::Bare((1024 + number).to_string()),
            Kind::U32 => Value::Bare((100_000 + number).to_string()),
            Kind::U64 => Value::Bare((10_000_000_000 + number as u64).to_string()),
            Kind::I64 => Value::Bare((-1000 - number as i64).to_string()),
            Kind::F64 => Value::Bare(format!("{number}.25")),
            Kind::Bool => Value::Bare(number.is_multiple_of(4).to_string()),
            Kind::Duration => Value::Text(format!("{}s", 5 + number % 50)),
            Kind::OptionalText if number.is_multiple_of(2) => Value::Text(format!("label-{number}")),
            Kind::OptionalU32 if number.is_multiple_of(2) => Value::Bare((200 + number).to_string()),
            Kind::OptionalText | Kind::OptionalU32 => Value::Absent,
            Kind::List => {
                Value::List(["alpha", "beta", "gamma"].map(|item| format!("{item}-{number}")).into())
            }
        }
    }

    /// The value as `Debug` shows it, in a struct of the types of [`Kind::rust`].
    fn debug(&self) -> String {
        match (self.kind, self.value()) {
            (_, Value::Absent) => "None".to_owned(),
            (Kind::OptionalText, Value::Text(text)) => format!("Some({text:?})"),
            (Kind::OptionalU32, Value::Bare(text)) => format!("Some({text})"),
            (Kind::Duration, Value::Text(text)) | (_, Value::Bare(text)) => text,
            (_, Value::Text(text)) => format!("{text:?}"),
            (_, Value::List(items)) => format!("{items:?}"),
        }
    }
}

/// Every value that a load of so many keys must give, as `Debug` shows it.
pub fn expected(keys: usize) -> Vec<String> {
    groups(keys).iter().flat_map(|group| group.keys.iter().map(Key::debug)).collect()
}
