//! What several tests need.
#![allow(dead_code)] // not every test needs all of it

pub(crate) mod double;
#[cfg(feature = "etcd")]
pub(crate) mod etcd;
pub(crate) mod kinds;
pub(crate) mod peer;
#[cfg(all(feature = "vault", unix))]
pub(crate) mod postgres;
#[cfg(feature = "vault")]
pub(crate) mod vault;

use std::sync::mpsc::channel;

use confident_stores::{Entry, Store, testing::ManualClock};

/// A clock that stands still, and its twin.
pub(crate) fn clocks() -> (ManualClock, ManualClock) {
    let clock = ManualClock::default();
    (clock.clone(), clock)
}

/// Waits for a value from another thread, but not for ever.
pub(crate) fn within_a_minute<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    let (sender, receiver) = channel();
    std::thread::spawn(move || sender.send(work()));
    receiver.recv_timeout(std::time::Duration::from_secs(60)).expect("it ends within a minute")
}

/// Makes one answer of a store, for a test of it alone.
pub(crate) fn one(store: &impl Store, place: &str) -> Result<Entry, confident_stores::Failure> {
    let places = [place];
    let ask = confident_stores::Ask::new("shop", Some("production"), &places);
    store.read(&ask).pop().expect("there is an answer for each place")
}
