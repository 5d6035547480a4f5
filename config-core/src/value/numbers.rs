//! Truth values and numbers.

use std::{fmt, num::*};

use super::{Invalid, Value};
use crate::{
    grammar::{self, Fault, How},
    manifest::Kind,
};

impl Value for bool {
    const KIND: &'static Kind = &Kind::Bool;

    fn from_text(text: &str, _: &How) -> Result<Self, Invalid> {
        Ok(grammar::bool::parse(text)?)
    }

    fn show(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
}

/// `str::parse` with the decisions of [`grammar::integer`]: it accepts leading zeros, which others
/// read as octal.
fn integer<T: std::str::FromStr>(text: &str) -> Result<T, Invalid> {
    let text = text.trim_ascii();
    if !has_leading_zero(text.as_bytes())
        && let Ok(value) = text.parse()
    {
        return Ok(value);
    }
    match grammar::integer::parse(text) {
        Ok(_) => Err(Fault::SHAPE.into()),
        Err(fault) => Err(fault.into()),
    }
}

fn has_leading_zero(text: &[u8]) -> bool {
    matches!(text, [b'0', _, ..] | [b'+' | b'-', b'0', ..])
}

macro_rules! integers {
    ($($type:ident $nonzero:ident $signed:literal;)*) => {$(
        impl Value for $type {
            const KIND: &'static Kind =
                &Kind::Integer { signed: $signed, bits: $type::BITS as u8, nonzero: false };

            fn from_text(text: &str, _: &How) -> Result<Self, Invalid> {
                // `-0` and `+0` are 0, and the only numbers with a sign before a zero.
                match text.trim_ascii() {
                    "-0" | "+0" => Ok(0),
                    text => integer(text),
                }
            }

            fn show(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Debug::fmt(self, f)
            }
        }

        impl Value for $nonzero {
            const KIND: &'static Kind =
                &Kind::Integer { signed: $signed, bits: $type::BITS as u8, nonzero: true };

            fn from_text(text: &str, how: &How) -> Result<Self, Invalid> {
                $nonzero::new(<$type>::from_text(text, how)?).ok_or(Invalid::plain())
            }

            fn show(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Debug::fmt(self, f)
            }
        }
    )*};
}

integers! {
    u8 NonZeroU8 false;
    u16 NonZeroU16 false;
    u32 NonZeroU32 false;
    u64 NonZeroU64 false;
    u128 NonZeroU128 false;
    usize NonZeroUsize false;
    i8 NonZeroI8 true;
    i16 NonZeroI16 true;
    i32 NonZeroI32 true;
    i64 NonZeroI64 true;
    i128 NonZeroI128 true;
    isize NonZeroIsize true;
}

macro_rules! floats {
    ($($type:ident $bits:literal;)*) => {$(
        impl Value for $type {
            const KIND: &'static Kind = &Kind::Float { bits: $bits };

            fn from_text(text: &str, _: &How) -> Result<Self, Invalid> {
                let text = text.trim_ascii();
                // Where no letter is, both grammars are the same.
                let value = text.parse::<$type>().ok().filter(|value| value.is_finite());
                if let Some(value) = value
                    && text.bytes().all(|byte| byte <= b'9')
                {
                    return Ok(value);
                }
                grammar::float::parse(text, $bits)?;
                match value {
                    Some(value) => Ok(value),
                    None => Err(Invalid::plain()),
                }
            }

            fn show(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Debug::fmt(self, f)
            }
        }
    )*};
}

floats! {
    f32 32;
    f64 64;
}
