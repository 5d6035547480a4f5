//! Rules between keys, as data: the expression that rustc compiled, in a form that can be shown,
//! translated, and evaluated without the program.

use super::{Phrase, constraint::compare};
use crate::grammar::{Integer, Scalar};

/// A rule between keys of one group and of the groups in it.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Rule {
    /// What is wrong where it does not hold.
    pub message: &'static str,
    /// The expression as written.
    pub source: &'static str,
    /// The fields it reads, as written, such as `pool.max`.
    pub operands: &'static [&'static str],
    /// The expression as data, where it stays in the closed form. Without it, only the application
    /// can check the rule.
    pub expression: Option<Expression>,
}

/// The closed form of a rule.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum Expression {
    /// The value of the operand with this number.
    Operand(usize),
    /// A truth value.
    Bool(bool),
    /// A whole number.
    Integer(i128),
    /// A decimal number.
    Float(f64),
    /// Text, or a word of a closed set.
    Text(&'static str),
    /// `Some(a)`, to compare an optional operand with.
    Some(&'static Expression),
    /// `!a`
    Not(&'static Expression),
    /// `a && b`, `a < b`, `a + b`, ...
    Binary(&'static Expression, Operator, &'static Expression),
    /// `a.is_some()`
    IsSome(usize),
    /// `a.is_none()`
    IsNone(usize),
    /// `a.is_empty()`
    IsEmpty(usize),
    /// `a.len()`
    Len(usize),
}

/// The operators of the closed form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Operator {
    /// `&&`
    And,
    /// `||`
    Or,
    /// `==`
    Equal,
    /// `!=`
    NotEqual,
    /// `<`
    Less,
    /// `<=`
    AtMost,
    /// `>`
    More,
    /// `>=`
    AtLeast,
    /// `+`
    Add,
    /// `-`
    Subtract,
    /// `*`
    Multiply,
    /// `/`
    Divide,
    /// `%`
    Remainder,
}

/// What is known of one operand.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum Fact<'a> {
    /// Nothing: the key failed, or its value is not known here.
    Unknown,
    /// The key is optional and no source has it.
    Absent,
    /// The value of the key.
    Present {
        /// The value.
        value: Scalar<'a>,
        /// The length of its text in bytes, where it is text.
        bytes: usize,
    },
}

impl Rule {
    /// A rule that only the application can check.
    pub const fn opaque(
        message: &'static str,
        source: &'static str,
        operands: &'static [&'static str],
    ) -> Self {
        Self { message, source, operands, expression: None }
    }

    /// A rule in the closed form.
    pub const fn closed(
        message: &'static str,
        source: &'static str,
        operands: &'static [&'static str],
        expression: Expression,
    ) -> Self {
        Self { message, source, operands, expression: Some(expression) }
    }

    /// Whether the rule holds; `None` where the facts do not decide it.
    pub const fn holds(&self, facts: &[Fact<'_>]) -> Option<bool> {
        match &self.expression {
            Some(expression) => match expression.value(facts) {
                Some(Scalar::Bool(holds)) => Some(holds),
                _ => None,
            },
            None => None,
        }
    }

    /// The rule as a compile error cites it.
    pub const fn phrase(&self, phrase: Phrase) -> Phrase {
        phrase.code(self.source)
    }
}

impl Expression {
    /// The value of the expression; `None` where the facts do not decide it.
    pub const fn value<'a>(&self, facts: &[Fact<'a>]) -> Option<Scalar<'a>>
    where
        'static: 'a,
    {
        match self {
            Self::Operand(at) => match facts[*at] {
                Fact::Present { value, .. } => Some(value),
                Fact::Unknown | Fact::Absent => None,
            },
            Self::Bool(value) => Some(Scalar::Bool(*value)),
            Self::Integer(value) => Some(Scalar::Integer(Integer::signed(*value))),
            Self::Float(value) => Some(Scalar::Float(*value)),
            Self::Text(value) => Some(Scalar::Text(value)),
            Self::Some(inner) => inner.value(facts),
            Self::Not(inner) => match inner.value(facts) {
                Some(Scalar::Bool(value)) => Some(Scalar::Bool(!value)),
                _ => None,
            },
            Self::IsSome(at) => presence(facts[*at], true),
            Self::IsNone(at) => presence(facts[*at], false),
            Self::IsEmpty(at) => match length(facts[*at]) {
                Some(length) => Some(Scalar::Bool(length == 0)),
                None => None,
            },
            Self::Len(at) => match length(facts[*at]) {
                Some(length) => Some(Scalar::Integer(Integer::positive(length as u128))),
                None => None,
            },
            Self::Binary(left, Operator::And, right) => match (left.value(facts), right.value(facts)) {
                (Some(Scalar::Bool(false)), _) | (_, Some(Scalar::Bool(false))) => Some(Scalar::Bool(false)),
                (Some(Scalar::Bool(true)), Some(Scalar::Bool(true))) => Some(Scalar::Bool(true)),
                _ => None,
            },
            Self::Binary(left, Operator::Or, right) => match (left.value(facts), right.value(facts)) {
                (Some(Scalar::Bool(true)), _) | (_, Some(Scalar::Bool(true))) => Some(Scalar::Bool(true)),
                (Some(Scalar::Bool(false)), Some(Scalar::Bool(false))) => Some(Scalar::Bool(false)),
                _ => None,
            },
            Self::Binary(Self::Operand(at), Operator::Equal, Self::Some(_))
            | Self::Binary(Self::Some(_), Operator::Equal, Self::Operand(at))
                if matches!(facts[*at], Fact::Absent) =>
            {
                Some(Scalar::Bool(false))
            }
            Self::Binary(Self::Operand(at), Operator::NotEqual, Self::Some(_))
            | Self::Binary(Self::Some(_), Operator::NotEqual, Self::Operand(at))
                if matches!(facts[*at], Fact::Absent) =>
            {
                Some(Scalar::Bool(true))
            }
            Self::Binary(left, operator, right) => match (left.value(facts), right.value(facts)) {
                (Some(left), Some(right)) => apply(left, *operator, right),
                _ => None,
            },
        }
    }
}

const fn presence<'a>(fact: Fact<'a>, wanted: bool) -> Option<Scalar<'a>> {
    match fact {
        Fact::Unknown => None,
        Fact::Absent => Some(Scalar::Bool(!wanted)),
        Fact::Present { .. } => Some(Scalar::Bool(wanted)),
    }
}

const fn length(fact: Fact<'_>) -> Option<usize> {
    match fact {
        Fact::Present { value: Scalar::Many(count), .. } => Some(count),
        Fact::Present { value: Scalar::Text(_), bytes } => Some(bytes),
        _ => None,
    }
}

const fn apply<'a>(left: Scalar<'a>, operator: Operator, right: Scalar<'a>) -> Option<Scalar<'a>> {
    let is_order = !matches!(operator, Operator::Equal | Operator::NotEqual);
    let ordered = match compare(left, right) {
        Some(_) if is_order && matches!(left, Scalar::Text(_)) => return None,
        Some(order) => order,
        None => return None,
    };
    Some(Scalar::Bool(match operator {
        Operator::Equal => ordered == 0,
        Operator::NotEqual => ordered != 0,
        Operator::Less => ordered < 0,
        Operator::AtMost => ordered <= 0,
        Operator::More => ordered > 0,
        Operator::AtLeast => ordered >= 0,
        Operator::And | Operator::Or => return None,
        Operator::Add | Operator::Subtract | Operator::Multiply | Operator::Divide | Operator::Remainder => {
            return calculate(left, operator, right);
        }
    }))
}

const fn calculate<'a>(left: Scalar<'a>, operator: Operator, right: Scalar<'a>) -> Option<Scalar<'a>> {
    match (left, right) {
        (Scalar::Integer(left), Scalar::Integer(right)) => {
            let (left, right) = match (left.as_i128(), right.as_i128()) {
                (Some(left), Some(right)) => (left, right),
                _ => return None,
            };
            let result = match operator {
                Operator::Add => left.checked_add(right),
                Operator::Subtract => left.checked_sub(right),
                Operator::Multiply => left.checked_mul(right),
                Operator::Divide => left.checked_div(right),
                Operator::Remainder => left.checked_rem(right),
                _ => None,
            };
            match result {
                Some(result) => Some(Scalar::Integer(Integer::signed(result))),
                None => None,
            }
        }
        (Scalar::Float(left), Scalar::Float(right)) => Some(Scalar::Float(match operator {
            Operator::Add => left + right,
            Operator::Subtract => left - right,
            Operator::Multiply => left * right,
            Operator::Divide => left / right,
            Operator::Remainder => left % right,
            _ => return None,
        })),
        _ => None,
    }
}
