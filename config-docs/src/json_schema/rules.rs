//! Rules between keys, as conditions on a document.
//!
//! A condition is translated twice: as what a document may satisfy, and as what it surely does. They differ where a
//! value is written as text, which a schema cannot read. Only what surely breaks a rule is refused.

use confident_core::{
    Kind,
    grammar::{Scalar, scalar},
    manifest::{Expression, Group, Item, Key, Nested, Operator, Rule, Shape},
};
use serde_json::{Map, Value, json};

use super::scalar::{bool_pattern, word_pattern};
use crate::plain;

/// How sure a condition is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Sure {
    Surely,
    Maybe,
}

impl Sure {
    const fn other(self) -> Self {
        match self {
            Self::Surely => Self::Maybe,
            Self::Maybe => Self::Surely,
        }
    }
}

/// The rules of a group as schemas, and the messages of those that cannot be said.
pub(super) fn of(group: &'static Group) -> (Vec<Value>, Vec<String>) {
    let mut said = Vec::new();
    let mut untold = Vec::new();
    for rule in group.rules {
        match condition(group, rule) {
            Some(schema) => said.push(schema),
            None => untold.push(rule.message.to_owned()),
        }
    }
    untold.extend(group.validate.map(str::to_owned));
    (said, untold)
}

/// That a table has a key: only then an optional group is there.
pub(super) fn is_woken(group: &'static Group) -> Value {
    json!({ "type": "object", "anyOf": woken_by(group) })
}

fn woken_by(group: &'static Group) -> Vec<Value> {
    let not_null = json!({ "not": { "type": "null" } });
    let mut any = Vec::new();
    for item in group.items {
        match item {
            Item::Nested(nested) if nested.segment.is_empty() => any.extend(woken_by(nested.group)),
            Item::Nested(nested) if !nested.is_many() && !nested.group.is_choice => {
                any.push(at(nested.segment, is_woken(nested.group)));
            }
            item if item.segment().is_empty() => {}
            item => any.push(at(item.segment(), not_null.clone())),
        }
    }
    // A group without keys is never there.
    if any.is_empty() { vec![json!(false)] } else { any }
}

fn at(segment: &str, schema: Value) -> Value {
    json!({ "required": [segment], "properties": { (segment): schema } })
}

fn condition(group: &'static Group, rule: &'static Rule) -> Option<Value> {
    let translation = Translation { group, operands: rule.operands };
    let expression = rule.expression.as_ref()?;
    let message = plain::line(rule.message);
    // What is said with "or" reads as "if not the one, then the other".
    let mut schema = match expression {
        Expression::Binary(left, Operator::Or, right) => {
            let condition = match left {
                Expression::Not(inner) => translation.of(inner, Sure::Surely)?,
                left => not(translation.of(left, Sure::Maybe)?),
            };
            json!({ "if": condition, "then": translation.of(right, Sure::Maybe)? })
        }
        expression => translation.of(expression, Sure::Maybe)?,
    };
    if let Value::Object(schema) = &mut schema {
        schema.insert("description".into(), message.into());
    }
    Some(schema)
}

struct Translation {
    group: &'static Group,
    operands: &'static [&'static str],
}

/// What an operand leads to, with the names on the way.
enum Target {
    Key(Vec<&'static str>, &'static Key),
    Group(Vec<&'static str>, &'static Nested),
}

impl Translation {
    fn of(&self, expression: &Expression, sure: Sure) -> Option<Value> {
        Some(match expression {
            Expression::Bool(value) => json!(*value),
            Expression::Not(inner) => not(self.of(inner, sure.other())?),
            Expression::Binary(left, Operator::And, right) => {
                json!({ "allOf": [self.of(left, sure)?, self.of(right, sure)?] })
            }
            Expression::Binary(left, Operator::Or, right) => {
                json!({ "anyOf": [self.of(left, sure)?, self.of(right, sure)?] })
            }
            Expression::IsSome(operand) => self.presence(*operand)?,
            Expression::IsNone(operand) => not(self.presence(*operand)?),
            Expression::Operand(operand) => {
                self.compared(*operand, Operator::Equal, &Expression::Bool(true), sure)?
            }
            Expression::IsEmpty(operand) => {
                let Target::Key(path, key) = self.target(*operand)? else { return None };
                if key.is_secret || !matches!(key.kind, Kind::Text) || key.is_optional {
                    return None;
                }
                let is_default = key.default.is_some_and(str::is_empty);
                value_at(&path, &json!({ "const": "" }), is_default)
            }
            Expression::Binary(left, operator, right) => match (&**left, &**right) {
                (Expression::Operand(operand), constant) => {
                    self.compared(*operand, *operator, constant, sure)?
                }
                (constant, Expression::Operand(operand)) => {
                    let turned = match operator {
                        Operator::Less => Operator::More,
                        Operator::AtMost => Operator::AtLeast,
                        Operator::More => Operator::Less,
                        Operator::AtLeast => Operator::AtMost,
                        operator => *operator,
                    };
                    self.compared(*operand, turned, constant, sure)?
                }
                _ => return None,
            },
            // Lengths, sums, and what is new here.
            _ => return None,
        })
    }

    fn presence(&self, operand: usize) -> Option<Value> {
        match self.target(operand)? {
            // Secrets are set elsewhere.
            Target::Key(_, key) if key.is_secret => None,
            Target::Key(path, _) => Some(value_at(&path, &json!({ "not": { "type": "null" } }), false)),
            Target::Group(_, nested) if nested.group.is_choice || nested.group.holds_secrets() => None,
            Target::Group(path, nested) => Some(value_at(&path, &is_woken(nested.group), false)),
        }
    }

    /// A key compared with a constant.
    fn compared(
        &self,
        operand: usize,
        operator: Operator,
        constant: &Expression,
        sure: Sure,
    ) -> Option<Value> {
        let Target::Key(path, key) = self.target(operand)? else { return None };
        if key.is_secret {
            return None;
        }
        if operator == Operator::NotEqual {
            let equal = self.compared(operand, Operator::Equal, constant, sure.other())?;
            return Some(not(equal));
        }
        let constant = match constant {
            Expression::Some(inner) => inner,
            // Without `Some`, there is no rule about a key that may be left out.
            constant => constant,
        };
        let default = key.default.and_then(|text| scalar(key.kind, text, &key.how).ok());
        let (value, is_default) = match (constant, key.kind, operator) {
            (Expression::Bool(wanted), Kind::Bool, Operator::Equal) => {
                let text = json!({ "type": "string", "pattern": bool_pattern(*wanted) });
                let is_default = matches!(default, Some(Scalar::Bool(value)) if value == *wanted);
                (json!({ "anyOf": [{ "const": wanted }, text] }), is_default)
            }
            (Expression::Text(wanted), Kind::Word(_), Operator::Equal) => {
                let is_default = matches!(default, Some(Scalar::Text(text)) if text == *wanted);
                (json!({ "type": "string", "pattern": word_pattern(wanted) }), is_default)
            }
            (Expression::Text(wanted), Kind::Text, Operator::Equal) => {
                let is_default = matches!(default, Some(Scalar::Text(text)) if text == *wanted);
                (json!({ "const": wanted }), is_default)
            }
            (Expression::Integer(wanted), Kind::Integer { .. }, operator) => {
                let wanted = i64::try_from(*wanted).ok()?;
                let is_default = match default {
                    Some(Scalar::Integer(value)) => {
                        holds(value.as_i128()?.cmp(&i128::from(wanted)), operator)?
                    }
                    _ => false,
                };
                (numeric(json!(wanted), operator, sure)?, is_default)
            }
            (Expression::Float(wanted), Kind::Float { .. }, operator) => {
                let is_default = match default {
                    Some(Scalar::Float(value)) => holds(value.partial_cmp(wanted)?, operator)?,
                    _ => false,
                };
                (numeric(json!(wanted), operator, sure)?, is_default)
            }
            _ => return None,
        };
        Some(value_at(&path, &value, is_default))
    }

    fn target(&self, operand: usize) -> Option<Target> {
        let mut group = self.group;
        let mut path = Vec::new();
        let mut fields = self.operands.get(operand)?.split('.').peekable();
        while let Some(field) = fields.next() {
            let item = group.items.iter().find(|item| item.field() == field)?;
            match item {
                // What stands elsewhere is not known here.
                Item::Key(key) if !key.sources().is_empty() && !key.sources().contains(&"file") => {
                    return None;
                }
                Item::Key(key) if fields.peek().is_none() => {
                    path.push(key.segment);
                    return Some(Target::Key(path, key));
                }
                Item::Nested(nested) => {
                    if !nested.segment.is_empty() {
                        path.push(nested.segment);
                    }
                    if fields.peek().is_none() {
                        return (nested.shape == Shape::Optional && !nested.segment.is_empty())
                            .then_some(Target::Group(path, nested));
                    }
                    if nested.shape != Shape::One || nested.group.is_choice {
                        return None;
                    }
                    group = nested.group;
                }
                _ => return None,
            }
        }
        None
    }
}

fn not(mut schema: Value) -> Value {
    match schema.as_object_mut() {
        Some(all) if all.len() == 1 && all.contains_key("not") => all.remove("not").unwrap_or_default(),
        _ => json!({ "not": schema }),
    }
}

fn holds(order: std::cmp::Ordering, operator: Operator) -> Option<bool> {
    Some(match operator {
        Operator::Equal => order.is_eq(),
        Operator::Less => order.is_lt(),
        Operator::AtMost => order.is_le(),
        Operator::More => order.is_gt(),
        Operator::AtLeast => order.is_ge(),
        _ => return None,
    })
}

/// A number that stands as text may be any.
fn numeric(wanted: Value, operator: Operator, sure: Sure) -> Option<Value> {
    let name = match operator {
        Operator::Equal => "const",
        Operator::Less => "exclusiveMaximum",
        Operator::AtMost => "maximum",
        Operator::More => "exclusiveMinimum",
        Operator::AtLeast => "minimum",
        _ => return None,
    };
    let number = Map::from_iter([("type".to_owned(), json!("number")), (name.to_owned(), wanted)]);
    Some(match sure {
        Sure::Surely => number.into(),
        Sure::Maybe => json!({ "anyOf": [number, { "type": "string" }] }),
    })
}

/// That the value at a path is so; where there is none, that the default is.
fn value_at(path: &[&'static str], value: &Value, is_default: bool) -> Value {
    let Some((segment, rest)) = path.split_first() else { return value.clone() };
    if rest.is_empty() && is_default {
        let value = json!({ "anyOf": [value, { "type": "null" }] });
        return json!({ "properties": { (*segment): value } });
    }
    let inner = if rest.is_empty() { value.clone() } else { value_at(rest, value, is_default) };
    if is_default {
        json!({ "properties": { (*segment): inner } })
    } else if rest.is_empty() {
        at(segment, inner)
    } else {
        let mut inner = inner;
        inner["type"] = "object".into();
        at(segment, inner)
    }
}
