//! Which source won for each key, which lost, and where exactly.

use std::fmt;

use serde_core::ser::{Serialize, SerializeStruct, Serializer};

use crate::{
    manifest::Key,
    report::{short, write_row},
    source::{Found, NodeValue, Origin},
    value::{REDACTED, Raw},
};

/// Where the value of every key came from.
///
/// `Display` prints an aligned table for people; it serializes as data for machines. Secrets are
/// redacted. It can be had when the load fails.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Explanation {
    /// The name of the program.
    pub app: &'static str,
    /// The profile of the load.
    pub profile: Option<String>,
    /// The keys, in the order of the manifest; those of lists and maps for each element found.
    pub keys: Vec<ExplainedKey>,
}

/// Where the value of one key came from.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ExplainedKey {
    /// Its path.
    pub path: String,
    /// The exact name of its variable.
    pub variable: String,
    /// Whether it is secret.
    pub is_secret: bool,
    /// The value that counts, and where it came from.
    pub value: Option<ExplainedValue>,
    /// The values that it overrides, the nearest first.
    pub shadowed: Vec<ExplainedValue>,
    /// The values that it is made of, in the order of the sources, where several sources have a list or map
    /// that merges.
    pub merged: Vec<ExplainedValue>,
    /// What is to be said of it.
    pub state: State,
}

/// A value, and where it came from.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ExplainedValue {
    /// The value as found, short; `[REDACTED]` for a secret.
    pub text: String,
    /// The place.
    pub origin: Origin<'static>,
    /// Whether the value is kept elsewhere, and only referred to, as a check may find it.
    pub is_elsewhere: bool,
}

/// What is to be said of the value of a key.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum State {
    /// A source has it, and it is valid.
    Set,
    /// No source has it: the default counts.
    Default,
    /// No source has it, and the program does without.
    Unset,
    /// No source has it, and the program needs it.
    Missing,
    /// A source has it, and it is not valid: why.
    Invalid(String),
    /// Its group is not in use.
    Unused,
}

impl State {
    /// The name of the state for machines.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Set => "set",
            Self::Default => "default",
            Self::Unset => "unset",
            Self::Missing => "missing",
            Self::Invalid(_) => "invalid",
            Self::Unused => "unused",
        }
    }
}

impl Explanation {
    /// The key at `path`.
    pub fn key(&self, path: &str) -> Option<&ExplainedKey> {
        self.keys.iter().find(|key| key.path == path)
    }
}

impl ExplainedValue {
    pub(crate) fn new(key: &Key, found: &Found<'_>) -> Self {
        let text = if key.is_secret { REDACTED.to_owned() } else { short(&text_of(&found.raw)).into_owned() };
        let is_elsewhere = found.raw.is_elsewhere();
        Self { text, origin: found.origin.clone().into_owned(), is_elsewhere }
    }

    pub(crate) fn default(default: &str) -> Self {
        Self { text: short(default).into_owned(), origin: Origin::Default, is_elsewhere: false }
    }
}

/// The value in one line.
fn text_of(raw: &Raw<'_>) -> String {
    match raw {
        raw if raw.is_elsewhere() => "kept elsewhere".to_owned(),
        Raw::Text(text) => text.to_string_lossy().into_owned(),
        Raw::Unicode(text) => (*text).to_owned(),
        Raw::Items(items) => items.iter().map(text_of).collect::<Vec<_>>().join(", "),
        Raw::Rotated(rotated) => text_of(&rotated.current),
        Raw::Node(node) => match &node.value {
            NodeValue::Null => "null".to_owned(),
            NodeValue::Text(text) | NodeValue::Literal { text, .. } => text.clone().into_owned(),
            NodeValue::List(items) => {
                items.iter().map(|item| text_of(&item.into())).collect::<Vec<_>>().join(", ")
            }
            NodeValue::Table(entries) => {
                let entry = |(name, node): &(crate::source::Name<'_>, crate::source::Node<'_>)| {
                    format!("{}={}", name.text, text_of(&node.into()))
                };
                entries.iter().map(entry).collect::<Vec<_>>().join(", ")
            }
        },
    }
}

impl fmt::Display for Explanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.app)?;
        if let Some(profile) = &self.profile {
            write!(f, " (profile {profile})")?;
        }
        f.write_str("\n\n")?;
        let rows: Vec<[String; 3]> = self.keys.iter().map(ExplainedKey::row).collect();
        let heads = ["key", "value", "from"].map(str::to_owned);
        let width = |column: usize, most: usize| {
            let widths = rows.iter().chain([&heads]).map(|row| row[column].chars().count());
            widths.max().unwrap_or(0).min(most)
        };
        let widths = [width(0, 44), width(1, 44)];
        write_row(f, &heads, widths)?;
        rows.iter().try_for_each(|row| write_row(f, row, widths))
    }
}

impl ExplainedKey {
    fn row(&self) -> [String; 3] {
        let value = self.value.as_ref().map_or("-", |value| &value.text);
        let mut from = match &self.value {
            Some(value) if self.merged.is_empty() => value.origin.to_string(),
            _ => String::new(),
        };
        for (at, part) in self.merged.iter().enumerate() {
            from.push_str(if at == 0 { "" } else { ", and " });
            from.push_str(&format!("{} ({})", part.origin, part.text));
        }
        for (at, lower) in self.shadowed.iter().enumerate() {
            from.push_str(if at == 0 { ", over " } else { ", " });
            from.push_str(&format!("{} ({})", lower.origin, lower.text));
        }
        let remark = match &self.state {
            State::Set | State::Default => String::new(),
            State::Unset => "not set".to_owned(),
            State::Missing => format!("MISSING: set {}", self.variable),
            State::Invalid(why) => format!("INVALID: {why}"),
            State::Unused => "not in use".to_owned(),
        };
        let between = if from.is_empty() || remark.is_empty() { "" } else { "; " };
        [self.path.clone(), value.to_owned(), format!("{from}{between}{remark}")]
    }
}

impl Serialize for Explanation {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut explanation = serializer.serialize_struct("Explanation", 3)?;
        explanation.serialize_field("app", self.app)?;
        explanation.serialize_field("profile", &self.profile)?;
        explanation.serialize_field("keys", &self.keys)?;
        explanation.end()
    }
}

impl Serialize for ExplainedKey {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut key = serializer.serialize_struct("ExplainedKey", 8)?;
        key.serialize_field("path", &self.path)?;
        key.serialize_field("variable", &self.variable)?;
        key.serialize_field("secret", &self.is_secret)?;
        key.serialize_field("value", &self.value)?;
        key.serialize_field("shadowed", &self.shadowed)?;
        key.serialize_field("merged", &self.merged)?;
        key.serialize_field("state", self.state.name())?;
        let why = match &self.state {
            State::Invalid(why) => Some(why),
            _ => None,
        };
        key.serialize_field("why", &why)?;
        key.end()
    }
}

impl Serialize for ExplainedValue {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut value = serializer.serialize_struct("ExplainedValue", 3)?;
        value.serialize_field("text", &self.text)?;
        value.serialize_field("origin", &self.origin.to_string())?;
        value.serialize_field("source", self.origin.kind())?;
        value.end()
    }
}
