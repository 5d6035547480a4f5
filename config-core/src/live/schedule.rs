//! When the sources are asked again unasked: the decision alone, without a clock and without a thread.

use std::time::Duration;

/// A source whose moment has passed, and that still has it, is not asked more often than this.
const SHORTEST_ASKED: Duration = Duration::from_secs(1);
/// The longest pause after refreshes that failed one after the other, where polls are not rarer than half of it.
const LONGEST_PAUSE: Duration = Duration::from_secs(300);
/// However rarely it polls: a failure is no reason to wait longer than twice this.
const LONGEST_BASE: Duration = Duration::from_secs(300);

/// When the sources of one program are asked again, where nothing tells of a change.
///
/// It is one of a fleet that starts at once, is told of a change at once and loses its store at once, and knows nothing
/// of the others. So pauses are drawn:
///
/// - Whoever may be in step with the others draws the next pause from all of the time between two polls, and only then
///   from up to a tenth less than that. This is how far along they were if they had polled for ever: their requests come
///   as evenly from the beginning as later.
/// - After a failure the pause is of the length of the time between two polls, not shorter, and doubles. Everyone fails
///   when the store is away: one who came back at once, and tried often, would be many times the usual load for the store
///   that is about to come back.
#[derive(Clone, Debug)]
pub struct Schedule {
    poll: Duration,
    /// How many refreshes failed one after the other.
    failures: u32,
    /// Whether the others may have looked at the same moment.
    is_in_step: bool,
    /// What a source wanted when the last refresh succeeded.
    asked: Option<Duration>,
}

impl Schedule {
    /// That of a program which has just started, and polls so often.
    pub const fn new(poll: Duration) -> Self {
        Self { poll, failures: 0, is_in_step: true, asked: None }
    }

    /// The program has looked: unasked, or because it was told to, as all others may have been.
    pub const fn looked(&mut self, is_unasked: bool, is_good: bool) {
        self.failures = if is_good { 0 } else { self.failures.saturating_add(1) };
        self.is_in_step = !is_unasked;
    }

    /// How long it is until the sources are asked unasked. `asked` is how long it is until one of them wants to be;
    /// `random` makes numbers from 0 to 1.
    pub fn pause(&mut self, asked: Option<Duration>, mut random: impl FnMut() -> f64) -> Duration {
        if self.failures > 0 {
            return self.pause_after_failures(random());
        }
        self.asked = asked;
        let mut polled = self.poll.mul_f64(1.0 - random() / 10.0);
        if self.is_in_step {
            polled = polled.mul_f64(random());
        }
        asked.map_or(polled, |asked| asked.max(SHORTEST_ASKED).min(polled))
    }

    fn pause_after_failures(&self, random: f64) -> Duration {
        let polled = self.poll.min(LONGEST_BASE);
        // What a source wanted to be asked for may end: that is for the last third of a lease, in which there must be
        // room for more than one attempt.
        let base = self.asked.map_or(polled, |asked| polled.min(asked.max(SHORTEST_ASKED) / 4));
        let doubled = base.saturating_mul(1 << self.failures.min(20));
        let longest = LONGEST_PAUSE.max(self.poll.saturating_mul(2));
        doubled.min(longest).mul_f64(0.25 + random * 0.75)
    }
}
