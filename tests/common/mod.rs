//! What several tests need.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::atomic::{AtomicUsize, Ordering},
    time::Duration,
};

/// For what must not happen by itself in a test, even where it is drawn from all of this time.
#[allow(dead_code)] // not every test needs it
pub(crate) const NEVER: Duration = Duration::from_secs(1_000_000_000);

/// A folder of one test, which goes with the value.
pub(crate) struct Folder(pub(crate) PathBuf);

#[allow(dead_code)] // not every test needs all of it
impl Folder {
    /// An empty folder; tests run side by side, so every one is another.
    pub(crate) fn new() -> Self {
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let path = std::env::temp_dir().join(format!("confident-{}-{count}", std::process::id()));
        let _ = fs::remove_dir_all(&path);
        fs::create_dir_all(&path).expect("the folder can be made");
        Self(path)
    }

    /// The path of something in it.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    /// Writes a file, with the folders that it needs.
    pub(crate) fn file(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap_or(Path::new(""))).expect("folders can be made");
        fs::write(&path, content).expect("the file can be written");
        path
    }

    /// With a file.
    pub(crate) fn with(self, name: &str, content: impl AsRef<[u8]>) -> Self {
        self.file(name, content);
        self
    }

    /// A text with `folder` in place of the path of the folder.
    pub(crate) fn plain(&self, text: &str) -> String {
        text.replace(&*self.0.to_string_lossy(), "folder")
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}
