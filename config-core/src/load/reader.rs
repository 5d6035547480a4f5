//! Builds the struct, field by field, from what was resolved.

mod elements;
mod message;

use std::{mem::ManuallyDrop, time::SystemTime};

#[cfg(feature = "hardening")]
pub(crate) use elements::element_of;
use message::{constrained, invalid_value, point_at};

use super::{
    Purpose, Sources, constraints,
    explain::{ExplainedKey, ExplainedValue, State},
    resolve::{Part, Resolution, Resolved},
    rules,
};
use crate::{
    config::Config,
    field::GroupOps,
    grammar::{How, date::Date, word},
    manifest::{
        Group, Hardening, Item, Key, Kind, Nested, Word,
        tree::{Tree, What},
    },
    report::{Code, Problem},
    source::{FIXTURE, Found, Origin, Shelf, layer::Stray, tracked::Tracked},
    value::{Invalid, Ops, Raw},
};

/// Reads the fields of a group in the order of the source, and keeps the problems.
///
/// The derive calls it once for each field; it knows by itself which key comes next.
pub struct Reader<'a> {
    tree: Tree<'a>,
    resolution: Resolution<'a>,
    problems: Vec<Problem>,
    context: Context<'a>,
    /// Why the keys that are read now are wanted, where that is not plain.
    because: Option<String>,
    /// What is said of each key, where the load is explained.
    explained: Option<Vec<ExplainedKey>>,
    at: usize,
}

/// The place of a value, of whatever type.
pub(super) trait Fill {
    /// Reads the value.
    fn fill(&mut self, raw: &Raw<'_>, how: &How) -> Result<(), Invalid>;
    /// Whether it is one that could be read.
    fn accepts(&self, raw: &Raw<'_>, how: &How) -> Result<(), Invalid>;
    /// Takes the value of a key that no source has, if its type has one.
    fn fill_absent(&mut self) -> bool;
    /// Tells the value the path of its key.
    fn place(&mut self, _path: &str) {}
    fn clear(&mut self);
}

/// The place of a value of the type of a field.
struct Slot<'f, T> {
    ops: &'f Ops<T>,
    value: Option<T>,
}

impl<T> Fill for Slot<'_, T> {
    fn fill(&mut self, raw: &Raw<'_>, how: &How) -> Result<(), Invalid> {
        self.value = Some((self.ops.read)(raw, how)?);
        Ok(())
    }

    fn accepts(&self, raw: &Raw<'_>, how: &How) -> Result<(), Invalid> {
        (self.ops.read)(raw, how).map(drop)
    }

    fn fill_absent(&mut self) -> bool {
        self.value = (self.ops.absent)();
        self.value.is_some()
    }

    fn place(&mut self, path: &str) {
        if let Some(value) = &mut self.value {
            (self.ops.place)(value, path);
        }
    }

    fn clear(&mut self) {
        self.value = None;
    }
}

/// The place of the number of a chosen variant.
struct Chosen {
    words: &'static [Word],
    number: Option<usize>,
}

impl Fill for Chosen {
    fn fill(&mut self, raw: &Raw<'_>, _: &How) -> Result<(), Invalid> {
        self.number = Some(word::parse(self.words, raw.text()?)?);
        Ok(())
    }

    fn accepts(&self, raw: &Raw<'_>, _: &How) -> Result<(), Invalid> {
        word::parse(self.words, raw.text()?)?;
        Ok(())
    }

    fn fill_absent(&mut self) -> bool {
        false
    }

    fn clear(&mut self) {
        self.number = None;
    }
}

/// What holds for the whole load.
#[derive(Clone, Copy)]
pub(crate) struct Context<'a> {
    pub(crate) profile: Option<&'a str>,
    pub(crate) purpose: Purpose,
    pub(crate) sources: Sources<'a>,
    /// What is asked of secrets.
    pub(crate) hardening: Hardening,
    /// Which files git tracks.
    pub(crate) tracked: &'a Tracked,
    /// Where the texts are that are read on the way.
    pub(crate) shelf: &'a Shelf,
}

impl<'a> Reader<'a> {
    pub(crate) fn new(
        tree: Tree<'a>,
        resolution: Resolution<'a>,
        problems: Vec<Problem>,
        context: Context<'a>,
    ) -> Self {
        Self { tree, resolution, problems, context, because: None, explained: None, at: 0 }
    }

    /// A reader that also keeps where every value came from.
    pub(crate) fn explaining(mut self) -> Self {
        self.explained = Some(Vec::new());
        self
    }

    pub(crate) fn explained(&mut self) -> Vec<ExplainedKey> {
        self.explained.take().unwrap_or_default()
    }

    pub(crate) fn finish(&mut self) -> Vec<Problem> {
        std::mem::take(&mut self.problems)
    }

    /// Reads the next key.
    ///
    /// # Panics
    /// Where the type is not that of the field, as the derive made it.
    pub fn key<T: 'static>(&mut self) -> Option<T> {
        let ops = self.key_at(self.at).ops.get().expect("a key is read as the type of its field");
        let mut slot = Slot { ops, value: None };
        self.key_into(&mut slot);
        slot.value
    }

    /// How the next key is read, and what the environment has for it, where that is all there is to its value.
    #[inline]
    fn plain_text(&self) -> Option<(&str, &'static How)> {
        let Resolved::Single { layer, name: Some(name) } = self.resolution.entries[self.at] else {
            return None;
        };
        let key = self.key_at(self.at);
        let is_plain = key.attributes.is_empty() && !key.is_secret && !matches!(key.kind, Kind::Flag);
        if !is_plain || self.explained.is_some() {
            return None;
        }
        let text = self.resolution.layers[layer as usize].values.unicode_at(usize::from(name))?;
        Some((text, &key.how))
    }

    /// Reads the next key for nothing but its problems.
    pub(super) fn check_key(&mut self, slot: &mut dyn Fill) {
        self.key_into(slot);
    }

    /// Leaves out the next third-party struct, of which nothing is known.
    pub(super) fn skip_foreign(&mut self) {
        self.at += 1;
    }

    /// Reads the next key into a slot. All of it is compiled once, whatever the types of keys.
    fn key_into(&mut self, slot: &mut dyn Fill) {
        // Most of what is set is a value of its type, and nothing more is said of it.
        if let Some((text, how)) = self.plain_text()
            && slot.fill(&ManuallyDrop::new(Raw::Unicode(text)), how).is_ok()
        {
            self.at += 1;
            return;
        }
        self.whole_key_into(slot);
    }

    #[inline(never)]
    fn whole_key_into(&mut self, slot: &mut dyn Fill) {
        let (entry, known) = (self.at, self.problems.len());
        let is_valid = self.value_into(slot);
        if !is_valid {
            slot.clear();
        }
        if let Kind::Flag = self.key_at(entry).kind {
            self.flag_into(entry, slot);
        }
        if self.explained.is_some() {
            self.explain(entry, known, is_valid);
        }
    }

    /// Tells a flag where it stands, and whoever looks after the program that it is past its expiry.
    fn flag_into(&mut self, entry: usize, slot: &mut dyn Fill) {
        slot.place(self.tree.path(entry));
        let key = self.key_at(entry);
        let Some(day) = key.review_by() else { return };
        let now = match self.context.purpose {
            Purpose::Check(Some(today)) => today,
            _ => SystemTime::now(),
        };
        if Date::parse(day).is_ok_and(|day| day.is_past(now)) {
            let problem = Problem::expired(&self.tree, entry, key, day);
            // A program that runs goes on; a deployment that is checked is changed anyway.
            let is_check = matches!(self.context.purpose, Purpose::Check(_));
            self.problems.push(if is_check { problem } else { problem.warning() });
        }
    }

    /// Keeps where the value of an entry came from; its problems are those behind the first `known`.
    fn explain(&mut self, entry: usize, known: usize, is_valid: bool) {
        let key = self.key_at(entry);
        let why = || {
            let own = self.problems[known..].iter().find(|problem| !problem.is_warning());
            // A problem of the resolution is older, and about the same path.
            let path = self.tree.path(entry);
            let own = own.or_else(|| self.problems.iter().find(|problem| problem.path() == Some(path)));
            own.map_or_else(String::new, |problem| problem.message().to_owned())
        };
        let all = |found: &[Found<'_>]| found.iter().map(|found| ExplainedValue::new(key, found)).collect();
        let found_state = || if is_valid { State::Set } else { State::Invalid(why()) };
        let (mut shadowed, mut merged) = (Vec::new(), Vec::new());
        let found = self.resolution.found(&self.tree, entry);
        let value = found.map(|found| ExplainedValue::new(key, &found));
        let (value, state) = match self.resolution.entries[entry] {
            Resolved::Single { .. } => (value, found_state()),
            Resolved::Shadowing(at) => {
                shadowed = all(&self.resolution.shadowing[at].shadowed);
                (value, found_state())
            }
            Resolved::Merged(at) => {
                merged = all(&self.resolution.merged[at].parts);
                (value, found_state())
            }
            Resolved::Failed | Resolved::Elements(_) => (None, State::Invalid(why())),
            Resolved::Absent => match key.default {
                _ if !is_valid => (None, State::Missing),
                Some(default) => (Some(ExplainedValue::default(default)), State::Default),
                None => (None, State::Unset),
            },
        };
        self.push_explained(entry, key, value, state);
        if let Some(explained) = self.explained.as_mut().and_then(|explained| explained.last_mut()) {
            (explained.shadowed, explained.merged) = (shadowed, merged);
        }
    }

    /// Keeps that the keys of a group are not in use.
    fn explain_unused(&mut self, entries: std::ops::Range<usize>, state: &State) {
        for entry in entries {
            if let What::Key(key) = self.tree.entries()[entry].what
                && self.explained.is_some()
                && !self.tree.path(entry).contains('{')
            {
                let found = self.resolution.found(&self.tree, entry);
                let value = found.map(|found| ExplainedValue::new(key, &found));
                self.push_explained(entry, key, value, state.clone());
            }
        }
    }

    fn push_explained(&mut self, entry: usize, key: &Key, value: Option<ExplainedValue>, state: State) {
        let path = self.tree.path(entry).to_owned();
        let variable = self.tree.variable(entry).to_owned();
        if let Some(explained) = &mut self.explained {
            let (shadowed, merged) = (Vec::new(), Vec::new());
            let is_secret = key.is_secret;
            explained.push(ExplainedKey { path, variable, is_secret, value, shadowed, merged, state });
        }
    }

    /// Whether there is a value, and it is valid; then it is in the slot.
    fn value_into(&mut self, slot: &mut dyn Fill) -> bool {
        let entry = self.at;
        self.at += 1;
        let key = self.key_at(entry);
        match self.resolution.entries[entry] {
            Resolved::Absent => return self.absent_into(entry, key, slot),
            Resolved::Failed | Resolved::Elements(_) => return false,
            // Of most keys nothing is said but their type, and what one source has is a value of it.
            Resolved::Single { layer, name } if key.attributes.is_empty() && !key.is_secret => {
                // A way of its own for documents.
                let filled = match self.resolution.layers[layer as usize].node(entry) {
                    // There is nothing to drop in it, which the compiler does not see.
                    Some(node) if name.is_none() => {
                        slot.fill(&ManuallyDrop::new(Raw::from(node)), &key.how).is_ok()
                    }
                    _ => self.resolution.raw(entry).is_some_and(|raw| slot.fill(&raw, &key.how).is_ok()),
                };
                if filled {
                    return true;
                }
            }
            Resolved::Single { .. } | Resolved::Shadowing(_) | Resolved::Merged(_) => {}
        }
        self.checked_into(entry, key, slot)
    }

    /// Whether what was found is a value that the key may have; then it is in the slot.
    fn checked_into(&mut self, entry: usize, key: &'static Key, slot: &mut dyn Fill) -> bool {
        let Some(found) = self.resolution.found(&self.tree, entry) else { return false };
        let found = &*found;
        let (shadowed, parts) = match self.resolution.entries[entry] {
            Resolved::Shadowing(at) => {
                (&self.resolution.shadowing[at].shadowed[..], std::slice::from_ref(found))
            }
            Resolved::Merged(at) => (&[][..], &self.resolution.merged[at].parts[..]),
            _ => (&[][..], std::slice::from_ref(found)),
        };
        // Only what is wrong needs a copy of its place.
        let problem_at = |problem: Problem, found: &Found<'_>, items: &mut dyn Iterator<Item = usize>| {
            let mut origin = found.origin.clone();
            point_at(&mut origin, &found.raw, items);
            Box::new(problem.over(&origin, shadowed))
        };
        let invalid = |found: &Found<'_>, invalid: Invalid| {
            let items: Vec<usize> = invalid.items().collect();
            let problem = invalid_value(&self.tree, entry, key, &found.raw, invalid);
            problem_at(problem, found, &mut items.into_iter())
        };
        let is_admitted = parts.iter().try_for_each(|part| {
            admitted(&self.tree, entry, key, part, self.context)
                .map_err(|problem| problem_at(*problem, part, &mut std::iter::empty()))
        });
        let is_valid = is_admitted.and_then(|()| {
            if parts.len() > 1 {
                // What is wrong with one part is told of that part.
                parts.iter().try_for_each(|part| {
                    slot.accepts(&part.raw, &key.how).map_err(|reason| invalid(part, reason))
                })?;
            }
            slot.fill(&found.raw, &key.how).map_err(|reason| invalid(found, reason))?;
            constrained(&self.tree, entry, key, &found.raw)
                .map_err(|(item, problem)| problem_at(*problem, found, &mut item.into_iter()))
        });
        let mut problems = Vec::new();
        if let Some(deprecated) = key.deprecated() {
            problems.push(Problem::deprecated(&self.tree, entry, key, deprecated).at(&found.origin));
        }
        for value in parts.iter().chain(shadowed) {
            problems.extend(in_repository(&self.tree, entry, key, value, self.context));
        }
        // A value that is not used cannot stop the program, but whoever removes the one over it wants
        // to know.
        for lower in shadowed {
            let is_valid = admitted(&self.tree, entry, key, lower, self.context).is_ok()
                && slot.accepts(&lower.raw, &key.how).is_ok()
                && constraints::breach(key, &lower.raw).is_none();
            if !is_valid {
                let problem = Problem::of_key(Code::Shadowed, &self.tree, entry, key).warning();
                problems.push(problem.says("is not valid here, and not used").at(&lower.origin));
            }
        }
        let is_valid = is_valid.map_err(|problem| problems.push(*problem)).is_ok();
        self.problems.append(&mut problems);
        is_valid
    }

    /// Whether a key that no source has has a value all the same.
    fn absent_into(&mut self, entry: usize, key: &'static Key, slot: &mut dyn Fill) -> bool {
        if let Some(profile) = self.context.profile
            && key.required_in().contains(&profile)
        {
            let why = Some(format!("required in the profile {profile}"));
            self.problems.push(Problem::missing(
                &self.tree,
                entry,
                key,
                &self.context.sources.names(),
                why.as_deref(),
            ));
            return false;
        }
        if let Some(default) = key.default {
            let raw = Raw::Unicode(default);
            let filled = slot.fill(&raw, &key.how).map_err(|invalid| {
                // A type that reads its own text can refuse a default that the compiler let pass.
                let problem = invalid_value(&self.tree, entry, key, &raw, invalid);
                self.problems
                    .push(problem.at(&Origin::Default).note("the default in the source of the program"));
            });
            return filled.is_ok();
        }
        let is_there = slot.fill_absent();
        if !is_there {
            self.problems.push(Problem::missing(
                &self.tree,
                entry,
                key,
                &self.context.sources.names(),
                self.because.as_deref(),
            ));
        }
        is_there
    }

    fn key_at(&self, entry: usize) -> &'static Key {
        match self.tree.entries()[entry].what {
            What::Key(key) => key,
            What::Many(_) | What::Foreign(_) => unreachable!("the derive reads keys where keys are"),
        }
    }

    /// Reads the next group, or list or map of groups: the item with this number.
    ///
    /// # Panics
    /// Where the type is not that of the field, as the derive made it.
    pub fn nested<T: 'static>(&mut self, group: &'static Group, item: usize) -> Option<T> {
        let Item::Nested(nested) = &group.items[item] else {
            unreachable!("the derive reads groups where groups are")
        };
        let ops: &GroupOps<T> = nested.ops.get().expect("a group is read as the type of its field");
        (ops.read)(self, nested)
    }

    /// Reads a group that is there only if a source has one of its keys.
    pub(crate) fn optional<G: Config>(&mut self, nested: &'static Nested) -> Option<Option<G>> {
        self.optional_by(nested, G::read)
    }

    /// The same, each read by `read`.
    pub(super) fn optional_by<G>(
        &mut self,
        nested: &'static Nested,
        read: impl FnOnce(&mut Self) -> Option<G>,
    ) -> Option<Option<G>> {
        let behind = self.at + nested.group.size;
        let Some(woken_by) = self.woken_by(self.at..behind) else {
            self.explain_unused(self.at..behind, &State::Unset);
            self.at = behind;
            return Some(None);
        };
        let outer = self.because.replace(format!("required because {woken_by} is set"));
        let value = read(self);
        self.because = outer;
        value.map(Some)
    }

    /// What is set of the entries, if something is: a variable, or a path in a document.
    fn woken_by(&self, entries: std::ops::Range<usize>) -> Option<String> {
        entries.into_iter().find_map(|entry| match self.resolution.entries[entry] {
            Resolved::Absent => None,
            Resolved::Single { .. } | Resolved::Shadowing(_) | Resolved::Merged(_) => {
                self.resolution.found(&self.tree, entry).map(|found| self.named(entry, &found))
            }
            Resolved::Elements(at) => self.resolution.elements[at].iter().find_map(|part| match part {
                Part::Node(found) => Some(self.named(entry, found)),
                Part::Variables(layer) => {
                    self.strays_of(entry, *layer).next().map(|stray| stray.name.clone().into_owned())
                }
            }),
            Resolved::Failed => Some(self.tree.variable(entry).to_owned()),
        })
    }

    /// What was found for an entry, by its variable, or by its path and its place.
    fn named(&self, entry: usize, found: &Found<'_>) -> String {
        match found.origin.variable() {
            Some(variable) => variable.to_owned(),
            None => format!("{} ({})", self.tree.path(entry), found.origin),
        }
    }

    /// The variables of the elements of an entry, in the layer with this number.
    fn strays_of(&self, entry: usize, layer: usize) -> impl Iterator<Item = &Stray<'a>> {
        self.resolution.layers[layer].strays.iter().filter(move |stray| stray.entry == entry)
    }

    /// Reads the key that chooses, then the variant that it names; `build` gets the number of the
    /// variant, with the reader in front of its keys.
    pub fn choice<T>(
        &mut self,
        group: &'static Group,
        build: impl FnOnce(&mut Self, usize) -> Option<T>,
    ) -> Option<T> {
        let start = self.at;
        let Kind::Word(words) = self.key_at(start).kind else { return None };
        let behind = start + group.size;
        let is_set = !matches!(self.resolution.entries[start], Resolved::Absent);
        let variable = self.tree.variable(start).to_owned();
        let mut slot = Chosen { words, number: None };
        self.key_into(&mut slot);
        let mut value = None;
        if let Some(chosen) = slot.number {
            let word = words[chosen].text;
            let unless = if is_set { "" } else { " unless set" };
            let outer = self.because.replace(format!("required because {variable} is {word}{unless}"));
            let mut at = start;
            for item in group.items {
                if let Item::Nested(nested) = item {
                    if nested.field == word {
                        self.at = at;
                    } else {
                        self.report_unused(at..at + item.size(), &variable, word);
                        self.explain_unused(at..at + item.size(), &State::Unused);
                    }
                }
                at += item.size();
            }
            value = build(self, chosen);
            self.because = outer;
        }
        self.at = behind;
        value
    }

    /// Reports keys of a variant that is not chosen.
    fn report_unused(&mut self, entries: std::ops::Range<usize>, variable: &str, word: &str) {
        for entry in entries {
            let Some(found) = self.resolution.found(&self.tree, entry) else { continue };
            let problem = Problem::new(Code::Unused, self.tree.variable(entry))
                .says(format!("not in use: {variable} is {word}"))
                .warning();
            self.problems.push(problem.at(&found.origin));
        }
    }

    /// Reads a third-party struct through `envy`.
    #[cfg(feature = "foreign")]
    pub fn foreign<T: serde_core::de::DeserializeOwned>(&mut self) -> Option<T> {
        let entry = self.at;
        self.at += 1;
        let read = match self.resolution.entries[entry] {
            Resolved::Elements(at) => match &self.resolution.elements[at][..] {
                [.., Part::Node(found)] => super::foreign::read_node(&self.tree, entry, found),
                [.., Part::Variables(layer)] => {
                    super::foreign::read(&self.tree, entry, self.strays_of(entry, *layer))
                }
                [] => return None,
            },
            Resolved::Absent => super::foreign::read(&self.tree, entry, std::iter::empty()),
            Resolved::Single { .. } | Resolved::Shadowing(_) | Resolved::Merged(_) | Resolved::Failed => {
                return None;
            }
        };
        match read {
            Ok(value) => Some(value),
            Err(problem) => {
                self.problems.push(*problem);
                None
            }
        }
    }

    /// Checks the rule with this number of the group that was just read. `holds` answers what the compiled rule says,
    /// where all its fields could be read.
    pub fn rule(&mut self, group: &'static Group, number: usize, holds: impl FnOnce() -> Option<bool>) {
        let rule = &group.rules[number];
        let start = self.at - group.size;
        let holds = holds().or_else(|| rules::evaluate(&self.tree, &self.resolution, start, group, rule));
        if holds == Some(false) {
            self.problems.push(rules::broken(&self.tree, &self.resolution, start, group, rule));
        }
    }

    /// Reports what the function of the application found wrong with the group, if it did. What it says
    /// is shown for a group without secrets only: it may quote one, in any form.
    pub fn validated<E: std::fmt::Display>(
        &mut self,
        group: &'static Group,
        result: Result<(), E>,
    ) -> Option<()> {
        let Err(error) = result else { return Some(()) };
        let problem = Problem::new(Code::Validation, "rule").says(group.validate.unwrap_or_default());
        self.problems.push(if group.holds_secrets() {
            problem.note("what the program says of it is not shown: it may quote a secret")
        } else {
            problem.note(crate::report::plain(&error.to_string()))
        });
        None
    }
}

/// A secret in a file that git tracks: whoever has the repository has it.
fn in_repository(
    tree: &Tree<'_>,
    entry: usize,
    key: &'static Key,
    found: &Found<'_>,
    context: Context<'_>,
) -> Option<Problem> {
    let Origin::File { path, .. } = &found.origin else { return None };
    if !key.is_secret
        || found.raw.is_elsewhere()
        || context.hardening == Hardening::Baseline
        || !context.tracked.holds(path)
    {
        return None;
    }
    let problem = Problem::of_key(Code::Tracked, tree, entry, key)
        .says("the secret stands in a file that git tracks")
        .note("take it out of the file and rotate it: the history of the repository keeps it")
        .at(&found.origin);
    Some(if context.hardening == Hardening::Strict { problem } else { problem.warning() })
}

/// Whether the key may come from this source in this profile.
fn admitted(
    tree: &Tree<'_>,
    entry: usize,
    key: &'static Key,
    found: &Found<'_>,
    context: Context<'_>,
) -> Result<(), Box<Problem>> {
    if let Some(profile) = context.profile
        && key.forbidden_in().contains(&profile)
    {
        let problem = Problem::of_key(Code::Forbidden, tree, entry, key);
        return Err(Box::new(problem.says(format!("must not be set in the profile {profile}"))));
    }
    let kind = found.origin.kind();
    if !key.sources().is_empty() && !key.sources().contains(&kind) && kind != FIXTURE {
        let allowed = key.sources().join(", ");
        let problem = Problem::of_key(Code::WrongSource, tree, entry, key);
        return Err(Box::new(problem.says(format!("may come from {allowed} only, not from {kind}"))));
    }
    Ok(())
}
