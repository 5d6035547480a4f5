//! Directories that hold one secret per file: `/run/secrets`, systemd's credentials, Kubernetes volumes.

use std::{
    ffi::{OsStr, OsString},
    fs, io,
    path::{Path, PathBuf},
    thread,
    time::{Duration, Instant},
};

use zeroize::Zeroizing;

use super::{Answers, OnUnknown, Source, Wanted, whole_file};
use crate::{
    manifest::{Empty, KeyEntry},
    report::Code,
};

/// A directory in which every file is the value of one key.
///
/// The file of a key is named as its variable, as its variable in lower case, or as its path:
/// `PAYMENTS_POOL_MAX`, `payments_pool_max` or `pool.max`, or by an alias, with a warning. Its text is the value, without one line
/// break at the end; an empty file is an empty variable. Keys in lists and maps are not looked for.
///
/// Of a Kubernetes volume, all values of a load are of one generation, even while the kubelet puts
/// another one in its place.
///
/// # Example
/// ```
/// use confident_core::{Env, Report, Root, SecretDir};
///
/// fn load<R: Root>() -> Result<R, Report> {
///     R::loader()
///         .source(SecretDir::new("/run/secrets"))
///         .source(SecretDir::credentials())
///         .source(Env::process())
///         .load()
/// }
/// ```
///
/// # Errors
/// The load reports a directory that cannot be listed, and for each key two files, or one that is no
/// plain file, is larger than 1 MiB or may not be read. A directory that is not there has nothing.
#[derive(Debug)]
pub struct SecretDir {
    path: Option<PathBuf>,
    on_unknown: OnUnknown,
    /// Whether only secrets are looked for.
    has_only_secrets: bool,
}

/// The directory of systemd's credentials of a service.
const CREDENTIALS: &str = "CREDENTIALS_DIRECTORY";

/// How long a directory that changes while it is read is read again. The kubelet changes a volume about
/// once a minute; under a writer that swaps 20,000 times a second, three of four attempts fail.
const PATIENCE: Duration = Duration::from_millis(250);

impl SecretDir {
    /// The directory at `path`.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self { path: Some(path.into()), on_unknown: OnUnknown::Ignore, has_only_secrets: false }
    }

    /// The directory that systemd names in `$CREDENTIALS_DIRECTORY`, read once, now. Where it names
    /// none, the source has nothing.
    #[allow(clippy::disallowed_methods)] // systemd's, and so no variable of the program
    pub fn credentials() -> Self {
        let path = std::env::var_os(CREDENTIALS).filter(|path| !path.is_empty());
        Self { path: path.map(PathBuf::from), on_unknown: OnUnknown::Ignore, has_only_secrets: false }
    }

    /// The directories that the platform mounts secrets at: `/run/secrets`, and systemd's credentials.
    /// A load without sources looks for secrets there, and for nothing else: a file with the name of
    /// another key is there by chance.
    pub(crate) fn mounted() -> impl Iterator<Item = Self> {
        let credentials = Some(Self::credentials()).filter(|credentials| credentials.path.is_some());
        let directories = [Self::new("/run/secrets")].into_iter().chain(credentials);
        directories.map(|directory| Self { has_only_secrets: true, ..directory })
    }

    /// What it means that there is a file that no key reads: nothing, unless said otherwise, because
    /// other programs may have theirs in the same directory. Directories, and files whose names begin
    /// with a dot, never count.
    #[must_use]
    pub fn on_unknown(mut self, on_unknown: OnUnknown) -> Self {
        self.on_unknown = on_unknown;
        self
    }
}

impl Source for SecretDir {
    fn kind(&self) -> &'static str {
        "directory"
    }

    fn name(&self, _: &Wanted<'_>) -> String {
        match &self.path {
            Some(path) => path.display().to_string(),
            None => format!("${CREDENTIALS}, which is not set"),
        }
    }

    fn find<'a>(&'a self, wanted: &Wanted<'_>, answers: &mut Answers<'_, 'a>) {
        let Some(directory) = &self.path else { return };
        if self.has_only_secrets && !directory.exists() {
            return;
        }
        let is_wanted =
            |entry: &KeyEntry| !entry.path.contains('{') && (entry.key.is_secret || !self.has_only_secrets);
        let files: Vec<KeyFiles> = wanted.keys().filter(is_wanted).map(KeyFiles::new).collect();
        match read_unchanged(directory, &files, self.on_unknown != OnUnknown::Ignore) {
            Ok(Contents { unread, found }) => {
                answers.file(directory);
                for (found, KeyFiles { entry, .. }) in found.into_iter().zip(&files) {
                    answer(directory, entry, found, answers);
                }
                unread.into_iter().for_each(|name| answers.unknown(name));
            }
            Err(reason) => answers.problem(&directory.display().to_string(), &reason),
        }
    }

    fn files(&self, _: &Wanted<'_>) -> Vec<PathBuf> {
        self.path.clone().into_iter().collect()
    }

    fn on_unknown(&self) -> OnUnknown {
        self.on_unknown
    }
}

/// Answers what was found for a key. Messages name the file as it is in the directory, not in the
/// generation that it was read from.
fn answer(directory: &Path, entry: &KeyEntry, found: Found, answers: &mut Answers<'_, '_>) {
    match found {
        Found::Nothing => {}
        Found::Two(one, two) => {
            let what = format!(
                "{one} and {two} are both in {}: remove one of them, because which of the two counts would be a guess",
                directory.display()
            );
            answers.fail(Code::Conflict, entry.path, &what);
        }
        Found::Unreadable(name, reason) => {
            answers.problem_of(entry.path, &format!("the file {} {reason}", directory.join(name).display()));
        }
        Found::Text(name, text) => match (text.is_empty(), entry.key.empty) {
            (true, Empty::Unset) => {}
            (true, Empty::Error) => {
                let file = directory.join(name);
                let what = format!("the file {} is empty, which it may not be", file.display());
                answers.fail(Code::Invalid, entry.path, &what);
            }
            (true, Empty::Value) | (false, _) => {
                let file = directory.join(&name);
                if entry.key.aliases.iter().any(|alias| alias.eq_ignore_ascii_case(&name)) {
                    answers.old_name(entry.path, &name, entry.variable, &file);
                }
                match answers.shelf().file(text) {
                    Some(text) => answers.whole_file(entry.path, text.into(), &file),
                    None => {
                        let what = format!("the file {} {}", file.display(), whole_file::NO_TEXT);
                        answers.problem_of(entry.path, &what);
                    }
                }
            }
        },
    }
}

/// The names that the file of a key may have.
struct KeyFiles {
    entry: KeyEntry,
    names: Vec<String>,
}

impl KeyFiles {
    fn new(entry: KeyEntry) -> Self {
        let mut names = vec![entry.variable.to_owned()];
        let current = [entry.variable.to_ascii_lowercase(), entry.path.to_owned()];
        let old =
            entry.key.aliases.iter().flat_map(|alias| [(*alias).to_owned(), alias.to_ascii_lowercase()]);
        for name in current.into_iter().chain(old) {
            if !names.contains(&name) {
                names.push(name);
            }
        }
        Self { entry, names }
    }

    fn has(&self, name: &OsStr) -> bool {
        self.names.iter().any(|known| **known == *name)
    }
}

/// What one generation of a directory has.
struct Contents {
    /// What there is for each key.
    found: Vec<Found>,
    /// The names of files that no key reads.
    unread: Vec<String>,
}

/// What there is for a key, with the names of the files.
enum Found {
    Nothing,
    Text(String, Zeroizing<Vec<u8>>),
    Two(String, String),
    Unreadable(String, String),
}

/// Why an attempt to read a directory failed.
enum Failed {
    /// It changed meanwhile.
    Moved(String),
    Unreadable(String),
}

/// Reads the directory as it was at one moment.
fn read_unchanged(directory: &Path, files: &[KeyFiles], wants_unread: bool) -> Result<Contents, String> {
    let start = Instant::now();
    let mut attempt = 0;
    loop {
        match read(directory, files, wants_unread) {
            Ok(contents) => return Ok(contents),
            Err(Failed::Unreadable(reason)) => return Err(reason),
            Err(Failed::Moved(reason)) if start.elapsed() > PATIENCE => return Err(reason),
            Err(Failed::Moved(_)) => {}
        }
        attempt += 1;
        // Of uneven lengths, so that it does not fall into step with the writer.
        thread::sleep(Duration::from_micros(20 * (attempt * 7 % 48)));
    }
}

/// Reads the directory once.
///
/// Kubernetes puts every generation of a volume into a directory of its own, whose files never change,
/// and lets the link `..data` lead to it. The names in the volume lead through that link, so that two
/// of them, read one after the other, may be of two generations: everything is read from the directory
/// itself. It is removed only after the link leads to another. A link that is the same after the
/// listing as before therefore proves the listing whole, and a file that is gone after that shows
/// itself: no value can be of another generation, or be overlooked.
fn read(directory: &Path, files: &[KeyFiles], wants_unread: bool) -> Result<Contents, Failed> {
    let generation = directory.join("..data");
    let link = fs::read_link(&generation).ok();
    let folder = link.as_ref().map_or_else(|| directory.to_owned(), |link| directory.join(link));
    let names = match list(&folder) {
        Ok(names) => names,
        Err(error) if error.kind() == io::ErrorKind::NotFound && link.is_none() => Vec::new(),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            return Err(Failed::Moved("its link ..data leads nowhere".to_owned()));
        }
        Err(error) => return Err(Failed::Unreadable(describe(&error))),
    };
    if fs::read_link(&generation).ok() != link {
        return Err(Failed::Moved("changes faster than it can be read".to_owned()));
    }
    let found = files.iter().map(|files| find(&folder, &names, files)).collect::<Result<_, _>>()?;
    let unread = names.iter().filter(|name| wants_unread && is_unread(&folder, name, files));
    let unread = unread.map(|name| name.to_string_lossy().into_owned()).collect();
    Ok(Contents { found, unread })
}

/// Whether the name is one of a file that could be a key's, but is not.
fn is_unread(folder: &Path, name: &OsStr, files: &[KeyFiles]) -> bool {
    let is_hidden = name.as_encoded_bytes().starts_with(b".");
    !is_hidden && !files.iter().any(|files| files.has(name)) && !folder.join(name).is_dir()
}

fn find(folder: &Path, names: &[OsString], files: &KeyFiles) -> Result<Found, Failed> {
    let is_there = |name: &&String| names.binary_search_by(|known| (**known).cmp((***name).as_ref())).is_ok();
    let mut there = files.names.iter().filter(is_there);
    let Some(name) = there.next() else { return Ok(Found::Nothing) };
    if let Some(other) = there.next() {
        return Ok(Found::Two(name.clone(), other.clone()));
    }
    match whole_file::read(&folder.join(name)) {
        Ok(text) => Ok(Found::Text(name.clone(), text)),
        Err(unread) if unread.is_missing => {
            Err(Failed::Moved(format!("lists the file {name}, which does not exist")))
        }
        Err(unread) => Ok(Found::Unreadable(name.clone(), unread.reason)),
    }
}

/// The names of what is in the folder, in order.
fn list(folder: &Path) -> io::Result<Vec<OsString>> {
    let mut names =
        fs::read_dir(folder)?.map(|entry| Ok(entry?.file_name())).collect::<io::Result<Vec<_>>>()?;
    names.sort_unstable();
    Ok(names)
}

fn describe(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::PermissionDenied => "may not be listed by this process".to_owned(),
        io::ErrorKind::NotADirectory => "is not a directory".to_owned(),
        _ => format!("cannot be listed: {error}"),
    }
}
