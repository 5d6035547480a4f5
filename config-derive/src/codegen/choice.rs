//! An enum of which a variant is chosen.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};

use super::structure::place;
use crate::model::{Choice, Model, VariantModel};

/// The constants and implementations of a choice.
pub(super) fn items(model: &Model, choice: &Choice) -> TokenStream {
    let ident = &model.ident;
    let proved = proved(model, choice);
    let builds = choice.variants.iter().enumerate().map(|(at, variant)| build(at, variant));
    let debug = debug(model, choice);
    quote! {
        #proved
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
    let (ident, name, doc) = (&model.ident, &model.name, &model.doc);
    let words = choice.variants.iter().map(|variant| {
        let (word, doc) = (&variant.word, &variant.doc);
        quote!(__c::Word::new(#word, #doc))
    });
    let default = choice.default.as_ref().map(|word| quote!(.or_choose(#word)));
    let groups: Vec<_> =
        choice.variants.iter().enumerate().filter(|(_, variant)| variant.group.is_some()).collect();
    let places = groups.iter().map(|(at, variant)| definition(*at, variant));
    let items = groups.iter().map(|(at, _)| {
        let place = place(*at);
        quote!(__c::Item::Nested(&#place.nested))
    });
    // With parameters there is no one type to ask.
    let secrets = model.generics.params.is_empty().then(|| {
        quote_spanned!(ident.span()=>
            const _: () = __c::secrets_are_not_copied!(&__GROUP, #ident);
        )
    });
    quote! {
        static __CHOICE: __c::Key =
            __c::Key::choice(&__c::Kind::Word(&[#(#words),*])).doc(#doc) #default;
        #(#places)*
        static __GROUP: __c::Group =
            __c::Group::new(#name, #doc, &[__c::Item::Key(&__CHOICE), #(#items),*]).choice();
        #secrets
    }
}

fn definition(at: usize, variant: &VariantModel) -> TokenStream {
    let place = place(at);
    let (word, doc) = (&variant.word, &variant.doc);
    let ty = &variant.group;
    quote!(static #place: __c::GroupField<#ty> = __c::group::<#ty>(#word).doc(#doc);)
}

fn build(at: usize, variant: &VariantModel) -> TokenStream {
    let number = syn::Index::from(at);
    let ident = &variant.ident;
    match &variant.group {
        None => quote!(#number => __c::Some(Self::#ident)),
        Some(_) => {
            let place = place(at);
            quote!(#number => __c::Some(Self::#ident(reader.nested(&#place)?)))
        }
    }
}

fn debug(model: &Model, choice: &Choice) -> TokenStream {
    let ident = &model.ident;
    let arms = choice.variants.iter().enumerate().map(|(at, variant)| {
        let variant_ident = &variant.ident;
        let name = variant_ident.to_string();
        match variant.group {
            None => quote!(Self::#variant_ident => f.write_str(#name)),
            Some(_) => {
                let place = place(at);
                quote!(Self::#variant_ident(group) => f.debug_tuple(#name).field(&#place.shown(group)).finish())
            }
        }
    });
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
