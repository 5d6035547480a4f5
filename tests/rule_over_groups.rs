//! Rules that ask whether an optional group is there.

use confident::{Code, Config, Env, Report};

/// A server.
#[derive(Config)]
#[config(app = "server", rule(!public || tls.is_some(), "a public server needs TLS"))]
struct Settings {
    /// Open to everyone.
    #[config(default = false)]
    public: bool,

    /// Transport security.
    #[config(nested)]
    tls: Option<Tls>,
}

/// Transport security.
#[derive(Config)]
struct Tls {
    /// Least version of the protocol, first in the group and with a default.
    #[config(default = "1.3")]
    version: String,

    /// The certificate.
    certificate: String,
}

fn load<const N: usize>(pairs: [(&str, &str); N]) -> Result<Settings, Report> {
    Settings::loader().source(Env::from_pairs(pairs)).load()
}

#[test]
fn an_absent_group_is_described_by_the_variables_that_it_needs() {
    let report = load([("SERVER_PUBLIC", "true")]).unwrap_err();
    let problem = &report.problems()[0];
    assert_eq!(problem.code(), Code::Rule);
    assert_eq!(
        problem.notes(),
        [
            "!public || tls.is_some(), but public is true (SERVER_PUBLIC) and tls is not set (SERVER_TLS_CERTIFICATE)"
        ]
    );
}

#[test]
fn a_group_with_a_bad_key_counts_as_set() {
    let report = load([("SERVER_PUBLIC", "true"), ("SERVER_TLS_VERSION", "1.2")]).unwrap_err();
    let subjects: Vec<_> = report.problems().iter().map(|problem| problem.subject()).collect();
    assert_eq!(subjects, ["SERVER_TLS_CERTIFICATE"]);
}

#[test]
fn an_optional_group_that_is_set_satisfies_the_rule() {
    let settings = load([("SERVER_PUBLIC", "true"), ("SERVER_TLS_CERTIFICATE", "cert.pem")]).unwrap();
    assert!(settings.public);
    assert!(settings.tls.is_some_and(|tls| tls.version == "1.3" && tls.certificate == "cert.pem"));
}
