//! Amounts of data.

use std::fmt;

use zeroize::Zeroize;

use super::{Invalid, Value};
use crate::{
    grammar::{self, How},
    manifest::Kind,
};

/// An amount of data in bytes, written `512KiB`, `16MiB` or as a plain number of bytes.
///
/// ```
/// use confident_core::{ByteSize, How, Value};
///
/// let size = ByteSize::from_text("16MiB", &How::PLAIN)?;
/// assert_eq!(size.bytes(), 16 * 1024 * 1024);
/// assert_eq!(size.to_string(), "16MiB");
/// # Ok::<(), confident_core::Invalid>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ByteSize(u64);

impl ByteSize {
    /// So many bytes.
    pub const fn new(bytes: u64) -> Self {
        Self(bytes)
    }

    /// The number of bytes.
    pub const fn bytes(self) -> u64 {
        self.0
    }
}

impl fmt::Display for ByteSize {
    /// The number in the largest unit that leaves it whole.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const UNITS: [&str; 7] = ["B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"];
        let unit = if self.0 == 0 { 0 } else { (self.0.trailing_zeros() / 10).min(6) };
        write!(f, "{}{}", self.0 >> (unit * 10), UNITS[unit as usize])
    }
}

/// A size can stand in a `SecretBox`.
impl Zeroize for ByteSize {
    fn zeroize(&mut self) {
        self.0.zeroize();
    }
}

impl Value for ByteSize {
    const KIND: &'static Kind = &Kind::ByteSize;

    fn from_text(text: &str, how: &How) -> Result<Self, Invalid> {
        Ok(Self(grammar::byte_size::parse(text, how.unit)?))
    }

    fn show(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
