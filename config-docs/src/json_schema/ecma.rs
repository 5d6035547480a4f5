//! Patterns in the dialect of ECMA-262, which is that of JSON Schema.

/// A text that matches itself.
pub(super) fn literal(text: &str) -> String {
    let mut pattern = String::new();
    for char in text.chars() {
        if "^$\\.*+?()[]{}|/".contains(char) {
            pattern.push('\\');
        }
        pattern.push(char);
    }
    pattern
}

/// A pattern of `regex-lite` that matches the same texts; none where it says something that the other dialect reads
/// in another way, such as a flag.
pub(super) fn translated(pattern: &str) -> Option<String> {
    let mut out = String::new();
    let mut rest = pattern.chars().peekable();
    while let Some(char) = rest.next() {
        match char {
            '\\' => out.push_str(&escape(rest.next()?, false)?),
            // Carriage returns and line separators are characters like others to us.
            '.' => out.push_str("[^\\n]"),
            '[' => class(&mut out, &mut rest)?,
            '(' => {
                out.push('(');
                if rest.next_if_eq(&'?').is_some() {
                    out.push_str(group(&mut rest)?);
                }
            }
            // Outside of a count they mean themselves to some and are a mistake to others.
            '{' => count(&mut out, &mut rest)?,
            '}' | ']' => return None,
            '/' => out.push_str("\\/"),
            char => out.push(char),
        }
    }
    Some(out)
}

type Rest<'p> = std::iter::Peekable<std::str::Chars<'p>>;

/// Behind `(?`: groups without a number, and with a name, which is left out. Everything else is a flag.
fn group(rest: &mut Rest<'_>) -> Option<&'static str> {
    match rest.next()? {
        ':' => Some("?:"),
        'P' if rest.next() == Some('<') => rest.find(|char| *char == '>').map(|_| ""),
        '<' => rest.find(|char| *char == '>').map(|_| ""),
        _ => None,
    }
}

fn count(out: &mut String, rest: &mut Rest<'_>) -> Option<()> {
    out.push('{');
    let mut has_least = false;
    loop {
        match rest.next()? {
            digit if digit.is_ascii_digit() => {
                has_least = true;
                out.push(digit);
            }
            ',' if has_least => out.push(','),
            '}' if has_least => {
                out.push('}');
                return Some(());
            }
            _ => return None,
        }
    }
}

fn class(out: &mut String, rest: &mut Rest<'_>) -> Option<()> {
    out.push('[');
    if rest.next_if_eq(&'^').is_some() {
        out.push('^');
    }
    let mut is_first = true;
    loop {
        match rest.next()? {
            ']' if is_first => return None,
            ']' => {
                out.push(']');
                return Some(());
            }
            '\\' => {
                out.push_str(&escape(rest.next()?, true)?);
                // Behind a class it is itself, but not behind what the class is spelled as.
                if rest.next_if_eq(&'-').is_some() {
                    if rest.peek() != Some(&']') {
                        return None;
                    }
                    out.push_str("\\-");
                }
            }
            // Classes in classes, and what is done with two of them.
            '[' => return None,
            char @ ('&' | '-' | '~') if rest.peek() == Some(&char) => return None,
            '/' => out.push_str("\\/"),
            char => out.push(char),
        }
        is_first = false;
    }
}

/// What stands behind a backslash. The classes are those of ASCII, which not every dialect has.
fn escape(char: char, is_in_class: bool) -> Option<String> {
    let class =
        |inner: &str, not: &str| if is_in_class { inner.to_owned() } else { format!("[{not}{inner}]") };
    Some(match char {
        'd' => class("0-9", ""),
        'w' => class("0-9A-Za-z_", ""),
        's' => class("\\t\\n\\v\\f\\r ", ""),
        'D' if !is_in_class => class("0-9", "^"),
        'W' if !is_in_class => class("0-9A-Za-z_", "^"),
        'S' if !is_in_class => class("\\t\\n\\v\\f\\r ", "^"),
        'n' | 't' | 'r' | 'f' | 'v' => format!("\\{char}"),
        'A' if !is_in_class => "^".to_owned(),
        'z' if !is_in_class => "$".to_owned(),
        '-' if is_in_class => "\\-".to_owned(),
        char if char.is_ascii_punctuation() => literal(&char.to_string()),
        _ => return None,
    })
}
