//! A struct: its group, how it is read, how it is shown.

use proc_macro2::{Delimiter, Group, Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::{Ident, Index};

use super::{carried, field};
use crate::{
    literal::Extent,
    model::{FieldModel, Model},
    rule::{RuleModel, captured, local, word},
};

/// The constants and implementations of a struct.
pub(super) fn items(model: &Model, fields: &[FieldModel]) -> TokenStream {
    let ident = &model.ident;
    let proved = proved(model, fields);
    let read = read(model, fields);
    let debug = debug(model, fields);
    quote! {
        #proved
        #[automatically_derived]
        impl __c::Config for #ident {
            const GROUP: &'static __c::Group = &__GROUP;
            #read
        }
        #debug
    }
}

/// The constants of a struct, and what is proved of them.
pub(super) fn proved(model: &Model, fields: &[FieldModel]) -> TokenStream {
    let definitions = fields.iter().enumerate().filter_map(|(at, field)| field::definition(at, field));
    let group = group(model, fields);
    let of_fields = fields.iter().enumerate().flat_map(|(at, field)| field::proofs(at, field));
    let of_group = proofs(model);
    quote! {
        #(#definitions)*
        #group
        #(#of_fields)*
        #of_group
    }
}

fn group(model: &Model, fields: &[FieldModel]) -> TokenStream {
    let items: Vec<_> = fields.iter().enumerate().map(|(at, field)| field::item(at, field)).collect();
    let rules = rules(&model.rules);
    let with_rules = (!model.rules.is_empty()).then(|| quote!(.rules(__RULES)));
    let validate = model.validate.as_ref().map(|(_, sentence)| quote!(.validate(#sentence)));
    let text = carried::of_struct(model, fields);
    let said = quote!(#with_rules #validate #text);
    let group = field::group_of((&model.name, &model.doc), &items, Some(said));
    quote!(#rules #group)
}

fn rules(rules: &[RuleModel]) -> Option<TokenStream> {
    if rules.is_empty() {
        return None;
    }
    let rules = rules.iter().map(|rule| {
        let (message, source, operands) = (&rule.message, &rule.source, &rule.operands);
        match &rule.closed {
            Some(form) => {
                let data = form.tokens();
                let rule_has_words = !rule.words.is_empty();
                let own = rule.words.iter().enumerate().map(|(at, variant)| {
                    let name = word(at);
                    quote!(const #name: &__c::str = #variant.word();)
                });
                let rule = quote!(__c::Rule::closed(#message, #source, &[#(#operands),*], #data));
                if rule_has_words { quote!({ #(#own)* #rule }) } else { rule }
            }
            None => quote!(__c::Rule::opaque(#message, #source, &[#(#operands),*])),
        }
    });
    Some(quote!(static __RULES: &[__c::Rule] = &[#(#rules),*];))
}

fn proofs(model: &Model) -> TokenStream {
    let ident = &model.ident;
    let rules = model.rules.iter().enumerate().map(|(at, rule)| {
        let number = Index::from(at);
        let Extent { first, last } = rule.extent;
        let mut arguments = Group::new(Delimiter::Parenthesis, quote_spanned!(last=> &__GROUP, #number));
        arguments.set_span(last);
        let call = quote_spanned!(first=> __c::proof::rule_holds_for_the_defaults #arguments);
        quote!(const _: () = #call;)
    });
    // With parameters there is no one type to ask.
    let secrets = model.generics.params.is_empty().then(|| {
        quote_spanned!(ident.span()=>
            const _: () = __c::secrets_are_not_copied!(&__GROUP, #ident);
        )
    });
    quote!(#(#rules)* #secrets)
}

fn read(model: &Model, fields: &[FieldModel]) -> TokenStream {
    let locals: Vec<_> = (0..fields.len()).map(local).collect();
    let reads: Vec<_> = fields.iter().enumerate().map(|(at, field)| field::read(at, field)).collect();
    let rules = model.rules.iter().enumerate().map(|(at, rule)| check(at, rule, fields));
    let idents = fields.iter().map(|field| &field.ident);
    let built = quote!(Self { #(#idents: #locals,)* });
    // One way out, and not one for each field, is less to check and to compile. Rules look at what was read
    // before it is known whether all of it was, and need to know its type.
    let tys = fields.iter().map(|field| &field.ty);
    let (read_first, values) = if model.rules.is_empty() {
        (None, quote!((#(#reads,)*)))
    } else {
        (Some(quote!(#(let #locals: __c::Option<#tys> = #reads;)*)), quote!((#(#locals,)*)))
    };
    let all_read = (!fields.is_empty()).then(|| {
        quote! {
            let (#(__c::Some(#locals),)*) = #values else {
                return __c::None;
            };
        }
    });
    let validated = match &model.validate {
        None => quote!(__c::Some(#built)),
        Some((function, _)) => {
            // All of the call on the function: a wrong signature is its fault.
            let Extent { first, last } = Extent::of(function);
            let mut built_by_reference = Group::new(Delimiter::Parenthesis, quote_spanned!(first=> &built));
            built_by_reference.set_span(last);
            quote_spanned! {first=>
                let built = #built;
                reader.validated(&__GROUP, #function #built_by_reference)?;
                __c::Some(built)
            }
        }
    };
    quote! {
        fn read(reader: &mut __c::Reader<'_>) -> __c::Option<Self> {
            #read_first
            #(#rules)*
            #all_read
            #validated
        }
    }
}

/// The check of a rule: what the compiled rule says, where all fields that it reads could be read.
fn check(at: usize, rule: &RuleModel, fields: &[FieldModel]) -> TokenStream {
    let number = Index::from(at);
    let expression = &rule.compiled;
    let bound = rule.bound.iter().map(|field| {
        let (ident, local) = (&fields[*field].ident, local(*field));
        let ident = syn::Ident::new(&ident.to_string(), Span::call_site());
        quote!(let #ident = #local.as_ref()?;)
    });
    let captured = rule.captured.iter().map(|field| {
        let (captured, local) = (captured(*field), local(*field));
        quote!(let #captured = #local.as_ref()?;)
    });
    // On the expression, which is at fault where it is no truth value.
    let holds = Ident::new("holds", Span::mixed_site());
    let declared = quote_spanned!(rule.extent.first=> let #holds: __c::bool);
    quote! {
        let rule = || { #(#captured)* #(#bound)* #declared = #expression; __c::Some(#holds) };
        reader.rule(&__GROUP, #number, rule);
    }
}

fn debug(model: &Model, fields: &[FieldModel]) -> TokenStream {
    let ident = &model.ident;
    let fields = fields.iter().map(field::shown);
    // Not marked as derived: the compiler would warn of fields that are shown, and not read otherwise.
    quote! {
        impl __c::fmt::Debug for #ident {
            fn fmt(&self, f: &mut __c::fmt::Formatter<'_>) -> __c::fmt::Result {
                __GROUP.show(f, &[#(#fields),*])
            }
        }
    }
}
