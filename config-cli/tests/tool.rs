//! The tool as it is run: its output, for people and for machines, and its exit codes.

#![allow(clippy::unwrap_used)] // a test that cannot go on may stop

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Output},
};

use confident::{Config, SecretString};
use serde_json::Value;

/// The payments service.
#[derive(Config)]
#[config(app = "payments")]
#[allow(dead_code)]
struct Settings {
    /// Requests in flight at once.
    ///
    /// More of them need more memory.
    #[config(default = 512, range = 1.., owner = "team-http", alias = "THREADS", live)]
    concurrency: u16,
    /// Connection string of the ledger.
    #[config(store = "vault:payments/ledger#url", max_stale = "10m")]
    database_url: SecretString,
}

/// Another program in the same binary.
#[derive(Config)]
#[config(app = "migrations")]
#[allow(dead_code)]
struct Migrations {
    /// A switch.
    #[config(default = true)]
    dry_run: bool,
}

/// A folder of the test, with the manifest of a program in it.
fn folder(test: &str) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("tool").join(test);
    fs::create_dir_all(&folder).unwrap();
    let manifest = confident_manifest::published(Settings::MANIFEST).unwrap();
    fs::write(folder.join("payments.json"), manifest).unwrap();
    folder
}

/// Runs the tool in a folder.
fn confident(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_confident")).args(arguments).current_dir(folder).output().unwrap()
}

fn text(output: &Output) -> (Option<i32>, String, String) {
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    (output.status.code(), text(&output.stdout), text(&output.stderr))
}

#[test]
fn a_binary_with_two_programs_asks_for_one() {
    let folder = folder("two");
    let this = std::env::current_exe().unwrap();
    let this = this.to_str().unwrap();
    let (code, _, said) = text(&confident(&folder, &["manifest", this]));
    assert_eq!(code, Some(2));
    assert!(said.contains("choose one of them with `--app`: "), "{said}");
    assert!(said.contains("payments") && said.contains("migrations"), "{said}");
    let (code, found, _) = text(&confident(&folder, &["manifest", this, "--app", "migrations"]));
    assert_eq!(code, Some(0));
    assert!(found.contains("MIGRATIONS_DRY_RUN") && !found.contains("PAYMENTS"), "{found}");
    let (code, _, said) = text(&confident(&folder, &["manifest", this, "--app", "x"]));
    assert_eq!(code, Some(2));
    assert!(said.contains("has no manifest of `x`; it has: "), "{said}");
}

#[test]
fn a_manifest_is_published_and_read_again() {
    let folder = folder("published");
    let this = std::env::current_exe().unwrap();
    let arguments = ["manifest", this.to_str().unwrap(), "--app", "payments", "--out", "out.json"];
    assert_eq!(text(&confident(&folder, &arguments)), (Some(0), String::new(), String::new()));
    let published = fs::read_to_string(folder.join("out.json")).unwrap();
    assert_eq!(published, confident_manifest::published(Settings::MANIFEST).unwrap());
    let (code, again, _) = text(&confident(&folder, &["manifest", "out.json", "--json"]));
    assert_eq!((code, again), (Some(0), published));
}

#[test]
fn a_file_that_is_no_program_is_told() {
    let folder = folder("no-program");
    fs::write(folder.join("text"), "hello").unwrap();
    for (file, says) in [("text", "text: has no manifest: "), ("nowhere", "nowhere: cannot be read: ")] {
        let (code, out, said) = text(&confident(&folder, &["manifest", file]));
        assert_eq!((code, out.as_str()), (Some(2), ""));
        assert!(said.starts_with(&format!("error: {says}")), "{said}");
    }
}

const COMPOSE: &str = "services:
  web:
    environment:
      PAYMENTS_CONCURRENCY: 0
      PAYMENTS_DATABASE_URL: 'x://hunter2'
      THREADS: 5
";

#[test]
fn findings_are_for_people_and_machines() {
    let folder = folder("findings");
    fs::write(folder.join("compose.yaml"), COMPOSE).unwrap();
    let check = |more: &[&str]| {
        let arguments = [&["check", "payments.json", "--compose", "compose.yaml"], more].concat();
        let (code, out, said) = text(&confident(&folder, &arguments));
        assert_eq!((code, said.as_str()), (Some(1), ""));
        assert!(!out.contains("hunter2"), "{out}");
        out
    };
    let people = check(&[]);
    assert!(people.contains("error[conflict] PAYMENTS_CONCURRENCY"), "{people}");
    assert!(people.contains("--> compose.yaml:5:30"), "{people}");
    assert!(!people.contains('\u{1b}'), "a pipe is no terminal");
    assert!(people.ends_with("compose.yaml (web): 2 errors\n"), "{people}");

    let json: Value = serde_json::from_str(&check(&["--json"])).unwrap();
    assert_eq!(json["app"], "payments");
    assert_eq!(json["findings"].as_array().unwrap().len(), 2);
    assert_eq!(json["findings"][0]["code"], "open-secret");
    assert_eq!(
        json["findings"][0]["place"],
        serde_json::json!({"file": "compose.yaml", "line": 5, "column": 30})
    );

    let sarif = check(&["--format", "sarif"]);
    let parsed: serde_sarif::sarif::Sarif = serde_json::from_str(&sarif).unwrap();
    let run = &parsed.runs[0];
    assert_eq!(run.results.as_ref().unwrap().len(), 2);
    assert_eq!(run.tool.driver.name, "confident");
    // What the types took for something that they do not know, they would drop.
    let again: Value = serde_json::to_value(&parsed).unwrap();
    assert_eq!(again["runs"], serde_json::from_str::<Value>(&sarif).unwrap()["runs"]);

    let github = check(&["--format", "github"]);
    assert!(
        github.starts_with(
            "::error file=compose.yaml,line=5,col=30,title=PAYMENTS_DATABASE_URL (open-secret)::"
        ),
        "{github}"
    );
    assert_eq!(github.lines().count(), 2);
}

#[test]
fn exit_codes_are_as_help_says() {
    let folder = folder("exits");
    fs::write(folder.join("good.env"), "PAYMENTS_DATABASE_URL=vault:a#b\n").unwrap();
    fs::write(folder.join("warned.env"), "PAYMENTS_DATABASE_URL=vault:a#b\nTHREADS=4\n").unwrap();
    let check = |file: &str, more: &[&str]| {
        let arguments = [&["check", "payments.json", "--env-file", file], more].concat();
        confident(&folder, &arguments).status.code()
    };
    assert_eq!(check("good.env", &[]), Some(0));
    assert_eq!(check("warned.env", &[]), Some(0));
    assert_eq!(check("warned.env", &["--deny-warnings"]), Some(1));
    assert_eq!(check("nowhere.env", &[]), Some(2));
    let (code, _, said) = text(&confident(&folder, &["check", "payments.json"]));
    assert_eq!(code, Some(2));
    assert!(said.contains("nothing to check; name what the program would read"), "{said}");
    let (code, help, _) = text(&confident(&folder, &["--help"]));
    assert_eq!(code, Some(0));
    assert!(help.contains("Exit codes:\n  0  all is well\n  1  something was found"), "{help}");
}

#[test]
fn the_environment_is_checked_where_it_is_asked_for() {
    let folder = folder("environment");
    let run = |value: &str| {
        Command::new(env!("CARGO_BIN_EXE_confident"))
            .args(["check", "payments.json", "--environment"])
            .env("PAYMENTS_DATABASE_URL", "x")
            .env("PAYMENTS_CONCURRENCY", value)
            .current_dir(&folder)
            .status()
            .unwrap()
            .code()
    };
    assert_eq!((run("7"), run("many")), (Some(0), Some(1)));
}

#[test]
fn a_key_is_explained_by_any_of_its_names() {
    let folder = folder("explain");
    let explain = |name: &str| text(&confident(&folder, &["explain", "payments.json", name]));
    let (code, by_path, _) = explain("concurrency");
    assert_eq!(code, Some(0));
    for says in [
        "PAYMENTS_CONCURRENCY",
        "at least 1",
        "team-http",
        "THREADS",
        "default        512",
        "while the program runs",
    ] {
        assert!(by_path.contains(says), "{says} is not in {by_path}");
    }
    assert_eq!(explain("PAYMENTS_CONCURRENCY").1, by_path);
    assert_eq!(explain("THREADS").1, by_path);
    let (_, secret, _) = explain("database_url");
    for says in ["vault:payments/ledger#url", "up to 10m"] {
        assert!(secret.contains(says), "{says} is not in {secret}");
        assert!(!by_path.contains(says));
    }
    let (code, _, said) = explain("concurency");
    assert_eq!(
        (code, said.as_str()),
        (Some(2), "error: payments has no key `concurency`; did you mean concurrency?\n")
    );
}

#[test]
fn a_deployment_is_explained_without_its_secrets() {
    let folder = folder("explain-deployment");
    fs::write(folder.join("a.env"), "PAYMENTS_DATABASE_URL=x://hunter2\nPAYMENTS_CONCURRENCY=5\n").unwrap();
    let explain = |more: &[&str]| {
        let arguments = [&["explain", "payments.json", "--env-file", "a.env"], more].concat();
        text(&confident(&folder, &arguments)).1
    };
    let table = explain(&[]);
    assert!(table.contains("5") && table.contains("a.env:2:22") && table.contains("[REDACTED]"), "{table}");
    let json: Value = serde_json::from_str(&explain(&["--json"])).unwrap();
    assert_eq!(json["keys"][0]["value"]["origin"], "a.env:2:22");
    assert!(!format!("{table}{json}").contains("hunter2"));
}

#[test]
fn a_diff_fails_where_a_change_breaks() {
    let folder = folder("diff");
    let manifest = fs::read_to_string(folder.join("payments.json")).unwrap();
    fs::write(folder.join("next.json"), manifest.replace("\"default\": \"512\",", "")).unwrap();
    let diff = |old: &str, new: &str, more: &[&str]| {
        text(&confident(&folder, &[&["diff", old, new], more].concat()))
    };
    let (code, out, _) = diff("payments.json", "next.json", &[]);
    assert_eq!(code, Some(1));
    assert!(out.contains("PAYMENTS_CONCURRENCY has no default any more"), "{out}");
    assert!(out.contains("set PAYMENTS_CONCURRENCY before you deploy"), "{out}");
    let (code, out, _) = diff("payments.json", "next.json", &["--json"]);
    let json: Value = serde_json::from_str(&out).unwrap();
    assert_eq!((code, &json["step"]), (Some(1), &Value::from("major")));
    let (code, out, _) = diff("payments.json", "payments.json", &[]);
    assert_eq!(code, Some(0));
    assert!(out.ends_with("the contracts are the same\n"), "{out}");
}

#[test]
fn shells_and_man_are_served() {
    let folder = folder("shells");
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let (code, script, _) = text(&confident(&folder, &["completions", shell]));
        assert!(
            code == Some(0) && script.contains("confident") && script.contains("deny-warnings"),
            "{shell}"
        );
    }
    let (code, page, _) = text(&confident(&folder, &["man"]));
    assert!(code == Some(0) && page.contains(".TH confident 1"), "{page}");
}

#[test]
fn a_hostile_manifest_moves_no_cursor() {
    let folder = folder("hostile");
    let manifest = fs::read_to_string(folder.join("payments.json")).unwrap();
    let hostile = manifest.replace("Requests in flight", "\\u001b[2J\\u202eRequests");
    assert_ne!(hostile, manifest);
    fs::write(folder.join("hostile.json"), hostile).unwrap();
    for arguments in [&["manifest", "hostile.json"][..], &["explain", "hostile.json", "concurrency"]] {
        let (code, out, _) = text(&confident(&folder, arguments));
        assert_eq!(code, Some(0));
        assert!(!out.contains('\u{1b}') && !out.contains('\u{202e}') && out.contains("\\u{1b}[2J"), "{out}");
    }
}
