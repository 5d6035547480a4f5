//! `#[derive(ConfigValue)]`: a unit enum as a closed set of documented words.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Data, DeriveInput, Fields, Path};

use crate::{
    attributes::{self, CratePath, Text, VariantOptions},
    codegen::carried,
    doc,
    errors::{Errors, at},
    model::word_of,
    names,
    options::{Place, options},
};

options! {
    /// `#[config(..)]` on the enum.
    pub(crate) struct EnumOptions {
        /// The case of the words.
        rename_all: Option<Text>,
        /// The path of the crate `confident`.
        krate as "crate": Option<CratePath>,
    }
}

/// A word with its variant.
struct Word {
    variant: syn::Ident,
    text: String,
    doc: String,
}

/// The implementation, or errors and an empty one.
pub(crate) fn expand(input: &DeriveInput) -> TokenStream {
    let mut errors = Errors::default();
    let options = attributes::read::<EnumOptions>(&input.attrs, Place::WordEnum, &mut errors).options;
    let words = words(input, &options, &mut errors);
    let krate = options.krate.map_or_else(|| syn::parse_quote!(::confident), |path| path.0);
    let ident = &input.ident;
    match errors.finish() {
        Ok(()) => generate(ident, &krate, &words),
        Err(errors) => {
            let errors = errors.to_compile_error();
            let stub = stub(ident, &krate, &input.generics);
            quote!(#errors #stub)
        }
    }
}

fn words(input: &DeriveInput, options: &EnumOptions, errors: &mut Errors) -> Vec<Word> {
    let Data::Enum(data) = &input.data else {
        let message =
            "`ConfigValue` makes words of the variants of an enum; for a struct of keys derive `Config`";
        errors.push(at(&input.ident, message));
        return Vec::new();
    };
    if let Some(parameter) = input.generics.params.first() {
        let message = "an enum of words cannot have generic parameters; remove them";
        errors.push(at(parameter, message));
    }
    let rename_all = options.rename_all.as_ref().and_then(|rule| errors.handle(names::rename_rule(rule)));
    let rename_all = rename_all.unwrap_or(ident_case::RenameRule::KebabCase);
    let mut words: Vec<Word> = Vec::new();
    for variant in &data.variants {
        let options = attributes::read::<VariantOptions>(&variant.attrs, Place::WordVariant, errors).options;
        if !matches!(variant.fields, Fields::Unit) {
            let message = "a word has no fields; for variants that hold a group derive `Config`";
            errors.push(at(&variant.fields, message));
        }
        let Some(doc) = doc::of(&variant.attrs) else {
            let message = format!(
                "`{}` has no documentation; say in a `///` comment what the word means",
                variant.ident
            );
            errors.push(at(&variant.ident, message));
            continue;
        };
        let Some(text) = word_of(variant, options.rename.as_ref(), rename_all, errors) else { continue };
        if words.iter().any(|earlier| earlier.text == text) {
            let message = format!("two variants have the word \"{text}\"; give one of them a `rename`");
            errors.push(at(&variant.ident, message));
        }
        words.push(Word { variant: variant.ident.clone(), text, doc });
    }
    if data.variants.is_empty() {
        errors.push(at(&input.ident, "the enum has no variants, so no word is valid"));
    }
    words
}

fn generate(ident: &syn::Ident, krate: &Path, words: &[Word]) -> TokenStream {
    let texts: Vec<_> = words.iter().map(|word| &word.text).collect();
    let documented = words.iter().map(|word| carried::word(&word.text, &word.doc));
    let variants: Vec<_> = words.iter().map(|word| &word.variant).collect();
    let numbers: Vec<_> = (0..words.len()).map(syn::Index::from).collect();
    quote! {
        const _: () = {
            use #krate::__private as __c;

            const __WORDS: &[__c::Word] = &[#(#documented),*];

            impl #ident {
                /// The word of the variant, as it is written in a configuration.
                #[allow(dead_code)]
                pub const fn word(&self) -> &'static __c::str {
                    match self {
                        #(Self::#variants => #texts,)*
                    }
                }
            }

            #[automatically_derived]
            impl __c::Value for #ident {
                const KIND: &'static __c::Kind = &__c::Kind::Word(__WORDS);

                fn from_text(
                    text: &__c::str,
                    _: &__c::How,
                ) -> __c::Result<Self, __c::Invalid> {
                    match __c::word::parse(__WORDS, text) {
                        #(__c::Ok(#numbers) => __c::Ok(Self::#variants),)*
                        _ => __c::Err(__c::Invalid::plain()),
                    }
                }

                fn show(&self, f: &mut __c::fmt::Formatter<'_>) -> __c::fmt::Result {
                    f.write_str(self.word())
                }
            }
        };
    }
}

/// An implementation that keeps other errors away.
fn stub(ident: &syn::Ident, krate: &Path, generics: &syn::Generics) -> TokenStream {
    let (parameters, arguments, bounds) = generics.split_for_impl();
    quote! {
        const _: () = {
            use #krate::__private as __c;

            impl #parameters #ident #arguments #bounds {
                #[allow(dead_code)]
                pub const fn word(&self) -> &'static __c::str {
                    ""
                }
            }

            impl #parameters __c::Value for #ident #arguments #bounds {
                const KIND: &'static __c::Kind = &__c::Kind::Parsed { name: "" };

                fn from_text(
                    _: &__c::str,
                    _: &__c::How,
                ) -> __c::Result<Self, __c::Invalid> {
                    __c::Err(__c::Invalid::plain())
                }

                fn show(&self, _: &mut __c::fmt::Formatter<'_>) -> __c::fmt::Result {
                    __c::Ok(())
                }
            }
        };
    }
}
