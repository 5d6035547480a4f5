//! What one instance of a program says of its settings to those who look after all of them.

use std::{
    error::Error,
    time::{Duration, SystemTime},
};

/// After how many heartbeats that did not come an instance is lost.
const MISSED: u32 = 3;

/// What one instance of a program says of its settings. No value is in it, and no place that a value came from.
///
/// [`Watch::publish_to`](crate::Watch::publish_to) makes one after every refresh.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InstanceState {
    /// The name of the program.
    pub app: String,
    /// Its version; empty where no one says.
    pub version: String,
    /// The fingerprint of its manifest: two releases with the same contract have the same.
    pub manifest: String,
    /// The profile that it runs in.
    pub profile: Option<String>,
    /// Which of the processes of the program it is.
    pub instance: String,
    /// The number of the generation that counts.
    pub generation: u64,
    /// When that generation was made.
    pub since: SystemTime,
    /// When the sources were last asked.
    pub refreshed: SystemTime,
    /// When the instance was last heard of.
    pub heard: SystemTime,
    /// How often it is heard of.
    pub heartbeat: Duration,
    /// Why the last change could not be taken; empty where it could.
    pub causes: Vec<Cause>,
    /// The keys, in the order of the manifest; those of the elements of lists and maps stand for all elements.
    pub keys: Vec<InstanceKey>,
}

/// What one instance says of one key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InstanceKey {
    /// Its path.
    pub path: String,
    /// Whether it may change while the program runs.
    pub is_live: bool,
    /// What is to be said of its value.
    pub standing: Standing,
    /// The value that counts; `None` where no source has one.
    pub origin: Option<OriginKind>,
    /// The value that waits for a restart, or cannot be taken.
    pub offered: Option<OriginKind>,
    /// A keyed fingerprint of the raw value that counts, or of the default. `None` where there is neither, and where the
    /// publisher has no key.
    pub fingerprint: Option<String>,
    /// The generation that brought the value.
    pub generation: u64,
    /// When that generation was made.
    pub since: SystemTime,
}

/// Where a value came from, without the place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OriginKind {
    /// The kind of source, as the option `sources(..)` takes it.
    pub kind: String,
    /// The version of the value in its store, where there is one.
    pub version: Option<String>,
}

/// What an instance says of the value of a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Standing {
    /// No source has it: the default counts, or nothing does.
    Default,
    /// A source has it, and it counts.
    Set,
    /// A source has another value now, which counts after a restart.
    PendingRestart,
    /// A source has another value now, which cannot be taken.
    Rejected,
}

/// Why a change could not be taken, without what was wrong with which value.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Cause {
    /// The path of the key that it is about, where it is about one.
    pub path: Option<String>,
    /// The code of the problem, as in a report; `refused` where a part of the program objected.
    pub code: String,
}

/// Where the instances of a program say how they are.
///
/// A publisher is called on a thread of its own, one call after the other: it may wait. One that fails is called again.
/// Only [`fingerprint`](Self::fingerprint) is called by a refresh, and must not wait.
///
/// # Example
/// ```
/// use confident_core::{InstanceState, Publish};
///
/// /// Says how many keys wait for a restart.
/// struct Counting;
///
/// impl Publish for Counting {
///     fn publish(&self, state: &InstanceState) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
///         let waits = |key: &&confident_core::InstanceKey| key.offered.is_some();
///         println!("{} wait", state.keys.iter().filter(waits).count());
///         Ok(())
///     }
/// }
/// ```
pub trait Publish: Send + Sync + 'static {
    /// The name of this process among those of the program.
    fn instance(&self) -> String {
        format!("pid-{}", std::process::id())
    }

    /// A keyed fingerprint of a raw value, bound to the program and the path of the key; `None` where there is no key. The
    /// value is lent in pieces, each of which counts with its length: the same value has the same pieces, wherever it came
    /// from. It is not called for what has not changed.
    fn fingerprint(&self, app: &str, path: &str, pieces: &[&[u8]]) -> Option<String> {
        let _ = (app, path, pieces);
        None
    }

    /// Puts the state in the place of the one before. It is called after every refresh, and as a heartbeat.
    ///
    /// # Errors
    /// Why others do not see the state now. It is told as an event, and tried again.
    fn publish(&self, state: &InstanceState) -> Result<(), Box<dyn Error + Send + Sync>>;

    /// Takes the state back, because the program does not watch its settings any more.
    ///
    /// # Errors
    /// Why others still see the state. It is not tried again: the instance counts as lost after a while.
    fn withdraw(&self, state: &InstanceState) -> Result<(), Box<dyn Error + Send + Sync>> {
        let _ = state;
        Ok(())
    }
}

impl InstanceState {
    /// The key at `path`.
    pub fn key(&self, path: &str) -> Option<&InstanceKey> {
        self.keys.iter().find(|key| key.path == path)
    }

    /// Whether the instance has been silent for three heartbeats.
    pub fn is_lost(&self, now: SystemTime) -> bool {
        // One that was heard of in the future has a clock of its own, and is there.
        now.duration_since(self.heard).is_ok_and(|silent| silent > self.heartbeat.saturating_mul(MISSED))
    }
}

impl Standing {
    /// All of them.
    pub const ALL: &'static [Self] = &[Self::Default, Self::Set, Self::PendingRestart, Self::Rejected];

    /// Its name for machines.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Default => "default",
            Self::Set => "set",
            Self::PendingRestart => "pending_restart",
            Self::Rejected => "rejected",
        }
    }

    /// Whether what the sources have counts.
    pub const fn is_applied(self) -> bool {
        matches!(self, Self::Default | Self::Set)
    }
}
