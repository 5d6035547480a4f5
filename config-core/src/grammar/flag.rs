//! Feature flags: for whom something is on.
//!
//! ```text
//! flag   = share [", " allow] [", " deny] [", " until]
//!        | allow [", " deny] [", " until]
//! share  = "on" | "off" | "true" | "false" | NUMBER "%"
//! allow  = "allow" NAME+
//! deny   = "deny" NAME+
//! until  = "until" DATE
//! ```
//! The parts stand in this order, each at most once. White space stands between the words of a part, and may stand
//! around commas. Without a share, the flag is off for all but the names that are allowed.

use super::{Fault, date::Date, number::Decimal, number::skip_space, same};

/// The whole of a share: it is counted in millionths.
pub const WHOLE: u32 = 1_000_000;

/// The most names that are allowed, and the most that are denied.
pub const MOST: usize = 1000;

/// A flag as it is written.
#[derive(Clone, Copy)]
pub struct Written<'a> {
    /// For how many subjects it is on, in millionths.
    pub share: u32,
    /// For whom it is on in any case.
    pub allow: Names<'a>,
    /// For whom it is off in any case.
    pub deny: Names<'a>,
    /// The last day on which it is on for anyone.
    pub until: Option<Date>,
}

/// The names of a part, one after the other.
#[derive(Clone, Copy)]
pub struct Names<'a> {
    rest: &'a str,
}

const ORDER: Fault = Fault::hint(
    "behind a comma stands `allow`, `deny` or `until`, each once and in this order; names have blanks between \
     them, such as 25%, allow alice bob, until 2027-01-31",
);
const COMMA: Fault =
    Fault::hint("a comma stands between the parts, such as on, deny alice, until 2027-01-31");
const SIGN: Fault =
    Fault::hint("a share has a percent sign, such as 25%; for all and for none write on and off");
const NO_NAME: Fault = Fault::hint("behind `allow` and `deny` stand names, such as allow alice bob");
const BARE: Fault = Fault::hint(
    "a name with more than plain letters, digits and signs stands in quotation marks, such as allow \"Acme Ltd\"",
);
const QUOTED: Fault = Fault::hint(
    "a name in quotation marks ends with one, and holds no other one, at least one character and no line break",
);
const KEYWORD: Fault = Fault::hint(
    "a comma stands before `allow`, `deny` and `until`, and the share stands first; a name that is such a word \
     stands in quotation marks",
);
const TWICE: Fault = Fault::hint("a name is there twice; remove one of the two");
const TOO_MANY: Fault = Fault::hint("`allow` and `deny` take at most 1000 names each");

/// Reads a flag.
///
/// # Errors
/// Anything that is not of the form above: a share of more than the whole, or finer than a millionth; a name that is
/// there twice; an end of what is off for everyone anyway.
pub const fn parse(text: &str) -> Result<Written<'_>, Fault> {
    let text = text.trim_ascii();
    let none = Names { rest: "" };
    let mut flag = Written { share: 0, allow: none, deny: none, until: None };
    let mut rest = match share(text) {
        Ok(Some((share, after))) => {
            flag.share = share;
            match behind_comma(after) {
                Ok(rest) => rest,
                Err(fault) => return Err(fault),
            }
        }
        // `deny` alone would not say for whom else it is on.
        Ok(None) if same(word(text).0, "allow") => Some(text),
        Ok(None) => return Err(first_fault(text)),
        Err(fault) => return Err(fault),
    };
    let mut last = 0;
    while let Some(part) = rest {
        let (keyword, after) = word(part);
        let place = match keyword.as_bytes() {
            b"allow" => 1,
            b"deny" => 2,
            b"until" => 3,
            _ => return Err(ORDER),
        };
        if place <= last {
            return Err(ORDER);
        }
        last = place;
        let end = match end_of_part(after) {
            Ok(end) => end,
            Err(fault) => return Err(fault),
        };
        let (inner, behind) = after.split_at(end);
        let read = match place {
            1 => names(inner, &mut flag.allow),
            2 => names(inner, &mut flag.deny),
            _ => match Date::parse(inner.trim_ascii()) {
                Ok(date) => {
                    flag.until = Some(date);
                    Ok(())
                }
                Err(fault) => Err(fault),
            },
        };
        if let Err(fault) = read {
            return Err(fault);
        }
        rest = match behind_comma(behind) {
            Ok(rest) => rest,
            Err(fault) => return Err(fault),
        };
    }
    match is_consistent(&flag) {
        Ok(()) => Ok(flag),
        Err(fault) => Err(fault),
    }
}

/// What is wrong with a text that does not begin with a share or with `allow`.
const fn first_fault(text: &str) -> Fault {
    match word(text).0.as_bytes() {
        b"deny" | b"until" => {
            Fault::hint("say first for whom it is on, such as on, deny alice or 25%, until 2027-01-31")
        }
        [b'+' | b'-' | b'.', ..] => SIGN,
        _ => Fault::SHAPE,
    }
}

/// Splits the share off the front, if there is one.
const fn share(text: &str) -> Result<Option<(u32, &str)>, Fault> {
    let (first, after) = word(text);
    if first.eq_ignore_ascii_case("on") || first.eq_ignore_ascii_case("true") {
        return Ok(Some((WHOLE, after)));
    }
    if first.eq_ignore_ascii_case("off") || first.eq_ignore_ascii_case("false") {
        return Ok(Some((0, after)));
    }
    let bytes = text.as_bytes();
    if !matches!(bytes, [b'0'..=b'9', ..]) {
        return Ok(None);
    }
    let (number, after) = match Decimal::read(bytes) {
        Ok(read) => read,
        Err(fault) => return Err(fault),
    };
    let [b'%', after @ ..] = skip_space(after) else { return Err(SIGN) };
    match number.times(WHOLE as u128 / 100) {
        Ok(share) if share <= WHOLE as u128 => {
            Ok(Some((share as u32, text.split_at(text.len() - after.len()).1)))
        }
        Ok(_) => Err(Fault::hint("a share is at most 100%")),
        Err(_) => Err(Fault::hint("a share has at most four digits behind the point")),
    }
}

/// What stands behind a comma; nothing at the end of the text.
const fn behind_comma(text: &str) -> Result<Option<&str>, Fault> {
    let text = text.trim_ascii_start();
    match text.as_bytes() {
        [] => Ok(None),
        [b','] => Err(ORDER),
        [b',', ..] => Ok(Some(text.split_at(1).1.trim_ascii_start())),
        _ => Err(COMMA),
    }
}

/// The first word, up to white space or a comma, and what stands behind it.
const fn word(text: &str) -> (&str, &str) {
    let bytes = text.as_bytes();
    let mut end = 0;
    while end < bytes.len() && !bytes[end].is_ascii_whitespace() && bytes[end] != b',' {
        end += 1;
    }
    text.split_at(end)
}

/// Where a part ends: at a comma outside of quotation marks.
const fn end_of_part(text: &str) -> Result<usize, Fault> {
    let bytes = text.as_bytes();
    let (mut at, mut is_quoted) = (0, false);
    while at < bytes.len() && (is_quoted || bytes[at] != b',') {
        is_quoted ^= bytes[at] == b'"';
        at += 1;
    }
    if is_quoted { Err(QUOTED) } else { Ok(at) }
}

/// Takes the names of a part.
const fn names<'a>(text: &'a str, into: &mut Names<'a>) -> Result<(), Fault> {
    *into = Names { rest: text };
    let mut all = *into;
    let mut count = 0;
    loop {
        match all.next() {
            Err(fault) => return Err(fault),
            Ok(None) if count == 0 => return Err(NO_NAME),
            Ok(None) => return Ok(()),
            Ok(Some(_)) => count += 1,
        }
        if count > MOST {
            return Err(TOO_MANY);
        }
    }
}

impl<'a> Names<'a> {
    /// The next name, or `None` behind the last.
    ///
    /// # Errors
    /// A name that is not of the form. Those of a flag that was read are.
    #[allow(clippy::should_implement_trait)] // an `Iterator` cannot be `const`
    pub const fn next(&mut self) -> Result<Option<&'a str>, Fault> {
        let rest = self.rest.trim_ascii_start();
        if rest.is_empty() {
            return Ok(None);
        }
        let bytes = rest.as_bytes();
        let is_quoted = bytes[0] == b'"';
        let mut end = is_quoted as usize;
        while end < bytes.len()
            && if is_quoted { bytes[end] != b'"' } else { !bytes[end].is_ascii_whitespace() }
        {
            let is_plain = bytes[end].is_ascii_graphic() && !matches!(bytes[end], b'"' | b',');
            if is_quoted && bytes[end].is_ascii_control() {
                return Err(QUOTED);
            }
            if !is_quoted && !is_plain {
                return Err(BARE);
            }
            end += 1;
        }
        if is_quoted && (end == 1 || end == bytes.len()) {
            return Err(QUOTED);
        }
        let (name, after) = rest.split_at(end);
        if !is_quoted && is_keyword(name) {
            return Err(KEYWORD);
        }
        self.rest = if is_quoted { after.split_at(1).1 } else { after };
        // Nobody sees where one name ends if the next one begins there.
        if let [first, ..] = self.rest.as_bytes()
            && !first.is_ascii_whitespace()
        {
            return Err(QUOTED);
        }
        Ok(Some(if is_quoted { name.split_at(1).1 } else { name }))
    }

    /// The names in this text.
    pub(crate) const fn of(text: &'a str) -> Self {
        Self { rest: text }
    }

    const fn has(mut self, wanted: &str) -> bool {
        while let Ok(Some(name)) = self.next() {
            if same(name, wanted) {
                return true;
            }
        }
        false
    }

    const fn is_empty(self) -> bool {
        self.rest.is_empty()
    }
}

/// Whether a name without quotation marks is more likely another part, of which the comma is missing.
const fn is_keyword(name: &str) -> bool {
    matches!(name.as_bytes(), b"allow" | b"deny" | b"until" | b"on" | b"off" | [.., b'%'])
}

/// Whether no name is there twice, and no part says nothing.
const fn is_consistent(flag: &Written<'_>) -> Result<(), Fault> {
    if flag.until.is_some() && flag.share == 0 && flag.allow.is_empty() {
        return Err(Fault::hint(
            "it is off for everyone, so there is nothing that ends; write off, and later on",
        ));
    }
    let mut allow = flag.allow;
    while let Ok(Some(name)) = allow.next() {
        if flag.deny.has(name) {
            return Err(Fault::hint("a name is allowed and denied; remove one of the two"));
        }
        if allow.has(name) {
            return Err(TWICE);
        }
    }
    let mut deny = flag.deny;
    while let Ok(Some(name)) = deny.next() {
        if deny.has(name) {
            return Err(TWICE);
        }
    }
    Ok(())
}
