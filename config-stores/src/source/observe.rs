//! What metrics say of a store and of the values that came from it.
//!
//! Labels are the name of the program, keys of its manifest, kinds of stores, and words of [`Fault`]: never a place,
//! which has the profile in it, and never a value.

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
    time::{Duration, SystemTime},
};

use confident_core::metrics;

use super::{Got, Instead, Read, StoreSource};
use crate::{Ask, Entry, Failure, Fault, Lease, Place, Store};

/// Whether anyone listens. Without, nothing is kept.
const IS_ON: bool = cfg!(feature = "metrics");

/// What was seen of keys, by the names of their programs and their paths.
#[derive(Default)]
pub(super) struct Observed(Mutex<HashMap<(&'static str, &'static str), Seen>>);

/// What was seen of a key.
#[derive(Default)]
struct Seen {
    /// The path of its place: what a lease is known by.
    place: String,
    /// When its value was read last, on the clock's `elapsed`.
    fresh_at: Option<Duration>,
    /// The version that each of the stores had, by their numbers.
    versions: HashMap<usize, String>,
    /// Whether its value had an end.
    had_end: bool,
}

impl Observed {
    fn all(&self) -> MutexGuard<'_, HashMap<(&'static str, &'static str), Seen>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl StoreSource {
    /// Asks a store, and measures it.
    pub(super) fn measured(
        &self,
        store: &dyn Store,
        ask: &Ask<'_>,
        attempt: u32,
    ) -> Vec<Result<Entry, Failure>> {
        if !IS_ON {
            return store.read(ask);
        }
        let (app, kind, start) = (ask.app, store.kind(), self.clock.elapsed());
        let answered = store.read(ask);
        let took = self.clock.elapsed().saturating_sub(start);
        if attempt > 0 {
            metrics::STORE_RETRIES.add(1, &[app, kind]);
        }
        let missing = (answered.len()..ask.places.len()).map(|_| Some(Fault::Malformed));
        let faults = answered.iter().map(|one| one.as_ref().err().map(Failure::fault));
        let mut of_store = None;
        for fault in faults.chain(missing) {
            metrics::STORE_REQUESTS.add(1, &[app, kind, word(fault)]);
            of_store = of_store.or(fault.filter(|fault| !Failure::new(*fault).is_of_place()));
        }
        metrics::STORE_REQUEST_SECONDS.record(took.as_secs_f64(), &[app, kind, word(of_store)]);
        answered
    }

    /// Asks for what stood at a place before.
    pub(super) fn measured_before(
        &self,
        app: &str,
        store: &dyn Store,
        path: &str,
        version: &str,
    ) -> Result<Option<Entry>, Failure> {
        let start = self.clock.elapsed();
        let answered = store.before(path, version);
        // Most stores have nothing to ask.
        if IS_ON && !matches!(answered, Ok(None)) {
            let labels = [app, store.kind(), word(answered.as_ref().err().map(Failure::fault))];
            let took = self.clock.elapsed().saturating_sub(start);
            metrics::STORE_REQUESTS.add(1, &labels);
            metrics::STORE_REQUEST_SECONDS.record(took.as_secs_f64(), &labels);
        }
        answered
    }

    /// Counts an answer that is refused because its version is older.
    pub(super) fn observe_answer(&self, app: &str, read: &Read) {
        if IS_ON && read.outcome.as_ref().is_err_and(|failure| failure.fault() == Fault::RolledBack) {
            let kind = self.stores[read.store].kind();
            metrics::STORE_REQUESTS.add(1, &[app, kind, Fault::RolledBack.word()]);
        }
    }

    /// Says how old the value of a key is, when it ends, and whether it changed.
    pub(super) fn observe_value(
        &self,
        app: &'static str,
        place: &Place,
        got: &Result<Got, Failure>,
        answered: &Result<(), Failure>,
    ) {
        if !IS_ON {
            return;
        }
        let labels = [app, place.entry.path];
        let now = self.clock.elapsed();
        let mut all = self.shared.observed.all();
        let seen = all.entry((app, place.entry.path)).or_default();
        seen.place.clone_from(&place.path);
        match (got, answered) {
            (Ok(Got { instead: Some((_, Instead::Earlier(_))), .. }), _) => seen.say_age(now, &labels),
            (Ok(got), Ok(())) => {
                seen.fresh_at = Some(now);
                seen.say_age(now, &labels);
                seen.say_end(end(&got.entry, got.at), &labels);
                seen.say_change(got, &labels);
            }
            // Where a value was taken out of the store, and the key does not say that it is there, nothing is amiss.
            (_, Err(failure)) if failure.fault() == Fault::Absent && !place.is_own => {
                if seen.fresh_at.take().is_some() {
                    metrics::VALUE_STALE_SECONDS.set(0.0, &labels);
                    seen.say_end(None, &labels);
                }
            }
            (_, Err(_)) | (Err(_), Ok(())) => seen.say_age(now, &labels),
        }
    }

    /// Counts the renewal of the lease of a place, and says when its values end now.
    pub(super) fn observe_renewal(&self, place: &str, store: usize, outcome: &Result<Lease, Failure>) {
        if !IS_ON {
            return;
        }
        let fault = outcome.as_ref().err().map(Failure::fault);
        let mut app_of_lease = None;
        for ((app, key), seen) in self.shared.observed.all().iter_mut() {
            if seen.place != place {
                continue;
            }
            app_of_lease = Some(*app);
            if let Ok(lease) = outcome {
                seen.say_end(Some(end_of_lease(lease, self.clock.now())), &[app, key]);
            }
        }
        if let Some(app) = app_of_lease {
            metrics::LEASE_RENEWALS.add(1, &[app, self.stores[store].kind(), word(fault)]);
        }
    }
}

impl Seen {
    fn say_age(&self, now: Duration, labels: &[&str]) {
        // Of a value that was never read, nothing is old.
        if let Some(fresh_at) = self.fresh_at {
            metrics::VALUE_STALE_SECONDS.set(now.saturating_sub(fresh_at).as_secs_f64(), labels);
        }
    }

    fn say_end(&mut self, end: Option<End>, labels: &[&str]) {
        let (refresh, expires) = match end {
            Some(End { refresh, expires }) => (unix(refresh), unix(expires)),
            None if self.had_end => (f64::INFINITY, f64::INFINITY),
            None => return,
        };
        self.had_end = true;
        metrics::VALUE_REFRESH_TIMESTAMP.set(refresh, labels);
        metrics::VALUE_EXPIRES_TIMESTAMP.set(expires, labels);
    }

    /// Versions of different stores say nothing of each other.
    fn say_change(&mut self, got: &Got, labels: &[&str]) {
        let is_other = match &got.entry.version {
            Some(version) => {
                let earlier = self.versions.insert(got.store, version.clone());
                earlier.is_some_and(|earlier| earlier != *version)
            }
            None => false,
        };
        if is_other {
            metrics::VALUE_ROTATIONS.add(1, labels);
        }
        if let Some(moment) = got.entry.written.or(is_other.then_some(got.at)) {
            metrics::VALUE_CHANGED_TIMESTAMP.set(unix(moment), labels);
        }
    }
}

/// When a value should be renewed or read anew, at the latest, and when it ends.
struct End {
    refresh: SystemTime,
    expires: SystemTime,
}

fn end(entry: &Entry, at: SystemTime) -> Option<End> {
    let (again, ends) = (entry.again_after(0.0)?, entry.ends_after()?);
    Some(End { refresh: at + again, expires: at + ends })
}

fn end_of_lease(lease: &Lease, at: SystemTime) -> End {
    End { refresh: at + lease.again_after(0.0), expires: at + lease.duration }
}

fn word(fault: Option<Fault>) -> &'static str {
    fault.map_or(metrics::OK, Fault::word)
}

fn unix(moment: SystemTime) -> f64 {
    moment.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_secs_f64()
}
