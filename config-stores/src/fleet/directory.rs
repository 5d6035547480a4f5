//! A file for each instance, in a directory that all of them have.

use std::{
    fmt,
    fs::{self, File, OpenOptions},
    io::{self, Write},
    path::{Path, PathBuf},
};

use confident_core::{__stores as unread, InstanceState};

use super::{Found, MOST, MOST_INSTANCES, found, parts_of, text_of};
use crate::{Failure, Fault};

/// What the file of a state ends in.
const ENDING: &str = ".json";
/// The longest name of a file that every system takes.
const LONGEST_NAME: usize = 240;

/// A directory with a file for each instance.
///
/// It has to be there: it belongs to whoever looks after the programs. Where they run as several users, it should have the
/// sticky bit, `chmod 1770`, so that none of them can remove what another wrote.
///
/// # Example
/// ```
/// use confident_stores::fleet::{Directory, Fleet};
///
/// let fleet = Fleet::directory(Directory::at("/run/confident").group_readable());
/// assert_eq!(fleet.to_string(), "/run/confident");
/// ```
#[derive(Clone, Debug)]
pub struct Directory {
    path: PathBuf,
    is_group_readable: bool,
}

impl Directory {
    /// The directory at this path. Files have the mode 0600.
    pub fn at(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into(), is_group_readable: false }
    }

    /// Files have the mode 0640, so that the group of the program may read them.
    #[must_use]
    pub fn group_readable(mut self) -> Self {
        self.is_group_readable = true;
        self
    }

    pub(super) fn publish(&self, state: &InstanceState) -> Result<(), Failure> {
        let name = name_of(state)?;
        let text = text_of(state)?;
        // A file that is read is whole: another one takes its place.
        let new = self.path.join(format!(".{name}.new"));
        let written = self.create(&new).and_then(|mut file| file.write_all(text.as_bytes()));
        let replaced = written.and_then(|()| fs::rename(&new, self.path.join(name)));
        replaced.map_err(|error| {
            let _ = fs::remove_file(&new);
            self.failure(Fault::Unwritable, &error)
        })
    }

    /// A file that is not there yet: a link that someone put there is not followed.
    fn create(&self, path: &Path) -> io::Result<File> {
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        {
            use std::os::unix::fs::OpenOptionsExt;
            options.mode(if self.is_group_readable { 0o640 } else { 0o600 });
        }
        match options.open(path) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                // Of a process that was killed while it wrote.
                fs::remove_file(path)?;
                options.open(path)
            }
            opened => opened,
        }
    }

    pub(super) fn withdraw(&self, state: &InstanceState) -> Result<(), Failure> {
        match fs::remove_file(self.path.join(name_of(state)?)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                Err(self.failure(Fault::Unwritable, &error))
            }
            _ => Ok(()),
        }
    }

    pub(super) fn read(&self) -> Result<Vec<Found>, Failure> {
        let fails = |error: io::Error| self.failure(Fault::Unreadable, &error);
        let mut all = Vec::new();
        for entry in fs::read_dir(&self.path).map_err(fails)? {
            let name = entry.map_err(fails)?.file_name().to_string_lossy().into_owned();
            if name.starts_with('.') || !name.ends_with(ENDING) {
                continue;
            }
            if all.len() == MOST_INSTANCES {
                let what = format!(
                    "is not read: there are more than {MOST_INSTANCES}; remove those of lost instances"
                );
                all.push(Found { name, state: Err(what) });
                break;
            }
            all.extend(self.one(name));
        }
        Ok(all)
    }

    /// What is in a file; `None` where it is gone.
    fn one(&self, name: String) -> Option<Found> {
        let path = self.path.join(&name);
        let metadata = match fs::symlink_metadata(&path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return None,
            metadata => metadata,
        };
        let bad = |what: String| Some(Found { name: name.clone(), state: Err(what) });
        if metadata.is_ok_and(|metadata| metadata.is_symlink()) {
            return bad("is a link; remove it, and look who made it".to_owned());
        }
        match unread::bytes(&path, MOST as u64, |_| Ok(())) {
            Ok(bytes) => {
                Some(found(name.clone(), &bytes, |state| name_of(state).is_ok_and(|own| own == name)))
            }
            Err(unread) if unread.is_missing() => None,
            Err(unread) => bad(unread.reason),
        }
    }

    fn failure(&self, fault: Fault, error: &io::Error) -> Failure {
        Failure::new(fault).detail(format!("{}: {error}", self.path.display()))
    }
}

/// The file of a state.
fn name_of(state: &InstanceState) -> Result<String, Failure> {
    let name = format!("{}{ENDING}", parts_of(state).join("@"));
    if name.len() > LONGEST_NAME {
        let detail = "the names of program, profile and instance are too long for a file; give the instance a shorter one";
        return Err(Failure::new(Fault::Refused).detail(detail));
    }
    Ok(name)
}

impl<P: Into<PathBuf>> From<P> for Directory {
    fn from(path: P) -> Self {
        Self::at(path)
    }
}

impl fmt::Display for Directory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.path.display())
    }
}
