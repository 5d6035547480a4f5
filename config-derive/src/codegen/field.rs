//! One field: its constant, its proofs, its item of the group, how it is read and shown.

use proc_macro2::{Delimiter, Group, Literal, Span, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};
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

/// A field of which something is proved, as a constant of its own: so what is wrong with the type of another
/// does not hide what is wrong with this one.
pub(super) fn definition(at: usize, field: &FieldModel) -> Option<TokenStream> {
    let (ty, proofs) = match &field.role {
        Role::Key(key) => ("Key", &key.proofs),
        Role::Group(group) => ("Nested", &group.proofs),
        Role::Foreign(_) => return None,
    };
    let (constant, ty, data) = (constant(at), Ident::new(ty, Span::call_site()), data(field));
    (!proofs.is_empty()).then(|| quote!(const #constant: __c::#ty = #data;))
}

/// What the manifest says of the field, and what its type does.
fn data(field: &FieldModel) -> TokenStream {
    let (name, doc, ty) = (&field.name, &field.doc, &field.ty);
    match &field.role {
        Role::Key(KeyModel { said, variable, via, .. }) => {
            let hash = hash(variable);
            let typed = match via {
                None => quote!(__c::key::<#ty>(#name, #hash, #doc)),
                Some(Via { way, kind }) => quote!(__c::key_via::<#ty, #way>(#name, #hash, #doc, &#kind)),
            };
            updated("Key", said, typed)
        }
        Role::Group(GroupModel { said, variable, .. }) => {
            updated("Nested", said, group(ty, name, variable, doc))
        }
        Role::Foreign(ForeignModel { segment, variable }) => {
            let (hash, type_name) = (hash(variable), type_text(ty));
            quote!(__c::Foreign::new(#name, #segment, #hash, #doc, #type_name))
        }
    }
}

/// The hash of a part of a name, so that the compiler need not go through its bytes.
fn hash(part: &str) -> Literal {
    Literal::u64_unsuffixed(names::hash(part))
}

/// A group in its place.
pub(super) fn group(ty: &Type, name: &str, variable: &str, doc: &str) -> TokenStream {
    let hash = hash(variable);
    quote!(__c::group::<#ty>(#name, #hash, #doc))
}

/// The item of the group.
pub(super) fn item(at: usize, field: &FieldModel) -> TokenStream {
    let data = match definition(at, field) {
        Some(_) => constant(at).into_token_stream(),
        None => data(field),
    };
    match &field.role {
        Role::Key(_) => quote!(__c::Item::Key(#data)),
        Role::Group(_) => quote!(__c::Item::Nested(#data)),
        Role::Foreign(_) => quote!(__c::Item::Foreign(#data)),
    }
}

/// The items of a group, and the group. One constant for all items, which are many.
pub(super) fn group_of(
    (name, doc): (&str, &str),
    items: &[TokenStream],
    with: Option<TokenStream>,
) -> TokenStream {
    let count = Literal::usize_unsuffixed(items.len());
    quote! {
        static __ITEMS: [__c::Item; #count] = [#(#items),*];
        static __GROUP: __c::Group = __c::Group::new(#name, #doc, &__ITEMS) #with;
    }
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
        Role::Key(key) => key.proofs.iter().map(|proof| self::proof(at, proof)).collect(),
        Role::Group(group) => group.proofs.iter().map(|proof| self::proof(at, proof)).collect(),
        Role::Foreign(_) => Vec::new(),
    }
}

/// A proof of the constant. It reaches from the first token that is at fault to the last.
fn proof(at: usize, proof: &Proof) -> TokenStream {
    let Extent { first, last } = proof.extent;
    let function = Ident::new(proof.function, first);
    let constant = Ident::new(&constant(at).to_string(), last);
    let arguments = &proof.arguments;
    let mut arguments = Group::new(Delimiter::Parenthesis, quote_spanned!(last=> &#constant #arguments));
    arguments.set_span(last);
    let call = quote_spanned!(first=> __c::proof::#function #arguments);
    quote!(const _: () = #call;)
}

/// Reads the field.
pub(super) fn read(at: usize, field: &FieldModel) -> TokenStream {
    let ty = &field.ty;
    match &field.role {
        Role::Key(_) => quote!(reader.key()),
        Role::Group(_) => group_read(at),
        Role::Foreign(_) => quote!(reader.foreign::<#ty>()),
    }
}

/// Reads the group that is the item with this number.
pub(super) fn group_read(at: usize) -> TokenStream {
    let at = Literal::usize_unsuffixed(at);
    quote!(reader.nested(&__GROUP, #at))
}

/// The field for `Debug`.
pub(super) fn shown(field: &FieldModel) -> TokenStream {
    let ident = &field.ident;
    match &field.role {
        Role::Key(_) | Role::Group(_) => quote!(&self.#ident),
        // Only the type knows which of its fields are secret.
        Role::Foreign(_) => quote!(&()),
    }
}
