//! An enum of which a variant is chosen.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};

use syn::{Index, Type};

use super::{carried, field};
use crate::{
    model::{Choice, Model, VariantModel},
    names,
};

/// The constants and implementations of a choice.
pub(super) fn items(model: &Model, choice: &Choice) -> TokenStream {
    let ident = &model.ident;
    let proved = proved(model, choice);
    let builds = choice.variants.iter().enumerate().map(|(at, variant)| build(at, choice, variant));
    let debug = debug(model, choice);
    quote! {
        #proved
        #[automatically_derived]
        impl __c::Config for #ident {
            const GROUP: &'static __c::Group = &__GROUP;
            fn read(reader: &mut __c::Reader<'_>) -> __c::Option<Self> {
                reader.choice(&__GROUP, |reader, chosen| match chosen {
                    #(#builds,)*
                    _ => __c::None,
                })
            }
        }
        #debug
    }
}

/// The constants of a choice, and what is proved of them.
pub(super) fn proved(model: &Model, choice: &Choice) -> TokenStream {
    let (ident, doc) = (&model.ident, &model.doc);
    let words = choice.variants.iter().map(|variant| {
        let (word, doc) = (&variant.word, &variant.doc);
        carried::word(word, doc)
    });
    let key = quote!(__c::Key::choice(&__c::Kind::Word(&[#(#words),*]), #doc));
    let key = match &choice.default {
        Some(word) => quote!(__c::Key { default: __c::Some(#word), ..#key }),
        None => key,
    };
    let groups = groups(choice).map(|(ty, variant)| {
        let (word, doc) = (&variant.word, &variant.doc);
        let group = field::group(ty, word, &names::raised(word), doc);
        quote!(__c::Item::Nested(#group))
    });
    let items: Vec<_> = [quote!(__c::Item::Key(#key))].into_iter().chain(groups).collect();
    let text = carried::of_choice(model, choice);
    let group = field::group_of((&model.name, doc), &items, Some(quote!(.choice() #text)));
    // With parameters there is no one type to ask.
    let secrets = model.generics.params.is_empty().then(|| {
        quote_spanned!(ident.span()=>
            const _: () = __c::secrets_are_not_copied!(&__GROUP, #ident);
        )
    });
    quote! {
        #group
        #secrets
    }
}

/// The variants that hold a group, with its type.
pub(super) fn groups(choice: &Choice) -> impl Iterator<Item = (&Type, &VariantModel)> {
    choice.variants.iter().filter_map(|variant| Some((variant.group.as_ref()?, variant)))
}

/// The number of the variant's group among the items, of which the first is the key that chooses.
fn number(choice: &Choice, variant: &VariantModel) -> Option<usize> {
    groups(choice).position(|(_, other)| other.word == variant.word).map(|at| 1 + at)
}

fn build(at: usize, choice: &Choice, variant: &VariantModel) -> TokenStream {
    let ident = &variant.ident;
    let word = Index::from(at);
    match number(choice, variant) {
        None => quote!(#word => __c::Some(Self::#ident)),
        Some(at) => {
            let read = field::group_read(at);
            quote!(#word => #read.map(Self::#ident))
        }
    }
}

fn debug(model: &Model, choice: &Choice) -> TokenStream {
    let ident = &model.ident;
    let arms = choice.variants.iter().map(|variant| {
        let variant_ident = &variant.ident;
        let name = variant_ident.to_string();
        match number(choice, variant) {
            None => quote!(Self::#variant_ident => f.write_str(#name)),
            Some(at) => {
                let at = Index::from(at);
                quote! {
                    Self::#variant_ident(group) => {
                        f.debug_tuple(#name).field(&__GROUP.shown(#at, group)).finish()
                    }
                }
            }
        }
    });
    // Not marked as derived: the compiler would warn of fields that are shown, and not read otherwise.
    quote! {
        impl __c::fmt::Debug for #ident {
            fn fmt(&self, f: &mut __c::fmt::Formatter<'_>) -> __c::fmt::Result {
                match self {
                    #(#arms,)*
                }
            }
        }
    }
}
