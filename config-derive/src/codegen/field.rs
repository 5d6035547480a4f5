//! One field: its constant, its proofs, its place in the group.

use proc_macro2::{Span, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::{Ident, spanned::Spanned};

use crate::model::{Call, FieldModel, KeyModel, Proof, Role, type_text};

/// The constant of a field.
pub(super) fn constant(at: usize) -> Ident {
    format_ident!("F{at}", span = Span::mixed_site())
}

/// The constant of a field, and what is proved of it.
pub(super) fn definition(at: usize, field: &FieldModel) -> TokenStream {
    let constant = constant(at);
    let (name, doc, ty) = (&field.name, &field.doc, &field.ty);
    match &field.role {
        Role::Key(key) => {
            let new = constructor(field, key);
            let calls = key.calls.iter().map(call);
            let proofs = key.proofs.iter().map(|proof| self::proof(&constant, proof));
            quote! {
                const #constant: __c::Field<#ty> = #new .doc(#doc) #(#calls)*;
                #(#proofs)*
            }
        }
        Role::Nested(calls) => {
            let calls = calls.iter().map(call);
            let new = quote_spanned!(ty.span()=> __c::Nested::new::<#ty>);
            quote!(const #constant: __c::Nested = #new(#name).doc(#doc) #(#calls)*;)
        }
        Role::Foreign(segment) => {
            let type_name = type_text(ty);
            quote! {
                const #constant: __c::Foreign =
                    __c::Foreign::new(#name, #segment, #doc, #type_name);
            }
        }
    }
}

fn constructor(field: &FieldModel, key: &KeyModel) -> TokenStream {
    let (name, ty) = (&field.name, &field.ty);
    match &key.via {
        None => {
            let new = quote_spanned!(ty.span()=> __c::Field::new);
            quote!(#new(#name))
        }
        Some(via) => {
            let (way, kind) = (&via.way, &via.kind);
            let new = quote_spanned!(ty.span()=> __c::Field::via::<#way>);
            quote!(#new(#name, &#kind))
        }
    }
}

fn call(Call(name, arguments): &Call) -> TokenStream {
    let name = Ident::new(name, Span::call_site());
    quote!(.#name(#arguments))
}

fn proof(constant: &Ident, proof: &Proof) -> TokenStream {
    let function = Ident::new(proof.function, proof.span);
    let constant = Ident::new(&constant.to_string(), proof.span);
    let version = (proof.function == "is_not_past_its_removal")
        .then(|| quote_spanned!(proof.span=> , ::core::env!("CARGO_PKG_VERSION")));
    quote_spanned!(proof.span=> const _: () = __c::proof::#function(&#constant.key #version);)
}

/// The item of a group.
pub(super) fn item(at: usize, field: &FieldModel) -> TokenStream {
    let constant = constant(at);
    match &field.role {
        Role::Key(_) => quote!(__c::Item::Key(&#constant.key)),
        Role::Nested(_) => quote!(__c::Item::Nested(&#constant)),
        Role::Foreign(_) => quote!(__c::Item::Foreign(&#constant)),
    }
}

/// Reads the field.
pub(super) fn read(at: usize, field: &FieldModel) -> TokenStream {
    let constant = constant(at);
    let ty = &field.ty;
    match &field.role {
        Role::Key(_) => quote!(reader.key(&#constant)),
        Role::Nested(_) => quote!(reader.nested::<#ty>(&#constant)),
        Role::Foreign(_) => quote!(reader.foreign::<#ty>()),
    }
}

/// The field for `Debug`.
pub(super) fn shown(at: usize, field: &FieldModel) -> TokenStream {
    let constant = constant(at);
    let ident = &field.ident;
    match &field.role {
        Role::Key(_) => quote!(&#constant.shown(&self.#ident)),
        Role::Nested(_) => quote!(&self.#ident),
        // Only the type knows which of its fields are secret.
        Role::Foreign(_) => quote!(&__c::NotShown),
    }
}
