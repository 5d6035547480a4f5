//! How many crates a program takes on with the facade.

use std::{collections::BTreeSet, fs, process::Command};

/// Crates outside of the proc-macro side, with the default features.
const MOST: usize = 8;

/// Counts the crates that are linked into a program.
pub(crate) fn check() -> Result<(), String> {
    println!("\n== dependency budget: at most {MOST} crates outside of the proc-macro side");
    let crates = linked_crates("confident", "default")?;
    println!("{}: {}", crates.len(), crates.iter().map(String::as_str).collect::<Vec<_>>().join(", "));
    if crates.len() > MOST {
        return Err(format!("dependency budget: {} crates, more than {MOST}", crates.len()));
    }
    counts_are_told()
}

/// Whether README.md says how many crates each feature brings.
fn counts_are_told() -> Result<(), String> {
    let readme = fs::read_to_string("README.md").map_err(|error| format!("README.md: {error}"))?;
    let manifest = fs::read_to_string("Cargo.toml").map_err(|error| format!("Cargo.toml: {error}"))?;
    let features = manifest.split("[features]").nth(1).and_then(|rest| rest.split("\n[").next());
    let names = features.unwrap_or_default().lines().filter(|line| !line.starts_with('#'));
    let names = names.filter_map(|line| Some(line.split_once(" = ")?.0));
    // Those of `default` are there already.
    let names = names.filter(|name| !["pattern", "one-pass"].contains(name));
    let mut wrong = Vec::new();
    for name in names {
        let count = linked_crates("confident", name)?.len();
        let row = format!("| `{name}` | {count} | ");
        if !readme.contains(&row) {
            wrong.push(row);
        }
    }
    if wrong.is_empty() {
        return Ok(());
    }
    Err(format!(
        "README.md has other numbers of crates than cargo tree; it should have\n{}",
        wrong.join("\n")
    ))
}

/// The crates of `cargo tree` that are no proc macros and not below one.
fn linked_crates(package: &str, feature: &str) -> Result<BTreeSet<String>, String> {
    let output = Command::new("cargo")
        .args(["tree", "--package", package, "--edges", "normal", "--prefix", "depth", "--no-dedupe"])
        .args(["--features", feature])
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
