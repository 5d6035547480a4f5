//! Truth values.

use super::Fault;

/// The words that are read as a truth value, in any case of letters.
pub const WORDS: [(&str, bool); 8] = [
    ("true", true),
    ("false", false),
    ("yes", true),
    ("no", false),
    ("on", true),
    ("off", false),
    ("1", true),
    ("0", false),
];

/// Reads a truth value; white space around it is ignored.
///
/// # Errors
/// Any text that is not one of [`WORDS`].
pub const fn parse(text: &str) -> Result<bool, Fault> {
    let text = text.trim_ascii();
    let mut at = 0;
    while at < WORDS.len() {
        let (word, value) = WORDS[at];
        if text.eq_ignore_ascii_case(word) {
            return Ok(value);
        }
        at += 1;
    }
    Err(Fault::SHAPE)
}
