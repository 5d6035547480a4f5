//! How snapshots are swapped, read and waited for, in every order in which threads may run and see what others wrote.
//!
//! What is run is the file that programs run. Only what threads have in common is another one here: the types of `loom`, which
//! tries the orders one after the other. The cell of `arc-swap` has a double that promises less than it does. An order in
//! which somebody waits for ever is a deadlock, and so found.

#[allow(dead_code, unreachable_pub)]
#[path = "../src/live/snapshot.rs"]
mod snapshot;

/// The types of `loom` in the place of those of the standard library.
mod shared {
    pub(crate) use loom::sync::{Condvar, Mutex, MutexGuard};

    pub(crate) use super::double::{ArcSwap, AtomicU64, Cached, Guard};
}

/// What `loom` does not have as it is needed here.
mod double {
    use std::{
        cell::Cell,
        ops::Deref,
        sync::{Arc, Mutex, atomic::Ordering},
    };

    use loom::sync::atomic::{self, AtomicUsize};

    thread_local! {
        /// Whether numbers publish nothing. All threads of a model are one of the system.
        pub(crate) static IS_RELAXED: Cell<bool> = const { Cell::new(false) };
    }

    /// A number, which can be made one that publishes nothing of what was written before it.
    pub(crate) struct AtomicU64(atomic::AtomicU64);

    impl AtomicU64 {
        pub(crate) fn new(number: u64) -> Self {
            Self(atomic::AtomicU64::new(number))
        }

        pub(crate) fn load(&self, order: Ordering) -> u64 {
            self.0.load(if IS_RELAXED.get() { Ordering::Relaxed } else { order })
        }

        pub(crate) fn store(&self, number: u64, order: Ordering) {
            self.0.store(number, if IS_RELAXED.get() { Ordering::Relaxed } else { order });
        }
    }

    /// The cell of `arc-swap`, as far as the model can see it: a place that is written and read in one step. The real one
    /// orders all that is done with it (`SeqCst`); this one only lets who reads a value see what was written before it.
    pub(crate) struct ArcSwap<T> {
        at: AtomicUsize,
        /// All that ever were there. Who looks here has seen its number, so that nothing is learned from it.
        all: Mutex<Vec<Arc<T>>>,
    }

    pub(crate) struct Guard<T>(T);

    /// What a reader keeps. It learns nothing from the look whether there is something newer.
    pub(crate) struct Cached<T> {
        swap: Arc<ArcSwap<T>>,
        at: usize,
        kept: Arc<T>,
    }

    impl<T> Cached<T> {
        pub(crate) fn new(swap: Arc<ArcSwap<T>>) -> Self {
            let (at, kept) = swap.look();
            Self { swap, at, kept }
        }

        pub(crate) fn load(&mut self) -> &Arc<T> {
            if self.swap.at.load(Ordering::Relaxed) != self.at {
                (self.at, self.kept) = self.swap.look();
            }
            &self.kept
        }
    }

    impl<T> Clone for Cached<T> {
        fn clone(&self) -> Self {
            Self { swap: Arc::clone(&self.swap), at: self.at, kept: Arc::clone(&self.kept) }
        }
    }

    impl<T> ArcSwap<T> {
        pub(crate) fn from_pointee(first: T) -> Self {
            Self { at: AtomicUsize::new(0), all: Mutex::new(vec![Arc::new(first)]) }
        }

        pub(crate) fn store(&self, next: Arc<T>) {
            let at = {
                let mut all = self.all.lock().expect("nothing panics in it");
                all.push(next);
                all.len() - 1
            };
            self.at.store(at, Ordering::Release);
        }

        fn look(&self) -> (usize, Arc<T>) {
            let at = self.at.load(Ordering::Acquire);
            (at, Arc::clone(&self.all.lock().expect("nothing panics in it")[at]))
        }

        pub(crate) fn load_full(&self) -> Arc<T> {
            self.look().1
        }

        pub(crate) fn load(&self) -> Guard<Arc<T>> {
            Guard(self.load_full())
        }
    }

    impl<T> Deref for Guard<T> {
        type Target = T;

        fn deref(&self) -> &T {
            &self.0
        }
    }
}

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    pin::pin,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    task::{Context, Poll, Wake, Waker},
};

use loom::{
    model::Builder,
    sync::{Condvar, Mutex},
    thread::{self, JoinHandle},
};
use snapshot::{Cell, Changed, LiveReader, Snapshot};

/// Tries all orders in which no thread is interrupted more than three times where it need not be: errors of this kind
/// show with two. `LOOM_MAX_PREEMPTIONS` says another number.
fn in_every_order(run: impl Fn() + Send + Sync + 'static) {
    let orders = Arc::new(AtomicU64::new(0));
    let mut model = Builder::new();
    model.preemption_bound = model.preemption_bound.or(Some(3));
    let count = Arc::clone(&orders);
    model.check(move || {
        count.fetch_add(1, Ordering::Relaxed);
        run();
    });
    println!("{} orders", orders.load(Ordering::Relaxed));
}

/// What is found in one of the orders.
fn found_in_some_order(run: impl Fn() + Send + Sync + 'static) -> String {
    let outcome = catch_unwind(AssertUnwindSafe(|| in_every_order(run)));
    let found = outcome.expect_err("something is wrong, and no order shows it");
    let text = found.downcast_ref::<String>().cloned();
    text.or_else(|| found.downcast_ref::<&str>().map(|text| (*text).to_owned())).unwrap_or_default()
}

fn cell() -> Arc<Cell<()>> {
    Arc::new(Cell::new(snapshot(1)))
}

fn snapshot(generation: u64) -> Snapshot<()> {
    Snapshot::new((), generation)
}

fn beside(cell: &Arc<Cell<()>>, run: impl FnOnce(Arc<Cell<()>>) + 'static) -> JoinHandle<()> {
    let cell = Arc::clone(cell);
    thread::spawn(move || run(cell))
}

fn swap(cell: &Cell<()>, generation: u64) {
    cell.swap(Arc::new(snapshot(generation)), || {});
}

/// The same with its steps in another order: the number before the snapshot.
fn swap_with_the_number_first(cell: &Cell<()>, generation: u64) {
    cell.generation.store(generation, Ordering::Release);
    cell.current.store(Arc::new(snapshot(generation)));
    cell.wake();
}

/// And with those who wait woken before there is something to see.
fn swap_with_the_wakers_first(cell: &Cell<()>, generation: u64) {
    cell.wake();
    cell.current.store(Arc::new(snapshot(generation)));
    cell.generation.store(generation, Ordering::Release);
}

const WITHOUT_SNAPSHOT: &str = "a number is seen before its snapshot";

fn look_at_number_and_snapshot(swap: fn(&Cell<()>, u64)) {
    let cell = cell();
    let writer = beside(&cell, move |cell| {
        swap(&cell, 2);
        swap(&cell, 3);
    });
    let number = cell.generation();
    assert!(cell.load_full().generation() >= number, "{WITHOUT_SNAPSHOT}");
    assert!(cell.load().generation() >= number, "{WITHOUT_SNAPSHOT}");
    writer.join().expect("it does not panic");
}

#[test]
fn a_number_stands_for_its_snapshot() {
    in_every_order(|| look_at_number_and_snapshot(swap));
    // The control, in both ways to get it wrong.
    assert_eq!(
        found_in_some_order(|| look_at_number_and_snapshot(swap_with_the_number_first)),
        WITHOUT_SNAPSHOT
    );
    double::IS_RELAXED.set(true);
    assert_eq!(found_in_some_order(|| look_at_number_and_snapshot(swap)), WITHOUT_SNAPSHOT);
}

const BACKWARDS: &str = "a reader goes back";

fn read_again_and_again(swap: fn(&Cell<()>, u64)) {
    let cell = cell();
    let writer = beside(&cell, move |cell| {
        swap(&cell, 2);
        swap(&cell, 3);
    });
    let mut reader = LiveReader::new(&cell);
    let mut last = 0;
    for _ in 0..2 {
        let now = reader.current().generation();
        assert!(now >= last, "{BACKWARDS}");
        last = now;
        // One who reads without a handle is not ahead of one who has one, from the same thread.
        let number = cell.generation();
        last = last.max(reader.current().generation());
        assert!(last >= number, "{BACKWARDS}");
    }
    writer.join().expect("it does not panic");
    assert_eq!(reader.current().generation(), 3, "the newest is found");
}

#[test]
fn a_reader_never_goes_back_and_finds_the_newest() {
    in_every_order(|| read_again_and_again(swap));
    assert_eq!(found_in_some_order(|| read_again_and_again(swap_with_the_number_first)), BACKWARDS);
}

/// Runs a future: sleeps until it is woken. (That of `loom` counts its references by types of `loom`, which panic once more when a
/// deadlock has been found, and that ends the process.)
fn block_on<F: Future>(future: F) -> F::Output {
    #[derive(Default)]
    struct Sleeper {
        is_woken: Mutex<bool>,
        woken: Condvar,
    }
    impl Wake for Sleeper {
        fn wake(self: Arc<Self>) {
            *self.is_woken.lock().expect("nothing panics in it") = true;
            self.woken.notify_one();
        }
    }
    let sleeper = Arc::<Sleeper>::default();
    let waker = Waker::from(Arc::clone(&sleeper));
    let mut future = pin!(future);
    loop {
        if let Poll::Ready(value) = future.as_mut().poll(&mut Context::from_waker(&waker)) {
            return value;
        }
        let mut is_woken = sleeper.is_woken.lock().expect("nothing panics in it");
        while !std::mem::take(&mut *is_woken) {
            is_woken = sleeper.woken.wait(is_woken).expect("nothing panics in it");
        }
    }
}

/// A way to wait for the next generation.
type Wait = fn(Changed<()>) -> Option<Arc<Snapshot<()>>>;

const BLOCKING: Wait = Changed::wait;
const ASKING: Wait = |changed| block_on(changed);

fn wait_for_a_swap(wait: Wait, swap: fn(&Cell<()>, u64)) {
    let cell = cell();
    let waiting = beside(&cell, move |cell| {
        let newer = wait(Changed { cell, since: 1 }).expect("there is one");
        assert_eq!(newer.generation(), 2);
    });
    swap(&cell, 2);
    waiting.join().expect("it does not panic");
}

#[test]
fn one_who_waits_never_misses_a_swap() {
    for wait in [BLOCKING, ASKING] {
        in_every_order(move || wait_for_a_swap(wait, swap));
        let found = found_in_some_order(move || wait_for_a_swap(wait, swap_with_the_wakers_first));
        assert!(found.starts_with("deadlock"), "{found}");
    }
}

#[test]
fn one_who_waits_sees_the_last_swap_before_the_end() {
    for wait in [BLOCKING, ASKING] {
        in_every_order(move || {
            let cell = cell();
            let waiting = beside(&cell, move |cell| {
                let newer = wait(Changed { cell, since: 1 }).expect("it was swapped before the end");
                assert_eq!(newer.generation(), 2);
            });
            swap(&cell, 2);
            cell.end();
            waiting.join().expect("it does not panic");
        });
    }
}

#[test]
fn the_end_wakes_all_who_wait() {
    for ways in [[BLOCKING; 2], [BLOCKING, ASKING], [ASKING; 2]] {
        in_every_order(move || {
            let cell = cell();
            let waiting = ways.map(|wait| {
                beside(&cell, move |cell| {
                    assert!(wait(Changed { cell, since: 1 }).is_none(), "nothing was swapped");
                })
            });
            cell.end();
            waiting.into_iter().for_each(|waiting| waiting.join().expect("it does not panic"));
        });
    }
    // The control: an end that says so after it has woken them.
    let found = found_in_some_order(|| {
        let cell = cell();
        let waiting = beside(&cell, |cell| {
            assert!(Changed { cell, since: 1 }.wait().is_none(), "nothing was swapped");
        });
        cell.wake();
        waiting.join().expect("it does not panic");
    });
    assert!(found.starts_with("deadlock"), "{found}");
}

#[test]
fn all_who_wait_are_woken_by_one_swap() {
    for ways in [[BLOCKING; 2], [BLOCKING, ASKING], [ASKING; 2]] {
        in_every_order(move || {
            let cell = cell();
            let waiting = ways.map(|wait| {
                beside(&cell, move |cell| {
                    assert!(wait(Changed { cell, since: 1 }).is_some(), "it was swapped");
                })
            });
            swap(&cell, 2);
            waiting.into_iter().for_each(|waiting| waiting.join().expect("it does not panic"));
        });
    }
}
