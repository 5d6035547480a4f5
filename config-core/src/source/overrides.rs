//! Values that the program, or its command line, puts over all others.

use std::fmt;

use zeroize::Zeroizing;

use super::{Answers, Name, Node, NodeValue, Source, Wanted};

/// The kind of source that a test stands for any other with.
pub(crate) const FIXTURE: &str = "fixture";

/// Values by path that the program, or its command line, puts over all others.
///
/// # Example
/// ```
/// use confident_core::Overrides;
///
/// // `payments --verbose --set pool.max=5 --set=auths.0.name=ada`
/// let arguments = ["--verbose", "--set", "pool.max=5", "--set=auths.0.name=ada"];
/// let overrides = Overrides::from_args(arguments);
/// // Shows paths, never values.
/// assert_eq!(format!("{overrides:?}"), r#"Overrides["pool.max", "auths.0.name"]"#);
/// ```
pub struct Overrides {
    kind: &'static str,
    values: Vec<(String, Zeroizing<String>)>,
    /// How many arguments were no pairs of a path and a value.
    malformed: usize,
}

impl Overrides {
    /// No values.
    pub fn new() -> Self {
        Self { kind: "override", values: Vec::new(), malformed: 0 }
    }

    /// No values, for a test: its values may stand for those of any source.
    pub(crate) fn fixture() -> Self {
        Self { kind: FIXTURE, ..Self::new() }
    }

    /// With a value for the key at `path`.
    #[must_use]
    pub fn set(mut self, path: impl Into<String>, value: impl Into<String>) -> Self {
        self.values.push((path.into(), Zeroizing::new(value.into())));
        self
    }

    /// With `path=value` pairs, such as those that an argument parser collected. A text without `=`
    /// is a problem of the load.
    #[must_use]
    pub fn set_all<I: IntoIterator<Item: AsRef<str>>>(mut self, pairs: I) -> Self {
        for pair in pairs {
            match pair.as_ref().split_once('=') {
                Some((path, value)) if !path.is_empty() => {
                    self.values.push((path.trim().to_owned(), Zeroizing::new(value.to_owned())));
                }
                _ => self.malformed += 1,
            }
        }
        self
    }

    /// The values of every `--set path=value` and `--set=path=value` among the arguments; other
    /// arguments are for others, and so is everything behind `--`.
    pub fn from_args<I: IntoIterator<Item: AsRef<str>>>(arguments: I) -> Self {
        let mut overrides = Self::new();
        let mut arguments = arguments.into_iter();
        while let Some(argument) = arguments.next() {
            match argument.as_ref() {
                "--" => break,
                "--set" => match arguments.next() {
                    Some(pair) => overrides = overrides.set_all([pair]),
                    None => overrides.malformed += 1,
                },
                argument => {
                    if let Some(pair) = argument.strip_prefix("--set=") {
                        overrides = overrides.set_all([pair]);
                    }
                }
            }
        }
        overrides
    }
}

impl Default for Overrides {
    fn default() -> Self {
        Self::new()
    }
}

impl Source for Overrides {
    fn kind(&self) -> &'static str {
        self.kind
    }

    fn name(&self, _: &Wanted<'_>) -> String {
        "overrides".to_owned()
    }

    fn find<'a>(&'a self, wanted: &Wanted<'_>, answers: &mut Answers<'_, 'a>) {
        if self.malformed > 0 {
            answers.problem("overrides", "an override is not of the form path=value");
        }
        let has_profile = wanted.keys().any(|entry| entry.path == "profile");
        let mut root = Branch::default();
        for (path, value) in &self.values {
            // The profile of the load is no key, unless the program has one of this name.
            if path != "profile" || has_profile {
                root.insert(path, value);
            }
        }
        answers.document(root.into_node());
    }

    fn peek(&self, _: &Wanted<'_>, _: &str) -> Option<String> {
        let (_, value) = self.values.iter().rev().find(|(path, _)| path == "profile")?;
        Some(value.to_string())
    }
}

impl fmt::Debug for Overrides {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Overrides")?;
        f.debug_list().entries(self.values.iter().map(|(path, _)| path)).finish()
    }
}

/// A tree that grows path by path.
#[derive(Default)]
struct Branch<'a> {
    value: Option<&'a str>,
    inner: Vec<(&'a str, Branch<'a>)>,
}

impl<'a> Branch<'a> {
    fn insert(&mut self, path: &'a str, value: &'a str) {
        let (segment, rest) = match path.split_once('.') {
            Some((segment, rest)) => (segment, Some(rest)),
            None => (path, None),
        };
        let at = match self.inner.iter().position(|(name, _)| *name == segment) {
            Some(at) => at,
            None => {
                self.inner.push((segment, Self::default()));
                self.inner.len() - 1
            }
        };
        let branch = &mut self.inner[at].1;
        match rest {
            Some(rest) => branch.insert(rest, value),
            None => branch.value = Some(value),
        }
    }

    fn into_node(mut self) -> Node<'a> {
        let is_list = !self.inner.is_empty()
            && self.inner.iter().all(|(name, _)| name.bytes().all(|byte| byte.is_ascii_digit()));
        let own = self.value.map(|text| NodeValue::Text(text.into()));
        let value = match own {
            Some(text) if self.inner.is_empty() => text,
            None if is_list => {
                self.inner.sort_by_key(|(name, _)| name.parse::<usize>().unwrap_or(usize::MAX));
                NodeValue::List(self.inner.into_iter().map(|(_, branch)| branch.into_node()).collect())
            }
            // `storage=s3` next to `storage.s3.bucket=b`: the word stands without a name.
            own => {
                let word = own.map(|text| (Name::new("".into(), 0, 0), Node::new(text, 0, 0)));
                let inner = self.inner.into_iter();
                let inner = inner.map(|(name, branch)| (Name::new(name.into(), 0, 0), branch.into_node()));
                NodeValue::Table(word.into_iter().chain(inner).collect())
            }
        };
        Node::new(value, 0, 0)
    }
}
