//! The configuration of a program: its names laid out, and what is proved of the whole tree.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::Ident;

use super::carried;
use crate::model::{FieldModel, Model, Role, Root};

/// The layout, the manifest and the proofs of a root.
pub(super) fn items(model: &Model, root: &Root) -> TokenStream {
    let manifest = manifest(model, root);
    let proofs = model.fields().iter().enumerate().map(|(at, field)| sound(at, field));
    quote! {
        #manifest
        static __PROOF: __c::proof::TreeProof = __c::proof::TreeProof::new(&__MANIFEST);
        #(#proofs)*
    }
}

/// A root that stands in for one that could not be understood.
pub(super) fn stub(model: &Model) -> TokenStream {
    let ident = &model.ident;
    let (parameters, arguments, bounds) = model.generics.split_for_impl();
    quote! {
        static __EMPTY: __c::Group = __c::Group::new("", "", &[]);
        const __SIZE: __c::Size = __c::Size::of(&__EMPTY);
        static __LAYOUT: __c::layout!(__SIZE) = __c::Layout::new("", &__EMPTY, __c::texts!("", &__EMPTY));
        impl #parameters __c::Root for #ident #arguments #bounds {
            const MANIFEST: &'static __c::Manifest = &__LAYOUT.manifest("", &__c::carry!(b"", 0, &__EMPTY), &[]);
        }
    }
}

fn manifest(model: &Model, root: &Root) -> TokenStream {
    let (ident, visibility) = (&model.ident, &model.visibility);
    let (app, prefix) = (&root.app, &root.prefix);
    let hardening = root.hardening.as_ref().map(|level| quote!(.hardening(__c::Hardening::#level)));
    let profiles = &root.profiles;
    let profiles = (!profiles.is_empty()).then(|| quote!(.profiles(&[#(#profiles),*])));
    let removed = root.removed.iter().map(|(old, note)| quote!(__c::Removed { old: #old, note: #note }));
    let removed = (!root.removed.is_empty()).then(|| quote!(.removed(&[#(#removed),*])));
    let doc = documentation(model, root);
    let head = carried::head(root);
    quote! {
        const __SIZE: __c::Size = __c::Size::of(&__GROUP);
        static __LAYOUT: __c::layout!(__SIZE) =
            __c::Layout::new(#prefix, &__GROUP, __c::texts!(#prefix, &__GROUP));
        static __MANIFEST: __c::Manifest =
            __LAYOUT.manifest(#app, &__CARRY, &__CARRIED) #hardening #profiles #removed;
        const __CARRY: __c::Carry = __c::carry!(#head, &__GROUP);
        // What every tool finds in the binary. Nobody reads it, so the linker must be told to keep it.
        #[used]
        static __CARRIED: [__c::u8; __CARRY.size()] = __CARRY.write();
        #[automatically_derived]
        impl __c::Root for #ident {
            const MANIFEST: &'static __c::Manifest = &__MANIFEST;
        }
        impl #ident {
            #[doc = #doc]
            #[allow(dead_code)]
            #visibility const MANIFEST: &'static __c::Manifest = &__MANIFEST;
        }
    }
}

/// No fault of the whole tree lies in this field.
fn sound(at: usize, field: &FieldModel) -> TokenStream {
    let span = field.ident.span();
    let proof = Ident::new("__PROOF", span);
    let at = syn::Index::from(at);
    quote_spanned!(span=> const _: () = #proof.item_is_sound(#at);)
}

/// The documentation of the manifest: which variable each field reads, so that names can be found by
/// searching for them.
fn documentation(model: &Model, root: &Root) -> String {
    let variables = model.fields().iter().map(|field| variable(field, &root.prefix));
    format!("Every key with all that is known of it: {}.", variables.collect::<Vec<_>>().join(", "))
}

fn variable(field: &FieldModel, prefix: &str) -> String {
    let joined = |name: &str| if prefix.is_empty() { name.to_owned() } else { format!("{prefix}_{name}") };
    match &field.role {
        Role::Key(key) => format!("`{}`", key.env.clone().unwrap_or_else(|| joined(&key.variable))),
        Role::Group(_) => format!("those of `{}`", field.name),
        Role::Foreign(foreign) => format!("`{}_*`", joined(&foreign.variable)),
    }
}
