//! The words of a value, with quotation marks and escapes.

const NOT_CLOSED: &str = "systemd ignores the line: a quotation mark is not closed";
const ESCAPE: &str = "systemd ignores the line: a backslash stands before a character that is no escape";

/// A word with its offset, or what is wrong at one.
pub(super) type Word = Result<(usize, String), (usize, &'static str)>;

/// The words of a value. What is wrong ends it, as it does for systemd.
pub(super) fn of(text: &str) -> Vec<Word> {
    let mut words = Vec::new();
    let mut characters = text.char_indices().peekable();
    loop {
        while characters.next_if(|(_, char)| is_blank(*char)).is_some() {}
        let Some((start, _)) = characters.peek().copied() else { return words };
        let mut word = String::new();
        let mut quote = None;
        loop {
            match (characters.next(), quote) {
                (None, None) => break,
                (None, Some((at, _))) => {
                    words.push(Err((at, NOT_CLOSED)));
                    return words;
                }
                (Some((_, char)), Some((_, open))) if char == open => quote = None,
                (Some((at, char @ ('"' | '\''))), None) => quote = Some((at, char)),
                (Some((_, char)), None) if is_blank(char) => break,
                (Some((at, '\\')), _) => match escaped(&mut characters) {
                    Some(char) => word.push(char),
                    None => {
                        words.push(Err((at, ESCAPE)));
                        return words;
                    }
                },
                (Some((_, char)), _) => word.push(char),
            }
        }
        words.push(Ok((start, word)));
    }
}

fn is_blank(char: char) -> bool {
    matches!(char, ' ' | '\t' | '\n' | '\r')
}

/// What the escapes of C stand for, and `\s`, a blank.
fn escaped(characters: &mut std::iter::Peekable<std::str::CharIndices<'_>>) -> Option<char> {
    let (_, char) = characters.next()?;
    let mut number = |first: Option<char>, radix: u32, digits: usize| {
        let mut value = first.map_or(Some(0), |first| first.to_digit(radix))?;
        for _ in 0..digits {
            let (_, digit) = characters.next()?;
            value = value.checked_mul(radix)?.checked_add(digit.to_digit(radix)?)?;
        }
        // No variable holds a zero.
        char::from_u32(value).filter(|char| *char != '\0')
    };
    match char {
        'a' => Some('\u{7}'),
        'b' => Some('\u{8}'),
        'f' => Some('\u{c}'),
        'n' => Some('\n'),
        'r' => Some('\r'),
        't' => Some('\t'),
        'v' => Some('\u{b}'),
        's' => Some(' '),
        '\\' | '"' | '\'' => Some(char),
        'x' => number(None, 16, 2),
        'u' => number(None, 16, 4),
        'U' => number(None, 16, 8),
        '0'..='7' => number(Some(char), 8, 2),
        _ => None,
    }
}
