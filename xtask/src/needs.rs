//! What the tests need besides Rust: installed on Debian, where they are not there; elsewhere the tests that need them are
//! skipped, and say so.

use std::{
    path::Path,
    process::{Command, Stdio},
};

/// What the documents are validated with, and who plays AWS, by the name of the module and that of the package on PyPI.
const MODULES: [(&str, &str); 4] = [
    ("jsonschema", "jsonschema"),
    ("kubernetes_validate", "kubernetes-validate"),
    ("grafana_foundation_sdk", "grafana-foundation-sdk"),
    ("moto.server", "moto[server]"),
];

/// Installs what is missing. What cannot be installed is said by the tests that need it.
pub(crate) fn install() {
    let missing = MODULES.iter().filter(|(module, _)| !runs("python3", &["-c", &format!("import {module}")]));
    let missing: Vec<&str> = missing.map(|(_, package)| *package).collect();
    let has_browser = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"]
        .iter()
        .any(|name| runs(name, &["--version"]));
    let mut packages = Vec::new();
    if !has_browser {
        packages.push("chromium");
    }
    // The files of its format are ours, too.
    if !runs("age", &["--version"]) {
        packages.push("age");
    }
    for (program, package, says) in
        [("etcd", "etcd-server", "--version"), ("etcdctl", "etcd-client", "version")]
    {
        if !runs(program, &[says]) {
            packages.push(package);
        }
    }
    // Its programs are not on the path: there may be several versions.
    if !Path::new("/usr/lib/postgresql").exists() {
        packages.push("postgresql");
    }
    // Of the package, the tests use `promtool`.
    if !runs("promtool", &["--version"]) {
        packages.push("prometheus");
    }
    if !missing.is_empty() && !runs("python3", &["-m", "pip", "--version"]) {
        packages.push("python3-pip");
    }
    if !packages.is_empty() && Path::new("/etc/debian_version").exists() {
        println!("\n== needs: {}", packages.join(", "));
        shown("apt-get", &["update", "--quiet"]);
        shown(
            "apt-get",
            &[&["install", "--yes", "--quiet", "--no-install-recommends"], &packages[..]].concat(),
        );
    }
    if !missing.is_empty() {
        println!("\n== needs: {} for python3", missing.join(", "));
        let install = ["-m", "pip", "install", "--quiet"];
        // The python of Debian wants to be told that its own packages may be added to.
        if !shown("python3", &[&install[..], &missing].concat()) {
            shown("python3", &[&install[..], &["--break-system-packages"], &missing].concat());
        }
    }
}

/// Whether the program is there and ends well.
fn runs(program: &str, arguments: &[&str]) -> bool {
    let status = Command::new(program).args(arguments).stdout(Stdio::null()).stderr(Stdio::null()).status();
    status.is_ok_and(|status| status.success())
}

/// Runs a program with its output on the terminal.
fn shown(program: &str, arguments: &[&str]) -> bool {
    let status = Command::new(program).args(arguments).env("DEBIAN_FRONTEND", "noninteractive").status();
    status.is_ok_and(|status| status.success())
}
