//! Builds the struct, field by field, from what was resolved.

use std::{borrow::Cow, collections::BTreeMap};

use super::{
    constraints,
    explain::{ExplainedKey, ExplainedValue, State},
    resolve::{Resolution, Resolved, gap, resolve},
    rules,
};
use crate::{
    config::Config,
    field::{Field, GroupField},
    grammar::{How, word},
    manifest::{
        Group, Hardening, Item, Key, Kind, Nested, Shape,
        tree::{Element, Tree, What, split_index},
    },
    report::{Code, Problem, quote, short},
    source::{
        FIXTURE, Found, Layer, Node, NodeValue, OnUnknown, Origin,
        layer::Stray,
        place::{Place, place, segment, variable_part},
        tracked::Tracked,
    },
    value::{Invalid, Raw, Reason},
};

/// Reads the fields of a group in the order of the source, and keeps the problems.
///
/// The derive calls it once for each field; it knows by itself which key comes next.
pub struct Reader<'a> {
    tree: Tree<'a>,
    resolved: Vec<Resolved<'a>>,
    /// The variables of elements, each with the number of its layer.
    strays: Vec<(usize, Stray<'a>)>,
    problems: Vec<Problem>,
    context: Context<'a>,
    /// Why the keys that are read now are wanted, where that is not plain.
    because: Option<String>,
    /// What is said of each key, where the load is explained.
    explained: Option<Vec<ExplainedKey>>,
    at: usize,
}

/// What holds for the whole load.
#[derive(Clone, Copy)]
pub(crate) struct Context<'a> {
    pub(crate) profile: Option<&'a str>,
    /// The names of the sources, for keys that none of them has.
    pub(crate) sources: &'a [String],
    /// What is asked of secrets.
    pub(crate) hardening: Hardening,
    /// Which files git tracks.
    pub(crate) tracked: &'a Tracked,
}

impl<'a> Reader<'a> {
    pub(crate) fn new(
        tree: Tree<'a>,
        resolution: Resolution<'a>,
        problems: Vec<Problem>,
        context: Context<'a>,
    ) -> Self {
        let Resolution { entries: resolved, strays } = resolution;
        Self { tree, resolved, strays, problems, context, because: None, explained: None, at: 0 }
    }

    /// A reader that also keeps where every value came from.
    pub(crate) fn explaining(mut self) -> Self {
        self.explained = Some(Vec::new());
        self
    }

    pub(crate) fn explained(&mut self) -> Vec<ExplainedKey> {
        self.explained.take().unwrap_or_default()
    }

    pub(crate) fn finish(self) -> Vec<Problem> {
        self.problems
    }

    /// Reads the next key.
    pub fn key<T>(&mut self, field: &Field<T>) -> Option<T> {
        self.key_by(field.ops.read, field.ops.absent)
    }

    fn key_by<T>(
        &mut self,
        read: impl Fn(&Raw<'_>, &How) -> Result<T, Invalid>,
        absent: impl Fn() -> Option<T>,
    ) -> Option<T> {
        let (entry, known) = (self.at, self.problems.len());
        let value = self.value_by(read, absent);
        if self.explained.is_some() {
            self.explain(entry, known, value.is_some());
        }
        value
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
        let (value, shadowed, state) = match &self.resolved[entry] {
            Resolved::Found { found, shadowed } => {
                let shadowed = shadowed.iter().map(|lower| ExplainedValue::new(key, lower)).collect();
                let state = if is_valid { State::Set } else { State::Invalid(why()) };
                (Some(ExplainedValue::new(key, found)), shadowed, state)
            }
            Resolved::Failed | Resolved::Elements(_) => (None, Vec::new(), State::Invalid(why())),
            Resolved::Absent => match key.default {
                _ if !is_valid => (None, Vec::new(), State::Missing),
                Some(default) => (Some(ExplainedValue::default(default)), Vec::new(), State::Default),
                None => (None, Vec::new(), State::Unset),
            },
        };
        self.push_explained(entry, key, value, shadowed, state);
    }

    /// Keeps that the keys of a group are not in use.
    fn explain_unused(&mut self, entries: std::ops::Range<usize>, state: &State) {
        for entry in entries {
            if let What::Key(key) = self.tree.entries()[entry].what
                && self.explained.is_some()
                && !self.tree.path(entry).contains('{')
            {
                let value = match &self.resolved[entry] {
                    Resolved::Found { found, .. } => Some(ExplainedValue::new(key, found)),
                    Resolved::Absent | Resolved::Failed | Resolved::Elements(_) => None,
                };
                self.push_explained(entry, key, value, Vec::new(), state.clone());
            }
        }
    }

    fn push_explained(
        &mut self,
        entry: usize,
        key: &Key,
        value: Option<ExplainedValue>,
        shadowed: Vec<ExplainedValue>,
        state: State,
    ) {
        let path = self.tree.path(entry).to_owned();
        let variable = self.tree.variable(entry).to_owned();
        if let Some(explained) = &mut self.explained {
            explained.push(ExplainedKey { path, variable, is_secret: key.is_secret, value, shadowed, state });
        }
    }

    fn value_by<T>(
        &mut self,
        read: impl Fn(&Raw<'_>, &How) -> Result<T, Invalid>,
        absent: impl Fn() -> Option<T>,
    ) -> Option<T> {
        let entry = self.at;
        self.at += 1;
        let key = self.key_at(entry);
        let Resolved::Found { found, shadowed } = &self.resolved[entry] else {
            let is_absent = matches!(self.resolved[entry], Resolved::Absent);
            return if is_absent { self.absent(entry, key, read, absent) } else { None };
        };
        // Only what is wrong needs a copy of its place.
        let problem_at = |problem: Problem, items: &mut dyn Iterator<Item = usize>| {
            let mut origin = found.origin.clone();
            point_at(&mut origin, &found.raw, items);
            Box::new(problem.over(&origin, shadowed))
        };
        let value = admitted(&self.tree, entry, key, found, self.context)
            .map_err(|problem| problem_at(*problem, &mut std::iter::empty()))
            .and_then(|()| {
                let value = read(&found.raw, &key.how).map_err(|invalid| {
                    let items: Vec<usize> = invalid.items().collect();
                    let problem = invalid_value(&self.tree, entry, key, &found.raw, invalid);
                    problem_at(problem, &mut items.into_iter())
                })?;
                constrained(&self.tree, entry, key, &found.raw)
                    .map_err(|(item, problem)| problem_at(*problem, &mut item.into_iter()))?;
                Ok(value)
            });
        let mut problems = Vec::new();
        if let Some(deprecated) = key.deprecated {
            problems.push(Problem::deprecated(&self.tree, entry, key, &deprecated).at(&found.origin));
        }
        for value in std::iter::once(found).chain(shadowed) {
            problems.extend(in_repository(&self.tree, entry, key, value, self.context));
        }
        // A value that is not used cannot stop the program, but whoever removes the one over it wants
        // to know.
        for lower in shadowed {
            let is_valid = admitted(&self.tree, entry, key, lower, self.context).is_ok()
                && read(&lower.raw, &key.how).is_ok()
                && constraints::breach(key, &lower.raw).is_none();
            if !is_valid {
                let problem = Problem::of_key(Code::Shadowed, &self.tree, entry, key).warning();
                problems.push(problem.says("is not valid here, and not used").at(&lower.origin));
            }
        }
        let value = value.map_err(|problem| problems.push(*problem));
        self.problems.append(&mut problems);
        value.ok()
    }

    fn absent<T>(
        &mut self,
        entry: usize,
        key: &'static Key,
        read: impl Fn(&Raw<'_>, &How) -> Result<T, Invalid>,
        absent: impl Fn() -> Option<T>,
    ) -> Option<T> {
        if let Some(profile) = self.context.profile
            && key.required_in.contains(&profile)
        {
            let why = Some(format!("required in the profile {profile}"));
            self.problems.push(Problem::missing(
                &self.tree,
                entry,
                key,
                self.context.sources,
                why.as_deref(),
            ));
            return None;
        }
        if let Some(default) = key.default {
            let raw = Raw::Text(Cow::Borrowed(default.as_ref()));
            return match read(&raw, &key.how) {
                Ok(value) => Some(value),
                // A type that reads its own text can refuse a default that the compiler let pass.
                Err(invalid) => {
                    let problem = invalid_value(&self.tree, entry, key, &raw, invalid);
                    self.problems
                        .push(problem.at(&Origin::Default).note("the default in the source of the program"));
                    None
                }
            };
        }
        let value = absent();
        if value.is_none() {
            self.problems.push(Problem::missing(
                &self.tree,
                entry,
                key,
                self.context.sources,
                self.because.as_deref(),
            ));
        }
        value
    }

    fn key_at(&self, entry: usize) -> &'static Key {
        match self.tree.entries()[entry].what {
            What::Key(key) => key,
            What::Many(_) | What::Foreign(_) => unreachable!("the derive reads keys where keys are"),
        }
    }

    /// Reads the next group, or list or map of groups.
    pub fn nested<T>(&mut self, field: &'static GroupField<T>) -> Option<T> {
        (field.read)(self, &field.nested)
    }

    /// Reads a group that is there only if a source has one of its keys.
    pub(crate) fn optional<G: Config>(&mut self, nested: &'static Nested) -> Option<Option<G>> {
        let behind = self.at + nested.group.size;
        let Some(woken_by) = self.woken_by(self.at..behind) else {
            self.explain_unused(self.at..behind, &State::Unset);
            self.at = behind;
            return Some(None);
        };
        let outer = self.because.replace(format!("required because {woken_by} is set"));
        let value = G::read(self);
        self.because = outer;
        value.map(Some)
    }

    /// What is set of the entries, if something is: a variable, or a path in a document.
    fn woken_by(&self, entries: std::ops::Range<usize>) -> Option<String> {
        entries.into_iter().find_map(|entry| match &self.resolved[entry] {
            Resolved::Absent => None,
            Resolved::Found { found, .. } => Some(match found.origin.variable() {
                Some(variable) => variable.to_owned(),
                None => format!("{} ({})", self.tree.path(entry), found.origin),
            }),
            Resolved::Elements(layer) => {
                let mut strays = self.strays.iter();
                let first = strays.find(|(number, stray)| number == layer && stray.entry == entry);
                first.map(|(_, stray)| stray.name.clone().into_owned())
            }
            Resolved::Failed => Some(self.tree.variable(entry).to_owned()),
        })
    }

    /// Reads a list of groups.
    pub(crate) fn list<G: Config>(&mut self, nested: &'static Nested) -> Option<Vec<G>> {
        let many = self.many(nested);
        let mut values = Some(Vec::new());
        match &many.elements {
            Elements::None => {}
            Elements::Failed => return None,
            Elements::Strays(strays) => {
                let indexes = strays.iter().filter_map(|(element, _)| element.as_deref());
                let mut found: Vec<usize> = indexes.filter_map(|index| index.parse().ok()).collect();
                found.sort_unstable();
                found.dedup();
                if let Some((at, index)) = found.iter().enumerate().find(|(at, index)| at != *index) {
                    let problem = Problem::new(Code::Gap, many.variable);
                    self.problems.push(gap(problem, many.variable, at, *index));
                    return None;
                }
                for index in found {
                    push(&mut values, self.stray_element::<G>(nested, &many, &index.to_string(), strays));
                }
                self.report_strange(&many, strays);
            }
            Elements::Found(found) => {
                let Some(items) = found.raw.node_items() else {
                    return self.not_elements(&many, found, "a list of groups");
                };
                for (at, item) in items.iter().enumerate() {
                    push(&mut values, self.node_element::<G>(nested, &many, &at.to_string(), item, found));
                }
            }
        }
        values
    }

    /// Reads a map of groups. The names come from variables in lower case, and from documents as they
    /// are.
    pub(crate) fn map<G: Config>(&mut self, nested: &'static Nested) -> Option<BTreeMap<String, G>> {
        let many = self.many(nested);
        let mut values = Some(BTreeMap::new());
        match &many.elements {
            Elements::None => {}
            Elements::Failed => return None,
            Elements::Strays(strays) => {
                let names = strays.iter().filter_map(|(element, _)| element.as_deref());
                let mut names: Vec<&str> = names.collect();
                names.sort_unstable();
                names.dedup();
                for name in names {
                    let value = self.stray_element::<G>(nested, &many, name, strays);
                    push(&mut values, value.map(|value| (name.to_ascii_lowercase(), value)));
                }
                self.report_strange(&many, strays);
            }
            Elements::Found(found) => {
                let Some(entries) = found.raw.node_entries() else {
                    return self.not_elements(&many, found, "a table of groups");
                };
                for (name, node) in entries {
                    // Nothing is the same as no entry.
                    if matches!(node.value, NodeValue::Null) {
                        continue;
                    }
                    let value = self.node_element::<G>(nested, &many, &name.text, node, found);
                    push(&mut values, value.map(|value| (name.text.clone(), value)));
                }
            }
        }
        values
    }

    /// The next list or map, with what was found of its elements.
    fn many(&mut self, nested: &Nested) -> Many<'a> {
        let entry = self.at;
        self.at += 1 + nested.group.size;
        let elements = match &self.resolved[entry] {
            Resolved::Absent => Elements::None,
            Resolved::Failed => Elements::Failed,
            Resolved::Elements(layer) => {
                let strays =
                    self.strays.iter().filter(|(number, stray)| number == layer && stray.entry == entry);
                let template = Element::new(nested.group, "", "");
                let variable = self.tree.variable(entry);
                let named = strays.map(|(_, stray)| {
                    let element = element_of(nested, &template.tree(), variable, &stray.name);
                    (element.map(str::to_owned), stray.clone())
                });
                Elements::Strays(named.collect())
            }
            Resolved::Found { found, .. } => Elements::Found(found.clone()),
        };
        Many { entry, variable: self.tree.variable(entry), path: self.tree.path(entry), elements }
    }

    fn not_elements<T>(&mut self, many: &Many<'_>, found: &Found<'_>, expected: &str) -> Option<T> {
        let problem = Problem::new(Code::Invalid, many.path).says(format!("is not {expected}"));
        self.problems.push(problem.at(&found.origin));
        None
    }

    /// Reads one element of a list or map from its variables.
    fn stray_element<G: Config>(
        &mut self,
        nested: &Nested,
        many: &Many<'_>,
        element: &str,
        strays: &[NamedStray<'_>],
    ) -> Option<G> {
        let own = strays.iter().filter(|(own, _)| own.as_deref() == Some(element));
        let mut own = own.map(|(_, stray)| stray);
        let first = own.clone().next().map_or(many.variable, |stray| &stray.name).to_owned();
        self.element(nested, many, &element.to_ascii_lowercase(), &first, &mut |tree, at, layer, _| {
            for stray in own.by_ref() {
                let name = Cow::Borrowed(std::ffi::OsStr::new(&*stray.name));
                layer.accept(tree, at.variable, name, Cow::Borrowed(&*stray.value), stray.spot);
            }
        })
    }

    /// Reads one element of a list or map from its place in a document.
    fn node_element<G: Config>(
        &mut self,
        nested: &'static Nested,
        many: &Many<'_>,
        element: &str,
        node: &Node,
        found: &Found<'_>,
    ) -> Option<G> {
        let mut origin = found.origin.clone();
        if let Origin::File { line, column, .. } = &mut origin {
            (*line, *column) = (node.line, node.column);
        }
        let because = format!("{}.{} ({origin})", many.path, segment(element));
        self.element(nested, many, element, &because, &mut |tree, at, layer, problems| {
            layer.kind = found.origin.kind();
            layer.on_unknown = found.on_unknown;
            if let Origin::File { path, .. } = &found.origin {
                layer.file = Some(std::sync::Arc::clone(path));
            }
            place(layer, tree, nested.group, node.clone(), at, problems);
        })
    }

    /// Reads one element of a list or map, by a reader of its own; `fill` sorts in what was found.
    fn element<'e, G: Config>(
        &mut self,
        nested: &Nested,
        many: &Many<'_>,
        element: &str,
        because: &str,
        fill: &mut Fill<'_, 'e>,
    ) -> Option<G> {
        let path = format!("{}.{}", many.path, segment(element));
        let variable = format!("{}_{}", many.variable, variable_part(element));
        let layout = Element::new(nested.group, &variable, &path);
        let tree = layout.tree();
        let mut layer = Layer::new(&tree, "env", OnUnknown::Warn);
        let mut problems = std::mem::take(&mut self.problems);
        fill(&tree, Place { variable: &variable, path: &path }, &mut layer, &mut problems);
        problems.extend(super::unknown::problems(&tree, &[], &mut layer));
        let resolution = resolve(&tree, vec![layer], &mut problems);
        let mut reader = Reader::new(tree, resolution, problems, self.context);
        reader.explained = self.explained.take();
        reader.because = Some(format!("required because {because} is set"));
        let value = G::read(&mut reader);
        self.explained = reader.explained.take();
        self.problems = reader.finish();
        value
    }

    /// Reports variables that name no element.
    fn report_strange(&mut self, many: &Many<'_>, strays: &[NamedStray<'_>]) {
        for (element, stray) in strays {
            if element.is_none() {
                let form = self.tree.variable((many.entry + 1).min(self.tree.entries().len() - 1));
                let message = format!("unknown; the entries of {} are named like {form}", many.path);
                let problem = Problem::new(Code::Unknown, &stray.name).says(message).warning();
                self.problems.push(problem.note("from the environment"));
            }
        }
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
        let is_set = matches!(self.resolved[start], Resolved::Found { .. });
        let variable = self.tree.variable(start).to_owned();
        let chosen = self.key_by(|raw, _| Ok(word::parse(words, raw.text()?)?), || None);
        let mut value = None;
        if let Some(chosen) = chosen {
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
            if let Resolved::Found { found, .. } = &self.resolved[entry] {
                let problem = Problem::new(Code::Unused, self.tree.variable(entry))
                    .says(format!("not in use: {variable} is {word}"))
                    .warning();
                self.problems.push(problem.at(&found.origin));
            }
        }
    }

    /// Reads a third-party struct through `envy`.
    #[cfg(feature = "foreign")]
    pub fn foreign<T: serde_core::de::DeserializeOwned>(&mut self) -> Option<T> {
        let entry = self.at;
        self.at += 1;
        let read = match &self.resolved[entry] {
            Resolved::Found { found, .. } => super::foreign::read_node(&self.tree, entry, found),
            Resolved::Elements(layer) => {
                let strays =
                    self.strays.iter().filter(|(number, stray)| number == layer && stray.entry == entry);
                super::foreign::read(&self.tree, entry, strays.map(|(_, stray)| stray))
            }
            Resolved::Absent => super::foreign::read(&self.tree, entry, std::iter::empty()),
            Resolved::Failed => return None,
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
        let holds = holds().or_else(|| rules::evaluate(&self.tree, &self.resolved, start, group, rule));
        if holds == Some(false) {
            self.problems.push(rules::broken(&self.tree, &self.resolved, start, group, rule));
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

/// Sorts what was found of an element into a layer: with the tree of the element, where it stands, and
/// a place for problems.
type Fill<'f, 'e> = dyn FnMut(&Tree<'_>, Place<'_>, &mut Layer<'e>, &mut Vec<Problem>) + 'f;

/// A list or map in its place.
struct Many<'a> {
    entry: usize,
    variable: &'a str,
    path: &'a str,
    elements: Elements<'a>,
}

/// A variable of a list or map with the element that it names, if it names one.
type NamedStray<'a> = (Option<String>, Stray<'a>);

/// What was found of the elements of a list or map.
enum Elements<'a> {
    None,
    Failed,
    Strays(Vec<NamedStray<'a>>),
    Found(Found<'a>),
}

fn push<T, C: Default + Extend<T>>(values: &mut Option<C>, value: Option<T>) {
    match value {
        Some(value) => {
            if let Some(values) = values {
                values.extend([value]);
            }
        }
        None => *values = None,
    }
}

/// The part of a variable that names the element: `0` of `AUTHS_0_TOKEN`. In a map, the longest name
/// of a key at the end counts: `EU_BASE_URL` is `BASE_URL` of `EU` where there is such a key. `template`
/// is the group laid out without a place.
fn element_of<'n>(nested: &Nested, template: &Tree<'_>, variable: &str, name: &'n str) -> Option<&'n str> {
    let rest = name.strip_prefix(variable)?.strip_prefix('_')?;
    if nested.shape == Shape::List {
        let digits = rest.find(|char: char| !char.is_ascii_digit()).unwrap_or(rest.len());
        let (index, after) = rest.split_at(digits);
        // The index in one spelling only, as `split_index` has it.
        let is_index = split_index(&format!("_{index}")).is_some();
        return (is_index && (after.is_empty() || after.starts_with('_'))).then_some(index);
    }
    let mut element: Option<&str> = None;
    let mut offer = |head: &'n str| {
        if !head.is_empty() && element.is_none_or(|best| head.len() < best.len()) {
            element = Some(head);
        }
    };
    for at in 0..template.names().len() {
        if let Some(head) = rest.strip_suffix(template.name(at)).and_then(|head| head.strip_suffix('_')) {
            offer(head);
        }
    }
    for (entry, found) in template.entries().iter().enumerate() {
        let is_many = !matches!(found.what, What::Key(key) if !matches!(key.kind, Kind::List { .. }));
        if is_many && let Some((head, _)) = rest.split_once(&format!("_{}_", template.variable(entry))) {
            offer(head);
        }
    }
    element
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
    if !key.is_secret || context.hardening == Hardening::Baseline || !context.tracked.holds(path) {
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
        && key.forbidden_in.contains(&profile)
    {
        let problem = Problem::of_key(Code::Forbidden, tree, entry, key);
        return Err(Box::new(problem.says(format!("must not be set in the profile {profile}"))));
    }
    let kind = found.origin.kind();
    if !key.sources.is_empty() && !key.sources.contains(&kind) && kind != FIXTURE {
        let allowed = key.sources.join(", ");
        let problem = Problem::of_key(Code::WrongSource, tree, entry, key);
        return Err(Box::new(problem.says(format!("may come from {allowed} only, not from {kind}"))));
    }
    Ok(())
}

/// Whether the raw value, which is of its kind, keeps the constraints of the key; the item that does
/// not, in a list.
fn constrained(
    tree: &Tree<'_>,
    entry: usize,
    key: &'static Key,
    raw: &Raw<'_>,
) -> Result<(), (Option<usize>, Box<Problem>)> {
    let Some((item, breach)) = constraints::breach(key, raw) else { return Ok(()) };
    let breach = breach.phrase();
    let message = match item {
        _ if key.is_secret => format!("the secret {breach}"),
        None => format!("{} {breach}", shown(raw)),
        Some(item) => format!("{} {breach}", shown_item(key, raw, item)),
    };
    Err((item, Box::new(Problem::of_key(Code::Constraint, tree, entry, key).says(message))))
}

/// Points at an item of what stands at `origin`, where it has a place of its own.
fn point_at(origin: &mut Origin<'_>, raw: &Raw<'_>, items: impl Iterator<Item = usize>) {
    let (Origin::File { line, column, .. }, Raw::Node(node)) = (origin, raw) else { return };
    let mut node = &**node;
    for item in items {
        let inner = match &node.value {
            NodeValue::List(items) => items.get(item),
            NodeValue::Table(entries) => entries.get(item).map(|(_, node)| node),
            NodeValue::Null | NodeValue::Text(_) | NodeValue::Literal { .. } => None,
        };
        let Some(inner) = inner else { return };
        node = inner;
        (*line, *column) = (node.line, node.column);
    }
}

/// A value as an error shows it: quoted, or what it is where it is no text.
fn shown(raw: &Raw<'_>) -> String {
    match raw {
        Raw::Node(node) => shown_node(node),
        Raw::Items(items) => a_list_of(items.len()),
        Raw::Text(_) => raw.text().map(quote).unwrap_or_default(),
    }
}

fn shown_node(node: &Node) -> String {
    match &node.value {
        NodeValue::Null => "nothing".to_owned(),
        NodeValue::Text(text) => quote(text),
        NodeValue::Literal { text, .. } => short(text).into_owned(),
        NodeValue::List(items) => a_list_of(items.len()),
        NodeValue::Table(_) => "a table".to_owned(),
    }
}

fn a_list_of(items: usize) -> String {
    format!("a list of {items} item{}", if items == 1 { "" } else { "s" })
}

/// The item of a list, or the entry of a map, as an error shows it.
fn shown_item(key: &Key, raw: &Raw<'_>, item: usize) -> String {
    let number = item + 1;
    if let Some((name, node)) = raw.node_entries().and_then(|entries| entries.get(item)) {
        return format!("entry {} {}", quote(&name.text), shown_node(node));
    }
    if let Some(node) = raw.node_items().and_then(|items| items.get(item)) {
        return format!("item {number} {}", shown_node(node));
    }
    format!("item {number} {}", quote_item(key, raw, item)).trim_end().to_owned()
}

/// The item of a list in a text, in quotation marks.
fn quote_item(key: &Key, raw: &Raw<'_>, item: usize) -> String {
    let Kind::List { item: kind, .. } = key.kind else { return String::new() };
    let texts = constraints::texts(raw, key, kind);
    texts.and_then(|texts| texts.get(item).map(|text| quote(text))).unwrap_or_default()
}

fn invalid_value(
    tree: &Tree<'_>,
    entry: usize,
    key: &'static Key,
    raw: &Raw<'_>,
    Invalid(reason): Invalid,
) -> Problem {
    let problem = Problem::of_key(Code::Invalid, tree, entry, key);
    let expected = key.kind.expected();
    if key.is_secret {
        let hint = if raw.wants_quotes(key.kind) { "; write it in quotes" } else { "" };
        return match reason {
            Reason::NotUnicode => {
                Problem::of_key(Code::NotUnicode, tree, entry, key).says("the secret is not UTF-8 text")
            }
            Reason::Fault(_) | Reason::Item(..) | Reason::Foreign(_) => {
                problem.says(format!("the secret is not {expected}{hint}"))
            }
        };
    }
    let text = match raw.text() {
        Ok(text) => text,
        Err(Invalid(Reason::NotUnicode)) => {
            return Problem::of_key(Code::NotUnicode, tree, entry, key).says("is not UTF-8 text");
        }
        Err(_) => "",
    };
    if is_service_of_kubernetes(text) {
        return Problem::of_key(Code::KubernetesService, tree, entry, key)
            .says(format!("{} is the address of a Kubernetes service, not {expected}", quote(text)))
            .note("Kubernetes sets this variable for a service of this name, not you: set enableServiceLinks: false in the pod");
    }
    match reason {
        Reason::Fault(fault) => problem.says(with_hint(&shown(raw), expected.as_str(), fault.hint, text)),
        Reason::NotUnicode => Problem::of_key(Code::NotUnicode, tree, entry, key).says("is not UTF-8 text"),
        Reason::Foreign(said) => {
            problem.says(format!("{} is not {expected}", shown(raw))).note(crate::report::plain(&said))
        }
        Reason::Item(item, mut inner) => {
            // An item of a list in a list is told by the outer one; its place is its own.
            while let Invalid(Reason::Item(_, deeper)) = *inner {
                inner = deeper;
            }
            let kind = match key.kind {
                Kind::Pair { first, .. } if item == 0 => first,
                Kind::Pair { second, .. } => second,
                kind => kind.scalar(),
            };
            let place = shown_item(key, raw, item);
            match inner.0 {
                Reason::Fault(fault) => problem.says(with_hint(
                    &place,
                    kind.expected().as_str(),
                    fault.hint,
                    quote_item(key, raw, item).trim_matches('"'),
                )),
                Reason::Foreign(said) => problem
                    .says(format!("{place} is not {}", kind.expected()))
                    .note(crate::report::plain(&said)),
                Reason::NotUnicode | Reason::Item(..) => {
                    problem.says(format!("{place} is not {}", kind.expected()))
                }
            }
        }
    }
}

fn with_hint(shown: &str, expected: &str, hint: &str, text: &str) -> String {
    if hint.is_empty() {
        return format!("{shown} is not {expected}");
    }
    let hint = hint.replace("{}", short(text.trim_ascii()).as_ref());
    format!("{shown} is not {expected}; {hint}")
}

/// `tcp://10.0.0.1:80`: what Kubernetes puts into `NAME_PORT` for a service.
fn is_service_of_kubernetes(text: &str) -> bool {
    ["tcp://", "udp://", "sctp://"].iter().any(|scheme| {
        text.strip_prefix(scheme).is_some_and(|address| address.parse::<std::net::SocketAddr>().is_ok())
    })
}
