//! Mistakes of whoever writes the struct: all of them are told by the compiler at once, each where it stands.

use std::fmt::Display;

use syn::{Error, spanned::Spanned};

pub(crate) type Result<T> = std::result::Result<T, Error>;

/// A mistake at this place.
pub(crate) fn at(place: &impl Spanned, message: impl Display) -> Error {
    Error::new(place.span(), message)
}

/// Mistakes of which none ends the search for others.
#[derive(Default)]
pub(crate) struct Errors(Option<Error>);

impl Errors {
    pub(crate) fn push(&mut self, error: Error) {
        match &mut self.0 {
            Some(earlier) => earlier.combine(error),
            None => self.0 = Some(error),
        }
    }

    /// What came of something, or nothing, where that is a mistake.
    pub(crate) fn handle<T>(&mut self, result: Result<T>) -> Option<T> {
        result.map_err(|error| self.push(error)).ok()
    }

    pub(crate) fn finish(self) -> Result<()> {
        self.finish_with(())
    }

    /// The value, where there was no mistake.
    pub(crate) fn finish_with<T>(self, value: T) -> Result<T> {
        match self.0 {
            Some(error) => Err(error),
            None => Ok(value),
        }
    }
}
