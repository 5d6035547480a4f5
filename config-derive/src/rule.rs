//! Rules: an expression over fields, as Rust and as data.

mod closed;
mod fields;

use proc_macro2::{Span, TokenStream, TokenTree};
use quote::quote;
use syn::{Expr, Ident, LitStr, Token, ext::IdentExt, parse::ParseStream};

pub(crate) use self::closed::{Form, word};
use self::{closed::Closed, fields::Fields};
use crate::{
    errors::{Errors, Result, at},
    literal::Extent,
    options::{FromMeta, Meta, nearest},
};

/// `rule(EXPR, "message")` as written.
pub(crate) struct Rule {
    expression: TokenStream,
    /// The same as a tree, where it is plain enough to be data.
    tree: Option<Expr>,
    message: LitStr,
}

/// A rule as meant.
pub(crate) struct RuleModel {
    pub(crate) message: LitStr,
    /// The expression as it is cited.
    pub(crate) source: String,
    /// The keys that it reads, such as `pool.max`.
    pub(crate) operands: Vec<String>,
    /// The expression over the local variables of the fields.
    pub(crate) compiled: TokenStream,
    /// Fields that a macro in the expression names, which must be bound under their own names.
    pub(crate) bound: Vec<usize>,
    /// Fields that a closure in the expression reads.
    pub(crate) captured: Vec<usize>,
    /// The expression as data, in the closed form.
    pub(crate) closed: Option<Form>,
    /// Words of closed sets in the data: each a constant of its own.
    pub(crate) words: Vec<Expr>,
    pub(crate) extent: Extent,
}

impl FromMeta for Rule {
    fn from_meta(item: &Meta) -> Result<Self> {
        const FORM: &str = "write `rule(expression, \"what is wrong where it does not hold\")`";
        let Meta::List(list) = item else {
            return Err(at(item.path(), FORM));
        };
        list.parse_args_with(|input: ParseStream<'_>| {
            let (expression, tree) = expression(input)?;
            input.parse::<Token![,]>()?;
            let message = input.parse()?;
            input.parse::<Option<Token![,]>>()?;
            Ok(Self { expression, tree, message })
        })
        .map_err(|error| at(&error.span(), format!("{FORM}: {error}")))
    }
}

/// The expression before the message: all up to the last comma that has something behind it, where it is more than a
/// tree can have.
fn expression(input: ParseStream<'_>) -> Result<(TokenStream, Option<Expr>)> {
    let rest: Vec<TokenTree> = input.fork().parse::<TokenStream>()?.into_iter().collect();
    let is_comma = |token: &TokenTree| matches!(token, TokenTree::Punct(comma) if comma.as_char() == ',');
    let last = rest.len().saturating_sub(1);
    let comma = rest[..last].iter().rposition(is_comma).unwrap_or(rest.len());
    let written: TokenStream = rest[..comma].iter().cloned().collect();
    if fields::is_plain(written.clone()) {
        // Where there is no expression, `syn` speaks of those that only some builds of it read.
        let tree: Expr = input.parse().map_err(|error: syn::Error| match error.to_string() {
            text if text.starts_with("unsupported") => at(&error.span(), "expected an expression"),
            _ => error,
        })?;
        return Ok((quote!(#tree), Some(tree)));
    }
    for _ in 0..comma {
        input.parse::<TokenTree>()?;
    }
    Ok((written, None))
}

/// The local variable that holds the field with this number while the struct is read.
pub(crate) fn local(field: usize) -> Ident {
    Ident::new(&format!("f{field}"), Span::mixed_site())
}

/// The local variable that holds the field with this number for the closures of a rule.
pub(crate) fn captured(field: usize) -> Ident {
    Ident::new(&format!("captured_{field}"), Span::mixed_site())
}

impl Rule {
    /// What the rule means for a struct with these fields.
    pub(crate) fn model(self, fields: &[String], errors: &mut Errors) -> Option<RuleModel> {
        let mut read = Fields::of(fields);
        let compiled = read.replaced(self.expression.clone());
        let Fields { operands, unknown, reads_any, bound, captured, .. } = read;
        let mut closed = Closed { fields, operands: &operands, words: Vec::new() };
        let data = self.tree.as_ref().and_then(|tree| closed.expression(tree));
        let words = closed.words;
        for ident in &unknown {
            let names: Vec<&str> = fields.iter().map(String::as_str).collect();
            let message = format!("there is no key `{ident}` here");
            errors.push(at(
                ident,
                match nearest(&ident.to_string(), &names) {
                    Some(like) => format!("{message}; did you mean `{like}`?"),
                    None => format!("{message}; the keys are {}", names.join(", ")),
                },
            ));
        }
        if !unknown.is_empty() {
            return None;
        }
        if !reads_any && bound.is_empty() {
            let message =
                "the rule reads no key; write an expression over the fields, such as `pool.min <= pool.max`";
            errors.push(at(&self.expression, message));
            return None;
        }
        Some(RuleModel {
            source: cite(&self.expression),
            extent: Extent::of(&self.expression),
            message: self.message,
            operands,
            compiled,
            bound,
            captured,
            closed: data,
            words,
        })
    }
}

/// The expression as text, spaced as a person would.
fn cite(expression: &TokenStream) -> String {
    // The compiler breaks the lines of long expressions.
    let tokens = expression.to_string().replace('\n', " ");
    let tight = [
        (" . ", "."),
        ("! ", "!"),
        (" ()", "()"),
        (" (", "("),
        ("( ", "("),
        (" )", ")"),
        (" :: ", "::"),
        ("& self", "&self"),
    ];
    let text = tight.iter().fold(tokens, |text, (from, to)| text.replace(from, to));
    // A parenthesis behind an operator is not a call.
    ["&&", "||", "==", "!=", "<=", ">=", "<", ">", "+", "-", "*", "/", "%"]
        .iter()
        .fold(text, |text, operator| text.replace(&format!(" {operator}("), &format!(" {operator} (")))
}

fn position(fields: &[String], ident: &Ident) -> Option<usize> {
    let name = ident.unraw().to_string();
    fields.iter().position(|field| *field == name)
}
