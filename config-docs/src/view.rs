//! The manifest as documents want it: names spelled, constraints in words, tables across keys.
//!
//! Everything here is plain text as the manifest has it, not escaped for any format: whoever writes a document
//! escapes. It serializes for templates, and is the same for the same manifest. No secret has a value in it: its
//! default, its example and its listed values are dropped, even where a manifest that was read from elsewhere has some.

mod build;
mod sample;
mod value;
mod words;

use confident_core::Manifest;
use serde::Serialize;

/// A whole manifest.
///
/// # Example
/// ```
/// use confident_core::Root;
/// use confident_docs::View;
///
/// fn secrets<R: Root>() -> Vec<String> {
///     View::of(R::MANIFEST).secrets.into_iter().map(|secret| secret.key.variable).collect()
/// }
/// ```
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct View {
    /// The name of the program.
    pub app: String,
    /// Its version, where the manifest says it.
    pub version: Option<String>,
    /// A number for the contract, where the manifest has one: it is the same as long as the contract is.
    pub fingerprint: Option<String>,
    /// What the program is: the documentation of its struct.
    pub doc: Doc,
    /// What the names of variables begin with, without the underscore; may be empty.
    pub prefix: String,
    /// The variable that names the profile of a load.
    pub profile_variable: String,
    /// What must be said of every secret: `baseline`, `standard` or `strict`.
    pub hardening: String,
    /// The profiles: those that the program names, else those that its keys name.
    pub profiles: Vec<String>,
    /// Whether any other profile is refused.
    pub profiles_are_closed: bool,
    /// Names that were keys once.
    pub removed: Vec<RemovedName>,
    /// The groups, each with its own keys, in the order of the source. The first is the program itself, with an
    /// empty path.
    pub groups: Vec<GroupView>,
    /// The rules between keys, and what functions of the program check.
    pub rules: Vec<RuleView>,
    /// The types that keys have, each once, with how their values are written.
    pub types: Vec<TypeView>,
    /// The least that must be set for the program to start.
    pub boot: Boot,
    /// Every secret.
    pub secrets: Vec<SecretRow>,
    /// In which profile each key must or must not be set, for every key; the cells are in the order of `profiles`.
    pub environments: Vec<EnvironmentRow>,
    /// Which keys may change while the program runs.
    pub restarts: Restarts,
}

/// Documentation: the first sentence, and the rest. Both may have code in backticks, as the source has it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Doc {
    /// The first sentence, on one line.
    pub summary: String,
    /// The rest of the first paragraph, and the other paragraphs, each on one line.
    pub rest: Vec<String>,
}

/// One key, as other places refer to it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct KeyRef {
    /// The name of its place in a document, see [`KeyView::anchor`].
    pub anchor: String,
    /// Its path.
    pub path: String,
    /// Its variable.
    pub variable: String,
    /// The first sentence of its documentation.
    pub summary: String,
    /// Whether it is secret.
    pub is_secret: bool,
}

/// A name that was a key once.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct RemovedName {
    /// The variable, or the path in documents.
    pub old: String,
    /// What to set instead.
    pub note: String,
}

/// A group: one struct, or one enum of which a variant is chosen, in its place.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct GroupView {
    /// The name of its place in a document, such as `group-pool`: lower-case ASCII letters, digits and hyphens,
    /// unique among all anchors of the view.
    pub anchor: String,
    /// The anchor of the group around it; none for the program itself.
    pub parent: Option<String>,
    /// How many groups are around it.
    pub depth: usize,
    /// Its path, such as `pool`; that of the group around it where its keys stand among those. An element of a
    /// list or map has `{n}` or `{name}` in it.
    pub path: String,
    /// What its variables begin with; without the underscore.
    pub variable: String,
    /// A short heading: the name of the field in words, or of the program.
    pub title: String,
    /// What it is for, in its place.
    pub doc: Doc,
    /// What its type is for, where that says something else.
    pub type_doc: Option<Doc>,
    /// `one`, `optional`, `list` or `map`.
    pub shape: Shape,
    /// The shape in a sentence; empty for a group that is always there.
    pub shape_words: String,
    /// Whether its keys stand among those of the group around it, in names and in files.
    pub is_flat: bool,
    /// Whether its first key chooses one of the groups in it.
    pub is_choice: bool,
    /// The word of the choice around it that puts it to use.
    pub chosen_by: Option<Chosen>,
    /// Whether a list or map takes what every source has, in place of what the last one has.
    pub merges: bool,
    /// Its own keys, in the order of the source; those of the groups in it are there.
    pub keys: Vec<KeyView>,
    /// Third-party structs in it.
    pub foreign: Vec<ForeignView>,
    /// The anchors of the rules between its keys.
    pub rules: Vec<String>,
}

/// How many of a group there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Shape {
    /// One.
    One,
    /// One or none: all of its required keys, or nothing.
    Optional,
    /// Any number, counted from 0.
    List,
    /// Any number, by name.
    Map,
}

/// The word of a choice that puts a group to use.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct Chosen {
    /// The key that chooses.
    pub key: KeyRef,
    /// The word.
    pub word: String,
}

/// A third-party struct, whose keys only the program knows.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct ForeignView {
    /// Its path.
    pub path: String,
    /// What its variables begin with; without the underscore.
    pub variable: String,
    /// What it is for.
    pub doc: Doc,
    /// The name of its type.
    pub type_name: String,
}

/// One key with everything that is known of it.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct KeyView {
    /// The name of its place in a document, such as `key-pool-max`: lower-case ASCII letters, digits and hyphens,
    /// unique among all anchors of the view.
    pub anchor: String,
    /// Its path, such as `pool.max`; with `{n}` or `{name}` in an element of a list or map.
    pub path: String,
    /// The last segment of its path; empty for the key that chooses among groups, which has the path of its group.
    pub segment: String,
    /// The exact name of its variable, with the placeholder of its path.
    pub variable: String,
    /// Whether its names have a placeholder: it is a key of each element of a list or map.
    pub is_in_element: bool,
    /// For a secret: the variable that may name a file which holds the value.
    pub file_variable: Option<String>,
    /// Older names of the variable, which are still read, with a warning.
    pub old_names: Vec<OldName>,
    /// The anchor of its group.
    pub group: String,
    /// What it is for.
    pub doc: Doc,
    /// What its values are.
    #[serde(rename = "type")]
    pub kind: TypeRef,
    /// The words of a closed set, with their meaning; empty for other types.
    pub words: Vec<WordView>,
    /// Its value where no source has one.
    pub default: Option<DefaultView>,
    /// What a value must satisfy besides being of its type.
    pub constraints: Vec<ConstraintView>,
    /// The unit of its numbers; on a duration or size, of a bare number.
    pub unit: Option<String>,
    /// A value that the program gives as an example; none for a secret.
    pub example: Option<String>,
    /// A value that is valid: the example, else the default, else one that is made up. None for a secret, and where
    /// only the program knows what is valid.
    pub sample: Option<String>,
    /// Whether and when it must be set.
    pub presence: Presence,
    /// Whether its values are secret.
    pub is_secret: bool,
    /// Why it is no secret, though its name looks like one.
    pub not_secret: Option<String>,
    /// How often a secret is rotated, as a duration such as `90d`.
    pub rotate: Option<String>,
    /// How long the value before the current one is accepted too, as a duration such as `1h`.
    pub overlap: Option<String>,
    /// Whether it may change while the program runs. Otherwise a new value needs a restart.
    pub is_live: bool,
    /// Who answers for it.
    pub owner: Option<String>,
    /// The class of its data, such as `pci`.
    pub classification: Option<String>,
    /// How long its values are kept.
    pub retention: Option<String>,
    /// The version of the program that brought it.
    pub since: Option<String>,
    /// The day by which someone looks at it again, as `2027-01-31`.
    pub review_by: Option<String>,
    /// That it is going away.
    pub deprecated: Option<DeprecatedView>,
    /// Words to find it by.
    pub tags: Vec<String>,
    /// The kinds of source that it may come from, such as `env`; empty for all.
    pub sources: Vec<String>,
    /// Its place in a store, such as `vault:payments/db#password`; none where the store knows it by itself.
    pub store: Option<String>,
    /// How long its value may be served after the store stopped answering, as a duration such as `10m`; none for never.
    pub max_stale: Option<String>,
    /// The sample as it stands in a file; none where only the program knows how it does.
    pub sample_value: Option<FileValue>,
    /// What a variable without text means.
    pub empty: Empty,
    /// What a variable without text means, in a sentence.
    pub empty_words: String,
    /// What stands between the items of a list or the entries of a map in a variable, as it is named in a sentence,
    /// such as `a comma`.
    pub separator: Option<String>,
    /// Whether a list or map takes what every source has, in place of what the last one has.
    pub merges: bool,
    /// The rules that mention it.
    pub rules: Vec<RuleRef>,
}

/// An older name of a variable.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct OldName {
    /// The name.
    pub variable: String,
    /// For a secret: the variable that may name a file.
    pub file_variable: Option<String>,
}

/// The type of a key.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct TypeRef {
    /// The anchor of how its values are written, see [`View::types`].
    pub anchor: String,
    /// Its name, such as `list of duration`.
    pub name: String,
    /// What a value is, to stand behind "is", such as `a whole number from 0 to 65535`.
    pub expected: String,
    /// How a value stands in a file.
    pub literal: Literal,
}

/// How a value stands in a file, such as TOML or YAML.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Literal {
    /// `true` or `false`.
    Bool,
    /// A whole number.
    Integer,
    /// A decimal number.
    Float,
    /// A text in quotes.
    Text,
    /// A list.
    List,
    /// A table.
    Table,
    /// Whatever the program's own type takes.
    Any,
}

/// How the values of one type are written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct TypeView {
    /// The name of its place in a document, such as `type-duration`.
    pub anchor: String,
    /// The name of the type.
    pub name: String,
    /// How a value is written, in sentences; with code in backticks.
    pub written: String,
}

/// One word of a closed set.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct WordView {
    /// The word as it is written.
    pub text: String,
    /// What it means.
    pub doc: Doc,
}

/// A default.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct DefaultView {
    /// The value, as it is written in a variable.
    pub text: String,
    /// Whether the text is empty, which needs to be said where it is shown.
    pub is_empty: bool,
    /// What to show in place of a text that is empty, such as `no items`.
    pub empty_words: String,
    /// The value as it stands in a file; none where only the program knows how it does.
    pub value: Option<FileValue>,
}

/// A value as it stands in a file, in whatever syntax.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
#[non_exhaustive]
pub enum FileValue {
    /// A truth value.
    Bool(bool),
    /// A number in decimal digits, with `-` and a fraction where it has them: what JSON, TOML and YAML agree on. Whole
    /// numbers are within 64 bits.
    Number(String),
    /// A text.
    Text(String),
    /// A list.
    List(Vec<FileValue>),
    /// A table, in the order of the manifest.
    Table(Vec<(String, FileValue)>),
}

/// What a value must satisfy besides being of its type.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct ConstraintView {
    /// `range`, `length`, `one_of`, `format` or `pattern`.
    pub kind: String,
    /// The constraint in words, such as `from 1 to 65535`; the values in `code` stand behind it.
    pub words: String,
    /// What stands behind the words as code: the pattern, or each of the listed values.
    pub code: Vec<String>,
    /// What the report prints behind a value that breaks it, such as `is not in 1..=65535`.
    pub symptom: String,
}

/// Whether and when a key must be set.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct Presence {
    /// Whether it must be set, whatever the profile.
    pub need: Need,
    /// For [`Need::Conditional`]: what must be so, all of it, each as the rest of a sentence that begins with
    /// "when", with code in backticks.
    pub conditions: Vec<String>,
    /// The profiles in which it must be set.
    pub required_in: Vec<String>,
    /// The profiles in which it must not be set.
    pub forbidden_in: Vec<String>,
    /// All of it in words, such as `optional; required in production`, with code in backticks.
    pub words: String,
}

/// Whether a key must be set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Need {
    /// Always.
    Required,
    /// When its group is in use.
    Conditional,
    /// No: it has a default.
    Default,
    /// No: the program does without.
    Optional,
}

/// What a variable without text means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Empty {
    /// The same as no variable.
    Unset,
    /// The value whose text is empty.
    Value,
    /// A problem.
    Error,
}

/// That a key is going away.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct DeprecatedView {
    /// The version since which it is deprecated.
    pub since: Option<String>,
    /// Why, and what to do.
    pub note: Option<String>,
    /// The key that takes its place.
    pub replaced_by: Option<KeyRef>,
    /// The version that does not have it any more.
    pub remove_in: Option<String>,
}

/// A rule, as a key that it mentions refers to it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct RuleRef {
    /// The name of its place in a document, see [`RuleView::anchor`].
    pub anchor: String,
    /// What is wrong where it does not hold.
    pub message: String,
    /// The expression as written in the source; none for a function of the program.
    pub source: Option<String>,
    /// Whether only the application can check it.
    pub by_application_only: bool,
}

/// A rule between keys, or what a function of the program checks.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct RuleView {
    /// The name of its place in a document, such as `rule-1`.
    pub anchor: String,
    /// The anchor of its group.
    pub group: String,
    /// The path of its group; empty for the program itself.
    pub path: String,
    /// What is wrong where it does not hold, as the report prints it.
    pub message: String,
    /// The expression as written in the source, where names are those of fields; none for a function of the program.
    pub source: Option<String>,
    /// Whether only the application can check it: it is a function, or an expression that is not in the closed form.
    pub by_application_only: bool,
    /// What it reads, in the order of the expression.
    pub operands: Vec<OperandView>,
}

/// What a rule reads.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct OperandView {
    /// As written in the expression.
    pub text: String,
    /// The key, where it is one.
    pub key: Option<KeyRef>,
    /// The anchor of the group, where it is one that may be left out.
    pub group: Option<String>,
    /// The path of that group.
    pub group_path: Option<String>,
}

/// The least that must be set for the program to start.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct Boot {
    /// The keys that must always be set.
    pub always: Vec<KeyRef>,
    /// Rules that do not hold as long as no more than that is set: one of their keys must be set too.
    pub rules: Vec<RuleRef>,
    /// What must be set besides, by profile.
    pub in_profiles: Vec<BootProfile>,
    /// What must be set besides, where a group is in use.
    pub when: Vec<BootWhen>,
}

/// What must be set in a profile.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct BootProfile {
    /// The profile.
    pub profile: String,
    /// The keys.
    pub keys: Vec<KeyRef>,
}

/// What must be set where a group is in use.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct BootWhen {
    /// The anchor of the group.
    pub group: String,
    /// What must be so, as in [`Presence::conditions`].
    pub conditions: Vec<String>,
    /// The keys.
    pub keys: Vec<KeyRef>,
}

/// One secret, for an inventory.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct SecretRow {
    /// The key.
    pub key: KeyRef,
    /// The variable that may name a file which holds it.
    pub file_variable: String,
    /// Who answers for it.
    pub owner: Option<String>,
    /// How often it is rotated.
    pub rotate: Option<String>,
    /// The class of its data.
    pub classification: Option<String>,
    /// The kinds of source that it may come from; empty for all.
    pub sources: Vec<String>,
    /// Its place in a store; none where the store knows it by itself.
    pub store: Option<String>,
    /// Whether and when it must be set, in words.
    pub presence: String,
    /// Whether a new value is taken without a restart.
    pub is_live: bool,
}

/// In which profiles one key must or must not be set.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct EnvironmentRow {
    /// The key.
    pub key: KeyRef,
    /// For each profile, in the order of [`View::profiles`].
    pub cells: Vec<Cell>,
    /// Whether the profiles differ.
    pub differs: bool,
}

/// What a profile says of a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Cell {
    /// It must be set.
    Required,
    /// It must be set where its group is in use.
    Conditional,
    /// It must not be set.
    Forbidden,
    /// It may be set; it has a default.
    Default,
    /// It may be set.
    Optional,
}

/// Which keys may change while the program runs.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct Restarts {
    /// These may.
    pub live: Vec<KeyRef>,
    /// A new value of these needs a restart.
    pub fixed: Vec<KeyRef>,
}

impl View {
    /// The view of a manifest.
    pub fn of(manifest: &Manifest) -> Self {
        build::view(manifest)
    }

    /// Every key, in the order of the groups.
    pub fn keys(&self) -> impl Iterator<Item = &KeyView> {
        self.groups.iter().flat_map(|group| &group.keys)
    }

    /// The key at `path`.
    pub fn key(&self, path: &str) -> Option<&KeyView> {
        self.keys().find(|key| key.path == path)
    }

    /// The group with this anchor.
    pub fn group(&self, anchor: &str) -> Option<&GroupView> {
        self.groups.iter().find(|group| group.anchor == anchor)
    }
}

impl KeyView {
    /// The key, as other places refer to it.
    pub fn reference(&self) -> KeyRef {
        KeyRef {
            anchor: self.anchor.clone(),
            path: self.path.clone(),
            variable: self.variable.clone(),
            summary: self.doc.summary.clone(),
            is_secret: self.is_secret,
        }
    }
}
