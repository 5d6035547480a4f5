//! The slow proof: the `unsafe` code under Miri, a model of snapshots, settings in a volume that is swapped all the time,
//! every fuzz target for some time, and stores against servers that take long to build.

use std::{path::Path, process::Command};

/// Runs the tests of the one crate with `unsafe` in it under Miri. Needs Miri and a nightly compiler.
pub(crate) fn interpret() -> Result<(), String> {
    let has_miri = Command::new("cargo").args(["+nightly", "miri", "--version"]).output();
    if !has_miri.is_ok_and(|output| output.status.success()) {
        return skip("Miri is not there: rustup component add --toolchain nightly miri");
    }
    println!("\n== Miri");
    // It shows the environment to the program only where it is told to.
    let status = Command::new("cargo")
        .args(["+nightly", "miri", "test", "--package", "confident-environ", "--all-features"])
        .env("MIRIFLAGS", "-Zmiri-disable-isolation")
        .status();
    if status.is_ok_and(|status| status.success()) { Ok(()) } else { Err("Miri found something".to_owned()) }
}

/// What every target gets. Nothing looks for leaks, because a manifest that was read stays; memory is bounded instead.
const LIMITS: [&str; 3] = ["-detect_leaks=0", "-rss_limit_mb=4096", "-timeout=10"];

/// The target that keeps what it read, and for how many seconds one process of it may.
const KEEPING: (&str, u32) = ("manifest", 30);

/// Fuzzes every target. Needs `cargo-fuzz` and a nightly compiler.
pub(crate) fn fuzz(seconds: u32) -> Result<(), String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().ok_or("the package has a folder")?;
    let list = Command::new("cargo").args(["+nightly", "fuzz", "list"]).current_dir(root).output();
    let list = match list {
        Ok(output) if output.status.success() => String::from_utf8_lossy(&output.stdout).into_owned(),
        _ => {
            return skip(
                "`cargo +nightly fuzz` is not there: rustup toolchain install nightly; cargo install cargo-fuzz",
            );
        }
    };
    let mut failed = Vec::new();
    for target in list.lines() {
        println!("\n== fuzz {target} for {seconds} s");
        let longest = if target == KEEPING.0 { KEEPING.1 } else { seconds };
        let mut left = seconds;
        while left > 0 {
            let now = left.min(longest);
            if !fuzz_target(root, target, now)? {
                failed.push(target);
                break;
            }
            left -= now;
        }
    }
    if failed.is_empty() { Ok(()) } else { Err(format!("fuzzing found something in: {}", failed.join(", "))) }
}

/// Whether a target finds nothing. What is new to it goes into a folder of its own, not among the seeds.
fn fuzz_target(root: &Path, target: &str, seconds: u32) -> Result<bool, String> {
    let [work, seeds] = ["corpus-work", "corpus"].map(|folder| root.join("fuzz").join(folder).join(target));
    for folder in [&work, &seeds] {
        let made = std::fs::create_dir_all(folder);
        made.map_err(|error| format!("{} cannot be made: {error}", folder.display()))?;
    }
    // Without a sanitizer: the code under test forbids `unsafe`.
    let status = Command::new("cargo")
        .args(["+nightly", "fuzz", "run", "--sanitizer", "none", target])
        .args([&work, &seeds])
        .arg("--")
        .args(LIMITS)
        .args([&format!("-max_total_time={seconds}"), "-print_final_stats=1"])
        .current_dir(root)
        .status();
    Ok(status.is_ok_and(|status| status.success()))
}

/// Tries the threads of snapshots in more orders than the tests do.
pub(crate) fn model() -> Result<(), String> {
    println!("\n== a model of snapshots");
    let status = Command::new("cargo")
        .args(["test", "--package", "confident-core", "--test", "live_model"])
        .env("LOOM_MAX_PREEMPTIONS", "5")
        .status();
    let is_good = status.is_ok_and(|status| status.success());
    if is_good { Ok(()) } else { Err("the model of snapshots found something".to_owned()) }
}

/// Reads settings for half a minute while the volume that they are in is swapped every millisecond.
pub(crate) fn swap_volumes() -> Result<(), String> {
    println!("\n== settings in a volume that is swapped");
    let status = Command::new("cargo")
        .args(["test", "--package", "confident", "--all-features", "--test", "live_volume"])
        .args(["--", "--ignored", "--nocapture"])
        .status();
    let is_good = status.is_ok_and(|status| status.success());
    if is_good { Ok(()) } else { Err("a snapshot is torn, or the control is not".to_owned()) }
}

/// Replaces a password of PostgreSQL a hundred times, while eight threads log in.
pub(crate) fn rotate() -> Result<(), String> {
    println!("\n== a hundred rotations under load");
    let status = Command::new("cargo")
        .args([
            "test",
            "--package",
            "confident-cli",
            "--all-features",
            "--test",
            "rotate",
            "a_password_of_postgres",
        ])
        .args(["--", "--nocapture"])
        .env("CONFIDENT_ROTATIONS", "100")
        .status();
    let is_good = status.is_ok_and(|status| status.success());
    if is_good { Ok(()) } else { Err("a login failed while a password was replaced".to_owned()) }
}

/// Runs the store `vault` against rusty_vault, a server that others wrote: it is built first, which takes ten minutes.
pub(crate) fn meet_rusty_vault() -> Result<(), String> {
    println!("\n== rusty_vault");
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().ok_or("the package has a folder")?;
    let peers = root.join("target/peers");
    let build = Command::new("cargo").args(["install", "rusty_vault", "--root"]).arg(&peers).status();
    if !build.is_ok_and(|status| status.success()) {
        return skip("rusty_vault does not build here");
    }
    let status = Command::new("cargo")
        .args(["test", "--package", "confident-stores", "--features", "vault", "--test", "vault_peer"])
        .args(["--", "--ignored"])
        .env("RUSTY_VAULT", peers.join("bin/rvault"))
        .current_dir(root)
        .status();
    let is_good = status.is_ok_and(|status| status.success());
    if is_good { Ok(()) } else { Err("rusty_vault and the store do not agree".to_owned()) }
}

/// Says loudly that nothing was proved; an error where that must not be.
fn skip(why: &str) -> Result<(), String> {
    let message = format!("SKIPPED: 1 proof was not run: {why}");
    if crate::is_ci() {
        return Err(message);
    }
    println!("{message}");
    Ok(())
}
