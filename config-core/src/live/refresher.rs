//! When the sources are asked again, and the threads that do it.

use std::{
    collections::HashSet,
    ffi::OsString,
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex, PoisonError, Weak,
        atomic::{AtomicBool, Ordering},
        mpsc::{Receiver, RecvTimeoutError, Sender, channel},
    },
    thread::{self, JoinHandle},
    time::{Duration, Instant, SystemTime},
};

use notify::{
    EventKind, RecursiveMode, Watcher,
    event::{AccessKind, AccessMode},
};

use super::{
    Event,
    engine::{Engine, OnEvent},
    publish::{self, Publisher, Publishing},
    schedule::Schedule,
    snapshot::Cell,
};
use crate::{
    config::Root,
    random::random,
    source::{Origin, Source, Waited},
};

/// However soon a source says that something must be done again: it is not asked more often.
const SHORTEST_KEPT: Duration = Duration::from_millis(500);
/// How long a thread that waits for a source does not look whether it should end.
const PATIENCE: Duration = Duration::from_secs(1);

/// How settings are watched.
///
/// # Example
/// ```
/// use std::time::Duration;
///
/// use confident_core::{Event, Watch};
///
/// let watch = Watch::new().poll(Duration::from_secs(30)).on_event(|event| match event {
///     Event::Changed { generation, paths } => println!("generation {generation}: {paths:?}"),
///     event => println!("{event:?}"),
/// });
/// ```
#[derive(Clone)]
pub struct Watch {
    poll: Duration,
    debounce: Duration,
    hears_hangup: bool,
    pause_after_denial: Duration,
    pub(super) event: Option<OnEvent>,
    pub(super) publisher: Option<Publisher>,
}

impl Watch {
    /// Every minute, 50 milliseconds after the last of a burst of changes of files, and without a signal.
    pub fn new() -> Self {
        Self {
            poll: Duration::from_secs(60),
            debounce: Duration::from_millis(50),
            hears_hangup: false,
            pause_after_denial: Duration::from_secs(10),
            event: None,
            publisher: None,
        }
    }

    /// How often all sources are asked when nothing else tells of a change: what no system tells of, as for files on other machines, is seen then. The time is
    /// drawn from up to a tenth less, and the first one from nothing on, so that a fleet does not ask all at once, not even when it started at once. After
    /// a failure the pauses are drawn, too, and double.
    #[must_use]
    pub fn poll(mut self, poll: Duration) -> Self {
        self.poll = poll.max(Duration::from_millis(1));
        self
    }

    /// How long there must be no further change of a file before the sources are asked; after ten times as long they are asked anyway.
    ///
    /// A file that is written in place is empty at first, and an empty document sets no key. So that nobody reads it then, put a
    /// file in place by renaming it, as editors and Kubernetes do, or wait longer than its writer takes.
    #[must_use]
    pub fn debounce(mut self, debounce: Duration) -> Self {
        self.debounce = debounce;
        self
    }

    /// Asks the sources on the signal SIGHUP, which would end the program otherwise. Only on Unix.
    #[must_use]
    pub fn hangup(mut self) -> Self {
        self.hears_hangup = true;
        self
    }

    /// How long the sources are not asked again for something that was denied, after they were asked for that; 10 seconds
    /// unless said otherwise. See [`Live::attempt`](crate::Live::attempt).
    #[must_use]
    pub fn pause_after_denial(mut self, pause: Duration) -> Self {
        self.pause_after_denial = pause;
        self
    }

    /// Tells a closure of everything that happens. Without it, what cannot be taken is printed to the standard error.
    #[must_use]
    pub fn on_event(mut self, told: impl Fn(&Event<'_>) + Send + Sync + 'static) -> Self {
        self.event = Some(Arc::new(told));
        self
    }
}

impl Default for Watch {
    fn default() -> Self {
        Self::new()
    }
}

impl std::fmt::Debug for Watch {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { poll, debounce, hears_hangup, pause_after_denial, event, publisher } = self;
        f.debug_struct("Watch")
            .field("poll", poll)
            .field("debounce", debounce)
            .field("hears_hangup", hears_hangup)
            .field("pause_after_denial", pause_after_denial)
            .field("has_event", &event.is_some())
            .field("publisher", publisher)
            .finish()
    }
}

/// Why to look.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Trigger {
    /// A file may have changed.
    Files,
    /// A source has something new, or someone asks for it.
    Now,
    /// Someone else looked, and something may be wanted sooner than before.
    Looked,
    Stop,
}

/// The threads that watch, which end with the value.
pub(super) struct Refresher {
    pub(super) pause_after_denial: Duration,
    trigger: Sender<Trigger>,
    is_over: Arc<AtomicBool>,
    threads: Mutex<Vec<JoinHandle<()>>>,
    #[cfg(unix)]
    signals: Option<signal_hook::iterator::Handle>,
    /// The last that goes: it says that the settings are not watched any more.
    publishing: Option<Publishing>,
}

impl Refresher {
    pub(super) fn start<R: Root + Send + Sync + 'static>(
        watch: Watch,
        loaded_after: SystemTime,
        engine: &Arc<Engine<R>>,
        cell: &Arc<Cell<R>>,
    ) -> Self {
        let (trigger, triggers) = channel();
        let is_over = Arc::<AtomicBool>::default();
        let mut threads = Vec::new();
        let telling = engine.sources.iter().enumerate().filter(|(_, source)| source.can_tell());
        for (number, _) in telling {
            let (engine, trigger, is_over) = (Arc::downgrade(engine), trigger.clone(), Arc::clone(&is_over));
            threads.push(thread::spawn(move || wait_for(&engine, number, &trigger, &is_over)));
        }
        #[cfg(unix)]
        let signals = watch.hears_hangup.then(|| hear_hangup(&trigger, &mut threads)).flatten();
        let files = Files::new(trigger.clone(), loaded_after);
        let publishing = engine.publishing.clone();
        publishing.iter().for_each(|publishing| publish::start(publishing, engine, cell));
        let (weak, cell, sources) = (Arc::downgrade(engine), Arc::clone(cell), Arc::clone(&engine.sources));
        let pause_after_denial = watch.pause_after_denial;
        threads.push(thread::spawn(move || keep_fresh(watch, &weak, &sources, &cell, files, &triggers)));
        Self {
            pause_after_denial,
            trigger,
            is_over,
            threads: Mutex::new(threads),
            #[cfg(unix)]
            signals,
            publishing,
        }
    }
}

impl Refresher {
    /// Looks anew when the sources are to be asked next, because someone else asked them.
    pub(super) fn reschedule(&self) {
        // Who has ended already asks nobody.
        let _ = self.trigger.send(Trigger::Looked);
    }
}

impl Drop for Refresher {
    fn drop(&mut self) {
        self.is_over.store(true, Ordering::Relaxed);
        // Who has ended already does not listen.
        let _ = self.trigger.send(Trigger::Stop);
        #[cfg(unix)]
        if let Some(signals) = &self.signals {
            signals.close();
        }
        let threads = std::mem::take(&mut *self.threads.lock().unwrap_or_else(PoisonError::into_inner));
        for thread in threads {
            // The last handle may go in a subscriber, on one of these threads, which cannot wait for itself.
            if thread.thread().id() != thread::current().id() {
                let _ = thread.join();
            }
        }
        self.publishing.iter().for_each(Publishing::stop);
    }
}

/// Refreshes on every trigger and from time to time, until it is told to stop.
fn keep_fresh<R: Root + Send + Sync + 'static>(
    watch: Watch,
    engine: &Weak<Engine<R>>,
    sources: &[Box<dyn Source>],
    cell: &Cell<R>,
    mut files: Files,
    triggers: &Receiver<Trigger>,
) {
    let mut schedule = Schedule::new(watch.poll);
    // The engine is not kept while this waits: the last handle may go meanwhile.
    while let Some(refresh_after) = engine.upgrade().map(|engine| {
        files.watch(&engine);
        engine.refresh_after()
    }) {
        let asked = refresh_after.map(|moment| moment.duration_since(SystemTime::now()).unwrap_or_default());
        let trigger = wait(schedule.pause(asked, random), sources, triggers);
        let is_over = match trigger {
            Ok(Trigger::Stop) | Err(RecvTimeoutError::Disconnected) => true,
            Ok(Trigger::Files) => settle(watch.debounce, triggers) == Trigger::Stop,
            Ok(Trigger::Looked) => continue,
            Ok(Trigger::Now) | Err(RecvTimeoutError::Timeout) => false,
        };
        let Some(engine) = engine.upgrade().filter(|_| !is_over) else { break };
        schedule.looked(trigger.is_err(), engine.refresh(cell).is_ok());
    }
    cell.end();
    sources.iter().for_each(|source| source.end());
}

/// Waits for a trigger, and meanwhile does what the sources need between two reads.
fn wait(
    pause: Duration,
    sources: &[Box<dyn Source>],
    triggers: &Receiver<Trigger>,
) -> Result<Trigger, RecvTimeoutError> {
    let start = Instant::now();
    loop {
        let kept =
            sources.iter().filter_map(|source| source.keep()).min().map(|kept| kept.max(SHORTEST_KEPT));
        let rest = pause.saturating_sub(start.elapsed());
        match kept.filter(|kept| *kept < rest) {
            None => return triggers.recv_timeout(rest),
            Some(kept) => match triggers.recv_timeout(kept) {
                Err(RecvTimeoutError::Timeout) => {}
                outcome => return outcome,
            },
        }
    }
}

/// Waits for the end of a burst of changes, but not for ever.
fn settle(debounce: Duration, triggers: &Receiver<Trigger>) -> Trigger {
    let start = Instant::now();
    while start.elapsed() < debounce.saturating_mul(10) {
        match triggers.recv_timeout(debounce) {
            Ok(Trigger::Stop) | Err(RecvTimeoutError::Disconnected) => return Trigger::Stop,
            Ok(Trigger::Files | Trigger::Now | Trigger::Looked) => {}
            Err(RecvTimeoutError::Timeout) => break,
        }
    }
    Trigger::Files
}

/// Waits for what one source tells, until it is over or the source does not tell any more.
fn wait_for<R>(engine: &Weak<Engine<R>>, number: usize, trigger: &Sender<Trigger>, is_over: &AtomicBool) {
    let mut failures = 0;
    while !is_over.load(Ordering::Relaxed) {
        let Some(engine) = engine.upgrade() else { break };
        let waited = engine.sources[number].wait(&engine.wanted(), PATIENCE);
        drop(engine);
        match waited {
            Waited::Changed if trigger.send(Trigger::Now).is_err() => break,
            Waited::CannotTell => break,
            Waited::Changed | Waited::Unchanged => failures = 0,
            Waited::Failed => {
                failures += 1;
                // In small steps, so that it ends when it should.
                let pause = Duration::from_secs(1 << failures.min(6)).mul_f64(0.5 + random() / 2.0);
                let start = Instant::now();
                while start.elapsed() < pause && !is_over.load(Ordering::Relaxed) {
                    thread::sleep(Duration::from_millis(50));
                }
            }
        }
    }
}

#[cfg(unix)]
fn hear_hangup(
    trigger: &Sender<Trigger>,
    threads: &mut Vec<JoinHandle<()>>,
) -> Option<signal_hook::iterator::Handle> {
    let mut signals = match signal_hook::iterator::Signals::new([signal_hook::consts::SIGHUP]) {
        Ok(signals) => signals,
        Err(error) => {
            eprintln!("warning: the signal SIGHUP cannot be heard: {error}");
            return None;
        }
    };
    let (handle, trigger) = (signals.handle(), trigger.clone());
    threads.push(thread::spawn(move || {
        for _ in &mut signals {
            if trigger.send(Trigger::Now).is_err() {
                break;
            }
        }
    }));
    Some(handle)
}

/// The files and directories that are watched.
///
/// Of a file, the directory is watched: whoever puts another file in its place, as editors and Kubernetes do, leaves a
/// watch on the file itself blind for ever.
struct Files {
    watcher: Option<notify::RecommendedWatcher>,
    trigger: Sender<Trigger>,
    /// When it was last looked what there is to watch: before what counts was read.
    looked: SystemTime,
    watched: HashSet<PathBuf>,
    known: Arc<Mutex<Known>>,
}

/// What is of interest in the directories that are watched.
#[derive(Default)]
struct Known {
    files: HashSet<OsString>,
    directories: HashSet<PathBuf>,
}

impl Files {
    fn new(trigger: Sender<Trigger>, loaded_after: SystemTime) -> Self {
        let known = Arc::<Mutex<Known>>::default();
        let (there, told) = (Arc::clone(&known), trigger.clone());
        let watcher = notify::recommended_watcher(move |event: notify::Result<notify::Event>| {
            let is_change = match &event {
                Ok(event) => there.lock().unwrap_or_else(PoisonError::into_inner).is_of_interest(event),
                // What the system could not tell may have been one.
                Err(_) => true,
            };
            if is_change {
                let _ = told.send(Trigger::Files);
            }
        });
        // Without a watcher, the sources are asked from time to time.
        Self { watcher: watcher.ok(), trigger, looked: loaded_after, watched: HashSet::new(), known }
    }

    /// Watches what the sources read now.
    fn watch<R>(&mut self, engine: &Engine<R>) {
        let Some(watcher) = &mut self.watcher else { return };
        let last_looked = std::mem::replace(&mut self.looked, SystemTime::now());
        let wanted = engine.wanted();
        let named = engine.sources.iter().flat_map(|source| source.files(&wanted));
        let found = engine.origins().into_iter().filter_map(|origin| match origin {
            Origin::WholeFile { path, .. } | Origin::File { path, .. } => Some(path.to_path_buf()),
            _ => None,
        });
        let mut known = Known::default();
        let mut directories = HashSet::new();
        for path in named.chain(found) {
            if path.is_dir() {
                known.directories.insert(path.clone());
                directories.insert(path);
            } else {
                known.files.extend(path.file_name().map(ToOwned::to_owned));
                let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty());
                directories.insert(parent.unwrap_or(Path::new(".")).to_owned());
            }
        }
        for gone in self.watched.difference(&directories) {
            let _ = watcher.unwatch(gone);
        }
        // Before a change can be told, it is known what is of interest.
        let files: Vec<OsString> = known.files.iter().cloned().collect();
        *self.known.lock().unwrap_or_else(PoisonError::into_inner) = known;
        let mut is_missed = false;
        // One that is not there yet is tried again the next time.
        self.watched = directories
            .into_iter()
            .filter(|directory| {
                if self.watched.contains(directory) {
                    return true;
                }
                let is_watched = watcher.watch(directory, RecursiveMode::NonRecursive).is_ok();
                is_missed |= is_watched && has_changed(directory, &files, last_looked);
                is_watched
            })
            .collect();
        if is_missed {
            let _ = self.trigger.send(Trigger::Files);
        }
    }
}

/// Whether something in a directory may have changed since then, when nobody watched it yet.
fn has_changed(directory: &Path, files: &[OsString], since: SystemTime) -> bool {
    // Systems write down times a little late.
    const TICK: Duration = Duration::from_millis(20);
    let since = since.checked_sub(TICK).unwrap_or(since);
    let is_new = |path: &Path| {
        std::fs::metadata(path).and_then(|metadata| metadata.modified()).is_ok_and(|moment| moment >= since)
    };
    is_new(directory) || files.iter().any(|file| is_new(&directory.join(file)))
}

impl Known {
    /// Whether a file that is read may be another one now. That it was read is no change: the sources are who reads.
    fn is_of_interest(&self, event: &notify::Event) -> bool {
        match event.kind {
            EventKind::Access(AccessKind::Close(AccessMode::Write)) => {}
            EventKind::Access(_) => return false,
            _ => {}
        }
        event.need_rescan()
            || event.paths.iter().any(|path| {
                let name = path.file_name().unwrap_or_default();
                // Kubernetes swaps a link of this name.
                self.files.contains(name)
                    || name == "..data"
                    || path.parent().is_some_and(|parent| self.directories.contains(parent))
                    || self.directories.contains(path)
            })
    }
}
