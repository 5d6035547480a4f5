//! Durations.

use std::{fmt, time::Duration};

use super::{Invalid, Value};
use crate::{
    grammar::{self, How},
    manifest::Kind,
};

impl Value for Duration {
    const KIND: &'static Kind = &Kind::Duration;

    fn from_text(text: &str, how: &How) -> Result<Self, Invalid> {
        const SECOND: u128 = 1_000_000_000;
        let nanoseconds = grammar::duration::parse(text, how.unit)?;
        // The grammar keeps the seconds within 64 bits.
        Ok(Self::new((nanoseconds / SECOND) as u64, (nanoseconds % SECOND) as u32))
    }

    fn show(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
}
