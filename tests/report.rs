//! One report: everything that is wrong, at once, with what to do.

mod common;

use std::{net::SocketAddr, path::PathBuf, time::Duration};

use common::Folder;
use confident::{Code, Config, Env, Origin, Report, SecretString};

/// The payments service.
#[derive(Config)]
#[config(
    app = "payments",
    rule(pool.min <= pool.max, "the pool cannot keep more connections than it may open"),
    rule(!tls.enabled || tls.certificate.is_some(), "TLS needs a certificate"),
)]
#[allow(dead_code)]
struct Settings {
    /// Address the HTTP server listens on.
    #[config(default = "127.0.0.1:8080")]
    listen: SocketAddr,

    /// How long a request may take.
    #[config(default = "30s", range = "1s"..="5m", live)]
    request_timeout: Duration,

    /// Connection string of the ledger database.
    #[config(owner = "team-ledger", rotate = "90d", format = "url", alias = "LEDGER_URL")]
    database_url: SecretString,

    /// Connection pool of the ledger database.
    #[config(nested)]
    pool: Pool,

    /// Transport security of the listener.
    #[config(nested)]
    tls: Tls,
}

/// A connection pool.
#[derive(Config)]
#[allow(dead_code)]
struct Pool {
    /// Connections that are kept open.
    #[config(default = 2)]
    min: u32,
    /// Connections that may be opened.
    #[config(default = 10)]
    max: u32,
}

/// Transport security.
#[derive(Config)]
#[allow(dead_code)]
struct Tls {
    /// Whether the listener speaks TLS.
    #[config(default = false)]
    enabled: bool,
    /// The certificate chain.
    certificate: Option<PathBuf>,
}

const DATABASE: (&str, &str) = ("PAYMENTS_DATABASE_URL", "postgres://ledger");

fn load<const N: usize>(pairs: [(&str, &str); N]) -> Result<Settings, Report> {
    Settings::loader().source(Env::from_pairs(pairs)).load()
}

fn report<const N: usize>(pairs: [(&str, &str); N]) -> Report {
    load(pairs).expect_err("something is wrong")
}

/// The lines of a report that has one problem, without the first.
fn only_problem<const N: usize>(pairs: [(&str, &str); N]) -> String {
    let report = report(pairs);
    assert_eq!(report.problems().len(), 1, "{report}");
    report.to_string().lines().skip(2).collect::<Vec<_>>().join("\n")
}

/// A file, by its path as text.
fn file(folder: &Folder, name: &str, content: impl AsRef<[u8]>) -> String {
    folder.file(name, content).to_str().expect("the path is text").to_owned()
}

#[test]
fn everything_that_is_wrong_is_in_one_report() {
    let report = Settings::loader()
        .profile("production")
        .source(Env::from_pairs([
            ("PAYMENTS_POOL_MAX", "abc"),
            ("PAYMENTS_REQUEST_TIMOUT", "5s"),
            ("PAYMENTS_REQUEST_TIMEOUT", "10m"),
            ("PAYMENTS_TLS_ENABLED", "yes"),
            ("OTHER_THING", "not ours"),
        ]))
        .load()
        .expect_err("much is wrong");
    assert_eq!(
        report.to_string(),
        r#"error: 4 problems in the configuration of payments (profile production)

  PAYMENTS_REQUEST_TIMEOUT  "10m" is not in 1s..=5m
      from the environment
  PAYMENTS_DATABASE_URL     required, but no source has it
      Connection string of the ledger database · secret · owner team-ledger
      looked in: environment, PAYMENTS_DATABASE_URL_FILE, LEDGER_URL, LEDGER_URL_FILE
      set PAYMENTS_DATABASE_URL, or PAYMENTS_DATABASE_URL_FILE to a file that holds it
  PAYMENTS_POOL_MAX         "abc" is not a whole number from 0 to 4294967295
      from the environment
  rule                      TLS needs a certificate
      !tls.enabled || tls.certificate.is_some(), but tls.enabled is yes (PAYMENTS_TLS_ENABLED) and tls.certificate is not set (PAYMENTS_TLS_CERTIFICATE)

warnings

  PAYMENTS_REQUEST_TIMOUT   unknown; did you mean PAYMENTS_REQUEST_TIMEOUT?
      from the environment"#
    );
}

#[test]
fn debug_prints_the_same_for_a_main_that_returns_it() {
    let report = report([]);
    assert_eq!(format!("error: {report:?}"), report.to_string());
}

#[test]
fn the_report_is_data_with_stable_codes() {
    let report = report([("PAYMENTS_POOL_MAX", "abc"), ("PAYMENTS_X", "1")]);
    let codes: Vec<_> = report.problems().iter().map(|problem| problem.code()).collect();
    assert_eq!(codes, [Code::Missing, Code::Invalid]);
    let json = serde_json::to_value(&report).unwrap();
    assert_eq!(json["app"], "payments");
    assert_eq!(json["profile"], serde_json::Value::Null);
    assert_eq!(json["problems"][0]["code"], "missing");
    assert_eq!(json["problems"][0]["subject"], "PAYMENTS_DATABASE_URL");
    assert_eq!(json["problems"][0]["path"], "database_url");
    assert_eq!(json["problems"][0]["secret"], true);
    assert_eq!(json["problems"][0]["owner"], "team-ledger");
    assert_eq!(json["problems"][1]["code"], "invalid");
    assert_eq!(json["problems"][1]["origin"], "PAYMENTS_POOL_MAX");
    assert_eq!(json["warnings"][0]["code"], "unknown");
}

#[test]
fn codes_are_distinct_words() {
    let mut texts: Vec<_> = Code::ALL.iter().map(|code| code.as_str()).collect();
    texts.sort_unstable();
    texts.dedup();
    assert_eq!(texts.len(), Code::ALL.len());
    assert!(texts.iter().all(|text| text.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-')));
}

#[test]
fn a_broken_rule_shows_its_operands_and_where_they_came_from() {
    assert_eq!(
        only_problem([DATABASE, ("PAYMENTS_POOL_MIN", "20")]),
        "  rule                      the pool cannot keep more connections than it may open\n      \
         pool.min <= pool.max, but pool.min is 20 (PAYMENTS_POOL_MIN) and pool.max is 10 (default)"
    );
}

#[test]
fn a_rule_with_an_invalid_key_is_skipped() {
    let report = report([DATABASE, ("PAYMENTS_POOL_MIN", "20"), ("PAYMENTS_POOL_MAX", "few")]);
    let codes: Vec<_> = report.problems().iter().map(|problem| problem.code()).collect();
    assert_eq!(codes, [Code::Invalid]);
}

#[test]
fn a_rule_is_checked_when_another_key_of_its_group_is_invalid() {
    /// A program.
    #[derive(Config)]
    #[config(app = "prog", rule(inner.low < inner.high, "upside down"))]
    #[allow(dead_code)]
    struct Outer {
        /// A group.
        #[config(nested)]
        inner: Inner,
    }
    /// A group.
    #[derive(Config)]
    #[allow(dead_code)]
    struct Inner {
        /// A bound.
        low: u8,
        /// A bound.
        high: u8,
        /// Something else.
        other: u8,
    }
    let env = [("PROG_INNER_LOW", "9"), ("PROG_INNER_HIGH", "1"), ("PROG_INNER_OTHER", "x")];
    let report = Outer::loader().source(Env::from_pairs(env)).load().expect_err("two things are wrong");
    let codes: Vec<_> = report.problems().iter().map(|problem| problem.code()).collect();
    assert_eq!(codes, [Code::Invalid, Code::Rule], "{report}");
}

#[test]
fn a_secret_in_a_rule_is_said_to_be_set_and_no_more() {
    /// A program.
    #[derive(Config)]
    #[config(app = "prog", rule(token.is_none(), "no token may be set"))]
    #[allow(dead_code)]
    struct Prog {
        /// A token.
        token: Option<SecretString>,
    }
    let env = Env::from_pairs([("PROG_TOKEN", "hunter2")]);
    let report = Prog::loader().source(env).load().expect_err("the token is set");
    assert_eq!(report.problems()[0].notes(), ["token.is_none(), but token is set (PROG_TOKEN)"]);
}

#[test]
fn an_unknown_variable_is_a_warning_that_names_the_nearest_known_one() {
    let env = Env::from_pairs([DATABASE, ("PAYMENTS_POOL_MXA", "5"), ("PAYMENTS_ENTIRELY_DIFFERENT", "5")]);
    let loaded = Settings::loader().source(env).load_with_warnings().expect("it loads");
    let mut warnings: Vec<_> = loaded
        .warnings
        .iter()
        .map(|warning| format!("{} {}", warning.subject(), warning.message()))
        .collect();
    warnings.sort();
    assert_eq!(
        warnings,
        ["PAYMENTS_ENTIRELY_DIFFERENT unknown", "PAYMENTS_POOL_MXA unknown; did you mean PAYMENTS_POOL_MAX?"]
    );
}

#[test]
fn variables_that_kubernetes_sets_for_a_service_are_not_unknown() {
    let env = Env::from_pairs([
        DATABASE,
        ("PAYMENTS_SERVICE_HOST", "10.0.0.1"),
        ("PAYMENTS_SERVICE_PORT", "80"),
        ("PAYMENTS_SERVICE_PORT_HTTP", "80"),
        ("PAYMENTS_PORT", "tcp://10.0.0.1:80"),
        ("PAYMENTS_PORT_80_TCP", "tcp://10.0.0.1:80"),
        ("PAYMENTS_PORT_80_TCP_ADDR", "10.0.0.1"),
        ("PAYMENTS_PORT_80_TCP_PORT", "80"),
        ("PAYMENTS_PORT_80_TCP_PROTO", "tcp"),
    ]);
    let loaded = Settings::loader().source(env).load_with_warnings().expect("it loads");
    assert_eq!(loaded.warnings.len(), 0, "{:?}", loaded.warnings);
}

#[test]
fn the_address_of_a_kubernetes_service_is_named_as_such() {
    /// A program.
    #[derive(Config)]
    #[config(app = "web")]
    #[allow(dead_code)]
    struct Web {
        /// The port.
        port: u16,
    }
    let env = Env::from_pairs([("WEB_PORT", "tcp://10.0.0.1:80")]);
    let report = Web::loader().source(env).load().expect_err("that is no port");
    let problem = &report.problems()[0];
    assert_eq!(problem.code(), Code::KubernetesService);
    assert!(problem.notes()[1].contains("enableServiceLinks: false"), "{report}");
}

#[cfg(unix)]
#[test]
fn bytes_that_are_not_utf8_are_a_problem_without_the_bytes() {
    use std::os::unix::ffi::OsStringExt;
    let bytes = std::ffi::OsString::from_vec(b"hun\xffter2".to_vec());
    let env = [
        ("PAYMENTS_DATABASE_URL".into(), std::ffi::OsString::from(DATABASE.1)),
        ("PAYMENTS_POOL_MAX".into(), bytes.clone()),
        // Somebody else's variable is nobody's problem.
        (std::ffi::OsString::from("OTHER"), bytes),
    ];
    let report = Settings::loader().source(Env::from_pairs(env)).load().expect_err("not text");
    assert_eq!(report.problems().len(), 1);
    assert_eq!(report.problems()[0].code(), Code::NotUnicode);
    assert_eq!(report.problems()[0].message(), "is not UTF-8 text");
    assert!(!report.to_string().contains("hun"), "{report}");
}

#[test]
fn a_secret_is_read_from_the_file_that_its_twin_names_without_the_last_line_break() {
    use confident::ExposeSecret;
    let folder = Folder::new();
    for (content, wanted) in [
        ("postgres://a", "postgres://a"),
        ("postgres://a\n", "postgres://a"),
        ("postgres://a\r\n", "postgres://a"),
        ("\npostgres://a\n\n", "\npostgres://a\n"),
    ] {
        let file = file(&folder, "url", content);
        match load([("PAYMENTS_DATABASE_URL_FILE", &file)]) {
            Ok(settings) => assert_eq!(settings.database_url.expose_secret(), wanted),
            // A second line break is part of the value, and then that is no URL.
            Err(report) => {
                assert_eq!(report.problems()[0].code(), Code::Constraint, "{report}");
                assert!(wanted.contains('\n'));
            }
        }
    }
}

#[test]
fn a_variable_and_its_file_twin_are_not_both_set() {
    let folder = Folder::new();
    let file = file(&folder, "url", "postgres://a");
    assert_eq!(
        only_problem([DATABASE, ("PAYMENTS_DATABASE_URL_FILE", &file)]),
        "  PAYMENTS_DATABASE_URL     PAYMENTS_DATABASE_URL and PAYMENTS_DATABASE_URL_FILE are both set\n      \
         unset one of them: which of the two counts would be a guess"
    );
}

#[test]
fn a_variable_and_its_alias_are_not_both_set() {
    let report = report([DATABASE, ("LEDGER_URL", "postgres://other")]);
    assert_eq!(report.problems()[0].code(), Code::Conflict);
    assert!(report.to_string().contains("PAYMENTS_DATABASE_URL and LEDGER_URL are both set"), "{report}");
}

#[test]
fn files_that_cannot_hold_a_secret_are_refused() {
    let folder = Folder::new();
    let large = file(&folder, "large", vec![b'x'; (1 << 20) + 1]);
    let empty = file(&folder, "empty", "\n");
    let missing = folder.0.join("missing").to_str().unwrap().to_owned();
    let directory = folder.0.to_str().unwrap().to_owned();
    let mut files = vec![
        (large, "is larger than 1 MiB"),
        (empty, "is empty"),
        (missing, "does not exist"),
        (directory, "is a directory, not a file"),
    ];
    if cfg!(unix) {
        files.push(("/dev/zero".to_owned(), "is not a plain file"));
        let fifo = folder.0.join("fifo");
        let made = std::process::Command::new("mkfifo").arg(&fifo).status();
        assert!(made.is_ok_and(|status| status.success()), "mkfifo is part of every Unix");
        files.push((fifo.to_str().unwrap().to_owned(), "is not a plain file"));
    }
    for (file, reason) in files {
        let report = report([("PAYMENTS_DATABASE_URL_FILE", file.as_str())]);
        let problem = &report.problems()[0];
        assert_eq!(problem.code(), Code::Unreadable, "{report}");
        assert_eq!(
            problem.message(),
            format!("the file {file} that PAYMENTS_DATABASE_URL_FILE names {reason}")
        );
    }
}

#[test]
fn a_file_twin_of_a_key_that_is_no_secret_is_unknown_and_says_why() {
    let env = Env::from_pairs([DATABASE, ("PAYMENTS_LISTEN_FILE", "/run/x")]);
    let loaded = Settings::loader().source(env).load_with_warnings().expect("it loads");
    assert_eq!(loaded.warnings[0].notes()[1], "only secrets are read from files; set PAYMENTS_LISTEN itself");
}

#[test]
fn values_are_shown_on_one_line_short_and_without_passwords() {
    let long = "x".repeat(300);
    for (value, shown) in [
        ("a\nb\u{1b}[31mc", r#""a\nb\u{1b}[31mc" is not"#.to_owned()),
        ("http://user:hunter2@host/", r#""http://user:[REDACTED]@host/" is not"#.to_owned()),
        (&long, format!("\"{}...\" is not", "x".repeat(80))),
    ] {
        let report = report([DATABASE, ("PAYMENTS_POOL_MAX", value)]);
        assert!(report.problems()[0].message().starts_with(&shown), "{report}");
    }
}

#[test]
fn the_origin_of_a_value_is_data() {
    let report = report([DATABASE, ("PAYMENTS_POOL_MAX", "x")]);
    assert_eq!(report.problems()[0].origin(), Some(&Origin::Variable("PAYMENTS_POOL_MAX".into())));
}

#[test]
fn a_deprecated_key_is_read_and_reported() {
    /// A program.
    #[derive(Config)]
    #[config(app = "prog")]
    struct Prog {
        /// The old one.
        #[config(
            default = 1,
            deprecated(since = "2.0", note = "it never worked", replaced_by = "new.size", remove_in = "9.0")
        )]
        size: u32,
        /// The new ones.
        #[config(nested)]
        new: New,
    }
    /// The new ones.
    #[derive(Config)]
    struct New {
        /// The new one.
        #[config(default = 2)]
        size: u32,
    }
    let env = Env::from_pairs([("PROG_SIZE", "7")]);
    let loaded = Prog::loader().source(env).load_with_warnings().expect("it loads");
    assert_eq!((loaded.settings.size, loaded.settings.new.size), (7, 2));
    assert_eq!(
        loaded.warnings[0].as_warning().to_string(),
        "warning: PROG_SIZE is deprecated since 2.0 and will be removed in 9.0; set PROG_NEW_SIZE instead\n    \
         from the environment\n    it never worked"
    );
}

#[test]
fn presence_and_sources_depend_on_the_key() {
    /// A program.
    #[derive(Config)]
    #[config(app = "prog")]
    #[allow(dead_code)]
    struct Prog {
        /// Wanted where it matters.
        #[config(required_in("production", "staging"))]
        sink: Option<String>,
        /// Not where it matters.
        #[config(default = false, forbidden_in("production"))]
        debug: bool,
        /// Never from the environment.
        #[config(sources("vault"))]
        token: Option<SecretString>,
    }
    let env = || Env::from_pairs([("PROG_DEBUG", "true"), ("PROG_TOKEN", "x")]);
    let report = Prog::loader().profile("production").source(env()).load().expect_err("all is wrong");
    let messages: Vec<_> =
        report.problems().iter().map(|problem| (problem.code().as_str(), problem.message())).collect();
    assert_eq!(
        messages,
        [
            ("missing", "required in the profile production, but no source has it"),
            ("forbidden", "must not be set in the profile production"),
            ("wrong-source", "may come from vault only, not from env"),
        ]
    );
    let report = Prog::loader().profile("development").source(env()).load().expect_err("the token is wrong");
    assert_eq!(report.problems().len(), 1, "{report}");
}
