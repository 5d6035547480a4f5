//! The state of all instances of a program in one place, without a value.
//!
//! Each instance [publishes](confident_core::Publish) what it says of its settings: its version, its profile, and for every
//! key whether the value is applied, waits for a restart or was rejected, with the kind of its source and its version
//! there. With a [`FleetKey`] there is a keyed fingerprint of each value, too, by which instances can be compared; without
//! one nothing at all is told of values. `confident fleet` shows what is there, and `confident drift` what differs.
//!
//! # What a fingerprint tells
//! Who has the key can try values, and a value that is easily guessed is found: the key is as secret as the values are.
//! Who has not can see which instances have the same value, and when it changed.
//!
//! # The file
//! A state is a JSON object of at most 768 KiB: `format` (1), `app`, `version`, `manifest`, `profile`, `instance`,
//! `generation`, `since`, `refreshed`, `heard`, `heartbeat_ms`, `causes` (each with `path` and `code`) and `keys` (each with
//! `path`, `is_live`, `state`, `origin` and `offered` of `kind` and `version`, `fingerprint`, `generation`, `since`).

mod directory;
#[cfg(feature = "etcd")]
mod etcd;
mod format;
mod key;
mod reading;

use std::{error::Error, fmt};

use confident_core::{InstanceState, Publish};

#[cfg(feature = "etcd")]
use crate::Etcd;
use crate::{Failure, Fault, escape::escaped};
pub use directory::Directory;
pub use key::FleetKey;
pub use reading::{BadState, Condition, Reading, Uptake};

/// The most bytes of a state: base64 makes less than 1 MiB of it, which is the most that is read of an answer.
const MOST: usize = 768 << 10;
/// The most instances that are read.
const MOST_INSTANCES: usize = 10_000;

/// The place where the instances of programs say how they are.
///
/// # Example
/// ```
/// use confident::{Config, InstanceState, Publish};
/// use confident_stores::fleet::{Fleet, FleetKey};
/// # let folder = std::env::temp_dir().join(format!("confident-fleet-{}", std::process::id()));
/// # std::fs::create_dir_all(&folder)?;
///
/// // In a program: `Settings::loader().watch_with(Watch::new().publish_to(fleet))`.
/// let fleet = Fleet::directory(&folder).instance("web-1").key(FleetKey::new(&[7; 32])?);
///
/// // In a tool: who has taken version 7 of the password?
/// let reading = Fleet::directory(&folder).read()?;
/// let uptake = reading.uptake("payments", Some("production"), "database.password", "7");
/// assert!(!uptake.is_complete(), "nobody is there");
/// # std::fs::remove_dir_all(&folder)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Fleet {
    place: Place,
    instance: Option<String>,
    key: Option<FleetKey>,
}

enum Place {
    Directory(Directory),
    #[cfg(feature = "etcd")]
    Etcd(Box<etcd::Folder>),
}

/// A state as it was found: what it is called there, and its bytes.
struct Found {
    name: String,
    state: Result<InstanceState, String>,
}

impl Fleet {
    /// In this directory, which has to be there, a file for each instance.
    pub fn directory(directory: impl Into<Directory>) -> Self {
        Self { place: Place::Directory(directory.into()), instance: None, key: None }
    }

    /// In this etcd, a key for each instance under `confident/fleet/`, on a lease: an instance that dies goes away.
    #[cfg(feature = "etcd")]
    pub fn etcd(etcd: Etcd) -> Self {
        Self::etcd_under(etcd, "confident/fleet/")
    }

    /// In this etcd, a key for each instance under a prefix of your own, such as `payments/fleet/`.
    #[cfg(feature = "etcd")]
    pub fn etcd_under(etcd: Etcd, prefix: impl Into<String>) -> Self {
        let place = Place::Etcd(Box::new(etcd::Folder::new(etcd, prefix.into())));
        Self { place, instance: None, key: None }
    }

    /// The name of this instance, which no other of the program and profile may have. Unless said otherwise, it is that of
    /// the machine with the number of the process.
    #[must_use]
    pub fn instance(mut self, instance: impl Into<String>) -> Self {
        self.instance = Some(instance.into());
        self
    }

    /// The key that values are fingerprinted with. Without one, nothing is told of values.
    #[must_use]
    pub fn key(mut self, key: impl Into<Option<FleetKey>>) -> Self {
        self.key = key.into();
        self
    }

    /// Reads what all instances say. A state that cannot be read is named, and the others are there.
    ///
    /// # Errors
    /// The place cannot be read.
    pub fn read(&self) -> Result<Reading, Failure> {
        let found = match &self.place {
            Place::Directory(directory) => directory.read()?,
            #[cfg(feature = "etcd")]
            Place::Etcd(folder) => folder.read()?,
        };
        Ok(Reading::new(found))
    }
}

impl Publish for Fleet {
    fn instance(&self) -> String {
        let machine = || match machine() {
            Some(machine) => format!("{machine}-{}", std::process::id()),
            None => format!("pid-{}", std::process::id()),
        };
        self.instance.clone().unwrap_or_else(machine)
    }

    fn fingerprint(&self, app: &str, path: &str, pieces: &[&[u8]]) -> Option<String> {
        Some(self.key.as_ref()?.fingerprint(app, path, pieces))
    }

    fn publish(&self, state: &InstanceState) -> Result<(), Box<dyn Error + Send + Sync>> {
        Ok(match &self.place {
            Place::Directory(directory) => directory.publish(state),
            #[cfg(feature = "etcd")]
            Place::Etcd(folder) => folder.publish(state),
        }?)
    }

    fn withdraw(&self, state: &InstanceState) -> Result<(), Box<dyn Error + Send + Sync>> {
        Ok(match &self.place {
            Place::Directory(directory) => directory.withdraw(state),
            #[cfg(feature = "etcd")]
            Place::Etcd(folder) => folder.withdraw(),
        }?)
    }
}

impl fmt::Display for Fleet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.place {
            Place::Directory(directory) => write!(f, "{directory}"),
            #[cfg(feature = "etcd")]
            Place::Etcd(folder) => write!(f, "{folder}"),
        }
    }
}

impl fmt::Debug for Fleet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Fleet({self})")
    }
}

/// The name of this machine, or of the container.
fn machine() -> Option<String> {
    #[cfg(unix)]
    {
        let name = rustix::system::uname().nodename().to_string_lossy().into_owned();
        (!name.is_empty()).then_some(name)
    }
    #[cfg(not(unix))]
    None
}

/// What an instance is called, of its app, profile and name. A program without a profile has `-` in its place.
fn parts_of(state: &InstanceState) -> [String; 3] {
    [&state.app, state.profile.as_deref().unwrap_or("-"), &state.instance].map(escaped)
}

/// The text of a state, in JSON.
fn text_of(state: &InstanceState) -> Result<String, Failure> {
    let text = format::write(state);
    if text.len() > MOST {
        let detail =
            "the state of this instance is larger than 768 KiB: it has too many keys to be published";
        return Err(Failure::new(Fault::Refused).detail(detail));
    }
    Ok(text)
}

/// Reads a text, for fuzz targets. What is returned is why it cannot be read; what can is written, and reads the same.
pub(crate) fn read_text(text: &[u8]) -> Option<String> {
    match format::read(text) {
        Ok(state) => {
            let again = format::read(format::write(&state).as_bytes());
            assert!(again.is_ok(), "what was read is written so that it can be read: {again:?}");
            None
        }
        Err(reason) => Some(reason.to_owned()),
    }
}

/// A state of which someone says that it is called so.
fn found(name: String, bytes: &[u8], is_called: impl Fn(&InstanceState) -> bool) -> Found {
    let state = format::read(bytes).map_err(str::to_owned);
    let state = state.and_then(|state| {
        // Who may write one file may not say what another instance does.
        let impostor = || "says that it is of another instance; remove it, and look who wrote it".to_owned();
        if is_called(&state) { Ok(state) } else { Err(impostor()) }
    });
    Found { name, state }
}
