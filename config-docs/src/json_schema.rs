//! JSON Schema 2020-12 for the files of a program: what a load takes from a document, as far as such a schema can say it.
//!
//! It never refuses a document that a load accepts: where the two languages differ, the schema is the more patient
//! one. It looks at one document as the only source of everything but secrets, which do not belong in files. A document that
//! uses another spelling of a name (`pool_max` for `pool.max`, an old name) is looked at key by key only.

mod ecma;
mod rules;
mod scalar;
mod spelling;

use confident_core::{
    Kind, Manifest,
    manifest::{Foreign, Group, Item, Key, Nested, Shape},
};
use serde_json::{Map, Value, json};

use crate::{
    plain,
    view::{KeyView, View},
};
use spelling::Spellings;

/// The schema of the documents of a manifest.
pub(crate) fn write(manifest: &Manifest, view: &View) -> String {
    let mut writing = Writing {
        keys: manifest.keys().filter_map(|entry| view.key(entry.path)),
        spellings: Spellings::of(manifest),
    };
    let at = At { path: "", variable: manifest.prefix, is_element: false };
    let mut schema = Map::new();
    schema.insert("$schema".into(), "https://json-schema.org/draft/2020-12/schema".into());
    schema.insert("title".into(), plain::line(&format!("Configuration of {}", view.app)).into());
    describe(&mut schema, manifest.group.doc);
    schema.insert(
        "$comment".into(),
        "Required keys and rules are looked at as if the file were the only source of everything but secrets. Numbers \
         may also stand as text, and null is the same as nothing."
            .into(),
    );
    schema.extend(writing.table(manifest.group, &at));
    let complete = complete(manifest.group);
    if !complete.is_empty() {
        match spelled_otherwise(manifest.group, &writing.spellings, &at) {
            Some(otherwise) => {
                schema.insert("if".into(), json!({ "not": otherwise }));
                schema.insert("then".into(), Value::Object(complete));
            }
            None => {
                schema.insert("allOf".into(), json!([complete]));
            }
        }
    }
    let mut schema = Value::Object(schema);
    let mut shared = Map::new();
    share(&mut schema, &mut shared);
    if !shared.is_empty() {
        schema["$defs"] = shared.into();
    }
    let mut text = serde_json::to_string_pretty(&schema).unwrap_or_default();
    text.push('\n');
    text
}

/// Says the text forms of values once, by a name.
fn share(schema: &mut Value, shared: &mut Map<String, Value>) {
    if let Some(name) = scalar::text_form(schema) {
        let reference = json!({ "$ref": format!("#/$defs/{name}") });
        let form = std::mem::replace(schema, reference);
        shared.insert(name.to_owned(), form);
        return;
    }
    match schema {
        Value::Object(all) => all.values_mut().for_each(|inner| share(inner, shared)),
        Value::Array(all) => all.iter_mut().for_each(|inner| share(inner, shared)),
        _ => {}
    }
}

/// Where a table stands.
struct At<'p> {
    path: &'p str,
    variable: &'p str,
    /// Whether it is in an element of a list or map, where the names of keys begin anew.
    is_element: bool,
}

struct Writing<'v, K: Iterator<Item = &'v KeyView>> {
    /// The keys that come next, in the order in which the tree is walked.
    keys: K,
    spellings: Spellings,
}

impl<'v, K: Iterator<Item = &'v KeyView>> Writing<'v, K> {
    /// What stands in a table, whatever else is there.
    fn table(&mut self, group: &'static Group, at: &At<'_>) -> Map<String, Value> {
        let mut properties = Map::new();
        self.properties(group, at, &mut properties);
        let others =
            if at.is_element { Map::new() } else { self.spellings.patterns(group, at.path, at.variable) };
        let mut table = Map::new();
        table.insert("type".into(), "object".into());
        table.insert("properties".into(), properties.into());
        if !others.is_empty() {
            table.insert("patternProperties".into(), others.into());
        }
        // In an element, other spellings are as many as outside, and are not told apart.
        table.insert("additionalProperties".into(), false.into());
        table
    }

    fn properties(&mut self, group: &'static Group, at: &At<'_>, properties: &mut Map<String, Value>) {
        for item in group.items {
            match item {
                Item::Key(key) => {
                    let schema = self.keys.next().map(|view| key_schema(key, view));
                    // The key that chooses has no name of its own.
                    if !key.segment.is_empty() {
                        properties.insert(key.segment.into(), schema.unwrap_or_default());
                    }
                }
                Item::Nested(nested) if nested.segment.is_empty() => {
                    self.properties(nested.group, at, properties)
                }
                Item::Nested(nested) => {
                    properties.insert(nested.segment.into(), self.nested(nested, at));
                }
                Item::Foreign(foreign) => {
                    properties.insert(foreign.segment.into(), foreign_schema(foreign));
                }
                // A kind of item that is new here is anything.
                _ => {}
            }
        }
    }

    fn nested(&mut self, nested: &'static Nested, at: &At<'_>) -> Value {
        let path = spelling::joined(at.path, ".", nested.segment);
        let variable = spelling::joined(at.variable, "_", &spelling::raised(nested.variable));
        let is_element = at.is_element || nested.is_many();
        let inner = At { path: &path, variable: &variable, is_element };
        let mut schema = Map::new();
        schema.insert("title".into(), plain::line(nested.field).into());
        describe(&mut schema, nested.doc);
        let one = match nested.group.is_choice {
            true if nested.is_many() => {
                // How a choice stands in an element, only the program says.
                self.skip(nested.group);
                json!({ "type": ["object", "null"] }).as_object().cloned().unwrap_or_default()
            }
            true => self.choice(nested.group, &inner),
            false => self.table(nested.group, &inner),
        };
        match nested.shape {
            Shape::List => {
                schema.insert("type".into(), json!(["array", "null"]));
                schema.insert("items".into(), or_null(element(nested.group, one)));
            }
            Shape::Map => {
                schema.insert("type".into(), json!(["object", "null"]));
                schema.insert("additionalProperties".into(), or_null(element(nested.group, one)));
            }
            _ if nested.group.is_choice => schema.extend(one),
            _ => {
                schema.extend(one);
                schema.insert("type".into(), json!(["object", "null"]));
            }
        }
        schema.into()
    }

    /// A choice: a word, or a table with the variant that it names.
    fn choice(&mut self, group: &'static Group, at: &At<'_>) -> Map<String, Value> {
        let (Some(Item::Key(key)), Some(view)) = (group.items.first(), self.keys.next()) else {
            return Map::new();
        };
        let Kind::Word(words) = key.kind else { return Map::new() };
        let mut variants = Map::new();
        variants.insert(String::new(), scalar::word(words));
        for word in *words {
            let nested = group.items.iter().find_map(|item| match item {
                Item::Nested(nested) if nested.segment == word.text => Some(nested),
                _ => None,
            });
            let mut variant = match nested {
                Some(nested) => self.nested(nested, at).as_object().cloned().unwrap_or_default(),
                None => Map::from_iter([
                    ("title".to_owned(), word.text.into()),
                    ("type".to_owned(), json!(["object", "null"])),
                    ("maxProperties".to_owned(), 0.into()),
                ]),
            };
            describe(&mut variant, word.doc);
            variants.insert(word.text.into(), variant.into());
        }
        let others = self.spellings.patterns(group, at.path, at.variable);
        let mut table = json!({ "type": "object", "properties": variants, "additionalProperties": false });
        if !others.is_empty() {
            table["patternProperties"] = others.into();
        }
        let mut schema = Map::new();
        if let Some(default) = &view.default {
            schema.insert("default".into(), plain_text(&default.text));
        }
        schema.insert("oneOf".into(), json!([scalar::word(words), table, { "type": "null" }]));
        schema
    }

    fn skip(&mut self, group: &'static Group) {
        for item in group.items {
            match item {
                Item::Key(_) => drop(self.keys.next()),
                Item::Nested(nested) => self.skip(nested.group),
                _ => {}
            }
        }
    }
}

/// A table of an element, with what it must have.
fn element(group: &'static Group, table: Map<String, Value>) -> Map<String, Value> {
    let mut table = table;
    if !group.is_choice {
        // Old names and other spellings of keys in elements: anything, but then nothing else is asked for.
        let complete = complete(group);
        let properties = table.get("properties").cloned().unwrap_or_default();
        let otherwise = json!({ "properties": properties.as_object().map(|all| {
            all.keys().map(|name| (name.clone(), Value::Bool(true))).collect::<Map<_, _>>()
        }), "additionalProperties": false });
        if spelling::has_others(group) {
            table.insert("additionalProperties".into(), true.into());
            if !complete.is_empty() {
                table.insert("if".into(), otherwise);
                table.insert("then".into(), complete.into());
            }
        } else {
            if !complete.is_empty() {
                table.insert("allOf".into(), json!([complete]));
            }
        }
    }
    table
}

fn or_null(mut schema: Map<String, Value>) -> Value {
    if schema.get("type") == Some(&json!("object")) {
        schema.insert("type".into(), json!(["object", "null"]));
    }
    schema.into()
}

fn describe(schema: &mut Map<String, Value>, doc: &str) {
    let paragraphs: Vec<String> = doc.split("\n\n").map(|paragraph| plain::line(paragraph.trim())).collect();
    schema.insert("description".into(), paragraphs.join("\n\n").trim().into());
}

/// A text of the manifest as it is, for a value.
fn plain_text(text: &str) -> Value {
    text.into()
}

fn foreign_schema(foreign: &Foreign) -> Value {
    json!({
        "title": plain::line(foreign.field),
        "description": plain::line(foreign.doc),
        "$comment": plain::line(&format!("Read by the type {}; only the program knows what is in it.", foreign.type_name)),
    })
}

fn key_schema(key: &'static Key, view: &KeyView) -> Value {
    let mut schema = Map::new();
    schema.insert("title".into(), plain::line(key.field).into());
    describe(&mut schema, key.doc);
    let mut comments = Vec::new();
    if !view.sources.is_empty() && !view.sources.iter().any(|kind| kind == "file") {
        // It must not stand in a file at all.
        schema.insert("type".into(), "null".into());
        comments.push(format!("may come from {} only", view.sources.join(", ")));
    } else {
        schema.extend(scalar::key(key, &mut comments));
    }
    if key.is_secret {
        schema.insert("writeOnly".into(), true.into());
        comments.push(format!(
            "a secret: set {}, or {}_FILE to a file that holds it",
            view.variable, view.variable
        ));
    } else {
        if let Some(default) = view.default.as_ref().and_then(|default| default.value.as_ref()) {
            schema.insert("default".into(), scalar::value(default));
        }
        if let (Some(_), Some(sample)) = (&view.example, &view.sample_value) {
            schema.insert("examples".into(), json!([scalar::value(sample)]));
        }
    }
    if let Some(deprecated) = &view.deprecated {
        schema.insert("deprecated".into(), true.into());
        comments.extend(deprecated.note.clone());
        comments.extend(deprecated.replaced_by.as_ref().map(|key| format!("set {} instead", key.path)));
    }
    comments.extend(view.unit.as_ref().map(|unit| format!("unit: {unit}")));
    if !comments.is_empty() {
        schema.insert("$comment".into(), plain::line(&comments.join("; ")).into());
    }
    schema.into()
}

/// What a table must have besides, where all names are spelled as in the manifest.
fn complete(group: &'static Group) -> Map<String, Value> {
    let mut asked = Asked::default();
    asked.group(group);
    let (conditions, untold) = rules::of(group);
    asked.all.extend(conditions);
    let mut schema = Map::new();
    if !untold.is_empty() {
        schema
            .insert("$comment".into(), plain::line(&format!("Not said here: {}", untold.join("; "))).into());
    }
    if !asked.required.is_empty() {
        schema.insert("required".into(), asked.required.into());
    }
    if !asked.properties.is_empty() {
        schema.insert("properties".into(), asked.properties.into());
    }
    if !asked.all.is_empty() {
        schema.insert("allOf".into(), asked.all.into());
    }
    // A comment alone asks for nothing, but says something.
    schema
}

#[derive(Default)]
struct Asked {
    required: Vec<Value>,
    properties: Map<String, Value>,
    all: Vec<Value>,
}

impl Asked {
    fn group(&mut self, group: &'static Group) {
        for item in group.items {
            match item {
                Item::Key(key) if is_asked(key) && !key.segment.is_empty() => {
                    self.required.push(key.segment.into());
                    self.properties.insert(key.segment.into(), json!({ "not": { "type": "null" } }));
                }
                Item::Nested(nested) => self.nested(nested),
                _ => {}
            }
        }
    }

    fn nested(&mut self, nested: &'static Nested) {
        if nested.is_many() {
            return;
        }
        if nested.group.is_choice {
            self.choice(nested);
            return;
        }
        if nested.segment.is_empty() {
            self.group(nested.group);
            return;
        }
        let complete = complete(nested.group);
        if complete.is_empty() {
            return;
        }
        let inner = if nested.shape == Shape::Optional {
            json!({ "if": rules::is_woken(nested.group), "then": complete })
        } else {
            if needs_keys(nested.group) {
                self.required.push(nested.segment.into());
            }
            complete.into()
        };
        // Nothing in its place is a table without keys.
        let inner = if nested.shape != Shape::Optional && needs_keys(nested.group) {
            let mut inner = inner;
            inner["type"] = "object".into();
            inner
        } else {
            inner
        };
        self.properties.insert(nested.segment.into(), inner);
    }

    fn choice(&mut self, nested: &'static Nested) {
        let Some(Item::Key(key)) = nested.group.items.first() else { return };
        let is_alone = nested.segment.is_empty() || nested.shape == Shape::Optional;
        if is_alone {
            return;
        }
        let mut all = Vec::new();
        if key.default.is_none() && !key.is_optional {
            self.required.push(nested.segment.into());
            all.push(json!({ "anyOf": [
                { "type": "string" },
                { "type": "object", "required": [""] },
                { "type": "object", "minProperties": 1, "maxProperties": 1 },
            ] }));
        }
        for item in nested.group.items {
            let Item::Nested(variant) = item else { continue };
            let complete = complete(variant.group);
            if variant.shape != Shape::One || complete.is_empty() {
                continue;
            }
            let segment = variant.segment;
            if needs_keys(variant.group) {
                // The word alone leaves out what the variant needs.
                all.push(json!({ "not": { "type": "string", "pattern": scalar::word_pattern(segment) } }));
            }
            all.push(json!({
                "if": { "type": "object", "required": [segment], "maxProperties": 1 },
                "then": { "properties": { (segment): complete } },
            }));
        }
        if !all.is_empty() {
            self.properties.insert(nested.segment.into(), json!({ "allOf": all }));
        }
    }
}

/// Whether a file must have the key: secrets come from elsewhere, and so does what may not stand in files.
fn is_asked(key: &Key) -> bool {
    key.is_required() && !key.is_secret && (key.sources().is_empty() || key.sources().contains(&"file"))
}

/// Whether a group that is in use needs a key that stands in files.
fn needs_keys(group: &Group) -> bool {
    group.items.iter().any(|item| match item {
        Item::Key(key) => is_asked(key),
        Item::Nested(nested) => nested.shape == Shape::One && needs_keys(nested.group),
        _ => false,
    })
}

/// That a name in the document is spelled in another way than in the manifest; none where there is no other way.
fn spelled_otherwise(group: &'static Group, spellings: &Spellings, at: &At<'_>) -> Option<Value> {
    let mut any = Vec::new();
    let names = spellings.names(group, at.path, at.variable);
    if !names.is_empty() {
        // That not every name is none of those.
        any.push(json!({ "not": { "propertyNames": { "not": { "pattern": names.join("|") } } } }));
    }
    collect_inner(group, spellings, at, &mut any);
    (!any.is_empty()).then(|| json!({ "type": "object", "anyOf": any }))
}

fn collect_inner(group: &'static Group, spellings: &Spellings, at: &At<'_>, any: &mut Vec<Value>) {
    for item in group.items {
        let Item::Nested(nested) = item else { continue };
        if nested.is_many() {
            continue;
        }
        if nested.segment.is_empty() {
            collect_inner(nested.group, spellings, at, any);
            continue;
        }
        let path = spelling::joined(at.path, ".", nested.segment);
        let variable = spelling::joined(at.variable, "_", &spelling::raised(nested.variable));
        let inner = At { path: &path, variable: &variable, is_element: false };
        if let Some(otherwise) = spelled_otherwise(nested.group, spellings, &inner) {
            any.push(json!({ "required": [nested.segment], "properties": { (nested.segment): otherwise } }));
        }
    }
}
