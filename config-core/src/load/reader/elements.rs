//! Lists and maps of groups: which elements there are, each read by a reader of its own.

use std::{borrow::Cow, collections::BTreeMap};

use super::Reader;
use crate::{
    config::Config,
    load::{
        resolve::{Part, Resolved, gap, resolve},
        unknown,
    },
    manifest::{
        Kind, Nested, Shape,
        tree::{Element, Tree, What, split_index},
    },
    report::{Code, Problem},
    source::{
        Found, Layer, Node, NodeValue, Origin,
        layer::Stray,
        place::{Place, place, segment, variable_part},
    },
};

/// Reads one element, by the reader of its own.
type Read<'r, G> = &'r mut dyn FnMut(&mut Reader<'_>) -> Option<G>;

impl<'a> Reader<'a> {
    /// Reads a list of groups.
    pub(crate) fn list<G: Config>(&mut self, nested: &'static Nested) -> Option<Vec<G>> {
        self.list_by(nested, &mut |reader| G::read(reader))
    }

    /// The same, each read by `read`.
    pub(in crate::load) fn list_by<G>(
        &mut self,
        nested: &'static Nested,
        read: Read<'_, G>,
    ) -> Option<Vec<G>> {
        self.many(nested, |reader, many, given| {
            let mut values = Some(Vec::new());
            for element in reader.numbered(many, given)? {
                push(&mut values, reader.element(many, &element, read));
            }
            values
        })
    }

    /// Reads a map of groups. The names come from variables in lower case, and from documents as they
    /// are.
    pub(crate) fn map<G: Config>(&mut self, nested: &'static Nested) -> Option<BTreeMap<String, G>> {
        self.map_by(nested, &mut |reader| G::read(reader))
    }

    /// The same, each read by `read`.
    pub(in crate::load) fn map_by<G>(
        &mut self,
        nested: &'static Nested,
        read: Read<'_, G>,
    ) -> Option<BTreeMap<String, G>> {
        self.many(nested, |reader, many, given| {
            let mut values = Some(BTreeMap::new());
            for element in reader.named_elements(many, given)? {
                let value = reader.element(many, &element, read);
                push(&mut values, value.map(|value| (element.name, value)));
            }
            values
        })
    }

    /// Reads the next list or map from what was found of it.
    fn many<T: Default>(
        &mut self,
        nested: &'static Nested,
        read: impl FnOnce(&mut Self, &Many<'_>, &[Given<'_, 'a>]) -> Option<T>,
    ) -> Option<T> {
        let entry = self.at;
        self.at += 1 + nested.group.size;
        let many = Many { entry, nested, variable: self.tree.variable(entry), path: self.tree.path(entry) };
        let at = match self.resolution.entries[entry] {
            Resolved::Absent => return Some(T::default()),
            Resolved::Elements(at) => at,
            Resolved::Single { .. } | Resolved::Shadowing(_) | Resolved::Merged(_) | Resolved::Failed => {
                return None;
            }
        };
        let parts = std::mem::take(&mut self.resolution.elements[at]);
        let template = Element::new(nested.group, "", "");
        let given = parts.iter().map(|part| match part {
            Part::Node(found) => Given::Node(found),
            Part::Variables(layer) => {
                let strays = self.strays_of(entry, *layer).map(|stray| {
                    let element = element_of(nested, &template.tree(), many.variable, &stray.name);
                    (element.map(str::to_owned), stray.clone())
                });
                Given::Variables(*layer, strays.collect())
            }
        });
        let given: Vec<_> = given.collect();
        let value = read(self, &many, &given);
        drop(given);
        self.resolution.elements[at] = parts;
        value
    }

    /// The elements of a list. Those of a document stand behind those of earlier sources; a variable has
    /// the number of its element.
    fn numbered<'g>(&mut self, many: &Many<'_>, given: &'g [Given<'_, 'a>]) -> Option<Vec<Gathered<'g, 'a>>> {
        let mut elements: Vec<Gathered<'g, 'a>> = Vec::new();
        for given in given {
            match given {
                Given::Node(found) => {
                    let Some(items) = found.raw.node_items() else {
                        return self.not_elements(many, found, "a list of groups");
                    };
                    for item in items {
                        elements.push(Gathered::new(elements.len().to_string(), Share::Node(item, found)));
                    }
                }
                Given::Variables(layer, strays) => {
                    let numbers = strays.iter().filter_map(|(element, _)| element.as_deref()?.parse().ok());
                    let mut numbers: Vec<usize> = numbers.collect();
                    numbers.sort_unstable();
                    numbers.dedup();
                    for number in numbers {
                        let name = number.to_string();
                        let share = Share::of(*layer, strays, |element| element == name);
                        if number > elements.len() {
                            let problem = Problem::new(Code::Gap, many.variable);
                            self.problems.push(gap(problem, many.variable, elements.len(), number));
                            return None;
                        }
                        match elements.get_mut(number) {
                            Some(element) => element.shares.push(share),
                            None => elements.push(Gathered::new(name, share)),
                        }
                    }
                    self.report_strange(many, *layer, strays);
                }
            }
        }
        Some(elements)
    }

    /// The elements of a map. A variable belongs to the element whose name it has, in whatever case.
    fn named_elements<'g>(
        &mut self,
        many: &Many<'_>,
        given: &'g [Given<'_, 'a>],
    ) -> Option<Vec<Gathered<'g, 'a>>> {
        let mut elements: Vec<Gathered<'g, 'a>> = Vec::new();
        for given in given {
            match given {
                Given::Node(found) => {
                    let Some(entries) = found.raw.node_entries() else {
                        return self.not_elements(many, found, "a table of groups");
                    };
                    // Nothing is the same as no entry.
                    for (name, node) in
                        entries.iter().filter(|(_, node)| !matches!(node.value, NodeValue::Null))
                    {
                        let share = Share::Node(node, found);
                        match elements.iter_mut().find(|element| element.name == name.text) {
                            Some(element) => element.shares.push(share),
                            None => elements.push(Gathered::new(name.text.clone().into_owned(), share)),
                        }
                    }
                }
                Given::Variables(layer, strays) => {
                    let mut names: Vec<&str> =
                        strays.iter().filter_map(|(element, _)| element.as_deref()).collect();
                    names.sort_unstable();
                    names.dedup();
                    for name in names {
                        let share = Share::of(*layer, strays, |element| element == name);
                        let part = variable_part(name);
                        match elements.iter_mut().find(|element| variable_part(&element.name) == part) {
                            Some(element) => element.shares.push(share),
                            None => elements.push(Gathered::new(name.to_ascii_lowercase(), share)),
                        }
                    }
                    self.report_strange(many, *layer, strays);
                }
            }
        }
        Some(elements)
    }

    fn not_elements<T>(&mut self, many: &Many<'_>, found: &Found<'_>, expected: &str) -> Option<T> {
        let problem = Problem::new(Code::Invalid, many.path).says(format!("is not {expected}"));
        self.problems.push(problem.at(&found.origin));
        None
    }

    /// Reads one element of a list or map, by a reader of its own.
    fn element<G>(&mut self, many: &Many<'_>, element: &Gathered<'_, 'a>, read: Read<'_, G>) -> Option<G> {
        let group = many.nested.group;
        let path = format!("{}.{}", many.path, segment(&element.name));
        let variable = format!("{}_{}", many.variable, variable_part(&element.name));
        let layout = Element::new(group, &variable, &path);
        let (tree, at) = (layout.tree(), Place::new(&variable, &path));
        let mut problems = std::mem::take(&mut self.problems);
        let mut layers = Vec::with_capacity(element.shares.len());
        for share in &element.shares {
            let mut layer = match share {
                Share::Variables(number, strays) => {
                    let mut layer = self.resolution.layers[*number].for_element();
                    for stray in strays {
                        let name = Cow::Borrowed(std::ffi::OsStr::new(&*stray.name));
                        layer.accept(&tree, &variable, name, stray.value, stray.spot);
                    }
                    layer
                }
                Share::Node(node, found) => {
                    let mut layer = Layer::new(found.origin.kind(), found.on_unknown);
                    if let Origin::File { path, .. } = &found.origin {
                        layer.file = Some(std::sync::Arc::clone(path));
                    }
                    place(&mut layer, &tree, group, node.borrowed(), at, &mut problems);
                    layer
                }
            };
            problems.extend(unknown::problems(&tree, &[], &mut layer));
            layers.push(layer);
        }
        let resolution = resolve(&tree, layers, self.context.shelf, &mut problems);
        let mut reader = Reader::new(tree, resolution, problems, self.context);
        reader.explained = self.explained.take();
        reader.because = Some(format!("required because {} is set", element.woken_by(&path)));
        let value = read(&mut reader);
        self.explained = reader.explained.take();
        self.problems = reader.finish();
        value
    }

    /// Reports variables that name no element.
    fn report_strange(&mut self, many: &Many<'_>, layer: usize, strays: &[NamedStray<'_>]) {
        for (_, stray) in strays.iter().filter(|(element, _)| element.is_none()) {
            let form = self.tree.variable((many.entry + 1).min(self.tree.entries().len() - 1));
            let message = format!("unknown; the entries of {} are named like {form}", many.path);
            let origin = self.resolution.layers[layer].origin(Cow::Borrowed(&*stray.name), stray.spot);
            self.problems.push(Problem::new(Code::Unknown, &stray.name).says(message).warning().at(&origin));
        }
    }
}

/// A list or map in its place.
struct Many<'p> {
    entry: usize,
    nested: &'static Nested,
    variable: &'p str,
    path: &'p str,
}

/// A variable of a list or map with the element that it names, if it names one.
type NamedStray<'a> = (Option<String>, Stray<'a>);

/// What one source has of the elements.
enum Given<'g, 'a> {
    /// Variables, of the layer with this number.
    Variables(usize, Vec<NamedStray<'a>>),
    /// A list or table of a document.
    Node(&'g Found<'a>),
}

/// One element, with what the sources have of it, in their order.
struct Gathered<'g, 'a> {
    name: String,
    shares: Vec<Share<'g, 'a>>,
}

/// What one source has of one element.
enum Share<'g, 'a> {
    /// Variables, of the layer with this number.
    Variables(usize, Vec<&'g Stray<'a>>),
    /// Its place in what was found in a document.
    Node(&'g Node<'a>, &'g Found<'a>),
}

impl<'g, 'a> Share<'g, 'a> {
    fn of(layer: usize, strays: &'g [NamedStray<'a>], is_own: impl Fn(&str) -> bool) -> Self {
        let own = strays.iter().filter(|(element, _)| element.as_deref().is_some_and(&is_own));
        Self::Variables(layer, own.map(|(_, stray)| stray).collect())
    }
}

impl<'g, 'a> Gathered<'g, 'a> {
    fn new(name: String, share: Share<'g, 'a>) -> Self {
        Self { name, shares: vec![share] }
    }

    /// What is set of it.
    fn woken_by(&self, path: &str) -> String {
        match self.shares.first() {
            Some(Share::Variables(_, strays)) => {
                strays.first().map_or_else(String::new, |stray| stray.name.clone().into_owned())
            }
            Some(Share::Node(node, found)) => {
                let mut origin = found.origin.clone();
                if let Origin::File { line, column, .. } = &mut origin {
                    (*line, *column) = (node.line, node.column);
                }
                format!("{path} ({origin})")
            }
            None => String::new(),
        }
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
/// of a key at the end counts: `EU_BASE_URL` is `BASE_URL` of `EU` where there is such a key. `template`
/// is the group laid out without a place.
pub(crate) fn element_of<'n>(
    nested: &Nested,
    template: &Tree<'_>,
    variable: &str,
    name: &'n str,
) -> Option<&'n str> {
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
