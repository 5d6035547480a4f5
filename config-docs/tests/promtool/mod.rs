//! The checker of Prometheus.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use crate::python::skipped;

/// Files in a folder of their own.
pub(crate) fn files<'f>(folder: &str, files: impl IntoIterator<Item = (String, &'f str)>) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(folder);
    fs::create_dir_all(&folder).expect("the folder of the tests can be written");
    let write = |(name, text): (String, &str)| {
        let path = folder.join(name);
        fs::write(&path, text).expect("the folder of the tests can be written");
        path
    };
    files.into_iter().map(write).collect()
}

/// What `promtool` says of files, as an error where it finds fault; none where it is not installed: then the test says so
/// loudly, and in CI that is a failure. `what` names what is not checked then.
pub(crate) fn promtool(command: [&str; 2], files: &[PathBuf], what: &str) -> Option<Result<String, String>> {
    let Ok(output) = Command::new("promtool").args(command).args(files).output() else {
        skipped(&format!("{what}, because there is no promtool"));
        return None;
    };
    let said = [output.stdout, output.stderr].concat();
    let said = String::from_utf8_lossy(&said).into_owned();
    Some(if output.status.success() { Ok(said) } else { Err(said) })
}
