//! The environment.

use std::{
    ffi::{OsStr, OsString},
    fmt,
    ops::Range,
    sync::OnceLock,
};

use super::{
    Answers, OnUnknown, Source, Wanted,
    layer::{Layer, Spot, Whose},
};
use crate::manifest::Manifest;

/// The variables of the environment, as they were at one moment.
///
/// The environment of the process is read once, by the first load: all of it in one pass, of which the variables
/// of the program are kept. A variable that is not UTF-8 text and is not the program's is none of its business.
///
/// # Example
/// ```
/// use confident_core::Env;
///
/// let env = Env::from_pairs([("PAYMENTS_LISTEN", "127.0.0.1:8080"), ("PAYMENTS_POOL_MAX", "5")]);
/// // Shows names, never values.
/// assert_eq!(format!("{env:?}"), r#"Env["PAYMENTS_LISTEN", "PAYMENTS_POOL_MAX"]"#);
/// ```
pub struct Env {
    variables: Variables,
    on_unknown: OnUnknown,
}

enum Variables {
    OfProcess(OnceLock<Snapshot>),
    Pairs(Vec<(OsString, OsString)>),
}

impl Env {
    /// The environment of the process, read once, by the first load.
    pub fn process() -> Self {
        Self { variables: Variables::OfProcess(OnceLock::new()), on_unknown: OnUnknown::Warn }
    }

    /// An environment of these variables: for tests, which then run in parallel.
    pub fn from_pairs<I, K, V>(pairs: I) -> Self
    where
        I: IntoIterator<Item = (K, V)>,
        K: AsRef<OsStr>,
        V: AsRef<OsStr>,
    {
        let pairs = pairs.into_iter().map(|(name, value)| (name.as_ref().into(), value.as_ref().into()));
        Self { variables: Variables::Pairs(pairs.collect()), on_unknown: OnUnknown::Warn }
    }

    /// What it means that a variable under the prefix of the program is read by no key: a warning,
    /// unless said otherwise.
    #[must_use]
    pub fn on_unknown(mut self, on_unknown: OnUnknown) -> Self {
        self.on_unknown = on_unknown;
        self
    }
}

impl Source for Env {
    fn kind(&self) -> &'static str {
        "env"
    }

    fn name(&self, _: &Wanted<'_>) -> String {
        "environment".to_owned()
    }

    fn find<'a>(&'a self, wanted: &Wanted<'_>, answers: &mut Answers<'_, 'a>) {
        match &self.variables {
            Variables::Pairs(pairs) => {
                for (name, value) in pairs {
                    answers.variable(name.as_os_str(), value.as_os_str(), 0, 0);
                }
            }
            Variables::OfProcess(snapshot) => {
                let snapshot = snapshot.get_or_init(|| Snapshot::of(wanted.manifest));
                snapshot.answer(wanted.manifest, answers);
            }
        }
    }

    fn on_unknown(&self) -> OnUnknown {
        self.on_unknown
    }

    fn peek(&self, wanted: &Wanted<'_>, variable: &str) -> Option<String> {
        let value = match &self.variables {
            Variables::Pairs(pairs) => pairs.iter().rev().find(|(name, _)| name == variable)?.1.to_str()?,
            Variables::OfProcess(snapshot) => {
                let snapshot = snapshot.get_or_init(|| Snapshot::of(wanted.manifest));
                snapshot.profile.as_ref().filter(|(name, _)| name == variable)?.1.as_str()
            }
        };
        Some(value.to_owned())
    }
}

/// The variables of one program, copied from the environment of the process.
struct Snapshot {
    /// The program.
    prefix: &'static str,
    /// All texts, one behind the other.
    text: String,
    variables: Vec<Variable>,
    /// The variable that names the profile, and its value.
    profile: Option<(String, String)>,
}

struct Variable {
    whose: Whose,
    name: Range<usize>,
    value: Value,
}

enum Value {
    Text(Range<usize>),
    NotUnicode(OsString),
}

impl Snapshot {
    fn of(manifest: &Manifest) -> Self {
        let (tree, prefix) = (&manifest.tree, manifest.prefix);
        let profile = manifest.profile_variable();
        let capacity = tree.names().len();
        let mut snapshot = Self {
            prefix,
            text: String::with_capacity(capacity * 48),
            variables: Vec::with_capacity(capacity),
            profile: None,
        };
        let layer = Layer::new(tree, "env", OnUnknown::Warn);
        // Most of the environment is of no interest, and known by its first bytes.
        let begin = if tree.has_absolute_names() { "" } else { prefix };
        confident_environ::visit(begin, &mut |name, value| {
            if name == profile.as_str() {
                snapshot.profile = value.to_str().map(|value| (profile.clone(), value.to_owned()));
            } else if let Some(whose) = layer.whose(tree, prefix, name) {
                snapshot.keep(whose, name, value);
            }
        });
        snapshot
    }

    fn keep(&mut self, whose: Whose, name: &OsStr, value: &OsStr) {
        let name = self.copy(name.to_str().unwrap_or_default());
        let value = match value.to_str() {
            Some(value) => Value::Text(self.copy(value)),
            None => Value::NotUnicode(value.to_owned()),
        };
        self.variables.push(Variable { whose, name, value });
    }

    fn copy(&mut self, text: &str) -> Range<usize> {
        let start = self.text.len();
        self.text.push_str(text);
        start..self.text.len()
    }

    fn answer<'a>(&'a self, manifest: &Manifest, answers: &mut Answers<'_, 'a>) {
        for Variable { whose, name, value } in &self.variables {
            let name = OsStr::new(&self.text[name.clone()]);
            let value = match value {
                Value::Text(text) => OsStr::new(&self.text[text.clone()]),
                Value::NotUnicode(value) => value,
            };
            if std::ptr::eq(self.prefix, manifest.prefix) {
                answers.layer.keep(*whose, name.into(), value.into(), Spot::default());
            } else {
                // Another program's, which shares the source.
                answers.variable(name, value, 0, 0);
            }
        }
    }
}

impl fmt::Debug for Env {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.variables {
            Variables::Pairs(pairs) => {
                f.write_str("Env")?;
                f.debug_list().entries(pairs.iter().map(|(name, _)| name)).finish()
            }
            Variables::OfProcess(_) => f.write_str("Env(process)"),
        }
    }
}
