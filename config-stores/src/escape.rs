//! Text in a path or a query, where some characters mean something.

/// A segment of a path, or a value of a query, with everything escaped that could mean something else.
#[allow(dead_code)] // of the features, only some need it
pub(crate) fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    escape(text, &mut escaped);
    escaped
}

/// The same, behind what is there. A text that is secret is not copied where there is room for three times its length.
#[allow(dead_code)] // of the features, only some need it
pub(crate) fn escape(text: &str, escaped: &mut String) {
    let digit = |value: u8| char::from(b"0123456789ABCDEF"[usize::from(value)]);
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => escaped.push(byte as char),
            _ => escaped.extend(['%', digit(byte >> 4), digit(byte & 15)]),
        }
    }
}
