//! Builds the struct, field by field, from what was resolved.

use std::{borrow::Cow, collections::BTreeMap};

use zeroize::Zeroizing;

use super::{
    constraints,
    resolve::{Resolved, gap, resolve},
    rules,
};
use crate::{
    config::Config,
    field::{Field, GroupField},
    grammar::{How, word},
    manifest::{
        Group, Item, Key, Kind, Nested, Shape,
        tree::{Element, Tree, What, split_index},
    },
    report::{Code, Problem, quote},
    source::{Found, Layer, Origin, layer::Stray},
    value::{Invalid, Raw, Reason},
};

/// Reads the fields of a group in the order of the source, and keeps the problems.
///
/// The derive calls it once for each field; it knows by itself which key comes next.
pub struct Reader<'a> {
    tree: Tree<'a>,
    resolved: Vec<Resolved<'a>>,
    strays: Vec<Stray<'a>>,
    problems: Vec<Problem>,
    context: Context<'a>,
    /// Why the keys that are read now are wanted, where that is not plain.
    because: Option<String>,
    /// The secrets of elements of lists and maps, which are read by readers of their own.
    inner_secrets: Vec<Zeroizing<String>>,
    at: usize,
}

/// What holds for the whole load.
#[derive(Clone, Copy)]
pub(crate) struct Context<'a> {
    pub(crate) profile: Option<&'a str>,
}

impl<'a> Reader<'a> {
    pub(crate) fn new(
        tree: Tree<'a>,
        resolved: Vec<Resolved<'a>>,
        strays: Vec<Stray<'a>>,
        problems: Vec<Problem>,
        context: Context<'a>,
    ) -> Self {
        Self { tree, resolved, strays, problems, context, because: None, inner_secrets: Vec::new(), at: 0 }
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
        let entry = self.at;
        self.at += 1;
        let key = self.key_at(entry);
        let Resolved::Found(found) = &self.resolved[entry] else {
            let is_absent = matches!(self.resolved[entry], Resolved::Absent);
            return if is_absent { self.absent(entry, key, read, absent) } else { None };
        };
        let value = admitted(&self.tree, entry, key, found, self.context).and_then(|()| {
            let value = read(&found.raw, &key.how)
                .map_err(|invalid| Box::new(invalid_value(&self.tree, entry, key, &found.raw, invalid)))?;
            constrained(&self.tree, entry, key, &found.raw)?;
            Ok(value)
        });
        if let Some(deprecated) = key.deprecated {
            self.problems.push(Problem::deprecated(&self.tree, entry, key, &deprecated).at(&found.origin));
        }
        value.map_err(|problem| self.problems.push(problem.at(&found.origin))).ok()
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
            self.problems.push(Problem::missing(&self.tree, entry, key, why.as_deref()));
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
            self.problems.push(Problem::missing(&self.tree, entry, key, self.because.as_deref()));
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
            self.at = behind;
            return Some(None);
        };
        let outer = self.because.replace(format!("required because {woken_by} is set"));
        let value = G::read(self);
        self.because = outer;
        value.map(Some)
    }

    /// A variable that belongs to one of the entries, if there is one.
    fn woken_by(&self, entries: std::ops::Range<usize>) -> Option<String> {
        for entry in entries.clone() {
            match &self.resolved[entry] {
                Resolved::Absent => {}
                Resolved::Found(found) => {
                    return Some(found.origin.variable().unwrap_or_default().to_owned());
                }
                Resolved::Failed => return Some(self.tree.variable(entry).to_owned()),
            }
        }
        let stray = self.strays.iter().find(|stray| entries.contains(&stray.entry));
        stray.map(|stray| stray.name.to_owned())
    }

    /// Reads a list of groups.
    pub(crate) fn list<G: Config>(&mut self, nested: &'static Nested) -> Option<Vec<G>> {
        let (variable, strays) = self.many(nested);
        let mut found: Vec<usize> = Vec::new();
        for stray in &strays {
            if let Some(index) =
                element_of(nested, variable, stray.name).and_then(|element| element.parse().ok())
                && !found.contains(&index)
            {
                found.push(index);
            }
        }
        found.sort_unstable();
        let mut values = Some(Vec::new());
        for (at, index) in found.iter().enumerate() {
            if *index != at {
                let problem = Problem::new(Code::Gap, variable);
                self.problems.push(gap(problem, variable, at, *index));
                values = None;
                break;
            }
            push(&mut values, self.element::<G>(nested, variable, &index.to_string(), &strays));
        }
        self.report_strange(nested, variable, &strays);
        values
    }

    /// Reads a map of groups. The names come from variables in lower case.
    pub(crate) fn map<G: Config>(&mut self, nested: &'static Nested) -> Option<BTreeMap<String, G>> {
        let (variable, strays) = self.many(nested);
        let mut names: Vec<&str> =
            strays.iter().filter_map(|stray| element_of(nested, variable, stray.name)).collect();
        names.sort_unstable();
        names.dedup();
        let mut values = Some(BTreeMap::new());
        for name in names {
            let value = self.element::<G>(nested, variable, name, &strays);
            push(&mut values, value.map(|value| (name.to_ascii_lowercase(), value)));
        }
        self.report_strange(nested, variable, &strays);
        values
    }

    /// The variable of the next list or map, and the variables that belong to its elements.
    fn many(&mut self, nested: &Nested) -> (&'a str, Vec<Stray<'a>>) {
        let entry = self.at;
        self.at += 1 + nested.group.size;
        let strays = self.strays.iter().filter(|stray| stray.entry == entry).copied().collect();
        (self.tree.variable(entry), strays)
    }

    /// Reads one element of a list or map, by a reader of its own.
    fn element<G: Config>(
        &mut self,
        nested: &Nested,
        variable: &str,
        element: &str,
        strays: &[Stray<'a>],
    ) -> Option<G> {
        let many = self.at - nested.group.size - 1;
        let path = format!("{}.{}", self.tree.path(many), element.to_ascii_lowercase());
        let variable = format!("{variable}_{element}");
        let layout = Element::new(nested.group, &variable, &path);
        let tree = layout.tree();
        let mut layer = Layer::new(&tree);
        for stray in strays {
            if element_of(nested, self.tree.variable(many), stray.name) == Some(element) {
                layer.accept(&tree, &variable, stray.name.as_ref(), stray.value);
            }
        }
        let mut problems = std::mem::take(&mut self.problems);
        let resolved = resolve(&tree, &layer.values, layer.indexed, &mut problems);
        let mut reader = Reader::new(tree, resolved, layer.strays, problems, self.context);
        reader.because = Some(format!(
            "required because {} is set",
            strays
                .iter()
                .find(|stray| element_of(nested, self.tree.variable(many), stray.name) == Some(element))
                .map_or(&*variable, |stray| stray.name)
        ));
        let value = G::read(&mut reader);
        let secrets: Vec<_> =
            reader.secrets().into_iter().map(|secret| Zeroizing::new(secret.into_owned())).collect();
        self.problems = reader.finish();
        self.inner_secrets.extend(secrets);
        for name in layer.unknown {
            self.problems.push(super::unknown::problem(&tree, &name));
        }
        value
    }

    /// Reports variables that name no element.
    fn report_strange(&mut self, nested: &Nested, variable: &str, strays: &[Stray<'_>]) {
        let many = self.at - nested.group.size - 1;
        for stray in strays {
            if element_of(nested, variable, stray.name).is_none() {
                let form = self.tree.variable((many + 1).min(self.tree.entries().len() - 1));
                let message =
                    format!("unknown; the entries of {} are named like {form}", self.tree.path(many));
                let problem = Problem::new(Code::Unknown, stray.name).says(message).warning();
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
        let origin = match &self.resolved[start] {
            Resolved::Found(found) => found.origin.variable().map(str::to_owned),
            Resolved::Absent | Resolved::Failed => None,
        };
        let variable = self.tree.variable(start).to_owned();
        let chosen = self.key_by(|raw, _| Ok(word::parse(words, raw.text()?)?), || None);
        let mut value = None;
        if let Some(chosen) = chosen {
            let word = words[chosen].text;
            let outer = self.because.replace(match origin {
                Some(origin) => format!("required because {origin} is {word}"),
                None => format!("required because {variable} is {word} unless set"),
            });
            let mut at = start;
            for item in group.items {
                if let Item::Nested(nested) = item {
                    if nested.field == word {
                        self.at = at;
                    } else {
                        self.report_unused(at..at + item.size(), &variable, word);
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
            if let Resolved::Found(found) = &self.resolved[entry] {
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
        let strays = self.strays.iter().filter(|stray| stray.entry == entry);
        match super::foreign::read(&self.tree, entry, strays) {
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

    /// Reports what the function of the application found wrong with the group, if it did.
    pub fn validated<E: std::fmt::Display>(&mut self, sentence: &str, result: Result<(), E>) -> Option<()> {
        let Err(error) = result else { return Some(()) };
        let said = self.redact(error.to_string());
        self.problems.push(Problem::new(Code::Validation, "rule").says(sentence).note(said));
        None
    }

    /// Replaces every secret that was found by a mark: what a function of the application says may
    /// hold one.
    fn redact(&self, mut text: String) -> String {
        /// A secret this short would make holes in every sentence, and be guessed from them.
        const SHORT: usize = 4;
        for secret in self.secrets() {
            if secret.len() < SHORT && text.contains(&*secret) {
                return "what was found is not shown: it may hold a secret".to_owned();
            }
            text = text.replace(&*secret, crate::value::REDACTED);
        }
        text
    }

    /// The texts of all secrets that were found, whole and item by item, longest first.
    fn secrets(&self) -> Vec<Cow<'_, str>> {
        let mut secrets: Vec<Cow<'_, str>> = Vec::new();
        for (entry, resolved) in self.resolved.iter().enumerate() {
            if let (Resolved::Found(found), What::Key(key)) = (resolved, self.tree.entries()[entry].what)
                && key.is_secret
            {
                secrets.extend(found.raw.text().ok().map(Cow::Borrowed));
                if key.kind.is_many() {
                    let items = constraints::texts(&found.raw, key, key.kind.scalar()).unwrap_or_default();
                    let values: Vec<_> = items.iter().filter_map(|item| item.split_once('=')).collect();
                    secrets.extend(values.iter().map(|(_, value)| Cow::Owned((*value).to_owned())));
                    secrets.extend(items);
                }
            }
        }
        secrets.extend(self.inner_secrets.iter().map(|secret| Cow::Borrowed(secret.as_str())));
        // Which variables of a third-party struct are secret is not known here.
        secrets.extend(self.strays.iter().filter_map(|stray| stray.value.to_str()).map(Cow::Borrowed));
        let trimmed: Vec<_> = secrets.iter().map(|secret| Cow::Owned(secret.trim().to_owned())).collect();
        secrets.extend(trimmed);
        secrets.retain(|secret| !secret.is_empty());
        secrets.sort_by_key(|secret| std::cmp::Reverse(secret.len()));
        secrets
    }
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
/// of a key at the end counts: `EU_BASE_URL` is `BASE_URL` of `EU` where there is such a key.
fn element_of<'n>(nested: &Nested, variable: &str, name: &'n str) -> Option<&'n str> {
    let rest = name.strip_prefix(variable)?.strip_prefix('_')?;
    if nested.shape == Shape::List {
        let digits = rest.find(|char: char| !char.is_ascii_digit()).unwrap_or(rest.len());
        let (index, after) = rest.split_at(digits);
        // The index in one spelling only, as `split_index` has it.
        let is_index = split_index(&format!("_{index}")).is_some();
        return (is_index && (after.is_empty() || after.starts_with('_'))).then_some(index);
    }
    let layout = Element::new(nested.group, "", "");
    let tree = layout.tree();
    let mut element: Option<&str> = None;
    let mut offer = |head: &'n str| {
        if !head.is_empty() && element.is_none_or(|best| head.len() < best.len()) {
            element = Some(head);
        }
    };
    for at in 0..tree.names().len() {
        if let Some(head) = rest.strip_suffix(tree.name(at)).and_then(|head| head.strip_suffix('_')) {
            offer(head);
        }
    }
    for (entry, found) in tree.entries().iter().enumerate() {
        let is_many = !matches!(found.what, What::Key(key) if !matches!(key.kind, Kind::List { .. }));
        if is_many && let Some((head, _)) = rest.split_once(&format!("_{}_", tree.variable(entry))) {
            offer(head);
        }
    }
    element
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
    if !key.sources.is_empty() && !key.sources.contains(&found.origin.kind()) {
        let (allowed, kind) = (key.sources.join(", "), found.origin.kind());
        let problem = Problem::of_key(Code::WrongSource, tree, entry, key);
        return Err(Box::new(problem.says(format!("may come from {allowed} only, not from {kind}"))));
    }
    Ok(())
}

/// Whether the raw value, which is of its kind, keeps the constraints of the key.
fn constrained(tree: &Tree<'_>, entry: usize, key: &'static Key, raw: &Raw<'_>) -> Result<(), Box<Problem>> {
    let Some((item, breach)) = constraints::breach(key, raw) else { return Ok(()) };
    let breach = breach.phrase();
    let message = match (key.is_secret, item, raw.text()) {
        (true, _, _) => format!("the secret {breach}"),
        (false, None, Ok(text)) => format!("{} {breach}", quote(text)),
        (false, None, Err(_)) => format!("the list {breach}"),
        (false, Some(item), _) => format!("item {} {} {breach}", item + 1, quote_item(key, raw, item)),
    };
    Err(Box::new(Problem::of_key(Code::Constraint, tree, entry, key).says(message)))
}

/// The item of a list, as an error shows it.
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
        return match reason {
            Reason::NotUnicode => {
                Problem::of_key(Code::NotUnicode, tree, entry, key).says("the secret is not UTF-8 text")
            }
            Reason::Fault(_) | Reason::Item(..) | Reason::Twice | Reason::Foreign(_) => {
                problem.says(format!("the secret is not {expected}"))
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
        Reason::Fault(fault) => problem.says(with_hint(&quote(text), expected.as_str(), fault.hint, text)),
        Reason::NotUnicode => Problem::of_key(Code::NotUnicode, tree, entry, key).says("is not UTF-8 text"),
        Reason::Twice => problem.says("two entries have the same name"),
        Reason::Foreign(said) => {
            problem.says(format!("{} is not {expected}", quote(text))).note(crate::report::plain(&said))
        }
        Reason::Item(item, inner) => {
            let kind = key.kind.scalar();
            let shown = quote_item(key, raw, item);
            let place = format!("item {} {shown}", item + 1);
            match inner.0 {
                Reason::Fault(fault) => problem.says(with_hint(
                    place.trim_end(),
                    kind.expected().as_str(),
                    fault.hint,
                    shown.trim_matches('"'),
                )),
                Reason::Foreign(said) => problem
                    .says(format!("{} is not {}", place.trim_end(), kind.expected()))
                    .note(crate::report::plain(&said)),
                Reason::NotUnicode | Reason::Twice | Reason::Item(..) => {
                    problem.says(format!("{} is not {}", place.trim_end(), kind.expected()))
                }
            }
        }
    }
}

fn with_hint(shown: &str, expected: &str, hint: &str, text: &str) -> String {
    if hint.is_empty() {
        return format!("{shown} is not {expected}");
    }
    let hint = hint.replace("{}", crate::report::short(text.trim_ascii()).as_ref());
    format!("{shown} is not {expected}; {hint}")
}

/// `tcp://10.0.0.1:80`: what Kubernetes puts into `NAME_PORT` for a service.
fn is_service_of_kubernetes(text: &str) -> bool {
    ["tcp://", "udp://", "sctp://"].iter().any(|scheme| {
        text.strip_prefix(scheme).is_some_and(|address| address.parse::<std::net::SocketAddr>().is_ok())
    })
}
