//! Values as people and pipes give them: never by an argument.

use std::io::{IsTerminal, Read};

use confident_core::{ExposeSecret, SecretString};
use zeroize::Zeroizing;

use crate::command::Failure;

/// The largest value.
const MOST: usize = 1 << 20;

/// A value from the standard input, without the line break at its end; typed, where that is a terminal.
pub(in crate::command) fn given(what: &str) -> Result<SecretString, Failure> {
    let mut input = std::io::stdin().lock();
    if input.is_terminal() {
        return chosen(what);
    }
    let fails = |what: &str| Failure::Said(format!("the value on the standard input {what}"));
    // Allocated once: growing would leave copies behind.
    let mut bytes = Zeroizing::new(vec![0; MOST + 1]);
    let mut length = 0;
    loop {
        match input.read(&mut bytes[length..]) {
            Ok(0) => break,
            Ok(read) => length += read,
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
            Err(_) => return Err(fails("cannot be read")),
        }
    }
    if length > MOST {
        return Err(fails("is larger than 1 MiB"));
    }
    let text = std::str::from_utf8(&bytes[..length]).map_err(|_| fails("is not UTF-8"))?;
    let text = text.strip_suffix('\n').map_or(text, |text| text.strip_suffix('\r').unwrap_or(text));
    if text.is_empty() {
        return Err(fails("is empty"));
    }
    Ok(SecretString::from(text))
}

/// What is typed, and not shown.
pub(in crate::command) fn typed(what: &str) -> Result<SecretString, Failure> {
    let prompt = format!("{}: ", crate::escape::plain(what, false));
    let text = rpassword::prompt_password(prompt).map_err(|error| {
        Failure::Said(format!("the {what} is typed, and there is no terminal to type it on: {error}"))
    })?;
    let text = Zeroizing::new(text);
    Ok(SecretString::from(text.as_str()))
}

/// What is typed twice, because nobody sees it.
pub(in crate::command) fn chosen(what: &str) -> Result<SecretString, Failure> {
    let first = typed(what)?;
    if first.expose_secret().is_empty() {
        return Err(Failure::Said(format!("{what}: nothing was typed")));
    }
    let again = typed("once more")?;
    if first.expose_secret() != again.expose_secret() {
        return Err(Failure::Said(format!(
            "{what}: what was typed is not twice the same; nothing was written"
        )));
    }
    Ok(first)
}
