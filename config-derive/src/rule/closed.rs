//! The closed form: what a rule says, as data.

use proc_macro2::{Literal, Span, TokenStream};
use quote::{format_ident, quote};
use syn::{BinOp, Expr, ExprField, ExprMethodCall, ExprPath, Ident, Lit, Member, UnOp, ext::IdentExt};

use super::position;
use crate::json::{Holed, quoted};

/// The closed form of a rule, as `Expression` of `confident-core`.
pub(crate) enum Form {
    Operand(usize),
    Bool(bool),
    Integer(i128),
    Float(f64),
    Text(String),
    /// The word with this number.
    Word(usize),
    Some(Box<Form>),
    Not(Box<Form>),
    Binary(Box<Form>, &'static str, Box<Form>),
    /// `IsSome`, `Len`, .. of the operand with this number.
    Method(&'static str, usize),
}

/// The path of fields that an expression is, such as `pool.max`.
fn field_path(expression: &Expr) -> Option<(Ident, String)> {
    match expression {
        Expr::Paren(paren) => field_path(&paren.expr),
        Expr::Path(ExprPath { path, qself: None, .. }) => {
            let ident = path.get_ident()?;
            Some((ident.clone(), ident.unraw().to_string()))
        }
        Expr::Field(ExprField { base, member: Member::Named(member), .. }) => {
            let (root, path) = field_path(base)?;
            Some((root, format!("{path}.{}", member.unraw())))
        }
        _ => None,
    }
}

/// Writes an expression as data, where it stays in the closed form.
pub(super) struct Closed<'a> {
    pub(super) fields: &'a [String],
    pub(super) operands: &'a [String],
    pub(super) words: Vec<Expr>,
}

impl Closed<'_> {
    pub(super) fn expression(&mut self, expression: &Expr) -> Option<Form> {
        if let Some(operand) = self.operand(expression) {
            return Some(Form::Operand(operand));
        }
        match expression {
            Expr::Paren(paren) => self.expression(&paren.expr),
            Expr::Group(group) => self.expression(&group.expr),
            Expr::Lit(literal) => self.literal(&literal.lit, false),
            Expr::Unary(unary) => match (&unary.op, &*unary.expr) {
                (UnOp::Neg(_), Expr::Lit(literal)) => self.literal(&literal.lit, true),
                (UnOp::Not(_), inner) => Some(Form::Not(Box::new(self.expression(inner)?))),
                _ => None,
            },
            Expr::Binary(binary) => {
                let operator = operator(&binary.op)?;
                let left = self.expression(&binary.left)?;
                let right = self.expression(&binary.right)?;
                Some(Form::Binary(Box::new(left), operator, Box::new(right)))
            }
            Expr::MethodCall(call) => self.method(call),
            Expr::Call(call) => match (&*call.func, call.args.first()) {
                (Expr::Path(function), Some(inner)) if function.path.is_ident("Some") => {
                    Some(Form::Some(Box::new(self.expression(inner)?)))
                }
                _ => None,
            },
            Expr::Path(path) if is_variant(path) => {
                self.words.push(expression.clone());
                Some(Form::Word(self.words.len() - 1))
            }
            _ => None,
        }
    }

    fn operand(&self, expression: &Expr) -> Option<usize> {
        let (root, path) = field_path(expression)?;
        position(self.fields, &root)?;
        self.operands.iter().position(|operand| *operand == path)
    }

    fn method(&self, call: &ExprMethodCall) -> Option<Form> {
        if !call.args.is_empty() || call.turbofish.is_some() {
            return None;
        }
        let operand = self.operand(&call.receiver)?;
        let method = match call.method.to_string().as_str() {
            "is_some" => "IsSome",
            "is_none" => "IsNone",
            "is_empty" => "IsEmpty",
            "len" => "Len",
            _ => return None,
        };
        Some(Form::Method(method, operand))
    }

    fn literal(&self, literal: &Lit, negative: bool) -> Option<Form> {
        match literal {
            Lit::Int(number) => {
                let number = number.base10_parse::<i128>().ok()?;
                Some(Form::Integer(if negative { -number } else { number }))
            }
            Lit::Float(number) => {
                let number = number.base10_parse::<f64>().ok()?;
                Some(Form::Float(if negative { -number } else { number }))
            }
            Lit::Bool(truth) if !negative => Some(Form::Bool(truth.value)),
            Lit::Str(text) if !negative => Some(Form::Text(text.value())),
            _ => None,
        }
    }
}

impl Form {
    /// The form as an `Expression`.
    pub(crate) fn tokens(&self) -> TokenStream {
        match self {
            Self::Operand(at) => method("Operand", *at),
            Self::Method(name, at) => method(name, *at),
            Self::Bool(truth) => quote!(__c::E::Bool(#truth)),
            Self::Integer(number) => {
                let number = Literal::i128_unsuffixed(*number);
                quote!(__c::E::Integer(#number))
            }
            Self::Float(number) => {
                let number = Literal::f64_unsuffixed(*number);
                quote!(__c::E::Float(#number))
            }
            Self::Text(text) => quote!(__c::E::Text(#text)),
            Self::Word(at) => {
                let name = word(*at);
                quote!(__c::E::Text(#name))
            }
            Self::Some(inner) => {
                let inner = inner.tokens();
                quote!(__c::E::Some(&#inner))
            }
            Self::Not(inner) => {
                let inner = inner.tokens();
                quote!(__c::E::Not(&#inner))
            }
            Self::Binary(left, operator, right) => {
                let (left, right) = (left.tokens(), right.tokens());
                let operator = Ident::new(operator, Span::call_site());
                quote!(__c::E::Binary(&#left, __c::Op::#operator, &#right))
            }
        }
    }

    /// The form as JSON, with a hole for each word.
    pub(crate) fn write(&self, json: &mut Holed) {
        let mut one = |name: &str, value: &str| json.push(&format!("{{\"{name}\":{value}}}"));
        match self {
            Self::Operand(at) => one("operand", &at.to_string()),
            Self::Method(name, at) => {
                one(&ident_case::RenameRule::SnakeCase.apply_to_variant(name), &at.to_string());
            }
            Self::Bool(truth) => one("bool", &truth.to_string()),
            // As text: most readers of JSON know no whole number this large.
            Self::Integer(number) => one("integer", &quoted(&number.to_string())),
            Self::Float(number) => one("float", &format!("{number:?}")),
            Self::Text(text) => one("text", &quoted(text)),
            Self::Word(_) => {
                json.push("{\"text\":");
                json.hole();
                json.push("}");
            }
            Self::Some(inner) | Self::Not(inner) => {
                json.push(if matches!(self, Self::Some(_)) { "{\"some\":" } else { "{\"not\":" });
                inner.write(json);
                json.push("}");
            }
            Self::Binary(left, operator, right) => {
                json.push("{\"binary\":{\"left\":");
                left.write(json);
                let operator = ident_case::RenameRule::SnakeCase.apply_to_variant(*operator);
                json.push(&format!(",\"operator\":\"{operator}\",\"right\":"));
                right.write(json);
                json.push("}}");
            }
        }
    }
}

fn method(name: &str, operand: usize) -> TokenStream {
    let (name, operand) = (Ident::new(name, Span::call_site()), Literal::usize_unsuffixed(operand));
    quote!(__c::E::#name(#operand))
}

/// The constant that holds a word of a rule.
pub(crate) fn word(at: usize) -> Ident {
    format_ident!("__WORD_{at}")
}

/// Whether a path names a variant of an enum: `CacheType::Redis`.
fn is_variant(path: &ExprPath) -> bool {
    let mut segments = path.path.segments.iter().rev();
    let is_camel = |ident: &Ident| {
        let name = ident.unraw().to_string();
        name.starts_with(|first: char| first.is_uppercase())
            && (name.len() == 1 || name.contains(|char: char| char.is_lowercase()))
    };
    match (segments.next(), segments.next()) {
        (Some(variant), Some(name)) => {
            // `Level::HS256` is a variant too, `u32::MAX` and `Duration::ZERO` are not.
            let is_own = !["Duration", "Ipv4Addr", "Ipv6Addr"].contains(&name.ident.to_string().as_str());
            is_camel(&name.ident) && variant.arguments.is_none() && is_own
        }
        _ => false,
    }
}

/// The name of the operator in `Operator` of `confident-core`.
fn operator(operator: &BinOp) -> Option<&'static str> {
    Some(match operator {
        BinOp::And(_) => "And",
        BinOp::Or(_) => "Or",
        BinOp::Eq(_) => "Equal",
        BinOp::Ne(_) => "NotEqual",
        BinOp::Lt(_) => "Less",
        BinOp::Le(_) => "AtMost",
        BinOp::Gt(_) => "More",
        BinOp::Ge(_) => "AtLeast",
        BinOp::Add(_) => "Add",
        BinOp::Sub(_) => "Subtract",
        BinOp::Mul(_) => "Multiply",
        BinOp::Div(_) => "Divide",
        BinOp::Rem(_) => "Remainder",
        _ => return None,
    })
}
