//! The fields that an expression reads, and the local variables in their place.
//!
//! It goes by tokens, because an expression may be all that Rust has: what it means is the compiler's to say, and only
//! where the name of a field stands matters here.

use proc_macro2::{Delimiter, Group, Ident, TokenStream, TokenTree};
use quote::{quote, quote_spanned};
use syn::ext::IdentExt;

use super::{captured, local, position};

/// What was found in an expression.
pub(super) struct Fields<'a> {
    fields: &'a [String],
    /// The keys that it reads, such as `pool.max`.
    pub(super) operands: Vec<String>,
    /// Names that should be keys, and are none.
    pub(super) unknown: Vec<Ident>,
    pub(super) reads_any: bool,
    /// Fields that a macro names, which cannot be replaced there.
    pub(super) bound: Vec<usize>,
    /// Fields that closures read, which cannot leave the rule where the field could not be read.
    pub(super) captured: Vec<usize>,
    /// How many closures are around what is read.
    closures: usize,
    /// How much is around it that may have names of its own: closures, blocks, `match`.
    scopes: usize,
    /// Names that the parameters of closures have taken.
    hidden: Vec<String>,
}

/// Words behind which an expression begins, and which may bring names of their own.
const SCOPES: [&str; 9] = ["if", "match", "let", "for", "while", "loop", "unsafe", "async", "const"];
/// Words that are no names, besides those.
const WORDS: [&str; 14] = [
    "as", "break", "continue", "crate", "else", "false", "in", "move", "mut", "ref", "return", "self",
    "super", "true",
];

impl<'a> Fields<'a> {
    pub(super) fn of(fields: &'a [String]) -> Self {
        Self {
            fields,
            operands: Vec::new(),
            unknown: Vec::new(),
            reads_any: false,
            bound: Vec::new(),
            captured: Vec::new(),
            closures: 0,
            scopes: 0,
            hidden: Vec::new(),
        }
    }

    /// The tokens with local variables in the place of the names of fields.
    pub(super) fn replaced(&mut self, tokens: TokenStream) -> TokenStream {
        let tokens: Vec<TokenTree> = tokens.into_iter().collect();
        let has_scope = tokens.iter().any(|token| is_word(token, &SCOPES));
        self.scopes += usize::from(has_scope);
        let replaced = self.sequence(&tokens);
        self.scopes -= usize::from(has_scope);
        replaced
    }

    fn sequence(&mut self, tokens: &[TokenTree]) -> TokenStream {
        let mut replaced = TokenStream::new();
        let mut at = 0;
        while let Some(token) = tokens.get(at) {
            let (before, behind) = (&tokens[..at], &tokens[at + 1..]);
            match token {
                token if is_bar(token) && !ends_operand(before) => {
                    let (closure, length) = self.closure(&tokens[at..]);
                    replaced.extend(closure);
                    at += length;
                    continue;
                }
                token if is_bar(token) && behind.first().is_some_and(is_bar) => {
                    replaced.extend([token.clone(), behind[0].clone()]);
                    at += 1;
                }
                TokenTree::Ident(ident) if is_name(ident, before, behind) => {
                    self.name(ident, behind, &mut replaced)
                }
                TokenTree::Group(group) if !is_in_generics(before) => {
                    let inside = if is_macro(before) {
                        self.bind(group.stream());
                        group.stream()
                    } else {
                        self.inside(group)
                    };
                    let mut inside = Group::new(group.delimiter(), inside);
                    inside.set_span(group.span());
                    replaced.extend([TokenTree::Group(inside)]);
                }
                other => replaced.extend([other.clone()]),
            }
            at += 1;
        }
        replaced
    }

    /// What is in parentheses, brackets or braces; a block has names of its own.
    fn inside(&mut self, group: &Group) -> TokenStream {
        let is_block = group.delimiter() == Delimiter::Brace;
        self.scopes += usize::from(is_block);
        let inside = self.replaced(group.stream());
        self.scopes -= usize::from(is_block);
        inside
    }

    /// The closure at the begin of the tokens, and how many of them it is: its parameters are names of its own.
    fn closure(&mut self, tokens: &[TokenTree]) -> (TokenStream, usize) {
        let body = tokens.iter().skip(1).position(is_bar).map_or(tokens.len(), |bar| bar + 2);
        let end = tokens[body..].iter().position(is_comma).map_or(tokens.len(), |comma| body + comma);
        let parameters: TokenStream = tokens[..body].iter().cloned().collect();
        let outer = self.hidden.len();
        hide(parameters.clone(), &mut self.hidden);
        self.closures += 1;
        self.scopes += 1;
        let body = self.sequence(&tokens[body..end]);
        self.scopes -= 1;
        self.closures -= 1;
        self.hidden.truncate(outer);
        (quote!(#parameters #body), end)
    }

    /// A name that stands for a value.
    fn name(&mut self, ident: &Ident, behind: &[TokenTree], replaced: &mut TokenStream) {
        let field = position(self.fields, ident).filter(|field| !self.hidden.contains(&self.fields[*field]));
        let Some(field) = field else {
            // A constant is written in upper case; everything else in lower case must be a key.
            if self.scopes == 0 && ident.to_string().starts_with(|first: char| first.is_lowercase()) {
                self.unknown.push(ident.clone());
            }
            replaced.extend([TokenTree::Ident(ident.clone())]);
            return;
        };
        self.reads_any = true;
        let path = path(ident, behind);
        if self.scopes == 0 && !self.operands.contains(&path) {
            self.operands.push(path);
        }
        let span = ident.span();
        let mut local = if self.closures > 0 { captured(field) } else { local(field) };
        local.set_span(local.span().located_at(span));
        replaced.extend(if self.closures > 0 {
            if !self.captured.contains(&field) {
                self.captured.push(field);
            }
            quote_spanned!(span=> (*#local))
        } else {
            quote_spanned!(span=> (*#local.as_ref()?))
        });
    }

    /// Fields that are named inside a macro.
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

/// The path of fields that begins with a name: `pool.max`, without the method behind it.
fn path(name: &Ident, behind: &[TokenTree]) -> String {
    let mut path = name.unraw().to_string();
    let mut rest = behind;
    while let [TokenTree::Punct(dot), TokenTree::Ident(member), further @ ..] = rest
        && dot.as_char() == '.'
        && !is_called(further)
    {
        path = format!("{path}.{}", member.unraw());
        rest = further;
    }
    path
}

/// Whether a name is one of a value: no member, no part of a path, no function, macro, type or label.
fn is_name(ident: &Ident, before: &[TokenTree], behind: &[TokenTree]) -> bool {
    let is = |token: Option<&TokenTree>, chars: &[char]| matches!(token, Some(TokenTree::Punct(punct)) if chars.contains(&punct.as_char()));
    let token = TokenTree::Ident(ident.clone());
    let last = before.last();
    let second = before.len().checked_sub(2).map(|at| &before[at]);
    let is_member = is(last, &['.']) && !is(second, &['.']);
    let is_segment = (is(last, &[':']) && is(second, &[':'])) || is(behind.first(), &[':']);
    let is_macro = is(behind.first(), &['!']) && matches!(behind.get(1), Some(TokenTree::Group(_)));
    let is_type = last.is_some_and(|last| is_word(last, &["as"])) || is_in_generics(before);
    !(is_word(&token, &SCOPES) || is_word(&token, &WORDS))
        && !(is_member || is_segment || is_macro || is_type || is_called(behind) || is(last, &['\'']))
}

/// Whether `::<` is open.
fn is_in_generics(before: &[TokenTree]) -> bool {
    let mut closed = 0_usize;
    before.iter().enumerate().rev().any(|(at, token)| {
        let opens = match token {
            TokenTree::Punct(angle) if angle.as_char() == '>' => {
                closed += 1;
                false
            }
            TokenTree::Punct(angle) if angle.as_char() == '<' && closed > 0 => {
                closed -= 1;
                false
            }
            TokenTree::Punct(angle) => angle.as_char() == '<',
            _ => false,
        };
        opens && matches!(&before[..at], [.., TokenTree::Punct(colon)] if colon.as_char() == ':')
    })
}

/// Whether the parentheses of a call stand behind a name.
fn is_called(behind: &[TokenTree]) -> bool {
    matches!(behind.first(), Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Parenthesis)
        || matches!(behind, [TokenTree::Punct(one), TokenTree::Punct(other), TokenTree::Punct(open), ..]
            if one.as_char() == ':' && other.as_char() == ':' && open.as_char() == '<')
}

/// Whether `name!` stands before a group.
fn is_macro(before: &[TokenTree]) -> bool {
    matches!(before, [.., TokenTree::Ident(_), TokenTree::Punct(mark)] if mark.as_char() == '!')
}

/// Whether an operand ends before this, so that `|` is an operator.
fn ends_operand(before: &[TokenTree]) -> bool {
    match before.last() {
        Some(TokenTree::Ident(_)) => !before
            .last()
            .is_some_and(|last| is_word(last, &SCOPES) || is_word(last, &["move", "return", "else", "in"])),
        Some(TokenTree::Group(_) | TokenTree::Literal(_)) => true,
        Some(TokenTree::Punct(punct)) => punct.as_char() == '?',
        None => false,
    }
}

fn is_bar(token: &TokenTree) -> bool {
    matches!(token, TokenTree::Punct(bar) if bar.as_char() == '|')
}

fn is_comma(token: &TokenTree) -> bool {
    matches!(token, TokenTree::Punct(comma) if comma.as_char() == ',')
}

fn is_word(token: &TokenTree, words: &[&str]) -> bool {
    matches!(token, TokenTree::Ident(ident) if words.iter().any(|word| ident == word))
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

/// Whether `syn` reads the expression with those parts of it that are built: operators, calls, fields and literals.
/// Everything else is read by the compiler alone.
pub(super) fn is_plain(tokens: TokenStream) -> bool {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    tokens.iter().enumerate().all(|(at, token)| {
        let before = &tokens[..at];
        match token {
            TokenTree::Group(_) if is_macro(before) => true,
            TokenTree::Group(group) => match group.delimiter() {
                Delimiter::Brace => false,
                Delimiter::Bracket if !ends_operand(before) => false,
                _ => is_plain(group.stream()),
            },
            bar if is_bar(bar) => ends_operand(before) || matches!(before, [.., first] if is_bar(first)),
            TokenTree::Punct(dot) if dot.as_char() == '.' => {
                !matches!(tokens.get(at + 1), Some(TokenTree::Punct(next)) if next.as_char() == '.')
            }
            other => !is_word(other, &SCOPES) && !is_word(other, &["move", "return", "break", "continue"]),
        }
    })
}
