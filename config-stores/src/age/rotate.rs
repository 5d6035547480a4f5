//! Replacing a value in an age file, step by step.

use std::{path::PathBuf, sync::Arc, time::Duration};

use confident_core::SecretString;

use super::{edit::AgeEdit, identity::Identity};
use crate::{
    Failure,
    rotation::{Rotate, Stage, Which},
};

/// A place of an age file whose value is replaced in steps. Each step writes the file once, whole or not at all.
///
/// # Example
/// ```
/// use confident_stores::{AgeEdit, AgePlace, Identity, rotation::{Rotate, Stage}};
/// # let folder = tempfile::tempdir().unwrap();
/// # let path = folder.path().join("secrets.age");
///
/// let identity = Identity::text(Identity::generate());
/// let mut edit = AgeEdit::create(&path, identity.recipients()?)?;
/// edit.set("payments/production/token", "first".into())?;
/// edit.save()?;
///
/// let token = AgePlace::new(&path, identity, "payments/production/token");
/// token.begin("second".into())?;
/// assert_eq!(token.stage()?, Stage::Pending("3".to_owned()));
/// token.promote()?;
/// token.retire()?;
/// assert_eq!(token.stage()?, Stage::Idle);
/// # Ok::<(), confident_stores::Failure>(())
/// ```
pub struct AgePlace {
    path: PathBuf,
    identity: Arc<Identity>,
    place: String,
    overlap: Option<Duration>,
}

impl AgePlace {
    /// A place of the file with this name, which this identity opens.
    pub fn new(
        path: impl Into<PathBuf>,
        identity: impl Into<Arc<Identity>>,
        place: impl Into<String>,
    ) -> Self {
        Self { path: path.into(), identity: identity.into(), place: place.into(), overlap: None }
    }

    /// How long programs that start meanwhile are told of the value before: a day, unless said otherwise. It ends when
    /// the value is retired.
    #[must_use]
    pub fn overlap(mut self, overlap: Duration) -> Self {
        self.overlap = Some(overlap);
        self
    }

    fn open(&self) -> Result<AgeEdit, Failure> {
        let edit = AgeEdit::open(&self.path, &self.identity)?;
        Ok(match self.overlap {
            Some(overlap) => edit.overlap(overlap),
            None => edit,
        })
    }

    fn change<T>(&self, change: impl FnOnce(&mut AgeEdit) -> Result<T, Failure>) -> Result<T, Failure> {
        let mut edit = self.open()?;
        let done = change(&mut edit)?;
        edit.save()?;
        Ok(done)
    }
}

impl Rotate for AgePlace {
    fn stage(&self) -> Result<Stage, Failure> {
        self.open()?.stage(&self.place)
    }

    fn text(&self, which: Which) -> Result<Option<SecretString>, Failure> {
        self.open()?.text(&self.place, which)
    }

    fn begin(&self, text: SecretString) -> Result<String, Failure> {
        self.change(|edit| edit.begin(&self.place, &text)).map(|revision| revision.to_string())
    }

    fn promote(&self) -> Result<String, Failure> {
        if let Stage::Promoted { version, .. } = self.stage()? {
            return Ok(version);
        }
        self.change(|edit| edit.promote(&self.place)).map(|revision| revision.to_string())
    }

    fn retire(&self) -> Result<(), Failure> {
        self.change(|edit| edit.retire(&self.place))
    }

    fn abandon(&self) -> Result<(), Failure> {
        self.change(|edit| edit.abandon(&self.place))
    }
}
