//! Replacing a value in a store while programs use it, step by step.

use std::{error::Error, fmt, time::SystemTime};

use confident_core::SecretString;

use crate::Failure;

/// A place of a store whose value can be replaced in steps.
///
/// Each step is done whole or not at all, and doing it again changes nothing: whoever replaces a value may be killed at any
/// time, and the place tells the next one how far it is.
pub trait Rotate {
    /// How far it is.
    ///
    /// # Errors
    /// The store does not answer.
    fn stage(&self) -> Result<Stage, Failure>;

    /// A value that stands at the place, where there is such a one.
    ///
    /// # Errors
    /// The store does not answer.
    fn text(&self, which: Which) -> Result<Option<SecretString>, Failure>;

    /// Keeps the next value beside the current one, where no program reads it, and answers its version.
    ///
    /// # Errors
    /// The store does not take it, or there is another already.
    fn begin(&self, text: SecretString) -> Result<String, Failure>;

    /// Makes the next value the current one, and answers its version. The one before is kept.
    ///
    /// # Errors
    /// The store does not take it.
    fn promote(&self) -> Result<String, Failure>;

    /// Lets go of the value before the current one: the rotation is over.
    ///
    /// # Errors
    /// The store does not take it.
    fn retire(&self) -> Result<(), Failure>;

    /// Lets go of the next value, which never was the current one.
    ///
    /// # Errors
    /// The store does not take it.
    fn abandon(&self) -> Result<(), Failure>;
}

/// How far the rotation of a value is.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Stage {
    /// It is not being rotated.
    Idle,
    /// The next value, of this version, stands beside the current one.
    Pending(String),
    /// The next value is the current one, and the one before is still good.
    Promoted {
        /// Its version.
        version: String,
        /// When it became the current one, where the store knows.
        since: Option<SystemTime>,
    },
}

/// One of the values at a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Which {
    /// The one that programs read.
    Current,
    /// The one that is to be the next.
    Pending,
    /// The one that was current before a rotation that is not over.
    Previous,
}

/// A step of a rotation, in their order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Step {
    /// The next value is made, and kept beside the current one.
    Begin,
    /// Whoever checks the value, such as a database, is told of the next one.
    Apply,
    /// The next value is tried.
    Test,
    /// It becomes the current one.
    Promote,
    /// All instances take it.
    Wait,
    /// Whoever checks the value forgets the one before.
    Revoke,
    /// The store forgets it, too.
    Retire,
}

/// What a rotation does outside of the store. Each may be called again after a crash, for the same values.
pub trait Steps {
    /// The next value.
    ///
    /// # Errors
    /// There is none.
    fn make(&mut self, current: Option<&SecretString>) -> Result<SecretString, Reason>;

    /// Tells whoever checks the value of the next one, and leaves the current one valid.
    ///
    /// # Errors
    /// It is not taken.
    fn apply(&mut self, pending: &SecretString) -> Result<(), Reason>;

    /// Tries the next value.
    ///
    /// # Errors
    /// It does not work.
    fn test(&mut self, pending: &SecretString) -> Result<(), Reason>;

    /// Waits until every instance has taken the version.
    ///
    /// # Errors
    /// Some have not in time.
    fn wait(&mut self, version: &str) -> Result<(), Reason>;

    /// Tells whoever checks the value to forget this one.
    ///
    /// # Errors
    /// It is not taken.
    fn revoke(&mut self, previous: &SecretString) -> Result<(), Reason>;

    /// Is told of every step that is done, and of the version that it was done for.
    ///
    /// # Errors
    /// The rotation must not go on, as where it cannot be recorded.
    fn done(&mut self, step: Step, version: &str) -> Result<(), Reason>;
}

/// Why a step is not done. It never quotes a value.
pub type Reason = Box<dyn Error + Send + Sync>;

/// Why a rotation stopped, and where. It can be gone on with from there.
#[derive(Debug)]
#[non_exhaustive]
pub struct Stopped {
    /// The step that is not done.
    pub step: Step,
    /// Why it is not.
    pub reason: Reason,
}

/// Replaces the value at a place, or goes on where another one stopped, and answers the version that counts then.
///
/// Until the next value has passed its test, nothing changes for anyone. Until all instances have taken it, the one before is
/// valid.
///
/// # Errors
/// A step could not be done. Everything before it is done, and is not done again when this is called again.
pub fn rotate(place: &dyn Rotate, steps: &mut dyn Steps) -> Result<String, Stopped> {
    let mut stage = at(Step::Begin, place.stage())?;
    if stage == Stage::Idle {
        let current = at(Step::Begin, place.text(Which::Current))?;
        let text = at(Step::Begin, steps.make(current.as_ref()))?;
        let version = at(Step::Begin, place.begin(text))?;
        at(Step::Begin, steps.done(Step::Begin, &version))?;
        stage = Stage::Pending(version);
    }
    let version = match stage {
        Stage::Pending(version) => {
            let pending = at(Step::Apply, place.text(Which::Pending))?;
            let Some(pending) = pending else {
                let gone = "the next value is not there any more; someone else is at it".into();
                return Err(Stopped { step: Step::Apply, reason: gone });
            };
            at(Step::Apply, steps.apply(&pending))?;
            at(Step::Apply, steps.done(Step::Apply, &version))?;
            at(Step::Test, steps.test(&pending))?;
            at(Step::Test, steps.done(Step::Test, &version))?;
            let version = at(Step::Promote, place.promote())?;
            at(Step::Promote, steps.done(Step::Promote, &version))?;
            version
        }
        Stage::Promoted { version, .. } => version,
        Stage::Idle => unreachable!("a rotation that was begun is not idle"),
    };
    at(Step::Wait, steps.wait(&version))?;
    at(Step::Wait, steps.done(Step::Wait, &version))?;
    if let Some(previous) = at(Step::Revoke, place.text(Which::Previous))? {
        at(Step::Revoke, steps.revoke(&previous))?;
        at(Step::Revoke, steps.done(Step::Revoke, &version))?;
    }
    at(Step::Retire, place.retire())?;
    at(Step::Retire, steps.done(Step::Retire, &version))?;
    Ok(version)
}

fn at<T>(step: Step, outcome: Result<T, impl Into<Reason>>) -> Result<T, Stopped> {
    outcome.map_err(|reason| Stopped { step, reason: reason.into() })
}

impl Step {
    /// All of them, in their order.
    pub const ALL: [Self; 7] =
        [Self::Begin, Self::Apply, Self::Test, Self::Promote, Self::Wait, Self::Revoke, Self::Retire];

    /// Its name for machines.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Begin => "begin",
            Self::Apply => "apply",
            Self::Test => "test",
            Self::Promote => "promote",
            Self::Wait => "wait",
            Self::Revoke => "revoke",
            Self::Retire => "retire",
        }
    }
}

impl fmt::Display for Stopped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "stopped at the step {}: {}", self.step.name(), self.reason)
    }
}

impl Error for Stopped {}
