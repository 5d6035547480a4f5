//! A check of sources against a manifest, without the types of the program.
//!
//! It goes the way of a load: the same sources, resolution, constraints, rules and messages. Where a load calls the
//! type of a key, it asks the grammar of the key's kind. What only the program knows stays unchecked: types that read
//! their own text, third-party structs, rules that are no data, functions that validate.

use std::time::SystemTime;

use super::{Explanation, Holding, Outcome, Purpose, Reader, reader::Fill, run};
use crate::{
    grammar::How,
    manifest::{Group, Item, Kind, Manifest, Nested, Shape},
    report::Report,
    source::Source,
    value::{Invalid, Raw, check_kind},
};

/// A check that is being described: which sources, which profile.
///
/// # Example
/// ```
/// use confident_core::{Code, Env, Root};
///
/// fn is_complete<R: Root>() -> bool {
///     let checked = R::MANIFEST.check().profile("production").source(Env::from_pairs([("PORT", "80")])).run();
///     checked.report.problems().iter().all(|problem| problem.code() != Code::Missing)
/// }
/// ```
#[must_use = "nothing is read before `run`"]
pub struct Check {
    manifest: &'static Manifest,
    profile: Option<String>,
    sources: Vec<Box<dyn Source>>,
    today: Option<SystemTime>,
}

/// What a check found.
#[derive(Debug)]
#[non_exhaustive]
pub struct Checked {
    /// What is wrong, and what should be looked at. It is empty where the program would start, as far as can be seen
    /// from outside.
    pub report: Report,
    /// Where the value of every key comes from.
    pub explanation: Explanation,
}

impl Manifest {
    /// A check of sources against this manifest, without the program.
    pub fn check(&'static self) -> Check {
        Check { manifest: self, profile: None, sources: Vec::new(), today: None }
    }
}

impl Check {
    /// The profile for which is checked. A source that names one goes before, as in a load.
    pub fn profile(mut self, profile: impl Into<String>) -> Self {
        self.profile = Some(profile.into());
        self
    }

    /// Reads from this source too. Later sources win, key by key. Without any, nothing is set.
    pub fn source(mut self, source: impl Source + 'static) -> Self {
        self.sources.push(Box::new(source));
        self
    }

    /// What is wrong at this moment, in place of now: what has expired by then.
    pub fn today(mut self, moment: SystemTime) -> Self {
        self.today = Some(moment);
        self
    }

    /// Reads everything.
    pub fn run(self) -> Checked {
        let Self { manifest, profile, sources, today } = self;
        let read = |reader: &mut Reader<'_>| reader.checked(manifest.group);
        let Outcome { problems, explained, profile, .. } =
            run(manifest, &sources, None, profile, Purpose::Check(today), Holding::Nothing, read);
        let (warnings, problems) = problems.into_iter().partition(|problem| problem.is_warning());
        Checked {
            report: Report::new(manifest, profile.clone(), problems, warnings),
            explanation: Explanation { app: manifest.app, profile, keys: explained },
        }
    }
}

impl Reader<'_> {
    /// Checks the keys of the next group, and its rules.
    fn checked(&mut self, group: &'static Group) -> Option<()> {
        if group.is_choice {
            return self.choice(group, |reader, chosen| match variant(group, chosen) {
                Some(nested) => reader.checked(nested.group),
                None => Some(()),
            });
        }
        for item in group.items {
            match item {
                Item::Key(key) => self.check_key(&mut OfKind::new(key.kind, key.is_optional)),
                Item::Nested(nested) => self.checked_nested(nested),
                Item::Foreign(_) => self.skip_foreign(),
            }
        }
        for number in 0..group.rules.len() {
            // The compiled rule is in the program: only the data decides here.
            self.rule(group, number, || None);
        }
        Some(())
    }

    fn checked_nested(&mut self, nested: &'static Nested) {
        let mut read = |reader: &mut Reader<'_>| reader.checked(nested.group);
        match nested.shape {
            Shape::One => drop(self.checked(nested.group)),
            Shape::Optional => drop(self.optional_by(nested, |reader| reader.checked(nested.group))),
            Shape::List => drop(self.list_by::<()>(nested, &mut read)),
            Shape::Map => drop(self.map_by::<()>(nested, &mut read)),
        }
    }
}

/// The group of the variant with this number, if it holds one.
fn variant(group: &'static Group, chosen: usize) -> Option<&'static Nested> {
    let [Item::Key(key), variants @ ..] = group.items else { return None };
    let Kind::Word(words) = key.kind else { return None };
    variants.iter().find_map(|item| match item {
        Item::Nested(nested) if nested.field == words[chosen].text => Some(nested),
        _ => None,
    })
}

/// The place of a value of which only the kind is known.
struct OfKind {
    kind: &'static Kind,
    is_optional: bool,
}

impl OfKind {
    fn new(kind: &'static Kind, is_optional: bool) -> Self {
        Self { kind, is_optional }
    }
}

impl Fill for OfKind {
    fn fill(&mut self, raw: &Raw<'_>, how: &How) -> Result<(), Invalid> {
        self.accepts(raw, how)
    }

    fn accepts(&self, raw: &Raw<'_>, how: &How) -> Result<(), Invalid> {
        if self.is_optional && raw.is_null() { Ok(()) } else { check_kind(self.kind, raw, how) }
    }

    fn fill_absent(&mut self) -> bool {
        self.is_optional
    }

    fn clear(&mut self) {}
}
