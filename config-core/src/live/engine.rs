//! From what the sources have to the next generation, or to a rejection.

use std::{
    any::Any,
    cell::RefCell,
    error::Error,
    fmt,
    ops::Range,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant, SystemTime},
};

use super::{
    Change, KeyState, KeyStatus, LivePath, Snapshot, Status,
    publish::{self, Publishing},
    snapshot::Cell,
    subscriber::Erased,
};
use crate::{
    config::Root,
    instance::Cause,
    load::{Candidate, Differing, Held, Holding, Loader, Purpose, measured, run, warn},
    manifest::{Manifest, tree::What},
    metrics,
    report::{Problem, Report},
    source::{Env, Origin, Source, Wanted},
};

/// Something that happened to settings that are watched.
#[derive(Debug)]
#[non_exhaustive]
pub enum Event<'a> {
    /// A new generation counts.
    Changed {
        /// Its number.
        generation: u64,
        /// The paths of the keys that changed.
        paths: &'a [String],
    },
    /// Fixed keys have other values now, which count after a restart.
    PendingRestart {
        /// Their paths.
        paths: &'a [String],
    },
    /// What the sources have cannot be taken.
    Rejected(&'a Rejected),
    /// Something to look at, though it is taken.
    Warning(&'a Problem),
    /// The state of this instance cannot be published. It is told once, until it can be again.
    Unpublished(&'a (dyn Error + Send + Sync)),
}

/// Who is told of events.
pub(super) type OnEvent = Arc<dyn Fn(&Event<'_>) + Send + Sync>;

/// Why what the sources have is not taken.
#[derive(Debug)]
#[non_exhaustive]
pub enum Rejected {
    /// It is not valid, or a source does not answer.
    Invalid(Report),
    /// A part of the program cannot go on with it.
    Refused {
        /// What the part subscribed to.
        paths: Vec<&'static str>,
        /// What it said.
        reason: String,
    },
    /// A subscriber asked for it while it was told of a change.
    Busy,
}

/// What reads and offers, one generation after the other.
pub(super) struct Engine<R> {
    pub(super) sources: Arc<Vec<Box<dyn Source>>>,
    environment: Option<Env>,
    pub(super) profile: Option<String>,
    pub(super) manifest: &'static Manifest,
    /// What counts. Whoever has it refreshes; nobody else waits for that.
    held: Mutex<Held>,
    state: Mutex<State>,
    subscribers: Mutex<Vec<Subscribed<R>>>,
    /// When the sources were asked last because something was denied.
    denied: Mutex<Option<Instant>>,
    event: Option<OnEvent>,
    pub(super) publishing: Option<Publishing>,
}

/// What is known of the keys.
struct State {
    keys: Vec<Known>,
    pending: Vec<Differing>,
    rejected: Vec<Differing>,
    reason: Option<String>,
    causes: Vec<Cause>,
    refreshed: SystemTime,
    refreshes: u64,
    rejections: u64,
    next_number: u64,
    refresh_after: Option<SystemTime>,
    overlap_ends: Option<SystemTime>,
}

impl State {
    fn nothing_is_rejected(&mut self) {
        self.reason = None;
        self.causes.clear();
        self.rejected.clear();
    }
}

/// A subscriber while it is called, and what it subscribed to.
type Taken<R> = (Box<dyn Erased<R>>, Vec<&'static str>);

/// What a subscriber made for a change.
struct Prepared {
    number: u64,
    what: Box<dyn Any>,
}

/// What is known of one entry.
struct Known {
    is_live: bool,
    origin: Option<Origin<'static>>,
    /// The generation that brought its value.
    generation: u64,
    since: SystemTime,
    fingerprint: Option<String>,
}

struct Subscribed<R> {
    number: u64,
    paths: Vec<LivePath>,
    /// Nobody is in it while it is offered a change.
    subscriber: Option<Box<dyn Erased<R>>>,
}

impl<R: Root + Send + Sync + 'static> Engine<R> {
    pub(super) fn start(
        loader: Loader<R>,
        event: Option<OnEvent>,
        publishing: Option<Publishing>,
    ) -> Result<(Self, Cell<R>), Report> {
        let manifest = R::MANIFEST;
        let (sources, environment, profile) = loader.into_parts();
        let mut held = None;
        let printer = publishing.as_ref().map(|publishing| publishing.printer(manifest));
        let holding = Holding::First(&mut held, printer);
        let (mut used, mut refresh_after) = (None, None);
        let loaded = measured(manifest, || {
            let outcome =
                run(manifest, &sources, environment.as_ref(), profile, Purpose::Load, holding, R::read);
            (used, refresh_after) = (outcome.profile.clone(), outcome.refresh_after);
            outcome.tell(manifest, &sources);
            outcome.loaded(manifest)
        })?;
        warn(&loaded.warnings);
        let held = held.unwrap_or_else(|| unreachable!("a load that ends well has held what it read"));
        let first = Snapshot::new(loaded.settings, 1);
        let known = held.entries.iter().map(|entry| Known {
            is_live: entry.is_live,
            origin: entry.origin.clone(),
            generation: 1,
            since: first.at(),
            fingerprint: entry.fingerprint.clone(),
        });
        let state = State {
            keys: known.collect(),
            pending: Vec::new(),
            rejected: Vec::new(),
            reason: None,
            causes: Vec::new(),
            refreshed: first.at(),
            refreshes: 0,
            rejections: 0,
            next_number: 0,
            refresh_after,
            overlap_ends: held.overlap_ends(),
        };
        let engine = Self {
            sources: Arc::new(sources),
            environment,
            // It decides which files there are, and never changes while the program runs.
            profile: used,
            manifest,
            held: Mutex::new(held),
            state: Mutex::new(state),
            subscribers: Mutex::default(),
            denied: Mutex::default(),
            event,
            publishing,
        };
        metrics::LIVE_GENERATION.set(1.0, &[manifest.app]);
        Ok((engine, Cell::new(first)))
    }

    /// Asks all sources, and goes on to the next generation where there is one.
    pub(super) fn refresh(&self, cell: &Cell<R>) -> Result<(), Rejected> {
        self.refresh_for(Purpose::Load, cell)
    }

    /// Asks all sources anew, because something of the generation with this number was denied, and answers whether there
    /// is a newer one. Whoever comes in a crowd, or soon after the last, asks nobody.
    pub(super) fn refresh_denied(&self, denied: u64, pause: Duration, cell: &Cell<R>) -> bool {
        let mut last = self.denied.lock().unwrap_or_else(PoisonError::into_inner);
        if cell.generation() > denied {
            return true;
        }
        if last.is_some_and(|last| last.elapsed() < pause) {
            return false;
        }
        *last = Some(Instant::now());
        // What comes of it is told to whoever listens to events.
        let _ = self.refresh_for(Purpose::Anew, cell);
        cell.generation() > denied
    }

    fn refresh_for(&self, purpose: Purpose, cell: &Cell<R>) -> Result<(), Rejected> {
        let mut turn = Turn::take(&self.held)?;
        let outcome = self.attempt(purpose, &mut turn.held, cell);
        let mut state = self.state();
        state.refreshes += 1;
        state.refreshed = SystemTime::now();
        state.overlap_ends = turn.held.overlap_ends();
        match &outcome {
            Ok(()) => state.nothing_is_rejected(),
            Err(rejected) => {
                state.rejections += 1;
                state.reason = Some(rejected.to_string());
                state.causes = publish::causes(self.manifest, rejected);
                let outcome =
                    if matches!(rejected, Rejected::Refused { .. }) { "refused" } else { "invalid" };
                metrics::LIVE_REJECTIONS.add(1, &[self.manifest.app, outcome]);
            }
        }
        drop(state);
        self.publishing.iter().for_each(Publishing::refreshed);
        outcome.inspect_err(|rejected| self.tell(&Event::Rejected(rejected)))
    }

    fn attempt(&self, purpose: Purpose, held: &mut Held, cell: &Cell<R>) -> Result<(), Rejected> {
        let mut candidate = Candidate::default();
        let holding = Holding::Again(held, &mut candidate);
        let (environment, profile) = (self.environment.as_ref(), self.profile.clone());
        let mut refresh_after = None;
        let loaded = measured(self.manifest, || {
            let outcome = run(self.manifest, &self.sources, environment, profile, purpose, holding, R::read);
            refresh_after = outcome.refresh_after;
            outcome.loaded(self.manifest)
        });
        let Candidate { changed, pending, moved } = candidate;
        self.pend(pending);
        let loaded = match loaded {
            Ok(loaded) => loaded,
            Err(report) => {
                self.tell_sources(&changed);
                self.state().rejected = changed;
                return Err(Rejected::Invalid(report));
            }
        };
        self.state().refresh_after = refresh_after;
        for differing in &moved {
            self.state().keys[differing.entry].origin.clone_from(&differing.origin);
        }
        held.accept(moved);
        loaded.warnings.iter().for_each(|warning| self.tell(&Event::Warning(warning)));
        if changed.is_empty() {
            return Ok(());
        }
        let old = cell.load_full();
        let new = Arc::new(Snapshot::new(loaded.settings, old.generation() + 1));
        let paths: Vec<String> =
            changed.iter().map(|differing| self.manifest.tree.path(differing.entry).to_owned()).collect();
        let change = Change { old: &old, new: &new, paths: &paths };
        let entries: Vec<usize> = changed.iter().map(|differing| differing.entry).collect();
        match self.offer(&change, &entries) {
            Err(rejected) => {
                self.tell_sources(&changed);
                self.state().rejected = changed;
                Err(rejected)
            }
            Ok(prepared) => {
                {
                    let mut state = self.state();
                    // Whoever sees the next generation sees no reason against it.
                    state.nothing_is_rejected();
                    for differing in &changed {
                        let known = &mut state.keys[differing.entry];
                        (known.origin, known.generation) = (differing.origin.clone(), new.generation());
                        (known.since, known.fingerprint) = (new.at(), differing.fingerprint.clone());
                    }
                }
                held.accept(changed);
                // Whoever waits for the next generation finds all parts of the program in it.
                cell.swap(Arc::clone(&new), || self.commit(prepared));
                metrics::LIVE_GENERATION.set(new.generation() as f64, &[self.manifest.app]);
                self.tell(&Event::Changed { generation: new.generation(), paths: &paths });
                Ok(())
            }
        }
    }

    /// What is to be said of every key.
    pub(super) fn status(&self, current: &Snapshot<R>) -> Status {
        let tree = &self.manifest.tree;
        let state = self.state();
        let key = |(entry, known): (usize, &Known)| {
            if let What::Key(_) = tree.entries()[entry].what
                && tree.path(entry).contains('{')
            {
                return None;
            }
            let find = |all: &[Differing]| {
                all.iter()
                    .find(|differing| differing.entry == entry)
                    .map(|differing| differing.origin.clone())
            };
            let state_of = if let Some(origin) = find(&state.rejected) {
                KeyState::Rejected { origin }
            } else if let Some(origin) = find(&state.pending) {
                KeyState::PendingRestart { origin }
            } else if known.origin.is_some() {
                KeyState::Set
            } else {
                KeyState::Default
            };
            Some(KeyStatus {
                path: tree.path(entry).to_owned(),
                is_live: known.is_live,
                state: state_of,
                origin: known.origin.clone(),
                generation: known.generation,
                since: known.since,
                fingerprint: known.fingerprint.clone(),
            })
        };
        let keys = state.keys.iter().enumerate().filter_map(key).collect();
        Status {
            generation: current.generation(),
            at: current.at(),
            keys,
            refreshed: state.refreshed,
            refreshes: state.refreshes,
            rejections: state.rejections,
            rejected: state.reason.clone(),
        }
    }
}

impl<R> Engine<R> {
    /// Why the last change could not be taken.
    pub(super) fn causes(&self) -> Vec<Cause> {
        self.state().causes.clone()
    }

    /// When a source wants to be asked again, or something counts no more.
    pub(super) fn refresh_after(&self) -> Option<SystemTime> {
        let state = self.state();
        [state.refresh_after, state.overlap_ends].into_iter().flatten().min()
    }

    /// Where the values that count came from.
    pub(super) fn origins(&self) -> Vec<Origin<'static>> {
        self.state().keys.iter().filter_map(|known| known.origin.clone()).collect()
    }

    pub(super) fn wanted(&self) -> Wanted<'_> {
        Wanted::of(self.manifest, self.profile.as_deref())
    }

    /// The paths of the keys that may change, of which nobody is told, and which are not among `read`.
    pub(super) fn unused(&self, read: &[LivePath]) -> Vec<&'static str> {
        let used: Vec<Range<usize>> = {
            let subscribers = self.subscribers();
            subscribers.iter().flat_map(|one| &one.paths).chain(read).map(LivePath::entries).collect()
        };
        let tree = &self.manifest.tree;
        let state = self.state();
        let is_unused = |(entry, known): (usize, &Known)| {
            let path = tree.path(entry);
            // The keys in lists and maps are those of their list or map.
            let is_own = !path.contains('{');
            (known.is_live && is_own && !used.iter().any(|range| range.contains(&entry))).then_some(path)
        };
        state.keys.iter().enumerate().filter_map(is_unused).collect()
    }

    pub(super) fn subscribe(&self, paths: &[LivePath], subscriber: Box<dyn Erased<R>>) -> u64 {
        let mut state = self.state();
        state.next_number += 1;
        let number = state.next_number;
        drop(state);
        let subscriber = Some(subscriber);
        self.subscribers().push(Subscribed { number, paths: paths.to_vec(), subscriber });
        number
    }

    pub(super) fn unsubscribe(&self, number: u64) {
        let gone: Vec<Subscribed<R>> = {
            let mut subscribers = self.subscribers();
            let (gone, stay) = subscribers.drain(..).partition(|one| one.number == number);
            *subscribers = stay;
            gone
        };
        // What it owns is dropped when nothing is locked: it may subscribe anew.
        drop(gone);
    }

    /// Offers the change to everyone whose keys are among the entries, in the order in which they came.
    fn offer(&self, change: &Change<'_, R>, entries: &[usize]) -> Result<Vec<Prepared>, Rejected> {
        let wants = |paths: &[LivePath]| {
            let ranges: Vec<Range<usize>> = paths.iter().map(LivePath::entries).collect();
            entries.iter().any(|entry| ranges.iter().any(|range| range.contains(entry)))
        };
        let numbers: Vec<u64> =
            self.subscribers().iter().filter(|one| wants(&one.paths)).map(|one| one.number).collect();
        let mut prepared = Vec::new();
        for number in numbers {
            let Some((mut subscriber, paths)) = self.take(number) else { continue };
            let outcome = contained(|| subscriber.prepare(change));
            self.put_back(number, subscriber);
            match outcome {
                Ok(what) => prepared.push(Prepared { number, what }),
                Err(reason) => return Err(Rejected::Refused { paths, reason }),
            }
        }
        Ok(prepared)
    }

    fn commit(&self, prepared: Vec<Prepared>) {
        for Prepared { number, what } in prepared {
            let Some((mut subscriber, paths)) = self.take(number) else { continue };
            let outcome = contained(|| {
                subscriber.commit(what);
                Ok(())
            });
            self.put_back(number, subscriber);
            if let Err(reason) = outcome {
                // The settings count, and the others go on.
                self.tell(&Event::Rejected(&Rejected::Refused { paths, reason }));
            }
        }
    }

    /// The subscriber, which is called while nothing is locked: it may subscribe, and look at the settings.
    fn take(&self, number: u64) -> Option<Taken<R>> {
        let mut subscribers = self.subscribers();
        let one = subscribers.iter_mut().find(|one| one.number == number)?;
        let paths = one.paths.iter().map(LivePath::path).collect();
        Some((one.subscriber.take()?, paths))
    }

    fn put_back(&self, number: u64, subscriber: Box<dyn Erased<R>>) {
        let mut subscribers = self.subscribers();
        if let Some(one) = subscribers.iter_mut().find(|one| one.number == number) {
            one.subscriber = Some(subscriber);
        }
    }

    /// Tells the sources what was not taken of what they gave.
    fn tell_sources(&self, changed: &[Differing]) {
        let paths: Vec<&str> = changed.iter().map(|one| self.manifest.tree.path(one.entry)).collect();
        self.wanted().reject(&self.sources, &paths);
    }

    /// Keeps which fixed keys have other values, and tells of those that did not before.
    fn pend(&self, pending: Vec<Differing>) {
        let mut state = self.state();
        let is_new = |one: &&Differing| !state.pending.iter().any(|known| known.entry == one.entry);
        let path = |one: &Differing| self.manifest.tree.path(one.entry).to_owned();
        let paths: Vec<String> = pending.iter().filter(is_new).map(path).collect();
        state.pending = pending;
        drop(state);
        if !paths.is_empty() {
            self.tell(&Event::PendingRestart { paths: &paths });
        }
    }

    pub(super) fn tell(&self, event: &Event<'_>) {
        if let Some(told) = &self.event {
            // Whoever listens must not end the watch.
            let _ = catch_unwind(AssertUnwindSafe(|| told(event)));
        } else if let Event::Rejected(rejected) = event {
            eprintln!("warning: the settings of {} stay as they are: {rejected}", self.manifest.app);
        } else if let Event::Unpublished(error) = event {
            eprintln!("warning: the state of {} cannot be published: {error}", self.manifest.app);
        }
        #[cfg(feature = "tracing")]
        match event {
            Event::Changed { generation, paths } => tracing::info!(generation, ?paths, "settings changed"),
            Event::PendingRestart { paths } => tracing::warn!(?paths, "settings wait for a restart"),
            Event::Rejected(rejected) => tracing::error!(%rejected, "settings stay as they are"),
            Event::Unpublished(error) => {
                tracing::warn!(%error, "the state of this instance cannot be published")
            }
            Event::Warning(problem) => {
                tracing::warn!(code = %problem.code(), subject = problem.subject(), "{}", problem.message());
            }
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn subscribers(&self) -> MutexGuard<'_, Vec<Subscribed<R>>> {
        self.subscribers.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

thread_local! {
    /// What this thread refreshes now.
    static IN_TURN: RefCell<Vec<usize>> = const { RefCell::new(Vec::new()) };
}

/// The turn to refresh.
struct Turn<'e> {
    held: MutexGuard<'e, Held>,
}

impl<'e> Turn<'e> {
    /// Waits for the turn. A subscriber that asks for it while it is told of a change would wait for itself.
    fn take(held: &'e Mutex<Held>) -> Result<Self, Rejected> {
        let whose = std::ptr::from_ref(held).addr();
        if IN_TURN.with_borrow(|turns| turns.contains(&whose)) {
            return Err(Rejected::Busy);
        }
        let held = held.lock().unwrap_or_else(PoisonError::into_inner);
        IN_TURN.with_borrow_mut(|turns| turns.push(whose));
        Ok(Self { held })
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        // Turns end in the order that is the reverse of that in which they began.
        IN_TURN.with_borrow_mut(Vec::pop);
    }
}

/// What comes of code of the program, a panic included.
fn contained<T>(code: impl FnOnce() -> Result<T, Box<dyn Error + Send + Sync>>) -> Result<T, String> {
    match catch_unwind(AssertUnwindSafe(code)) {
        Ok(Ok(value)) => Ok(value),
        Ok(Err(error)) => Err(error.to_string()),
        // The message of a panic may quote anything.
        Err(_) => Err("it panicked".to_owned()),
    }
}

impl fmt::Display for Rejected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Invalid(report) => write!(f, "{report}"),
            Self::Refused { paths, reason } => {
                write!(f, "what depends on {} cannot go on with the new ones: {reason}", paths.join(", "))
            }
            Self::Busy => f.write_str("a subscriber asked for a refresh while it was told of a change"),
        }
    }
}

impl Error for Rejected {}
