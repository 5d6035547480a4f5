//! A deployment held against the manifest of a program: what is found, and where.

#![allow(clippy::unwrap_used)] // a test that cannot go on may stop

use std::{collections::BTreeMap, path::Path};

use confident::{Config, Manifest, SecretString};
use confident_cli::{
    Finding, Findings, Severity,
    check::Inputs,
    deployment::{Deployment, Kind},
};

#[path = "../../tests/real/docs_rs/settings.rs"]
#[allow(dead_code)]
mod docs_rs;
#[path = "../../examples/svix.rs"]
#[allow(dead_code)]
mod svix;

/// The payments service.
#[derive(Config)]
#[config(
    app = "payments",
    profiles = ["production", "staging"],
    removed("PAYMENTS_THREADS", "set PAYMENTS_CONCURRENCY instead"),
    rule(pool.min <= pool.max, "the pool cannot keep more than it may open")
)]
#[allow(dead_code)]
struct Settings {
    /// Requests in flight at once.
    #[config(default = 512, range = 1..=4096, owner = "team-http")]
    concurrency: u16,
    /// Connection string of the ledger.
    #[config(owner = "team-ledger", rotate = "90d")]
    database_url: SecretString,
    /// Shows more of what happens.
    #[config(default = false, forbidden_in("production"))]
    debug: bool,
    /// Where spans are sent.
    #[config(required_in("production"), alias = "OTEL_ENDPOINT")]
    otlp: Option<String>,
    /// The pool.
    #[config(nested)]
    pool: Pool,
    /// Who may enter.
    #[config(nested)]
    clients: BTreeMap<String, Client>,
}

/// A pool.
#[derive(Config)]
#[allow(dead_code)]
struct Pool {
    /// Kept.
    #[config(default = 1)]
    min: u32,
    /// Opened.
    #[config(default = 10)]
    max: u32,
}

/// A client.
#[derive(Config)]
#[allow(dead_code)]
struct Client {
    /// Its token.
    token: SecretString,
}

fn compose(environment: &str) -> Deployment {
    let indented: String = environment.lines().map(|line| format!("      {line}\n")).collect();
    let text = format!("services:\n  web:\n    environment:\n{indented}");
    Deployment::of_text("compose.yaml", text).read().unwrap()
}

fn found(inputs: &Inputs) -> Findings {
    inputs.check(Settings::MANIFEST)
}

/// `severity code subject line:column`, for each.
fn lines(findings: &Findings) -> Vec<String> {
    let line = |finding: &Finding| {
        let place =
            finding.place.as_ref().map_or_else(String::new, |at| format!(" {}:{}", at.line, at.column));
        format!("{} {} {}{place}", finding.severity.name(), finding.code, finding.subject)
    };
    findings.findings.iter().map(line).collect()
}

#[test]
fn every_kind_of_mistake_is_found_at_its_place() {
    let deployment = compose(
        "PAYMENTS_CONCURRENCY: 0\n\
         PAYMENTS_CONCURENCY: 5\n\
         PAYMENTS_DATABASE_URL: postgres://pay:hunter2@db/ledger\n\
         PAYMENTS_DEBUG: 'true'\n\
         PAYMENTS_THREADS: 7\n\
         PAYMENTS_POOL_MIN: 20\n\
         OTEL_ENDPOINT: http://otel\n\
         PATH: /usr/bin",
    );
    let findings = found(&Inputs::default().deployment(deployment).profile("production"));
    assert_eq!(
        lines(&findings),
        [
            "error constraint PAYMENTS_CONCURRENCY 4:29",
            "error unknown PAYMENTS_CONCURENCY 5:28",
            "error open-secret PAYMENTS_DATABASE_URL 6:30",
            "error forbidden PAYMENTS_DEBUG 7:23",
            "error removed PAYMENTS_THREADS 8:25",
            "error rule rule",
            "warning old-name OTEL_ENDPOINT 10:22",
        ]
    );
    let of = |subject: &str| findings.findings.iter().find(|finding| finding.subject == subject).unwrap();
    assert_eq!(of("PAYMENTS_CONCURRENCY").owner, Some("team-http"));
    assert_eq!(of("PAYMENTS_CONCURRENCY").key.as_deref(), Some("concurrency"));
    assert_eq!(of("PAYMENTS_CONCURENCY").message, "unknown; did you mean PAYMENTS_CONCURRENCY?");
    assert_eq!(of("PAYMENTS_THREADS").message, "was removed; set PAYMENTS_CONCURRENCY instead");
    assert_eq!(of("rule").message, "the pool cannot keep more than it may open");
    let all = serde_json::to_string(&findings).unwrap() + &format!("{findings:?}");
    assert!(!all.contains("hunter2"), "{all}");
    assert!(all.contains("20"), "the operand of a rule that is no secret shows: {all}");
}

#[test]
fn what_is_required_in_a_profile_is_missed_there_only() {
    let given = || compose("PAYMENTS_DATABASE_URL: ${DATABASE_URL}");
    assert_eq!(
        lines(&found(&Inputs::default().deployment(given()).profile("production"))),
        ["error missing PAYMENTS_OTLP 1:1"]
    );
    assert!(lines(&found(&Inputs::default().deployment(given()).profile("staging"))).is_empty());
    assert_eq!(
        lines(&found(&Inputs::default().deployment(given()).profile("prod"))),
        ["error profile profile"]
    );
}

#[test]
fn a_reference_counts_as_set() {
    for reference in [
        "PAYMENTS_DATABASE_URL: ${DATABASE_URL}",
        "PAYMENTS_DATABASE_URL: vault:secret/data/payments#dsn",
        "PAYMENTS_DATABASE_URL_FILE: /run/secrets/dsn",
    ] {
        let findings = found(&Inputs::default().deployment(compose(reference)));
        assert!(lines(&findings).is_empty(), "{reference}: {findings:?}");
    }
    // And both at once are still one too many.
    let both = "PAYMENTS_DATABASE_URL: ${DATABASE_URL}\nPAYMENTS_DATABASE_URL_FILE: /run/secrets/dsn";
    assert_eq!(
        lines(&found(&Inputs::default().deployment(compose(both)))),
        ["error conflict PAYMENTS_DATABASE_URL"]
    );
}

#[test]
fn a_mounted_secret_counts_as_set() {
    let text = "services: {web: {secrets: [payments_database_url]}}\n\
                secrets: {payments_database_url: {file: ./dsn}}";
    let deployment = Deployment::of_text("compose.yaml", text).read().unwrap();
    assert!(lines(&found(&Inputs::default().deployment(deployment))).is_empty());
}

#[test]
fn secrets_in_maps_are_seen_too() {
    let deployment = compose(
        "PAYMENTS_DATABASE_URL: ${X}\nPAYMENTS_CLIENTS_ACME_TOKEN: hunter2\nPAYMENTS_CLIENTS_B_TOKEN: ${B}",
    );
    let findings = found(&Inputs::default().deployment(deployment));
    assert_eq!(lines(&findings), ["error open-secret PAYMENTS_CLIENTS_ACME_TOKEN 5:36"]);
    assert_eq!(findings.findings[0].key.as_deref(), Some("clients.acme.token"));
}

const KUBERNETES: &str = "
apiVersion: apps/v1
kind: Deployment
metadata: {name: payments}
spec:
  template:
    spec:
      containers:
        - name: app
          env:
            - {name: PAYMENTS_CONCURRENCY, value: 64}
            - {name: PAYMENTS_DATABASE_URL, valueFrom: {secretKeyRef: {name: payments, key: dsn}}}
          envFrom:
            - {configMapRef: {name: payments}}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: payments}
data:
  PAYMENTS_POOL_MAX: 'many'
";

#[test]
fn kubernetes_is_read_with_its_config_maps() {
    let deployment = Deployment::of_text("app.yaml", KUBERNETES).read().unwrap();
    let findings = found(&Inputs::default().deployment(deployment));
    let lines = lines(&findings);
    // A number where the API server wants text, and a text where the program wants a number.
    assert!(lines.iter().any(|line| line.starts_with("error deployment app.yaml 11:")), "{lines:?}");
    assert!(lines.contains(&"error invalid PAYMENTS_POOL_MAX 20:22".to_owned()), "{lines:?}");
    assert_eq!(findings.count(Severity::Error), 2, "{lines:?}");
}

#[test]
fn what_cannot_be_seen_is_not_called_missing() {
    let text = KUBERNETES.replace("configMapRef: {name: payments}", "secretRef: {name: elsewhere}");
    let text = text.replace(
        "PAYMENTS_DATABASE_URL, valueFrom: {secretKeyRef: {name: payments, key: dsn}}",
        "X, value: y",
    );
    let deployment = Deployment::of_text("app.yaml", text).read().unwrap();
    let findings = found(&Inputs::default().deployment(deployment));
    let missing = findings.findings.iter().find(|finding| finding.code == "missing").unwrap();
    assert_eq!(missing.severity, Severity::Note);
    assert!(missing.notes.last().unwrap().contains("Secret `elsewhere` may set it"), "{missing:?}");
}

#[test]
fn later_inputs_win_and_the_losers_are_named() {
    let env = Deployment::of_text(".env", "PAYMENTS_CONCURRENCY=9000\nPAYMENTS_DATABASE_URL=x://hunter2");
    let env = env.kind(Kind::EnvFile).read().unwrap();
    let findings = found(
        &Inputs::default()
            .deployment(env)
            .deployment(compose("PAYMENTS_CONCURRENCY: 8\nPAYMENTS_DATABASE_URL: ${X}")),
    );
    // The value that is not used is not valid, and the secret that is not used lies open.
    assert_eq!(
        lines(&findings),
        ["warning shadowed PAYMENTS_CONCURRENCY 1:22", "warning open-secret PAYMENTS_DATABASE_URL 2:23"]
    );
}

/// A file of the program's own holds no secrets either.
#[test]
fn a_secret_in_a_configuration_file_lies_open() {
    let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join("open-secret.toml");
    std::fs::write(&file, "concurrency = 5\ndatabase_url = \"x://hunter2\"\n").unwrap();
    let findings = found(&Inputs::default().file(&file));
    assert_eq!(lines(&findings), ["error open-secret PAYMENTS_DATABASE_URL 2:16"]);
    assert!(!format!("{findings:?}").contains("hunter2"));
}

fn real(name: &str) -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/real").join(name)
}

fn real_findings(manifest: &'static Manifest, file: &str, target: &str) -> Findings {
    let deployment = Deployment::of(real(file)).target(target).read().unwrap();
    Inputs::default().deployment(deployment).check(manifest)
}

/// The key that svix-server needs is commented out in its compose file.
#[test]
fn svix_server_misses_its_secret() {
    let findings = real_findings(svix::Settings::MANIFEST, "svix-server/docker-compose.yml", "backend");
    assert_eq!(
        lines(&findings),
        [
            "error missing SVIX_JWT_SECRET 1:1",
            "error open-secret SVIX_REDIS_DSN 14:23",
            "error open-secret SVIX_DB_DSN 15:20",
        ]
    );
}

/// docs.rs sets variables of keys that it does not have any more.
#[test]
fn docs_rs_sets_what_nothing_reads() {
    let findings = real_findings(docs_rs::Settings::MANIFEST, "docs-rs/docker-compose.yml", "web");
    let unknown: Vec<_> = findings
        .findings
        .iter()
        .filter(|finding| finding.code == "unknown")
        .map(|finding| (finding.severity, finding.subject.as_str(), finding.message.as_str()))
        .collect();
    assert_eq!(
        unknown,
        [
            (Severity::Error, "DOCSRS_MIN_POOL_SIZE", "unknown; did you mean DOCSRS_MAX_POOL_SIZE?"),
            (Severity::Error, "DOCSRS_S3_STATIC_ROOT_PATH", "unknown"),
        ]
    );
}
