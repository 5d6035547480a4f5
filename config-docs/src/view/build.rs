//! From the manifest to its view: one walk over the groups, then what refers to keys of other groups.

use std::collections::HashMap;

use confident_core::{
    KeyEntry, Manifest,
    grammar::{Scalar, scalar},
    manifest::{self, Fact, Foreign, Group, Item, Key, Nested, Rule},
};

use super::{
    Boot, BootProfile, BootWhen, Cell, Chosen, DeprecatedView, EnvironmentRow, ForeignView, GroupView,
    KeyRef, KeyView, Need, OldName, OperandView, Presence, RemovedName, Restarts, RuleRef, RuleView,
    SecretRow, Shape, TypeView, View, sample::sample, value, words,
};

pub(super) fn view(manifest: &Manifest) -> View {
    let mut walk = Walk {
        entries: manifest.keys().collect::<Vec<_>>().into_iter(),
        anchors: HashMap::new(),
        groups: Vec::new(),
        scopes: Vec::new(),
        keys: Vec::new(),
        rules: Vec::new(),
        types: Vec::new(),
    };
    let root = Place { variable: manifest.prefix.to_owned(), ..Place::default() };
    let group = walk.begin(&root, manifest.app, words::doc(manifest.group.doc));
    walk.group(group, manifest.group, &root);
    walk.refer();
    let rules = walk.rules();
    let Walk { groups, keys, types, .. } = &walk;
    let all = || groups.iter().flat_map(|group| &group.keys);
    let profiles = profiles(manifest, keys);
    View {
        app: manifest.app.to_owned(),
        // The manifest does not have them yet.
        version: said(manifest.version),
        fingerprint: said(manifest.fingerprint()),
        doc: words::doc(manifest.group.doc),
        prefix: manifest.prefix.to_owned(),
        profile_variable: manifest.profile_variable(),
        hardening: manifest.hardening.name().to_owned(),
        profiles_are_closed: !manifest.profiles.is_empty(),
        removed: manifest.removed.iter().map(removed).collect(),
        types: types.clone(),
        boot: walk.boot(&profiles),
        secrets: all().filter(|key| key.is_secret).map(secret).collect(),
        environments: all().map(|key| environment(key, &profiles)).collect(),
        restarts: Restarts {
            live: all().filter(|key| key.is_live).map(KeyView::reference).collect(),
            fixed: all().filter(|key| !key.is_live).map(KeyView::reference).collect(),
        },
        groups: walk.groups,
        rules,
        profiles,
    }
}

struct Walk {
    entries: std::vec::IntoIter<KeyEntry>,
    /// How often each anchor was wanted.
    anchors: HashMap<String, usize>,
    groups: Vec<GroupView>,
    /// For each group, what the names of its fields lead to.
    scopes: Vec<Vec<(&'static str, Target)>>,
    /// Every key, with its place.
    keys: Vec<Placed>,
    rules: Vec<Found>,
    types: Vec<TypeView>,
}

/// What the name of a field leads to.
#[derive(Clone, Copy)]
enum Target {
    /// The key with this number.
    Key(usize),
    /// The group with this number.
    Group(usize),
}

/// A key in the manifest and in the view.
struct Placed {
    key: &'static Key,
    group: usize,
    at: usize,
    /// What must be so for its group to be in use.
    conditions: Vec<String>,
}

/// A rule, or a function of the program, in a group.
struct Found {
    group: usize,
    what: What,
    /// Whether its group is always in use.
    is_always: bool,
}

#[derive(Clone, Copy)]
enum What {
    Rule(&'static Rule),
    Function(&'static str),
}

/// Where a group stands.
#[derive(Clone, Default)]
struct Place {
    path: String,
    variable: String,
    parent: Option<String>,
    depth: usize,
    conditions: Vec<String>,
    is_in_element: bool,
}

impl Walk {
    /// Adds an empty group and returns its number.
    fn begin(&mut self, place: &Place, title: &str, doc: super::Doc) -> usize {
        let name = if place.parent.is_none() || place.path.is_empty() { title } else { &place.path };
        self.groups.push(GroupView {
            anchor: unique(&mut self.anchors, "group", name),
            parent: place.parent.clone(),
            depth: place.depth,
            path: place.path.clone(),
            variable: place.variable.clone(),
            title: title.to_owned(),
            doc,
            type_doc: None,
            shape: Shape::One,
            shape_words: String::new(),
            is_flat: false,
            is_choice: false,
            chosen_by: None,
            merges: false,
            keys: Vec::new(),
            foreign: Vec::new(),
            rules: Vec::new(),
        });
        self.scopes.push(Vec::new());
        self.groups.len() - 1
    }

    /// Walks over the items of a group, in the order in which the tree of the manifest has its keys.
    fn group(&mut self, at: usize, group: &'static Group, place: &Place) {
        self.groups[at].is_choice = group.is_choice;
        for item in group.items {
            match item {
                Item::Key(key) => self.key(at, key, place),
                Item::Foreign(foreign) => self.groups[at].foreign.push(foreign_view(foreign, place)),
                Item::Nested(nested) => {
                    let inner = self.nested(at, nested, place);
                    self.scopes[at].push((nested.field, Target::Group(inner)));
                }
                // A kind of item that is new here is in no document yet.
                _ => {}
            }
        }
        let functions = group.validate.into_iter().map(What::Function);
        for what in group.rules.iter().map(What::Rule).chain(functions) {
            self.rules.push(Found { group: at, what, is_always: place.conditions.is_empty() });
        }
    }

    fn nested(&mut self, outer: usize, nested: &'static Nested, place: &Place) -> usize {
        let mut inner = Place {
            path: joined(&place.path, ".", nested.segment),
            variable: joined(&place.variable, "_", &raised(nested.variable)),
            parent: Some(self.groups[outer].anchor.clone()),
            depth: place.depth + 1,
            ..place.clone()
        };
        let title = title(nested.field);
        let named = if nested.segment.is_empty() {
            format!("the group {title}")
        } else {
            format!("`{}`", inner.path)
        };
        let chooses = self.groups[outer].keys.first().filter(|_| self.groups[outer].is_choice);
        let chosen_by = chooses.map(|key| Chosen { key: key.reference(), word: nested.segment.to_owned() });
        if let Some(Chosen { key, word }) = &chosen_by {
            inner.conditions.push(format!("`{}` is `{word}`", key.variable));
        }
        let (shape, shape_words, condition, placeholder) = match nested.shape {
            manifest::Shape::Optional => (
                Shape::Optional,
                "Optional: where any of its keys is set, all that it requires must be.".to_owned(),
                Some(format!("any key of {named} is set")),
                None,
            ),
            manifest::Shape::List => (
                Shape::List,
                "A list: `{n}` stands for the number of an element, from 0 and without gaps.".to_owned(),
                Some(format!("{named} has an element")),
                Some("{n}"),
            ),
            manifest::Shape::Map => (
                Shape::Map,
                "A map: `{name}` stands for the name of an entry.".to_owned(),
                Some(format!("{named} has an entry")),
                Some("{name}"),
            ),
            _ => (Shape::One, String::new(), None, None),
        };
        inner.conditions.extend(condition);
        if let Some(placeholder) = placeholder {
            inner.path = joined(&inner.path, ".", placeholder);
            inner.variable = joined(&inner.variable, "_", placeholder);
            inner.is_in_element = true;
        }
        let at = self.begin(&inner, &title, words::doc(nested.doc));
        let group = &mut self.groups[at];
        group.type_doc = (nested.group.doc != nested.doc).then(|| words::doc(nested.group.doc));
        group.shape = shape;
        group.shape_words = shape_words;
        group.is_flat = nested.segment.is_empty();
        group.merges = nested.merges;
        group.chosen_by = chosen_by;
        self.group(at, nested.group, &inner);
        at
    }

    fn key(&mut self, group: usize, key: &'static Key, place: &Place) {
        let Some(entry) = self.entries.next() else { return };
        for found in words::types(key.kind) {
            if !self.types.contains(&found) {
                self.types.push(found);
            }
        }
        let view = self.key_view(group, key, entry, place);
        self.scopes[group].push((key.field, Target::Key(self.keys.len())));
        let at = self.groups[group].keys.len();
        self.keys.push(Placed { key, group, at, conditions: place.conditions.clone() });
        self.groups[group].keys.push(view);
    }

    fn key_view(&mut self, group: usize, key: &Key, entry: KeyEntry, place: &Place) -> KeyView {
        let twin = |variable: &str| key.is_secret.then(|| format!("{variable}_FILE"));
        let old_name = |name: &&str| OldName { variable: (*name).to_owned(), file_variable: twin(name) };
        let (empty, empty_words) = words::empty(key.empty);
        KeyView {
            anchor: unique(&mut self.anchors, "key", entry.path),
            path: entry.path.to_owned(),
            segment: key.segment.to_owned(),
            variable: entry.variable.to_owned(),
            is_in_element: place.is_in_element,
            file_variable: twin(entry.variable),
            old_names: key.aliases.iter().map(old_name).collect(),
            group: self.groups[group].anchor.clone(),
            doc: words::doc(key.doc),
            kind: words::type_of(key.kind),
            words: words::words(key.kind),
            default: words::default(key),
            constraints: words::constraints(key),
            unit: key.unit().or(key.how.unit).map(str::to_owned),
            example: key.example().filter(|_| !key.is_secret).map(str::to_owned),
            sample_value: sample(key).and_then(|text| value::of(key.kind, &text, &key.how)),
            sample: sample(key),
            presence: presence(key, &place.conditions),
            is_secret: key.is_secret,
            not_secret: key.not_secret().map(str::to_owned),
            rotate: key.rotate().map(str::to_owned),
            is_live: key.is_live,
            overlap: key.overlap().map(str::to_owned),
            owner: key.owner().map(str::to_owned),
            classification: key.classification().map(str::to_owned),
            retention: key.retention().map(str::to_owned),
            since: key.since().map(str::to_owned),
            review_by: key.review_by().map(str::to_owned),
            deprecated: None, // see `refer`
            tags: words::owned(key.tags()),
            sources: words::owned(key.sources()),
            store: key.store().map(str::to_owned),
            max_stale: key.max_stale().map(str::to_owned),
            empty,
            empty_words: empty_words.to_owned(),
            separator: words::separator(key),
            merges: key.merges,
            rules: Vec::new(), // see `rules`
        }
    }

    /// Fills in what refers to keys of any group.
    fn refer(&mut self) {
        let found: Vec<_> =
            self.keys.iter().filter_map(|placed| Some((placed, placed.key.deprecated()?))).collect();
        let views: Vec<_> = found
            .into_iter()
            .map(|(placed, deprecated)| {
                let replaced_by = deprecated.replaced_by.and_then(|path| {
                    let mut keys = self.groups.iter().flat_map(|group| &group.keys);
                    keys.find(|key| key.path == path).map(KeyView::reference)
                });
                let view = DeprecatedView {
                    since: deprecated.since.map(str::to_owned),
                    note: deprecated.note.map(str::to_owned),
                    replaced_by,
                    remove_in: deprecated.remove_in.map(str::to_owned),
                };
                (placed.group, placed.at, view)
            })
            .collect();
        for (group, at, view) in views {
            self.groups[group].keys[at].deprecated = Some(view);
        }
    }

    /// The rules, which are also noted at their groups and keys.
    fn rules(&mut self) -> Vec<RuleView> {
        let mut rules = Vec::new();
        for (number, found) in self.rules.iter().enumerate() {
            let group = &self.groups[found.group];
            let (message, source, operands, is_closed) = match found.what {
                What::Rule(rule) => {
                    (rule.message, Some(rule.source.to_owned()), rule.operands, rule.expression.is_some())
                }
                What::Function(sentence) => (sentence, None, &[] as &[&str], false),
            };
            rules.push(RuleView {
                anchor: format!("rule-{}", number + 1),
                group: group.anchor.clone(),
                path: group.path.clone(),
                message: message.to_owned(),
                source,
                by_application_only: !is_closed,
                operands: operands.iter().map(|operand| self.operand(found.group, operand)).collect(),
            });
        }
        for (rule, found) in rules.iter().zip(&self.rules) {
            self.groups[found.group].rules.push(rule.anchor.clone());
            for key in rule.operands.iter().filter_map(|operand| operand.key.as_ref()) {
                let all = self.groups.iter_mut().flat_map(|group| &mut group.keys);
                for mentioned in all.filter(|view| view.anchor == key.anchor) {
                    if !mentioned.rules.iter().any(|known| known.anchor == rule.anchor) {
                        mentioned.rules.push(reference(rule));
                    }
                }
            }
        }
        rules
    }

    fn operand(&self, scope: usize, operand: &str) -> OperandView {
        let target = self.target(scope, operand);
        let group = match target {
            Some(Target::Group(group)) => Some(&self.groups[group]),
            _ => None,
        };
        let key = match target {
            Some(Target::Key(key)) => Some(self.reference(&self.keys[key])),
            _ => None,
        };
        OperandView {
            text: operand.to_owned(),
            key,
            group: group.map(|group| group.anchor.clone()),
            group_path: group.map(|group| group.path.clone()),
        }
    }

    fn reference(&self, placed: &Placed) -> KeyRef {
        self.groups[placed.group].keys[placed.at].reference()
    }

    /// What the fields of an expression, such as `pool.max`, lead to.
    fn target(&self, scope: usize, fields: &str) -> Option<Target> {
        let mut target = Target::Group(scope);
        for field in fields.split('.') {
            let Target::Group(group) = target else { return None };
            target = self.scopes[group].iter().find(|(name, _)| *name == field)?.1;
        }
        Some(target)
    }

    fn boot(&self, profiles: &[String]) -> Boot {
        let need = |placed: &&Placed, need| presence(placed.key, &placed.conditions).need == need;
        let always = self.keys.iter().filter(|placed| need(placed, Need::Required));
        let in_profiles = profiles.iter().map(|profile| BootProfile {
            profile: profile.clone(),
            keys: self
                .keys
                .iter()
                .filter(|placed| placed.conditions.is_empty() && !need(placed, Need::Required))
                .filter(|placed| placed.key.required_in().contains(&profile.as_str()))
                .map(|placed| self.reference(placed))
                .collect(),
        });
        let mut when: Vec<BootWhen> = Vec::new();
        for placed in self.keys.iter().filter(|placed| need(placed, Need::Conditional)) {
            let group = &self.groups[placed.group].anchor;
            match when.iter_mut().find(|when| when.group == *group) {
                Some(when) => when.keys.push(self.reference(placed)),
                None => when.push(BootWhen {
                    group: group.clone(),
                    conditions: placed.conditions.clone(),
                    keys: vec![self.reference(placed)],
                }),
            }
        }
        Boot {
            always: always.map(|placed| self.reference(placed)).collect(),
            rules: self.rules_to_meet(),
            in_profiles: in_profiles.filter(|profile| !profile.keys.is_empty()).collect(),
            when,
        }
    }

    /// The rules that do not hold where nothing is set but what must always be.
    fn rules_to_meet(&self) -> Vec<RuleRef> {
        let mut broken = Vec::new();
        for (number, found) in self.rules.iter().enumerate() {
            let What::Rule(rule) = found.what else { continue };
            let facts: Vec<Fact<'_>> =
                rule.operands.iter().map(|operand| self.fact(self.target(found.group, operand))).collect();
            if found.is_always && rule.holds(&facts) == Some(false) {
                broken.push(RuleRef {
                    anchor: format!("rule-{}", number + 1),
                    message: rule.message.to_owned(),
                    source: Some(rule.source.to_owned()),
                    by_application_only: rule.expression.is_none(),
                });
            }
        }
        broken
    }

    /// What is known of an operand where nothing is set but what must be.
    fn fact(&self, target: Option<Target>) -> Fact<'static> {
        let key = match target {
            Some(Target::Group(group)) if self.groups[group].shape == Shape::Optional => return Fact::Absent,
            Some(Target::Key(at)) if self.keys[at].conditions.is_empty() => self.keys[at].key,
            _ => return Fact::Unknown,
        };
        let Some(default) = key.default else {
            return if key.is_optional { Fact::Absent } else { Fact::Unknown };
        };
        match scalar(key.kind, default, &key.how) {
            Ok(Scalar::Opaque) | Err(_) => Fact::Unknown,
            Ok(value) => Fact::Present { value, bytes: default.len() },
        }
    }
}

/// What is said, if something is.
fn said(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| text.to_owned())
}

fn reference(rule: &RuleView) -> RuleRef {
    RuleRef {
        anchor: rule.anchor.clone(),
        message: rule.message.clone(),
        source: rule.source.clone(),
        by_application_only: rule.by_application_only,
    }
}

fn presence(key: &Key, conditions: &[String]) -> Presence {
    let need = match (key.default.is_some() && !key.is_secret, key.is_optional, conditions) {
        (true, ..) => Need::Default,
        (false, true, _) => Need::Optional,
        (false, false, []) => Need::Required,
        (false, false, _) => Need::Conditional,
    };
    let conditions = if need == Need::Conditional { conditions.to_vec() } else { Vec::new() };
    let mut words = match need {
        Need::Required => "required".to_owned(),
        Need::Conditional => format!("required when {}", conditions.join(" and ")),
        Need::Default => "has a default".to_owned(),
        Need::Optional => "optional".to_owned(),
    };
    let mut also = |what: &str, profiles: &[&str]| {
        if !profiles.is_empty() {
            words.push_str(&format!("; {what} in `{}`", profiles.join("`, `")));
        }
    };
    also("required", key.required_in());
    also("must not be set", key.forbidden_in());
    Presence {
        need,
        conditions,
        required_in: words::owned(key.required_in()),
        forbidden_in: words::owned(key.forbidden_in()),
        words,
    }
}

/// Those that the program names, else those that its keys name, in their order.
fn profiles(manifest: &Manifest, keys: &[Placed]) -> Vec<String> {
    let of_keys =
        keys.iter().flat_map(|placed| placed.key.required_in().iter().chain(placed.key.forbidden_in()));
    let mut profiles: Vec<String> = Vec::new();
    for profile in manifest.profiles.iter().chain(of_keys) {
        if !profiles.iter().any(|known| known == profile) {
            profiles.push((*profile).to_owned());
        }
    }
    profiles
}

fn environment(key: &KeyView, profiles: &[String]) -> EnvironmentRow {
    let Presence { need, required_in, forbidden_in, .. } = &key.presence;
    let cell = |profile: &String| {
        if forbidden_in.contains(profile) {
            return Cell::Forbidden;
        }
        if required_in.contains(profile) {
            return Cell::Required;
        }
        match need {
            Need::Required => Cell::Required,
            Need::Conditional => Cell::Conditional,
            Need::Default => Cell::Default,
            Need::Optional => Cell::Optional,
        }
    };
    let cells: Vec<Cell> = profiles.iter().map(cell).collect();
    EnvironmentRow { key: key.reference(), differs: cells.iter().any(|cell| *cell != cells[0]), cells }
}

fn secret(key: &KeyView) -> SecretRow {
    SecretRow {
        key: key.reference(),
        file_variable: format!("{}_FILE", key.variable),
        owner: key.owner.clone(),
        rotate: key.rotate.clone(),
        classification: key.classification.clone(),
        sources: key.sources.clone(),
        store: key.store.clone(),
        presence: key.presence.words.clone(),
        is_live: key.is_live,
    }
}

fn foreign_view(foreign: &Foreign, place: &Place) -> ForeignView {
    ForeignView {
        path: joined(&place.path, ".", foreign.segment),
        variable: joined(&place.variable, "_", &raised(foreign.segment)),
        doc: words::doc(foreign.doc),
        type_name: foreign.type_name.to_owned(),
    }
}

fn removed(removed: &manifest::Removed) -> RemovedName {
    RemovedName { old: removed.old.to_owned(), note: removed.note.to_owned() }
}

/// `cdn_log_queue` as a heading: `Cdn log queue`.
fn title(field: &str) -> String {
    let words = field.trim_start_matches("r#").replace(['_', '-'], " ");
    let mut chars = words.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

/// The part of a variable that a segment makes, as the manifest spells it.
fn raised(part: &str) -> String {
    part.to_ascii_uppercase().replace(['-', '.'], "_")
}

fn joined(outer: &str, between: &str, part: &str) -> String {
    match (outer, part) {
        ("", only) | (only, "") => only.to_owned(),
        _ => format!("{outer}{between}{part}"),
    }
}

/// A name for a place in a document that no other place has.
fn unique(anchors: &mut HashMap<String, usize>, kind: &str, text: &str) -> String {
    let plain: String = text
        .chars()
        .map(|char| if char.is_ascii_alphanumeric() { char.to_ascii_lowercase() } else { '-' })
        .collect();
    let words: Vec<&str> = plain.split('-').filter(|word| !word.is_empty()).collect();
    let mut anchor = format!("{kind}-{}", words.join("-"));
    loop {
        let count = anchors.entry(anchor.clone()).or_insert(0);
        *count += 1;
        if *count == 1 {
            return anchor;
        }
        anchor = format!("{anchor}-{count}");
    }
}
