//! Values as they are written in attributes, turned into text in the syntax of the key's type.

use darling::{Error, FromMeta};
use proc_macro2::Span;
use syn::{Expr, ExprLit, ExprUnary, Lit, RangeLimits, UnOp, spanned::Spanned};

/// One literal.
#[derive(Clone)]
pub(crate) struct Literal {
    pub(crate) text: String,
    pub(crate) span: Span,
}

/// One literal, or an array of them.
#[derive(Clone)]
pub(crate) struct Literals {
    pub(crate) items: Vec<Literal>,
    pub(crate) is_array: bool,
    pub(crate) span: Span,
}

/// `A..=B`, `A..B`, `A..` or `..=B`.
pub(crate) struct Range {
    pub(crate) min: Option<Literal>,
    pub(crate) max: Option<Literal>,
    pub(crate) excludes_max: bool,
    pub(crate) span: Span,
}

/// A range of lengths, or one length.
pub(crate) struct Length {
    pub(crate) min: usize,
    pub(crate) max: Option<usize>,
    pub(crate) span: Span,
}

impl Literal {
    fn of(expr: &Expr) -> darling::Result<Self> {
        let text = match expr {
            Expr::Group(group) => return Self::of(&group.expr),
            Expr::Paren(paren) => return Self::of(&paren.expr),
            Expr::Lit(ExprLit { lit, .. }) => text_of(lit),
            Expr::Unary(ExprUnary { op: UnOp::Neg(_), expr, .. }) => match &**expr {
                Expr::Lit(ExprLit { lit: lit @ (Lit::Int(_) | Lit::Float(_)), .. }) => {
                    text_of(lit).map(|text| format!("-{text}"))
                }
                _ => None,
            },
            _ => None,
        };
        match text {
            Some(text) => Ok(Self { text, span: expr.span() }),
            None => Err(Error::custom(
                "write a literal of the field's type, or its text in quotes, such as 8080, true or \"30s\"",
            )
            .with_span(expr)),
        }
    }
}

fn text_of(lit: &Lit) -> Option<String> {
    match lit {
        Lit::Str(text) => Some(text.value()),
        Lit::Int(number) => Some(number.base10_digits().to_owned()),
        Lit::Float(number) => Some(number.base10_digits().to_owned()),
        Lit::Bool(truth) => Some(truth.value.to_string()),
        Lit::Char(char) => Some(char.value().to_string()),
        _ => None,
    }
}

impl FromMeta for Literal {
    fn from_expr(expr: &Expr) -> darling::Result<Self> {
        Self::of(expr)
    }
}

impl FromMeta for Literals {
    fn from_expr(expr: &Expr) -> darling::Result<Self> {
        let Expr::Array(array) = expr else {
            let literal = Literal::of(expr)?;
            return Ok(Self { span: literal.span, items: vec![literal], is_array: false });
        };
        let mut errors = Error::accumulator();
        let items = array.elems.iter().filter_map(|item| errors.handle(Literal::of(item))).collect();
        errors.finish_with(Self { items, is_array: true, span: array.span() })
    }
}

impl Literals {
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
    fn from_expr(expr: &Expr) -> darling::Result<Self> {
        let Expr::Range(range) = expr else {
            return Err(Error::custom("write a range, such as 1..=65535 or \"1s\"..=\"5m\"").with_span(expr));
        };
        let mut errors = Error::accumulator();
        let mut bound =
            |bound: &Option<Box<Expr>>| bound.as_ref().and_then(|bound| errors.handle(Literal::of(bound)));
        let (min, max) = (bound(&range.start), bound(&range.end));
        if range.start.is_none() && range.end.is_none() {
            errors.push(Error::custom("the range is open on both sides; give it a bound").with_span(expr));
        }
        let excludes_max = matches!(range.limits, RangeLimits::HalfOpen(_)) && max.is_some();
        errors.finish_with(Self { min, max, excludes_max, span: range.span() })
    }
}

impl FromMeta for Length {
    fn from_expr(expr: &Expr) -> darling::Result<Self> {
        const FORM: &str = "write a range of lengths, such as 8..=64, or one length";
        let number = |literal: &Literal| {
            literal.text.parse::<usize>().map_err(|_| Error::custom(FORM).with_span(&literal.span))
        };
        if !matches!(expr, Expr::Range(_)) {
            let length = number(&Literal::of(expr).map_err(|_| Error::custom(FORM).with_span(expr))?)?;
            return Ok(Self { min: length, max: Some(length), span: expr.span() });
        }
        let range = Range::from_expr(expr)?;
        let min = range.min.as_ref().map(number).transpose()?.unwrap_or(0);
        let max = range.max.as_ref().map(number).transpose()?;
        let max = match max {
            Some(0) if range.excludes_max => {
                return Err(Error::custom("no length is in that range; write `..=` for the last bound")
                    .with_span(expr));
            }
            Some(max) if range.excludes_max => Some(max - 1),
            max => max,
        };
        Ok(Self { min, max, span: range.span })
    }
}
