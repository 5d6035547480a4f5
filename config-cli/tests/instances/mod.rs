//! Instances that say what a test wants, and where they say it.

use std::{
    fs,
    path::{Path, PathBuf},
    time::{Duration, SystemTime},
};

use confident::{InstanceKey, InstanceState, OriginKind, Publish, Standing};
use confident_stores::fleet::Fleet;

/// The name of the fleet key.
pub(crate) const KEY: &str = "0a1b2c3d";

/// A folder with a folder `states`.
pub(crate) struct Folder(PathBuf);

impl Folder {
    pub(crate) fn new(test: &str) -> Self {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("fleet").join(test);
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(folder.join("states")).expect("it can be made");
        Self(folder)
    }

    pub(crate) fn path(&self) -> &Path {
        &self.0
    }

    pub(crate) fn states(&self) -> PathBuf {
        self.0.join("states")
    }

    pub(crate) fn publish(&self, state: &InstanceState) {
        Fleet::directory(self.states()).publish(state).expect("it can be written");
    }
}

/// An instance that has taken everything: two live keys from a store, and a fixed one with its default.
pub(crate) fn instance(name: &str) -> InstanceState {
    let now = SystemTime::now();
    let since = now - Duration::from_secs(125);
    let key = |number: u64, path: &str, origin: Option<&str>| InstanceKey {
        path: path.to_owned(),
        is_live: number < 2,
        standing: if origin.is_some() { Standing::Set } else { Standing::Default },
        origin: origin
            .map(|version| OriginKind { kind: "vault".to_owned(), version: Some(version.to_owned()) }),
        offered: None,
        fingerprint: Some(format!("{KEY}-{number:016x}")),
        generation: 3,
        since,
    };
    InstanceState {
        app: "payments".to_owned(),
        version: "1.4.0".to_owned(),
        manifest: "0123456789abcdef".to_owned(),
        profile: Some("production".to_owned()),
        instance: name.to_owned(),
        generation: 3,
        since,
        refreshed: now,
        heard: now,
        heartbeat: Duration::from_secs(30),
        causes: Vec::new(),
        keys: vec![key(0, "database_url", Some("7")), key(1, "pool.max", Some("3")), key(2, "listen", None)],
    }
}
