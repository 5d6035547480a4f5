//! The environment as the standard library copies it.
#![allow(unreachable_pub)] // where it is but what tests compare with

use std::ffi::OsStr;

/// A variable of the environment, while it is seen.
#[derive(Clone, Copy)]
pub struct Variable<'v> {
    name: &'v OsStr,
    value: &'v OsStr,
}

impl<'v> Variable<'v> {
    /// What it holds, if this is its name.
    pub fn value_of(self, name: &[u8]) -> Option<&'v OsStr> {
        (self.name.as_encoded_bytes() == name).then_some(self.value)
    }

    /// Its name and what it holds; `None` for what is no variable.
    pub fn split(self) -> Option<(&'v OsStr, &'v OsStr)> {
        Some((self.name, self.value))
    }
}

/// Calls `visitor` with every variable whose name begins with `prefix`.
#[allow(clippy::disallowed_methods)] // the one place that reads the environment where `block` cannot
pub(crate) fn visit(prefix: &[u8], visitor: &mut dyn FnMut(Variable<'_>)) {
    for (name, value) in std::env::vars_os() {
        if name.as_encoded_bytes().starts_with(prefix) {
            visitor(Variable { name: &name, value: &value });
        }
    }
}
