//! The ways to read settings that are swapped.

use std::{
    ffi::OsStr,
    sync::{
        Arc, PoisonError, RwLock,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use arc_swap::{ArcSwap, Cache};
use confident::{Answers, Config, Event, Provenance, Source, Wanted, Watch};
use tokio::sync::watch;

use super::Contender;

/// The settings of the peers, and, read through `confident`, of this project.
#[derive(Config)]
#[config(app = "bench")]
struct Settings {
    /// A number.
    #[config(default = 0, live)]
    number: u64,
    /// Something else, as settings have it.
    #[config(default = "localhost")]
    #[allow(dead_code)] // nobody reads it
    host: String,
}

impl Settings {
    fn with(number: u64) -> Arc<Self> {
        Arc::new(Self { number, host: "localhost".to_owned() })
    }
}

/// A source with the number that was written last.
struct Number(Arc<AtomicU64>);

impl Source for Number {
    fn kind(&self) -> &'static str {
        "bench"
    }

    fn name(&self, _: &Wanted<'_>) -> String {
        "the bench".to_owned()
    }

    fn find<'a>(&'a self, _: &Wanted<'_>, answers: &mut Answers<'_, 'a>) {
        let text = answers.keep(self.0.load(Ordering::Relaxed).to_string().into_bytes());
        let text = std::str::from_utf8(text).expect("digits are text");
        answers.value("number", OsStr::new(text).into(), Provenance::default());
    }
}

/// The yardstick first.
pub(super) fn contenders() -> Result<Vec<Contender>, String> {
    let (current, reader) = live()?;
    Ok(vec![
        held(),
        reader,
        current,
        cached(),
        loaded(),
        loaded_full(),
        locked(),
        locked_and_cloned(),
        watched(),
    ])
}

/// An `Arc` that is never swapped for another: the least that a read can be. The writer does as the others do, but for
/// the swap.
fn held() -> Contender {
    let settings = Settings::with(0);
    let write = |number| drop(Settings::with(number));
    let reader = move || {
        let settings = Arc::clone(&settings);
        move || settings.number
    };
    Contender { is_fresh: false, ..Contender::new("an `Arc` that is held", write, reader) }
}

/// The two ways of this project. Each swap is a whole refresh: it asks the source, checks, and puts in place.
fn live() -> Result<(Contender, Contender), String> {
    let one = || {
        let number = Arc::<AtomicU64>::default();
        let watch = Watch::new().poll(Duration::from_secs(1_000_000)).on_event(|_: &Event<'_>| {});
        let loader = Settings::loader().source(Number(Arc::clone(&number)));
        let live = loader.watch_with(watch).map_err(|report| report.to_string())?;
        let writer = live.clone();
        let write = move |now| {
            number.store(now, Ordering::Relaxed);
            writer.refresh().expect("a number is valid");
        };
        Ok::<_, String>((live, write))
    };
    let (live, write) = one()?;
    let current = Contender::new("`Live::current`", write, move || {
        let live = live.clone();
        move || live.current().number
    });
    let (live, write) = one()?;
    let reader = Contender::new("`LiveReader::current`", write, move || {
        let mut reader = live.reader();
        move || reader.current().number
    });
    Ok((current, reader))
}

/// What is shared by a thread that writes and those that read.
fn shared<S>(shared: S) -> (Arc<S>, Arc<S>) {
    let shared = Arc::new(shared);
    (Arc::clone(&shared), shared)
}

fn loaded() -> Contender {
    let (swap, written) = shared(ArcSwap::new(Settings::with(0)));
    let write = move |number| written.store(Settings::with(number));
    Contender::new("arc-swap, `load`", write, move || {
        let swap = Arc::clone(&swap);
        move || swap.load().number
    })
}

fn loaded_full() -> Contender {
    let (swap, written) = shared(ArcSwap::new(Settings::with(0)));
    let write = move |number| written.store(Settings::with(number));
    Contender::new("arc-swap, `load_full`", write, move || {
        let swap = Arc::clone(&swap);
        move || swap.load_full().number
    })
}

fn cached() -> Contender {
    let (swap, written) = shared(ArcSwap::new(Settings::with(0)));
    let write = move |number| written.store(Settings::with(number));
    Contender::new("arc-swap, `Cache`", write, move || {
        let mut cache = Cache::new(Arc::clone(&swap));
        move || cache.load().number
    })
}

fn lock() -> (Arc<RwLock<Arc<Settings>>>, impl FnMut(u64) + Send + 'static) {
    let (lock, written) = shared(RwLock::new(Settings::with(0)));
    let write = move |number| {
        *written.write().unwrap_or_else(PoisonError::into_inner) = Settings::with(number);
    };
    (lock, write)
}

fn locked() -> Contender {
    let (lock, write) = lock();
    Contender::new("`RwLock<Arc>`, under the lock", write, move || {
        let lock = Arc::clone(&lock);
        move || lock.read().unwrap_or_else(PoisonError::into_inner).number
    })
}

fn locked_and_cloned() -> Contender {
    let (lock, write) = lock();
    Contender::new("`RwLock<Arc>`, cloned", write, move || {
        let lock = Arc::clone(&lock);
        move || Arc::clone(&*lock.read().unwrap_or_else(PoisonError::into_inner)).number
    })
}

fn watched() -> Contender {
    let (sender, receiver) = watch::channel(Settings::with(0));
    let write = move |number| drop(sender.send_replace(Settings::with(number)));
    Contender::new("tokio `watch`, `borrow`", write, move || {
        let receiver = receiver.clone();
        move || receiver.borrow().number
    })
}
