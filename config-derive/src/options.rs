//! The names of the options, and where each of them means something.

use darling::{Error, FromMeta, ast::NestedMeta, error::Accumulator};
use proc_macro2::{Span, TokenStream, TokenTree};
use syn::{Attribute, Expr, ExprLit, Lit, Meta, ext::IdentExt, parse::ParseStream, spanned::Spanned};

/// Where a set of options is written.
#[derive(Clone, Copy)]
pub(crate) enum Place {
    Struct,
    Field,
    ChoiceEnum,
    ChoiceVariant,
    WordEnum,
    WordVariant,
    /// In the parentheses of `nested`.
    Nested,
    /// In the parentheses of `deprecated`.
    Deprecated,
}

/// Options of a struct.
pub(crate) const STRUCT: &[&str] =
    &["app", "prefix", "rule", "validate", "rename_all", "hardening", "profiles", "removed", "crate"];

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
    "merge",
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
    "overlap",
    "review_by",
    "deprecated",
    "required_in",
    "forbidden_in",
    "sources",
    "store",
    "max_stale",
    "not_secret",
];

/// Options that may be written more than once.
const REPEATED: &[&str] = &["alias", "removed", "rule"];

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
            Self::Nested => &["prefix"],
            Self::Deprecated => &["since", "note", "replaced_by", "remove_in"],
        }
    }

    fn noun(self) -> &'static str {
        match self {
            Self::Struct => "a struct",
            Self::Field => "a field",
            Self::ChoiceEnum | Self::WordEnum => "an enum",
            Self::ChoiceVariant | Self::WordVariant => "a variant",
            Self::Nested => "`nested`",
            Self::Deprecated => "`deprecated`",
        }
    }
}

/// The options of a place, as far as they could be understood.
pub(crate) struct Read<T> {
    pub(crate) options: T,
    /// The names of the known options, and where they stand.
    pub(crate) given: Vec<(String, Span)>,
    /// An option that was not understood may have been meant to say how the field is read.
    pub(crate) may_hide_a_way: bool,
}

/// Everything in the `#[config(..)]` attributes.
pub(crate) fn collect(attributes: &[Attribute], errors: &mut Accumulator) -> Vec<Meta> {
    let attributes = attributes.iter().filter(|attribute| attribute.path().is_ident("config"));
    let lists = attributes.filter_map(|attribute| match &attribute.meta {
        Meta::List(list) => Some(list.tokens.clone()),
        Meta::Path(path) | Meta::NameValue(syn::MetaNameValue { path, .. }) => {
            let message = "the options stand in parentheses, such as `#[config(default = 8080)]`";
            errors.push(Error::custom(message).with_span(path));
            None
        }
    });
    let lists: Vec<TokenStream> = lists.collect();
    lists.into_iter().flat_map(|list| metas(list, errors)).collect()
}

/// The options between commas. Each is parsed for itself, so that a slip in one does not hide the
/// others.
pub(crate) fn metas(tokens: TokenStream, errors: &mut Accumulator) -> Vec<Meta> {
    let mut options = vec![TokenStream::new()];
    for token in tokens {
        match token {
            TokenTree::Punct(comma) if comma.as_char() == ',' => options.push(TokenStream::new()),
            token => {
                let mut last = options.pop().unwrap_or_default();
                last.extend([token]);
                options.push(last);
            }
        }
    }
    let options = options.into_iter().filter(|option| !option.is_empty());
    options.filter_map(|option| errors.handle(meta(option))).collect()
}

/// One option.
fn meta(tokens: TokenStream) -> darling::Result<Meta> {
    let parser = |input: ParseStream<'_>| {
        if let Ok(literal) = input.fork().parse::<Lit>() {
            let message = "a value without a name is no option; write `name = value`";
            return Err(syn::Error::new(literal.span(), message));
        }
        let is_pair = {
            let ahead = input.fork();
            ahead.call(syn::Ident::parse_any).is_ok() && ahead.peek(syn::Token![=])
        };
        if !is_pair {
            return input.call(parse_meta);
        }
        let name = input.call(syn::Ident::parse_any)?;
        let eq_token = input.parse()?;
        if input.is_empty() {
            let message = format!("`{name}` needs a value; write it behind the `=`");
            return Err(syn::Error::new(name.span(), message));
        }
        let start = input.span();
        let quoted = format!("this is not one value; put text in quotes: `{name} = \"..\"`");
        let value: Expr = input.parse().map_err(|_| syn::Error::new(start, &quoted))?;
        if !input.is_empty() {
            let is_text = matches!(value, Expr::Lit(ExprLit { lit: Lit::Str(_), .. }));
            let message = if is_text { "a comma is missing before this option" } else { &quoted };
            let error = syn::Error::new(if is_text { input.span() } else { start }, message);
            // The rest was looked at.
            input.parse::<TokenStream>()?;
            return Err(error);
        }
        Ok(Meta::NameValue(syn::MetaNameValue { path: name.into(), eq_token, value }))
    };
    syn::parse::Parser::parse2(parser, tokens).map_err(Error::from)
}

/// `name` or `name(..)`, where the name may be a keyword.
fn parse_meta(input: ParseStream<'_>) -> syn::Result<Meta> {
    let meta: Meta = input.parse()?;
    if input.is_empty() {
        return Ok(meta);
    }
    let error = syn::Error::new(input.span(), "a comma is missing before this option");
    input.parse::<TokenStream>()?;
    Err(error)
}

/// Reads options one by one. Those that are unknown, repeated or malformed are errors, and left out.
pub(crate) fn read<T: FromMeta + Default>(
    metas: Vec<Meta>,
    place: Place,
    errors: &mut Accumulator,
) -> Read<T> {
    let mut known: Vec<NestedMeta> = Vec::new();
    let mut given: Vec<(String, Span)> = Vec::new();
    let mut may_hide_a_way = false;
    for meta in metas {
        let (name, span) = (path_text(meta.path()), meta.path().span());
        let is_way = WAYS.contains(&name.as_str());
        if !place.options().contains(&name.as_str()) {
            errors.push(unknown(&name, place).with_span(&span));
            may_hide_a_way |= !matches!(meta, Meta::NameValue(_));
        } else if given.iter().any(|(earlier, _)| *earlier == name) && !REPEATED.contains(&name.as_str()) {
            let message = format!("`{name}` is written twice; remove one of the two");
            errors.push(Error::custom(message).with_span(&span));
        } else {
            given.push((name, span));
            let meta = NestedMeta::Meta(meta);
            match T::from_list(std::slice::from_ref(&meta)) {
                Ok(_) => known.push(meta),
                Err(error) => {
                    errors.push(error);
                    may_hide_a_way |= is_way;
                }
            }
        }
    }
    let options = errors.handle(T::from_list(&known)).unwrap_or_default();
    Read { options, given, may_hide_a_way }
}

/// A path as text.
pub(crate) fn path_text(path: &syn::Path) -> String {
    let segments = &path.segments;
    segments.iter().map(|segment| segment.ident.to_string()).collect::<Vec<_>>().join("::")
}

fn unknown(name: &str, place: Place) -> Error {
    let message = format!("unknown option `{name}` of {}", place.noun());
    let cure = match (nearest(name, place.options()), elsewhere(name, place), place) {
        (Some(like), _, _) => format!("did you mean `{like}`?"),
        (None, Some(other), _) => format!("it is an option of {other}"),
        (None, None, Place::Field) if familiar(name).is_some() => {
            familiar(name).unwrap_or_default().to_owned()
        }
        (None, None, _) => format!("the options are {}", place.options().join(", ")),
    };
    Error::custom(format!("{message}; {cure}"))
}

/// What to write for an option that other crates have.
fn familiar(name: &str) -> Option<&'static str> {
    Some(match name {
        "flatten" => "write `nested(prefix = \"\")` for a group whose keys stand among the others",
        "subconfig" | "group" => "write `nested`",
        "secret" | "sensitive" | "redact" | "hidden" => "a secret has a secret type, such as `SecretString`",
        "required" => "a key without a default is required, unless its type is an `Option`",
        "optional" => "make the type an `Option`",
        "min" | "max" | "minimum" | "maximum" => "write `range = A..=B`",
        "length" | "min_length" | "max_length" => "write `len = A..=B`",
        "append" | "extend" | "deep_merge" => {
            "write `merge` for a list or map that takes what every source has"
        }
        "delimiter" | "sep" => "write `separator = \",\"`",
        "name" | "key" => "write `rename = \"..\"`",
        "var" => "write `env = \"..\"`",
        "regex" => "write `pattern = \"..\"`",
        "choices" | "possible_values" | "values" => "write `one_of = [..]`",
        "doc" | "help" | "description" | "about" => "write a `///` comment",
        "with" | "deserialize_with" | "parse_with" | "value_parser" => {
            "write `parse` for a type with `FromStr`, or implement `Value`"
        }
        _ => return None,
    })
}

fn elsewhere(name: &str, place: Place) -> Option<&'static str> {
    if matches!(place, Place::Nested | Place::Deprecated) {
        None
    } else if STRUCT.contains(&name) {
        Some("the struct")
    } else if FIELD.contains(&name) {
        Some("a field")
    } else {
        None
    }
}

/// That `text` is none of the known ones, with the nearest of them or all; `nouns` are for one and for all.
pub(crate) fn unknown_of(nouns: [&str; 2], text: &str, known: &[&str]) -> String {
    let [one, all] = nouns;
    match nearest(text, known) {
        Some(like) => format!("unknown {one} \"{text}\"; did you mean \"{like}\"?"),
        None => format!("unknown {one} \"{text}\"; the {all} are {}", known.join(", ")),
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

#[cfg(test)]
mod tests {
    use super::{FIELD, STRUCT};

    /// The options in the first column of a table of the README.
    fn documented(heading: &str) -> Vec<String> {
        let readme = include_str!("../../README.md");
        let (_, rest) = readme.split_once(heading).expect("the table has a heading");
        let rows = rest.lines().skip_while(|line| !line.starts_with("|---")).skip(1);
        let mut options = Vec::new();
        for row in rows.take_while(|line| line.starts_with('|')) {
            // `a`, `b = c`: the word at the start of each code span.
            let first = row.split('|').nth(1).expect("a row has cells");
            let spans = first.split('`').skip(1).step_by(2);
            options.extend(spans.map(|span| {
                span.split(|char: char| !char.is_alphanumeric() && char != '_')
                    .next()
                    .unwrap_or_default()
                    .to_owned()
            }));
        }
        options.sort();
        options.dedup();
        options
    }

    fn sorted(options: &[&str]) -> Vec<String> {
        let mut options: Vec<String> = options.iter().map(|option| (*option).to_owned()).collect();
        options.sort();
        options
    }

    #[test]
    fn the_readme_has_every_option_of_a_struct() {
        assert_eq!(documented("On the struct:"), sorted(STRUCT));
    }

    #[test]
    fn the_readme_has_every_option_of_a_field() {
        assert_eq!(documented("On a field, next to"), sorted(FIELD));
    }
}
