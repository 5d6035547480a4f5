//! What a program that watches its settings says of them, without a value.

use std::time::SystemTime;

use crate::{instance::Standing, source::Origin};

/// What is to be said of the settings of a program that runs: of every key where it comes from, and what waits for a
/// restart. No value is in it, but for what a report quotes of keys that are not secret.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Status {
    /// The number of the current generation.
    pub generation: u64,
    /// When it was made.
    pub at: SystemTime,
    /// The keys, in the order of the manifest; those of the elements of lists and maps stand for all elements.
    pub keys: Vec<KeyStatus>,
    /// When the sources were last asked.
    pub refreshed: SystemTime,
    /// How often something was read anew since the start.
    pub refreshes: u64,
    /// How often what was read could not be taken.
    pub rejections: u64,
    /// Why the last change could not be taken, if it could not: a report, which quotes values of keys that are not secret.
    pub rejected: Option<String>,
}

/// What is to be said of one key.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct KeyStatus {
    /// Its path.
    pub path: String,
    /// Whether it may change while the program runs.
    pub is_live: bool,
    /// What is to be said of its value.
    pub state: KeyState,
    /// Where the value that counts came from; `None` where no source has it.
    pub origin: Option<Origin<'static>>,
    /// The generation that brought the value.
    pub generation: u64,
    /// When that generation was made.
    pub since: SystemTime,
    /// The keyed fingerprint of the value, where the settings are [published](crate::Watch::publish_to) with a key.
    pub fingerprint: Option<String>,
}

/// What is to be said of the value of one key.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum KeyState {
    /// No source has it: the default counts, or nothing does.
    Default,
    /// A source has it.
    Set,
    /// A source has another value now, which counts after a restart.
    PendingRestart {
        /// Where the new value is; `None` where no source has one any more.
        origin: Option<Origin<'static>>,
    },
    /// A source has another value now, which cannot be taken.
    Rejected {
        /// Where that value is; `None` where no source has one any more.
        origin: Option<Origin<'static>>,
    },
}

impl Status {
    /// The key at `path`.
    pub fn key(&self, path: &str) -> Option<&KeyStatus> {
        self.keys.iter().find(|key| key.path == path)
    }

    /// The keys with a new value that counts after a restart.
    pub fn pending_restart(&self) -> impl Iterator<Item = &KeyStatus> {
        self.keys.iter().filter(|key| matches!(key.state, KeyState::PendingRestart { .. }))
    }
}

impl KeyState {
    /// The name of the state for machines.
    pub const fn name(&self) -> &'static str {
        self.standing().name()
    }

    /// The same without the places.
    pub const fn standing(&self) -> Standing {
        match self {
            Self::Default => Standing::Default,
            Self::Set => Standing::Set,
            Self::PendingRestart { .. } => Standing::PendingRestart,
            Self::Rejected { .. } => Standing::Rejected,
        }
    }
}
