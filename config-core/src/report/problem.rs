//! One problem of a report.

use std::fmt;

use super::text::write_columns;
use crate::{
    manifest::{
        Deprecated, Key,
        tree::{Role, Tree},
    },
    source::{Found, Origin},
};

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident $text:literal;)*) => {
        /// The kind of a problem. The text of a code is stable: programs may rely on it.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum Code {$(
            $(#[$doc])*
            $name,
        )*}

        impl Code {
            /// Every code.
            pub const ALL: &'static [Self] = &[$(Self::$name),*];

            /// The stable text of the code.
            pub const fn as_str(self) -> &'static str {
                match self {$(
                    Self::$name => $text,
                )*}
            }
        }
    };
}

codes! {
    /// A required key has no value.
    Missing "missing";
    /// A value is not of the key's type.
    Invalid "invalid";
    /// A value breaks a constraint of its key.
    Constraint "constraint";
    /// A value is not UTF-8 text.
    NotUnicode "not-unicode";
    /// A variable holds the address of a Kubernetes service.
    KubernetesService "kubernetes-service";
    /// Two variables of one key are set.
    Conflict "conflict";
    /// A file that holds a value cannot be read.
    Unreadable "unreadable";
    /// A store does not give a value.
    Store "store";
    /// A value from another store, or as it was read before, because its store is away.
    Fallback "fallback";
    /// The entries of a list are not numbered from 0 without gaps.
    Gap "gap";
    /// A variable that no key reads.
    Unknown "unknown";
    /// A key of a group that is not in use.
    Unused "unused";
    /// A key that must not be set in this profile.
    Forbidden "forbidden";
    /// A value from a kind of source that the key excludes.
    WrongSource "wrong-source";
    /// A secret stands in a file that git tracks.
    Tracked "tracked";
    /// A rule between keys does not hold.
    Rule "rule";
    /// The program's own check found something.
    Validation "validation";
    /// A third-party struct does not accept its variables.
    Foreign "foreign";
    /// A value that another source overrides is not valid.
    Shadowed "shadowed";
    /// A name that was a key once.
    Removed "removed";
    /// A profile that the program does not have.
    Profile "profile";
    /// A deprecated key is set.
    Deprecated "deprecated";
    /// A key is set under an old name.
    OldName "old-name";
    /// A flag is past its expiry.
    Expired "expired";
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// One thing that is wrong, or that should be looked at.
#[derive(Clone)]
#[non_exhaustive]
pub struct Problem {
    code: Code,
    subject: String,
    message: String,
    path: Option<String>,
    origin: Option<Origin<'static>>,
    notes: Vec<String>,
    key: Option<&'static Key>,
    is_warning: bool,
}

impl Problem {
    /// The kind of problem.
    pub fn code(&self) -> Code {
        self.code
    }

    /// What it is about: the variable, or `rule`.
    pub fn subject(&self) -> &str {
        &self.subject
    }

    /// What is wrong with the subject.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// The path of the key, where it is about one.
    pub fn path(&self) -> Option<&str> {
        self.path.as_deref()
    }

    /// Where the value came from, where there is one.
    pub fn origin(&self) -> Option<&Origin<'static>> {
        self.origin.as_ref()
    }

    /// What else helps: what was looked at, what to do.
    pub fn notes(&self) -> &[String] {
        &self.notes
    }

    /// What the manifest knows of the key, where it is about one.
    pub fn key(&self) -> Option<&'static Key> {
        self.key
    }

    /// Whether the program can run with it.
    pub fn is_warning(&self) -> bool {
        self.is_warning
    }

    /// The problem as a line for a log, with its notes below it.
    pub fn as_warning(&self) -> impl fmt::Display + '_ {
        struct Warning<'a>(&'a Problem);
        impl fmt::Display for Warning<'_> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "warning: {} {}", self.0.subject, self.0.message)?;
                self.0.notes.iter().try_for_each(|note| write!(f, "\n    {note}"))
            }
        }
        Warning(self)
    }

    pub(crate) fn new(code: Code, subject: &str) -> Self {
        Self {
            code,
            subject: subject.to_owned(),
            message: String::new(),
            path: None,
            origin: None,
            notes: Vec::new(),
            key: None,
            is_warning: false,
        }
    }

    pub(crate) fn of_key(code: Code, tree: &Tree<'_>, entry: usize, key: &'static Key) -> Self {
        let mut problem = Self::new(code, tree.variable(entry));
        problem.path = Some(tree.path(entry).to_owned());
        problem.key = Some(key);
        problem
    }

    /// A key that no source has.
    pub(crate) fn missing(
        tree: &Tree<'_>,
        entry: usize,
        key: &'static Key,
        sources: &[String],
        why: Option<&str>,
    ) -> Self {
        let variable = tree.variable(entry);
        let names = || tree.names_of(entry).map(|name| (tree.names()[name].role, tree.name(name)));
        // The source that would win first, with the other names of the key behind it.
        let mut places: Vec<&str> = sources.iter().rev().map(String::as_str).collect();
        let others = names().filter(|(role, _)| *role != Role::Own).map(|(_, name)| name);
        let behind = places.len().min(1);
        places.splice(behind..behind, others);
        let looked = format!("looked in: {}", places.join(", "));
        let set = match names().find(|(role, _)| *role == Role::File) {
            Some((_, file)) => format!("set {variable}, or {file} to a file that holds it"),
            None => format!("set {variable}"),
        };
        Self::of_key(Code::Missing, tree, entry, key)
            .says(format!("{}, but no source has it", why.unwrap_or("required")))
            .note(about(key))
            .note(looked)
            .note(set)
    }

    /// A deprecated key that is set.
    pub(crate) fn deprecated(
        tree: &Tree<'_>,
        entry: usize,
        key: &'static Key,
        deprecated: &Deprecated,
    ) -> Self {
        let mut message = "is deprecated".to_owned();
        if let Some(version) = deprecated.since {
            message.push_str(&format!(" since {version}"));
        }
        if let Some(version) = deprecated.remove_in {
            message.push_str(&format!(" and will be removed in {version}"));
        }
        if let Some(path) = deprecated.replaced_by {
            let entry = (0..tree.entries().len()).find(|entry| tree.path(*entry) == path);
            message.push_str(&format!("; set {} instead", entry.map_or(path, |entry| tree.variable(entry))));
        }
        let problem = Self::of_key(Code::Deprecated, tree, entry, key).says(message).warning();
        match deprecated.note {
            Some(note) => problem.note(note),
            None => problem,
        }
    }

    /// A flag that should be gone.
    pub(crate) fn expired(tree: &Tree<'_>, entry: usize, key: &'static Key, day: &str) -> Self {
        Self::of_key(Code::Expired, tree, entry, key)
            .says(format!("is a flag that expired on {day}"))
            .note(about(key))
            .note("decide it for all and remove it from the program, or give it a later `review_by`")
    }

    /// The key at `entry` is set under a name that is not the current one.
    pub(crate) fn old_name(tree: &Tree<'_>, entry: usize, key: &'static Key, old: &str, new: &str) -> Self {
        let mut problem = Self::of_key(Code::OldName, tree, entry, key).warning();
        problem.subject = old.to_owned();
        problem.says(format!("is an old name; write {new}"))
    }

    pub(crate) fn says(mut self, message: impl Into<String>) -> Self {
        self.message = message.into();
        self
    }

    pub(crate) fn note(mut self, note: impl Into<String>) -> Self {
        self.notes.push(note.into());
        self
    }

    pub(crate) fn warning(mut self) -> Self {
        self.is_warning = true;
        self
    }

    /// With the place that the value came from, and the places of the values that it overrides.
    pub(crate) fn over(self, origin: &Origin<'_>, shadowed: &[Found<'_>]) -> Self {
        let mut problem = self.at(origin);
        if let (Some(note), [_, ..]) = (problem.notes.first_mut(), shadowed) {
            let places: Vec<String> = shadowed.iter().map(|lower| lower.origin.to_string()).collect();
            note.push_str(&format!(", over {}", places.join(", ")));
        }
        problem
    }

    /// With the place that the value came from.
    pub(crate) fn at(mut self, origin: &Origin<'_>) -> Self {
        match origin {
            Origin::Variable(name) if *name == self.subject => {
                self.notes.insert(0, "from the environment".to_owned())
            }
            Origin::Default => {}
            origin => self.notes.insert(0, format!("from {origin}")),
        }
        self.origin = Some(origin.clone().into_owned());
        self
    }

    /// Writes the lines of the problem, what it is about in a column of `width`.
    pub(super) fn write(&self, f: &mut fmt::Formatter<'_>, width: usize) -> fmt::Result {
        write_columns(f, width, &self.subject, &self.message)?;
        self.notes.iter().try_for_each(|note| write!(f, "\n      {note}"))
    }
}

impl fmt::Debug for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {} {}", self.code, self.subject, self.message)
    }
}

/// The key in one line: what it is for, whether it is secret, who owns it.
fn about(key: &Key) -> String {
    let sentence = key.doc.split("\n\n").next().unwrap_or_default().replace('\n', " ");
    let mut about = sentence.trim_end_matches('.').to_owned();
    if key.is_secret {
        about.push_str(" · secret");
    }
    if let Some(owner) = key.owner() {
        about.push_str(" · owner ");
        about.push_str(owner);
    }
    about
}
