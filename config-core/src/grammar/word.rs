//! Closed sets of words.

use super::{Fault, same};
use crate::manifest::Word;

/// Which of `words` the text is. The case of ASCII letters does not matter, unless two words differ
/// in nothing else; white space around the text is ignored.
///
/// # Errors
/// Text that is none of them.
pub const fn parse(words: &[Word], text: &str) -> Result<usize, Fault> {
    let text = text.trim_ascii();
    let mut alike = None;
    let mut count = 0;
    let mut at = 0;
    while at < words.len() {
        if same(words[at].text, text) {
            return Ok(at);
        }
        if words[at].text.eq_ignore_ascii_case(text) {
            alike = Some(at);
            count += 1;
        }
        at += 1;
    }
    match alike {
        Some(at) if count == 1 => Ok(at),
        _ => Err(Fault::SHAPE),
    }
}
