//! The attributes as written: one documented field for each option. Nothing here knows what a
//! combination of options means.

use darling::{Error, FromMeta, ast::NestedMeta, error::Accumulator};
use proc_macro2::Span;
use syn::{Attribute, DeriveInput, Expr, LitStr, Meta, Path, punctuated::Punctuated, spanned::Spanned};

use crate::{
    literal::{Length, Literal, Literals, Range},
    options::{self, Place},
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
    pub(crate) app: Option<Written<LitStr>>,
    /// What the names of variables begin with.
    pub(crate) prefix: Option<Written<LitStr>>,
    /// Rules between keys.
    #[darling(multiple)]
    pub(crate) rule: Vec<Rule>,
    /// A function of the program that checks the struct, and what it checks.
    pub(crate) validate: Option<Validate>,
    /// The case of the keys in files.
    pub(crate) rename_all: Option<LitStr>,
    /// What must be said of every secret.
    pub(crate) hardening: Option<Written<LitStr>>,
    /// The path of the crate `confident`.
    #[darling(rename = "crate")]
    pub(crate) krate: Option<Path>,
}

/// `#[config(..)]` on a field.
#[derive(Default, FromMeta)]
#[darling(default)]
pub(crate) struct FieldOptions {
    pub(crate) nested: Option<Written<NestedOption>>,
    pub(crate) default: Option<Written<Literals>>,
    pub(crate) range: Option<Written<Range>>,
    pub(crate) len: Option<Written<Length>>,
    pub(crate) pattern: Option<Written<LitStr>>,
    pub(crate) one_of: Option<Written<Literals>>,
    pub(crate) format: Option<Written<LitStr>>,
    pub(crate) env: Option<Written<LitStr>>,
    #[darling(multiple)]
    pub(crate) alias: Vec<LitStr>,
    pub(crate) rename: Option<LitStr>,
    pub(crate) empty: Option<LitStr>,
    pub(crate) separator: Option<Written<LitStr>>,
    pub(crate) parse: Option<Written<Flag>>,
    pub(crate) serde: Option<Written<Flag>>,
    pub(crate) foreign: Option<Written<Flag>>,
    pub(crate) live: Option<Written<Flag>>,
    pub(crate) owner: Option<LitStr>,
    pub(crate) since: Option<LitStr>,
    pub(crate) unit: Option<Written<LitStr>>,
    pub(crate) example: Option<Written<Literal>>,
    pub(crate) tags: Option<Strings>,
    pub(crate) classification: Option<LitStr>,
    pub(crate) retention: Option<LitStr>,
    pub(crate) rotate: Option<Written<LitStr>>,
    pub(crate) review_by: Option<Written<LitStr>>,
    pub(crate) deprecated: Option<Written<DeprecatedOption>>,
    pub(crate) required_in: Option<Strings>,
    pub(crate) forbidden_in: Option<Strings>,
    pub(crate) sources: Option<Strings>,
    pub(crate) not_secret: Option<Written<LitStr>>,
}

/// `#[config(..)]` on a variant.
#[derive(Default, FromMeta)]
#[darling(default)]
pub(crate) struct VariantOptions {
    /// The word of the variant.
    pub(crate) rename: Option<LitStr>,
    /// That it is chosen where no source says otherwise.
    pub(crate) default: Option<Written<Flag>>,
}

/// An option that has no value.
pub(crate) struct Flag;

impl FromMeta for Flag {
    fn from_meta(item: &Meta) -> darling::Result<Self> {
        match item {
            Meta::Path(_) => Ok(Self),
            other => Err(Error::custom("this option takes no value; write its name alone").with_span(other)),
        }
    }
}

/// `nested` or `nested(prefix = "DB")`.
#[derive(Default)]
pub(crate) struct NestedOption {
    pub(crate) prefix: Option<LitStr>,
}

impl FromMeta for NestedOption {
    fn from_meta(item: &Meta) -> darling::Result<Self> {
        #[derive(FromMeta)]
        struct Inside {
            prefix: LitStr,
        }
        match item {
            Meta::Path(_) => Ok(Self::default()),
            Meta::List(_) => Inside::from_meta(item).map(|inside| Self { prefix: Some(inside.prefix) }),
            Meta::NameValue(_) => {
                Err(Error::custom("write `nested` or `nested(prefix = \"DB\")`").with_span(item))
            }
        }
    }
}

/// `deprecated` or `deprecated(since = "..", note = "..", replaced_by = "..", remove_in = "..")`.
#[derive(Default, FromMeta)]
#[darling(default, from_word = || Ok(DeprecatedOption::default()))]
pub(crate) struct DeprecatedOption {
    pub(crate) since: Option<LitStr>,
    pub(crate) note: Option<LitStr>,
    pub(crate) replaced_by: Option<LitStr>,
    pub(crate) remove_in: Option<LitStr>,
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
            return Err(Error::custom(FORM).with_span(item));
        };
        list.parse_args_with(|input: syn::parse::ParseStream<'_>| {
            let function = input.parse()?;
            input.parse::<syn::Token![,]>()?;
            let sentence = input.parse()?;
            input.parse::<Option<syn::Token![,]>>()?;
            Ok(Self { function, sentence })
        })
        .map_err(|_| Error::custom(FORM).with_span(item))
    }
}

/// `["a", "b"]` or `("a", "b")`.
pub(crate) struct Strings(pub(crate) Vec<LitStr>);

impl FromMeta for Strings {
    fn from_list(items: &[NestedMeta]) -> darling::Result<Self> {
        let mut errors = Error::accumulator();
        let strings = items.iter().filter_map(|item| match item {
            NestedMeta::Lit(syn::Lit::Str(string)) => Some(string.clone()),
            other => {
                errors.push(Error::custom("write strings, such as (\"one\", \"two\")").with_span(other));
                None
            }
        });
        let strings: Vec<LitStr> = strings.collect();
        if strings.is_empty() && items.is_empty() {
            errors.push(Error::custom("the list is empty; name something, or remove the option"));
        }
        errors.finish_with(Self(strings))
    }

    fn from_expr(expr: &Expr) -> darling::Result<Self> {
        let Expr::Array(array) = expr else {
            return Err(Error::custom("write a list of strings, such as [\"one\", \"two\"]").with_span(expr));
        };
        let items: Punctuated<Expr, syn::Token![,]> = array.elems.clone();
        let strings = items.iter().map(|item| match item {
            Expr::Lit(syn::ExprLit { lit: syn::Lit::Str(string), .. }) => Ok(string.clone()),
            other => Err(Error::custom("write strings, such as [\"one\", \"two\"]").with_span(other)),
        });
        strings.collect::<darling::Result<Vec<_>>>().map(Self)
    }
}

/// The options of a place, read one by one: a mistake in one of them does not hide those in others.
pub(crate) fn read<T: FromMeta + Default>(
    attributes: &[Attribute],
    place: Place,
    errors: &mut Accumulator,
) -> (T, Vec<(String, Span)>) {
    let metas = options::collect(attributes, place, errors);
    let given = metas.iter().map(options::name_of).collect();
    let options = errors.handle(T::from_list(&metas)).unwrap_or_default();
    (options, given)
}

impl Container {
    /// The options of the struct.
    pub(crate) fn read(input: &DeriveInput, errors: &mut Accumulator) -> Self {
        let place = match input.data {
            syn::Data::Enum(_) => Place::ChoiceEnum,
            syn::Data::Struct(_) | syn::Data::Union(_) => Place::Struct,
        };
        read::<Self>(&input.attrs, place, errors).0
    }
}
