//! The programs of the contenders, built in release.

use std::{
    path::{Path, PathBuf},
    process::Command,
    time::Instant,
};

use confident_benches::generate::Contender;

use crate::progress;

/// Where cargo puts what it builds.
pub(crate) struct Programs {
    folder: PathBuf,
}

impl Programs {
    /// The folder that this program was built to.
    pub(crate) fn here() -> Result<Self, String> {
        let this = std::env::current_exe().map_err(|error| format!("the path of this program: {error}"))?;
        let folder = this.parent().ok_or("the program is in no folder")?;
        Ok(Self { folder: folder.to_owned() })
    }

    /// Builds the programs of one contender, with nothing else, so that no other decides on the features
    /// of its dependencies. It answers why that failed, which is no reason to stop.
    pub(crate) fn build(&self, contender: Contender, features: &str) -> Result<(), String> {
        self.build_package(&format!("contender-{}", contender.name()), features)
    }

    /// Builds the programs of one package.
    pub(crate) fn build_package(&self, package: &str, features: &str) -> Result<(), String> {
        let start = Instant::now();
        let status = Command::new("cargo")
            .args(["build", "--quiet", "--release", "--package", package, "--features", features])
            .status()
            .map_err(|error| format!("cargo could not be started: {error}"))?;
        progress(&format!("built {package} in {:.1} s", start.elapsed().as_secs_f64()));
        if status.success() { Ok(()) } else { Err("does not compile".to_owned()) }
    }

    /// The program of a contender of this kind: `load`, `count` or `process`.
    pub(crate) fn of(&self, kind: &str, contender: Contender) -> String {
        self.named(&format!("{kind}-{}", contender.name()))
    }

    /// A program by its name.
    pub(crate) fn named(&self, name: &str) -> String {
        self.folder.join(name).display().to_string()
    }

    /// A folder for files that benches write.
    pub(crate) fn scratch(&self) -> Result<PathBuf, String> {
        let folder = self.folder.join("bench-files");
        std::fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
        Ok(folder)
    }

    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }
}
