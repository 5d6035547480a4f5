//! The README says what the program prints.

use std::{fs, path::Path, process::Command};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The block behind `<!-- name -->`.
fn block(name: &str) -> String {
    let readme = fs::read_to_string(root().join("README.md")).expect("there is a README");
    let (_, rest) = readme.split_once(&format!("<!-- {name} -->\n```text\n")).expect("the block is marked");
    let (block, _) = rest.split_once("\n```").expect("the block ends");
    block.to_owned()
}

/// What the quickstart prints with these variables, and its exit code.
fn quickstart(variables: &[(&str, &str)]) -> (String, Option<i32>) {
    // Examples are built beside the tests: `target/debug/deps/readme-..` and `target/debug/examples/`.
    let test = std::env::current_exe().expect("the test has a path");
    let folder = test.parent().and_then(Path::parent).expect("it lies in `deps`");
    let example = folder.join("examples").join(format!("quickstart{}", std::env::consts::EXE_SUFFIX));
    let output = Command::new(example).env_clear().envs(variables.iter().copied()).output();
    let output = output.expect("the example is built with the tests");
    let text = [output.stdout, output.stderr].concat();
    (String::from_utf8(text).expect("it prints text").trim_end().to_owned(), output.status.code())
}

const DATABASE: (&str, &str) = ("PAYMENTS_DATABASE_URL", "postgres://ledger");

#[test]
fn with_nothing_set_the_quickstart_prints_the_report() {
    assert_eq!(quickstart(&[]), (block("quickstart: nothing set"), Some(1)));
}

#[test]
fn with_the_database_the_quickstart_prints_its_settings() {
    assert_eq!(quickstart(&[DATABASE]), (block("quickstart: working"), Some(0)));
}

#[test]
fn several_problems_come_at_once() {
    let variables = [
        DATABASE,
        ("PAYMENTS_POOL_MIN", "20"),
        ("PAYMENTS_REQUEST_TIMEOUT", "30"),
        ("PAYMENTS_REQEST_TIMEOUT", "5s"),
    ];
    assert_eq!(quickstart(&variables), (block("quickstart: several problems"), Some(1)));
}

#[test]
fn the_compile_error_is_that_of_the_compiler() {
    let file = "tests/ui/readme/two_keys_on_one_variable.stderr";
    let stderr = fs::read_to_string(root().join(file)).expect("the case has an expectation");
    assert_eq!(block(&format!("ui: {file}")), stderr.trim_end());
}

#[test]
fn the_limits_name_tests_that_there_are() {
    let read = |path: &str| fs::read_to_string(root().join(path)).expect("it is in the repository");
    let (limits, tests) = (
        read("docs/limits.md"),
        ["tests/memory.rs", "tests/hardening.rs", "config-stores/tests/fleet.rs"].map(read).concat(),
    );
    // Names of tests are sentences; nothing else in backticks has so many words.
    let named = limits.split('`').skip(1).step_by(2).filter(|name| name.matches('_').count() > 3);
    let named: Vec<&str> = named.collect();
    assert!(named.len() > 25, "{named:?}");
    let is_test =
        |name: &&str| tests.contains(&format!("fn {name}()")) || tests.contains(&format!(" {name}:"));
    assert_eq!(named.into_iter().filter(|name| !is_test(name)).collect::<Vec<_>>(), [""; 0]);
}

#[test]
fn the_table_of_metrics_is_that_of_the_code() {
    let readme = fs::read_to_string(root().join("README.md")).expect("there is a README");
    let row = |metric: &confident::metrics::Metric| {
        let labels: Vec<String> = metric.labels.iter().map(|label| format!("`{label}`")).collect();
        let (name, kind, labels) = (metric.name, metric.kind.word(), labels.join(", "));
        format!("| `{name}` | {kind} | {labels} | {} |", metric.help)
    };
    let wanted: Vec<String> = confident::metrics::ALL.iter().map(row).collect();
    let found: Vec<&str> = readme.lines().filter(|line| line.starts_with("| `confident_")).collect();
    assert_eq!(found, wanted);
}
