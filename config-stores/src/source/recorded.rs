//! What the audit trail says of a load: one record for each key, before its value is handed out.

use std::time::Duration;

use confident_core::{Answers, Manifest};

use super::{Got, Instead, Known, Read, StoreSource};
use crate::{
    Entry, Failure, Fault, Lease, Place,
    audit::{Action, AuditError, Event, Outcome, Trail, Who},
};

/// Where records go, and which process makes them.
#[derive(Clone)]
pub(super) struct Recorder {
    pub(super) trail: Trail,
    pub(super) instance: String,
}

impl Recorder {
    pub(super) fn new(trail: Trail) -> Self {
        Self { trail, instance: format!("process {}", std::process::id()) }
    }

    fn trail(&self, manifest: &Manifest, profile: Option<&str>) -> Trail {
        let who = Who::of(manifest).instance(self.instance.as_str());
        self.trail.by(who.profile(profile.unwrap_or_default()))
    }
}

/// Why a place is asked for, by what is known of it.
pub(super) fn action(known: &Known, outcome: &Result<std::sync::Arc<Entry>, Failure>) -> Action {
    match (&known.seen, outcome) {
        (None, _) => Action::Access,
        (Some(seen), Ok(entry)) if *seen != entry.version => Action::Rotation,
        (Some(_), _) => Action::Refresh,
    }
}

/// What is recorded of one key.
pub(super) struct Recorded<'r> {
    pub(super) place: &'r Place,
    pub(super) read: &'r Read,
    pub(super) got: &'r Result<Got, Failure>,
    /// The text for the key, or why there is none.
    pub(super) text: Result<&'r [u8], &'r Failure>,
}

impl StoreSource {
    /// Records what comes of a load. Where the trail fails closed, and it fails, no value is handed out.
    pub(super) fn record(
        &self,
        manifest: &Manifest,
        profile: Option<&str>,
        all: &[Recorded<'_>],
        answers: &mut Answers<'_, '_>,
    ) -> Result<(), ()> {
        let Some(recorder) = &self.recorder else { return Ok(()) };
        let places: Vec<String> = all.iter().map(|one| one.place.to_string()).collect();
        let events = all.iter().zip(&places).map(|(one, place)| {
            let Recorded { read, got, text, .. } = one;
            let (store, version, outcome) = match (got, text) {
                (Ok(got), Ok(_)) => {
                    let is_old = matches!(got.instead, Some((_, Instead::Earlier(_))));
                    let outcome = if is_old { Outcome::Stale } else { Outcome::Ok };
                    (got.store, got.entry.version.as_deref(), outcome)
                }
                (Ok(got), Err(failure)) => (got.store, got.entry.version.as_deref(), outcome_of(failure)),
                (Err(failure), _) => (read.store, None, outcome_of(failure)),
            };
            let event = Event::new(read.action, outcome)
                .key(one.place.entry.path)
                .store(self.stores[store].kind())
                .path(place)
                .version(version.unwrap_or_default())
                .duration(read.took);
            match text {
                Ok(text) => event.value(text),
                Err(_) => event,
            }
        });
        let events = events
            .zip(all.iter().zip(&places))
            .flat_map(|(event, (one, place))| [Some(event), self.before(one, place)].into_iter().flatten());
        let events: Vec<Event<'_>> = events.collect();
        let keys: Vec<&str> = all.iter().map(|one| one.place.entry.path).collect();
        let recorded = recorder.trail(manifest, profile).record_all(&events);
        recorded.map_err(|error| cannot_record(&error, &keys, answers))
    }

    /// What is recorded of the request for what stood at a place before.
    fn before<'r>(&self, one: &Recorded<'r>, place: &'r str) -> Option<Event<'r>> {
        let Recorded { read, got, .. } = one;
        let asked = read.before.as_ref()?;
        let outcome = asked.as_ref().map_or_else(outcome_of, |()| Outcome::Ok);
        let entry = got.as_ref().ok().map(|got| &got.entry);
        let version = entry.and_then(|entry| entry.previous.as_ref()?.0.version.as_deref());
        let event = Event::new(read.action, outcome).key(one.place.entry.path).path(place);
        let event = event.store(self.stores[read.store].kind());
        Some(version.into_iter().fold(event, Event::version))
    }

    /// Records that the program asked for what is not its own.
    pub(super) fn record_forbidden(
        &self,
        manifest: &Manifest,
        profile: Option<&str>,
        keys: &[&str],
        answers: &mut Answers<'_, '_>,
    ) {
        let Some(recorder) = &self.recorder else { return };
        let kind = self.first().kind();
        let events =
            keys.iter().map(|key| Event::new(Action::Policy, Outcome::Forbidden).key(key).store(kind));
        let events: Vec<Event<'_>> = events.collect();
        if let Err(error) = recorder.trail(manifest, profile).record_all(&events) {
            cannot_record(&error, keys, answers);
        }
    }

    /// Records that a program that runs did not take new values.
    pub(super) fn record_rejected(&self, manifest: &Manifest, profile: Option<&str>, places: &[Place]) {
        let Some(recorder) = &self.recorder else { return };
        let versions: Vec<Option<String>> = {
            let known = self.known();
            places.iter().map(|place| known.get(&place.path)?.seen.clone().flatten()).collect()
        };
        let kind = self.first().kind();
        let names: Vec<String> = places.iter().map(ToString::to_string).collect();
        let events = places.iter().zip(&names).zip(&versions).filter_map(|((place, name), version)| {
            // Of what was never read here, another source is to blame.
            let version = version.as_deref()?;
            let event = Event::new(Action::Refusal, Outcome::Invalid).key(place.entry.path).store(kind);
            Some(event.path(name).version(version))
        });
        let events: Vec<Event<'_>> = events.collect();
        // What was before counts on in any case; the next load fails, where the trail fails closed.
        let _ = recorder.trail(manifest, profile).record_all(&events);
    }

    /// Records what came of the renewal of a lease.
    pub(super) fn record_renewal(
        &self,
        path: &str,
        store: usize,
        outcome: &Result<Lease, Failure>,
        took: Duration,
    ) {
        let Some(recorder) = &self.recorder else { return };
        let outcome = outcome.as_ref().map_or_else(outcome_of, |_| Outcome::Ok);
        let event =
            Event::new(Action::Refresh, outcome).store(self.stores[store].kind()).path(path).duration(took);
        // A lease that was renewed is renewed; the next load fails, where the trail fails closed.
        let _ = recorder.trail.by(Who::default().instance(recorder.instance.as_str())).record(&event);
    }
}

fn cannot_record(error: &AuditError, keys: &[&str], answers: &mut Answers<'_, '_>) {
    let cure = "let the trail be written again, or let its operator choose that a load goes on without (`OnFailure::Open`)";
    answers.refused(keys, "audit trail", &format!("is not handed out, because {error}"), &[cure.to_owned()]);
}

fn outcome_of(failure: &Failure) -> Outcome {
    match failure.fault() {
        Fault::Unreachable | Fault::Timeout => Outcome::Unreachable,
        Fault::Busy | Fault::Unavailable | Fault::Sealed => Outcome::Unavailable,
        Fault::Denied | Fault::Unauthenticated => Outcome::Denied,
        Fault::Absent => Outcome::Absent,
        Fault::Deleted => Outcome::Deleted,
        Fault::RolledBack => Outcome::RolledBack,
        Fault::WrongShape => Outcome::Invalid,
        Fault::Malformed | Fault::TooLarge => Outcome::Malformed,
        _ => Outcome::Failed,
    }
}
