//! Stores as sources: what is the same for all of them.

mod observe;
mod recorded;

use std::{
    collections::{BTreeMap, HashMap},
    ffi::OsStr,
    fmt,
    path::PathBuf,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, SystemTime},
};

use confident_core::{
    __stores::overlap_of,
    Answers, How, KeyEntry, OnUnknown, Provenance, Source, Value, Waited, Wanted,
    manifest::{Empty, Key},
};

use zeroize::Zeroizing;

use self::recorded::{Recorded, Recorder};
use crate::{
    Ask, BadPaths, Clock, Entry, Failure, Fault, Paths, Place, Retry, Store, SystemClock,
    audit::{Action, Trail},
    flight::Flights,
    lease::Renewal,
};

/// A store as a source of a load, with all that is the same for all stores.
///
/// - Which place holds which key: [`paths`](Self::paths).
/// - A fault that may pass is tried again: [`retry`](Self::retry). Another one never is.
/// - While a store is away, the next one is asked: [`fallback`](Self::fallback). What a store denies, it denies.
/// - While all of them are away, a value that was read before is served, where its key has the option `max_stale`, and
///   no longer than that says. What was deleted or denied since is never served.
/// - A version that grows never goes back, unless the operator says so: [`accept_rollback`](Self::accept_rollback).
/// - There is one request in flight for each place, however many threads load.
///
/// A clone is the same source: it knows what was read before.
///
/// # Example
/// ```
/// use confident_stores::{Ask, Entry, Failure, Paths, Retry, Store};
///
/// # struct Vault;
/// # impl Store for Vault {
/// #     fn kind(&self) -> &'static str { "vault" }
/// #     fn name(&self) -> String { "vault https://vault.example".into() }
/// #     fn read(&self, ask: &Ask<'_>) -> Vec<Result<Entry, Failure>> { vec![] }
/// # }
/// # let (vault, replica) = (Vault, Vault);
/// let source = vault
///     .source()
///     .paths(Paths::new("{app}/{profile}#{variable}"))
///     .retry(Retry::default().attempts(3))
///     .fallback(replica);
/// ```
#[derive(Clone)]
pub struct StoreSource {
    stores: Vec<Arc<dyn Store>>,
    paths: Paths,
    retry: Retry,
    clock: Arc<dyn Clock>,
    recorder: Option<Recorder>,
    shared: Arc<Shared>,
}

/// What clones have together.
#[derive(Default)]
struct Shared {
    flights: Flights<Read>,
    known: Mutex<HashMap<String, Known>>,
    /// The newest version of a store that tells of changes.
    watched: Mutex<u64>,
    observed: observe::Observed,
}

/// What is known of a place from earlier reads.
#[derive(Default)]
struct Known {
    /// What was read, and when; only where a key at the place may be served stale, or where it was given on a lease.
    earlier: Option<Earlier>,
    /// The newest version that was seen, where versions grow.
    revision: Option<u64>,
    /// The version that was read last, if something was.
    seen: Option<Option<String>>,
    /// The lease that the value is given on, and the number of the store that gave it.
    renewal: Option<(usize, Renewal)>,
}

#[derive(Clone)]
struct Earlier {
    entry: Arc<Entry>,
    /// Of which store.
    store: usize,
    /// On the clock's `elapsed`.
    read_at: Duration,
}

/// What came of asking for one place.
#[derive(Clone)]
struct Read {
    /// The number of the store that answered, or failed last.
    store: usize,
    outcome: Result<Arc<Entry>, Failure>,
    /// What the stores before that failed with.
    passed: Option<Failure>,
    at: SystemTime,
    /// How long it took, with all attempts.
    took: Duration,
    /// Why it was asked for.
    action: Action,
    /// What came of asking for what stood there before, where that was asked for.
    before: Option<Result<(), Failure>>,
}

/// A value, and how it was got.
struct Got {
    entry: Arc<Entry>,
    store: usize,
    at: SystemTime,
    /// Why it does not come fresh from the first store.
    instead: Option<(Failure, Instead)>,
}

/// What a value comes from in place of the first store.
enum Instead {
    /// Another store.
    Store,
    /// An earlier read, so long ago.
    Earlier(Duration),
}

impl StoreSource {
    pub(crate) fn new(store: impl Store) -> Self {
        Self {
            stores: vec![Arc::new(store)],
            paths: Paths::default(),
            retry: Retry::default(),
            clock: Arc::new(SystemClock),
            recorder: None,
            shared: Arc::default(),
        }
    }

    /// Which place of the store holds which key; `{app}/{profile}/{path}`, unless said otherwise.
    #[must_use]
    pub fn paths(mut self, paths: Paths) -> Self {
        self.paths = paths;
        self
    }

    /// How often and how soon a fault that may pass is tried again.
    #[must_use]
    pub fn retry(mut self, retry: Retry) -> Self {
        self.retry = retry;
        self
    }

    /// The store that is asked while those before it are away: only for what a fault that may pass keeps them from
    /// answering. It is asked for the same places.
    #[must_use]
    pub fn fallback(mut self, store: impl Store) -> Self {
        self.stores.push(Arc::new(store));
        self
    }

    /// Records every access in an audit trail, before its value is handed out. Where the trail fails closed, and cannot be
    /// written, nothing is.
    #[must_use]
    pub fn audit(mut self, trail: &Trail) -> Self {
        self.recorder = Some(Recorder::new(trail.clone()));
        self
    }

    /// What the audit trail calls this process, such as the name of a host or a pod; its number, unless said otherwise.
    /// It says nothing before [`audit`](Self::audit) does.
    #[must_use]
    pub fn instance(mut self, instance: impl Into<String>) -> Self {
        if let Some(recorder) = &mut self.recorder {
            recorder.instance = instance.into();
        }
        self
    }

    /// Another clock, for tests.
    #[must_use]
    pub fn clock(mut self, clock: impl Clock) -> Self {
        self.clock = Arc::new(clock);
        self
    }

    /// Renews the leases that are due, and the tokens that they hang on, and answers how long it is to the next; `None`
    /// where there is none.
    ///
    /// A lease that a store does not renew any more is left to end: the value is read anew before that.
    pub fn keep_leases(&self) -> Option<Duration> {
        // The stores first: what they are asked with must not end before the leases do.
        let kept = self.stores.iter().filter_map(|store| store.keep()).min();
        let now = self.clock.elapsed();
        let mut due = Vec::new();
        for (path, known) in &*self.known() {
            if let Some((store, renewal)) = &known.renewal
                && renewal.due.is_some_and(|moment| moment <= now)
            {
                due.push((path.clone(), *store, renewal.lease.clone()));
            }
        }
        // Nothing is locked while a store is asked.
        for (path, store, lease) in due {
            let start = self.clock.elapsed();
            let outcome = self.stores[store].renew(&lease);
            self.observe_renewal(&path, store, &outcome);
            self.record_renewal(&path, store, &outcome, self.clock.elapsed().saturating_sub(start));
            let mut known = self.known();
            let Some((_, renewal)) = known.get_mut(&path).and_then(|known| known.renewal.as_mut()) else {
                continue;
            };
            if renewal.lease.id != lease.id {
                continue;
            }
            match outcome {
                Ok(lease) => renewal.renewed(lease, &*self.clock),
                Err(failure) => renewal.failed(&failure, &*self.clock),
            }
        }
        let next = self.known().values().filter_map(|known| known.renewal.as_ref()?.1.due).min();
        let next = next.map(|moment| moment.saturating_sub(self.clock.elapsed()));
        next.into_iter().chain(kept).min()
    }

    /// Gives all leases back, as a program does that stops.
    pub fn revoke_leases(&self) {
        let leases: Vec<(usize, Renewal)> =
            self.known().values_mut().filter_map(|known| known.renewal.take()).collect();
        for (store, Renewal { lease, .. }) in leases {
            // It ends by itself, if the store does not hear of it.
            let _ = self.stores[store].revoke(&lease);
        }
    }

    /// Takes the version that each place has when it is read next, though it may be older than the one before: the store was
    /// set back on purpose, such as from a backup.
    ///
    /// It is for an operator, who has found out why. From that read on, versions grow again.
    ///
    /// # Example
    /// ```
    /// # use confident_stores::{Ask, Entry, Failure, Store};
    /// # struct Vault;
    /// # impl Store for Vault {
    /// #     fn kind(&self) -> &'static str { "vault" }
    /// #     fn name(&self) -> String { "vault https://vault.example".into() }
    /// #     fn read(&self, ask: &Ask<'_>) -> Vec<Result<Entry, Failure>> { vec![] }
    /// # }
    /// # let vault = Vault;
    /// let source = vault.source();
    /// // A clone goes into the loader, whose settings are watched; the operator's command is given to the other.
    /// let for_the_loader = source.clone();
    /// source.accept_rollback();
    /// # drop(for_the_loader);
    /// ```
    pub fn accept_rollback(&self) {
        for known in self.known().values_mut() {
            known.revision = None;
            // The value before is one of the versions that were given up.
            known.earlier = None;
        }
        // The store tells of changes since a version that it may not have any more.
        *self.watched() = 0;
    }

    /// The newest version of the store that was told of, or read.
    fn watched(&self) -> MutexGuard<'_, u64> {
        self.shared.watched.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn known(&self) -> MutexGuard<'_, HashMap<String, Known>> {
        self.shared.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What the stores are called, the first one first.
    fn names(&self) -> String {
        let names: Vec<String> = self.stores.iter().map(|store| store.name()).collect();
        names.join(", or ")
    }

    /// The places of the keys that are wanted.
    fn places(&self, wanted: &Wanted<'_>) -> Result<Vec<Place>, BadPaths> {
        let store = self.first();
        self.paths.places(wanted.manifest(), wanted.profile(), store.kind(), store.holds())
    }

    fn first(&self) -> &dyn Store {
        &*self.stores[0]
    }

    /// Asks for the places, each of which is asked for once, and remembers what must be. What was given on a lease that is
    /// not about to end is not asked for, unless it was denied: every answer would be another login.
    fn read(&self, ask: Ask<'_>, places: &[Place], asks_anew: bool) -> BTreeMap<String, Read> {
        let mut paths: Vec<&str> = places.iter().map(|place| place.path.as_str()).collect();
        paths.sort_unstable();
        paths.dedup();
        let mut leased = BTreeMap::new();
        if !asks_anew {
            paths.retain(|path| {
                let Some(read) = self.leased(path) else { return true };
                leased.insert((*path).to_owned(), read);
                false
            });
        }
        let lost = Failure::new(Fault::Unavailable).detail("the thread that asked did not end well");
        let lost = Read {
            store: 0,
            outcome: Err(lost),
            passed: None,
            at: self.clock.now(),
            took: Duration::ZERO,
            action: Action::Access,
            before: None,
        };
        let reads = self.shared.flights.read(&paths, lost, |paths| {
            let reads = self.ask_stores(Ask { places: paths, ..ask });
            let reads = paths.iter().zip(reads).map(|(path, read)| {
                let read = self.with_before(ask.app, path, read, places);
                self.remember(path, read, places)
            });
            reads.inspect(|read| self.observe_answer(ask.app, read)).collect()
        });
        leased.extend(paths.into_iter().map(str::to_owned).zip(reads));
        leased
    }

    /// What a place was given on a lease that is not about to end.
    fn leased(&self, path: &str) -> Option<Read> {
        let known = self.known();
        let known = known.get(path)?;
        let (Earlier { entry, store, .. }, (_, renewal)) = (known.earlier.as_ref()?, known.renewal.as_ref()?);
        (self.clock.elapsed() < renewal.again).then(|| Read {
            store: *store,
            outcome: Ok(Arc::clone(entry)),
            passed: None,
            at: self.clock.now(),
            took: Duration::ZERO,
            action: Action::Access,
            before: None,
        })
    }

    /// How long it is until the lease of a place ends, and until something new must be asked for.
    fn lease_of(&self, path: &str) -> Option<(Duration, Duration)> {
        let known = self.known();
        let (_, renewal) = known.get(path)?.renewal.as_ref()?;
        let now = self.clock.elapsed();
        Some((renewal.ends.saturating_sub(now), renewal.again.saturating_sub(now)))
    }

    /// Asks one store after the other, for what is left by the ones before.
    fn ask_stores(&self, ask: Ask<'_>) -> Vec<Read> {
        let mut reads: Vec<Option<Read>> = vec![None; ask.places.len()];
        let mut left: Vec<usize> = (0..ask.places.len()).collect();
        for (number, store) in self.stores.iter().enumerate() {
            let places: Vec<&str> = left.iter().map(|at| ask.places[*at]).collect();
            let start = self.clock.elapsed();
            let outcomes = self.ask_store(&**store, Ask { places: &places, ..ask });
            let took = self.clock.elapsed().saturating_sub(start);
            let mut still = Vec::new();
            for (at, outcome) in left.into_iter().zip(outcomes) {
                if outcome.as_ref().is_err_and(|failure| failure.fault().is_transient()) {
                    still.push(at);
                }
                // The first failure is told: it is the reason why another store is asked.
                let passed = reads[at].take().and_then(|read| read.passed.or(read.outcome.err()));
                let outcome = outcome.map(Arc::new);
                let now = self.clock.now();
                let action = Action::Access;
                reads[at] =
                    Some(Read { store: number, outcome, passed, at: now, took, action, before: None });
            }
            left = still;
            if left.is_empty() {
                break;
            }
        }
        reads.into_iter().flatten().collect()
    }

    /// Asks one store, again where that may help.
    fn ask_store(&self, store: &dyn Store, ask: Ask<'_>) -> Vec<Result<Entry, Failure>> {
        let start = self.clock.elapsed();
        let mut outcomes: Vec<Option<Result<Entry, Failure>>> = Vec::new();
        outcomes.resize_with(ask.places.len(), || None);
        for attempt in 0.. {
            let left: Vec<usize> = (0..outcomes.len())
                .filter(|at| match &outcomes[*at] {
                    None => true,
                    Some(outcome) => outcome.as_ref().is_err_and(|failure| failure.fault().is_transient()),
                })
                .collect();
            let longest_pause = outcomes.iter().flatten().filter_map(|one| one.as_ref().err()?.pause()).max();
            if attempt > 0 {
                let pause = self.retry.pause(attempt - 1, self.clock.random());
                let pause = pause.max(longest_pause.unwrap_or_default());
                let spent = self.clock.elapsed().saturating_sub(start);
                if left.is_empty() || attempt >= self.retry.attempts || spent + pause > self.retry.within {
                    break;
                }
                self.clock.sleep(pause);
            }
            let places: Vec<&str> = left.iter().map(|at| ask.places[*at]).collect();
            let mut answered = self.measured(store, &Ask { places: &places, ..ask }, attempt).into_iter();
            for at in left {
                let missing =
                    || Err(Failure::new(Fault::Malformed).detail("it answered for fewer places than asked"));
                outcomes[at] = Some(answered.next().unwrap_or_else(missing));
            }
        }
        outcomes.into_iter().flatten().collect()
    }

    /// With what stood there before, where a key accepts that still and the store does not tell of it by itself.
    fn with_before(&self, app: &str, path: &str, mut read: Read, places: &[Place]) -> Read {
        let overlaps = places.iter().filter(|place| place.path == path);
        let overlap = overlaps.filter_map(|place| overlap_of(place.entry.key)).max();
        let store = &*self.stores[read.store];
        let Some(entry) = read.outcome.as_mut().ok().and_then(Arc::get_mut) else { return read };
        let (None, Some(overlap), Some(written)) = (&entry.previous, overlap, entry.written) else {
            return read;
        };
        let (Some(ends), Some(version)) = (written.checked_add(overlap), &entry.version) else { return read };
        if ends <= self.clock.now() {
            return read;
        }
        read.before = match self.measured_before(app, store, path, version) {
            // It was replaced between the two requests: what stood before it is what was read.
            Ok(Some(before)) if before.version == entry.version => None,
            Ok(Some(before)) => {
                entry.previous = Some(Box::new((before, ends)));
                Some(Ok(()))
            }
            Ok(None) => None,
            Err(failure) if matches!(failure.fault(), Fault::Absent | Fault::Deleted) => None,
            Err(failure) => Some(Err(failure)),
        };
        read
    }

    /// Keeps what later reads need, and refuses a version that is older than one before.
    fn remember(&self, path: &str, mut read: Read, places: &[Place]) -> Read {
        let may_be_stale =
            places.iter().any(|place| place.path == path && max_stale(place.entry.key).is_some());
        let mut all = self.known();
        let known = all.entry(path.to_owned()).or_default();
        read.action = recorded::action(known, &read.outcome);
        match &read.outcome {
            Ok(entry) if entry.revision < known.revision && entry.revision.is_some() => {
                let failure = Failure::new(Fault::RolledBack).at(path);
                let (had, has) = (known.revision.unwrap_or_default(), entry.revision.unwrap_or_default());
                read.outcome =
                    Err(failure.detail(format!("version {had} was read before, and it has {has} now")));
            }
            Ok(entry) => {
                let read_at = self.clock.elapsed();
                known.revision = entry.revision.or(known.revision);
                known.seen = Some(entry.version.clone());
                let mut watched = self.watched();
                *watched = entry.revision.unwrap_or_default().max(*watched);
                known.renewal =
                    entry.lease.clone().map(|lease| (read.store, Renewal::new(lease, &*self.clock)));
                let is_kept = may_be_stale || entry.lease.is_some();
                known.earlier =
                    is_kept.then(|| Earlier { entry: Arc::clone(entry), store: read.store, read_at });
            }
            Err(failure) => {
                // Who is not let in any more may not have what was given before.
                use Fault::{Absent, Deleted, Denied, Unauthenticated};
                if matches!(failure.fault(), Absent | Deleted | Denied | Unauthenticated) {
                    known.earlier = None;
                    known.renewal = None;
                }
            }
        }
        read
    }

    /// The value for one key, or why there is none.
    fn got(&self, place: &Place, read: &Read) -> Result<Got, Failure> {
        let Read { store, outcome, passed, at, took: _, action: _, before: _ } = read;
        let failure = match outcome {
            Ok(entry) => {
                let instead = passed.clone().map(|failure| (failure, Instead::Store));
                return Ok(Got { entry: Arc::clone(entry), store: *store, at: *at, instead });
            }
            Err(failure) => failure,
        };
        // The first store is the one that should have it.
        let failure = passed.as_ref().unwrap_or(failure);
        let earlier = match max_stale(place.entry.key) {
            Some(longest) if outcome.as_ref().is_err_and(|failure| failure.fault().is_transient()) => {
                let earlier = self.known().get(&place.path).and_then(|known| known.earlier.clone());
                earlier.map(|earlier| (earlier, longest))
            }
            _ => None,
        };
        let Some((Earlier { entry, store, read_at }, longest)) = earlier else { return Err(failure.clone()) };
        let age = self.clock.elapsed().saturating_sub(read_at);
        let lasts = entry.ends_after();
        if age > longest || lasts.is_some_and(|lasts| age >= lasts) {
            return Err(failure.clone());
        }
        let at = self.clock.now().checked_sub(age).unwrap_or(SystemTime::UNIX_EPOCH);
        Ok(Got { entry, store, at, instead: Some((failure.clone(), Instead::Earlier(age))) })
    }

    /// The text for one key, or why there is none.
    fn text(&self, place: &Place, got: &Got) -> Result<Zeroizing<Vec<u8>>, Failure> {
        let wrong =
            |detail: &'static str| Err(Failure::new(Fault::WrongShape).at(place.to_string()).detail(detail));
        let field = got.entry.field(place.field.as_deref());
        let text = field.map_err(|failure| failure.at(place.to_string()))?;
        if text.is_empty() && place.entry.key.empty == Empty::Error {
            return wrong("it is empty");
        }
        if std::str::from_utf8(&text).is_err() {
            return wrong("it is not UTF-8");
        }
        Ok(text)
    }

    /// Answers with the value of one key.
    fn answer<'a>(&self, place: &Place, got: &Got, text: Zeroizing<Vec<u8>>, answers: &mut Answers<'_, 'a>) {
        let Got { entry, store, at, .. } = got;
        if text.is_empty() && place.entry.key.empty == Empty::Unset {
            return;
        }
        let mut provenance = Provenance::at(place.to_string()).kind(self.stores[*store].kind());
        provenance.version = entry.version.clone();
        let ends = self.lease_of(&place.path).or_else(|| {
            let lasts = entry.ends_after()?;
            Some((lasts, entry.again_after(self.clock.random()).unwrap_or(lasts)))
        });
        if let Some((lasts, again)) = ends {
            provenance = provenance.expires_at(*at + lasts).refresh_after(*at + again);
        }
        // It was looked at before.
        let Ok(text) = std::str::from_utf8(answers.keep(text)) else { return };
        answers.value(place.entry.path, OsStr::new(text).into(), provenance);
        if let Some((previous, until)) = entry.previous.as_deref()
            && place.entry.key.rotates
            && let Ok(text) = previous.field(place.field.as_deref())
            && let Ok(text) = std::str::from_utf8(answers.keep(text))
        {
            answers.previous(place.entry.path, OsStr::new(text).into(), *until);
        }
    }

    /// What a report says to do.
    fn notes(&self, failure: &Failure) -> Vec<String> {
        vec![failure.fault().cure().to_owned()]
    }
}

impl Source for StoreSource {
    fn kind(&self) -> &'static str {
        self.first().kind()
    }

    fn name(&self, _: &Wanted<'_>) -> String {
        self.names()
    }

    fn find<'a>(&'a self, wanted: &Wanted<'_>, answers: &mut Answers<'_, 'a>) {
        let (manifest, store) = (wanted.manifest(), self.first());
        let (kind, holds) = (store.kind(), store.holds());
        let places = match self.places(wanted) {
            Ok(places) => places,
            Err(bad) => {
                let keys: Vec<&str> = Paths::keys(manifest, kind, holds).map(|entry| entry.path).collect();
                self.record_forbidden(manifest, wanted.profile(), &keys, answers);
                let what = format!("{} {}", store.name(), bad.what());
                answers.refused(
                    &keys,
                    &store.name(),
                    if keys.len() == 1 { &what } else { bad.what() },
                    &[bad.cure().to_owned()],
                );
                return;
            }
        };
        let ask = Ask::new(wanted.app(), wanted.profile(), &[]);
        let reads = self.read(ask, &places, wanted.asks_anew());
        self.stores.iter().for_each(|store| store.rest());
        let all = places.iter().filter_map(|place| {
            let read = reads.get(&place.path)?;
            let got = self.got(place, read);
            let text = got.as_ref().map_err(Clone::clone).and_then(|got| self.text(place, got));
            Some((place, read, got, text))
        });
        let all: Vec<_> = all.collect();
        let recorded = all.iter().map(|(place, read, got, text)| {
            let text = text.as_ref().map(|text| &***text);
            Recorded { place, read, got, text }
        });
        let recorded: Vec<Recorded<'_>> = recorded.collect();
        if self.record(manifest, wanted.profile(), &recorded, answers).is_err() {
            return;
        }
        drop(recorded);
        // One failure of a store is one problem, for however many keys.
        let mut failures: Vec<(Failure, usize, Vec<KeyEntry>)> = Vec::new();
        for (place, read, got, text) in all {
            let answered = text.map(|text| {
                if let Ok(got) = &got {
                    self.answer(place, got, text, answers);
                }
            });
            self.observe_value(manifest.app, place, &got, &answered);
            if let (Ok(()), Some(Err(failure)), true) = (&answered, &read.before, place.entry.key.rotates) {
                let what = format!(
                    "has no value before the current one, because {} {failure}",
                    self.stores[read.store].name()
                );
                answers.fell_back(place.entry.path, &what, &self.notes(failure));
            }
            match (answered, got) {
                (Ok(()), Ok(Got { instead: Some((failure, instead)), store, .. })) => {
                    let what = self.says_instead(&failure, &instead, store);
                    answers.fell_back(place.entry.path, &what, &self.notes(&failure));
                }
                // What the key says itself must be there; elsewhere, nothing is nothing.
                (Err(failure), _) if failure.fault() == Fault::Absent && !place.is_own => {}
                (Err(failure), _) => match failures.iter_mut().find(|(known, ..)| *known == failure) {
                    Some((.., keys)) => keys.push(place.entry),
                    None => failures.push((failure, read.store, vec![place.entry])),
                },
                (Ok(()), _) => {}
            }
        }
        for (failure, store, keys) in failures {
            let paths: Vec<&str> = keys.iter().map(|entry| entry.path).collect();
            let name = self.stores[if failure.is_of_place() { store } else { 0 }].name();
            let what = if paths.len() == 1 { format!("{name} {failure}") } else { failure.to_string() };
            answers.refused(&paths, &name, &what, &self.notes(&failure));
        }
    }

    fn can_tell(&self) -> bool {
        self.first().can_watch()
    }

    fn wait(&self, wanted: &Wanted<'_>, patience: Duration) -> Waited {
        let store = self.first();
        if !store.can_watch() {
            return Waited::CannotTell;
        }
        let places = self.places(wanted);
        let Ok(places) = places else { return Waited::CannotTell };
        let paths: Vec<&str> = places.iter().map(|place| place.path.as_str()).collect();
        if paths.is_empty() {
            return Waited::CannotTell;
        }
        let newest = *self.watched();
        match store.watch(&Ask::new(wanted.app(), wanted.profile(), &paths), newest, patience) {
            Ok(Some(revision)) => {
                *self.watched() = revision.max(newest);
                Waited::Changed
            }
            Ok(None) => Waited::Unchanged,
            Err(_) => Waited::Failed,
        }
    }

    fn files(&self, wanted: &Wanted<'_>) -> Vec<PathBuf> {
        let ask = Ask::new(wanted.app(), wanted.profile(), &[]);
        self.stores.iter().flat_map(|store| store.files(&ask)).collect()
    }

    fn keep(&self) -> Option<Duration> {
        self.keep_leases()
    }

    fn rejected(&self, wanted: &Wanted<'_>, paths: &[&str]) {
        let mut places = self.places(wanted).unwrap_or_default();
        places.retain(|place| paths.contains(&place.entry.path));
        self.record_rejected(wanted.manifest(), wanted.profile(), &places);
    }

    fn end(&self) {
        self.revoke_leases();
    }

    fn on_unknown(&self) -> OnUnknown {
        OnUnknown::Ignore
    }
}

impl StoreSource {
    fn says_instead(&self, failure: &Failure, instead: &Instead, store: usize) -> String {
        let first = self.first().name();
        match instead {
            Instead::Store => format!("comes from {}, because {first} {failure}", self.stores[store].name()),
            Instead::Earlier(age) => {
                format!("is as it was {} seconds ago, because {first} {failure}", age.as_secs())
            }
        }
    }
}

/// How long a value of the key may be served after its store went away.
fn max_stale(key: &Key) -> Option<Duration> {
    Duration::from_text(key.max_stale()?, &How::PLAIN).ok()
}

impl fmt::Debug for StoreSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "StoreSource({})", self.names())
    }
}
