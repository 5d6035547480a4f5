//! Text, paths and characters: taken as they are.

use std::{ffi::OsString, fmt, path::PathBuf};

use super::{Invalid, Raw, Value};
use crate::{
    grammar::{self, How},
    manifest::{Empty, Kind},
};

impl Value for String {
    const KIND: &'static Kind = &Kind::Text;
    const EMPTY: Empty = Empty::Value;

    fn from_text(text: &str, _: &How) -> Result<Self, Invalid> {
        Ok(text.to_owned())
    }

    fn show(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
}

impl Value for char {
    const KIND: &'static Kind = &Kind::Char;

    fn from_text(text: &str, _: &How) -> Result<Self, Invalid> {
        grammar::char::parse(text)?;
        text.chars().next().ok_or(Invalid::plain())
    }

    fn show(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
}

impl Value for OsString {
    const KIND: &'static Kind = &Kind::OsText;

    fn from_text(text: &str, _: &How) -> Result<Self, Invalid> {
        Ok(text.into())
    }

    fn from_raw(raw: &Raw<'_>, how: &How) -> Result<Self, Invalid> {
        match raw {
            Raw::Text(text) => Ok((*text).to_owned()),
            other => Self::from_text(other.text_of(Self::KIND)?, how),
        }
    }

    fn show(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
}

impl Value for PathBuf {
    const KIND: &'static Kind = &Kind::Path;

    fn from_text(text: &str, _: &How) -> Result<Self, Invalid> {
        Ok(text.into())
    }

    fn from_raw(raw: &Raw<'_>, how: &How) -> Result<Self, Invalid> {
        OsString::from_raw(raw, how).map(Self::from)
    }

    fn show(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
}
