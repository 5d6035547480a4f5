//! Secrets in an editor.

use std::{
    collections::{BTreeMap, BTreeSet},
    ffi::OsString,
    fs::{self, File, OpenOptions},
    io::{self, Read, Write},
    path::{Path, PathBuf},
    process,
};

use confident_core::{ExposeSecret, SecretString};
use tempfile::TempDir;
use zeroize::Zeroizing;

use crate::command::Failure;

pub(super) const HELP: &str = "\
The editor is the one that VISUAL or EDITOR names, else `vi`. It gets a file that is in memory only, in a folder of \
mode 0700 below /dev/shm, which is overwritten and removed when the editor ends, also by an interrupt. What the tool \
cannot do: keep an editor from writing swap files, backups, an undo history or a clipboard elsewhere, keep the system \
from moving memory to its swap, or clean up after `kill -9`. With vi: `EDITOR=\"vi -n -i NONE\"`.";

/// The folder that is in memory.
const MEMORY: &str = "/dev/shm";
/// The largest file that an editor may leave.
const MOST: u64 = 1 << 20;

/// What is new at each place; nothing where it was removed.
pub(super) type Changes = BTreeMap<String, Option<SecretString>>;

/// Opens the texts in an editor, and says what was changed.
pub(super) fn changes(texts: &BTreeMap<String, SecretString>) -> Result<Changes, Failure> {
    let said = |what: String| Failure::Said(what);
    if !Path::new(MEMORY).is_dir() {
        return Err(said(format!(
            "there is no folder {MEMORY} that is in memory only; write one secret at a time with `confident secret set`"
        )));
    }
    let editor = editor();
    let _interrupts = Interrupts::kept();
    let fails =
        |error: io::Error| said(format!("the file for the editor cannot be made in {MEMORY}: {error}"));
    let folder = Wiped(tempfile::Builder::new().prefix("confident-").tempdir_in(MEMORY).map_err(fails)?);
    let path = folder.0.path().join("secrets.json");
    write(&path, texts).map_err(fails)?;
    let status = process::Command::new("/bin/sh")
        .args(["-c", "eval \"$0 \\\"\\$1\\\"\""])
        .arg(&editor)
        .arg(&path)
        .status();
    let name = editor.to_string_lossy();
    match status {
        Ok(status) if status.success() => {}
        Ok(status) => {
            return Err(said(format!("the editor `{name}` ended with {status}; nothing was written")));
        }
        Err(error) => return Err(said(format!("the editor `{name}` cannot be started: {error}"))),
    }
    compared(texts, &read(&path)?)
}

#[allow(clippy::disallowed_methods)] // which editor people have is theirs to say, as everywhere
fn editor() -> OsString {
    let named = ["VISUAL", "EDITOR"].into_iter().find_map(std::env::var_os);
    named.filter(|editor| !editor.is_empty()).unwrap_or_else(|| "vi".into())
}

/// Writes an object of texts, for its owner alone.
fn write(path: &Path, texts: &BTreeMap<String, SecretString>) -> io::Result<()> {
    let shown: BTreeMap<&str, &str> =
        texts.iter().map(|(place, text)| (place.as_str(), text.expose_secret())).collect();
    let room = 64 + shown.iter().map(|(place, text)| 6 * (place.len() + text.len()) + 16).sum::<usize>();
    let mut bytes = Zeroizing::new(Vec::with_capacity(room));
    serde_json::to_writer_pretty(&mut *bytes, &shown)?;
    bytes.push(b'\n');
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)?.write_all(&bytes)
}

fn read(path: &Path) -> Result<Zeroizing<Vec<u8>>, Failure> {
    let fails =
        || Failure::Said("the file that the editor left cannot be read; nothing was written".to_owned());
    let mut file = File::open(path).map_err(|_| fails())?;
    let length = file.metadata().map_err(|_| fails())?.len();
    if length > MOST {
        return Err(fails());
    }
    let mut bytes = Zeroizing::new(vec![0; length as usize]);
    file.read_exact(&mut bytes).map_err(|_| fails())?;
    Ok(bytes)
}

fn compared(before: &BTreeMap<String, SecretString>, found: &[u8]) -> Result<Changes, Failure> {
    let found = object(found).map_err(|at| {
        // Not what the parser says: that may quote a value.
        Failure::Said(format!("what the editor left is no JSON of texts by place, {at}; nothing was written"))
    })?;
    let mut changes = Changes::new();
    let places: BTreeSet<&String> = before.keys().chain(found.keys()).collect();
    for place in places {
        match (before.get(place), found.get(place)) {
            (Some(old), Some(new)) if old.expose_secret() == new.expose_secret() => {}
            (_, Some(new)) => drop(changes.insert(place.clone(), Some(new.clone()))),
            (_, None) => drop(changes.insert(place.clone(), None)),
        }
    }
    Ok(changes)
}

/// Texts by place; where it is wrong, if it is.
fn object(bytes: &[u8]) -> Result<BTreeMap<String, SecretString>, String> {
    let at = |error: serde_json::Error| format!("at line {}, column {}", error.line(), error.column());
    // Each name is there once, or a text would be lost.
    struct Once(BTreeMap<String, SecretString>);
    impl<'de> serde::Deserialize<'de> for Once {
        fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
            struct Texts;
            impl<'de> serde::de::Visitor<'de> for Texts {
                type Value = Once;

                fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                    f.write_str("an object")
                }

                fn visit_map<A: serde::de::MapAccess<'de>>(self, mut map: A) -> Result<Once, A::Error> {
                    let mut texts = BTreeMap::new();
                    while let Some((place, text)) = map.next_entry::<String, String>()? {
                        let text = Zeroizing::new(text);
                        if texts.insert(place, SecretString::from(text.as_str())).is_some() {
                            return Err(serde::de::Error::custom("twice"));
                        }
                    }
                    Ok(Once(texts))
                }
            }
            deserializer.deserialize_map(Texts)
        }
    }
    serde_json::from_slice(bytes).map(|Once(texts)| texts).map_err(at)
}

/// A folder whose files are overwritten before they are removed, with what the editor left beside them.
struct Wiped(TempDir);

impl Drop for Wiped {
    fn drop(&mut self) {
        for path in files(self.0.path()) {
            // What cannot be overwritten is removed all the same.
            let _ = overwrite(&path);
        }
    }
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let mut found = Vec::new();
    for entry in entries.filter_map(Result::ok) {
        match entry.file_type() {
            Ok(kind) if kind.is_dir() => found.extend(files(&entry.path())),
            Ok(kind) if kind.is_file() => found.push(entry.path()),
            _ => {}
        }
    }
    found
}

fn overwrite(path: &Path) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).open(path)?;
    let length = file.metadata()?.len();
    io::copy(&mut io::repeat(0).take(length), &mut file)?;
    Ok(())
}

/// While there is one, signals that ask the tool to end do not end it: a terminal sends them to the editor, too, and
/// when that has ended, the files are removed.
struct Interrupts {
    #[cfg(unix)]
    kept: Vec<signal_hook::SigId>,
}

impl Interrupts {
    #[cfg(unix)]
    fn kept() -> Self {
        use signal_hook::consts::{SIGHUP, SIGINT, SIGQUIT, SIGTERM};
        let keep = |signal| signal_hook::flag::register(signal, std::sync::Arc::default()).ok();
        Self { kept: [SIGHUP, SIGINT, SIGQUIT, SIGTERM].into_iter().filter_map(keep).collect() }
    }

    #[cfg(not(unix))]
    fn kept() -> Self {
        Self {}
    }
}

impl Drop for Interrupts {
    fn drop(&mut self) {
        #[cfg(unix)]
        for id in self.kept.drain(..) {
            signal_hook::low_level::unregister(id);
        }
    }
}
