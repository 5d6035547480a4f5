//! Records as events of `tracing`, with the feature of this name.

use super::{entry::Entry, log::AuditError, record::Outcome};

/// Tells who listens of a record; one that could not be written has no number.
#[cfg(feature = "tracing")]
pub(super) fn record(entry: &Entry<'_>, sequence: Option<u64>, outcome: Outcome) {
    // The level of an event is fixed where it is written.
    macro_rules! event {
        ($level:ident) => {
            tracing::event!(
                target: "confident::audit",
                tracing::Level::$level,
                sequence,
                time = &*entry.time,
                action = &*entry.action,
                app = &*entry.app,
                version = &*entry.version,
                instance = &*entry.instance,
                profile = &*entry.profile,
                key = &*entry.key,
                store = &*entry.store,
                path = &*entry.path,
                value_version = &*entry.value_version,
                outcome = &*entry.outcome,
                duration_us = entry.duration_us,
                fingerprint = &*entry.fingerprint,
            )
        };
    }
    if outcome == Outcome::Ok { event!(INFO) } else { event!(WARN) }
}

/// Tells who listens of records that the file does not have.
#[cfg(feature = "tracing")]
pub(super) fn missed(error: &AuditError, records: usize) {
    tracing::error!(target: "confident::audit", records, "{error}");
}

#[cfg(not(feature = "tracing"))]
pub(super) const fn record(_: &Entry<'_>, _: Option<u64>, _: Outcome) {}

#[cfg(not(feature = "tracing"))]
pub(super) const fn missed(_: &AuditError, _: usize) {}
