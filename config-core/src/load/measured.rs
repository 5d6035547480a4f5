//! What metrics say of a load.

use std::time::Instant;

use crate::{metrics, report::Problem};

/// A load that is going on.
pub(super) struct Measured {
    app: &'static str,
    start: Instant,
}

impl Measured {
    pub(super) fn begin(app: &'static str) -> Self {
        // Each time, because a program may have got its recorder since the last load.
        metrics::describe();
        Self { app, start: Instant::now() }
    }

    pub(super) fn end<'p>(self, is_complete: bool, problems: impl Iterator<Item = &'p Problem>) {
        let outcome = if is_complete { metrics::OK } else { metrics::FAILED };
        metrics::LOAD_SECONDS.record(self.start.elapsed().as_secs_f64(), &[self.app, outcome]);
        for problem in problems {
            metrics::LOAD_PROBLEMS.add(1, &[self.app, problem.code().as_str()]);
        }
    }
}
