//! Settings that change while the program runs: built, checked, offered to the program, and only then put in place.

mod engine;
mod publish;
mod rebuilt;
mod refresher;
mod schedule;
mod shared;
mod snapshot;
mod status;
mod subscriber;

use std::{fmt, sync::Arc, time::SystemTime};

pub use engine::{Event, Rejected};
pub use rebuilt::Rebuilt;
use refresher::Refresher;
pub use refresher::Watch;
pub use schedule::Schedule;
pub use snapshot::{Changed, Current, LiveReader, Snapshot};
pub use status::{KeyState, KeyStatus, Status};
use subscriber::Told;
pub use subscriber::{Change, LivePath, Subscriber};

use self::{engine::Engine, snapshot::Cell};
use crate::{config::Root, load::Loader, report::Report};

/// Settings that are watched while the program runs.
///
/// A key that is marked `live` takes a new value when a source has one: the new settings are read as a whole, checked as at the start, offered to whoever subscribed, and
/// put in the place of the old ones in one step. Where anything fails, all go on with what they have. A key without the mark is fixed: a new value
/// counts after a restart, and until then [`status`](Self::status) says so.
///
/// Handles are cheap to clone. The settings are watched until the last one is gone, and no thread is left behind then, but that of a [publisher](Watch::publish_to) that hangs.
///
/// # Example
/// ```
/// use std::time::Duration;
///
/// use confident::{Config, Env, Memory, live};
///
/// /// The payments service.
/// #[derive(Config)]
/// #[config(app = "payments")]
/// struct Settings {
///     /// How long a request may take.
///     #[config(default = "30s", live)]
///     request_timeout: Duration,
/// }
///
/// let settings = Settings::loader().source(Env::from_pairs([("PAYMENTS_REQUEST_TIMEOUT", "5s")])).watch()?;
/// assert_eq!(settings.current().request_timeout, Duration::from_secs(5));
/// let told = settings.on_change([live!(Settings: request_timeout)], |settings| {
///     println!("requests may take {:?} now", settings.request_timeout);
/// });
/// # Ok::<_, confident::Report>(())
/// ```
pub struct Live<R> {
    cell: Arc<Cell<R>>,
    engine: Arc<Engine<R>>,
    /// What watches, until the last handle is gone.
    refresher: Arc<Refresher>,
}

/// That someone is told of changes, until this is dropped.
#[must_use = "nobody is told any more when this is dropped"]
pub struct Subscription {
    cancel: Box<dyn Fn() + Send + Sync>,
}

impl<R: Root + Send + Sync + 'static> Loader<R> {
    /// Reads everything, and watches it from then on.
    ///
    /// # Errors
    /// A report of everything that is wrong, at once.
    pub fn watch(self) -> Result<Live<R>, Report> {
        self.watch_with(Watch::new())
    }

    /// The same, with a say in how it is watched.
    ///
    /// # Errors
    /// A report of everything that is wrong, at once.
    pub fn watch_with(self, watch: Watch) -> Result<Live<R>, Report> {
        let start = SystemTime::now();
        let (engine, cell) = Engine::start(self, watch.event.clone(), watch.publishing())?;
        let (engine, cell) = (Arc::new(engine), Arc::new(cell));
        let refresher = Arc::new(Refresher::start(watch, start, &engine, &cell));
        Ok(Live { cell, engine, refresher })
    }
}

impl<R: Send + Sync + 'static> Live<R> {
    /// The settings as they are now: one whole generation. It does not wait, whatever others do; a place that reads very often takes a
    /// [`reader`](Self::reader).
    pub fn current(&self) -> Current<R> {
        Current(self.cell.load())
    }

    /// A handle that keeps its snapshot, for a place that reads very often. It does not keep the settings watched.
    pub fn reader(&self) -> LiveReader<R> {
        LiveReader::new(&self.cell)
    }

    /// The next generation after the current one.
    pub fn changed(&self) -> Changed<R> {
        self.changed_since(self.cell.generation())
    }

    /// The next generation after the one with this number, which may be there already.
    pub fn changed_since(&self, generation: u64) -> Changed<R> {
        Changed { cell: Arc::clone(&self.cell), since: generation }
    }

    /// Asks all sources now, and answers the snapshot that counts then.
    ///
    /// # Errors
    /// What the sources have cannot be taken; what counted before counts on.
    pub fn refresh(&self) -> Result<Arc<Snapshot<R>>, Rejected>
    where
        R: Root,
    {
        let outcome = self.engine.refresh(&self.cell);
        self.refresher.reschedule();
        outcome.map(|()| self.cell.load_full())
    }

    /// Tries something with the current settings, and once more with fresh ones where it was denied: a password or a token
    /// may have been replaced a moment ago.
    ///
    /// All sources are asked for that, at most once in the time of [`Watch::pause_after_denial`], however many are
    /// denied: until then, and where the sources have nothing newer, the denial stands. Code that may not block
    /// takes [`refresh_denied`](Self::refresh_denied) apart.
    ///
    /// # Example
    /// ```
    /// use confident::{Config, Live, SecretString};
    /// # /// A program.
    /// # #[derive(Config)]
    /// # #[config(app = "shop")]
    /// # struct Settings {
    /// #     /// How it logs in.
    /// #     #[config(live)]
    /// #     database_password: SecretString,
    /// # }
    /// # struct Connection;
    /// # enum Error { Denied, Other }
    /// # fn connect(_: &SecretString) -> Result<Connection, Error> { Ok(Connection) }
    ///
    /// fn open(settings: &Live<Settings>) -> Result<Connection, Error> {
    ///     settings.attempt(|now| connect(&now.database_password), |error| matches!(error, Error::Denied))
    /// }
    /// ```
    ///
    /// # Errors
    /// That of the last try.
    pub fn attempt<T, E>(
        &self,
        mut attempt: impl FnMut(&Snapshot<R>) -> Result<T, E>,
        is_denial: impl Fn(&E) -> bool,
    ) -> Result<T, E>
    where
        R: Root,
    {
        let tried = self.cell.load_full();
        match attempt(&tried) {
            Err(error) if is_denial(&error) && self.refresh_denied(tried.generation()) => {
                attempt(&self.cell.load_full())
            }
            outcome => outcome,
        }
    }

    /// Asks all sources anew, because something in the generation with this number was denied, and answers whether there is
    /// a newer generation now, with which it should be tried again.
    ///
    /// The sources are asked at most once in the time of [`Watch::pause_after_denial`], for all that are denied. It
    /// blocks while they are.
    pub fn refresh_denied(&self, generation: u64) -> bool
    where
        R: Root,
    {
        let is_newer = self.engine.refresh_denied(generation, self.refresher.pause_after_denial, &self.cell);
        self.refresher.reschedule();
        is_newer
    }

    /// Offers every change of these keys and groups to a part of the program, until the subscription is dropped. A key that is fixed does not compile.
    pub fn subscribe(
        &self,
        paths: impl IntoIterator<Item = LivePath>,
        subscriber: impl Subscriber<R>,
    ) -> Subscription {
        let paths: Vec<LivePath> = paths.into_iter().collect();
        let number = self.engine.subscribe(&paths, Box::new(subscriber));
        let engine = Arc::downgrade(&self.engine);
        let cancel = move || {
            if let Some(engine) = engine.upgrade() {
                engine.unsubscribe(number);
            }
        };
        Subscription { cancel: Box::new(cancel) }
    }

    /// Tells a closure of every change of these keys and groups, until the subscription is dropped.
    pub fn on_change(
        &self,
        paths: impl IntoIterator<Item = LivePath>,
        told: impl FnMut(&Arc<Snapshot<R>>) + Send + 'static,
    ) -> Subscription {
        self.subscribe(paths, Told(told))
    }

    /// The paths of the `live` keys of which nobody is told, and which are not among `read`: for
    /// [`testing::live_keys_are_used`](crate::testing::live_keys_are_used).
    pub(crate) fn unused(&self, read: &[LivePath]) -> Vec<&'static str> {
        self.engine.unused(read)
    }

    /// What is to be said of every key: where it comes from, and what waits for a restart. No value is in it.
    pub fn status(&self) -> Status
    where
        R: Root,
    {
        self.engine.status(&self.cell.load())
    }
}

impl<R> Clone for Live<R> {
    fn clone(&self) -> Self {
        Self {
            cell: Arc::clone(&self.cell),
            engine: Arc::clone(&self.engine),
            refresher: Arc::clone(&self.refresher),
        }
    }
}

impl<R: fmt::Debug> fmt::Debug for Live<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Live").field(&**self.cell.load()).finish()
    }
}

impl Subscription {
    /// Lets it go on for as long as the settings are watched.
    pub fn forever(self) {
        std::mem::forget(self);
    }
}

impl Drop for Subscription {
    fn drop(&mut self) {
        (self.cancel)();
    }
}

impl fmt::Debug for Subscription {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Subscription")
    }
}
