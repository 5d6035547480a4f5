//! The manifest as JSON, for the binary to carry: what the derive knows of a group, with holes for what only the
//! types know.
//!
//! The text is whole before the compiler sees it: to put text together costs the compiler a thousand times as
//! much as it costs the derive.

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use super::choice::groups;
use crate::{
    json::{Holed, Object, Units, array, quoted},
    model::{Choice, FieldModel, Model, Role, Root, type_text},
    rule::RuleModel,
};

/// The text of a struct.
pub(super) fn of_struct(model: &Model, fields: &[FieldModel]) -> TokenStream {
    let mut json = begin(model);
    for (at, field) in fields.iter().enumerate() {
        let (item, facts) = match &field.role {
            Role::Key(key) => ("key", key.facts.clone()),
            Role::Group(group) => ("group", group.facts.clone()),
            Role::Foreign(foreign) => ("foreign", {
                let mut facts = Object::default();
                facts.text("field", &field.name);
                if foreign.segment != field.name {
                    facts.text("segment", &foreign.segment);
                }
                facts.text("doc", &field.doc);
                facts.text("type_name", &type_text(&field.ty));
                facts
            }),
        };
        push_item(&mut json, at, item, &facts);
    }
    json.push("]");
    rules(&mut json, &model.rules);
    if let Some((_, sentence)) = &model.validate {
        json.push(",\"validate\":");
        json.push(&quoted(&sentence.value()));
    }
    json.push("}");
    let words = model.rules.iter().flat_map(|rule| &rule.words).map(|word| quote!(#word.word()));
    call(json, words.collect())
}

/// The text of a choice.
pub(super) fn of_choice(model: &Model, choice: &Choice) -> TokenStream {
    let mut json = begin(model);
    let mut chooses = Object::default();
    chooses.text("field", "");
    chooses.text("doc", &model.doc);
    if let Some(word) = &choice.default {
        chooses.text("default", word);
    }
    push_item(&mut json, 0, "key", &chooses);
    for (at, (_, variant)) in groups(choice).enumerate() {
        let mut facts = Object::default();
        facts.text("field", &variant.word);
        facts.text("doc", &variant.doc);
        push_item(&mut json, at + 1, "group", &facts);
    }
    json.push("],\"choice\":true}");
    call(json, Vec::new())
}

/// What a root says of itself, before its group.
pub(super) fn head(root: &Root) -> Units {
    let mut facts = Object::default();
    facts.json("format", "1");
    facts.text("app", &root.app.value());
    facts.text("prefix", &root.prefix);
    if let Some(level) = &root.hardening {
        facts.text("hardening", &level.to_string().to_lowercase());
    }
    if !root.profiles.is_empty() {
        facts.texts("profiles", root.profiles.iter().map(syn::LitStr::value));
    }
    if !root.removed.is_empty() {
        let removed = root.removed.iter().map(|(old, note)| {
            let mut facts = Object::default();
            facts.text("old", &old.value());
            facts.text("note", &note.value());
            facts.object()
        });
        facts.json("removed", &array(removed));
    }
    // What follows begins with the braces of the group.
    Units::new(format!("{{{},\"group\":", facts.members()))
}

/// A documented word of a closed set, with its text.
pub(crate) fn word(text: &str, doc: &str) -> TokenStream {
    let mut json = Object::default();
    json.text("word", text);
    json.text("doc", doc);
    let json = Units::new(json.object());
    quote!(__c::Word::carried(#text, #doc, #json))
}

fn begin(model: &Model) -> Holed {
    let mut facts = Object::default();
    facts.text("name", &model.name);
    facts.text("doc", &model.doc);
    let mut json = Holed::default();
    json.push(&format!("{{{},\"items\":[", facts.members()));
    json
}

/// An item, up to what its type says of it.
fn push_item(json: &mut Holed, at: usize, item: &str, facts: &Object) {
    let comma = if at == 0 { "" } else { "," };
    json.push(&format!("{comma}{{\"item\":\"{item}\",{}", facts.members()));
    if item == "key" {
        json.push(",\"type\":");
    }
    json.hole();
    json.push("}");
}

fn rules(json: &mut Holed, rules: &[RuleModel]) {
    for (at, rule) in rules.iter().enumerate() {
        json.push(if at == 0 { ",\"rules\":[{" } else { ",{" });
        let mut facts = Object::default();
        facts.text("message", &rule.message.value());
        facts.text("source", &rule.source);
        facts.texts("operands", &rule.operands);
        json.push(facts.members());
        if let Some(form) = &rule.closed {
            json.push(",\"expression\":");
            form.write(json);
        }
        json.push("}");
    }
    if !rules.is_empty() {
        json.push("]");
    }
}

fn call(json: Holed, words: Vec<TokenStream>) -> TokenStream {
    let (text, holes) = json.finish();
    let holes = holes.into_iter().map(Literal::usize_unsuffixed);
    quote!(.carried(#text, &[#(#holes),*], &[#(#words),*]))
}
