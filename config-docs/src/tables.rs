//! The keys as the tables of a file, for formats that have tables.

use std::collections::HashMap;

use serde::Serialize;

use crate::view::{FileValue, GroupView, KeyView, Need, Shape, View};

/// One table of a file, with what stands directly in it.
#[derive(Serialize)]
pub(crate) struct Table<'v> {
    /// The names that lead to it.
    #[serde(skip)]
    pub(crate) segments: Vec<Segment<'v>>,
    /// Whether it stands in the file; otherwise it is commented out, with all that is in it.
    pub(crate) is_active: bool,
    /// The group that made it.
    pub(crate) group: &'v GroupView,
    pub(crate) rows: Vec<Row<'v>>,
    /// The lines in front of its keys, as the format writes them.
    pub(crate) heads: Vec<String>,
    /// What stands in front of its first line.
    pub(crate) head_indent: String,
    /// What stands in front of its lines.
    pub(crate) indent: String,
}

/// A step on the way to a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Segment<'v> {
    Name(&'v str),
    /// An element of a list.
    Element,
    /// An entry of a map.
    Entry,
}

/// A key in its table.
#[derive(Serialize)]
pub(crate) struct Row<'v> {
    pub(crate) key: &'v KeyView,
    /// The group that begins here, where it stands among the keys of another.
    pub(crate) heading: Option<&'v GroupView>,
    /// Whether the line counts as it stands.
    pub(crate) is_active: bool,
    /// Whether it chooses a variant that stands below as a table, which chooses it too.
    pub(crate) is_implied: bool,
    /// Its name in the table; empty where it cannot stand in a file.
    pub(crate) name: String,
    /// Its value, as the format writes it; empty where there is none to show.
    pub(crate) value: String,
}

/// How a format writes a value.
pub(crate) type Literal<'l> = &'l dyn Fn(&FileValue) -> String;

/// The tables in an order in which each stands behind those around it.
pub(crate) fn tables<'v>(view: &'v View, literal: Literal<'_>) -> Vec<Table<'v>> {
    let states = states(view);
    let mut tables: Vec<Table<'v>> = Vec::new();
    for group in &view.groups {
        let State { is_shown, is_used } = states[&*group.anchor];
        let at = table_at(&mut tables, &group.path, is_shown, group);
        let mut is_first = group.is_flat;
        for key in &group.keys {
            let chooses = key.segment.is_empty();
            // The word of a choice stands where the table of the choice would.
            let (at, name) = match key.path.rsplit_once('.') {
                _ if !chooses => (at, key.segment.as_str()),
                _ if group.is_flat => (at, ""),
                Some((outer, name)) => (table_at(&mut tables, outer, is_shown, group), name),
                None => (table_at(&mut tables, "", is_shown, group), key.path.as_str()),
            };
            let row = row(view, key, is_used, name, literal);
            let heading = std::mem::take(&mut is_first).then_some(group);
            tables[at].rows.push(Row { heading, ..row });
        }
    }
    tables.retain(|table| !table.rows.is_empty());
    tables
}

/// The table at a path, which is added where there is none yet.
fn table_at<'v>(tables: &mut Vec<Table<'v>>, path: &'v str, is_active: bool, group: &'v GroupView) -> usize {
    let segments: Vec<Segment<'v>> = path
        .split('.')
        .filter(|segment| !segment.is_empty())
        .map(|segment| match segment {
            "{n}" => Segment::Element,
            "{name}" => Segment::Entry,
            name => Segment::Name(name),
        })
        .collect();
    if let Some(at) = tables.iter().position(|table| table.segments == segments) {
        return at;
    }
    tables.push(Table {
        segments,
        is_active,
        group,
        rows: Vec::new(),
        heads: Vec::new(),
        head_indent: String::new(),
        indent: String::new(),
    });
    tables.len() - 1
}

fn row<'v>(view: &View, key: &'v KeyView, is_used: bool, name: &str, literal: Literal<'_>) -> Row<'v> {
    let may_stand_here = key.sources.is_empty() || key.sources.iter().any(|kind| kind == "file");
    let word = key.segment.is_empty().then(|| word(view, key)).flatten();
    let is_implied = word.as_ref().is_some_and(|word| chosen(view, key, word).is_some());
    let value = match (&key.default, word) {
        _ if key.is_secret => String::new(),
        (Some(default), _) => default.value.as_ref().map(literal).unwrap_or_default(),
        (None, Some(word)) => literal(&FileValue::Text(word)),
        (None, None) => key.sample_value.as_ref().map(literal).unwrap_or_default(),
    };
    let is_needed = matches!(key.presence.need, Need::Required | Need::Conditional);
    let is_active =
        is_needed && is_used && may_stand_here && !is_implied && !value.is_empty() && !name.is_empty();
    Row { key, heading: None, is_active, is_implied, name: name.to_owned(), value }
}

/// The word to show for a choice that has no default: one that needs no keys, else the first.
pub(crate) fn word(view: &View, key: &KeyView) -> Option<String> {
    if key.default.is_some() || !key.presence.conditions.is_empty() && key.is_in_element {
        return key.default.as_ref().map(|default| default.text.clone());
    }
    let plain = key.words.iter().find(|word| chosen(view, key, &word.text).is_none());
    plain.or(key.words.first()).map(|word| word.text.clone())
}

/// The group that a word of a choice puts to use.
fn chosen<'v>(view: &'v View, key: &KeyView, word: &str) -> Option<&'v GroupView> {
    view.groups.iter().find(|group| {
        group.chosen_by.as_ref().is_some_and(|chosen| chosen.key.anchor == key.anchor && chosen.word == word)
    })
}

/// What a file shows of a group.
#[derive(Clone, Copy)]
struct State {
    /// Its table stands in the file: that says nothing by itself.
    is_shown: bool,
    /// What it requires is set in the file.
    is_used: bool,
}

fn states(view: &View) -> HashMap<&str, State> {
    let mut states: HashMap<&str, State> = HashMap::new();
    for group in &view.groups {
        let outer = group.parent.as_deref().and_then(|parent| states.get(parent).copied());
        let outer = outer.unwrap_or(State { is_shown: true, is_used: true });
        let is_chosen = group.chosen_by.as_ref().is_none_or(|chosen| {
            let key = view.keys().find(|key| key.anchor == chosen.key.anchor);
            key.is_some_and(|key| key.default.is_none() && word(view, key).as_ref() == Some(&chosen.word))
        });
        // A table of a choice chooses, and one of a list or map is an element.
        let is_alone = matches!(group.shape, Shape::One | Shape::Optional);
        states.insert(
            &group.anchor,
            State {
                is_shown: outer.is_shown && is_chosen && is_alone,
                is_used: outer.is_used && is_chosen && group.shape == Shape::One,
            },
        );
    }
    states
}
