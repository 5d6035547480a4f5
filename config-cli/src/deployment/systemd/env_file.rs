//! The files that `EnvironmentFile=` names. Their language is not that of `.env` files.

use super::{Variable, is_name};
use crate::deployment::{cursor::Cursor, files::Text, reference};

const NO_EQUALS: &str = "systemd ignores it: it is no `NAME=value`";
const NO_NAME: &str =
    "systemd ignores it: a name is made of letters, digits and `_`, and `export` is no part of the language";
const NOT_CLOSED: &str =
    "the quotation mark is not closed, so systemd takes the rest of the file for the value";

type At = (u32, u32);

/// What is wrong, and where.
type Bad = (&'static str, At);

/// The variables of a file, and what systemd ignores in it.
pub(super) fn read(text: &Text) -> (Vec<Variable>, Vec<Bad>) {
    let mut cursor = Cursor::new(&text.text);
    let (mut variables, mut bad) = (Vec::new(), Vec::new());
    loop {
        cursor.take(is_blank_or_break);
        let at_name = cursor.at();
        match cursor.peek() {
            None => return (variables, bad),
            Some('#' | ';') => {
                cursor.take(|char| !is_break(char));
                continue;
            }
            Some(_) => {}
        }
        let name = cursor.take(|char| char != '=' && !is_break(char)).trim_end_matches(is_blank);
        if cursor.peek() != Some('=') {
            bad.push((NO_EQUALS, at_name));
            continue;
        }
        cursor.next();
        cursor.take(is_blank);
        let at = cursor.at();
        let (value, not_closed) = value(&mut cursor);
        bad.extend(not_closed.map(|at| (NOT_CLOSED, at)));
        if is_name(name) {
            let (name, given) = (name.to_owned(), reference::given(value));
            variables.push(Variable { name, given, place: text.place(at) });
        } else {
            bad.push((NO_NAME, at_name));
        }
    }
}

/// A value, and where a quotation mark is that is not closed.
fn value(cursor: &mut Cursor<'_>) -> (String, Option<At>) {
    let mut value = String::new();
    // Up to where blanks at the end do not go.
    let mut kept = 0;
    // Before a bare text, and behind a quoted one, blanks mean nothing and a quotation mark opens.
    let mut is_before = true;
    loop {
        let at = cursor.at();
        match cursor.next() {
            None => break,
            Some(char) if is_break(char) => break,
            Some(char) if is_before && is_blank(char) => {}
            Some('\'') if is_before => loop {
                match cursor.next() {
                    None => return (value, Some(at)),
                    Some('\'') => break,
                    Some(char) => value.push(char),
                }
            },
            Some('"') if is_before => loop {
                match cursor.next() {
                    None => return (value, Some(at)),
                    Some('"') => break,
                    Some('\\') => match cursor.next() {
                        None | Some('\n') => {}
                        Some(char @ ('"' | '\\' | '`' | '$')) => value.push(char),
                        Some(char) => {
                            value.push('\\');
                            value.push(char);
                        }
                    },
                    Some(char) => value.push(char),
                }
            },
            Some('\\') => {
                is_before = false;
                value.extend(cursor.next().filter(|char| !is_break(*char)));
                kept = value.len();
                continue;
            }
            Some(char) => {
                is_before = false;
                value.push(char);
                if !is_blank(char) {
                    kept = value.len();
                }
                continue;
            }
        }
        kept = value.len();
    }
    value.truncate(kept);
    (value, None)
}

fn is_break(char: char) -> bool {
    matches!(char, '\n' | '\r')
}

fn is_blank(char: char) -> bool {
    matches!(char, ' ' | '\t')
}

fn is_blank_or_break(char: char) -> bool {
    is_blank(char) || is_break(char)
}
