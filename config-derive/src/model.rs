//! The struct as meant: every decision that the code generation follows.

use std::collections::HashMap;

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::{
    Data, DeriveInput, Field, Fields, GenericArgument, Ident, LitStr, Path, PathArguments, Type, Variant,
    ext::IdentExt,
};

use crate::{
    attributes::{self, Container, FieldOptions, NestedOption, Strings, Text, VariantOptions, Written},
    doc,
    errors::{Errors, Result, at},
    json::{Object, array, quoted},
    literal::{Extent, Form, Literals},
    names,
    options::{Place, WAYS, unknown_of},
    rule::RuleModel,
    store,
};

/// A struct, or an enum of which a variant is chosen.
pub(crate) struct Model {
    pub(crate) ident: Ident,
    pub(crate) name: String,
    pub(crate) doc: String,
    pub(crate) krate: Path,
    pub(crate) visibility: syn::Visibility,
    /// Empty, or a mistake: kept for the implementations that stand in where there are mistakes.
    pub(crate) generics: syn::Generics,
    /// How a program loads it, where it is not only a group.
    pub(crate) root: Option<Root>,
    pub(crate) body: Body,
    pub(crate) rules: Vec<RuleModel>,
    pub(crate) validate: Option<(Path, LitStr)>,
}

pub(crate) enum Body {
    Struct(Vec<FieldModel>),
    Choice(Choice),
}

/// What makes a struct the configuration of a program.
pub(crate) struct Root {
    pub(crate) app: LitStr,
    pub(crate) prefix: String,
    /// What must be said of every secret, where that is more than nothing.
    pub(crate) hardening: Option<Ident>,
    /// The profiles that there are, where the program names them.
    pub(crate) profiles: Vec<LitStr>,
    /// Names that were keys once, each with what to set instead.
    pub(crate) removed: Vec<(LitStr, LitStr)>,
}

/// One field.
pub(crate) struct FieldModel {
    pub(crate) ident: Ident,
    pub(crate) name: String,
    pub(crate) ty: Type,
    pub(crate) doc: String,
    pub(crate) role: Role,
    /// Its segment of the path, unless its keys stand among those of the struct.
    segment: Option<String>,
}

/// What a field is.
pub(crate) enum Role {
    Key(KeyModel),
    Group(GroupModel),
    /// A third-party struct.
    Foreign(ForeignModel),
}

/// A group in its place.
pub(crate) struct GroupModel {
    /// Its part of the names of variables.
    pub(crate) variable: String,
    /// What is said of its place.
    pub(crate) said: Vec<Set>,
    /// The same for the manifest that a binary carries.
    pub(crate) facts: Object,
    /// What is to be proved of it.
    pub(crate) proofs: Vec<Proof>,
}

/// A third-party struct in its place.
pub(crate) struct ForeignModel {
    pub(crate) segment: String,
    /// Its part of the names of variables.
    pub(crate) variable: String,
}

/// A key.
pub(crate) struct KeyModel {
    /// How its type is read, where not by its own `Value`.
    pub(crate) via: Option<Via>,
    /// What is said of it.
    pub(crate) said: Vec<Set>,
    /// The same for the manifest that a binary carries.
    pub(crate) facts: Object,
    /// What is to be proved of it.
    pub(crate) proofs: Vec<Proof>,
    /// The exact name of its variable, where it does not come from its path.
    pub(crate) env: Option<String>,
    /// The last part of the name of its variable.
    pub(crate) variable: String,
}

/// A way to read a type, and what its values are.
pub(crate) struct Via {
    pub(crate) way: TokenStream,
    pub(crate) kind: TokenStream,
}

/// A field of a struct of the manifest, with its value.
pub(crate) struct Set(pub(crate) &'static str, pub(crate) TokenStream);

/// A function of `proof`, on the tokens that are at fault where it does not hold.
pub(crate) struct Proof {
    pub(crate) function: &'static str,
    /// What the function takes besides the key.
    pub(crate) arguments: TokenStream,
    pub(crate) extent: Extent,
}

/// An enum of which a variant is chosen.
pub(crate) struct Choice {
    pub(crate) variants: Vec<VariantModel>,
    pub(crate) default: Option<String>,
}

/// One variant.
pub(crate) struct VariantModel {
    pub(crate) ident: Ident,
    pub(crate) word: String,
    pub(crate) doc: String,
    /// The group that it holds, if it holds one.
    pub(crate) group: Option<Type>,
}

impl Set {
    /// As it stands in a struct.
    pub(crate) fn tokens(&self) -> TokenStream {
        let Self(name, value) = self;
        let name = Ident::new(name, Span::call_site());
        quote!(#name: #value)
    }
}

impl Model {
    /// What `input` means. Mistakes go to `errors`, and what they are about is left out.
    pub(crate) fn new(input: &DeriveInput, written: Container, errors: &mut Errors) -> Self {
        is_not_generic(input, errors);
        let (body, rules) = match &input.data {
            Data::Struct(data) => struct_body(input, &data.fields, &written, errors),
            Data::Enum(data) => (Body::Choice(choice(input, &data.variants, &written, errors)), Vec::new()),
            Data::Union(_) => {
                let message = "a union cannot be a configuration; write a struct with named fields";
                errors.push(at(&input.ident, message));
                (Body::Struct(Vec::new()), Vec::new())
            }
        };
        let root = errors.handle(root(&written)).flatten();
        let rules = rules_of(written.rule, &rules, errors);
        Self {
            ident: input.ident.clone(),
            name: input.ident.unraw().to_string(),
            doc: doc::of(&input.attrs).unwrap_or_default(),
            krate: written.krate.map_or_else(|| syn::parse_quote!(::confident), |path| path.0),
            visibility: input.vis.clone(),
            generics: input.generics.clone(),
            root,
            body,
            rules,
            validate: written.validate.map(|validate| (validate.function, validate.sentence)),
        }
    }

    /// The fields of a struct; none of a choice.
    pub(crate) fn fields(&self) -> &[FieldModel] {
        match &self.body {
            Body::Struct(fields) => fields,
            Body::Choice(_) => &[],
        }
    }
}

fn is_not_generic(input: &DeriveInput, errors: &mut Errors) {
    if let Some(parameter) = input.generics.params.first() {
        let message =
            "a configuration cannot have generic parameters: its manifest is one constant; write the type";
        errors.push(at(parameter, message));
    }
}

fn root(written: &Container) -> Result<Option<Root>> {
    let Some(app) = &written.app else {
        let mut errors = Errors::default();
        let given = [
            ("prefix", written.prefix.as_ref().map(|option| option.name)),
            ("hardening", written.hardening.as_ref().map(|option| option.name)),
            ("profiles", written.profiles.as_ref().map(|option| option.name)),
            ("removed", written.removed.first().map(|option| option.name)),
        ];
        for (name, span) in given {
            if let Some(span) = span {
                let message = format!("`{name}` is for the configuration of a program; add `app = \"name\"`");
                errors.push(at(&span, message));
            }
        }
        return errors.finish_with(None);
    };
    let mut errors = Errors::default();
    let prefix = match &written.prefix {
        Some(prefix) => errors.handle(names::prefix(&prefix.value)),
        None => errors.handle(names::prefix_of_app(&app.value)),
    };
    let levels = [("baseline", "Baseline"), ("standard", "Standard"), ("strict", "Strict")];
    let hardening = written.hardening.as_ref();
    let hardening = hardening.and_then(|written| errors.handle(one_word(&written.value, &levels)));
    errors.finish()?;
    let profiles = written.profiles.as_ref().map(|option| option.value.0.clone()).unwrap_or_default();
    let removed = written.removed.iter().map(|Written { value, .. }| (value.old.clone(), value.note.clone()));
    let removed = removed.collect();
    Ok(prefix.map(|prefix| Root { app: app.value.0.clone(), prefix, hardening, profiles, removed }))
}

/// The identifier that stands for a word of a fixed list.
fn one_word(word: &LitStr, words: &[(&str, &str)]) -> Result<Ident> {
    let text = word.value();
    if let Some((_, ident)) = words.iter().find(|(known, _)| *known == text) {
        return Ok(Ident::new(ident, word.span()));
    }
    let known: Vec<&str> = words.iter().map(|(known, _)| *known).collect();
    Err(at(word, unknown_of(["word", "words"], &text, &known)))
}

fn struct_body(
    input: &DeriveInput,
    fields: &Fields,
    written: &Container,
    errors: &mut Errors,
) -> (Body, Vec<String>) {
    let Fields::Named(fields) = fields else {
        let message =
            "a configuration needs named fields: their names are the keys; write `struct Name { .. }`";
        errors.push(at(&input.ident, message));
        return (Body::Struct(Vec::new()), Vec::new());
    };
    let rename_all = written.rename_all.as_ref().and_then(|rule| errors.handle(names::rename_rule(rule)));
    let named = fields
        .named
        .iter()
        .map(|field| field.ident.as_ref().map_or_else(String::new, |ident| ident.unraw().to_string()));
    let named: Vec<String> = named.collect();
    // Without the parameters in scope, the types of fields mean nothing.
    let is_generic = !input.generics.params.is_empty();
    let models = fields.named.iter().filter_map(|field| field_model(input, field, rename_all, errors));
    let models: Vec<FieldModel> = models.filter(|_| !is_generic).collect();
    segments_are_distinct(&models, errors);
    (Body::Struct(models), named)
}

fn rules_of(rules: Vec<crate::rule::Rule>, fields: &[String], errors: &mut Errors) -> Vec<RuleModel> {
    rules.into_iter().filter_map(|rule| rule.model(fields, errors)).collect()
}

fn field_model(
    input: &DeriveInput,
    field: &Field,
    rename_all: Option<ident_case::RenameRule>,
    errors: &mut Errors,
) -> Option<FieldModel> {
    let ident = field.ident.clone()?;
    let read = attributes::read::<FieldOptions>(&field.attrs, Place::Field, errors);
    let (options, given) = (read.options, read.given);
    let doc = errors.handle(documented(&field.attrs, &ident, "what it is for")).unwrap_or_default();
    let name = match &options.rename {
        Some(_) => Some(ident.unraw().to_string()),
        None => errors.handle(names::of(&ident)),
    };
    let has_one_way = errors.handle(ways_exclude_each_other(&given)).is_some();
    let has_feature = errors.handle(features_are_there(&options)).is_some();
    let position = Position::new(&options, &ident, rename_all, errors);
    let is_flat = matches!(&options.nested, Some(Written { value: NestedOption { prefix: Some(prefix) }, .. }) if prefix.value().is_empty());
    let segment = (!is_flat).then(|| position.segment.clone());
    let role = if let Some(nested) = &options.nested {
        only(&given, &["nested", "rename", "merge"], "a group; put it on a key inside the group", errors);
        let is_finite = errors.handle(group_does_not_hold_itself(&input.ident, &field.ty)).is_some();
        let mut group = group(nested, &position, &doc, errors);
        if let Some(merge) = &options.merge {
            group.said.push(Set("merges", quote!(true)));
            group.facts.flag("merge");
            let (arguments, extent) = (TokenStream::new(), merge.name.into());
            group.proofs.push(Proof { function: "groups_may_merge", arguments, extent });
        }
        is_finite.then_some(Role::Group(group))
    } else if options.foreign.is_some() {
        let on_what = "a third-party struct, of whose keys only `serde` knows; remove it";
        only(&given, &["foreign", "rename"], on_what, errors);
        let (segment, variable) = (position.segment.clone(), names::raised(&position.segment));
        Some(Role::Foreign(ForeignModel { segment, variable }))
    } else {
        Some(Role::Key(key(field, &ident, options, &position, &doc, errors)))
    };
    // What is known of a field with mistakes is proved all the same, unless it may be no key at all.
    let is_readable = has_one_way && has_feature && !read.may_hide_a_way;
    let role = role.filter(|_| is_readable)?;
    Some(FieldModel { name: name?, ty: plain_type(&field.ty).clone(), doc, role, segment, ident })
}

/// Groups whose keys stand among the others are proved later: only their own derive knows their keys.
fn segments_are_distinct(fields: &[FieldModel], errors: &mut Errors) {
    let mut earlier: HashMap<&str, &str> = HashMap::new();
    for field in fields {
        let Some(segment) = &field.segment else { continue };
        if let Some(other) = earlier.insert(segment, &field.name) {
            let message = format!(
                "`{other}` and `{}` would both have the path segment `{segment}`; give one of them another with \
                 `rename`",
                field.name
            );
            errors.push(at(&field.ident, message));
        }
    }
}

/// The features of `confident` that the options need are on.
fn features_are_there(options: &FieldOptions) -> Result<()> {
    let mut errors = Errors::default();
    let name = |written: &Option<Written<attributes::Flag>>| written.as_ref().map(|flag| flag.name);
    let pattern = options.pattern.as_ref().map(|pattern| pattern.name);
    for (feature, is_on, used) in [
        ("serde", cfg!(feature = "serde"), name(&options.serde)),
        ("foreign", cfg!(feature = "foreign"), name(&options.foreign)),
        ("pattern", cfg!(feature = "pattern"), pattern),
    ] {
        if let Some(span) = used.filter(|_| !is_on) {
            let message = format!(
                "this option needs the feature `{feature}` of `confident`: add it to `features` in Cargo.toml"
            );
            errors.push(at(&span, message));
        }
    }
    errors.finish()
}

/// A type without the invisible groups around it, which macros leave behind.
fn plain_type(ty: &Type) -> &Type {
    match ty {
        Type::Group(group) => plain_type(&group.elem),
        other => other,
    }
}

fn group_does_not_hold_itself(ident: &Ident, ty: &Type) -> Result<()> {
    // A type with the same name in another module is written with its path.
    let Type::Path(path) = innermost(ty) else { return Ok(()) };
    if !path.path.get_ident().is_some_and(|found| found == ident || found == "Self") {
        return Ok(());
    }
    let message =
        "a group cannot hold itself: its keys would have no end; write out as many levels as there may be";
    Err(at(ty, message))
}

/// The type inside `Option`, `Vec` and maps.
fn innermost(ty: &Type) -> &Type {
    let ty = plain_type(ty);
    let Type::Path(path) = ty else { return ty };
    let Some(last) = path.path.segments.last() else { return ty };
    let PathArguments::AngleBracketed(arguments) = &last.arguments else { return ty };
    match arguments.args.last() {
        Some(GenericArgument::Type(inner)) => innermost(inner),
        _ => ty,
    }
}

/// The documentation, which every key has.
fn documented(attributes: &[syn::Attribute], ident: &Ident, what: &str) -> Result<String> {
    doc::of(attributes).ok_or_else(|| {
        let name = ident.unraw();
        let message = format!("`{name}` has no documentation; say in a `///` comment {what}");
        at(ident, message)
    })
}

fn ways_exclude_each_other(given: &[(String, Span)]) -> Result<()> {
    let mut errors = Errors::default();
    let mut ways = given.iter().filter(|(name, _)| WAYS.contains(&name.as_str()));
    if let Some((first, _)) = ways.next() {
        for (name, span) in ways {
            let message = format!("`{name}` and `{first}` are two ways to read one field; keep one of them");
            errors.push(at(span, message));
        }
    }
    errors.finish()
}

/// Refuses all options but some.
fn only(given: &[(String, Span)], allowed: &[&str], on_what: &str, errors: &mut Errors) {
    for (name, span) in given {
        if !allowed.contains(&name.as_str()) && !WAYS.contains(&name.as_str()) {
            let message = format!("`{name}` means nothing on {on_what}");
            errors.push(at(span, message));
        }
    }
}

/// Where a field stands in paths and in names of variables.
struct Position {
    segment: String,
    /// The segment was given by `rename`: it names the variable too.
    is_renamed: bool,
    /// The segment is not the name of the field.
    differs: bool,
    name: String,
}

impl Position {
    fn new(
        options: &FieldOptions,
        ident: &Ident,
        rename_all: Option<ident_case::RenameRule>,
        errors: &mut Errors,
    ) -> Self {
        let name = ident.unraw().to_string();
        let renamed = options.rename.as_ref().and_then(|rename| errors.handle(names::segment(rename)));
        let is_renamed = renamed.is_some();
        let segment = renamed.unwrap_or_else(|| match rename_all {
            Some(rule) => rule.apply_to_field(&name),
            None => name.clone(),
        });
        Self { differs: segment != name, segment, is_renamed, name }
    }

    /// Its part of the names of variables.
    fn variable(&self) -> String {
        names::raised(if self.is_renamed { &self.segment } else { &self.name })
    }

    /// The same as what is said of it, for the manifest that a binary carries.
    fn facts(&self, said: &[Set], doc: &str) -> Object {
        let mut facts = Object::default();
        facts.text("field", &self.name);
        for Set(name, value) in said {
            match *name {
                "segment" => facts.json("segment", &value.to_string()),
                "variable" => facts.json("part", &value.to_string()),
                _ => {}
            }
        }
        facts.text("doc", doc);
        facts
    }

    fn said(&self) -> Vec<Set> {
        let segment = &self.segment;
        let set = |name| Set(name, quote!(#segment));
        match (self.differs, self.is_renamed) {
            (false, _) => Vec::new(),
            (true, false) => vec![set("segment")],
            (true, true) => vec![set("segment"), set("variable")],
        }
    }
}

fn group(nested: &Written<NestedOption>, position: &Position, doc: &str, errors: &mut Errors) -> GroupModel {
    let (variable, said, facts) = (position.variable(), position.said(), Object::default());
    let mut group = GroupModel { variable, said, facts, proofs: Vec::new() };
    let written = nested.value.prefix.as_ref();
    if let Some(prefix) = written.and_then(|prefix| errors.handle(names::prefix(prefix))) {
        if prefix.is_empty() && position.is_renamed {
            let message = "a group whose keys stand among the others has no segment; remove `rename` or the empty `prefix`";
            errors.push(at(&nested.name, message));
        }
        if let Some(written) = written.filter(|_| prefix.is_empty()) {
            group.said = vec![Set("segment", quote!("")), Set("variable", quote!(""))];
            group.proofs.push(Proof {
                function: "group_may_stand_without_a_name",
                arguments: TokenStream::new(),
                extent: Extent::of(written),
            });
        } else {
            group.said.retain(|Set(name, _)| *name != "variable");
            group.said.push(Set("variable", quote!(#prefix)));
        }
        group.variable = names::raised(&prefix);
    }
    group.facts = position.facts(&group.said, doc);
    group
}

fn key(
    field: &Field,
    ident: &Ident,
    options: FieldOptions,
    position: &Position,
    doc: &str,
    errors: &mut Errors,
) -> KeyModel {
    let mut said = Said { key: position.said(), ..Said::default() };
    said.facts = position.facts(&said.key, doc);
    let via = via(&field.ty, &options);
    let env = options.env.as_ref().and_then(|env| errors.handle(names::variable(&env.value)));
    if let Some(env) = &env {
        said.key.push(Set("env", quote!(__c::Some(#env))));
        said.facts.text("env", env);
    }
    aliases(&options.alias, &mut said, errors);
    let separator =
        options.separator.as_ref().and_then(|separator| errors.handle(separator_of(&separator.value)));
    if let (Some(written), Some(separator)) = (&options.separator, separator) {
        said.how.push(Set("separator", quote!(#separator)));
        said.facts.text("separator", &char::from(separator).to_string());
        said.prove("separator_applies", written.name);
    }
    if let Some(unit) = &options.unit {
        let text = &unit.value;
        said.how.push(Set("unit", quote!(__c::Some(#text))));
        said.attribute("Unit", Some(text));
        said.prove("unit_is_known", Extent::of(text));
    }
    if let Some(merge) = &options.merge {
        said.key.push(Set("merges", quote!(true)));
        said.facts.flag("merge");
        said.prove("values_may_merge", merge.name);
    }
    default_and_example(&options, separator.map_or(',', char::from), &mut said);
    constraints(&options, &mut said, errors);
    governance(&options, &mut said, errors);
    if let Some(empty) = &options.empty {
        let words = [("unset", "Unset"), ("value", "Value"), ("error", "Error")];
        if let Some(word) = errors.handle(one_word(empty, &words)) {
            said.key.push(Set("empty", quote!(__c::Empty::#word)));
            if empty.value() == "value" {
                said.prove("empty_text_is_a_value", Extent::of(empty));
            }
        }
    }
    // Whether it is the type of this name is decided where types are known.
    if is_named(&field.ty, "Rotating") {
        said.prove("rotating_is_live", Extent::of(&field.ty));
    }
    flag(&field.ty, &options, &mut said);
    let looks_secret = names::looks_secret(&position.name) || names::looks_secret(&position.segment);
    match &options.not_secret {
        Some(reason) if !looks_secret => {
            let message =
                "`not_secret` is for a key whose name looks like a secret; this one does not; remove it";
            errors.push(at(&reason.name, message));
        }
        Some(reason) => {
            said.attribute("NotSecret", Some(&reason.value));
        }
        None if looks_secret => said.prove("name_is_not_that_of_a_secret", ident.span()),
        None => {}
    }
    said.model(via, env, position.variable())
}

/// What is said of a key, and what follows from it.
#[derive(Default)]
struct Said {
    facts: Object,
    key: Vec<Set>,
    how: Vec<Set>,
    attributes: Vec<TokenStream>,
    proofs: Vec<Proof>,
}

impl Said {
    fn model(self, via: Option<Via>, env: Option<String>, variable: String) -> KeyModel {
        let Self { facts, key: mut said, how, attributes, proofs } = self;
        if !how.is_empty() {
            let how = how.iter().map(Set::tokens);
            said.push(Set("how", quote!(__c::How { #(#how,)* ..__c::How::PLAIN })));
        }
        if !attributes.is_empty() {
            said.push(Set("attributes", quote!(&[#(__c::A::#attributes),*])));
        }
        KeyModel { via, said, facts, proofs, env, variable }
    }

    fn attribute(&mut self, name: &str, text: Option<&Text>) {
        if let Some(text) = text {
            self.attribute_of(name, quote!(#text), quoted(&text.value()));
        }
    }

    /// An attribute with its value, and the same value as JSON.
    fn attribute_of(&mut self, name: &str, value: TokenStream, json: String) {
        self.facts.json(&ident_case::RenameRule::SnakeCase.apply_to_variant(name), &json);
        let name = Ident::new(name, Span::call_site());
        self.attributes.push(quote!(#name(#value)));
    }

    fn prove(&mut self, function: &'static str, extent: impl Into<Extent>) {
        self.prove_with(function, TokenStream::new(), extent);
    }

    fn prove_with(&mut self, function: &'static str, arguments: TokenStream, extent: impl Into<Extent>) {
        self.proofs.push(Proof { function, arguments, extent: extent.into() });
    }
}

/// How a type is read, where not by its own `Value`.
fn via(ty: &Type, options: &FieldOptions) -> Option<Via> {
    let way = if options.parse.is_some() {
        "Parsed"
    } else if options.serde.is_some() {
        "Structured"
    } else {
        return None;
    };
    Some(wrapped_via(ty, way))
}

/// Looks through `Option`, `Vec` and `SecretBox` for the type that is parsed.
fn wrapped_via(ty: &Type, way: &str) -> Via {
    // On the type, which is at fault where it cannot be read this way.
    let span = Extent::of(ty).first;
    if let Some((wrapper, inner)) = wrapper(ty) {
        let Via { way, kind } = wrapped_via(inner, way);
        return match wrapper {
            "Option" => Via { way: quote_spanned!(span=> __c::Maybe<#way>), kind },
            "SecretBox" => Via { way: quote_spanned!(span=> __c::Hidden<#way>), kind },
            _ => Via {
                way: quote_spanned!(span=> __c::Items<#way>),
                kind: quote!(__c::Kind::List { item: &#kind, form: __c::ListForm::Any }),
            },
        };
    }
    let name = type_text(ty);
    let way = Ident::new(way, span);
    Via { way: quote_spanned!(span=> __c::#way), kind: quote!(__c::Kind::#way { name: #name }) }
}

fn wrapper(ty: &Type) -> Option<(&'static str, &Type)> {
    let Type::Path(path) = plain_type(ty) else { return None };
    let last = path.path.segments.last()?;
    let name = ["Option", "Vec", "SecretBox"].into_iter().find(|name| last.ident == name)?;
    let PathArguments::AngleBracketed(arguments) = &last.arguments else { return None };
    match arguments.args.first()? {
        GenericArgument::Type(inner) => Some((name, inner)),
        _ => None,
    }
}

/// Whether the type, or what is optional in it, is written with this name.
fn is_named(ty: &Type, name: &str) -> bool {
    let ty = match wrapper(ty) {
        Some(("Option", inner)) => inner,
        _ => ty,
    };
    let Type::Path(path) = plain_type(ty) else { return false };
    path.path.segments.last().is_some_and(|last| last.ident == name)
}

/// A type as it is written.
pub(crate) fn type_text(ty: &Type) -> String {
    let tokens = ty.to_token_stream().to_string();
    [(" :: ", "::"), (" < ", "<"), ("< ", "<"), (" >", ">"), (" ,", ","), ("& ", "&")]
        .iter()
        .fold(tokens, |text, (from, to)| text.replace(from, to))
}

/// What must hold of a flag, where the type has its name. Whatever the name, the root proves the same of the type: there
/// the error is on the root.
fn flag(ty: &Type, options: &FieldOptions, said: &mut Said) {
    if !is_named(innermost(ty), "Flag") {
        return;
    }
    said.key.push(Set("is_proved", quote!(true)));
    for function in ["flag_stands_alone", "flag_is_live", "flag_has_an_owner", "flag_expires"] {
        said.prove(function, Extent::of(ty));
    }
    if let Some(Strings(sources)) = &options.sources {
        for source in sources {
            said.prove_with("flag_may_come_from", quote!(, #source), Extent::of(source));
        }
    }
    if let Some(place) = &options.store {
        let text = place.value();
        let kind = text.split(':').next().unwrap_or_default();
        said.prove_with("flag_may_come_from", quote!(, #kind), Extent::of(place));
    }
}

fn aliases(aliases: &[Text], said: &mut Said, errors: &mut Errors) {
    let names: Vec<String> =
        aliases.iter().filter_map(|alias| errors.handle(names::variable(alias))).collect();
    if !names.is_empty() {
        said.key.push(Set("aliases", quote!(&[#(#names),*])));
        said.facts.texts("aliases", &names);
    }
}

fn separator_of(separator: &LitStr) -> Result<u8> {
    let text = separator.value();
    match text.as_bytes() {
        [byte]
            if byte.is_ascii()
                && !byte.is_ascii_alphanumeric()
                && !matches!(byte, b'"' | b'[' | b']' | b'\\') =>
        {
            Ok(*byte)
        }
        _ => {
            let message = "a separator is one ASCII character that is no letter, digit, quote or bracket, such as \";\"";
            Err(at(separator, message))
        }
    }
}

fn default_and_example(options: &FieldOptions, separator: char, said: &mut Said) {
    let mut prove = |[of_text, of_number, of_truth]: [&'static str; 3], written: &Literals| {
        let proof = match written.form() {
            Form::Text => of_text,
            Form::Number => of_number,
            Form::Truth => of_truth,
        };
        said.prove(proof, written.extent);
    };
    if let Some(Written { value, .. }) = &options.default {
        prove(["default_is_valid", "number_default_is_valid", "truth_default_is_valid"], value);
    }
    if let Some(Written { value, .. }) = &options.example {
        prove(["example_is_valid", "number_example_is_valid", "truth_example_is_valid"], value);
    }
    if let Some(default) = &options.default {
        let text = default.value.text(separator);
        said.key.push(Set("default", quote!(__c::Some(#text))));
        said.facts.text("default", &text);
    }
    if let Some(example) = &options.example {
        let text = example.value.text(separator);
        said.attribute_of("Example", quote!(#text), quoted(&text));
    }
}

fn constraints(options: &FieldOptions, said: &mut Said, errors: &mut Errors) {
    if let Some(range) = &options.range {
        let bound = |bound: &Option<crate::literal::Literal>| match bound {
            Some(literal) => {
                let text = &literal.text;
                quote!(__c::Some(#text))
            }
            None => quote!(__c::None),
        };
        let (min, max, excludes_max) =
            (bound(&range.value.min), bound(&range.value.max), range.value.excludes_max);
        let mut json = Object::default();
        for (name, bound) in [("min", &range.value.min), ("max", &range.value.max)] {
            if let Some(literal) = bound {
                json.text(name, &literal.text);
            }
        }
        if excludes_max {
            json.flag("excludes_max");
        }
        said.attribute_of("Range", quote!(#min, #max, #excludes_max), json.object());
        said.prove("range_is_not_empty", range.value.extent);
    }
    if let Some(length) = &options.len {
        let min = length.value.min;
        let max = match length.value.max {
            Some(max) => quote!(__c::Some(#max)),
            None => quote!(__c::None),
        };
        let mut json = Object::default();
        json.json("min", &min.to_string());
        if let Some(max) = length.value.max {
            json.json("max", &max.to_string());
        }
        said.attribute_of("Len", quote!(#min, #max), json.object());
        said.prove("length_is_possible", length.value.extent);
    }
    if let Some(listed) = &options.one_of {
        if listed.value.items.is_empty() {
            let message = "the list is empty, so no value is valid; list the values";
            errors.push(at(&listed.value.extent.first, message));
        }
        let texts = || listed.value.items.iter().map(|item| &item.text);
        let (tokens, json) = (texts(), array(texts().map(|text| quoted(text))));
        said.attribute_of("OneOf", quote!(&[#(#tokens),*]), json);
        said.prove("listed_values_are_valid", listed.value.extent);
    }
    if let Some(format) = &options.format {
        const FORMATS: [(&str, &str); 8] = [
            ("url", "Url"),
            ("email", "Email"),
            ("hostname", "Hostname"),
            ("uuid", "Uuid"),
            ("date", "Date"),
            ("cidr", "Cidr"),
            ("hex", "Hex"),
            ("base64", "Base64"),
        ];
        if let Some(word) = errors.handle(one_word(&format.value, &FORMATS)) {
            said.attribute_of("Format", quote!(__c::Format::#word), quoted(&format.value.value()));
            said.prove("format_applies", format.name);
        }
    }
    if let Some(pattern) = &options.pattern {
        pattern_is_valid(pattern, options, errors);
        let text = &pattern.value;
        said.attribute("Pattern", Some(text));
        said.prove("format_applies", pattern.name);
    }
}

/// The pattern is a regular expression, and the default and the example match it.
#[cfg(feature = "pattern")]
fn pattern_is_valid(pattern: &Written<Text>, options: &FieldOptions, errors: &mut Errors) {
    let text = pattern.value.value();
    let regex = match regex_lite::Regex::new(&text) {
        Ok(regex) => regex,
        Err(error) => {
            let message = format!("not a regular expression: {error}");
            errors.push(at(&pattern.value, message));
            return;
        }
    };
    let default = options.default.iter().flat_map(|default| &default.value.items);
    let example = options.example.iter().flat_map(|example| &example.value.items);
    for literal in default.chain(example).filter(|literal| !regex.is_match(&literal.text)) {
        let message =
            format!("\"{}\" does not match the pattern {text}; change one of the two", literal.text);
        errors.push(at(&literal.extent.first, message));
    }
}

#[cfg(not(feature = "pattern"))]
fn pattern_is_valid(_: &Written<Text>, _: &FieldOptions, _: &mut Errors) {}

fn governance(options: &FieldOptions, said: &mut Said, errors: &mut Errors) {
    if options.live.is_some() {
        said.key.push(Set("is_live", quote!(true)));
        said.facts.flag("live");
    }
    said.attribute("Owner", options.owner.as_ref());
    said.attribute("Since", options.since.as_ref());
    said.attribute("Classification", options.classification.as_ref());
    said.attribute("Retention", options.retention.as_ref());
    if let Some(rotate) = &options.rotate {
        said.attribute("Rotate", Some(&rotate.value));
        said.prove("rotation_is_possible", Extent::of(&rotate.value));
    }
    if let Some(overlap) = &options.overlap {
        said.attribute("Overlap", Some(&overlap.value));
        said.prove("overlap_is_possible", Extent::of(&overlap.value));
    }
    if let Some(review) = &options.review_by {
        said.attribute("ReviewBy", Some(&review.value));
        said.prove("review_is_a_date", Extent::of(&review.value));
    }
    let mut strings = |name, strings: &Option<Strings>| {
        if let Some(Strings(strings)) = strings {
            let json = array(strings.iter().map(|text| quoted(&text.value())));
            said.attribute_of(name, quote!(&[#(#strings),*]), json);
        }
    };
    strings("Tags", &options.tags);
    strings("RequiredIn", &options.required_in);
    strings("ForbiddenIn", &options.forbidden_in);
    strings("Sources", &options.sources);
    // Of a kind that is misspelled nobody knows whether it is a store.
    let sources = options.sources.as_ref();
    let sources = sources.filter(|sources| errors.handle(sources_are_known(sources)).is_some());
    stores(options, sources, said, errors);
    profiles_do_not_clash(&options.required_in, &options.forbidden_in, errors);
    if let Some(deprecated) = &options.deprecated {
        let said_of_it = &deprecated.value;
        let parts = [
            ("since", &said_of_it.since),
            ("note", &said_of_it.note),
            ("replaced_by", &said_of_it.replaced_by),
            ("remove_in", &said_of_it.remove_in),
        ];
        let set = parts.into_iter().filter_map(|(name, text)| {
            let text = text.as_ref()?;
            Some(Set(name, quote!(__c::Some(#text))).tokens())
        });
        let mut json = Object::default();
        for (name, text) in parts {
            if let Some(text) = text {
                json.text(name, &text.value());
            }
        }
        let deprecated = quote!(&__c::Deprecated { #(#set,)* ..__c::Deprecated::NONE });
        said.attribute_of("Deprecated", deprecated, json.object());
        if let Some(removal) = &said_of_it.remove_in {
            let version = quote!(, ::core::env!("CARGO_PKG_VERSION"));
            said.prove_with("is_not_past_its_removal", version, Extent::of(removal));
        }
    }
}

/// The kinds of source that a value may be said to come from, besides those of stores.
const SOURCES: &[&str] = &["env", "dotenv", "file", "directory", "override"];

fn sources_are_known(Strings(sources): &Strings) -> Result<()> {
    let mut errors = Errors::default();
    let known = [SOURCES, store::KINDS].concat();
    for source in sources {
        let text = source.value();
        if !known.contains(&text.as_str()) {
            let message = unknown_of(["kind of source", "kinds"], &text, &known);
            errors.push(at(source, message));
        }
    }
    errors.finish()
}

/// Where a key is in a store, and for how long its value may be stale.
fn stores(options: &FieldOptions, sources: Option<&Strings>, said: &mut Said, errors: &mut Errors) {
    if let Some(place) = &options.store {
        said.attribute("Store", Some(place));
        if let Some(kind) = errors.handle(store::kind_of_place(place)) {
            errors.handle(sources_have_the_store(sources, kind, place));
        }
    }
    if let Some(time) = &options.max_stale {
        said.attribute("MaxStale", Some(&time.value));
        said.prove("staleness_is_possible", Extent::of(&time.value));
        errors.handle(sources_have_a_store(sources, time.name));
    }
}

fn sources_have_the_store(sources: Option<&Strings>, kind: &str, place: &Text) -> Result<()> {
    if sources.is_none_or(|sources| sources.have(kind)) {
        return Ok(());
    }
    let message = format!(
        "the place is in a store of the kind \"{kind}\", and `sources(..)` does not have it; add \"{kind}\" \
         there, or remove `store`"
    );
    Err(at(place, message))
}

fn sources_have_a_store(sources: Option<&Strings>, max_stale: Span) -> Result<()> {
    if sources.is_none_or(|sources| store::KINDS.iter().any(|kind| sources.have(kind))) {
        return Ok(());
    }
    let message = "only values from stores are served stale, and `sources(..)` has no store; add one there, or \
                   remove `max_stale`";
    Err(at(&max_stale, message))
}

fn profiles_do_not_clash(required: &Option<Strings>, forbidden: &Option<Strings>, errors: &mut Errors) {
    let (Some(required), Some(Strings(forbidden))) = (required, forbidden) else { return };
    for profile in forbidden {
        if required.have(&profile.value()) {
            let message = format!(
                "the key is required in \"{}\" and forbidden there; remove one of the two",
                profile.value()
            );
            errors.push(at(profile, message));
        }
    }
}

fn choice<'a>(
    input: &DeriveInput,
    variants: impl IntoIterator<Item = &'a Variant>,
    written: &Container,
    errors: &mut Errors,
) -> Choice {
    if let Some(app) = &written.app {
        let message = "the configuration of a program is a struct; nest the enum in one";
        errors.push(at(&app.name, message));
    }
    let rename_all = written.rename_all.as_ref().and_then(|rule| errors.handle(names::rename_rule(rule)));
    let rename_all = rename_all.unwrap_or(ident_case::RenameRule::KebabCase);
    let mut default: Option<String> = None;
    let mut models: Vec<VariantModel> = Vec::new();
    let variants: Vec<&Variant> = variants.into_iter().collect();
    for variant in &variants {
        let options =
            attributes::read::<VariantOptions>(&variant.attrs, Place::ChoiceVariant, errors).options;
        let Some(model) = errors.handle(variant_model(variant, &options, rename_all)) else { continue };
        if models.iter().any(|earlier| earlier.word == model.word) {
            let message =
                format!("two variants have the word \"{}\"; give one of them a `rename`", model.word);
            errors.push(at(&variant.ident, message));
        }
        if let Some(flag) = &options.default {
            if default.is_some() {
                errors.push(at(&flag.name, "two variants are the default; keep one"));
            }
            default = Some(model.word.clone());
        }
        models.push(model);
    }
    if variants.is_empty() {
        let message =
            "the enum has no variants to choose from; add one for each way, such as `Memory` or `S3(Bucket)`";
        errors.push(at(&input.ident, message));
    }
    Choice { variants: models, default }
}

fn variant_model(
    variant: &Variant,
    options: &VariantOptions,
    rename_all: ident_case::RenameRule,
) -> Result<VariantModel> {
    let mut errors = Errors::default();
    let doc = errors.handle(documented(&variant.attrs, &variant.ident, "when to choose it"));
    let word = word_of(variant, options.rename.as_ref(), rename_all, &mut errors);
    let group = match &variant.fields {
        Fields::Unit => None,
        Fields::Unnamed(fields) if fields.unnamed.len() == 1 => {
            fields.unnamed.first().map(|field| field.ty.clone())
        }
        Fields::Unnamed(_) | Fields::Named(_) => {
            let message = "a variant holds one group, or nothing; write `Variant(Group)` with `#[derive(Config)]` on `Group`";
            errors.push(at(&variant.fields, message));
            None
        }
    };
    errors.finish()?;
    let (Some(doc), Some(word)) = (doc, word) else { unreachable!("both are errors where they are missing") };
    Ok(VariantModel { ident: variant.ident.clone(), word, doc, group })
}

/// The word of a variant.
pub(crate) fn word_of(
    variant: &Variant,
    rename: Option<&Text>,
    rename_all: ident_case::RenameRule,
    errors: &mut Errors,
) -> Option<String> {
    match rename {
        Some(rename) => errors.handle(names::segment(rename)),
        None => errors.handle(names::of(&variant.ident)).map(|name| rename_all.apply_to_variant(name)),
    }
}
