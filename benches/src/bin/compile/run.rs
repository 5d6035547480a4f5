//! Cargo, run and measured.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
    time::{Duration, Instant},
};

use nix::sys::{
    resource::{UsageWho, getrusage},
    time::TimeValLike,
};

use crate::package::{Package, Participant};

/// The compiler and cargo, without the shim of rustup, whose work is no part of any measure.
pub(crate) struct Toolchain {
    cargo: PathBuf,
    rustc: PathBuf,
}

/// What a command took.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Cost {
    pub(crate) wall: Duration,
    /// Time of processors, of the command and all that it started.
    pub(crate) processor: Duration,
}

impl Toolchain {
    /// The one that this directory uses.
    pub(crate) fn here() -> Result<Self, String> {
        let output = Command::new("rustc")
            .args(["--print", "sysroot"])
            .output()
            .map_err(|error| format!("rustc could not be started: {error}"))?;
        let programs = Path::new(String::from_utf8_lossy(&output.stdout).trim()).join("bin");
        Ok(Self { cargo: programs.join("cargo"), rustc: programs.join("rustc") })
    }

    /// Runs cargo in a package. It answers what that took and what it printed, or why it failed.
    ///
    /// With a wrapper, the compiler of the package, but not of its dependencies, is started by that script.
    pub(crate) fn cargo(
        &self,
        package: &Package,
        arguments: &[&str],
        wrapper: Option<&Path>,
    ) -> Result<(Cost, String), String> {
        let mut command = Command::new(&self.cargo);
        command.current_dir(&package.folder).args(arguments).arg("--offline").arg("--quiet");
        command.env("RUSTC", &self.rustc).env("CARGO_TARGET_DIR", package.folder.join("target"));
        for other in OTHER_SETTINGS {
            command.env_remove(other);
        }
        if let Some(wrapper) = wrapper {
            command.env("RUSTC_WORKSPACE_WRAPPER", wrapper);
        }
        let before = processor_time()?;
        let start = Instant::now();
        let output = command.output().map_err(|error| format!("cargo could not be started: {error}"))?;
        let cost = Cost { wall: start.elapsed(), processor: processor_time()?.saturating_sub(before) };
        if output.status.success() {
            return Ok((cost, String::from_utf8_lossy(&output.stdout).into_owned()));
        }
        let log = package.folder.join("error.txt");
        fs::write(&log, &output.stderr).map_err(|error| format!("{}: {error}", log.display()))?;
        let text = String::from_utf8_lossy(&output.stderr);
        let reason = text.lines().find(|line| line.starts_with("error")).unwrap_or("cargo said nothing");
        let name = package.participant.name();
        crate::progress(&format!(
            "{name}: cargo {}: {reason} (all of it: {})",
            arguments.join(" "),
            log.display()
        ));
        Err("does not compile".to_owned())
    }
}

/// What a terminal may be set up with, and what would change the work.
const OTHER_SETTINGS: [&str; 6] = [
    "RUSTFLAGS",
    "CARGO_ENCODED_RUSTFLAGS",
    "CARGO_INCREMENTAL",
    "RUSTC_WRAPPER",
    "RUSTC_WORKSPACE_WRAPPER",
    "RUSTC_BOOTSTRAP",
];

/// What all commands so far have taken.
fn processor_time() -> Result<Duration, String> {
    let usage = getrusage(UsageWho::RUSAGE_CHILDREN).map_err(|error| format!("getrusage: {error}"))?;
    let micros = usage.user_time().num_microseconds() + usage.system_time().num_microseconds();
    Ok(Duration::from_micros(micros.unsigned_abs()))
}

/// The packages of some participants, in the target directory that this program is in.
pub(crate) fn packages(participants: &[Participant]) -> Result<Vec<Package>, String> {
    let this = std::env::current_exe().map_err(|error| format!("the path of this program: {error}"))?;
    let target = this.ancestors().nth(2).ok_or("this program is in no target directory")?;
    let repository = Path::new(env!("CARGO_MANIFEST_DIR")).parent().ok_or("the benches are in no folder")?;
    let folder = target.join("compile-bench");
    let write = |participant| Package::write(participant, repository, &folder);
    let packages: Result<_, _> = participants.iter().copied().map(write).collect();
    packages.map_err(|error| format!("{}: {error}", folder.display()))
}
