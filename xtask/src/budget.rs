//! How many crates a program takes on with the facade.

use std::{collections::BTreeSet, process::Command};

/// Crates outside of the proc-macro side, with the default features.
const MOST: usize = 8;

/// Counts the crates that are linked into a program.
pub(crate) fn check() -> Result<(), String> {
    println!("\n== dependency budget: at most {MOST} crates outside of the proc-macro side");
    let crates = linked_crates("confident")?;
    println!("{}: {}", crates.len(), crates.iter().map(String::as_str).collect::<Vec<_>>().join(", "));
    if crates.len() > MOST {
        return Err(format!("dependency budget: {} crates, more than {MOST}", crates.len()));
    }
    Ok(())
}

/// The crates of `cargo tree` that are no proc macros and not below one.
fn linked_crates(package: &str) -> Result<BTreeSet<String>, String> {
    let output = Command::new("cargo")
        .args(["tree", "--package", package, "--edges", "normal", "--prefix", "depth", "--no-dedupe"])
        .output()
        .map_err(|error| format!("cargo tree could not be started: {error}"))?;
    let text = String::from_utf8(output.stdout).map_err(|error| format!("cargo tree: {error}"))?;
    let mut crates = BTreeSet::new();
    let mut skip_below: Option<usize> = None;
    for line in text.lines() {
        let digits = line.find(|char: char| !char.is_ascii_digit()).unwrap_or(line.len());
        let (depth, rest) = line.split_at(digits);
        let depth: usize = depth.parse().map_err(|_| format!("cargo tree printed `{line}`"))?;
        if skip_below.is_some_and(|limit| depth > limit) {
            continue;
        }
        skip_below = rest.contains("(proc-macro)").then_some(depth);
        if skip_below.is_none() {
            crates.insert(rest.split(' ').next().unwrap_or(rest).to_owned());
        }
    }
    if crates.is_empty() {
        return Err(format!("cargo tree: {}", String::from_utf8_lossy(&output.stderr)));
    }
    Ok(crates)
}
