//! When something is tried again.

use std::time::Duration;

/// How often and how soon a store is asked again after a fault that may pass.
///
/// Pauses double, and each is drawn from between nothing and its length: a fleet that lost its store does not come
/// back all at once.
///
/// # Example
/// ```
/// use std::time::Duration;
///
/// use confident_stores::Retry;
///
/// let retry = Retry::default();
/// assert_eq!(retry.pause(0, 0.5), Duration::from_millis(125));
/// assert_eq!(retry.pause(3, 0.5), Duration::from_secs(1));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Retry {
    /// How often a store is asked at most, the first time included.
    pub attempts: u32,
    /// The longest pause after the first attempt.
    pub base: Duration,
    /// The longest pause of all.
    pub most: Duration,
    /// How long all attempts may take together, pauses included.
    pub within: Duration,
}

impl Default for Retry {
    /// Five attempts within 30 seconds.
    fn default() -> Self {
        Self {
            attempts: 5,
            base: Duration::from_millis(250),
            most: Duration::from_secs(10),
            within: Duration::from_secs(30),
        }
    }
}

impl Retry {
    /// Nothing is tried again.
    pub fn never() -> Self {
        Self { attempts: 1, ..Self::default() }
    }

    /// How often a store is asked at most, the first time included.
    #[must_use]
    pub fn attempts(mut self, attempts: u32) -> Self {
        self.attempts = attempts.max(1);
        self
    }

    /// How long all attempts may take together, pauses included.
    #[must_use]
    pub fn within(mut self, within: Duration) -> Self {
        self.within = within;
        self
    }

    /// The pause after the attempt with this number, counted from 0; `random` is from 0 to 1.
    pub fn pause(&self, attempt: u32, random: f64) -> Duration {
        let doubled = self.base.saturating_mul(1u32.checked_shl(attempt).unwrap_or(u32::MAX));
        doubled.min(self.most).mul_f64(random.clamp(0.0, 1.0))
    }
}
