//! The configuration of a program: its names laid out, and what is proved of the whole tree.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::Ident;

use crate::model::{FieldModel, Model, Role, Root};

/// The layout, the manifest and the proofs of a root.
pub(super) fn items(model: &Model, root: &Root) -> TokenStream {
    let manifest = manifest(model, root);
    let proofs = model.fields().iter().enumerate().map(|(at, field)| sound(at, field));
    quote! {
        #manifest
        const PROOF: __confident::proof::TreeProof = __confident::proof::TreeProof::new(MANIFEST);
        #(#proofs)*
    }
}

/// The manifest of a root that could not be understood.
pub(super) fn stub(model: &Model, root: &Root) -> TokenStream {
    manifest(model, root)
}

fn manifest(model: &Model, root: &Root) -> TokenStream {
    let (ident, visibility) = (&model.ident, &model.visibility);
    let (app, prefix, hardening) = (&root.app, &root.prefix, &root.hardening);
    let doc = documentation(model, root);
    quote! {
        const SIZE: __confident::Size = __confident::Size::of(#prefix, GROUP);
        static LAYOUT: __confident::Layout<{ SIZE.text }, { SIZE.entries }, { SIZE.names }, { SIZE.index }> =
            __confident::Layout::new(#prefix, GROUP);
        const MANIFEST: &__confident::Manifest = &__confident::Manifest::new(
            #app,
            #prefix,
            __confident::Hardening::#hardening,
            GROUP,
            LAYOUT.tree(),
        );
        impl __confident::Root for #ident {
            const MANIFEST: &'static __confident::Manifest = MANIFEST;
        }
        impl #ident {
            #[doc = #doc]
            #[allow(dead_code)]
            #visibility const MANIFEST: &'static __confident::Manifest = MANIFEST;
        }
    }
}

/// No fault of the whole tree lies in this field.
fn sound(at: usize, field: &FieldModel) -> TokenStream {
    let span = field.ident.span();
    let proof = Ident::new("PROOF", span);
    quote_spanned!(span=> const _: () = #proof.item_is_sound(#at);)
}

/// The documentation of the manifest: which variable each field reads, so that names can be found by
/// searching for them.
fn documentation(model: &Model, root: &Root) -> String {
    let mut text = String::from(
        "The manifest: every key with all that is known of it.\n\n| field | variable |\n|---|---|",
    );
    for field in model.fields() {
        text.push_str(&format!("\n| `{}` | `{}` |", field.name, variable(field, &root.prefix)));
    }
    text
}

fn variable(field: &FieldModel, prefix: &str) -> String {
    let joined = |name: &str| {
        let name = name.replace(['-', '.'], "_").to_uppercase();
        if prefix.is_empty() { name } else { format!("{prefix}_{name}") }
    };
    match &field.role {
        Role::Key(key) => key.env.clone().unwrap_or_else(|| joined(&key.variable)),
        Role::Nested(_) => format!("{}, in `{}`", joined("..."), crate::model::type_text(&field.ty)),
        Role::Foreign(segment) => format!("{}_*", joined(segment)),
    }
}
