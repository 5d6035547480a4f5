//! What every target asserts.

use confident::{
    How, Kind, Value,
    grammar::{self, Fault, Scalar},
};

/// A way to read text, with this separator and this unit.
pub fn how(separator: u8, unit: Option<&'static str>) -> How {
    let mut how = How::PLAIN;
    how.separator = separator;
    how.unit = unit;
    how
}

/// Reads the text by the grammar, as the compiler does, and by the type, as the loader does: they
/// accept the same texts.
pub fn agreed<T: Value>(text: &str, how: &How) -> Option<T> {
    let by_grammar = scalar(T::KIND, text, how);
    let by_type = T::from_text(text, how);
    match (by_grammar, by_type) {
        (Ok(_), Ok(value)) => Some(value),
        (Err(_), Err(_)) => None,
        (by_grammar, by_type) => panic!(
            "{}: by the grammar {by_grammar:?}, by the type {:?}",
            T::KIND.name(),
            by_type.map(|_| "accepted")
        ),
    }
}

/// What the grammar makes of the text.
pub fn scalar<'a>(kind: &Kind, text: &'a str, how: &How) -> Result<Scalar<'a>, Fault> {
    grammar::scalar(kind, text, how)
}

/// Reads text that has to be a value.
pub fn read<T: Value>(text: &str, how: &How) -> T {
    match T::from_text(text, how) {
        Ok(value) => value,
        Err(invalid) => panic!("{text:?} is refused: {invalid:?}"),
    }
}
