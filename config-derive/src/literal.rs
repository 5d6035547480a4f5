//! Values as they are written in attributes, turned into text in the syntax of the key's type.

use proc_macro2::Span;
use quote::ToTokens;
use syn::{Expr, ExprLit, ExprUnary, Lit, UnOp};

use crate::{
    errors::{Errors, Result, at},
    options::{FromMeta, Meta, value},
    value::{Bounds, Value, plain},
};

/// From the first token of something to its last: spans can be joined on nightly compilers only.
#[derive(Clone, Copy)]
pub(crate) struct Extent {
    pub(crate) first: Span,
    pub(crate) last: Span,
}

/// One literal.
#[derive(Clone)]
pub(crate) struct Literal {
    pub(crate) text: String,
    pub(crate) form: Form,
    pub(crate) extent: Extent,
}

/// How a value is written.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// In quotes: a text, or a character.
    Text,
    Number,
    Truth,
}

/// One literal, or an array of them.
#[derive(Clone)]
pub(crate) struct Literals {
    pub(crate) items: Vec<Literal>,
    pub(crate) is_array: bool,
    pub(crate) extent: Extent,
}

/// `A..=B`, `A..B`, `A..` or `..=B`.
pub(crate) struct Range {
    pub(crate) min: Option<Literal>,
    pub(crate) max: Option<Literal>,
    pub(crate) excludes_max: bool,
    pub(crate) extent: Extent,
}

/// A range of lengths, or one length.
pub(crate) struct Length {
    pub(crate) min: usize,
    pub(crate) max: Option<usize>,
    pub(crate) extent: Extent,
}

impl Extent {
    /// Of all tokens of `node`.
    pub(crate) fn of(node: &impl ToTokens) -> Self {
        let mut spans = node.to_token_stream().into_iter().map(|token| token.span());
        let first = spans.next().unwrap_or_else(Span::call_site);
        Self { first, last: spans.last().unwrap_or(first) }
    }
}

impl From<Span> for Extent {
    fn from(span: Span) -> Self {
        Self { first: span, last: span }
    }
}

impl Literal {
    fn of(expr: &Expr) -> Result<Self> {
        let expr = plain(expr);
        let written = match expr {
            Expr::Lit(ExprLit { lit, .. }) => written(lit)?,
            Expr::Unary(ExprUnary { op: UnOp::Neg(_), expr, .. }) => match plain(expr) {
                Expr::Lit(ExprLit { lit: lit @ (Lit::Int(_) | Lit::Float(_)), .. }) => {
                    written(lit)?.map(|(text, form)| (format!("-{text}"), form))
                }
                _ => None,
            },
            _ => None,
        };
        match written {
            Some((text, form)) => Ok(Self { text, form, extent: Extent::of(expr) }),
            None => Err(no_literal(expr)),
        }
    }
}

fn no_literal(place: &impl ToTokens) -> syn::Error {
    let message = "this is no literal; write a literal of the field's type, or its text in quotes, such as 8080, \
                   true or \"30s\"";
    at(place, message)
}

/// The text of a literal, where it is one that a value can be.
fn written(lit: &Lit) -> Result<Option<(String, Form)>> {
    const NUMBERS: [&str; 15] = [
        "", "u8", "u16", "u32", "u64", "u128", "usize", "i8", "i16", "i32", "i64", "i128", "isize", "f32",
        "f64",
    ];
    let suffix = match lit {
        Lit::Int(number) => number.suffix(),
        Lit::Float(number) => number.suffix(),
        _ => "",
    };
    if !NUMBERS.contains(&suffix) {
        let message = format!("a value with a unit stands in quotes; write \"{}\"", lit.to_token_stream());
        return Err(at(lit, message));
    }
    Ok(match lit {
        Lit::Str(text) => Some((text.value(), Form::Text)),
        Lit::Int(number) => Some((number.base10_digits().to_owned(), Form::Number)),
        Lit::Float(number) => Some((number.base10_digits().to_owned(), Form::Number)),
        Lit::Bool(truth) => Some((truth.value.to_string(), Form::Truth)),
        Lit::Char(char) => Some((char.value().to_string(), Form::Text)),
        _ => None,
    })
}

impl FromMeta for Literals {
    fn from_meta(item: &Meta) -> Result<Self> {
        let array = match value(item, "..")? {
            Value::Array(array) => array,
            Value::One(expr) => {
                let literal = Literal::of(expr)?;
                return Ok(Self { extent: literal.extent, items: vec![literal], is_array: false });
            }
            Value::Range(bounds) => return Err(no_literal(bounds)),
        };
        let mut errors = Errors::default();
        let items = array.items.iter().filter_map(|item| errors.handle(Literal::of(item))).collect();
        errors.finish_with(Self { items, is_array: true, extent: Extent::of(array) })
    }
}

impl Literals {
    /// How the value is written: an array as its first item that is not text.
    pub(crate) fn form(&self) -> Form {
        self.items.iter().map(|item| item.form).find(|form| *form != Form::Text).unwrap_or(Form::Text)
    }

    /// The text of the value: the items of an array joined as a list is written.
    pub(crate) fn text(&self, separator: char) -> String {
        if !self.is_array {
            return self.items[0].text.clone();
        }
        let quoted = self.items.iter().map(|item| {
            let text = &item.text;
            let is_plain =
                !text.is_empty() && !text.contains([separator, '"', '[', ']']) && text.trim() == text;
            if is_plain { text.clone() } else { format!("\"{}\"", text.replace('"', "\"\"")) }
        });
        quoted.collect::<Vec<_>>().join(&separator.to_string())
    }
}

impl FromMeta for Range {
    fn from_meta(item: &Meta) -> Result<Self> {
        match value(item, "1..=65535")? {
            Value::Range(bounds) => Self::of(bounds),
            other => Err(at(other, "write a range, such as 1..=65535 or \"1s\"..=\"5m\"")),
        }
    }
}

impl Range {
    fn of(range: &Bounds) -> Result<Self> {
        let mut errors = Errors::default();
        let mut bound =
            |bound: &Option<Expr>| bound.as_ref().and_then(|bound| errors.handle(Literal::of(bound)));
        let (min, max) = (bound(&range.start), bound(&range.end));
        if range.start.is_none() && range.end.is_none() {
            errors.push(at(range, "the range is open on both sides; give it a bound"));
        }
        let excludes_max = range.is_half_open && max.is_some();
        errors.finish_with(Self { min, max, excludes_max, extent: Extent::of(range) })
    }
}

impl FromMeta for Length {
    fn from_meta(item: &Meta) -> Result<Self> {
        const FORM: &str = "write a range of lengths, such as 8..=64, or one length";
        let number =
            |literal: &Literal| literal.text.parse::<usize>().map_err(|_| at(&literal.extent.first, FORM));
        let bounds = match value(item, "8..=64")? {
            Value::Range(bounds) => bounds,
            Value::One(expr) => {
                let length = number(&Literal::of(expr).map_err(|_| at(plain(expr), FORM))?)?;
                return Ok(Self { min: length, max: Some(length), extent: Extent::of(plain(expr)) });
            }
            Value::Array(array) => return Err(at(array, FORM)),
        };
        let range = Range::of(bounds)?;
        let min = range.min.as_ref().map(number).transpose()?.unwrap_or(0);
        let max = range.max.as_ref().map(number).transpose()?;
        let max = match max {
            Some(0) if range.excludes_max => {
                return Err(at(bounds, "no length is in that range; write `..=` for the last bound"));
            }
            Some(max) if range.excludes_max => Some(max - 1),
            max => max,
        };
        Ok(Self { min, max, extent: range.extent })
    }
}
