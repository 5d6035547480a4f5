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
        sealed(|| T::from_text(text, how))
    }

    fn from_raw(raw: &Raw<'_>, how: &How) -> Result<Self, Invalid> {
        sealed(|| T::from_raw(raw, how))
    }

    fn show(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(REDACTED)
    }
}

/// Reads a secret into its box.
pub(super) fn sealed<T: Zeroize>(read: impl FnOnce() -> Result<T, Invalid>) -> Result<SecretBox<T>, Invalid> {
    let sealed = boxed(read);
    // What stands in its place, as a number or an array does, came here over the stack.
    if !std::mem::needs_drop::<T>() {
        zeroize::zeroize_stack::<STACK>();
    }
    sealed
}

/// How much of the stack is wiped: several times what reading takes, without optimization.
const STACK: usize = 16 << 10;

/// In a frame of its own, which is below the one that wipes the stack.
#[inline(never)]
fn boxed<T: Zeroize>(read: impl FnOnce() -> Result<T, Invalid>) -> Result<SecretBox<T>, Invalid> {
    read().map(|value| SecretBox::new(Box::new(value))).map_err(hide)
}

/// Keeps of an error what cannot hold any of the text.
fn hide(Invalid(reason): Invalid) -> Invalid {
    use super::Reason;
    Invalid(match reason {
        Reason::Foreign(_) | Reason::Item(..) => return Invalid::plain(),
        Reason::NotUnicode => Reason::NotUnicode,
        Reason::Fault(fault) => Reason::Fault(fault),
    })
}
