//! The derive macros of `confident`.
//!
//! Attributes as written (`attributes`) become the model as meant (`model`), and that becomes code
//! (`codegen`). Only the model decides anything.

mod attributes;
mod codegen;
mod doc;
mod errors;
mod json;
mod literal;
mod model;
mod names;
mod options;
mod rule;
mod store;
mod value;
mod words;

use proc_macro::TokenStream;
use syn::{DeriveInput, parse_macro_input};

/// Makes a documented struct the contract of a configuration: its manifest, and the load that reads
/// it.
///
/// The README of `confident` has the table of options.
#[proc_macro_derive(Config, attributes(config))]
pub fn derive_config(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    expand_config(&input).into()
}

/// Makes a unit enum a closed set of documented words.
#[proc_macro_derive(ConfigValue, attributes(config))]
pub fn derive_config_value(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    words::expand(&input).into()
}

fn expand_config(input: &DeriveInput) -> proc_macro2::TokenStream {
    let mut errors = errors::Errors::default();
    let written = attributes::Container::read(input, &mut errors);
    let model = model::Model::new(input, written, &mut errors);
    match errors.finish() {
        Ok(()) => codegen::config(&model),
        // Key by key what could be understood is still proved, so that all mistakes come at once.
        Err(errors) => codegen::failed(&model, errors),
    }
}

#[cfg(test)]
mod expansion;
