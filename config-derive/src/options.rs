//! The names of the options, and where each of them means something.

use darling::{Error, ast::NestedMeta, error::Accumulator};
use proc_macro2::Span;
use syn::{Attribute, spanned::Spanned};

/// Where a set of options is written.
#[derive(Clone, Copy)]
pub(crate) enum Place {
    Struct,
    Field,
    ChoiceEnum,
    ChoiceVariant,
    WordEnum,
    WordVariant,
}

/// Options of a struct.
pub(crate) const STRUCT: &[&str] = &["app", "prefix", "rule", "validate", "rename_all", "hardening", "crate"];

/// Options of a field.
pub(crate) const FIELD: &[&str] = &[
    "nested",
    "default",
    "range",
    "len",
    "pattern",
    "one_of",
    "format",
    "env",
    "alias",
    "rename",
    "empty",
    "separator",
    "parse",
    "serde",
    "foreign",
    "live",
    "owner",
    "since",
    "unit",
    "example",
    "tags",
    "classification",
    "retention",
    "rotate",
    "review_by",
    "deprecated",
    "required_in",
    "forbidden_in",
    "sources",
    "not_secret",
];

/// Options that may be written more than once.
const REPEATED: &[&str] = &["alias", "rule"];

/// Options of a field that say how it is read. At most one of them.
pub(crate) const WAYS: &[&str] = &["nested", "parse", "serde", "foreign"];

impl Place {
    fn options(self) -> &'static [&'static str] {
        match self {
            Self::Struct => STRUCT,
            Self::Field => FIELD,
            Self::ChoiceEnum => &["rename_all", "crate"],
            Self::ChoiceVariant => &["rename", "default"],
            Self::WordEnum => &["rename_all", "crate"],
            Self::WordVariant => &["rename"],
        }
    }

    fn noun(self) -> &'static str {
        match self {
            Self::Struct => "a struct",
            Self::Field => "a field",
            Self::ChoiceEnum | Self::WordEnum => "an enum",
            Self::ChoiceVariant | Self::WordVariant => "a variant",
        }
    }
}

/// The options in the `#[config(..)]` attributes, without those that are unknown or repeated: they
/// are errors already.
pub(crate) fn collect(attributes: &[Attribute], place: Place, errors: &mut Accumulator) -> Vec<NestedMeta> {
    let mut options: Vec<NestedMeta> = Vec::new();
    for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident("config")) {
        let Some(list) = errors.handle(attribute.meta.require_list().map_err(Error::from)) else { continue };
        let Some(metas) =
            errors.handle(NestedMeta::parse_meta_list(list.tokens.clone()).map_err(Error::from))
        else {
            continue;
        };
        for meta in metas {
            let (name, span) = name_of(&meta);
            let seen = options.iter().any(|earlier| name_of(earlier).0 == name);
            if !place.options().contains(&name.as_str()) {
                errors.push(unknown(&name, place).with_span(&span));
            } else if seen && !REPEATED.contains(&name.as_str()) {
                let message = format!("`{name}` is written twice; remove one of the two");
                errors.push(Error::custom(message).with_span(&span));
            } else {
                options.push(meta);
            }
        }
    }
    options
}

/// The name of an option, and where it stands.
pub(crate) fn name_of(meta: &NestedMeta) -> (String, Span) {
    match meta {
        NestedMeta::Meta(meta) => (path_text(meta.path()), meta.path().span()),
        NestedMeta::NameValueInvalidExpr(pair) => (path_text(&pair.path), pair.path.span()),
        NestedMeta::Lit(literal) => (String::new(), literal.span()),
    }
}

fn path_text(path: &syn::Path) -> String {
    let segments = &path.segments;
    segments.iter().map(|segment| segment.ident.to_string()).collect::<Vec<_>>().join("::")
}

fn unknown(name: &str, place: Place) -> Error {
    if name.is_empty() {
        return Error::custom("a bare literal is no option; write `name = value`");
    }
    let message = format!("unknown option `{name}` of {}", place.noun());
    Error::custom(match nearest(name, place.options()) {
        Some(like) => format!("{message}; did you mean `{like}`?"),
        None => match elsewhere(name) {
            Some(other) => format!("{message}; it is an option of {other}"),
            None => format!("{message}; the options are {}", place.options().join(", ")),
        },
    })
}

fn elsewhere(name: &str) -> Option<&'static str> {
    if STRUCT.contains(&name) {
        Some("the struct")
    } else if FIELD.contains(&name) {
        Some("a field")
    } else {
        None
    }
}

/// The known word that is nearest to `word`, if one is near.
pub(crate) fn nearest<'a>(word: &str, known: &[&'a str]) -> Option<&'a str> {
    known
        .iter()
        .map(|known| (strsim::damerau_levenshtein(known, word), *known))
        .min()
        .filter(|(distance, known)| *distance <= (known.len() / 3).clamp(1, 4))
        .map(|(_, known)| known)
}
