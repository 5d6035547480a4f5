//! A volume of Kubernetes.

use std::{fs, os::unix::fs::symlink, path::Path};

use super::common::Folder;

/// A volume as the kubelet keeps it (`AtomicWriter` of Kubernetes): every generation in a directory of
/// its own, the names of the files lead through the link `..data`, which is put in place by a rename.
pub(crate) struct Volume {
    pub(crate) folder: Folder,
    pub(crate) generation: u64,
    files: Vec<File>,
}

/// The name of a file, and what is in it in a generation.
pub(crate) type File = (&'static str, fn(u64) -> String);

impl Volume {
    /// The first generation of a volume with these files.
    pub(crate) fn new(files: &[File]) -> Self {
        let mut volume = Self { folder: Folder::new(), generation: 0, files: files.to_vec() };
        volume.swap();
        for (name, _) in files {
            symlink(Path::new("..data").join(name), volume.path().join(name)).expect("the link can be made");
        }
        volume
    }

    pub(crate) fn path(&self) -> &Path {
        &self.folder.0
    }

    /// Puts the next generation in the place of this one.
    pub(crate) fn swap(&mut self) {
        let old = self.name();
        self.generation += 1;
        let new = self.name();
        for (name, text) in &self.files {
            self.folder.file(&format!("{new}/{name}"), text(self.generation));
        }
        let link = self.path().join("..data_tmp");
        symlink(&new, &link).expect("the link can be made");
        fs::rename(&link, self.path().join("..data")).expect("the link can be renamed");
        let _ = fs::remove_dir_all(self.path().join(old));
    }

    /// The name of the directory of this generation.
    pub(crate) fn name(&self) -> String {
        format!("..2026_11_22_{}", self.generation)
    }
}
