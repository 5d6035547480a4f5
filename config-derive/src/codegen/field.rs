//! One field: its constant, its proofs, its item of the group, how it is read and shown.

use proc_macro2::{Delimiter, Group, Literal, Span, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::{Ident, Type};

use crate::{
    literal::Extent,
    model::{FieldModel, ForeignModel, GroupModel, KeyModel, Proof, Role, Set, Via, type_text},
    names,
};

/// The constant of a field.
fn constant(at: usize) -> Ident {
    format_ident!("__F{at}", span = Span::mixed_site())
}

/// The field as a constant: what the manifest says of it, and what its type does. A constant for each, so that
/// what is wrong with one does not hide what is wrong with another.
pub(super) fn definition(at: usize, field: &FieldModel) -> TokenStream {
    let constant = constant(at);
    let (name, doc, ty) = (&field.name, &field.doc, &field.ty);
    match &field.role {
        Role::Key(KeyModel { said, variable, via, .. }) => {
            let hash = hash(variable);
            let key = updated("Key", said, quote!(__c::Key::new(#name, #hash, #doc)));
            let typed = match via {
                None => quote!(__c::key::<#ty>(#key)),
                Some(Via { way, kind }) => quote!(__c::key_via::<#ty, #way>(#key, &#kind)),
            };
            quote!(static #constant: __c::Field<#ty> = #typed;)
        }
        Role::Group(GroupModel { said, variable, .. }) => {
            let hash = hash(variable);
            let nested = updated("Nested", said, quote!(__c::Nested::new(#name, #hash, #doc)));
            group(at, ty, nested)
        }
        Role::Foreign(ForeignModel { segment, variable }) => {
            let (hash, type_name) = (hash(variable), type_text(ty));
            quote! {
                static #constant: __c::Foreign =
                    __c::Foreign::new(#name, #segment, #hash, #doc, #type_name);
            }
        }
    }
}

/// The hash of a part of a name, so that the compiler need not go through its bytes.
pub(super) fn hash(part: &str) -> Literal {
    Literal::u64_unsuffixed(names::hash(part))
}

/// A group in its place as a constant.
pub(super) fn group(at: usize, ty: &Type, nested: TokenStream) -> TokenStream {
    let constant = constant(at);
    quote!(static #constant: __c::GroupField<#ty> = __c::group::<#ty>(#nested);)
}

/// The item of the group.
pub(super) fn item(at: usize, field: &FieldModel) -> TokenStream {
    let constant = constant(at);
    match &field.role {
        Role::Key(_) => quote!(__c::Item::Key(&#constant.key)),
        Role::Group(_) => group_item(at),
        Role::Foreign(_) => quote!(__c::Item::Foreign(&#constant)),
    }
}

/// The group as an item of another.
pub(super) fn group_item(at: usize) -> TokenStream {
    let constant = constant(at);
    quote!(__c::Item::Nested(&#constant.nested))
}

/// A struct of the manifest with some of its fields changed.
fn updated(name: &str, said: &[Set], base: TokenStream) -> TokenStream {
    if said.is_empty() {
        return base;
    }
    let name = Ident::new(name, Span::call_site());
    let said = said.iter().map(Set::tokens);
    quote!(__c::#name { #(#said,)* ..#base })
}

/// What is proved of the field with this number.
pub(super) fn proofs(at: usize, field: &FieldModel) -> Vec<TokenStream> {
    match &field.role {
        Role::Key(key) => key.proofs.iter().map(|proof| self::proof(at, "key", proof)).collect(),
        Role::Group(group) => group.proofs.iter().map(|proof| self::proof(at, "nested", proof)).collect(),
        Role::Foreign(_) => Vec::new(),
    }
}

/// A proof of a part of a constant. It reaches from the first token that is at fault to the last.
fn proof(at: usize, part: &str, proof: &Proof) -> TokenStream {
    let Extent { first, last } = proof.extent;
    let (function, part) = (Ident::new(proof.function, first), Ident::new(part, last));
    let constant = Ident::new(&constant(at).to_string(), last);
    let arguments = &proof.arguments;
    let mut arguments =
        Group::new(Delimiter::Parenthesis, quote_spanned!(last=> &#constant.#part #arguments));
    arguments.set_span(last);
    let call = quote_spanned!(first=> __c::proof::#function #arguments);
    quote!(const _: () = #call;)
}

/// Reads the field.
pub(super) fn read(at: usize, field: &FieldModel) -> TokenStream {
    let constant = constant(at);
    let ty = &field.ty;
    match &field.role {
        Role::Key(_) => quote!(reader.key(&#constant)),
        Role::Group(_) => group_read(at),
        Role::Foreign(_) => quote!(reader.foreign::<#ty>()),
    }
}

/// Reads the group with this number.
pub(super) fn group_read(at: usize) -> TokenStream {
    let constant = constant(at);
    quote!(reader.nested(&#constant))
}

/// The field for `Debug`.
pub(super) fn shown(at: usize, field: &FieldModel) -> TokenStream {
    let ident = &field.ident;
    match &field.role {
        Role::Key(_) | Role::Group(_) => value_shown(at, quote!(&self.#ident)),
        // Only the type knows which of its fields are secret.
        Role::Foreign(_) => quote!(&__c::NotShown),
    }
}

/// A value of the type with this number for `Debug`.
pub(super) fn value_shown(at: usize, value: TokenStream) -> TokenStream {
    let constant = constant(at);
    quote!(&#constant.shown(#value))
}
