//! A struct: its group, how it is read, how it is shown.

use proc_macro2::{Span, TokenStream};
use quote::{format_ident, quote, quote_spanned};

use super::field;
use crate::{
    model::{FieldModel, Model},
    rule::{RuleModel, local, word},
};

/// The constants and implementations of a struct.
pub(super) fn items(model: &Model, fields: &[FieldModel]) -> TokenStream {
    let ident = &model.ident;
    let definitions = fields.iter().enumerate().map(|(at, field)| field::definition(at, field));
    let group = group(model, fields);
    let proofs = proofs(model);
    let read = read(model, fields);
    let debug = debug(model, fields);
    quote! {
        #(#definitions)*
        #group
        #proofs
        impl __confident::Config for #ident {
            const GROUP: &'static __confident::Group = GROUP;
            #read
        }
        #debug
    }
}

fn group(model: &Model, fields: &[FieldModel]) -> TokenStream {
    let (name, doc) = (&model.name, &model.doc);
    let items = fields.iter().enumerate().map(|(at, field)| field::item(at, field));
    let rules = rules(&model.rules);
    let with_rules = (!model.rules.is_empty()).then(|| quote!(.rules(RULES)));
    let validate = model.validate.as_ref().map(|(_, sentence)| quote!(.validate(#sentence)));
    quote! {
        #rules
        const GROUP: &__confident::Group =
            &__confident::Group::new(#name, #doc, &[#(#items),*]) #with_rules #validate;
    }
}

fn rules(rules: &[RuleModel]) -> Option<TokenStream> {
    if rules.is_empty() {
        return None;
    }
    let rules = rules.iter().map(|rule| {
        let (message, source, operands) = (&rule.message, &rule.source, &rule.operands);
        match &rule.closed {
            Some(data) => {
                let own = rule.words.iter().enumerate().map(|(at, variant)| {
                    let name = word(at);
                    quote!(const #name: &str = #variant.word();)
                });
                quote!({
                    #(#own)*
                    __confident::Rule::closed(#message, #source, &[#(#operands),*], #data)
                })
            }
            None => quote!(__confident::Rule::opaque(#message, #source, &[#(#operands),*])),
        }
    });
    Some(quote!(const RULES: &[__confident::Rule] = &[#(#rules),*];))
}

fn proofs(model: &Model) -> TokenStream {
    let ident = &model.ident;
    let rules = model.rules.iter().enumerate().map(|(at, rule)| {
        quote_spanned!(rule.span=>
            const _: () = __confident::proof::rule_holds_for_the_defaults(GROUP, &RULES[#at]);
        )
    });
    let span = ident.span();
    let paths = quote_spanned!(span=> const _: () = __confident::proof::paths_are_distinct(GROUP););
    let secrets = quote_spanned!(span=>
        const _: () = __confident::proof::secrets_are_not_copied(GROUP, __confident::traits_of!(#ident));
    );
    quote!(#(#rules)* #paths #secrets)
}

fn read(model: &Model, fields: &[FieldModel]) -> TokenStream {
    let locals: Vec<_> = (0..fields.len()).map(local).collect();
    let reads = fields.iter().enumerate().map(|(at, field)| field::read(at, field));
    let rules = model.rules.iter().enumerate().map(|(at, rule)| check(at, rule, fields));
    let idents = fields.iter().map(|field| &field.ident);
    let built = quote!(Self { #(#idents: #locals?,)* });
    let validated = match &model.validate {
        None => quote!(__confident::Some(#built)),
        Some((function, sentence)) => {
            let call = quote_spanned!(syn::spanned::Spanned::span(function)=> #function(&built));
            quote! {
                let built = #built;
                if let __confident::Err(error) = #call {
                    reader.validated(#sentence, &error);
                    return __confident::None;
                }
                __confident::Some(built)
            }
        }
    };
    quote! {
        fn read(reader: &mut __confident::Reader<'_>) -> __confident::Option<Self> {
            #(let #locals = #reads;)*
            #(#rules)*
            #validated
        }
    }
}

/// The check of a rule, where all fields that it reads could be read.
fn check(at: usize, rule: &RuleModel, fields: &[FieldModel]) -> TokenStream {
    let locals: Vec<_> = rule.fields.iter().map(|field| local(*field)).collect();
    let expression = &rule.compiled;
    let bound = rule.bound.iter().map(|field| {
        let (ident, local) = (&fields[*field].ident, local(*field));
        let ident = syn::Ident::new(&ident.to_string(), Span::call_site());
        quote!(let #ident = #local;)
    });
    quote! {
        let holds = match (#(&#locals,)*) {
            (#(__confident::Some(#locals),)*) => __confident::Some({ #(#bound)* #expression }),
            _ => __confident::None,
        };
        reader.rule(GROUP, &RULES[#at], holds);
    }
}

fn debug(model: &Model, fields: &[FieldModel]) -> TokenStream {
    let (ident, name) = (&model.ident, &model.name);
    let fields = fields.iter().enumerate().map(|(at, field)| {
        let (label, shown) = (&field.name, field::shown(at, field));
        quote!(.field(#label, #shown))
    });
    quote! {
        impl __confident::fmt::Debug for #ident {
            fn fmt(&self, f: &mut __confident::fmt::Formatter<'_>) -> __confident::fmt::Result {
                f.debug_struct(#name) #(#fields)* .finish()
            }
        }
    }
}

/// The name of the constant that holds all of a variant's place.
pub(super) fn place(at: usize) -> syn::Ident {
    format_ident!("V{at}", span = Span::mixed_site())
}
