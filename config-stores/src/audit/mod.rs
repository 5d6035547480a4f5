//! The audit trail: who asked for which value, when, from where, and what came of it, with no value in it.
//!
//! A [`Trail`] is a file of JSON lines. Each line is bound to the one before it by its `mac`, so that an edit, a
//! deletion, an insertion, a reorder and a copy show, and [`Verification`] names the first line that is wrong. A small
//! file beside it, the head, says how far the trail goes, so that a truncation shows too.
//!
//! # What it proves, and against whom
//! With an [`AuditKey`], nobody without the key can make a line or a head: who can write to the files, but cannot read
//! the key, cannot change what was recorded unseen. What is left to such a person is to put back the files of an earlier
//! day, both of them, or to remove both. Against that helps a copy of the head that is kept elsewhere, as a
//! [checkpoint](Verification::checkpoint): the trail has to go at least as far. A process whose trail goes back behind
//! its own last record notices it without one.
//!
//! [Without a key](Trail::unkeyed) the lines are chained by plain SHA-256, which anyone can compute anew: it finds
//! accidents, and shows tampering only against a checkpoint. Values have no fingerprints then, because a hash without
//! a key is soon turned back into a value that is easily guessed.
//!
//! # The file
//! A line is a JSON object: `sequence`, `time`, `action`, `app`, `version`, `instance`, `profile`, `key`, `store`, `path`,
//! `value_version`, `outcome`, `duration_us`, `fingerprint`, `previous` (the `mac` of the line before), `mac` (over all bytes of the
//! line that stand before it). What does not apply is left out. The first record is `began`; `recovered` says what a crash
//! or a failing disk left behind. Records that were written at once count down to the last of them in `more`.
//!
//! A record is written and synced before the head is replaced, so a process that is killed leaves a head that is at most
//! one write behind, which is in order, or a line that is torn. The bytes of a torn line stay in the file, for good: the next
//! record vouches for them. Several processes may share a trail: each takes the lock of the file to write, and goes on where the other
//! stopped. A trail stays one file: to begin another, for its size or with another key, stop the program and move the file and its head away together.

mod emit;
mod entry;
mod head;
mod key;
mod log;
mod record;
mod trail;
mod verify;
mod walk;

pub use entry::{Entries, Entry, NumberedLine, Torn};
pub use head::{Head, HeadError};
pub use key::{AuditKey, Fingerprint, KeyError, Mac};
pub use log::{AuditError, AuditFault};
pub use record::{Action, Event, Outcome, Who};
pub use trail::{OnFailure, Opening, Trail};
pub use verify::{Bad, Fault, Verdict, Verification, VerifyError};
