//! One field: its constant, its proofs, its place in the group.

use proc_macro2::{Delimiter, Group, Span, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::Ident;

use crate::{
    literal::Extent,
    model::{Call, FieldModel, KeyModel, Proof, Role, type_text},
};

/// The constant of a field.
pub(super) fn constant(at: usize) -> Ident {
    format_ident!("__F{at}", span = Span::mixed_site())
}

/// The constant of a field, and what is proved of it.
pub(super) fn definition(at: usize, field: &FieldModel) -> TokenStream {
    let constant = constant(at);
    let (name, doc, ty) = (&field.name, &field.doc, &field.ty);
    match &field.role {
        Role::Key(key) => {
            let new = constructor(field, key);
            let calls = key.calls.iter().map(call);
            let proofs = key.proofs.iter().map(|proof| self::proof(&constant, "key", proof));
            quote! {
                static #constant: __c::Field<#ty> = #new .doc(#doc) #(#calls)*;
                #(#proofs)*
            }
        }
        Role::Nested(calls, proofs) => {
            let calls = calls.iter().map(call);
            let proofs = proofs.iter().map(|proof| self::proof(&constant, "nested", proof));
            quote! {
                static #constant: __c::GroupField<#ty> = __c::group::<#ty>(#name).doc(#doc) #(#calls)*;
                #(#proofs)*
            }
        }
        Role::Foreign(segment) => {
            let type_name = type_text(ty);
            quote! {
                static #constant: __c::Foreign =
                    __c::Foreign::new(#name, #segment, #doc, #type_name);
            }
        }
    }
}

fn constructor(field: &FieldModel, key: &KeyModel) -> TokenStream {
    let (name, ty) = (&field.name, &field.ty);
    match &key.via {
        None => quote!(__c::key::<#ty>(#name)),
        Some(via) => {
            let (way, kind) = (&via.way, &via.kind);
            quote!(__c::key_via::<#ty, #way>(#name, &#kind))
        }
    }
}

fn call(Call(name, arguments): &Call) -> TokenStream {
    let name = Ident::new(name, Span::call_site());
    quote!(.#name(#arguments))
}

/// A proof of a part of a constant. It reaches from the first token that is at fault to the last.
fn proof(constant: &Ident, part: &str, proof: &Proof) -> TokenStream {
    let Extent { first, last } = proof.extent;
    let (function, part) = (Ident::new(proof.function, first), Ident::new(part, last));
    let constant = Ident::new(&constant.to_string(), last);
    let arguments = &proof.arguments;
    let mut arguments =
        Group::new(Delimiter::Parenthesis, quote_spanned!(last=> &#constant.#part #arguments));
    arguments.set_span(last);
    let call = quote_spanned!(first=> __c::proof::#function #arguments);
    quote!(const _: () = #call;)
}

/// The item of a group.
pub(super) fn item(at: usize, field: &FieldModel) -> TokenStream {
    let constant = constant(at);
    match &field.role {
        Role::Key(_) => quote!(__c::Item::Key(&#constant.key)),
        Role::Nested(..) => quote!(__c::Item::Nested(&#constant.nested)),
        Role::Foreign(_) => quote!(__c::Item::Foreign(&#constant)),
    }
}

/// Reads the field.
pub(super) fn read(at: usize, field: &FieldModel) -> TokenStream {
    let constant = constant(at);
    let ty = &field.ty;
    match &field.role {
        Role::Key(_) => quote!(reader.key(&#constant)),
        Role::Nested(..) => quote!(reader.nested(&#constant)),
        Role::Foreign(_) => quote!(reader.foreign::<#ty>()),
    }
}

/// The field for `Debug`.
pub(super) fn shown(at: usize, field: &FieldModel) -> TokenStream {
    let constant = constant(at);
    let ident = &field.ident;
    match &field.role {
        Role::Key(_) | Role::Nested(..) => quote!(&#constant.shown(&self.#ident)),
        // Only the type knows which of its fields are secret.
        Role::Foreign(_) => quote!(&__c::NotShown),
    }
}
