//! The trail that a program writes.

use std::{
    borrow::Cow,
    fmt,
    io::Write,
    path::PathBuf,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, SystemTime},
};

use super::{
    emit,
    entry::{BEGAN, Entry, RECOVERED},
    head::{Head, Place},
    key::{AuditKey, Chain, Mac},
    log::{AuditError, Behind, Log},
    record::{Event, Who, short},
};

/// What happens where a record cannot be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OnFailure {
    /// [`Trail::record`] fails, so that nothing is done that is not recorded.
    Closed,
    /// The program goes on. The records are counted, the next that can be written says how many are missing, and the first
    /// failure of a row is printed to the standard error.
    Open,
}

/// A trail that is about to be opened.
#[must_use = "nothing is opened before `open`"]
pub struct Opening {
    path: PathBuf,
    chain: Chain,
    clock: Clock,
    is_synced: bool,
}

type Clock = Box<dyn Fn() -> SystemTime + Send + Sync>;

/// An audit trail: each record is a line of a file, bound to the line before it.
///
/// A clone writes to the same file.
///
/// # Example
/// ```
/// use confident_stores::audit::{Action, AuditKey, Event, OnFailure, Outcome, Trail, Verification, Who};
/// # let folder = std::env::temp_dir().join(format!("confident-trail-{}", std::process::id()));
/// # std::fs::create_dir_all(&folder)?;
/// # let path = folder.join("audit.jsonl");
///
/// let key = AuditKey::new(&[7; 32])?; // `AuditKey::file` in a program
/// let trail = Trail::keyed(&path, key.clone())
///     .open(OnFailure::Closed)?
///     .by(Who::new("payments").version("1.4.0").instance("web-1").profile("production"));
/// let event = Event::new(Action::Access, Outcome::Ok).key("database_url").store("vault").version("7");
/// trail.record(&event.value(b"postgres://ledger:hunter2@db/ledger"))?;
///
/// let verdict = Verification::with(&key).of(&path)?;
/// assert!(verdict.is_good());
/// assert_eq!(verdict.records, 2); // the first says that the trail began
/// assert!(!std::fs::read_to_string(&path)?.contains("hunter2"));
/// # std::fs::remove_dir_all(&folder)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct Trail {
    shared: Arc<Shared>,
    who: Arc<Who>,
}

struct Shared {
    state: Mutex<State>,
    on_failure: OnFailure,
    clock: Clock,
}

struct State {
    log: Log,
    /// Records that could not be written since the last that could.
    untold: u64,
    /// All that could not be written.
    missed: u64,
}

impl Opening {
    /// The clock of the records; that of the system, unless said.
    pub fn clock(mut self, clock: impl Fn() -> SystemTime + Send + Sync + 'static) -> Self {
        self.clock = Box::new(clock);
        self
    }

    /// Leaves it to the system when bytes reach the disk: many times faster, and as safe where the process is killed. Where the
    /// power fails, the last records may be gone, and the trail may look truncated.
    pub fn unsynced(mut self) -> Self {
        self.is_synced = false;
        self
    }

    /// Opens the trail, or begins it, where there is none.
    ///
    /// # Errors
    /// For [`OnFailure::Closed`], where no record could be written: the file cannot be written, or it is not as it was left.
    pub fn open(self, on_failure: OnFailure) -> Result<Trail, AuditError> {
        let Self { path, chain, clock, is_synced } = self;
        let mut log = Log::new(path, chain, is_synced);
        match (log.open(), on_failure) {
            (Err(error), OnFailure::Closed) => return Err(error),
            // The first record tells.
            (Ok(()), _) | (Err(_), OnFailure::Open) => {}
        }
        let state = Mutex::new(State { log, untold: 0, missed: 0 });
        Ok(Trail { shared: Arc::new(Shared { state, on_failure, clock }), who: Arc::default() })
    }
}

impl Trail {
    /// A trail whose lines are bound with a key, and whose values are fingerprinted with it.
    pub fn keyed(path: impl Into<PathBuf>, key: AuditKey) -> Opening {
        Self::opening(path.into(), Some(key))
    }

    /// A trail without a key. Who can write to it can make it anew: it needs a [head](Trail::head) that is kept elsewhere. Values have
    /// no fingerprints.
    pub fn unkeyed(path: impl Into<PathBuf>) -> Opening {
        Self::opening(path.into(), None)
    }

    fn opening(path: PathBuf, key: Option<AuditKey>) -> Opening {
        Opening { path, chain: Chain::new(key), clock: Box::new(SystemTime::now), is_synced: true }
    }

    /// The same trail, for the records of a program.
    #[must_use]
    pub fn by(&self, who: Who) -> Self {
        Self { shared: Arc::clone(&self.shared), who: Arc::new(who) }
    }

    /// Records an event. It is on the disk when this returns.
    ///
    /// # Errors
    /// For [`OnFailure::Closed`], where it cannot be written. It may be in the file all the same, where only the disk or the head
    /// failed.
    pub fn record(&self, event: &Event<'_>) -> Result<(), AuditError> {
        self.record_all(std::slice::from_ref(event))
    }

    /// Records events in one write, which takes hardly longer than one event.
    ///
    /// # Errors
    /// As for [`Trail::record`]. Some of them may be in the file.
    pub fn record_all(&self, events: &[Event<'_>]) -> Result<(), AuditError> {
        if events.is_empty() {
            return Ok(());
        }
        let now = (self.shared.clock)();
        let mut state = self.state();
        let State { log, untold, missed } = &mut *state;
        let chain = log.chain.clone();
        let entries: Vec<Entry<'_>> = events.iter().map(|event| self.entry(event, &chain, now)).collect();
        let mut first = None;
        let written = log.append(|behind| {
            let mut entries = entries.clone();
            entries.splice(0..0, self.bookkeeping(&behind, &chain, now, *untold));
            first = Some(behind.place.sequence + (entries.len() - events.len()) as u64 + 1);
            Some(lines(&chain, behind, entries))
        });
        let was_written = written.is_ok();
        if was_written {
            *untold = 0;
        } else {
            let is_first = *untold == 0;
            *untold += events.len() as u64;
            *missed += events.len() as u64;
            if let (Err(error), OnFailure::Open, true) = (&written, self.shared.on_failure, is_first) {
                // Where even that cannot be written, the count of what is missed says it.
                let _ = writeln!(std::io::stderr(), "warning: {error}; the program goes on without it");
            }
        }
        // Whoever listens may record, or take its time.
        drop(state);
        for (index, entry) in entries.iter().enumerate() {
            let sequence = first.filter(|_| was_written).map(|first| first + index as u64);
            emit::record(entry, sequence, events[index].outcome);
        }
        match (written, self.shared.on_failure) {
            (Err(error), OnFailure::Closed) => Err(error),
            (Err(error), OnFailure::Open) => {
                emit::missed(&error, events.len());
                Ok(())
            }
            (Ok(()), _) => Ok(()),
        }
    }

    /// How many records could not be written since the trail was opened.
    pub fn missed(&self) -> u64 {
        self.state().missed
    }

    /// How far the trail goes, as this process saw it last: to be kept elsewhere, as a checkpoint.
    pub fn head(&self) -> Head {
        self.state().log.head()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // Who panicked left the file unknown: the next write looks.
        self.shared.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn entry<'e>(&'e self, event: &Event<'e>, chain: &Chain, now: SystemTime) -> Entry<'e> {
        let Event { action, outcome, key, store, path, version, duration, value } = *event;
        let fingerprint = match (&chain.key, value) {
            (Some(audit_key), Some(value)) => audit_key.fingerprint(&self.who.app, key, value).to_string(),
            _ => String::new(),
        };
        Entry {
            key: short(key),
            store: short(store),
            path: short(path),
            value_version: short(version),
            outcome: Cow::Borrowed(outcome.name()),
            duration_us: duration.map(|duration| u64::try_from(duration.as_micros()).unwrap_or(u64::MAX)),
            fingerprint: Cow::Owned(fingerprint),
            ..self.blank(action.name(), now)
        }
    }

    /// What stands before the events, where there is something to say of the trail itself.
    fn bookkeeping(&self, behind: &Behind, chain: &Chain, now: SystemTime, missed: u64) -> Option<Entry<'_>> {
        let Behind { place, torn } = *behind;
        let begins = place.sequence == 0;
        if !begins && torn.is_none() && missed == 0 {
            return None;
        }
        let mut entry = self.blank(if begins { BEGAN } else { RECOVERED }, now);
        if begins {
            entry.chain = Cow::Borrowed(chain.name());
            entry.key_id = Cow::Owned(chain.key_id.clone());
        }
        Some(Entry { torn, missed, ..entry })
    }

    fn blank(&self, action: &'static str, now: SystemTime) -> Entry<'_> {
        let Who { app, version, instance, profile } = &*self.who;
        Entry {
            sequence: 0,
            time: Cow::Owned(spell(now)),
            action: Cow::Borrowed(action),
            app: short(app),
            version: short(version),
            instance: short(instance),
            profile: short(profile),
            key: Cow::Borrowed(""),
            store: Cow::Borrowed(""),
            path: Cow::Borrowed(""),
            value_version: Cow::Borrowed(""),
            outcome: Cow::Borrowed(""),
            duration_us: None,
            fingerprint: Cow::Borrowed(""),
            chain: Cow::Borrowed(""),
            key_id: Cow::Borrowed(""),
            torn: None,
            missed: 0,
            more: 0,
            previous: Mac::NONE,
        }
    }
}

/// The lines of entries, each bound to the one before, and the end behind them.
fn lines(chain: &Chain, behind: Behind, entries: Vec<Entry<'_>>) -> (Vec<u8>, Place) {
    let Behind { mut place, torn } = behind;
    let mut bytes = Vec::new();
    place.length += torn.map_or(0, |torn| torn.bytes);
    let mut more = entries.len() as u64;
    for mut entry in entries {
        more -= 1;
        entry.sequence = place.sequence + 1;
        entry.previous = place.mac;
        entry.more = more;
        let (line, mac) = entry.line(chain);
        bytes.extend_from_slice(line.as_bytes());
        place = Place { sequence: entry.sequence, mac, length: place.length + line.len() as u64 };
    }
    (bytes, place)
}

/// A time as RFC 3339 in UTC. One that cannot be spelled so is the nearest that can.
fn spell(time: SystemTime) -> String {
    let last = SystemTime::UNIX_EPOCH + Duration::from_secs(253_402_300_799);
    humantime::format_rfc3339_micros(time.clamp(SystemTime::UNIX_EPOCH, last)).to_string()
}

impl fmt::Debug for Opening {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Opening").field("path", &self.path).finish_non_exhaustive()
    }
}

impl fmt::Debug for Trail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Trail")
            .field("path", &self.state().log.path)
            .field("on_failure", &self.shared.on_failure)
            .field("who", &self.who)
            .finish_non_exhaustive()
    }
}
