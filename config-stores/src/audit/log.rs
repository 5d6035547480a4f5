//! The file of a trail, and its head: what is written in which order, and what a crash leaves behind.
//!
//! A write is: the lines, synced; then the head into a new file, synced; then its name, synced. So the head is never
//! ahead of the lines, and at most one write behind. Lines that the head does not know of are good or torn, for it was
//! the writer who had not come to the head; a line that the head knows of is never torn.

use std::{
    ffi::OsString,
    fmt,
    fs::{self, File, Metadata, OpenOptions, TryLockError},
    io::{self, BufReader, Read, Seek, SeekFrom, Write},
    path::{Path, PathBuf},
    thread,
    time::{Duration, Instant},
};

use super::{
    entry::{END_OF_LINE, Torn, end_of_line},
    head::{self, Head, Place},
    key::Chain,
    verify::Fault,
    walk::{CLOSING, Tail, Walk},
};

/// How long to wait for another process.
const PATIENCE: Duration = Duration::from_secs(5);

/// The file of the head of a trail.
pub(super) fn head_path(path: &Path) -> PathBuf {
    beside(path, ".head")
}

fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(ending);
    name.into()
}

/// Takes a lock, within some time.
pub(super) fn lock(mut take: impl FnMut() -> Result<(), TryLockError>) -> io::Result<()> {
    let start = Instant::now();
    let mut pause = Duration::from_micros(100);
    loop {
        match take() {
            Ok(()) => return Ok(()),
            Err(TryLockError::WouldBlock) if start.elapsed() < PATIENCE => {
                thread::sleep(pause);
                pause = (pause * 2).min(Duration::from_millis(20));
            }
            Err(TryLockError::WouldBlock) => {
                let what = "another process holds its lock; end the process, or give this one another trail";
                return Err(io::Error::other(what));
            }
            Err(TryLockError::Error(error)) => return Err(error),
        }
    }
}

/// Why a trail cannot be written.
#[derive(Debug)]
#[non_exhaustive]
pub struct AuditError {
    /// The file.
    pub path: PathBuf,
    /// What is wrong with it.
    pub fault: AuditFault,
}

/// What is wrong with the file of a trail.
#[derive(Debug)]
#[non_exhaustive]
pub enum AuditFault {
    /// Something cannot be done.
    Failed {
        /// What: "cannot be written".
        what: &'static str,
        /// Why.
        error: io::Error,
    },
    /// It is something else than a regular file.
    NoFile,
    /// It is not as this process, or the head, left it.
    Changed(Fault),
}

impl fmt::Display for AuditError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = self.path.display();
        match &self.fault {
            AuditFault::Failed { what, error } => write!(f, "the audit trail {path} {what}: {error}"),
            AuditFault::NoFile => {
                write!(f, "the audit trail {path} is no regular file; name a file that may grow")
            }
            AuditFault::Changed(fault) => write!(
                f,
                "the audit trail {path} is not as it was left: {fault}; \
                 keep it and its head as evidence, and begin another"
            ),
        }
    }
}

impl std::error::Error for AuditError {}

/// The file of a trail, as one process writes it.
pub(super) struct Log {
    pub(super) path: PathBuf,
    pub(super) chain: Chain,
    /// Whether each write waits for the disk.
    pub(super) is_synced: bool,
    attached: Option<Attached>,
    /// How far the trail went when it was last seen: it goes back in no case.
    seen: Place,
}

/// The file as it was left.
struct Attached {
    file: File,
    end: End,
}

/// Where a trail ends.
struct End {
    place: Place,
    /// What stands behind the last record.
    tail: Option<Tail>,
}

impl End {
    /// How long the file is.
    fn length(&self) -> u64 {
        let Some(tail) = &self.tail else { return self.place.length };
        let closing = if tail.is_open { CLOSING.len() as u64 } else { 0 };
        self.place.length + tail.torn.bytes - closing
    }
}

/// What the next record has to say of what is before it.
pub(super) struct Behind {
    pub(super) place: Place,
    pub(super) torn: Option<Torn>,
}

impl Log {
    pub(super) const fn new(path: PathBuf, chain: Chain, is_synced: bool) -> Self {
        let seen = Place { sequence: 0, mac: super::key::Mac::NONE, length: 0 };
        Self { path, chain, is_synced, attached: None, seen }
    }

    /// How far the trail goes.
    pub(super) fn head(&self) -> Head {
        Head::new(&self.chain, self.seen)
    }

    /// Looks whether a record could be written.
    pub(super) fn open(&mut self) -> Result<(), AuditError> {
        self.append(|_| None)
    }

    /// Appends what `lines` makes of the end of the trail: its bytes, and the end behind them.
    pub(super) fn append(
        &mut self,
        lines: impl FnOnce(Behind) -> Option<(Vec<u8>, Place)>,
    ) -> Result<(), AuditError> {
        // Where anything fails, it is not known what stands in the file: the next write looks.
        let (file, known) = match self.attached.take() {
            Some(Attached { file, end }) if self.is_there(&file) => (file, Some(end)),
            _ => (self.open_file()?, None),
        };
        lock(|| file.try_lock()).map_err(|error| self.failed("cannot be locked", error))?;
        let written = self.append_locked(&file, known, lines);
        let unlocked = file.unlock().map_err(|error| self.failed("cannot be unlocked", error));
        let end = written?;
        unlocked?;
        self.seen = end.place;
        self.attached = Some(Attached { file, end });
        Ok(())
    }

    fn append_locked(
        &self,
        file: &File,
        known: Option<End>,
        lines: impl FnOnce(Behind) -> Option<(Vec<u8>, Place)>,
    ) -> Result<End, AuditError> {
        let length = self.length(file)?;
        let end = match known {
            Some(end) if end.length() == length => end,
            _ => self.look(file, length)?,
        };
        let behind = Behind { place: end.place, torn: end.tail.as_ref().map(|tail| tail.torn) };
        let Some((mut bytes, place)) = lines(behind) else { return Ok(end) };
        if end.tail.is_some_and(|tail| tail.is_open) {
            bytes.splice(0..0, CLOSING.iter().copied());
        }
        self.write(file, &bytes)?;
        self.write_head(place)?;
        Ok(End { place, tail: None })
    }

    /// Whether the file is the one with the trail's name.
    fn is_there(&self, file: &File) -> bool {
        match (fs::metadata(&self.path), file.metadata()) {
            (Ok(named), Ok(open)) => same(&named, &open),
            _ => false,
        }
    }

    fn open_file(&self) -> Result<File, AuditError> {
        let mut options = OpenOptions::new();
        options.read(true).append(true);
        let file = match options.open(&self.path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                let says = self.seen.sequence.max(self.read_head()?.map_or(0, |head| head.sequence()));
                if says > 0 {
                    return Err(self.changed(Fault::Truncated { from: 1, to: says }));
                }
                #[cfg(unix)]
                std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
                options.create(true).open(&self.path)
            }
            other => other,
        };
        let file = file.map_err(|error| self.failed("cannot be opened", error))?;
        let metadata = file.metadata().map_err(|error| self.failed("cannot be read", error))?;
        if metadata.is_file() { Ok(file) } else { Err(self.error(AuditFault::NoFile)) }
    }

    /// Looks how far the trail goes, from its head on.
    fn look(&self, file: &File, length: u64) -> Result<End, AuditError> {
        let fails = |error| self.failed("cannot be read", error);
        let head = match self.read_head()? {
            Some(head) => head,
            // A trail that nothing was written to yet.
            None if length == 0 && self.seen.sequence == 0 => {
                self.write_head(Place::default())?;
                Head::new(&self.chain, Place::default())
            }
            None => return Err(self.changed(Fault::HeadMissing)),
        };
        for place in [head.place(), self.seen] {
            self.goes_to(file, length, place)?;
        }
        let mut reader = file.try_clone().map_err(fails)?;
        reader.seek(SeekFrom::Start(head.length)).map_err(fails)?;
        let mut walk = Walk::behind(&self.chain, &head);
        walk.go(BufReader::new(reader)).map_err(fails)?;
        let tail = walk.end();
        if let (None, Some(bad)) = (&tail, walk.bad) {
            return Err(self.changed(bad.fault));
        }
        let place = walk.place;
        if place.sequence < self.seen.sequence {
            let (from, to) = (place.sequence + 1, self.seen.sequence);
            return Err(self.changed(Fault::Truncated { from, to }));
        }
        if place != head.place() {
            // The write that the head did not see is finished first: it is behind by one at the most.
            self.sync(file)?;
            self.write_head(place)?;
        }
        Ok(End { place, tail })
    }

    /// A record that is known stands where it was.
    fn goes_to(&self, file: &File, length: u64, place: Place) -> Result<(), AuditError> {
        let Place { sequence, mac, length: end } = place;
        if length < end {
            return Err(self.changed(Fault::Truncated { from: sequence, to: sequence }));
        }
        if sequence == 0 {
            return Ok(());
        }
        let mut found = [0; END_OF_LINE];
        let mut read = |mut file: &File| {
            file.seek(SeekFrom::Start(end.saturating_sub(END_OF_LINE as u64)))?;
            file.read_exact(&mut found)
        };
        read(file).map_err(|error| self.failed("cannot be read", error))?;
        if found == end_of_line(mac).as_bytes() {
            Ok(())
        } else {
            Err(self.changed(Fault::NotOfHead { record: sequence }))
        }
    }

    fn read_head(&self) -> Result<Option<Head>, AuditError> {
        let text = head::text_of(&head_path(&self.path))
            .map_err(|error| self.failed("has a head that cannot be read", error))?;
        let Some(text) = text else { return Ok(None) };
        match text.parse::<Head>() {
            Ok(head) if head.is_proven(&self.chain) => Ok(Some(head)),
            Ok(head) if head.is_foreign(&self.chain) => Err(self.changed(Fault::ForeignKey)),
            _ => Err(self.changed(Fault::HeadEdited)),
        }
    }

    fn write(&self, file: &File, bytes: &[u8]) -> Result<(), AuditError> {
        let mut file = file;
        file.write_all(bytes).map_err(|error| self.failed("cannot be written", error))?;
        self.sync(file)
    }

    fn sync(&self, file: &File) -> Result<(), AuditError> {
        if self.is_synced {
            file.sync_data().map_err(|error| self.failed("cannot be synced", error))?;
        }
        Ok(())
    }

    /// Replaces the head: at no time is there none, or half of one.
    fn write_head(&self, place: Place) -> Result<(), AuditError> {
        let write = || {
            let path = head_path(&self.path);
            let next = beside(&self.path, ".head.new");
            let mut options = OpenOptions::new();
            options.write(true).create(true).truncate(true);
            #[cfg(unix)]
            std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
            let mut file = options.open(&next)?;
            file.write_all(format!("{}\n", Head::new(&self.chain, place)).as_bytes())?;
            if self.is_synced {
                file.sync_all()?;
            }
            drop(file);
            fs::rename(&next, &path)?;
            // The name is in the folder.
            #[cfg(unix)]
            if self.is_synced {
                let folder = self.path.parent().filter(|folder| !folder.as_os_str().is_empty());
                File::open(folder.unwrap_or(Path::new(".")))?.sync_all()?;
            }
            Ok(())
        };
        write().map_err(|error| self.failed("has a head that cannot be written", error))
    }

    fn length(&self, file: &File) -> Result<u64, AuditError> {
        file.metadata().map(|metadata| metadata.len()).map_err(|error| self.failed("cannot be read", error))
    }

    fn failed(&self, what: &'static str, error: io::Error) -> AuditError {
        self.error(AuditFault::Failed { what, error })
    }

    fn changed(&self, fault: Fault) -> AuditError {
        self.error(AuditFault::Changed(fault))
    }

    fn error(&self, fault: AuditFault) -> AuditError {
        AuditError { path: self.path.clone(), fault }
    }
}

/// Whether they are of one file.
fn same(one: &Metadata, other: &Metadata) -> bool {
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        (one.dev(), one.ino()) == (other.dev(), other.ino())
    }
    #[cfg(not(unix))]
    {
        one.len() == other.len()
    }
}
