//! What an instance says of itself to others, on a thread of its own: no refresh waits for it.

use std::{
    collections::BTreeSet,
    error::Error,
    fmt,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, Weak},
    thread::{self, JoinHandle},
    time::{Duration, Instant, SystemTime},
};

use super::{Event, KeyState, KeyStatus, Rejected, Watch, engine::Engine, snapshot::Cell};
use crate::{
    config::Root,
    instance::{Cause, InstanceKey, InstanceState, OriginKind, Publish},
    load::Printer,
    manifest::Manifest,
    random::random,
    source::Origin,
};

/// How long the last handle waits for the last word.
const LAST_WORD: Duration = Duration::from_secs(5);
/// The shortest pause before it is tried again.
const FIRST_PAUSE: Duration = Duration::from_secs(1);
/// The most causes that are told.
const MOST_CAUSES: usize = 32;

/// Who publishes, and how often.
#[derive(Clone)]
pub(super) struct Publisher {
    publish: Option<Arc<dyn Publish>>,
    heartbeat: Duration,
}

impl Watch {
    /// Publishes the state of this instance, without a value, after every refresh and as a [heartbeat](Self::heartbeat).
    ///
    /// Nothing waits for a publisher but the end: the last handle waits up to five seconds until the state is taken back.
    ///
    /// # Example
    /// ```
    /// use confident_core::{InstanceState, Publish, Watch};
    ///
    /// struct Print;
    ///
    /// impl Publish for Print {
    ///     fn publish(&self, state: &InstanceState) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    ///         println!("{} is at generation {}", state.instance, state.generation);
    ///         Ok(())
    ///     }
    /// }
    ///
    /// let watch = Watch::new().publish_to(Print);
    /// ```
    #[must_use]
    pub fn publish_to(mut self, publisher: impl Publish) -> Self {
        self.publisher.get_or_insert_default().publish = Some(Arc::new(publisher));
        self
    }

    /// How often the state is published when nothing happens: every 30 seconds, unless said otherwise. An instance that is
    /// silent for three times as long is lost.
    #[must_use]
    pub fn heartbeat(mut self, heartbeat: Duration) -> Self {
        self.publisher.get_or_insert_default().heartbeat = heartbeat.max(Duration::from_millis(1));
        self
    }

    pub(super) fn publishing(&self) -> Option<Publishing> {
        let Publisher { publish, heartbeat } = self.publisher.as_ref()?;
        let publisher = Arc::clone(publish.as_ref()?);
        Some(Publishing { publisher, heartbeat: *heartbeat, bell: Arc::default() })
    }
}

impl Default for Publisher {
    fn default() -> Self {
        Self { publish: None, heartbeat: Duration::from_secs(30) }
    }
}

impl fmt::Debug for Publisher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "every {:?}", self.heartbeat)
    }
}

/// What publishes, and how it is told to.
#[derive(Clone)]
pub(super) struct Publishing {
    publisher: Arc<dyn Publish>,
    heartbeat: Duration,
    bell: Arc<Bell>,
}

/// What the thread waits for, and what is waited for of it.
#[derive(Default)]
struct Bell {
    rung: Mutex<Rung>,
    changed: Condvar,
    thread: Mutex<Option<JoinHandle<()>>>,
}

#[derive(Default)]
struct Rung {
    is_new: bool,
    should_end: bool,
    has_ended: bool,
}

impl Publishing {
    pub(super) fn printer(&self, manifest: &'static Manifest) -> Printer {
        Printer { publisher: Arc::clone(&self.publisher), app: manifest.app }
    }

    /// Something was read anew.
    pub(super) fn refreshed(&self) {
        self.bell.ring(|rung| rung.is_new = true);
    }

    /// Waits until the state is taken back, but not for ever.
    pub(super) fn stop(&self) {
        self.bell.ring(|rung| rung.should_end = true);
        let thread = self.bell.thread.lock().unwrap_or_else(PoisonError::into_inner).take();
        // The last handle may go in a publisher, on this thread, which cannot wait for itself.
        let Some(thread) = thread.filter(|thread| thread.thread().id() != thread::current().id()) else {
            return;
        };
        if self.bell.wait(LAST_WORD, |rung| rung.has_ended).has_ended {
            let _ = thread.join();
        }
    }

    /// Says the state, whatever the publisher does.
    fn say(&self, state: &InstanceState) -> Result<(), Box<dyn Error + Send + Sync>> {
        contained(|| self.publisher.publish(state))
    }
}

impl Bell {
    fn rung(&self) -> MutexGuard<'_, Rung> {
        self.rung.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn ring(&self, how: impl FnOnce(&mut Rung)) {
        how(&mut self.rung());
        self.changed.notify_all();
    }

    fn wait(&self, patience: Duration, until: impl Fn(&Rung) -> bool) -> MutexGuard<'_, Rung> {
        let end = Instant::now().checked_add(patience);
        let mut rung = self.rung();
        while !until(&rung) {
            let rest = end.map_or(patience, |end| end.saturating_duration_since(Instant::now()));
            if rest.is_zero() {
                break;
            }
            (rung, _) = self.changed.wait_timeout(rung, rest).unwrap_or_else(PoisonError::into_inner);
        }
        rung
    }
}

/// Publishes until it is told to end.
pub(super) fn start<R: Root + Send + Sync + 'static>(
    publishing: &Publishing,
    engine: &Arc<Engine<R>>,
    cell: &Arc<Cell<R>>,
) {
    let (there, engine, cell) = (publishing.clone(), Arc::downgrade(engine), Arc::clone(cell));
    let thread = thread::spawn(move || {
        keep_published(&there, &engine, &cell);
        there.bell.ring(|rung| rung.has_ended = true);
    });
    *publishing.bell.thread.lock().unwrap_or_else(PoisonError::into_inner) = Some(thread);
}

fn keep_published<R: Root + Send + Sync + 'static>(
    publishing: &Publishing,
    engine: &Weak<Engine<R>>,
    cell: &Cell<R>,
) {
    let named = catch_unwind(AssertUnwindSafe(|| publishing.publisher.instance()));
    let instance = named.unwrap_or_else(|_| format!("pid-{}", std::process::id()));
    let (mut failures, mut last) = (0_u32, None);
    // The engine is not kept while this waits: the last handle may go meanwhile.
    while let Some(there) = engine.upgrade() {
        let state = state(&there, cell, &instance, publishing.heartbeat);
        drop(there);
        let outcome = publishing.say(&state);
        last = Some(state);
        failures = match outcome {
            Ok(()) => 0,
            Err(error) => {
                // Who is told every few seconds does not listen any more.
                if failures == 0
                    && let Some(there) = engine.upgrade()
                {
                    there.tell(&Event::Unpublished(&*error));
                }
                failures.saturating_add(1)
            }
        };
        let pause = pause(publishing.heartbeat, failures);
        let mut rung = publishing.bell.wait(pause, |rung| rung.is_new || rung.should_end);
        rung.is_new = false;
        if rung.should_end {
            break;
        }
    }
    if let Some(state) = last {
        // There is nobody left to tell.
        let _ = contained(|| publishing.publisher.withdraw(&state));
    }
}

/// How long it is until the state is said unasked: drawn from up to a tenth less, so that a fleet does not speak all at
/// once. After failures it comes back sooner, but slower each time.
fn pause(heartbeat: Duration, failures: u32) -> Duration {
    if failures == 0 {
        return heartbeat.mul_f64(1.0 - random() / 10.0);
    }
    let backed_off = FIRST_PAUSE.saturating_mul(1 << (failures - 1).min(10));
    backed_off.min(heartbeat).mul_f64(0.5 + random() / 2.0)
}

/// What comes of code of a publisher, a panic included.
fn contained(
    code: impl FnOnce() -> Result<(), Box<dyn Error + Send + Sync>>,
) -> Result<(), Box<dyn Error + Send + Sync>> {
    // The message of a panic may quote anything.
    catch_unwind(AssertUnwindSafe(code)).unwrap_or_else(|_| Err("the publisher panicked".into()))
}

fn state<R: Root + Send + Sync + 'static>(
    engine: &Engine<R>,
    cell: &Cell<R>,
    instance: &str,
    heartbeat: Duration,
) -> InstanceState {
    let status = engine.status(&cell.load());
    InstanceState {
        app: engine.manifest.app.to_owned(),
        version: engine.manifest.version.to_owned(),
        manifest: engine.manifest.fingerprint().to_owned(),
        profile: engine.profile.clone(),
        instance: instance.to_owned(),
        generation: status.generation,
        since: status.at,
        refreshed: status.refreshed,
        heard: SystemTime::now(),
        heartbeat,
        causes: engine.causes(),
        keys: status.keys.into_iter().map(key).collect(),
    }
}

fn key(status: KeyStatus) -> InstanceKey {
    let KeyStatus { path, is_live, state, origin, generation, since, fingerprint } = status;
    let standing = state.standing();
    let offered = match &state {
        KeyState::Default | KeyState::Set => None,
        // Where the sources have none any more, the default is offered.
        KeyState::PendingRestart { origin } | KeyState::Rejected { origin } => {
            Some(origin_kind(origin.as_ref().unwrap_or(&Origin::Default)))
        }
    };
    let origin = origin.as_ref().map(origin_kind);
    InstanceKey { path, is_live, standing, origin, offered, fingerprint, generation, since }
}

fn origin_kind(origin: &Origin<'_>) -> OriginKind {
    let version = match origin {
        Origin::Store { version, .. } => version.clone(),
        _ => None,
    };
    OriginKind { kind: origin.kind().to_owned(), version }
}

/// Why something could not be taken, as others may know it: which key, and the kind of the problem. Its text may quote a
/// value, and what a part of the program says may quote anything.
pub(super) fn causes(manifest: &Manifest, rejected: &Rejected) -> Vec<Cause> {
    let causes: BTreeSet<Cause> = match rejected {
        Rejected::Invalid(report) => {
            let problems = report.problems().iter();
            problems
                .map(|problem| {
                    let path = problem.path().and_then(|path| of_manifest(manifest, path));
                    Cause { path, code: problem.code().as_str().to_owned() }
                })
                .collect()
        }
        Rejected::Refused { paths, .. } => {
            let refused = |path: &&str| Cause { path: Some((*path).to_owned()), code: "refused".to_owned() };
            paths.iter().map(refused).collect()
        }
        Rejected::Busy => BTreeSet::new(),
    };
    causes.into_iter().take(MOST_CAUSES).collect()
}

/// The path as the manifest has it: the names of elements are those of the configuration.
fn of_manifest(manifest: &Manifest, path: &str) -> Option<String> {
    let tree = &manifest.tree;
    let known = (0..tree.entries().len()).map(|entry| tree.path(entry));
    let is_it =
        |known: &&str| path.strip_prefix(known).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'));
    known.filter(is_it).max_by_key(|known| known.len()).map(str::to_owned)
}
