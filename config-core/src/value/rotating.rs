//! A value that is replaced while the program runs, with the one before it for as long as that counts too.

use std::{
    fmt,
    time::{Duration, SystemTime},
};

use super::{Invalid, Raw, Value};
use crate::{
    grammar::How,
    manifest::{Empty, Key, Kind},
};

/// How long the value before the current one is accepted too, where the key does not say.
pub const OVERLAP: Duration = Duration::from_secs(24 * 60 * 60);

/// How long the value before the current one is accepted too, where the key has such values.
pub fn overlap_of(key: &Key) -> Option<Duration> {
    let said = || key.overlap().and_then(|time| Duration::from_text(time, &How::PLAIN).ok());
    key.rotates.then(|| said().unwrap_or(OVERLAP))
}

/// A value that is rotated: the current one, and for the time of the option `overlap` the one before it.
///
/// Whoever signs or logs in uses the current one. Whoever verifies accepts both, so that what was signed a moment
/// ago, or by an instance that has not seen the change yet, is still good. The one before is wiped when its time ends,
/// which makes a new generation of the settings.
///
/// A field of this type is `live`. While the program runs, it keeps by itself what was replaced; a store that keeps earlier
/// versions tells a program that starts in the meantime.
///
/// # Example
/// ```
/// use confident::{Config, Env, ExposeSecret, Rotating, SecretString};
///
/// /// The payments service.
/// #[derive(Config)]
/// #[config(app = "payments")]
/// struct Settings {
///     /// Signs sessions.
///     #[config(live, overlap = "1h")]
///     session_key: Rotating<SecretString>,
/// }
///
/// let source = Env::from_pairs([("PAYMENTS_SESSION_KEY", "correct horse")]);
/// let settings = Settings::loader().source(source).load()?;
/// let signature = |key: &SecretString| key.expose_secret().len(); // a real one, in a real program
/// let signed = signature(settings.session_key.current());
/// assert!(settings.session_key.verify_any(|key| signature(key) == signed));
/// assert!(settings.session_key.previous().is_none());
/// # Ok::<_, confident::Report>(())
/// ```
pub struct Rotating<T> {
    current: T,
    previous: Option<Previous<T>>,
}

struct Previous<T> {
    value: T,
    ends: SystemTime,
}

impl<T> Rotating<T> {
    /// The value that counts, for whoever signs or logs in.
    pub fn current(&self) -> &T {
        &self.current
    }

    /// The value before it, while whoever verifies accepts that too.
    pub fn previous(&self) -> Option<&T> {
        self.previous
            .as_ref()
            .filter(|previous| SystemTime::now() < previous.ends)
            .map(|previous| &previous.value)
    }

    /// Whether the current value passes the check, or else the one before it.
    ///
    /// The check of a signature or a token takes the same time for good and bad ones: compare with a function that is
    /// made for that.
    pub fn verify_any(&self, mut check: impl FnMut(&T) -> bool) -> bool {
        check(&self.current) || self.previous().is_some_and(check)
    }

    /// Both, the current one first.
    pub fn iter(&self) -> impl Iterator<Item = &T> {
        std::iter::once(&self.current).chain(self.previous())
    }
}

impl<T> From<T> for Rotating<T> {
    /// One that was never rotated.
    fn from(current: T) -> Self {
        Self { current, previous: None }
    }
}

impl<T: Value> Value for Rotating<T> {
    const KIND: &'static Kind = T::KIND;
    const SECRET: bool = T::SECRET;
    const ROTATES: bool = true;
    const EMPTY: Empty = T::EMPTY;

    fn from_text(text: &str, how: &How) -> Result<Self, Invalid> {
        T::from_text(text, how).map(Self::from)
    }

    fn from_raw(raw: &Raw<'_>, how: &How) -> Result<Self, Invalid> {
        let Raw::Rotated(rotated) = raw else { return T::from_raw(raw, how).map(Self::from) };
        let current = T::from_raw(&rotated.current, how)?;
        // One that cannot be read any more verifies nothing.
        let previous = T::from_raw(&rotated.previous, how).ok();
        Ok(Self { current, previous: previous.map(|value| Previous { value, ends: rotated.ends }) })
    }

    fn show(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.current.show(f)?;
        if self.previous().is_some() {
            f.write_str(" (and the one before)")?;
        }
        Ok(())
    }
}

impl<T: Value> fmt::Debug for Rotating<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.show(f)
    }
}
