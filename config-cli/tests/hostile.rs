//! Hostile text: nothing panics, and everything ends in bounded time with a clear error.

mod common;

use std::{
    fmt::Write as _,
    time::{Duration, Instant},
};

use common::{of, read};
use confident_cli::deployment::{
    Deployment, Given, Kind, LARGEST_FILE, MOST_EXPANDED, MOST_MOUNTS, Refused, Request,
};
use proptest::prelude::*;

/// How long one may take. Ten times what the slowest takes without optimization on two busy cores.
const LONGEST: Duration = Duration::from_secs(60);

fn timed(request: &Request) -> Result<Deployment, Refused> {
    let start = Instant::now();
    let result = request.read();
    assert!(start.elapsed() < LONGEST, "{:?}", start.elapsed());
    result
}

fn why(kind: Kind, text: String) -> String {
    let refused =
        timed(&Deployment::of_text("f", text).kind(kind).alone()).expect_err("it is refused").to_string();
    assert!(refused.len() < 500, "{}", refused.len());
    refused
}

#[test]
fn a_bomb_of_aliases_is_refused() {
    let mut text = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n".to_owned();
    for at in 1..40 {
        let before = format!("*a{}, ", at - 1).repeat(9);
        writeln!(text, "a{at}: &a{at} [{before}]").expect("memory");
    }
    for kind in [Kind::Compose, Kind::Kubernetes] {
        assert!(why(kind, text.clone()).contains("holds more than 500000 values"));
    }
}

#[test]
fn a_bomb_of_merge_keys_is_refused() {
    let mut text = "a0: &a0 {".to_owned();
    (0..1000).for_each(|at| write!(text, "k{at}: v, ").expect("memory"));
    text.push_str("}\n");
    for at in 1..2000 {
        writeln!(text, "a{at}: &a{at} {{<<: *a{}}}", at - 1).expect("memory");
    }
    assert!(why(Kind::Compose, text).contains("holds more than 500000 values"));
}

#[test]
fn deep_text_is_refused() {
    let flow = format!("a: {}", "[".repeat(10_000));
    let block = "- ".repeat(10_000);
    let lines: String = (0..3000).map(|depth| format!("{}a:\n", " ".repeat(depth))).collect();
    let mut aliases = "a0: &a0 [x]\n".to_owned();
    (1..10_000).for_each(|at| writeln!(aliases, "a{at}: &a{at} [*a{}]", at - 1).expect("memory"));
    for text in [flow, block, lines, aliases] {
        let why = why(Kind::Compose, text);
        assert!(why.contains("nested deeper than 128 levels") || why.contains("too deep"), "{why}");
    }
    let nested = format!(
        "services: {{a: {{environment: {{A: '{}x{}'}}}}}}",
        "${A:-".repeat(10_000),
        "}".repeat(10_000)
    );
    let deployment = read(Kind::Compose, &nested);
    assert_eq!(deployment.problems[0].what, "${ is nested deeper than 16 levels");
}

#[test]
fn a_file_that_is_too_large_is_refused() {
    for kind in Kind::ALL {
        let text = "a".repeat(usize::try_from(LARGEST_FILE).expect("it fits") + 1);
        assert_eq!(why(kind, text), "f:1:1: is larger than 8 MiB");
    }
}

#[test]
fn long_lines_are_read() {
    let long = "x".repeat(7 << 20);
    let text = |before: &str, behind: &str| format!("{before}{long}{behind}");
    let cases = [
        (Kind::EnvFile, text("A=", "")),
        (Kind::EnvFile, text("A='", "'")),
        (Kind::Compose, text("services: {a: {environment: [A=", "]}}")),
        (Kind::Compose, text("services: {a: {environment: {A: '", "'}}}")),
        (Kind::Kubernetes, text("kind: ConfigMap\ndata: {A: '", "'}")),
        (Kind::Systemd, text("[Service]\nEnvironment=A=", "")),
    ];
    for (kind, text) in cases {
        let deployment = timed(&Deployment::of_text("f", text).kind(kind)).expect("it can be read");
        let Given::Text(value) = &deployment.settings[0].given else { panic!("it is a text") };
        assert_eq!(value.len(), 7 << 20);
    }
}

#[test]
fn many_words_and_lines_are_read() {
    let words = format!("[Service]\nEnvironment={}", "A=1 ".repeat(1 << 19));
    let lines = format!("[Service]\n{}", "LoadCredential=a:b\nUnsetEnvironment=B\n".repeat(1 << 16));
    let credentials: String = (0..1 << 16).map(|at| format!("LoadCredential=a{at}:b\n")).collect();
    for text in [words, lines, format!("[Service]\n{credentials}")] {
        let deployment = timed(&Deployment::of_text("f", text).kind(Kind::Systemd)).expect("it can be read");
        assert!(deployment.mounts.len() <= MOST_MOUNTS);
    }
    let quotes = "A='\nB=\"\nC=`\nD=$\n\n".repeat(1 << 16);
    for kind in [Kind::EnvFile, Kind::Systemd] {
        timed(&Deployment::of_text("f", quotes.clone()).kind(kind)).expect("it can be read");
    }
    let compose = of(&[("compose.yaml", "services: {a: {env_file: f}}"), ("f", &quotes)]);
    timed(&compose).expect("it can be read");
}

#[test]
fn variables_that_double_are_cut_off() {
    let mut lines = "A0=xxxxxxxxxxxxxxxx\n".to_owned();
    (1..60).for_each(|at| writeln!(lines, "A{at}=${{A{0}}}${{A{0}}}", at - 1).expect("memory"));
    let compose = of(&[("compose.yaml", "services: {a: {env_file: f}}"), ("f", &lines), (".env", &lines)]);
    let mut entries = "[{name: A0, value: xxxxxxxxxxxxxxxx}".to_owned();
    (1..60)
        .for_each(|at| write!(entries, ", {{name: A{at}, value: $(A{0})$(A{0})}}", at - 1).expect("memory"));
    let pod = format!("kind: Pod\nspec: {{containers: [{{name: c, env: {entries}]}}]}}");
    for request in [compose, Deployment::of_text("f", pod).kind(Kind::Kubernetes)] {
        let deployment = timed(&request).expect("it can be read");
        let bytes: usize = deployment
            .settings
            .iter()
            .map(|setting| if let Given::Text(text) = &setting.given { text.len() } else { 0 })
            .sum();
        assert!(bytes <= 2 * MOST_EXPANDED + (1 << 20), "{bytes}");
        assert!(deployment.problems[0].what.contains("larger than 8 MiB"));
    }
}

#[test]
fn what_is_taken_in_many_times_is_cut_off() {
    let large = "x".repeat(1 << 20);
    let map = format!("---\nkind: ConfigMap\nmetadata: {{name: m}}\ndata: {{A: {large}, B: b}}\n");
    let from = "{configMapRef: {name: m}}, ".repeat(10_000);
    let key = "{name: A, valueFrom: {configMapKeyRef: {name: m, key: A}}}, ".repeat(10_000);
    let mount = "{name: v, mountPath: /a}, ".repeat(10_000);
    let pod = format!(
        "kind: Pod\nspec: {{volumes: [{{name: v, configMap: {{name: m}}}}], containers: [{{name: c, envFrom: [{from}], env: [{key}], volumeMounts: \
         [{mount}]}}]}}\n{map}"
    );
    let deployment = timed(&Deployment::of_text("f", pod).kind(Kind::Kubernetes)).expect("it can be read");
    assert_eq!(deployment.problems.len(), 1, "{:?}", deployment.problems.iter().take(3));
    assert!(deployment.settings.len() < 20_000 && deployment.mounts.len() <= 20);

    let passed = "A, ".repeat(10_000);
    let compose = format!("services: {{a: {{environment: [{passed}]}}}}");
    let deployment = timed(&of(&[("compose.yaml", &compose), (".env", &format!("A={large}"))]));
    let texts = |setting: &&confident_cli::deployment::Setting| matches!(setting.given, Given::Text(_));
    assert!(deployment.expect("it can be read").settings.iter().filter(texts).count() < 20);
}

#[test]
fn chains_of_files_and_services_end() {
    let mut text = "services:\n  s0: {environment: {A: a}}\n".to_owned();
    (1..10_000).for_each(|at| writeln!(text, "  s{at}: {{extends: s{}}}", at - 1).expect("memory"));
    let deployment = timed(&of(&[("compose.yaml", &text)]).target("s9999")).expect("it can be read");
    assert_eq!(deployment.problems[0].what, "`extends` is a chain of more than 32 services");

    let files: String = (0..100_000).map(|at| format!("f{at}, ")).collect();
    let compose = format!("services: {{a: {{env_file: [{files}]}}}}");
    let deployment = timed(&of(&[("compose.yaml", &compose)])).expect("it can be read");
    assert_eq!(deployment.problems[0].what, "a service has more than 512 env_files");

    let include = format!("include: [{}]\nservices: {{a: {{}}}}", "b.yaml, ".repeat(10_000));
    let both = [
        ("compose.yaml", &*include),
        ("b.yaml", "include: [c.yaml, c.yaml]"),
        ("c.yaml", "services: {b: {}}"),
    ];
    timed(&of(&both).target("a")).expect("it can be read");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn any_text_is_read_or_refused(text in any::<String>(), kind in 0..4_usize) {
        let _ = Deployment::of_text("f", text).kind(Kind::ALL[kind]).alone().read();
    }

    /// Texts of the pieces that the languages are made of.
    #[test]
    fn pieces_are_read_or_refused(
        pieces in proptest::collection::vec(proptest::sample::select(PIECES), 0..40),
        kind in 0..4_usize,
    ) {
        let text = pieces.concat();
        let _ = Deployment::of_text("f", &*text).alone().read();
        if let Ok(deployment) = Deployment::of_text("f", &*text).kind(Kind::ALL[kind]).alone().read() {
            for place in deployment.settings.iter().map(|setting| &setting.place) {
                let lines = text.split('\n').count();
                prop_assert!(place.line >= 1 && place.line as usize <= lines, "{place}");
            }
        }
    }

    #[test]
    fn values_of_compose_are_read_or_a_problem(value in "[${}A:?+=a\\-\"' #\\n]{0,24}", env_file in "[${}AB:?+=a\\-\"' #\\n\\\\]{0,48}") {
        let quoted = value.replace('\'', "''").replace('\n', " ");
        let compose = format!("services: {{a: {{environment: {{A: '{quoted}'}}, env_file: f}}}}");
        let deployment = of(&[("compose.yaml", &compose), ("f", &env_file)]).read().expect("it can be read");
        prop_assert!(deployment.setting("A").is_some() || !deployment.problems.is_empty());
    }

    /// Neither `Debug` nor a problem has a value in it, wherever it stands.
    #[test]
    fn values_are_not_shown(
        pieces in proptest::collection::vec(proptest::sample::select(AROUND_A_VALUE), 0..4),
        kind in 0..4_usize,
    ) {
        let value = format!("hunter{}", pieces.concat());
        let texts = [
            format!("A {value}\nB=\"{value}\nC='{value}"),
            format!("services: {{a: {{environment: ['A {value}', 'A:{value}', 'A={value}', {{A: {value}}}], configs: [x]}}}}\nconfigs: {{x: {{content: '{value}'}}}}"),
            format!("services: {{a: {{environment: {{A: '{value}', B: {value}, C: [{value}]}}, env_file: g}}}}"),
            format!("kind: Pod\nspec: {{containers: [{{name: c, env: [{{name: A, value: '{value}'}}, {{name: A, value: [{value}]}}], envFrom: [{{secretRef: {{name: s}}}}, {{configMapRef: {{name: s}}}}]}}]}}\n---\nkind: Secret\nmetadata: {{name: s}}\nstringData: {{A: '{value}'}}\n---\nkind: ConfigMap\nmetadata: {{name: s}}\ndata: {{A: '{value}'}}"),
            format!("[Service]\nEnvironment=A={value} {value}\nA {value}\nPassEnvironment=-{value}\nSetCredential=a:{value}\nEnvironmentFile=/g"),
        ];
        for text in texts {
            let files = [("f", &*text), ("g", &*format!("A {value}\nB={value}\nC=\"{value}")), ("r/g", &*format!("A {value}\nB='{value}"))];
            let shown = match of(&files).kind(Kind::ALL[kind]).root("r").read() {
                Ok(deployment) => format!("{deployment:?} {:?}", common::problems(&deployment)),
                Err(refused) => format!("{refused} {refused:?}"),
            };
            prop_assert!(!shown.contains("hunter"), "{text}\n{shown}");
        }
    }

    /// What a text without a meaning says comes back as it is, in each language.
    #[test]
    fn plain_values_come_back(value in "[a-z][a-z0-9 /:.,;@!*&-]{0,20}[a-z]") {
        prop_assume!(!value.starts_with("vault:") && !value.starts_with("sm://") && !value.starts_with("op://"));
        let texts = [
            (Kind::EnvFile, format!("A='{value}'")),
            (Kind::Compose, format!("services: {{a: {{environment: {{A: '{value}'}}}}}}")),
            (Kind::Compose, format!("services: {{a: {{environment: ['A={value}']}}}}")),
            (Kind::Kubernetes, format!("kind: Pod\nspec: {{containers: [{{name: c, env: [{{name: A, value: '{value}'}}]}}]}}")),
            (Kind::Systemd, format!("[Service]\nEnvironment='A={value}'")),
        ];
        for (kind, text) in texts {
            let deployment = read(kind, &text);
            prop_assert_eq!(&deployment.settings[0].given, &Given::Text(value.clone()));
        }
        let file = format!("A='{value}'");
        let deployment = of(&[("a.service", "[Service]\nEnvironmentFile=/f"), ("r/f", &file)]).root("r").read();
        prop_assert_eq!(&deployment.expect("it can be read").settings[0].given, &Given::Text(value));
    }
}

const AROUND_A_VALUE: &[&str] =
    &["2", "$", "$A", "${A}", "${", "'", "\"", "\\", "%n", " ", "#", ":", "}", "$(A)", "é"];

const PIECES: &[&str] = &[
    "services:",
    "\n",
    "  ",
    "a",
    ":",
    " ",
    "- ",
    "environment",
    "env_file",
    "extends",
    "<<",
    "&x ",
    "*x",
    "!reset ",
    "!override ",
    "{",
    "}",
    "[",
    "]",
    ",",
    "'",
    "\"",
    "${",
    "$",
    "$(",
    ")",
    ":-",
    "?",
    "+",
    "=",
    "A",
    "kind: Pod\n",
    "spec",
    "containers",
    "env",
    "envFrom",
    "configMapRef",
    "secretRef",
    "name",
    "value",
    "valueFrom",
    "data",
    "kind: ConfigMap\n",
    "kind: List\n",
    "items",
    "---\n",
    "[Service]\n",
    "Environment=",
    "EnvironmentFile=",
    "\\",
    "\\\n",
    "%",
    "%n",
    "#",
    ";",
    "`",
    "\r\n",
    "é",
    "\u{feff}",
    "\t",
    "null",
    "1e3",
    "2027-01-31",
    "|\n",
    ">-\n",
    "include",
    "secrets",
    "x-",
    "export ",
    "LoadCredential=",
];
