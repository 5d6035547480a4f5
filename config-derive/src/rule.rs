//! Rules: an expression over fields, as Rust and as data.

use proc_macro2::{Literal, Span, TokenStream, TokenTree};
use quote::{ToTokens, format_ident, quote};
use syn::{
    BinOp, Expr, ExprField, ExprMethodCall, ExprPath, Ident, Lit, LitStr, Member, Meta, UnOp, ext::IdentExt,
    visit_mut::VisitMut,
};

use crate::{
    errors::{Errors, Result, at},
    json::{Holed, quoted},
    literal::Extent,
    options::{FromMeta, nearest},
};

/// `rule(EXPR, "message")` as written.
pub(crate) struct Rule {
    expression: Expr,
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
    pub(crate) compiled: Expr,
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

impl FromMeta for Rule {
    fn from_meta(item: &Meta) -> Result<Self> {
        const FORM: &str = "write `rule(expression, \"what is wrong where it does not hold\")`";
        let Meta::List(list) = item else {
            return Err(at(item.path(), FORM));
        };
        list.parse_args_with(|input: syn::parse::ParseStream<'_>| {
            let expression = input.parse()?;
            input.parse::<syn::Token![,]>()?;
            let message = input.parse()?;
            input.parse::<Option<syn::Token![,]>>()?;
            Ok(Self { expression, message })
        })
        .map_err(|error| at(&error.span(), format!("{FORM}: {error}")))
    }
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
        let mut operands = Operands { fields, paths: Vec::new(), unknown: Vec::new() };
        operands.read(&self.expression);
        let mut closed = Closed { fields, operands: &operands.paths, words: Vec::new() };
        let data = closed.expression(&self.expression);
        let words = closed.words;
        let mut bound = Vec::new();
        let mut compiled = self.expression.clone();
        let mut rewrite = Rewrite {
            fields,
            bound: &mut bound,
            reads_any: false,
            captured: Vec::new(),
            closures: 0,
            hidden: Vec::new(),
        };
        rewrite.visit_expr_mut(&mut compiled);
        let (reads_any, captured) = (rewrite.reads_any, rewrite.captured);
        for ident in &operands.unknown {
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
        if !operands.unknown.is_empty() {
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
            operands: operands.paths,
            compiled,
            bound,
            captured,
            closed: data,
            words,
        })
    }
}

/// The expression as text, spaced as a person would.
fn cite(expression: &Expr) -> String {
    // The compiler breaks the lines of long expressions.
    let tokens = quote!(#expression).to_string().replace('\n', " ");
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

fn position(fields: &[String], ident: &Ident) -> Option<usize> {
    let name = ident.unraw().to_string();
    fields.iter().position(|field| *field == name)
}

/// Collects the keys that an expression reads.
struct Operands<'a> {
    fields: &'a [String],
    paths: Vec<String>,
    unknown: Vec<Ident>,
}

impl Operands<'_> {
    fn read(&mut self, expression: &Expr) {
        if let Some((root, path)) = field_path(expression) {
            match position(self.fields, &root) {
                Some(_) if self.paths.contains(&path) => {}
                Some(_) => self.paths.push(path),
                // A constant is written in upper case; everything else in lower case must be a key.
                None if root.to_string().starts_with(|first: char| first.is_lowercase()) => {
                    self.unknown.push(root);
                }
                None => {}
            }
            return;
        }
        match expression {
            Expr::Binary(binary) => {
                self.read(&binary.left);
                self.read(&binary.right);
            }
            Expr::Unary(unary) => self.read(&unary.expr),
            Expr::Paren(paren) => self.read(&paren.expr),
            Expr::Group(group) => self.read(&group.expr),
            Expr::Reference(reference) => self.read(&reference.expr),
            Expr::Cast(cast) => self.read(&cast.expr),
            Expr::Field(field) => self.read(&field.base),
            Expr::Index(index) => {
                self.read(&index.expr);
                self.read(&index.index);
            }
            Expr::MethodCall(call) => {
                self.read(&call.receiver);
                // A closure has names of its own.
                call.args
                    .iter()
                    .filter(|argument| !matches!(argument, Expr::Closure(_)))
                    .for_each(|argument| self.read(argument));
            }
            Expr::Call(call) => call.args.iter().for_each(|argument| self.read(argument)),
            Expr::Array(array) => array.elems.iter().for_each(|item| self.read(item)),
            Expr::Tuple(tuple) => tuple.elems.iter().for_each(|item| self.read(item)),
            Expr::Range(range) => {
                range.start.iter().chain(&range.end).for_each(|bound| self.read(bound));
            }
            // Everything else may have names of its own.
            _ => {}
        }
    }
}

/// Puts the local variables of fields in the place of their names.
struct Rewrite<'a> {
    fields: &'a [String],
    bound: &'a mut Vec<usize>,
    reads_any: bool,
    /// Fields that closures read, which cannot leave the rule where the field could not be read.
    captured: Vec<usize>,
    /// How many closures are around the expression.
    closures: usize,
    /// Names that the parameters of a closure have taken.
    hidden: Vec<String>,
}

impl VisitMut for Rewrite<'_> {
    fn visit_expr_mut(&mut self, expression: &mut Expr) {
        if let Expr::Path(ExprPath { path, qself: None, .. }) = expression
            && let Some(ident) = path.get_ident()
            && let Some(field) = position(self.fields, ident)
            && !self.hidden.contains(&self.fields[field])
        {
            self.reads_any = true;
            let span = ident.span();
            let mut local = if self.closures > 0 { captured(field) } else { local(field) };
            local.set_span(local.span().located_at(span));
            *expression = if self.closures > 0 {
                if !self.captured.contains(&field) {
                    self.captured.push(field);
                }
                syn::parse_quote_spanned!(span=> (*#local))
            } else {
                syn::parse_quote_spanned!(span=> (*#local.as_ref()?))
            };
            return;
        }
        syn::visit_mut::visit_expr_mut(self, expression);
    }

    fn visit_expr_closure_mut(&mut self, closure: &mut syn::ExprClosure) {
        let outer = self.hidden.len();
        for parameter in &closure.inputs {
            hide(parameter.to_token_stream(), &mut self.hidden);
        }
        self.closures += 1;
        self.visit_expr_mut(&mut closure.body);
        self.closures -= 1;
        self.hidden.truncate(outer);
    }

    fn visit_macro_mut(&mut self, node: &mut syn::Macro) {
        self.bind(node.tokens.clone());
    }
}

/// The names in a pattern.
fn hide(pattern: TokenStream, names: &mut Vec<String>) {
    for token in pattern {
        match token {
            TokenTree::Ident(ident) => names.push(ident.unraw().to_string()),
            TokenTree::Group(group) => hide(group.stream(), names),
            TokenTree::Punct(_) | TokenTree::Literal(_) => {}
        }
    }
}

impl Rewrite<'_> {
    /// Fields that are named inside a macro, which cannot be rewritten.
    fn bind(&mut self, tokens: TokenStream) {
        for token in tokens {
            match token {
                TokenTree::Ident(ident) => {
                    if let Some(field) = position(self.fields, &ident)
                        && !self.bound.contains(&field)
                    {
                        self.bound.push(field);
                    }
                }
                TokenTree::Group(group) => self.bind(group.stream()),
                TokenTree::Punct(_) | TokenTree::Literal(_) => {}
            }
        }
    }
}

/// Writes an expression as data, where it stays in the closed form.
struct Closed<'a> {
    fields: &'a [String],
    operands: &'a [String],
    words: Vec<Expr>,
}

impl Closed<'_> {
    fn expression(&mut self, expression: &Expr) -> Option<Form> {
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
