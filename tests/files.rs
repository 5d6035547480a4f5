//! Files: TOML, JSON and YAML, drop-ins, profiles, and where everything came from.

#![cfg(all(feature = "toml", feature = "json", feature = "yaml"))]

mod common;

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    net::SocketAddr,
    path::{Path, PathBuf},
    time::Duration,
};

use common::Folder;
use confident::{
    ByteSize, Code, Config, ConfigValue, Env, ExposeSecret, File, Loaded, OnUnknown, Report, Root,
    SecretString, Syntax,
};

/// The report without its first line and without the path of the folder.
fn said(folder: &Folder, report: &Report) -> String {
    let said = folder.plain(&report.to_string()).replace("folder/", "");
    said.lines().skip(2).map(str::trim_end).collect::<Vec<_>>().join("\n")
}

fn lines(folder: &Folder, report: &Report) -> Vec<String> {
    let line = |problem: &confident::Problem| {
        let origin = problem.origin().map(|origin| format!(" <- {origin}")).unwrap_or_default();
        folder.plain(&format!("{} {}{origin}", problem.subject(), problem.message())).replace("folder/", "")
    };
    report.problems().iter().map(line).collect()
}

fn read<R: Root>(file: impl AsRef<Path>) -> Result<R, Report> {
    R::loader().source(File::required(file.as_ref())).load()
}

/// Reads one document, which stands in a file of this name.
fn load<R: Root>(name: &str, document: &str) -> Result<R, Report> {
    let folder = Folder::new().with(name, document);
    read(folder.path(name))
}

/// What is wrong with a document, and where.
fn faults<R: Root>(name: &str, document: &str) -> Vec<String> {
    let folder = Folder::new().with(name, document);
    match read::<R>(folder.path(name)) {
        Ok(settings) => panic!("something is wrong with {document}, but it is {settings:?}"),
        Err(report) => lines(&folder, &report),
    }
}

/// The payments service.
#[derive(Config)]
#[config(app = "payments", rule(pool.min <= pool.max, "the pool cannot keep more than it may open"))]
#[allow(dead_code)]
struct Payments {
    /// Address the HTTP server listens on.
    #[config(default = "127.0.0.1:8080")]
    listen: SocketAddr,
    /// How long a request may take.
    #[config(default = "30s", range = "1s"..="5m")]
    request_timeout: Duration,
    /// The ledger database.
    #[config(format = "url", alias = "PAYMENTS_LEDGER_URL")]
    database_url: Option<SecretString>,
    /// Connections.
    #[config(nested)]
    pool: Pool,
}

/// A connection pool.
#[derive(Config)]
#[allow(dead_code)]
struct Pool {
    /// Connections that are kept open.
    #[config(default = 2)]
    min: u32,
    /// Connections that may be opened.
    #[config(default = 10, alias = "PAYMENTS_POOL_SIZE", alias = "PAYMENTS_OLD_POOL_LIMIT")]
    max: u32,
}

#[test]
fn the_report_names_the_place_and_what_it_is_over() {
    let folder = Folder::new()
        .with("payments.toml", "listen = \"0.0.0.0:80\"\n\n[pool]\nmin = 1\nmax = 20\n")
        .with("payments.production.toml", "[pool]\n  max = \"abc\"\n\n[poool]\nmin = 1\n");
    let report = Payments::loader()
        .profile("production")
        .source(File::required(folder.path("payments.toml")))
        .source(File::optional(folder.path("payments.{profile}.toml")))
        .source(Env::from_pairs([("PAYMENTS_REQUEST_TIMEOUT", "10m")]))
        .load()
        .expect_err("three things are wrong");
    assert_eq!(
        said(&folder, &report),
        r#"  PAYMENTS_REQUEST_TIMEOUT  "10m" is not in 1s..=5m
      from the environment
  PAYMENTS_POOL_MAX         "abc" is not a whole number from 0 to 4294967295
      from payments.production.toml:2:9, over payments.toml:5:7
  poool                     unknown; did you mean pool?
      from payments.production.toml:4:2"#
    );
}

#[test]
fn a_rule_names_the_places_of_its_operands() {
    let folder = Folder::new().with("a.yaml", "pool:\n  min: 20\n");
    let report = read::<Payments>(folder.path("a.yaml")).expect_err("the rule is broken");
    assert!(
        said(&folder, &report).ends_with("but pool.min is 20 (a.yaml:2:8) and pool.max is 10 (default)"),
        "{report}"
    );
}

#[test]
fn the_environment_wins_over_files_and_later_files_over_earlier_ones_key_by_key() {
    let folder = Folder::new()
        .with("a.toml", "listen = \"1.1.1.1:1\"\nrequest_timeout = \"2s\"\n[pool]\nmin = 3\nmax = 4\n")
        .with("b.json", r#"{"request_timeout": "3s", "pool": {"max": 5}}"#);
    let settings: Payments = Payments::loader()
        .source(File::required(folder.path("a.toml")))
        .source(File::required(folder.path("b.json")))
        .source(Env::from_pairs([("PAYMENTS_POOL_MAX", "6")]))
        .load()
        .expect("all is valid");
    assert_eq!(settings.listen, "1.1.1.1:1".parse().unwrap());
    assert_eq!(settings.request_timeout, Duration::from_secs(3));
    assert_eq!((settings.pool.min, settings.pool.max), (3, 6));
}

#[test]
fn a_value_that_is_overridden_and_not_valid_is_a_warning() {
    let folder = Folder::new().with("a.toml", "[pool]\nmax = \"many\"\n");
    let loaded: Loaded<Payments> = Payments::loader()
        .source(File::required(folder.path("a.toml")))
        .source(Env::from_pairs([("PAYMENTS_POOL_MAX", "6")]))
        .load_with_warnings()
        .expect("what counts is valid");
    assert_eq!(loaded.settings.pool.max, 6);
    let [warning] = &loaded.warnings[..] else { panic!("one warning: {:?}", loaded.warnings) };
    assert_eq!(warning.code(), Code::Shadowed);
    assert!(warning.notes()[0].ends_with("a.toml:2:7"), "{:?}", warning.notes());
}

#[test]
fn a_required_file_must_exist_and_an_optional_one_need_not() {
    let folder = Folder::new();
    let report = read::<Payments>(folder.path("a.toml")).expect_err("it is required");
    assert_eq!(lines(&folder, &report), ["a.toml does not exist"]);
    Payments::loader().source(File::optional(folder.path("a.toml"))).load().expect("nothing is needed");
}

#[test]
fn an_optional_file_that_is_there_must_be_right() {
    let folder = Folder::new().with("a.toml", "listen = ");
    let load = Payments::loader().source(File::optional(folder.path("a.toml"))).load();
    assert_eq!(load.expect_err("it is there").problems()[0].code(), Code::Unreadable);
}

#[test]
fn only_the_file_of_the_profile_is_read() {
    let folder = Folder::new()
        .with("staging.toml", "this is no TOML at all")
        .with("production.toml", "[pool]\nmax = 50\n");
    let file = || File::optional(folder.path("{profile}.toml"));
    let settings = Payments::loader().profile("production").source(file()).load().expect("it is valid");
    assert_eq!(settings.pool.max, 50);
    let settings = Payments::loader().profile("canary").source(file()).load().expect("it has no file");
    assert_eq!(settings.pool.max, 10);
    let settings = Payments::loader().source(file()).load().expect("there is no profile");
    assert_eq!(settings.pool.max, 10);
    let env = Env::from_pairs([("PAYMENTS_PROFILE", "production")]);
    let settings = Payments::loader().profile("staging").source(file()).source(env).load();
    assert_eq!(settings.expect("the environment names the profile").pool.max, 50);
}

#[test]
fn a_required_file_with_a_profile_in_its_name_wants_one() {
    let load = Payments::loader().source(File::required("config/{profile}.toml")).load();
    let report = load.expect_err("there is no profile");
    assert_eq!(report.problems()[0].subject(), "config/{profile}.toml");
    assert_eq!(report.problems()[0].message(), "names the profile, but the load has none");
}

#[test]
fn a_profile_does_not_lead_out_of_its_directory() {
    let folder = Folder::new().with("a.toml", "").with("in/b.toml", "");
    for profile in ["../a", "..", ".a", "a/b", "a\\b", "a\0"] {
        let load =
            Payments::loader().profile(profile).source(File::optional(folder.path("in/{profile}.toml")));
        let report = load.load().expect_err("that is no name");
        assert!(report.problems()[0].message().starts_with("names the profile, which is not"), "{report}");
    }
}

#[test]
fn the_name_tells_the_syntax_or_the_program_does() {
    let folder = Folder::new()
        .with("a.conf", "pool: {max: 7}")
        .with("b.yml", "pool: {max: 8}")
        .with("c.TXT", "")
        .with("d", "");
    let report = read::<Payments>(folder.path("a.conf")).expect_err("nobody knows what that is");
    assert_eq!(
        lines(&folder, &report),
        ["a.conf has no ending that tells its syntax: .toml, .json, .yaml or .yml"]
    );
    assert!(read::<Payments>(folder.path("d")).is_err());
    let file = File::required(folder.path("a.conf")).syntax(Syntax::Yaml);
    assert_eq!(Payments::loader().source(file).load().expect("it is YAML").pool.max, 7);
    assert_eq!(read::<Payments>(folder.path("b.yml")).expect("it is YAML").pool.max, 8);
}

#[cfg(unix)]
#[test]
fn what_is_no_plain_file_is_not_read() {
    let folder = Folder::new().with("big.toml", vec![b'#'; (16 << 20) + 1]);
    fs::create_dir(folder.path("dir.toml")).unwrap();
    let made = std::process::Command::new("mkfifo").arg(folder.path("fifo.toml")).status();
    assert!(made.is_ok_and(|status| status.success()), "mkfifo is part of every Unix");
    std::os::unix::fs::symlink("/dev/zero", folder.path("zero.toml")).unwrap();
    for (name, reason) in [
        ("dir.toml", "is a directory, not a file"),
        ("fifo.toml", "is not a plain file"),
        ("zero.toml", "is not a plain file"),
        ("big.toml", "is larger than 16 MiB"),
    ] {
        let load = Payments::loader().source(File::optional(folder.path(name))).load();
        assert_eq!(lines(&folder, &load.expect_err("no")), [format!("{name} {reason}")]);
    }
}

#[test]
fn a_byte_order_mark_is_skipped_and_takes_no_column() {
    for (name, document) in [
        ("a.toml", "\u{feff}unknwon = 1"),
        ("a.json", "\u{feff}{\"unknwon\": 1}"),
        ("a.yaml", "\u{feff}unknwon: 1"),
    ] {
        let faults = faults::<Payments>(name, document);
        let column = if name == "a.json" { 2 } else { 1 };
        assert_eq!(faults, [format!("unknwon unknown <- {name}:1:{column}")]);
    }
}

#[test]
fn an_empty_document_has_no_keys() {
    for (name, document) in [
        ("a.toml", ""),
        ("b.toml", "# nothing\n"),
        ("a.json", "{}"),
        ("b.json", "null"),
        ("a.yaml", ""),
        ("b.yaml", "# nothing\n---\n"),
        ("c.yaml", "{}"),
    ] {
        assert_eq!(load::<Payments>(name, document).expect("defaults").pool.max, 10, "{name}");
    }
    assert_eq!(faults::<Payments>("c.json", ""), ["c.json not valid JSON: it is empty <- c.json:1:1"]);
    assert_eq!(faults::<Payments>("d.json", "[]"), ["d.json is not a table of keys <- d.json:1:1"]);
    assert_eq!(faults::<Payments>("d.yaml", "a text"), ["d.yaml is not a table of keys <- d.yaml:1:1"]);
}

#[test]
fn drop_ins_are_read_in_the_order_of_their_names_and_later_ones_win() {
    let folder = Folder::new()
        .with("d/10-base.toml", "[pool]\nmin = 1\nmax = 1\n")
        .with("d/20-more.yaml", "pool:\n  max: 2\n")
        .with("d/30-last.json", r#"{"pool": {"min": "x"}}"#)
        .with("d/1-before.toml", "[pool]\nmin = 9\n")
        .with("d/.hidden.toml", "no TOML")
        .with("d/README", "no TOML")
        .with("d/20-more.yaml~", "no YAML")
        .with("d/nested.toml/30.toml", "no TOML");
    let load = || Payments::loader().source(File::directory(folder.path("d")));
    let report = load().load().expect_err("one value is wrong");
    assert_eq!(
        said(&folder, &report),
        "  PAYMENTS_POOL_MIN         \"x\" is not a whole number from 0 to 4294967295\n      \
         from d/30-last.json:1:18, over d/10-base.toml:2:7, d/1-before.toml:2:7"
    );
    fs::remove_file(folder.path("d/30-last.json")).unwrap();
    let settings = load().load().expect("all is valid");
    assert_eq!((settings.pool.min, settings.pool.max), (1, 2));
}

#[test]
fn a_directory_that_does_not_exist_is_empty_and_a_faulty_drop_in_hides_no_other() {
    let folder = Folder::new()
        .with("d/a.toml", "listen = 1 2")
        .with("d/b.toml", "[pool]\nmax = \"x\"\n")
        .with("file", "");
    Payments::loader().source(File::directory(folder.path("nowhere"))).load().expect("nothing is needed");
    let load = Payments::loader().source(File::directory(folder.path("d"))).load();
    let lines = lines(&folder, &load.expect_err("both are wrong"));
    assert_eq!(lines.len(), 2, "{lines:?}");
    assert!(lines[0].starts_with("d/a.toml not valid TOML"), "{lines:?}");
    assert!(lines[1].starts_with("PAYMENTS_POOL_MAX \"x\" is not"), "{lines:?}");
    let load = Payments::loader().source(File::directory(folder.path("file"))).load();
    assert_eq!(load.expect_err("that is a file").problems()[0].code(), Code::Unreadable);
}

#[test]
fn unknown_names_are_denied_warned_of_or_ignored() {
    let folder =
        Folder::new().with("a.toml", "[pool]\nmxa = 1\n[pools.x]\n").with("d/a.toml", "lissten = 1\n");
    let file = || File::required(folder.path("a.toml"));
    let report = Payments::loader().source(file()).load().expect_err("files are denied unknown names");
    assert_eq!(
        lines(&folder, &report),
        [
            "pool.mxa unknown; did you mean pool.max? <- a.toml:2:1",
            "pools unknown; did you mean pool? <- a.toml:3:2"
        ]
    );
    let load = |on_unknown| Payments::loader().source(file().on_unknown(on_unknown)).load_with_warnings();
    let loaded = load(OnUnknown::Warn).expect("warnings do not stop");
    assert_eq!(loaded.warnings.iter().map(|warning| warning.code()).collect::<Vec<_>>(), [Code::Unknown; 2]);
    assert!(load(OnUnknown::Ignore).expect("nothing").warnings.is_empty());
    let directory = || File::directory(folder.path("d"));
    let report = Payments::loader().source(directory()).load().expect_err("denied");
    assert_eq!(lines(&folder, &report), ["lissten unknown; did you mean listen? <- d/a.toml:1:1"]);
    let load = Payments::loader().source(directory().on_unknown(OnUnknown::Warn)).load_with_warnings();
    assert_eq!(load.expect("a warning").warnings.len(), 1);
}

#[test]
fn an_unknown_name_that_is_nearly_one_is_told() {
    for (document, said) in [
        ("lissten = 1", "lissten unknown; did you mean listen?"),
        ("request-timeuot = 1", "request-timeuot unknown; did you mean request_timeout?"),
        ("REQUEST_TIMOUT = 1", "REQUEST_TIMOUT unknown; did you mean request_timeout?"),
        ("\"pool.mx\" = 1", "\"pool.mx\" unknown; did you mean pool.max?"),
        ("PAYMENTS_POOL_MAX = 1", "PAYMENTS_POOL_MAX unknown; in a file this is pool.max"),
        ("\"a\\nb\\u001b[31m\" = 1", "\"?\" unknown"),
        ("\"hunter2, port\" = 1", "\"?\" unknown"),
        ("\"\" = 1", "\"\" unknown"),
    ] {
        assert_eq!(faults::<Payments>("a.toml", document), [format!("{said} <- a.toml:1:1")]);
    }
}

#[test]
fn an_alias_counts_in_a_document_as_the_variable_that_its_path_would_have() {
    let settings: Payments = load("a.toml", "ledger_url = \"postgres://a\"\npool.size = 5").expect("aliases");
    assert_eq!(settings.database_url.expect("it is there").expose_secret(), "postgres://a");
    assert_eq!(settings.pool.max, 5);
    // A key that came from another group.
    let settings: Payments = load("b.yaml", "old:\n  pool:\n    limit: 6\n").expect("aliases");
    assert_eq!(settings.pool.max, 6);
    let settings: Payments = load("c.yaml", "old-pool:\n  limit: 7\n").expect("aliases");
    assert_eq!(settings.pool.max, 7);
    assert_eq!(
        faults::<Payments>("d.yaml", "old:\n  pool:\n    limit: 6\n    x: 1\n  y: 2\n"),
        ["old.pool.x unknown <- d.yaml:4:5", "old.y unknown <- d.yaml:5:3"]
    );
    let conflict = faults::<Payments>("e.toml", "[pool]\nmax = 3\nsize = 4\n");
    assert_eq!(conflict.len(), 1);
    assert!(conflict[0].starts_with("PAYMENTS_POOL_MAX stands here and at "), "{conflict:?}");
    assert!(conflict[0].ends_with("under two of its names <- e.toml:3:8"), "{conflict:?}");
}

/// Everything that a document can hold.
#[derive(Config, PartialEq)]
#[config(app = "prog", rename_all = "kebab-case")]
struct Values {
    /// A key.
    flag: Option<bool>,
    /// A key.
    small: Option<u16>,
    /// A key.
    largest: Option<u64>,
    /// A key.
    huge: Option<u128>,
    /// A key.
    signed_one: Option<i128>,
    /// A key.
    ratio: Option<f64>,
    /// A key.
    name: Option<String>,
    /// A key.
    letter: Option<char>,
    /// A key.
    path: Option<PathBuf>,
    /// A key.
    wait: Option<Duration>,
    /// A key.
    #[config(unit = "s")]
    seconds: Option<Duration>,
    /// A key.
    size: Option<ByteSize>,
    /// A key.
    level: Option<Level>,
    /// A key.
    #[config(default = [])]
    ports: Vec<u16>,
    /// A key.
    #[config(default = [])]
    names: Vec<String>,
    /// A key.
    maybe: Option<Vec<Option<u8>>>,
    /// A key.
    unique: Option<BTreeSet<String>>,
    /// A key.
    three: Option<[u8; 3]>,
    /// A key.
    pair: Option<(u8, String)>,
    /// A key.
    pairs: Option<Vec<(u8, String)>>,
    /// A key.
    grid: Option<Vec<Vec<u8>>>,
    /// A key.
    #[config(range = 1..=9, len = 1..=2)]
    limits: Option<BTreeMap<String, u8>>,
    /// A key.
    #[config(range = 1..=9, len = ..=2)]
    few: Option<Vec<u8>>,
}

/// How much is logged.
#[derive(ConfigValue, Debug, PartialEq, Clone, Copy)]
enum Level {
    /// Little.
    Low,
    /// Much.
    High,
}

#[test]
fn the_three_syntaxes_say_the_same() {
    let toml = r#"
flag = true
small = 8080
largest = 18446744073709551615
huge = 0xffff_ffff_ffff_ffff_ffff_ffff_ffff_ffff
signed-one = -170_141_183_460_469_231_731_687_303_715_884_105_728
ratio = 6.25e-2
name = "007"
letter = "é"
path = '/a\b'
wait = "1h30m"
seconds = 90
size = 1024
level = "high"
ports = [0x50, 0o120, 0b1010000, 8_0]
names = ["a,b", "", " c "]
maybe = ["1"]
unique = ["b", "a"]
three = [1, 2, 3]
pair = [1, "x"]
pairs = [[1, "x"], [2, "y"]]
grid = [[1], [], [2, 3]]
limits = { EU = 1, "us.west" = 2 }
few = [1, 9]
"#;
    let json = r#"{
        "flag": true, "small": 8080, "largest": 18446744073709551615,
        "huge": 340282366920938463463374607431768211455,
        "signed-one": -170141183460469231731687303715884105728,
        "ratio": 6.25e-2, "name": "007", "letter": "\u00e9", "path": "/a\\b", "wait": "1h30m", "seconds": 90,
        "size": 1024, "level": "high", "ports": [80, 80, 80, 80], "names": ["a,b", "", " c "], "maybe": [1],
        "unique": ["b", "a"], "three": [1, 2, 3], "pair": [1, "x"], "pairs": [[1, "x"], [2, "y"]],
        "grid": [[1], [], [2, 3]], "limits": {"EU": 1, "us.west": 2}, "few": [1, 9]
    }"#;
    let yaml = r#"
flag: True
small: 8080
largest: 18446744073709551615
huge: 0xffffffffffffffffffffffffffffffff
signed-one: -170141183460469231731687303715884105728
ratio: .0625
name: "007"
letter: é
path: /a\b
wait: 1h30m
seconds: 90
size: 1024
level: high
ports: [0x50, 0o120, 80, 80]
names: ["a,b", '', " c "]
maybe: ["1"]
unique:
- b
- a
three: [1, 2, 3]
pair: [1, x]
pairs:
  - [1, x]
  -
    - 2
    - y
grid: [[1], [], [2, 3]]
limits: {EU: 1, us.west: 2}
few: [1, 9]
"#;
    let expected = Values {
        flag: Some(true),
        small: Some(8080),
        largest: Some(u64::MAX),
        huge: Some(u128::MAX),
        signed_one: Some(i128::MIN),
        ratio: Some(0.0625),
        name: Some("007".to_owned()),
        letter: Some('é'),
        path: Some("/a\\b".into()),
        wait: Some(Duration::from_secs(5400)),
        seconds: Some(Duration::from_secs(90)),
        size: Some(ByteSize::new(1024)),
        level: Some(Level::High),
        ports: vec![80; 4],
        names: vec!["a,b".to_owned(), String::new(), " c ".to_owned()],
        maybe: Some(vec![Some(1)]),
        unique: Some(BTreeSet::from(["a".to_owned(), "b".to_owned()])),
        three: Some([1, 2, 3]),
        pair: Some((1, "x".to_owned())),
        pairs: Some(vec![(1, "x".to_owned()), (2, "y".to_owned())]),
        grid: Some(vec![vec![1], vec![], vec![2, 3]]),
        limits: Some(BTreeMap::from([("EU".to_owned(), 1), ("us.west".to_owned(), 2)])),
        few: Some(vec![1, 9]),
    };
    for (name, document) in [("a.toml", toml), ("a.json", json), ("a.yaml", yaml)] {
        match load::<Values>(name, document) {
            Ok(values) => assert_eq!(values, expected, "{name}"),
            Err(report) => panic!("{name}: {report}"),
        }
    }
}

#[test]
fn a_text_in_a_document_is_read_like_a_variable() {
    let values: Values = load(
        "a.toml",
        "small = \" 8080 \"\nflag = \"yes\"\nports = \"1, 2\"\nlimits = \"a=1\"\npair = \"1,x\"",
    )
    .expect("the grammar reads all");
    assert_eq!((values.small, values.flag, values.ports), (Some(8080), Some(true), vec![1, 2]));
    assert_eq!((values.limits.map(|map| map["a"]), values.pair), (Some(1), Some((1, "x".to_owned()))));
}

#[test]
fn null_is_the_same_as_nothing() {
    for (name, document) in [
        ("a.json", r#"{"small": null, "ports": null, "maybe": [null, 1], "limits": null}"#),
        ("a.yaml", "small: ~\nports:\nmaybe: [null, 1]\nlimits: Null\n"),
    ] {
        let values: Values = load(name, document).expect("nothing is needed");
        assert_eq!((values.small, values.ports, values.limits), (None, vec![], None));
        assert_eq!(values.maybe, Some(vec![None, Some(1)]));
    }
}

#[test]
fn a_literal_must_be_of_the_kind_of_its_key() {
    let u16s = "a whole number from 0 to 65535";
    for (document, said) in [
        ("name = 5", "PROG_NAME 5 is not text; write it in quotes <- a.toml:1:8".to_owned()),
        ("name = true", "PROG_NAME true is not text; write it in quotes <- a.toml:1:8".to_owned()),
        ("level = 1", "PROG_LEVEL 1 is not one of low, high; write it in quotes <- a.toml:1:9".to_owned()),
        ("path = 1.5", "PROG_PATH 1.5 is not a path; write it in quotes <- a.toml:1:8".to_owned()),
        ("small = 5.0", format!("PROG_SMALL 5.0 is not {u16s} <- a.toml:1:9")),
        ("small = 65536", format!("PROG_SMALL 65536 is not {u16s} <- a.toml:1:9")),
        ("small = -1", format!("PROG_SMALL -1 is not {u16s} <- a.toml:1:9")),
        ("small = true", format!("PROG_SMALL true is not {u16s} <- a.toml:1:9")),
        ("small = 2027-01-31", format!("PROG_SMALL 2027-01-31 is not {u16s} <- a.toml:1:9")),
        ("small = []", format!("PROG_SMALL a list of 0 items is not {u16s} <- a.toml:1:9")),
        ("small = {}", format!("PROG_SMALL a table is not {u16s} <- a.toml:1:9")),
        ("small.x = 1", format!("PROG_SMALL a table is not {u16s} <- a.toml:1:1")),
        ("ports = 80", format!("PROG_PORTS 80 is not a list of items, each {u16s} <- a.toml:1:9")),
        ("ports = [80, \"x\"]", format!("PROG_PORTS item 2 \"x\" is not {u16s} <- a.toml:1:14")),
        ("ports = [80, true]", format!("PROG_PORTS item 2 true is not {u16s} <- a.toml:1:14")),
        ("ports = [[80]]", format!("PROG_PORTS item 1 a list of 1 item is not {u16s} <- a.toml:1:10")),
        ("names = [\"a\", 5]", "PROG_NAMES item 2 5 is not text; write it in quotes <- a.toml:1:15".to_owned()),
        (
            "grid = [\n  [1],\n  [2, 300],\n]",
            "PROG_GRID item 2 a list of 2 items is not a whole number from 0 to 255 <- a.toml:3:7".to_owned(),
        ),
        (
            "pairs = [[1, \"x\"], [2, 3]]",
            "PROG_PAIRS item 2 a list of 2 items is not a pair of a whole number from 0 to 255 and text; write it in quotes <- a.toml:1:24".to_owned(),
        ),
        ("pair = [1, 2]", "PROG_PAIR item 2 2 is not text; write it in quotes <- a.toml:1:12".to_owned()),
        (
            "three = [1, 2]",
            "PROG_THREE a list of 2 items is not a list of exactly 3 items, each a whole number from 0 to 255 <- a.toml:1:9".to_owned(),
        ),
        ("limits.eu = \"x\"", "PROG_LIMITS entry \"eu\" \"x\" is not a whole number from 0 to 255 <- a.toml:1:13".to_owned()),
        ("limits.eu = 10", "PROG_LIMITS entry \"eu\" 10 is not in 1..=9 <- a.toml:1:13".to_owned()),
        ("limits = {}", "PROG_LIMITS a table does not have 1 to 2 items <- a.toml:1:10".to_owned()),
        ("few = [1, 10]", "PROG_FEW item 2 10 is not in 1..=9 <- a.toml:1:11".to_owned()),
        ("few = [1, 1, 1]", "PROG_FEW a list of 3 items does not have at most 2 items <- a.toml:1:7".to_owned()),
        ("ratio = inf", "PROG_RATIO inf is not a decimal number; the number must be finite, such as 1.5 <- a.toml:1:9".to_owned()),
    ] {
        assert_eq!(faults::<Values>("a.toml", document), [said], "{document}");
    }
}

#[test]
fn yaml_is_read_by_the_core_schema_of_1_2() {
    for text in [
        "no",
        "on",
        "off",
        "yes",
        "y",
        "N",
        "1:30",
        "2027-01-31",
        "1_000",
        "0b1",
        "0o8",
        "0x",
        "1e",
        ".",
        "+",
        "12e03x",
        "nUll",
        "tRUE",
        "=",
        "0.1.2",
        "10.0.0.1",
    ] {
        let values: Values =
            load("a.yaml", &format!("name: {text}\n")).unwrap_or_else(|report| panic!("{report}"));
        assert_eq!(values.name.as_deref(), Some(text));
    }
    for literal in [
        "true", "FALSE", "5", "-5", "+5", "007", "0o7", "0xff", "1.5", ".5", "5.", "1e3", ".inf", "-.INF",
        ".nan",
    ] {
        let faults = faults::<Values>("a.yaml", &format!("name: {literal}\n"));
        assert!(faults[0].contains("write it in quotes"), "{literal}: {faults:?}");
    }
    for (scalar, text) in [
        ("\"5\"", "5"),
        ("'no'", "no"),
        ("!!str 5", "5"),
        ("! 5", "5"),
        ("|\n  a\n  b\n", "a\nb\n"),
        (">-\n  a\n  b\n", "a b"),
        ("a\n  b", "a b"),
        ("\"a\\tb\\x41\"", "a\tbA"),
        ("\"\"", ""),
    ] {
        let values: Values =
            load("a.yaml", &format!("name: {scalar}\n")).unwrap_or_else(|report| panic!("{report}"));
        assert_eq!(values.name.as_deref(), Some(text), "{scalar}");
    }
    let values: Values = load("a.yaml", "small: !!int \"5\"\nflag: no\nratio: !!float 1").expect("tags fit");
    assert_eq!((values.small, values.flag, values.ratio), (Some(5), Some(false), Some(1.0)));
    assert!(faults::<Values>("a.yaml", "small: 007\n")[0].contains("without leading zeros"));
}

#[test]
fn anchors_and_aliases_of_yaml_are_followed() {
    let values: Values =
        load("a.yaml", "ports: &ports [1, &two 2]\nfew: *ports\nsmall: *two\n").expect("aliases");
    assert_eq!((values.ports, values.few, values.small), (vec![1, 2], Some(vec![1, 2]), Some(2)));
    let faults = faults::<Values>("b.yaml", "name: &n x\nsmall: *n\n");
    assert!(faults[0].ends_with("<- b.yaml:2:8"), "{faults:?}");
}

#[test]
fn what_yaml_can_say_and_a_configuration_should_not_is_refused() {
    for (document, said) in [
        ("small: 1\n---\nsmall: 2\n", "holds several YAML documents; keep one <- a.yaml:2:1"),
        ("small: 1\nsmall: 2\n", "not valid YAML: a name is there twice <- a.yaml:2:1"),
        ("limits: {a: 1, \"a\": 2}\n", "not valid YAML: a name is there twice <- a.yaml:1:16"),
        ("5: 1\n", "a name is not a text; write it in quotes <- a.yaml:1:1"),
        ("true: 1\n", "a name is not a text; write it in quotes <- a.yaml:1:1"),
        ("~: 1\n", "a name is not a text; write it in quotes <- a.yaml:1:1"),
        (": 1\n", "a name is not a text; write it in quotes <- a.yaml:1:1"),
        ("[a]: 1\n", "a name is not a text <- a.yaml:1:1"),
        ("? {a: 1}\n: 1\n", "a name is not a text <- a.yaml:1:3"),
        ("name: &a x\n*a : 1\n", "a name is not a text <- a.yaml:2:1"),
        ("&name: x, small: 1\n", "an anchor stands before a name; put it before the value <- a.yaml:1:1"),
        ("? name\n: x\n", "a name has no colon behind it <- a.yaml:1:3"),
        ("{name}\n", "a name has no colon behind it <- a.yaml:1:2"),
        (
            "limits: &l {a: 1}\nfew:\n  <<: *l\n",
            "a merge key (<<), which YAML 1.2 does not have; write the keys out <- a.yaml:3:3",
        ),
        ("name: !secret x\n", "a tag that only programs know, or that does not fit its value <- a.yaml:1:7"),
        ("name: !!binary x\n", "a tag that only programs know, or that does not fit its value <- a.yaml:1:7"),
        ("name: !!int x\n", "a tag that only programs know, or that does not fit its value <- a.yaml:1:7"),
        ("ports: !!map [1]\n", "a tag that only programs know, or that does not fit its value <- a.yaml:1:8"),
        ("name: *nowhere\n", "not valid YAML: an alias stands for nothing <- a.yaml:1:7"),
        ("name: \"x\n", "not valid YAML: a quoted text is not closed <- a.yaml:1:7"),
        ("limits:\n\ta: 1\n", "not valid YAML: a tab stands where only spaces may <- a.yaml:2:2"),
        (
            "name: x\n  small: 1\n",
            "not valid YAML: a second `name: value` stands on one line, or is not indented as it must be <- a.yaml:2:8",
        ),
        (
            "ports: [1, 2\n",
            "not valid YAML: a list in brackets is not closed, or misses a comma <- a.yaml:2:1",
        ),
        ("name: @x\n", "not valid YAML <- a.yaml:1:7"),
    ] {
        assert_eq!(faults::<Values>("a.yaml", document), [format!("a.yaml {said}")], "{document}");
    }
}

#[test]
fn json_is_strict() {
    for (document, said) in [
        ("{\"small\": 1, }", "a comma stands behind the last entry <- a.json:1:12"),
        ("{\"small\": 1} // x", "a comment, which JSON does not have <- a.json:1:14"),
        ("{\"small\": /* x */ 1}", "a comment, which JSON does not have <- a.json:1:11"),
        ("{'small': 1}", "a text is in single quotes <- a.json:1:2"),
        ("{small: 1}", "a name is not in quotes <- a.json:1:2"),
        ("{\"small\": +1}", "a number is not one <- a.json:1:11"),
        ("{\"small\": 0x1}", "a number is not one <- a.json:1:11"),
        ("{\"small\": 01}", "a comma is missing <- a.json:1:12"),
        ("{\"ratio\": .5}", "a number is not one <- a.json:1:11"),
        ("{\"ratio\": 5.}", "a number is not one <- a.json:1:11"),
        ("{\"ratio\": NaN}", "something stands where it may not <- a.json:1:11"),
        ("{\"name\": \"\\x41\"}", "an escape is not one that JSON has <- a.json:1:11"),
        ("{\"name\": \"\\ud800\"}", "an escape is not one that JSON has <- a.json:1:11"),
        ("{\"name\": \"a\nb\"}", "a text is not closed, or holds a control character <- a.json:1:12"),
        ("{\"name\": \"a\u{1}\"}", "a text is not closed, or holds a control character <- a.json:1:12"),
        ("{\"name\":\u{a0}1}", "something stands outside of quotes <- a.json:1:9"),
        ("{\"name\":\u{b}1}", "something stands outside of quotes <- a.json:1:9"),
        ("{\"name\": \"x\" \"small\": 1}", "a comma is missing <- a.json:1:13"),
        ("{\"name\": \"x\", \"name\": \"y\"}", "a name is there twice <- a.json:1:15"),
        ("{\"name\" \"x\"}", "a colon is missing behind a name <- a.json:1:9"),
        ("{} {}", "something stands behind the end <- a.json:1:4"),
        ("{", "a table is not closed <- a.json:1:1"),
        ("{\"ports\": [1", "a list is not closed <- a.json:1:11"),
    ] {
        assert_eq!(
            faults::<Values>("a.json", document),
            [format!("a.json not valid JSON: {said}")],
            "{document}"
        );
    }
}

#[test]
fn json_is_accepted_where_serde_json_accepts_it() {
    const DOCUMENT: &str = r#"{"a": [1, -2.5e+3, 0, true, null, "x\u00e9\\\n"], "b": {"c": [], "d": {}}}"#;
    const MEANING: &[u8] = b"\"[]{},:\\ \n\t0123456789.eE+-truefalsnd/*'\0\x0b\xc2\xa0";
    let folder = Folder::new();
    let mut state = 1_u64;
    let mut below = |bound: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize % bound
    };
    let mut accepted = 0;
    for _ in 0..3000 {
        let mut bytes = DOCUMENT.as_bytes().to_vec();
        for _ in 0..=below(3) {
            let (at, byte) = (below(bytes.len()), MEANING[below(MEANING.len())]);
            match below(3) {
                0 => drop(bytes.remove(at)),
                1 => bytes.insert(at, byte),
                _ => bytes[at] = byte,
            }
        }
        let folder = &folder;
        fs::write(folder.path("a.json"), &bytes).expect("the file can be written");
        let file = File::required(folder.path("a.json")).on_unknown(OnUnknown::Ignore);
        let report = Values::loader().source(file).load().err();
        let problem = report.as_ref().map(|report| &report.problems()[0]);
        let ours = problem.is_none_or(|problem| problem.code() != Code::Unreadable);
        let twice = problem.is_some_and(|problem| problem.message().ends_with("twice"));
        let theirs = serde_json::from_slice::<serde_json::Value>(&bytes);
        if theirs.as_ref().is_err_and(|error| error.to_string().contains("out of range")) {
            continue; // no number is too large for a text
        }
        let theirs = theirs.is_ok();
        assert!(ours == theirs || twice, "{} {report:?}", String::from_utf8_lossy(&bytes));
        accepted += usize::from(theirs);
    }
    assert!(accepted > 300, "{accepted}");
}

#[test]
fn what_is_wrong_with_toml_is_told_in_our_words() {
    for (document, said) in [
        ("small = 1\nsmall = 2", "a name is there twice <- a.toml:2:1"),
        ("[limits]\n[limits]", "a name is there twice <- a.toml:2:2"),
        ("name = x", "a text is not in quotes, or a value is missing <- a.toml:1:8"),
        ("name = \"x", "a text is not closed, or holds what it may not <- a.toml:1:10"),
        ("name", "a name has no value <- a.toml:1:5"),
        ("name =", "a text is not in quotes, or a value is missing <- a.toml:1:7"),
        ("ports = [\"1\" \"2\"]", "a comma is missing <- a.toml:1:14"),
        ("ports = [1", "a list is not closed <- a.toml:1:11"),
        ("small = 007", "a number has a leading zero <- a.toml:1:9"),
        ("[limits", "the head of a table is not closed <- a.toml:1:8"),
        ("name = \"a\" b", "something stands where nothing may <- a.toml:1:12"),
        ("name = 2027-13-01", "a date or time is not one <- a.toml:1:8"),
    ] {
        assert_eq!(
            faults::<Values>("a.toml", document),
            [format!("a.toml not valid TOML: {said}")],
            "{document}"
        );
    }
}

#[test]
fn places_count_characters_in_every_syntax() {
    for (name, document, place) in [
        ("a.toml", "names = [\"äö\", 5]", "1:16"),
        ("b.toml", "# ä\r\n\r\n  small = \"x\"\r\n", "3:11"),
        ("c.toml", "[a]\n[a.b]\n'ü' . small = 1", "1:2"),
        ("a.json", "{\"names\": [\"äö\", 5]}", "1:18"),
        ("b.json", "{\r\n  \"ä\": 1}", "2:3"),
        ("a.yaml", "names: [äö, 5]", "1:13"),
        ("b.yaml", "# ä\r\nnames:\r\n  - ü\r\n  - 5\r\n", "4:5"),
        ("c.yaml", "\"ä\": 1", "1:1"),
        ("d.yaml", "name: |\n  x\nsmall: |\n  x\n", "4:3"),
    ] {
        let faults = faults::<Values>(name, document);
        assert!(faults[0].ends_with(&format!("<- {name}:{place}")), "{faults:?}");
    }
}

/// Groups of every shape.
#[derive(Config)]
#[config(app = "gate")]
#[allow(dead_code)]
struct Gate {
    /// Among the other keys.
    #[config(nested(prefix = ""))]
    common: Common,
    /// Under another name in variables.
    #[config(nested(prefix = "DB"))]
    database: Database,
    /// Perhaps.
    #[config(nested)]
    smtp: Option<Smtp>,
    /// One of several.
    #[config(nested)]
    storage: Storage,
    /// Several.
    #[config(nested)]
    auths: Vec<Auth>,
    /// By name.
    #[config(nested)]
    upstreams: BTreeMap<String, Upstream>,
}

/// Keys that many programs have.
#[derive(Config)]
struct Common {
    /// How much is logged.
    #[config(default = "info", env = "RUST_LOG")]
    log: String,
}

/// A database.
#[derive(Config)]
struct Database {
    /// Where it is.
    #[config(default = "localhost", alias = "GATE_DB_SERVER")]
    host: String,
}

/// A mail server.
#[derive(Config)]
#[allow(dead_code)]
struct Smtp {
    /// Where it is.
    host: String,
    /// Who logs in.
    user: String,
}

/// Where files are kept.
#[derive(Config)]
enum Storage {
    /// In the memory of the process.
    #[config(default)]
    Memory,
    /// In a bucket.
    S3(Bucket),
    /// On a disk.
    Disk(Disk),
}

/// A bucket.
#[derive(Config)]
struct Bucket {
    /// Its name.
    bucket: String,
}

/// A disk.
#[derive(Config)]
struct Disk {
    /// A path.
    #[config(default = "/var/files")]
    path: PathBuf,
}

/// Somebody.
#[derive(Config)]
struct Auth {
    /// A name.
    name: String,
    /// How to log in.
    token: SecretString,
    /// Numbers.
    #[config(default = [], range = 1..)]
    ids: Vec<u32>,
    /// Inner ones.
    #[config(nested)]
    keys: BTreeMap<String, Bucket>,
}

/// Somewhere.
#[derive(Config)]
struct Upstream {
    /// An address.
    url: String,
    /// A weight.
    #[config(default = 1)]
    weight: u8,
}

#[test]
fn groups_of_every_shape_are_read_from_documents() {
    let toml = r#"
log = "debug"
database.host = "db"
smtp = { host = "mx", user = "ada" }
[storage.s3]
bucket = "b"
[[auths]]
name = "ada"
token = "t0"
ids = [1, 2]
[auths.keys.Main]
bucket = "k"
[[auths]]
name = "bob"
token = "t1"
[upstreams.EU]
url = "http://eu"
[upstreams."us.west"]
url = "http://us"
weight = 2
"#;
    let json = r#"{"log": "debug", "database": {"host": "db"}, "smtp": {"host": "mx", "user": "ada"},
        "storage": {"s3": {"bucket": "b"}}, "auths": [
        {"name": "ada", "token": "t0", "ids": [1, 2], "keys": {"Main": {"bucket": "k"}}},
        {"name": "bob", "token": "t1"}],
        "upstreams": {"EU": {"url": "http://eu"}, "us.west": {"url": "http://us", "weight": 2}}}"#;
    let yaml = "
log: debug
database: {host: db}
smtp:
  host: mx
  user: ada
storage:
  s3:
    bucket: b
auths:
  - name: ada
    token: t0
    ids: [1, 2]
    keys: {Main: {bucket: k}}
  - {name: bob, token: t1}
upstreams:
  EU: {url: http://eu}
  us.west:
    url: http://us
    weight: 2
  none:
";
    for (name, document) in [("a.toml", toml), ("a.json", json), ("a.yaml", yaml)] {
        let gate: Gate = load(name, document).unwrap_or_else(|report| panic!("{report}"));
        assert_eq!((gate.common.log.as_str(), gate.database.host.as_str()), ("debug", "db"));
        assert_eq!(gate.smtp.expect("it is there").host, "mx");
        assert!(matches!(&gate.storage, Storage::S3(Bucket { bucket }) if bucket == "b"));
        let names: Vec<_> = gate.auths.iter().map(|auth| auth.name.as_str()).collect();
        assert_eq!(names, ["ada", "bob"]);
        assert_eq!(
            (gate.auths[0].ids.as_slice(), gate.auths[0].keys["Main"].bucket.as_str()),
            (&[1, 2][..], "k")
        );
        assert_eq!(gate.auths[1].token.expose_secret(), "t1");
        let names: Vec<_> = gate.upstreams.keys().map(String::as_str).collect();
        assert_eq!(names, ["EU", "us.west"]);
        assert_eq!(gate.upstreams["us.west"].weight, 2);
    }
}

#[test]
fn what_is_wrong_in_a_group_has_its_own_path_and_place() {
    let toml = r#"
smtp.host = "mx"
[[auths]]
name = "ada"
token = "t0"
ids = [1, 0]
[[auths]]
token = 5
nmae = "x"
[upstreams.EU]
url = "http://eu"
weight = 300
[upstreams."us.west"]
[database]
host = { a = 1 }
"#;
    assert_eq!(
        faults::<Gate>("a.toml", toml),
        [
            "GATE_DB_HOST a table is not text <- a.toml:15:8",
            "GATE_SMTP_USER required because smtp.host (a.toml:2:13) is set, but no source has it",
            "GATE_AUTHS_0_IDS item 2 0 is not in 1.. <- a.toml:6:11",
            "auths.1.nmae unknown; did you mean auths.1.name? <- a.toml:9:1",
            "GATE_AUTHS_1_NAME required because auths.1 (a.toml:7:1) is set, but no source has it",
            "GATE_AUTHS_1_TOKEN the secret is not text; write it in quotes <- a.toml:8:9",
            "GATE_UPSTREAMS_EU_WEIGHT 300 is not a whole number from 0 to 255 <- a.toml:12:10",
            "GATE_UPSTREAMS_US_WEST_URL required because upstreams.\"us.west\" (a.toml:13:1) is set, but no source has it",
        ]
    );
}

#[test]
fn a_table_where_a_key_is_and_the_reverse_are_refused() {
    for (document, said) in [
        ("database = 1", "database is a group of keys, not one value <- a.toml:1:12"),
        ("database = [1]", "database is a group of keys, not one value <- a.toml:1:12"),
        ("smtp = \"mx\"", "smtp is a group of keys, not one value <- a.toml:1:8"),
        ("auths = \"x\"", "auths is not a list of groups <- a.toml:1:9"),
        ("[auths.0]\nname = \"x\"", "auths is not a list of groups <- a.toml:1:2"),
        ("auths = [1]", "auths.0 is not a table of keys <- a.toml:1:10"),
        ("[[upstreams]]\nurl = \"x\"", "upstreams is not a table of groups <- a.toml:1:1"),
        ("upstreams.eu = \"x\"", "upstreams.eu is not a table of keys <- a.toml:1:16"),
        ("storage = 5", "storage is not one of memory, s3, disk <- a.toml:1:11"),
        ("storage = \"tape\"", "GATE_STORAGE \"tape\" is not one of memory, s3, disk <- a.toml:1:11"),
        ("storage.tape = {}", "storage.tape unknown <- a.toml:1:9"),
        ("storage.memory.size = 1", "storage.memory.size unknown <- a.toml:1:16"),
    ] {
        let faults = faults::<Gate>("a.toml", document);
        assert_eq!(faults[0], said, "{document}: {faults:?}");
    }
}

#[test]
fn a_choice_is_a_word_or_the_table_of_its_variant() {
    for (document, disk) in [
        ("", None),
        ("storage = \"memory\"", None),
        ("[storage.memory]", None),
        ("storage = \"disk\"", Some("/var/files")),
        ("[storage.disk]", Some("/var/files")),
        ("[storage.disk]\npath = \"/x\"", Some("/x")),
    ] {
        let gate: Gate = load("a.toml", document).unwrap_or_else(|report| panic!("{document}: {report}"));
        match (&gate.storage, disk) {
            (Storage::Memory, None) => {}
            (Storage::Disk(found), Some(wanted)) => assert_eq!(found.path, Path::new(wanted)),
            (other, _) => panic!("{document}: {other:?}"),
        }
    }
}

#[test]
fn a_later_source_chooses_over_an_earlier_one() {
    let folder = Folder::new()
        .with("a.toml", "[storage.s3]\nbucket = \"b\"\n[storage.disk]\npath = \"/x\"\n")
        .with("b.toml", "[storage.disk]\npath = \"/y\"\n");
    let env = Env::from_pairs([("GATE_STORAGE", "s3")]);
    let loaded =
        Gate::loader().source(File::required(folder.path("a.toml"))).source(env).load_with_warnings();
    let loaded = loaded.expect("the environment chooses");
    assert!(matches!(loaded.settings.storage, Storage::S3(_)));
    assert_eq!(loaded.warnings.iter().map(|warning| warning.code()).collect::<Vec<_>>(), [Code::Unused]);
    let sources = Gate::loader().source(File::required(folder.path("a.toml")));
    let loaded = sources.source(File::required(folder.path("b.toml"))).load_with_warnings().expect("disk");
    assert!(matches!(&loaded.settings.storage, Storage::Disk(disk) if disk.path == Path::new("/y")));
}

#[test]
fn lists_and_maps_replace_those_of_earlier_sources_as_a_whole() {
    let folder = Folder::new()
        .with(
            "a.yaml",
            "auths: [{name: a, token: t}, {name: b, token: t}]\nupstreams: {eu: {url: x}, us: {url: y}}\n",
        )
        .with("b.yaml", "auths: [{name: c, token: t}]\nupstreams: {eu: {url: z, weight: 3}}\n");
    let load = || {
        Gate::loader()
            .source(File::required(folder.path("a.yaml")))
            .source(File::required(folder.path("b.yaml")))
    };
    let gate = load().load().expect("all is valid");
    assert_eq!(gate.auths.iter().map(|auth| auth.name.as_str()).collect::<Vec<_>>(), ["c"]);
    assert_eq!(gate.upstreams.keys().collect::<Vec<_>>(), ["eu"]);
    assert_eq!((gate.upstreams["eu"].url.as_str(), gate.upstreams["eu"].weight), ("z", 3));
    let env = Env::from_pairs([("GATE_AUTHS_0_NAME", "d"), ("GATE_AUTHS_0_TOKEN", "t")]);
    let gate = load().source(env).load().expect("all is valid");
    assert_eq!(gate.auths.iter().map(|auth| auth.name.as_str()).collect::<Vec<_>>(), ["d"]);
}

#[test]
fn elements_follow_what_their_source_says_of_unknown_names() {
    let folder = Folder::new().with("a.yaml", "upstreams: {eu: {url: x, wieght: 3}}\n");
    let load = |on_unknown| {
        Gate::loader()
            .source(File::required(folder.path("a.yaml")).on_unknown(on_unknown))
            .load_with_warnings()
    };
    assert!(load(OnUnknown::Deny).is_err());
    let warnings = load(OnUnknown::Warn).expect("a warning").warnings;
    assert_eq!(warnings[0].message(), "unknown; did you mean upstreams.eu.weight?");
    assert!(load(OnUnknown::Ignore).expect("nothing").warnings.is_empty());
}

#[test]
fn an_alias_is_under_the_prefix_of_its_group_and_the_segment_counts_in_files() {
    let gate: Gate = load("a.yaml", "database: {server: old}\n").expect("an alias");
    assert_eq!(gate.database.host, "old");
}

#[test]
fn a_missing_key_says_which_files_were_looked_at() {
    /// A program.
    #[derive(Config)]
    #[config(app = "prog")]
    #[allow(dead_code)]
    struct Prog {
        /// A key.
        key: String,
    }
    let folder = Folder::new().with("a.toml", "");
    let load = Prog::loader()
        .profile("x")
        .source(File::required(folder.path("a.toml")))
        .source(File::optional(folder.path("{profile}.toml")))
        .source(File::directory(folder.path("d")))
        .source(Env::from_pairs([("A", "b")]));
    let report = load.load().expect_err("the key is missing");
    assert!(said(&folder, &report).contains("looked in: environment, d, x.toml, a.toml"), "{report}");
}

#[test]
fn a_key_may_be_kept_out_of_files() {
    /// A program.
    #[derive(Config)]
    #[config(app = "prog")]
    #[allow(dead_code)]
    struct Prog {
        /// A key.
        #[config(sources("env"))]
        token: Option<SecretString>,
    }
    assert_eq!(
        faults::<Prog>("a.toml", "token = \"hunter2\""),
        ["PROG_TOKEN may come from env only, not from file <- a.toml:1:9"]
    );
}

#[cfg(feature = "serde")]
mod structured {
    use super::*;

    /// A program.
    #[derive(Config)]
    #[config(app = "prog")]
    struct Prog {
        /// By `Deserialize`.
        #[config(serde)]
        route: Option<Route>,
        /// By `FromStr`.
        #[config(parse)]
        version: Option<Version>,
    }

    #[derive(serde::Deserialize, Debug, PartialEq)]
    struct Route {
        path: String,
        codes: Vec<u64>,
        #[serde(default)]
        ratio: f64,
        exact: Option<bool>,
    }

    #[derive(Debug, PartialEq)]
    struct Version(String);

    impl std::str::FromStr for Version {
        type Err = String;

        fn from_str(text: &str) -> Result<Self, String> {
            Ok(Self(text.to_owned()))
        }
    }

    #[test]
    fn a_key_of_serde_takes_the_tree() {
        for (name, document) in [
            (
                "a.toml",
                "route = { path = '/', codes = [18446744073709551615, 0x10], ratio = 1_0.5, exact = true }",
            ),
            (
                "a.json",
                r#"{"route": {"path": "/", "codes": [18446744073709551615, 16], "ratio": 10.5, "exact": true}}"#,
            ),
            ("a.yaml", "route: {path: /, codes: [18446744073709551615, 0x10], ratio: 10.5, exact: True}\n"),
        ] {
            let prog: Prog = load(name, document).unwrap_or_else(|report| panic!("{report}"));
            let codes = vec![u64::MAX, 16];
            let wanted = Route { path: "/".to_owned(), codes, ratio: 10.5, exact: Some(true) };
            assert_eq!(prog.route, Some(wanted));
        }
        let faults = faults::<Prog>("a.toml", "route = { path = '/', codes = [18446744073709551616] }");
        assert!(faults[0].ends_with("is not a value of type `Route` <- a.toml:1:9"), "{faults:?}");
    }

    #[test]
    fn a_key_of_from_str_takes_the_literal_as_it_is_written() {
        for (name, document) in
            [("a.toml", "version = 1.10"), ("a.json", "{\"version\": 1.10}"), ("a.yaml", "version: 1.10\n")]
        {
            let prog: Prog = load(name, document).unwrap_or_else(|report| panic!("{report}"));
            assert_eq!(prog.version, Some(Version("1.10".to_owned())));
        }
    }
}

#[cfg(feature = "foreign")]
mod foreign {
    use super::*;

    /// A program.
    #[derive(Config)]
    #[config(app = "prog", validate(quotes, "something is wrong"))]
    struct Prog {
        /// A third-party struct.
        #[config(foreign)]
        client: Client,
        /// A key.
        #[config(default = 1)]
        other: u8,
    }

    #[derive(serde::Deserialize, Debug)]
    struct Client {
        password: String,
        retries: u32,
    }

    fn quotes(prog: &Prog) -> Result<(), String> {
        if prog.other == 1 { Ok(()) } else { Err(format!("{} is weak", prog.client.password)) }
    }

    #[test]
    fn a_third_party_struct_takes_the_tree_and_is_never_shown() {
        let prog: Prog =
            load("a.toml", "[client]\npassword = \"hunter2-long\"\nretries = 3\n").expect("complete");
        assert_eq!((prog.client.password.as_str(), prog.client.retries), ("hunter2-long", 3));
        let faults = faults::<Prog>("a.toml", "[client]\npassword = \"x\"\nretries = \"hunter2\"\n");
        assert_eq!(faults, ["client is not what `Client` expects <- a.toml:1:1"]);
        let folder = Folder::new()
            .with("a.toml", "other = 2\n[client]\npassword = \"hunter2-long\"\nretries = 3000\n");
        let report = read::<Prog>(folder.path("a.toml")).expect_err("it is weak");
        assert!(!report.to_string().contains("hunter2"), "{report}");
    }
}

#[test]
fn a_flat_document_names_keys_in_groups_by_their_paths_with_underscores() {
    /// A program.
    #[derive(Config)]
    #[config(app = "flat")]
    struct Flat {
        /// A pool.
        #[config(nested)]
        pool: Pool,
    }
    /// A pool.
    #[derive(Config)]
    struct Pool {
        /// Most.
        #[config(default = 9)]
        max_size: u8,
    }
    let folder = Folder::new()
        .with("flat.toml", "pool_max_size = 5")
        .with("both.toml", "pool_max_size = 5\n[pool]\nmax_size = 6")
        .with("case.toml", "POOL_max_size = 5")
        .with("hyphen.toml", "pool-max-size = 5");
    let load = |name: &str| Flat::loader().source(File::required(folder.path(name))).load();
    assert_eq!(load("flat.toml").expect("it is valid").pool.max_size, 5);
    let report = load("both.toml").expect_err("which of the two counts would be a guess");
    assert_eq!(report.problems()[0].code(), Code::Conflict, "{report}");
    for name in ["case.toml", "hyphen.toml"] {
        let report = load(name).expect_err("every character counts");
        assert_eq!(report.problems()[0].code(), Code::Unknown, "{report}");
    }
}
