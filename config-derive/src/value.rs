//! What stands behind the `=` of an option.
//!
//! A literal, a path, an array or a range: less than an expression of Rust, so that `syn` is built without its feature
//! `full`, which takes as long to compile as all of this crate. Where another crate asks for it, all is read as without.

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::{Expr, ExprLit, ExprPath, ExprUnary, Lit, Token, UnOp, parse::ParseStream, punctuated::Punctuated};

use crate::errors::Result;

/// A value as written.
pub(crate) enum Value {
    /// Anything but an array or a range.
    One(Expr),
    Array(Array),
    Range(Box<Bounds>),
}

/// `[a, b]`.
pub(crate) struct Array {
    pub(crate) items: Vec<Expr>,
    tokens: TokenTree,
}

/// `a..=b`, `a..b`, `a..` or `..=b`.
pub(crate) struct Bounds {
    pub(crate) start: Option<Expr>,
    pub(crate) end: Option<Expr>,
    pub(crate) is_half_open: bool,
    tokens: TokenStream,
}

impl syn::parse::Parse for Value {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        if input.peek(syn::token::Bracket) {
            return array(input).map(Self::Array);
        }
        if let Some(inside) = only_group(&input.fork()) {
            input.parse::<TokenTree>()?;
            return syn::parse2(inside);
        }
        let start = if input.peek(Token![..]) { None } else { Some(one(input)?) };
        match start {
            Some(one) if !input.peek(Token![..]) => Ok(Self::One(one)),
            start => bounds(start, input).map(Box::new).map(Self::Range),
        }
    }
}

/// What is in the parentheses around all of a value, or in those that nobody sees and that a macro leaves behind.
fn only_group(input: ParseStream<'_>) -> Option<TokenStream> {
    match input.parse() {
        Ok(TokenTree::Group(group)) if input.is_empty() => {
            matches!(group.delimiter(), Delimiter::None | Delimiter::Parenthesis).then(|| group.stream())
        }
        _ => None,
    }
}

/// An expression, which does not go on behind `..`.
fn one(input: ParseStream<'_>) -> Result<Expr> {
    let ahead = input.fork();
    if ahead.parse::<Lit>().is_ok() && ahead.peek(Token![..]) {
        return input.parse().map(|lit| Expr::Lit(ExprLit { attrs: Vec::new(), lit }));
    }
    let ahead = input.fork();
    if ahead.parse::<ExprPath>().is_ok() && ahead.peek(Token![..]) {
        return input.parse().map(Expr::Path);
    }
    if input.peek(Token![-]) {
        let (op, expr) = (UnOp::Neg(input.parse()?), Box::new(one(input)?));
        return Ok(Expr::Unary(ExprUnary { attrs: Vec::new(), op, expr }));
    }
    input.parse()
}

fn array(input: ParseStream<'_>) -> Result<Array> {
    let tokens = input.fork().parse()?;
    let inside;
    syn::bracketed!(inside in input);
    let items = Punctuated::<Expr, Token![,]>::parse_terminated(&inside)?.into_iter().collect();
    Ok(Array { items, tokens })
}

fn bounds(start: Option<Expr>, input: ParseStream<'_>) -> Result<Bounds> {
    let is_half_open = !input.peek(Token![..=]);
    let dots = if is_half_open {
        input.parse::<Token![..]>()?.into_token_stream()
    } else {
        input.parse::<Token![..=]>()?.into_token_stream()
    };
    let end = if input.is_empty() { None } else { Some(one(input)?) };
    let tokens = quote!(#start #dots #end);
    Ok(Bounds { start, end, is_half_open, tokens })
}

impl Value {
    pub(crate) fn is_text(&self) -> bool {
        matches!(self, Self::One(Expr::Lit(ExprLit { lit: Lit::Str(_), .. })))
    }
}

impl ToTokens for Value {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        match self {
            Self::One(expr) => plain(expr).to_tokens(tokens),
            Self::Array(array) => array.to_tokens(tokens),
            Self::Range(bounds) => bounds.to_tokens(tokens),
        }
    }
}

impl ToTokens for Array {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        self.tokens.to_tokens(tokens);
    }
}

impl ToTokens for Bounds {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        self.tokens.to_tokens(tokens);
    }
}

/// An expression without the invisible groups around it, which macros leave behind.
pub(crate) fn plain(expr: &Expr) -> &Expr {
    match expr {
        Expr::Group(group) => plain(&group.expr),
        Expr::Paren(paren) => plain(&paren.expr),
        other => other,
    }
}
