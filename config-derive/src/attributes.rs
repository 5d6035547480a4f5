//! The attributes as written: one documented field for each option. Nothing here knows what a
//! combination of options means.

use darling::{Error, FromMeta, error::Accumulator};
use proc_macro2::{Span, TokenStream};
use quote::ToTokens;
use syn::{Attribute, DeriveInput, Expr, ExprLit, Lit, LitStr, Meta, MetaList, Path, spanned::Spanned};

use crate::{
    literal::{Length, Literals, Range, plain},
    options::{self, Place, Read},
    rule::Rule,
};

/// An option with the place of its name, for messages that are about the option as such.
pub(crate) struct Written<T> {
    pub(crate) name: Span,
    pub(crate) value: T,
}

impl<T: FromMeta> FromMeta for Written<T> {
    fn from_meta(item: &Meta) -> darling::Result<Self> {
        let value = T::from_meta(item).map_err(|error| error.with_span(item))?;
        Ok(Self { name: item.path().span(), value })
    }
}

/// `#[config(..)]` on a struct.
#[derive(Default, FromMeta)]
#[darling(default)]
pub(crate) struct Container {
    /// The name of the program: makes the struct a root.
    pub(crate) app: Option<Written<Text>>,
    /// What the names of variables begin with.
    pub(crate) prefix: Option<Written<Text>>,
    /// Rules between keys.
    #[darling(multiple)]
    pub(crate) rule: Vec<Rule>,
    /// A function of the program that checks the struct, and what it checks.
    pub(crate) validate: Option<Validate>,
    /// The case of the keys in files.
    pub(crate) rename_all: Option<Text>,
    /// What must be said of every secret.
    pub(crate) hardening: Option<Written<Text>>,
    /// The profiles that there are.
    pub(crate) profiles: Option<Written<Strings>>,
    /// Names that were keys once.
    #[darling(multiple)]
    pub(crate) removed: Vec<Written<Removed>>,
    /// The path of the crate `confident`.
    #[darling(rename = "crate")]
    pub(crate) krate: Option<CratePath>,
}

/// `#[config(..)]` on a field.
#[derive(Default, FromMeta)]
#[darling(default)]
pub(crate) struct FieldOptions {
    pub(crate) nested: Option<Written<NestedOption>>,
    pub(crate) default: Option<Written<Literals>>,
    pub(crate) range: Option<Written<Range>>,
    pub(crate) len: Option<Written<Length>>,
    pub(crate) pattern: Option<Written<Text>>,
    pub(crate) one_of: Option<Written<Literals>>,
    pub(crate) format: Option<Written<Text>>,
    pub(crate) env: Option<Written<Text>>,
    #[darling(multiple)]
    pub(crate) alias: Vec<Text>,
    pub(crate) rename: Option<Text>,
    pub(crate) empty: Option<Text>,
    pub(crate) separator: Option<Written<Text>>,
    pub(crate) merge: Option<Written<Flag>>,
    pub(crate) parse: Option<Written<Flag>>,
    pub(crate) serde: Option<Written<Flag>>,
    pub(crate) foreign: Option<Written<Flag>>,
    pub(crate) live: Option<Written<Flag>>,
    pub(crate) owner: Option<Text>,
    pub(crate) since: Option<Text>,
    pub(crate) unit: Option<Written<Text>>,
    pub(crate) example: Option<Written<Literals>>,
    pub(crate) tags: Option<Strings>,
    pub(crate) classification: Option<Text>,
    pub(crate) retention: Option<Text>,
    pub(crate) rotate: Option<Written<Text>>,
    pub(crate) overlap: Option<Written<Text>>,
    pub(crate) review_by: Option<Written<Text>>,
    pub(crate) deprecated: Option<Written<DeprecatedOption>>,
    pub(crate) required_in: Option<Strings>,
    pub(crate) forbidden_in: Option<Strings>,
    pub(crate) sources: Option<Strings>,
    pub(crate) store: Option<Text>,
    pub(crate) max_stale: Option<Written<Text>>,
    pub(crate) not_secret: Option<Written<Text>>,
}

/// `#[config(..)]` on a variant.
#[derive(Default, FromMeta)]
#[darling(default)]
pub(crate) struct VariantOptions {
    /// The word of the variant.
    pub(crate) rename: Option<Text>,
    /// That it is chosen where no source says otherwise.
    pub(crate) default: Option<Written<Flag>>,
}

/// An option that has no value.
pub(crate) struct Flag;

impl FromMeta for Flag {
    fn from_meta(item: &Meta) -> darling::Result<Self> {
        match item {
            Meta::Path(_) => Ok(Self),
            Meta::List(_) | Meta::NameValue(_) => {
                let message = format!("`{}` takes no value; write its name alone", name(item));
                Err(Error::custom(message).with_span(item.path()))
            }
        }
    }
}

/// Text in quotes.
#[derive(Clone)]
pub(crate) struct Text(pub(crate) LitStr);

impl FromMeta for Text {
    fn from_meta(item: &Meta) -> darling::Result<Self> {
        let value = value(item, "\"..\"")?;
        match plain(value) {
            Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) => Ok(Self(text.clone())),
            other => {
                let text = match other {
                    Expr::Lit(ExprLit { lit: Lit::Char(char), .. }) => char.value().to_string(),
                    Expr::Path(_) | Expr::Lit(_) => other.to_token_stream().to_string(),
                    _ => "..".to_owned(),
                };
                let name = name(item);
                let message = format!("`{name}` takes text; put it in quotes: `{name} = \"{text}\"`");
                Err(Error::custom(message).with_span(other))
            }
        }
    }
}

impl std::ops::Deref for Text {
    type Target = LitStr;

    fn deref(&self) -> &LitStr {
        &self.0
    }
}

impl ToTokens for Text {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        self.0.to_tokens(tokens);
    }
}

/// The path of the crate `confident`.
pub(crate) struct CratePath(pub(crate) Path);

impl FromMeta for CratePath {
    fn from_meta(item: &Meta) -> darling::Result<Self> {
        let value = value(item, "path::to::confident")?;
        match plain(value) {
            Expr::Path(path) => Ok(Self(path.path.clone())),
            other => {
                let message = "write the path of the crate, such as `crate = path::to::confident`";
                Err(Error::custom(message).with_span(other))
            }
        }
    }
}

/// The name of an option.
pub(crate) fn name(item: &Meta) -> String {
    options::path_text(item.path())
}

/// The value behind `name =`; `form` is what may stand there.
pub(crate) fn value<'a>(item: &'a Meta, form: &str) -> darling::Result<&'a Expr> {
    match item {
        Meta::NameValue(pair) => Ok(&pair.value),
        Meta::Path(_) | Meta::List(_) => {
            let name = name(item);
            let message = match item {
                Meta::Path(_) => format!("`{name}` needs a value; write `{name} = {form}`"),
                _ => format!("the value of `{name}` stands behind `=`; write `{name} = {form}`"),
            };
            Err(Error::custom(message).with_span(item.path()))
        }
    }
}

/// In the parentheses of `nested`.
#[derive(Default, FromMeta)]
#[darling(default)]
struct InNested {
    prefix: Option<Text>,
}

/// `nested` or `nested(prefix = "DB")`.
pub(crate) struct NestedOption {
    pub(crate) prefix: Option<Text>,
}

impl FromMeta for NestedOption {
    fn from_meta(item: &Meta) -> darling::Result<Self> {
        const FORM: &str = "write `nested` or `nested(prefix = \"DB\")`";
        match item {
            Meta::Path(_) => Ok(Self { prefix: None }),
            Meta::List(list) => match inside::<InNested>(list, Place::Nested)?.prefix {
                Some(prefix) => Ok(Self { prefix: Some(prefix) }),
                None => Err(Error::custom(FORM).with_span(&list.path)),
            },
            Meta::NameValue(pair) => Err(Error::custom(FORM).with_span(&pair.path)),
        }
    }
}

/// In the parentheses of `deprecated`.
#[derive(Default, FromMeta)]
#[darling(default)]
struct InDeprecated {
    since: Option<Text>,
    note: Option<Text>,
    replaced_by: Option<Text>,
    remove_in: Option<Text>,
}

/// `deprecated` or `deprecated(since = "..", note = "..", replaced_by = "..", remove_in = "..")`.
#[derive(Default)]
pub(crate) struct DeprecatedOption {
    pub(crate) since: Option<Text>,
    pub(crate) note: Option<Text>,
    pub(crate) replaced_by: Option<Text>,
    pub(crate) remove_in: Option<Text>,
}

impl FromMeta for DeprecatedOption {
    fn from_meta(item: &Meta) -> darling::Result<Self> {
        match item {
            Meta::Path(_) => Ok(Self::default()),
            Meta::List(list) => {
                let InDeprecated { since, note, replaced_by, remove_in } = inside(list, Place::Deprecated)?;
                Ok(Self { since, note, replaced_by, remove_in })
            }
            Meta::NameValue(pair) => {
                let message = "write `deprecated` or `deprecated(note = \"..\", replaced_by = \"..\")`";
                Err(Error::custom(message).with_span(&pair.path))
            }
        }
    }
}

/// The options in the parentheses of an option.
fn inside<T: FromMeta + Default>(list: &MetaList, place: Place) -> darling::Result<T> {
    let mut errors = Error::accumulator();
    let metas = options::metas(list.tokens.clone(), &mut errors);
    let read = options::read::<T>(metas, place, &mut errors);
    errors.finish_with(read.options)
}

/// `validate(path, "sentence")`.
pub(crate) struct Validate {
    pub(crate) function: Path,
    pub(crate) sentence: LitStr,
}

impl FromMeta for Validate {
    fn from_meta(item: &Meta) -> darling::Result<Self> {
        const FORM: &str = "write `validate(function, \"what holds where it returns Ok\")`: the sentence is what \
                            documents and reports show";
        let Meta::List(list) = item else {
            return Err(Error::custom(FORM).with_span(item.path()));
        };
        list.parse_args_with(|input: syn::parse::ParseStream<'_>| {
            let function = input.parse()?;
            input.parse::<syn::Token![,]>()?;
            let sentence = input.parse()?;
            input.parse::<Option<syn::Token![,]>>()?;
            Ok(Self { function, sentence })
        })
        .map_err(|_| Error::custom(FORM).with_span(item.path()))
    }
}

/// `removed("OLD_NAME", "what to set instead")`.
pub(crate) struct Removed {
    pub(crate) old: LitStr,
    pub(crate) note: LitStr,
}

impl FromMeta for Removed {
    fn from_meta(item: &Meta) -> darling::Result<Self> {
        const FORM: &str = "write `removed(\"OLD_NAME\", \"what to set instead\")`";
        let Meta::List(list) = item else {
            return Err(Error::custom(FORM).with_span(item.path()));
        };
        list.parse_args_with(|input: syn::parse::ParseStream<'_>| {
            let old = input.parse()?;
            input.parse::<syn::Token![,]>()?;
            let note = input.parse()?;
            input.parse::<Option<syn::Token![,]>>()?;
            Ok(Self { old, note })
        })
        .map_err(|_| Error::custom(FORM).with_span(item.path()))
    }
}

/// `["a", "b"]` or `("a", "b")`.
pub(crate) struct Strings(pub(crate) Vec<LitStr>);

impl Strings {
    pub(crate) fn have(&self, text: &str) -> bool {
        self.0.iter().any(|string| string.value() == text)
    }
}

impl FromMeta for Strings {
    fn from_meta(item: &Meta) -> darling::Result<Self> {
        let name = name(item);
        let form = || Error::custom(format!("write a list of texts: `{name}(\"one\", \"two\")`"));
        let items: Vec<Expr> = match item {
            Meta::Path(path) => return Err(form().with_span(path)),
            Meta::List(list) => list
                .parse_args_with(syn::punctuated::Punctuated::<Expr, syn::Token![,]>::parse_terminated)
                .map_err(|error| form().with_span(&error.span()))?
                .into_iter()
                .collect(),
            Meta::NameValue(pair) => match plain(&pair.value) {
                Expr::Array(array) => array.elems.iter().cloned().collect(),
                other => return Err(form().with_span(other)),
            },
        };
        if items.is_empty() {
            let message = format!("the list of `{name}` is empty; name something, or remove the option");
            return Err(Error::custom(message).with_span(item.path()));
        }
        let mut errors = Error::accumulator();
        let mut strings = Vec::new();
        for item in &items {
            match plain(item) {
                Expr::Lit(ExprLit { lit: Lit::Str(string), .. }) => strings.push(string.clone()),
                other => errors.push(form().with_span(other)),
            }
        }
        errors.finish_with(Self(strings))
    }
}

/// The options of a place, read one by one: a mistake in one of them does not hide those in others.
pub(crate) fn read<T: FromMeta + Default>(
    attributes: &[Attribute],
    place: Place,
    errors: &mut Accumulator,
) -> Read<T> {
    options::read(options::collect(attributes, errors), place, errors)
}

impl Container {
    /// The options of the struct.
    pub(crate) fn read(input: &DeriveInput, errors: &mut Accumulator) -> Self {
        let place = match input.data {
            syn::Data::Enum(_) => Place::ChoiceEnum,
            syn::Data::Struct(_) | syn::Data::Union(_) => Place::Struct,
        };
        read::<Self>(&input.attrs, place, errors).options
    }
}
