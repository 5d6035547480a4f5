//! What threads have in common, of the standard library and of `arc-swap`. A model puts its own in this place, to try every
//! order in which the threads may run (`tests/live_model.rs`).

pub(super) use std::sync::{Condvar, Mutex, MutexGuard, atomic::AtomicU64};

pub(super) use arc_swap::{ArcSwap, Guard};
