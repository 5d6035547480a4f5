//! What is said of a faulty file never holds a secret of the file.

#![cfg(all(feature = "toml", feature = "json", feature = "yaml"))]

mod common;

use std::{
    collections::BTreeMap,
    fmt::Write,
    path::PathBuf,
    time::{Duration, Instant},
};

use common::Folder;
use confident::{Code, Config, Env, File, Report, Root, SecretBox, SecretString};

/// The secrets of the documents. Each stands in a place of its own.
const SECRETS: [&str; 8] = [
    "q8Zr7vXk2mWpScalar",
    "q8Zr7vXk2mWpInUrl",
    "48151623421080",
    "q8Zr7vXk2mWpItem",
    "q8Zr7vXk2mWpSecond",
    "q8Zr7vXk2mWpEntry",
    "q8Zr7vXk2mWpGroup",
    "q8Zr7vXk2mWpLines",
];

/// What all of the texts above begin with: any part of one counts.
const PART: &str = "q8Zr7vXk2m";
const DIGITS: &str = "481516234210";

/// Secrets in every place.
#[derive(Config)]
#[config(app = "vaulty", validate(says_everything, "nothing is wrong"))]
#[allow(dead_code)]
struct Settings {
    /// Plain text.
    token: SecretString,
    /// Text with a format.
    #[config(format = "url")]
    database_url: SecretString,
    /// A number.
    pin: SecretBox<u64>,
    /// Several.
    tokens: Vec<SecretString>,
    /// By name.
    #[config(not_secret = "the type is secret already")]
    passwords: BTreeMap<String, SecretString>,
    /// Groups.
    #[config(nested)]
    peers: Vec<Peer>,
    /// Several lines.
    private_key: SecretString,
    /// No secret.
    #[config(default = 3, range = 1..=9)]
    retries: u32,
}

/// A peer.
#[derive(Config)]
#[allow(dead_code)]
struct Peer {
    /// How to log in.
    password: SecretString,
    /// Where it is.
    #[config(default = 5672)]
    port: u16,
}

fn says_everything(settings: &Settings) -> Result<(), String> {
    use confident::ExposeSecret;
    if settings.retries != 7 {
        return Ok(());
    }
    let mut said = format!("{} {}", settings.token.expose_secret(), settings.pin.expose_secret());
    for secret in settings.tokens.iter().chain(settings.passwords.values()).chain([&settings.private_key]) {
        let _ = write!(said, " {}", secret.expose_secret());
    }
    for peer in &settings.peers {
        let _ = write!(said, " {}", peer.password.expose_secret());
    }
    Err(format!("{said} {}", settings.database_url.expose_secret()))
}

const TOML: &str = r#"# A comment.
token = "q8Zr7vXk2mWpScalar"
database_url = 'postgres://ada:q8Zr7vXk2mWpInUrl@db.internal/x'
pin = 48_151_623_421_080
tokens = ["q8Zr7vXk2mWpItem", "q8Zr7vXk2mWpSecond"]
retries = 7
private_key = """
-----BEGIN-----
q8Zr7vXk2mWpLines
-----END-----
"""

[passwords]
eu = "q8Zr7vXk2mWpEntry"

[[peers]]
password = "q8Zr7vXk2mWpGroup"
port = 80

[[peers]]
password = "\u0071\u0038Zr7vXk2mWpGroup"
"#;

const JSON: &str = r#"{
  "token": "q8Zr7vXk2mWpScalar",
  "database_url": "postgres://ada:q8Zr7vXk2mWpInUrl@db.internal/x",
  "pin": 48151623421080,
  "tokens": ["q8Zr7vXk2mWpItem", "q8Zr7vXk2mWpSecond"],
  "retries": 7,
  "private_key": "-----BEGIN-----\nq8Zr7vXk2mWpLines\n-----END-----",
  "passwords": {"eu": "q8Zr7vXk2mWpEntry"},
  "peers": [
    {"password": "q8Zr7vXk2mWpGroup", "port": 80},
    {"password": "\u0071\u0038Zr7vXk2mWpGroup"}
  ]
}
"#;

const YAML: &str = r#"# A comment.
token: q8Zr7vXk2mWpScalar
database_url: postgres://ada:q8Zr7vXk2mWpInUrl@db.internal/x
pin: 48151623421080
tokens:
  - q8Zr7vXk2mWpItem
  - "q8Zr7vXk2mWpSecond"
retries: 7
private_key: |
  -----BEGIN-----
  q8Zr7vXk2mWpLines
  -----END-----
passwords:
  eu: q8Zr7vXk2mWpEntry
peers:
  - {password: q8Zr7vXk2mWpGroup, port: 80}
  - password: &again 'q8Zr7vXk2mWpGroup'
  - password: *again
    port: 81
"#;

/// The same numbers in every run (SplitMix64).
struct Random(u64);

impl Random {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) as usize % bound
    }
}

/// Another byte in the place of one, one byte less, or one more. Half of the bytes are those that mean
/// something to one of the syntaxes.
fn mutate(document: &str, random: &mut Random) -> Vec<u8> {
    const MEANING: &[u8] = b"\"'[]{}(),:;=#&*!|>-?%@`~<.\\/\n\r\t +_0xenuN\0";
    let mut bytes = document.as_bytes().to_vec();
    let at = random.below(bytes.len());
    let byte = match random.below(2) {
        0 => MEANING[random.below(MEANING.len())],
        _ => random.below(256) as u8,
    };
    match random.below(4) {
        0 => drop(bytes.remove(at)),
        1 => bytes.insert(at, byte),
        _ => bytes[at] = byte,
    }
    bytes
}

/// Everything that a load of the file says.
fn everything_said<R: Root>(file: &PathBuf) -> String {
    let loader = || R::loader().source(File::required(file)).source(Env::from_pairs([("X", "x")]));
    let mut said = String::new();
    match loader().load_with_warnings() {
        Ok(loaded) => {
            let _ = write!(said, "{:?} {:#?} {:?}", loaded.settings, loaded.settings, loaded.warnings);
            loaded.warnings.iter().for_each(|warning| {
                let _ = write!(said, "{}", warning.as_warning());
            });
        }
        Err(report) => {
            let json = serde_json::to_string(&report).expect("a report is data");
            let _ = write!(said, "{report} {report:?} {report:#} {report:#?} {json}");
            for problem in report.problems().iter().chain(report.warnings()) {
                let _ = write!(said, "{problem:?} {:?} {}", problem.origin(), problem.as_warning());
            }
        }
    }
    let explanation = loader().explain();
    let json = serde_json::to_string(&explanation).expect("an explanation is data");
    let _ = write!(said, "{explanation} {explanation:?} {json}");
    said
}

fn leak(said: &str) -> Option<&'static str> {
    [PART, DIGITS].into_iter().find(|part| said.contains(part))
}

/// How many of the mutations of the document did not load.
fn mutations_never_leak(name: &str, document: &str) -> usize {
    let folder = Folder::new();
    let mut random = Random(0x5eed);
    let mut refused = 0;
    for round in 0..3000 {
        let bytes = mutate(document, &mut random);
        let file = folder.file(name, &bytes);
        let said = everything_said::<Settings>(&file);
        refused += usize::from(said.contains("problem"));
        if let Some(part) = leak(&said) {
            panic!("{part} shows in round {round}:\n{said}\n{}", String::from_utf8_lossy(&bytes));
        }
    }
    refused
}

#[test]
fn the_documents_are_read_and_hold_all_secrets() {
    let folder = Folder::new();
    for (name, document) in [("a.toml", TOML), ("a.json", JSON), ("a.yaml", YAML)] {
        assert!(SECRETS.iter().all(|secret| document.replace('_', "").contains(secret)), "{name}");
        let file = folder.file(name, document);
        let report =
            Settings::loader().source(File::required(file)).load().expect_err("the validation fails");
        let codes: Vec<_> = report.problems().iter().map(|problem| problem.code()).collect();
        assert_eq!(codes, [Code::Validation], "{name}: {report}");
        let quiet = document.replace(['7'], "8").replace("retries = 8", "retries = 5");
        let quiet = quiet.replace("\"retries\": 8", "\"retries\": 5").replace("retries: 8", "retries: 5");
        let file = folder.file(name, quiet);
        let settings = Settings::loader().source(File::required(file)).load().expect("all is valid");
        assert!(settings.peers.len() >= 2);
    }
}

#[test]
fn mutations_of_toml_never_leak() {
    assert!(mutations_never_leak("a.toml", TOML) > 1000);
}

#[test]
fn mutations_of_json_never_leak() {
    assert!(mutations_never_leak("a.json", JSON) > 1000);
}

#[test]
fn mutations_of_yaml_never_leak() {
    assert!(mutations_never_leak("a.yaml", YAML) > 1000);
}

#[test]
fn a_value_that_a_typing_error_makes_a_name_is_not_shown_as_one() {
    let folder = Folder::new();
    for yaml in [
        "peers:\n  - {password, q8Zr7vXk2mWpGroup, port: 80}\n",
        "peers:\n  - {password; q8Zr7vXk2mWpGroup, port: 80}\n",
        "peers:\n  - {password:q8Zr7vXk2mWpGroup, port: 80}\n",
        "peers:\n  - ? q8Zr7vXk2mWpGroup\n",
        "peers:\n  ? q8Zr7vXk2mWpGroup\n",
        "? q8Zr7vXk2mWpScalar\n",
        "{token, q8Zr7vXk2mWpScalar}\n",
        "{token, \"q8Zr7vXk2mWpScalar\"}\n",
        "peers:\n  - &password: q8Zr7vXk2mWpGroup, port: 80\n",
        "\"q8Zr7vXk2mWpScalar, x\": 1\n",
        "peers:\n  - \"q8Zr7vXk2mWpScalar, x\": 1\n",
    ] {
        let said = everything_said::<Settings>(&folder.file("a.yaml", yaml));
        assert!(
            said.contains("a name has no") || said.contains("an anchor stands") || said.contains("\"?\"")
        );
        assert_eq!(leak(&said), None, "{yaml}");
    }
}

/// The same shape without secrets: what the search above must find.
#[derive(Config)]
#[config(app = "control", validate(no_token, "a token is not needed"))]
#[allow(dead_code)]
struct Control {
    /// Plain text that is not secret.
    #[config(not_secret = "the control of a test")]
    token: String,
}

fn no_token(control: &Control) -> Result<(), String> {
    Err(format!("but it is {}", control.token))
}

#[test]
fn the_search_finds_what_is_no_secret() {
    let folder = Folder::new();
    let mut found = 0;
    let mut random = Random(1);
    for _ in 0..100 {
        let file = folder.file("a.toml", mutate("token = \"q8Zr7vXk2mWpScalar\"\n", &mut random));
        found += usize::from(leak(&everything_said::<Control>(&file)).is_some());
    }
    assert!(found > 10, "{found}");
}

fn report_of(name: &str, content: impl AsRef<[u8]>) -> Report {
    let folder = Folder::new();
    let file = folder.file(name, content);
    let start = Instant::now();
    let report = Settings::loader().source(File::required(file)).load().expect_err("it is hostile");
    let took = start.elapsed();
    assert!(took < Duration::from_secs(60), "{name} took {took:?}");
    report
}

/// The first problem of a file that is refused as a whole, with the place.
fn refusal(name: &str, content: impl AsRef<[u8]>) -> String {
    let report = report_of(name, content);
    let problem = &report.problems()[0];
    assert_eq!(problem.code(), Code::Unreadable, "{name}: {report:.2000}");
    let place = problem.origin().map(ToString::to_string).unwrap_or_default();
    let place = place.rsplit_once(name).map(|(_, place)| place.to_owned()).unwrap_or_default();
    format!("{place} {}", problem.message())
}

#[test]
fn documents_that_are_nested_too_deep_are_refused() {
    let deep = |open: &str, close: &str| format!("{}{}", open.repeat(10_000), close.repeat(10_000));
    let toml = format!("token = {}", deep("[", "]"));
    assert!(refusal("list.toml", toml).ends_with("not valid TOML: it is nested too deep"));
    let toml = format!("token = {}", deep("{a=", "}"));
    assert!(refusal("table.toml", toml).ends_with("not valid TOML: it is nested too deep"));
    let toml = format!("[{}a]", "a.".repeat(10_000));
    assert!(refusal("head.toml", toml).ends_with("not valid TOML: it is nested too deep"));
    let json = deep("[", "]");
    assert_eq!(refusal("list.json", json), ":1:129 not valid JSON: it is nested too deep");
    let json = format!("{}1{}", "{\"a\":".repeat(10_000), "}".repeat(10_000));
    assert!(refusal("table.json", json).ends_with("not valid JSON: it is nested too deep"));
    for (name, yaml) in [
        ("flow.yaml", format!("a: {}", deep("[", "]"))),
        ("table.yaml", format!("a: {}", deep("{a: ", "}"))),
        ("block.yaml", "- ".repeat(10_000)),
        ("indented.yaml", (0..4_000).fold(String::new(), |text, at| text + &" ".repeat(at) + "a:\n")),
    ] {
        assert!(refusal(name, yaml).ends_with("not valid YAML: it is nested too deep"), "{name}");
    }
}

#[test]
fn aliases_do_not_multiply_without_bound() {
    let mut yaml = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
    for level in 1..12 {
        let inner = format!("*a{}, ", level - 1).repeat(10);
        let _ = writeln!(yaml, "a{level}: &a{level} [{}]", inner.trim_end_matches(", "));
    }
    assert!(refusal("bomb.yaml", yaml).ends_with("its aliases stand for more than a configuration can hold"));
    let long = format!("a: &a {}\nb: [{}]\n", "x".repeat(1_000_000), vec!["*a"; 10_000].join(", "));
    assert!(refusal("long.yaml", long).ends_with("its aliases stand for more than a configuration can hold"));
    assert_eq!(refusal("self.yaml", "a: &a [*a]\n"), ":1:8 an alias stands inside of what it stands for");
}

#[test]
fn numbers_of_any_length_are_read_in_no_time() {
    let digits = "9".repeat(1_000_000);
    for (name, content) in [
        ("n.toml", format!("retries = {digits}\n")),
        ("n.json", format!("{{\"retries\": {digits}}}")),
        ("n.yaml", format!("retries: {digits}\n")),
        ("x.toml", format!("retries = 0x{digits}\n")),
        ("x.yaml", format!("retries: 0x{digits}\n")),
        ("e.toml", format!("retries = 1e{digits}\n")),
    ] {
        let report = report_of(name, content);
        assert!(report.to_string().len() < 4000, "{name}");
        assert!(report.problems().iter().any(|problem| problem.subject() == "VAULTY_RETRIES"), "{name}");
    }
}

#[test]
fn a_line_of_ten_megabytes_is_read_in_bounded_time() {
    let long = "x".repeat(10 << 20);
    for (name, content) in [
        ("a.toml", format!("retries = \"{long}\"\n")),
        ("a.json", format!("{{\"retries\": \"{long}\"}}")),
        ("a.yaml", format!("retries: {long}\n")),
        ("b.toml", format!("{long} = 1\n")),
        ("b.json", format!("{{\"{long}\": 1}}")),
        ("c.toml", format!("retries = \"{}\"\n", "://a:b@".repeat(1_000_000))),
    ] {
        let report = report_of(name, content);
        assert!(report.to_string().len() < 8000, "{name}");
    }
}

#[test]
fn a_document_of_very_many_values_is_refused() {
    let items = "1,".repeat(4_000_000);
    for (name, content) in [
        ("m.toml", format!("retries = [{}1]\n", &items[..1_200_000])),
        ("m.json", format!("{{\"retries\": [{items}1]}}")),
        ("m.yaml", format!("retries: [{}1]\n", &items[..1_200_000])),
    ] {
        assert!(refusal(name, content).ends_with("holds more than 500000 values"), "{name}");
    }
}

#[test]
fn very_many_unknown_names_are_counted_not_listed() {
    let names = (0..20_000).fold(String::new(), |text, at| text + &format!("name{at} = 1\n"));
    let report = report_of("names.toml", names);
    let unknown = report.problems().iter().filter(|problem| problem.code() == Code::Unknown);
    let unknown: Vec<_> = unknown.collect();
    assert_eq!(unknown.len(), 100);
    assert_eq!(unknown[99].notes().last().map(String::as_str), Some("and 19900 more"));
}

#[test]
fn a_file_that_is_not_text_is_refused_at_the_place() {
    assert_eq!(refusal("u.toml", b"token = \"a\"\npin = \"\xff\""), ":2:8 is not UTF-8 text");
    assert_eq!(refusal("u.json", b"{\"pi\xc3\xb1\": \"\xc3\x28\"}"), ":1:10 is not UTF-8 text");
    assert_eq!(refusal("w.yaml", b"\xff\xfea\0:\0 \0b\0"), ":1:1 is not UTF-8 text");
}
