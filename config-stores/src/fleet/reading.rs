//! What all instances say, and what follows from it.

use std::time::SystemTime;

use confident_core::{InstanceState, Standing};

use super::Found;

/// What all instances said when they were read.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Reading {
    /// When it was read.
    pub at: SystemTime,
    /// The instances, by the names of their program, profile and instance.
    pub instances: Vec<InstanceState>,
    /// What is there, and cannot be read.
    pub bad: Vec<BadState>,
}

/// A state that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub struct BadState {
    /// The file, or the key of etcd.
    pub name: String,
    /// What is wrong with it, and what to do.
    pub reason: String,
}

/// How an instance is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Condition {
    /// What its sources have counts.
    Applied,
    /// A fixed key has another value, which counts after a restart.
    Pending,
    /// What its sources have cannot be taken.
    Rejected,
    /// It has been silent for three heartbeats: it has died, or cannot publish.
    Lost,
}

impl Condition {
    /// How an instance is at this moment.
    pub fn of(state: &InstanceState, at: SystemTime) -> Self {
        let is_any = |standing| state.keys.iter().any(|key| key.standing == standing);
        if state.is_lost(at) {
            Self::Lost
        } else if !state.causes.is_empty() || is_any(Standing::Rejected) {
            Self::Rejected
        } else if is_any(Standing::PendingRestart) {
            Self::Pending
        } else {
            Self::Applied
        }
    }

    /// Its name for machines.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Applied => "applied",
            Self::Pending => "pending",
            Self::Rejected => "rejected",
            Self::Lost => "lost",
        }
    }
}

/// Which instances of a program have taken a version of a key.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Uptake<'r> {
    /// Those whose value is of the version, and counts.
    pub taken: Vec<&'r InstanceState>,
    /// Those that have not taken it, and those that are lost.
    pub missing: Vec<&'r InstanceState>,
    /// How many states cannot be read, and might be of others that have not.
    pub unknown: usize,
}

impl Uptake<'_> {
    /// Whether there are instances, and all of them have taken it.
    pub fn is_complete(&self) -> bool {
        !self.taken.is_empty() && self.missing.is_empty() && self.unknown == 0
    }
}

impl Reading {
    pub(super) fn new(found: Vec<Found>) -> Self {
        let (mut instances, mut bad) = (Vec::new(), Vec::new());
        for Found { name, state } in found {
            match state {
                Ok(state) => instances.push(state),
                Err(reason) => bad.push(BadState { name, reason }),
            }
        }
        let place =
            |state: &InstanceState| (state.app.clone(), state.profile.clone(), state.instance.clone());
        instances.sort_by_cached_key(place);
        bad.sort();
        Self { at: SystemTime::now(), instances, bad }
    }

    /// How an instance is.
    pub fn condition(&self, state: &InstanceState) -> Condition {
        Condition::of(state, self.at)
    }

    /// Which instances of a program, in a profile, have taken a version of the key at `path`.
    pub fn uptake(&self, app: &str, profile: Option<&str>, path: &str, version: &str) -> Uptake<'_> {
        let is_of = |state: &&InstanceState| state.app == app && state.profile.as_deref() == profile;
        let has_taken = |state: &&InstanceState| {
            let key = state.key(path).filter(|key| key.standing.is_applied());
            let origin = key.and_then(|key| key.origin.as_ref());
            origin.is_some_and(|origin| origin.version.as_deref() == Some(version)) && !state.is_lost(self.at)
        };
        let (taken, missing) = self.instances.iter().filter(is_of).partition(has_taken);
        Uptake { taken, missing, unknown: self.bad.len() }
    }
}
