//! Secrets: the types of `secrecy`.

use std::fmt;

use secrecy::{SecretBox, SecretString};
use zeroize::Zeroize;

use super::{Invalid, Raw, Value};
use crate::{grammar::How, manifest::Kind};

/// What stands for a secret wherever something is shown.
pub(crate) const REDACTED: &str = "[REDACTED]";

impl Value for SecretString {
    const KIND: &'static Kind = &Kind::Text;
    const SECRET: bool = true;

    fn from_text(text: &str, _: &How) -> Result<Self, Invalid> {
        Ok(Self::from(text))
    }

    fn show(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(REDACTED)
    }
}

impl<T: Value + Zeroize> Value for SecretBox<T> {
    const KIND: &'static Kind = T::KIND;
    const SECRET: bool = true;

    fn from_text(text: &str, how: &How) -> Result<Self, Invalid> {
        T::from_text(text, how).map(seal).map_err(hide)
    }

    fn from_raw(raw: &Raw<'_>, how: &How) -> Result<Self, Invalid> {
        T::from_raw(raw, how).map(seal).map_err(hide)
    }

    fn show(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(REDACTED)
    }
}

pub(super) fn seal<T: Zeroize>(value: T) -> SecretBox<T> {
    SecretBox::new(Box::new(value))
}

/// Keeps of an error what cannot hold any of the text.
pub(super) fn hide(Invalid(reason): Invalid) -> Invalid {
    use super::Reason;
    Invalid(match reason {
        Reason::Foreign(_) | Reason::Item(..) => return Invalid::plain(),
        Reason::NotUnicode => Reason::NotUnicode,
        Reason::Fault(fault) => Reason::Fault(fault),
    })
}
