//! What threads have in common, of the standard library and of `arc-swap`. A model puts its own in this place, to try every
//! order in which the threads may run (`tests/live_model.rs`).

use std::sync::Arc;
pub(super) use std::sync::{Condvar, Mutex, MutexGuard, atomic::AtomicU64};

pub(super) use arc_swap::{ArcSwap, Guard};

/// What a reader keeps: the value, and where the next one will be.
pub(super) type Cached<T> = arc_swap::Cache<Arc<ArcSwap<T>>, Arc<T>>;
