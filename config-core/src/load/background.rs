//! Work on a thread of its own, for code that waits without blocking.

use std::{
    panic::{AssertUnwindSafe, catch_unwind, resume_unwind},
    pin::Pin,
    sync::{Arc, Mutex, PoisonError},
    task::{Context, Poll, Waker},
    thread,
};

/// What comes of the work, and who waits for it.
struct Shared<T> {
    outcome: Option<thread::Result<T>>,
    waker: Option<Waker>,
}

struct Waiting<T>(Arc<Mutex<Shared<T>>>);

/// Runs `work` on a thread of its own, which begins at once. What panics there, panics here.
pub(super) fn run<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> impl Future<Output = T> + Send {
    let shared = Arc::new(Mutex::new(Shared { outcome: None, waker: None }));
    let there = Arc::clone(&shared);
    thread::spawn(move || {
        let outcome = catch_unwind(AssertUnwindSafe(work));
        let mut shared = there.lock().unwrap_or_else(PoisonError::into_inner);
        shared.outcome = Some(outcome);
        let waker = shared.waker.take();
        // Whoever is woken may look at once.
        drop(shared);
        waker.into_iter().for_each(Waker::wake);
    });
    Waiting(shared)
}

impl<T> Future for Waiting<T> {
    type Output = T;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<T> {
        let mut shared = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match shared.outcome.take() {
            Some(Ok(value)) => Poll::Ready(value),
            Some(Err(panic)) => resume_unwind(panic),
            None => {
                shared.waker = Some(context.waker().clone());
                Poll::Pending
            }
        }
    }
}
