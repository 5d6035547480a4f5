//! Single characters.

use super::Fault;

/// Reads exactly one Unicode character; white space is a character like any other.
///
/// # Errors
/// Empty text, or more than one character.
pub const fn parse(text: &str) -> Result<(), Fault> {
    let wanted = match text.as_bytes() {
        [] => return Err(Fault::SHAPE),
        [0x00..0x80, ..] => 1,
        [0xc0..0xe0, ..] => 2,
        [0xe0..0xf0, ..] => 3,
        [..] => 4,
    };
    if text.len() == wanted { Ok(()) } else { Err(Fault::SHAPE) }
}
