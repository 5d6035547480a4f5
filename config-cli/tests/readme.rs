//! The README says what the tool prints.

use std::{fs, path::Path, process::Command};

#[path = "../../examples/svix.rs"]
#[allow(dead_code)]
mod svix;

#[test]
#[allow(clippy::disallowed_methods)] // the switch of a test, not configuration
fn the_check_of_a_binary_prints_what_the_readme_says() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    // The test carries the manifest of the example, as the example does.
    let this = std::env::current_exe().expect("it has a path");
    assert_eq!(svix::Settings::MANIFEST.app, "svix-server");
    let output = Command::new(env!("CARGO_BIN_EXE_confident"))
        .arg("check")
        .arg(this)
        .args(["--compose", "config-cli/tests/real/svix-server/docker-compose.yml", "--target", "backend"])
        .current_dir(&root)
        .output()
        .expect("the tool runs");
    let printed = String::from_utf8(output.stdout).expect("it prints text");
    let path = root.join("README.md");
    let readme = fs::read_to_string(&path).expect("there is a README");
    let (before, rest) = readme.split_once("<!-- tool: check -->\n```text\n").expect("the block is marked");
    let (block, behind) = rest.split_once("```").expect("the block ends");
    if std::env::var_os("UPDATE_SNAPSHOTS").is_some() {
        let text = format!("{before}<!-- tool: check -->\n```text\n{printed}```{behind}");
        fs::write(&path, text).expect("the README can be written");
    } else {
        assert_eq!(block, printed, "UPDATE_SNAPSHOTS=1 writes it anew");
    }
}
