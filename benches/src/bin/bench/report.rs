//! BENCHMARKS.md, and the machine that it was measured on.

use std::{fs, process::Command};

const FILE: &str = "BENCHMARKS.md";

/// Prints the tables of a bench, and puts them between its marks.
pub(crate) fn publish(bench: &str, tables: &str, write: bool) -> Result<(), String> {
    println!("{tables}");
    if !write {
        return Ok(());
    }
    let text = fs::read_to_string(FILE).map_err(|error| format!("{FILE}: {error}"))?;
    let section = format!("{}\n\n{tables}", machine());
    let text = between_marks(&text, bench, &section).ok_or(format!("{FILE} has no marks for {bench}"))?;
    fs::write(FILE, text).map_err(|error| format!("{FILE}: {error}"))
}

/// The text with what stands between the marks of `bench` replaced.
fn between_marks(text: &str, bench: &str, section: &str) -> Option<String> {
    let (open, close) = (format!("<!-- {bench} -->\n"), format!("<!-- end of {bench} -->\n"));
    let start = text.find(&open)? + open.len();
    let end = start + text[start..].find(&close)?;
    Some(format!("{}\n{}\n\n{}", &text[..start], section.trim_end(), &text[end..]))
}

/// One sentence on the machine, without its name.
fn machine() -> String {
    let processor = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = processor.lines().find_map(|line| line.strip_prefix("model name"));
    let model = model.map_or("an unknown processor", |rest| rest.trim_start_matches([' ', '\t', ':']));
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let system = fs::read_to_string("/etc/os-release").unwrap_or_default();
    let system = system.lines().find_map(|line| line.strip_prefix("PRETTY_NAME="));
    let system = system.map_or(std::env::consts::OS, |name| name.trim_matches('"'));
    let said = |program: &str, arguments: &[&str]| {
        let output = Command::new(program).args(arguments).output().ok();
        let text = output.and_then(|output| String::from_utf8(output.stdout).ok()).unwrap_or_default();
        text.trim().to_owned()
    };
    let compiler = said("rustc", &["--version"]);
    let commit = said("git", &["rev-parse", "--short=10", "HEAD"]);
    let load = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let load = load.split(' ').next().filter(|load| !load.is_empty()).unwrap_or("unknown");
    format!(
        "On {model}, {cores} cores, {system}, {compiler}, at commit {commit}; load average at the end {load}."
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_between_the_marks_changes() {
        let text = "a\n<!-- load -->\nold\n<!-- end of load -->\nb\n";
        let written = between_marks(text, "load", "new\n");
        assert_eq!(written.as_deref(), Some("a\n<!-- load -->\n\nnew\n\n<!-- end of load -->\nb\n"));
        assert_eq!(between_marks(text, "files", ""), None);
    }
}
