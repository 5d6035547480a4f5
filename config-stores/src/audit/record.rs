//! What a caller gives to be recorded.

use std::{borrow::Cow, fmt, time::Duration};

use confident_core::Manifest;

/// What was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Action {
    /// A value was asked for.
    Access,
    /// A value came, and was not taken: it breaks a constraint, or comes from a source that it must not come from.
    Refusal,
    /// A value was asked for again.
    Refresh,
    /// A value was replaced by its next version.
    Rotation,
    /// A policy was not kept: a value is older than it may be, or is not rotated in time.
    Policy,
}

impl Action {
    /// Its name in a trail.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Access => "access",
            Self::Refusal => "refusal",
            Self::Refresh => "refresh",
            Self::Rotation => "rotation",
            Self::Policy => "policy",
        }
    }
}

/// What came of it: a closed list of words, so that no message of a store gets into a trail.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Outcome {
    /// As it was asked for.
    Ok,
    /// The store is away, and an earlier value was served.
    Stale,
    /// The store has no such value.
    Absent,
    /// The store had the value, and it was deleted.
    Deleted,
    /// The store refuses to give it.
    Denied,
    /// The store does not answer, or not in time.
    Unreachable,
    /// The store is there, and cannot serve now: it is sealed, or asks for patience.
    Unavailable,
    /// The store's answer cannot be understood.
    Malformed,
    /// The value breaks a constraint of its key.
    Invalid,
    /// The version is older than one that was seen before.
    RolledBack,
    /// The value is older than it may be.
    Expired,
    /// A policy of the program forbids it.
    Forbidden,
    /// Something else went wrong.
    Failed,
}

impl Outcome {
    /// Its name in a trail.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Stale => "stale",
            Self::Absent => "absent",
            Self::Deleted => "deleted",
            Self::Denied => "denied",
            Self::Unreachable => "unreachable",
            Self::Unavailable => "unavailable",
            Self::Malformed => "malformed",
            Self::Invalid => "invalid",
            Self::RolledBack => "rolled-back",
            Self::Expired => "expired",
            Self::Forbidden => "forbidden",
            Self::Failed => "failed",
        }
    }
}

/// The program whose records they are.
///
/// # Example
/// ```
/// use confident_stores::audit::Who;
///
/// let who = Who::new("payments").version("1.4.0").instance("web-1").profile("production");
/// # assert!(format!("{who:?}").contains("web-1"));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Who {
    pub(super) app: String,
    pub(super) version: String,
    pub(super) instance: String,
    pub(super) profile: String,
}

impl Who {
    /// The program of this name.
    pub fn new(app: impl Into<String>) -> Self {
        Self { app: app.into(), ..Self::default() }
    }

    /// The program of a manifest, with its version.
    pub fn of(manifest: &Manifest) -> Self {
        Self::new(manifest.app).version(manifest.version)
    }

    /// Its version.
    #[must_use]
    pub fn version(mut self, version: impl Into<String>) -> Self {
        self.version = version.into();
        self
    }

    /// Which of its processes: a host name, the name of a pod.
    #[must_use]
    pub fn instance(mut self, instance: impl Into<String>) -> Self {
        self.instance = instance.into();
        self
    }

    /// The profile that it runs in.
    #[must_use]
    pub fn profile(mut self, profile: impl Into<String>) -> Self {
        self.profile = profile.into();
        self
    }
}

/// Something that is recorded. The value itself is only lent, to be fingerprinted.
///
/// # Example
/// ```
/// use std::time::Duration;
/// use confident_stores::audit::{Action, Event, Outcome};
///
/// let event = Event::new(Action::Access, Outcome::Ok)
///     .key("database_url")
///     .store("vault")
///     .path("secret/data/payments#database_url")
///     .version("7")
///     .duration(Duration::from_millis(12))
///     .value(b"postgres://ledger:hunter2@db/ledger");
/// assert!(!format!("{event:?}").contains("hunter2"));
/// ```
#[derive(Clone, Copy)]
pub struct Event<'a> {
    pub(super) action: Action,
    pub(super) outcome: Outcome,
    pub(super) key: &'a str,
    pub(super) store: &'a str,
    pub(super) path: &'a str,
    pub(super) version: &'a str,
    pub(super) duration: Option<Duration>,
    pub(super) value: Option<&'a [u8]>,
}

impl<'a> Event<'a> {
    /// Something that was done, and what came of it.
    pub const fn new(action: Action, outcome: Outcome) -> Self {
        Self { action, outcome, key: "", store: "", path: "", version: "", duration: None, value: None }
    }

    /// The path of the key.
    #[must_use]
    pub const fn key(mut self, path: &'a str) -> Self {
        self.key = path;
        self
    }

    /// The kind of the store.
    #[must_use]
    pub const fn store(mut self, store: &'a str) -> Self {
        self.store = store;
        self
    }

    /// The place in the store.
    #[must_use]
    pub const fn path(mut self, path: &'a str) -> Self {
        self.path = path;
        self
    }

    /// The version of the value.
    #[must_use]
    pub const fn version(mut self, version: &'a str) -> Self {
        self.version = version;
        self
    }

    /// How long it took.
    #[must_use]
    pub const fn duration(mut self, duration: Duration) -> Self {
        self.duration = Some(duration);
        self
    }

    /// The value, of which a trail with a key keeps a fingerprint, and one without a key keeps nothing.
    #[must_use]
    pub const fn value(mut self, value: &'a [u8]) -> Self {
        self.value = Some(value);
        self
    }
}

impl fmt::Debug for Event<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { action, outcome, key, store, path, version, duration, value } = self;
        f.debug_struct("Event")
            .field("action", action)
            .field("outcome", outcome)
            .field("key", key)
            .field("store", store)
            .field("path", path)
            .field("version", version)
            .field("duration", duration)
            .field("value", &value.map(|_| "[REDACTED]"))
            .finish()
    }
}

/// The most bytes of a text in a record.
pub(super) const LONGEST_TEXT: usize = 1024;

/// A text as it is recorded: one that is too long ends in an ellipsis, so that every line fits into a known size.
pub(super) fn short(text: &str) -> Cow<'_, str> {
    if text.len() <= LONGEST_TEXT {
        return Cow::Borrowed(text);
    }
    let most = LONGEST_TEXT - '…'.len_utf8();
    let end = (0..=most).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
    Cow::Owned(format!("{}…", &text[..end]))
}
