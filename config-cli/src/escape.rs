//! Text that comes from a file, for a terminal.

/// The text without characters that move the cursor, change colours or turn the direction of writing; each shows as
/// its number. Line breaks stay where `lines` says so.
pub(crate) fn plain(text: &str, lines: bool) -> String {
    let mut plain = String::with_capacity(text.len());
    for char in text.chars() {
        let turns =
            matches!(char, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
        if (char.is_control() && !(lines && char == '\n')) || turns {
            plain.extend(char.escape_unicode());
        } else {
            plain.push(char);
        }
    }
    plain
}
