//! The names of the options, and where each of them means something.

use proc_macro2::{Span, TokenStream, TokenTree};
use syn::{
    Attribute, Error, Ident, Lit, MetaList, Path, Token, ext::IdentExt, parse::ParseStream, spanned::Spanned,
};

use crate::{
    attributes::{Container, FieldOptions, InDeprecated, InNested, VariantOptions},
    errors::{Errors, Result, at},
    value::Value,
    words::EnumOptions,
};

/// An option as written.
pub(crate) enum Meta {
    /// `name`.
    Path(Path),
    /// `name(..)`.
    List(MetaList),
    /// `name = value`.
    NameValue(NameValue),
}

/// `name = value`.
pub(crate) struct NameValue {
    pub(crate) path: Path,
    pub(crate) value: Value,
}

impl Meta {
    pub(crate) fn path(&self) -> &Path {
        match self {
            Self::Path(path) => path,
            Self::List(list) => &list.path,
            Self::NameValue(pair) => &pair.path,
        }
    }
}

/// The name of an option.
pub(crate) fn name(item: &Meta) -> String {
    path_text(item.path())
}

/// The value behind `name =`; `form` is what may stand there.
pub(crate) fn value<'a>(item: &'a Meta, form: &str) -> Result<&'a Value> {
    match item {
        Meta::NameValue(pair) => Ok(&pair.value),
        Meta::Path(_) | Meta::List(_) => {
            let name = name(item);
            let message = match item {
                Meta::Path(_) => format!("`{name}` needs a value; write `{name} = {form}`"),
                _ => format!("the value of `{name}` stands behind `=`; write `{name} = {form}`"),
            };
            Err(at(item.path(), message))
        }
    }
}

/// Something that is written as an option: `name`, `name = value` or `name(..)`.
pub(crate) trait FromMeta: Sized {
    fn from_meta(item: &Meta) -> Result<Self>;
}

/// The options of a place.
pub(crate) trait Options: Default {
    /// Their names.
    const NAMES: &'static [&'static str];

    /// Reads the option with this name, which is one of them.
    fn read(&mut self, name: &str, item: &Meta) -> Result<()>;
}

/// Where an option is kept: once, or as often as it is written.
pub(crate) trait Kept {
    fn keep(&mut self, item: &Meta) -> Result<()>;
}

impl<T: FromMeta> Kept for Option<T> {
    fn keep(&mut self, item: &Meta) -> Result<()> {
        *self = Some(T::from_meta(item)?);
        Ok(())
    }
}

impl<T: FromMeta> Kept for Vec<T> {
    fn keep(&mut self, item: &Meta) -> Result<()> {
        self.push(T::from_meta(item)?);
        Ok(())
    }
}

/// A struct with a field for each option of a place. The option has the name of the field, or the one behind `as`.
macro_rules! options {
    (
        $(#[$of_all:meta])*
        pub(crate) struct $options:ident {
            $($(#[$of_one:meta])* $field:ident $(as $name:literal)?: $kept:ty,)*
        }
    ) => {
        $(#[$of_all])*
        #[derive(Default)]
        pub(crate) struct $options {
            $($(#[$of_one])* pub(crate) $field: $kept,)*
        }

        impl $crate::options::Options for $options {
            const NAMES: &'static [&'static str] = &[$($crate::options::options!(@name $field $($name)?),)*];

            fn read(&mut self, name: &str, item: &$crate::options::Meta) -> $crate::errors::Result<()> {
                match name {
                    $($crate::options::options!(@name $field $($name)?) => {
                        $crate::options::Kept::keep(&mut self.$field, item)
                    })*
                    _ => Ok(()),
                }
            }
        }
    };
    (@name $field:ident $name:literal) => { $name };
    (@name $field:ident) => { stringify!($field) };
}
pub(crate) use options;

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

/// Options that may be written more than once.
const REPEATED: &[&str] = &["alias", "removed", "rule"];

/// Options of a field that say how it is read. At most one of them.
pub(crate) const WAYS: &[&str] = &["nested", "parse", "serde", "foreign"];

impl Place {
    fn options(self) -> &'static [&'static str] {
        match self {
            Self::Struct => Container::NAMES,
            Self::Field => FieldOptions::NAMES,
            Self::ChoiceEnum | Self::WordEnum => EnumOptions::NAMES,
            Self::ChoiceVariant => VariantOptions::NAMES,
            Self::WordVariant => &["rename"],
            Self::Nested => InNested::NAMES,
            Self::Deprecated => InDeprecated::NAMES,
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
pub(crate) fn collect(attributes: &[Attribute], errors: &mut Errors) -> Vec<Meta> {
    let attributes = attributes.iter().filter(|attribute| attribute.path().is_ident("config"));
    let lists = attributes.filter_map(|attribute| match &attribute.meta {
        syn::Meta::List(list) => Some(list.tokens.clone()),
        syn::Meta::Path(path) | syn::Meta::NameValue(syn::MetaNameValue { path, .. }) => {
            let message = "the options stand in parentheses, such as `#[config(default = 8080)]`";
            errors.push(at(path, message));
            None
        }
    });
    let lists: Vec<TokenStream> = lists.collect();
    lists.into_iter().flat_map(|list| metas(list, errors)).collect()
}

/// The options between commas. Each is parsed for itself, so that a slip in one does not hide the
/// others.
pub(crate) fn metas(tokens: TokenStream, errors: &mut Errors) -> Vec<Meta> {
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
fn meta(tokens: TokenStream) -> Result<Meta> {
    let parser = |input: ParseStream<'_>| {
        if let Ok(literal) = input.fork().parse::<Lit>() {
            let message = "a value without a name is no option; write `name = value`";
            return Err(Error::new(literal.span(), message));
        }
        let is_pair = {
            let ahead = input.fork();
            ahead.call(name_of).is_ok() && ahead.peek(Token![=])
        };
        if !is_pair {
            return input.call(parse_meta);
        }
        let path = input.call(name_of)?;
        let name = path_text(&path);
        input.parse::<Token![=]>()?;
        if input.is_empty() {
            let message = format!("`{name}` needs a value; write it behind the `=`");
            return Err(at(&path, message));
        }
        let start = input.span();
        let quoted = format!("this is not one value; put text in quotes: `{name} = \"..\"`");
        let value: Value = input.parse().map_err(|_| Error::new(start, &quoted))?;
        if !input.is_empty() {
            let is_text = value.is_text();
            let message = if is_text { "a comma is missing before this option" } else { &quoted };
            let error = Error::new(if is_text { input.span() } else { start }, message);
            // The rest was looked at.
            input.parse::<TokenStream>()?;
            return Err(error);
        }
        Ok(Meta::NameValue(NameValue { path, value }))
    };
    syn::parse::Parser::parse2(parser, tokens)
}

/// A name, which may be a keyword.
fn name_of(input: ParseStream<'_>) -> Result<Path> {
    match input.fork().call(Ident::parse_any) {
        Ok(_) if !input.peek2(Token![::]) => input.call(Ident::parse_any).map(Path::from),
        _ => input.call(Path::parse_mod_style),
    }
}

/// `name` or `name(..)`, where the name may be a keyword.
fn parse_meta(input: ParseStream<'_>) -> Result<Meta> {
    let meta = match input.parse()? {
        syn::Meta::Path(path) => Meta::Path(path),
        syn::Meta::List(list) => Meta::List(list),
        // It was looked at before.
        syn::Meta::NameValue(pair) => return Err(at(&pair.path, "this is no option")),
    };
    if input.is_empty() {
        return Ok(meta);
    }
    let error = Error::new(input.span(), "a comma is missing before this option");
    input.parse::<TokenStream>()?;
    Err(error)
}

/// Reads options one by one. Those that are unknown, repeated or malformed are errors, and left out.
pub(crate) fn read<T: Options>(metas: Vec<Meta>, place: Place, errors: &mut Errors) -> Read<T> {
    let mut options = T::default();
    let mut given: Vec<(String, Span)> = Vec::new();
    let mut may_hide_a_way = false;
    for meta in metas {
        let (name, span) = (path_text(meta.path()), meta.path().span());
        if !place.options().contains(&name.as_str()) {
            errors.push(at(&span, unknown(&name, place)));
            may_hide_a_way |= !matches!(meta, Meta::NameValue(_));
        } else if given.iter().any(|(earlier, _)| *earlier == name) && !REPEATED.contains(&name.as_str()) {
            errors.push(at(&span, format!("`{name}` is written twice; remove one of the two")));
        } else {
            let is_read = errors.handle(options.read(&name, &meta)).is_some();
            may_hide_a_way |= !is_read && WAYS.contains(&name.as_str());
            given.push((name, span));
        }
    }
    Read { options, given, may_hide_a_way }
}

/// A path as text.
pub(crate) fn path_text(path: &syn::Path) -> String {
    let segments = &path.segments;
    segments.iter().map(|segment| segment.ident.to_string()).collect::<Vec<_>>().join("::")
}

fn unknown(name: &str, place: Place) -> String {
    let message = format!("unknown option `{name}` of {}", place.noun());
    let cure = match (nearest(name, place.options()), elsewhere(name, place), place) {
        (Some(like), _, _) => format!("did you mean `{like}`?"),
        (None, Some(other), _) => format!("it is an option of {other}"),
        (None, None, Place::Field) if familiar(name).is_some() => {
            familiar(name).unwrap_or_default().to_owned()
        }
        (None, None, _) => format!("the options are {}", place.options().join(", ")),
    };
    format!("{message}; {cure}")
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
    } else if Container::NAMES.contains(&name) {
        Some("the struct")
    } else if FieldOptions::NAMES.contains(&name) {
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
    use super::Options;
    use crate::attributes::{Container, FieldOptions};

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
        assert_eq!(documented("On the struct:"), sorted(Container::NAMES));
    }

    #[test]
    fn the_readme_has_every_option_of_a_field() {
        assert_eq!(documented("On a field, next to"), sorted(FieldOptions::NAMES));
    }
}
