//! The model as code. Nothing is decided here: one small function writes each piece.

pub(crate) mod carried;
mod choice;
mod field;
mod root;
mod structure;

use proc_macro2::TokenStream;
use quote::quote;
use syn::Error;

use crate::model::{Body, Model};

/// Everything that the derive adds to the program.
pub(crate) fn config(model: &Model) -> TokenStream {
    let krate = &model.krate;
    let items = match &model.body {
        Body::Struct(fields) => structure::items(model, fields),
        Body::Choice(choice) => choice::items(model, choice),
    };
    let root = model.root.as_ref().map(|root| root::items(model, root));
    quote! {
        const _: () = {
            use #krate::__private as __c;
            #items
            #root
        };
    }
}

/// The errors, proofs of what could be understood, and implementations that keep follow-on errors
/// away.
pub(crate) fn failed(model: &Model, errors: Error) -> TokenStream {
    let errors = errors.to_compile_error();
    let krate = &model.krate;
    let ident = &model.ident;
    let understood = match &model.body {
        Body::Struct(fields) => structure::proved(model, fields),
        Body::Choice(choice) => choice::proved(model, choice),
    };
    let root = match &model.root {
        Some(root) => root::items(model, root),
        None => root::stub(model),
    };
    let (parameters, arguments, bounds) = model.generics.split_for_impl();
    quote! {
        #errors
        #[allow(dead_code)]
        const _: () = {
            use #krate::__private as __c;
            #understood
            impl #parameters __c::Config for #ident #arguments #bounds {
                const GROUP: &'static __c::Group = &__GROUP;
                fn read(_: &mut __c::Reader<'_>) -> __c::Option<Self> {
                    __c::None
                }
            }
            impl #parameters __c::fmt::Debug for #ident #arguments #bounds {
                fn fmt(&self, _: &mut __c::fmt::Formatter<'_>) -> __c::fmt::Result {
                    __c::Ok(())
                }
            }
            #root
        };
    }
}
