//! The attributes as written: one documented field for each option. Nothing here knows what a
//! combination of options means.

use proc_macro2::{Span, TokenStream};
use quote::ToTokens;
use syn::{Attribute, DeriveInput, Expr, ExprLit, Lit, LitStr, MetaList, Path, spanned::Spanned};

use crate::{
    errors::{Errors, Result, at},
    literal::{Length, Literals, Range},
    options::{self, FromMeta, Meta, Options, Place, Read, name, options, value},
    rule::Rule,
    value::{Value, plain},
};

/// An option with the place of its name, for messages that are about the option as such.
pub(crate) struct Written<T> {
    pub(crate) name: Span,
    pub(crate) value: T,
}

impl<T: FromMeta> FromMeta for Written<T> {
    fn from_meta(item: &Meta) -> Result<Self> {
        Ok(Self { name: item.path().span(), value: T::from_meta(item)? })
    }
}

options! {
    /// `#[config(..)]` on a struct.
    pub(crate) struct Container {
        /// The name of the program: makes the struct a root.
        app: Option<Written<Text>>,
        /// What the names of variables begin with.
        prefix: Option<Written<Text>>,
        /// Rules between keys.
        rule: Vec<Rule>,
        /// A function of the program that checks the struct, and what it checks.
        validate: Option<Validate>,
        /// The case of the keys in files.
        rename_all: Option<Text>,
        /// What must be said of every secret.
        hardening: Option<Written<Text>>,
        /// The profiles that there are.
        profiles: Option<Written<Strings>>,
        /// Names that were keys once.
        removed: Vec<Written<Removed>>,
        /// The path of the crate `confident`.
        krate as "crate": Option<CratePath>,
    }
}

options! {
    /// `#[config(..)]` on a field.
    pub(crate) struct FieldOptions {
        nested: Option<Written<NestedOption>>,
        default: Option<Written<Literals>>,
        range: Option<Written<Range>>,
        len: Option<Written<Length>>,
        pattern: Option<Written<Text>>,
        one_of: Option<Written<Literals>>,
        format: Option<Written<Text>>,
        env: Option<Written<Text>>,
        alias: Vec<Text>,
        rename: Option<Text>,
        empty: Option<Text>,
        separator: Option<Written<Text>>,
        merge: Option<Written<Flag>>,
        parse: Option<Written<Flag>>,
        serde: Option<Written<Flag>>,
        foreign: Option<Written<Flag>>,
        live: Option<Written<Flag>>,
        owner: Option<Text>,
        since: Option<Text>,
        unit: Option<Written<Text>>,
        example: Option<Written<Literals>>,
        tags: Option<Strings>,
        classification: Option<Text>,
        retention: Option<Text>,
        rotate: Option<Written<Text>>,
        overlap: Option<Written<Text>>,
        review_by: Option<Written<Text>>,
        deprecated: Option<Written<DeprecatedOption>>,
        required_in: Option<Strings>,
        forbidden_in: Option<Strings>,
        sources: Option<Strings>,
        store: Option<Text>,
        max_stale: Option<Written<Text>>,
        not_secret: Option<Written<Text>>,
    }
}

options! {
    /// `#[config(..)]` on a variant.
    pub(crate) struct VariantOptions {
        /// The word of the variant.
        rename: Option<Text>,
        /// That it is chosen where no source says otherwise.
        default: Option<Written<Flag>>,
    }
}

/// An option that has no value.
pub(crate) struct Flag;

impl FromMeta for Flag {
    fn from_meta(item: &Meta) -> Result<Self> {
        match item {
            Meta::Path(_) => Ok(Self),
            Meta::List(_) | Meta::NameValue(_) => {
                let message = format!("`{}` takes no value; write its name alone", name(item));
                Err(at(item.path(), message))
            }
        }
    }
}

/// Text in quotes.
#[derive(Clone)]
pub(crate) struct Text(pub(crate) LitStr);

impl FromMeta for Text {
    fn from_meta(item: &Meta) -> Result<Self> {
        let value = value(item, "\"..\"")?;
        let text = match value {
            Value::One(expr) => match plain(expr) {
                Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) => return Ok(Self(text.clone())),
                Expr::Lit(ExprLit { lit: Lit::Char(char), .. }) => char.value().to_string(),
                other @ (Expr::Path(_) | Expr::Lit(_)) => other.to_token_stream().to_string(),
                _ => "..".to_owned(),
            },
            Value::Array(_) | Value::Range(_) => "..".to_owned(),
        };
        let name = name(item);
        Err(at(value, format!("`{name}` takes text; put it in quotes: `{name} = \"{text}\"`")))
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
    fn from_meta(item: &Meta) -> Result<Self> {
        let value = value(item, "path::to::confident")?;
        if let Value::One(expr) = value
            && let Expr::Path(path) = plain(expr)
        {
            return Ok(Self(path.path.clone()));
        }
        Err(at(value, "write the path of the crate, such as `crate = path::to::confident`"))
    }
}

options! {
    /// In the parentheses of `nested`.
    pub(crate) struct InNested {
        prefix: Option<Text>,
    }
}

/// `nested` or `nested(prefix = "DB")`.
pub(crate) struct NestedOption {
    pub(crate) prefix: Option<Text>,
}

impl FromMeta for NestedOption {
    fn from_meta(item: &Meta) -> Result<Self> {
        const FORM: &str = "write `nested` or `nested(prefix = \"DB\")`";
        match item {
            Meta::Path(_) => Ok(Self { prefix: None }),
            Meta::List(list) => match inside::<InNested>(list, Place::Nested)?.prefix {
                Some(prefix) => Ok(Self { prefix: Some(prefix) }),
                None => Err(at(&list.path, FORM)),
            },
            Meta::NameValue(pair) => Err(at(&pair.path, FORM)),
        }
    }
}

options! {
    /// In the parentheses of `deprecated`.
    pub(crate) struct InDeprecated {
        since: Option<Text>,
        note: Option<Text>,
        replaced_by: Option<Text>,
        remove_in: Option<Text>,
    }
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
    fn from_meta(item: &Meta) -> Result<Self> {
        match item {
            Meta::Path(_) => Ok(Self::default()),
            Meta::List(list) => {
                let InDeprecated { since, note, replaced_by, remove_in } = inside(list, Place::Deprecated)?;
                Ok(Self { since, note, replaced_by, remove_in })
            }
            Meta::NameValue(pair) => {
                let message = "write `deprecated` or `deprecated(note = \"..\", replaced_by = \"..\")`";
                Err(at(&pair.path, message))
            }
        }
    }
}

/// The options in the parentheses of an option.
fn inside<T: Options>(list: &MetaList, place: Place) -> Result<T> {
    let mut errors = Errors::default();
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
    fn from_meta(item: &Meta) -> Result<Self> {
        const FORM: &str = "write `validate(function, \"what holds where it returns Ok\")`: the sentence is what \
                            documents and reports show";
        let Meta::List(list) = item else {
            return Err(at(item.path(), FORM));
        };
        list.parse_args_with(|input: syn::parse::ParseStream<'_>| {
            let function = input.parse()?;
            input.parse::<syn::Token![,]>()?;
            let sentence = input.parse()?;
            input.parse::<Option<syn::Token![,]>>()?;
            Ok(Self { function, sentence })
        })
        .map_err(|_| at(item.path(), FORM))
    }
}

/// `removed("OLD_NAME", "what to set instead")`.
pub(crate) struct Removed {
    pub(crate) old: LitStr,
    pub(crate) note: LitStr,
}

impl FromMeta for Removed {
    fn from_meta(item: &Meta) -> Result<Self> {
        const FORM: &str = "write `removed(\"OLD_NAME\", \"what to set instead\")`";
        let Meta::List(list) = item else {
            return Err(at(item.path(), FORM));
        };
        list.parse_args_with(|input: syn::parse::ParseStream<'_>| {
            let old = input.parse()?;
            input.parse::<syn::Token![,]>()?;
            let note = input.parse()?;
            input.parse::<Option<syn::Token![,]>>()?;
            Ok(Self { old, note })
        })
        .map_err(|_| at(item.path(), FORM))
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
    fn from_meta(item: &Meta) -> Result<Self> {
        let name = name(item);
        let form = format!("write a list of texts: `{name}(\"one\", \"two\")`");
        let items: Vec<Expr> = match item {
            Meta::Path(path) => return Err(at(path, &form)),
            Meta::List(list) => list
                .parse_args_with(syn::punctuated::Punctuated::<Expr, syn::Token![,]>::parse_terminated)
                .map_err(|error| at(&error.span(), &form))?
                .into_iter()
                .collect(),
            Meta::NameValue(pair) => match &pair.value {
                Value::Array(array) => array.items.clone(),
                other => return Err(at(other, &form)),
            },
        };
        if items.is_empty() {
            let message = format!("the list of `{name}` is empty; name something, or remove the option");
            return Err(at(item.path(), message));
        }
        let mut errors = Errors::default();
        let mut strings = Vec::new();
        for item in &items {
            match plain(item) {
                Expr::Lit(ExprLit { lit: Lit::Str(string), .. }) => strings.push(string.clone()),
                other => errors.push(at(other, &form)),
            }
        }
        errors.finish_with(Self(strings))
    }
}

/// The options of a place, read one by one: a mistake in one of them does not hide those in others.
pub(crate) fn read<T: Options>(attributes: &[Attribute], place: Place, errors: &mut Errors) -> Read<T> {
    options::read(options::collect(attributes, errors), place, errors)
}

impl Container {
    /// The options of the struct.
    pub(crate) fn read(input: &DeriveInput, errors: &mut Errors) -> Self {
        let place = match input.data {
            syn::Data::Enum(_) => Place::ChoiceEnum,
            syn::Data::Struct(_) | syn::Data::Union(_) => Place::Struct,
        };
        read::<Self>(&input.attrs, place, errors).options
    }
}
