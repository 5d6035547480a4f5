//! One whole generation of the settings, and how it is read and waited for.

use std::{
    fmt,
    ops::Deref,
    pin::Pin,
    sync::{Arc, PoisonError, atomic::Ordering},
    task::{Context, Poll, Waker},
    time::{Duration, Instant, SystemTime},
};

// All that threads do with each other goes through these, and a model of it has others: see `tests/live_model.rs`.
use super::shared::{ArcSwap, AtomicU64, Cached, Condvar, Guard, Mutex, MutexGuard};

/// The settings as they were at one moment: one whole generation, of which nothing changes any more.
pub struct Snapshot<R> {
    settings: R,
    generation: u64,
    at: SystemTime,
}

impl<R> Snapshot<R> {
    pub(super) fn new(settings: R, generation: u64) -> Self {
        Self { settings, generation, at: SystemTime::now() }
    }

    /// The number of the generation. The first is 1, and every change makes the next.
    pub fn generation(&self) -> u64 {
        self.generation
    }

    /// When it was made.
    pub fn at(&self) -> SystemTime {
        self.at
    }
}

impl<R> Deref for Snapshot<R> {
    type Target = R;

    fn deref(&self) -> &R {
        &self.settings
    }
}

impl<R: fmt::Debug> fmt::Debug for Snapshot<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Snapshot")
            .field("generation", &self.generation)
            .field("settings", &self.settings)
            .finish()
    }
}

/// The current snapshot, and who waits for the next.
pub(super) struct Cell<R> {
    // What `swap` writes is to be seen by the model, which writes it in another order, too.
    pub(super) current: Arc<ArcSwap<Snapshot<R>>>,
    /// That of the current snapshot; who waits looks here whether there is a newer one.
    pub(super) generation: AtomicU64,
    waiting: Mutex<Waiting>,
    changed: Condvar,
}

#[derive(Default)]
struct Waiting {
    wakers: Vec<Waker>,
    is_over: bool,
}

impl<R> Cell<R> {
    pub(super) fn new(first: Snapshot<R>) -> Self {
        Self {
            generation: AtomicU64::new(first.generation),
            current: Arc::new(ArcSwap::from_pointee(first)),
            waiting: Mutex::new(Waiting::default()),
            changed: Condvar::new(),
        }
    }

    pub(super) fn load(&self) -> Guard<Arc<Snapshot<R>>> {
        self.current.load()
    }

    pub(super) fn load_full(&self) -> Arc<Snapshot<R>> {
        self.current.load_full()
    }

    pub(super) fn generation(&self) -> u64 {
        self.generation.load(Ordering::Acquire)
    }

    /// Puts the next generation in the place of the current one, in one step, and tells of it when all is done that goes with
    /// it. The snapshot stands before its number does: who sees the number finds the snapshot.
    pub(super) fn swap(&self, next: Arc<Snapshot<R>>, goes_with_it: impl FnOnce()) {
        let generation = next.generation;
        self.current.store(next);
        goes_with_it();
        self.generation.store(generation, Ordering::Release);
        self.wake();
    }

    /// Nothing will change any more.
    pub(super) fn end(&self) {
        self.waiting().is_over = true;
        self.wake();
    }

    pub(super) fn wake(&self) {
        let wakers = std::mem::take(&mut self.waiting().wakers);
        self.changed.notify_all();
        wakers.into_iter().for_each(Waker::wake);
    }

    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The settings as they are now, for a moment: [`Live::current`](crate::Live::current). Whoever keeps them for longer clones the
/// [`Arc`] in it.
pub struct Current<R>(pub(super) arc_swap::Guard<Arc<Snapshot<R>>>);

impl<R> Deref for Current<R> {
    type Target = Arc<Snapshot<R>>;

    fn deref(&self) -> &Arc<Snapshot<R>> {
        &self.0
    }
}

impl<R: fmt::Debug> fmt::Debug for Current<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&**self.0, f)
    }
}

/// A handle for a place that reads very often: it keeps its snapshot, and looks whether that is still the current one.
pub struct LiveReader<R> {
    cached: Cached<Snapshot<R>>,
}

impl<R> LiveReader<R> {
    pub(super) fn new(cell: &Cell<R>) -> Self {
        Self { cached: Cached::new(Arc::clone(&cell.current)) }
    }

    /// The current snapshot. It stays the same until this is called again.
    #[inline]
    pub fn current(&mut self) -> &Snapshot<R> {
        self.cached.load()
    }
}

impl<R> Clone for LiveReader<R> {
    fn clone(&self) -> Self {
        Self { cached: self.cached.clone() }
    }
}

/// The next generation after one: a future, which needs no particular runtime, or a call that blocks
/// ([`wait`](Self::wait)).
///
/// All parts of the program that subscribed have taken it by then. It is the newest one: whoever comes late misses those between. There is none when the settings are not watched any more.
#[must_use = "it is a future, or something to wait for"]
pub struct Changed<R> {
    pub(super) cell: Arc<Cell<R>>,
    pub(super) since: u64,
}

impl<R> Changed<R> {
    /// Blocks until there is one; `None` when there will be none.
    pub fn wait(self) -> Option<Arc<Snapshot<R>>> {
        self.wait_until(None)
    }

    /// Blocks until there is one, but not longer; `None` when there was none.
    pub fn wait_for(self, longest: Duration) -> Option<Arc<Snapshot<R>>> {
        self.wait_until(Instant::now().checked_add(longest))
    }

    fn wait_until(self, end: Option<Instant>) -> Option<Arc<Snapshot<R>>> {
        let mut waiting = self.cell.waiting();
        loop {
            if let Some(newer) = self.newer() {
                return Some(newer);
            }
            if waiting.is_over {
                return None;
            }
            waiting = match end.map(|end| end.saturating_duration_since(Instant::now())) {
                None => self.cell.changed.wait(waiting).unwrap_or_else(PoisonError::into_inner),
                Some(Duration::ZERO) => return None,
                Some(rest) => {
                    let (waiting, _) =
                        self.cell.changed.wait_timeout(waiting, rest).unwrap_or_else(PoisonError::into_inner);
                    waiting
                }
            };
        }
    }

    fn newer(&self) -> Option<Arc<Snapshot<R>>> {
        (self.cell.generation() > self.since).then(|| self.cell.load_full())
    }
}

impl<R> Future for Changed<R> {
    type Output = Option<Arc<Snapshot<R>>>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        // Who swaps takes the wakers after the number stands: either the number is seen here, or the waker there.
        let mut waiting = self.cell.waiting();
        if let Some(newer) = self.newer() {
            return Poll::Ready(Some(newer));
        }
        if waiting.is_over {
            return Poll::Ready(None);
        }
        if !waiting.wakers.iter().any(|waker| waker.will_wake(context.waker())) {
            waiting.wakers.push(context.waker().clone());
        }
        Poll::Pending
    }
}
