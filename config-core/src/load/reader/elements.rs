//! Lists and maps of groups: which elements there are, each read by a reader of its own.

use std::{borrow::Cow, collections::BTreeMap};

use super::Reader;
use crate::{
    config::Config,
    load::{
        resolve::{Resolved, gap, resolve},
        unknown,
    },
    manifest::{
        Kind, Nested, Shape,
        tree::{Element, Tree, What, split_index},
    },
    report::{Code, Problem},
    source::{
        Found, Layer, Node, NodeValue, OnUnknown, Origin,
        layer::Stray,
        place::{Place, place, segment, variable_part},
    },
};

impl<'a> Reader<'a> {
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
        problems.extend(unknown::problems(&tree, &[], &mut layer));
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
