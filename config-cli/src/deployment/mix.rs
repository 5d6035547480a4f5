//! Values that are put together from others.

use super::{Given, reference};

/// How many bytes may be put in for variables, and taken in from elsewhere, in one deployment: a file of a few
/// lines could ask for any number.
pub const MOST_EXPANDED: usize = 8 << 20;

/// What is left of [`MOST_EXPANDED`].
pub(super) struct Budget(usize);

/// The variables stand for more than [`MOST_EXPANDED`].
#[derive(Debug)]
pub(super) struct Exhausted;

/// A value that is being put together.
#[derive(Default)]
pub(super) struct Mix {
    text: String,
    reference: Option<String>,
    unknown: Option<String>,
}

impl Budget {
    pub(super) const WHAT: &str = "the values that variables and references stand for are larger than 8 MiB";

    pub(super) fn new() -> Self {
        Self(MOST_EXPANDED)
    }

    /// A copy of a value.
    pub(super) fn copy(&mut self, given: &Given) -> Result<Given, Exhausted> {
        let (Given::Text(text) | Given::Reference(text) | Given::Unknown(text)) = given;
        self.entry(text)?;
        Ok(given.clone())
    }

    /// An entry that is made of a text which stands in the files once, but may be taken in many times.
    pub(super) fn entry(&mut self, text: &str) -> Result<(), Exhausted> {
        const OVERHEAD: usize = 64;
        self.spend(text.len() + OVERHEAD)
    }

    pub(super) fn spend(&mut self, bytes: usize) -> Result<(), Exhausted> {
        self.0 = self.0.checked_sub(bytes).ok_or(Exhausted)?;
        Ok(())
    }
}

impl Mix {
    pub(super) fn push(&mut self, text: &str) {
        self.text.push_str(text);
    }

    pub(super) fn push_unknown(&mut self, why: impl Into<String>) {
        self.unknown.get_or_insert(why.into());
    }

    /// Puts in what a variable stands for.
    pub(super) fn push_given(&mut self, given: &Given, budget: &mut Budget) -> Result<(), Exhausted> {
        match given {
            Given::Text(text) => {
                budget.spend(text.len())?;
                self.push(text);
            }
            Given::Reference(what) => {
                budget.spend(what.len())?;
                self.reference.get_or_insert_with(|| what.clone());
            }
            Given::Unknown(why) => {
                budget.spend(why.len())?;
                self.push_unknown(why.as_str());
            }
        }
        Ok(())
    }

    /// The whole. With a reference in it, it is not plain text, whatever else is not known of it.
    pub(super) fn into_given(self) -> Given {
        match (self.reference, self.unknown) {
            (Some(what), _) => Given::Reference(what),
            (None, Some(why)) => Given::Unknown(why),
            (None, None) => reference::given(self.text),
        }
    }
}
