//! Help for the tests of programs: fixtures from the manifest.

use std::collections::BTreeMap;

use confident::{Code, Config, ExposeSecret, SecretString};

/// A program with much that is required.
#[derive(Config)]
#[config(app = "prog", rule(low < high, "upside down"))]
struct Prog {
    /// A number in a range.
    #[config(range = 3..)]
    low: u32,
    /// A number with an example.
    #[config(example = 70)]
    high: u32,
    /// A secret, and only from a store.
    #[config(sources("vault"))]
    token: SecretString,
    /// A secret with a format.
    #[config(format = "url")]
    database_url: SecretString,
    /// One of a list.
    #[config(one_of = ["eu", "us"])]
    region: String,
    /// A long text.
    #[config(len = 40..)]
    salt: String,
    /// A pattern that nothing fits by chance.
    #[config(pattern = "^[0-9]{4}$")]
    code: String,
    /// Not needed.
    note: Option<String>,
    /// Not needed, as a group.
    #[config(nested)]
    mail: Option<Mail>,
    /// One of several.
    #[config(nested)]
    storage: Storage,
    /// Many.
    #[config(nested)]
    peers: BTreeMap<String, Mail>,
}

/// How mail is sent.
#[derive(Config)]
struct Mail {
    /// Where.
    host: std::net::IpAddr,
}

/// Where files are.
#[derive(Config)]
enum Storage {
    /// In a bucket.
    S3(Bucket),
    /// In memory.
    Memory,
}

/// A bucket.
#[derive(Config)]
struct Bucket {
    /// Its name.
    name: String,
}

#[test]
fn a_fixture_has_placeholders_for_all_that_is_required() {
    let prog = Prog::fixture().set("code", "0042").load().expect("the rest has placeholders");
    assert_eq!((prog.low, prog.high, prog.region.as_str()), (3, 70, "eu"));
    assert!(prog.salt.len() >= 40);
    assert_eq!(prog.token.expose_secret(), "FAKE-SECRET");
    assert!(prog.note.is_none() && prog.mail.is_none() && prog.peers.is_empty());
    assert!(matches!(prog.storage, Storage::S3(Bucket { ref name }) if name == "placeholder"));
    assert_eq!(prog.database_url.expose_secret(), "https://example.com");
    assert_eq!(prog.code, "0042");
}

#[test]
fn what_a_test_sets_goes_before_placeholders() {
    let prog = Prog::fixture()
        .set("code", "0042")
        .set("low", 5)
        .set("storage", "memory")
        .set("mail.host", "192.0.2.7")
        .set("peers.eu.host", "192.0.2.8")
        .load()
        .expect("all is valid");
    assert_eq!(prog.low, 5);
    assert!(matches!(prog.storage, Storage::Memory));
    assert_eq!(prog.mail.map(|mail| mail.host.to_string()).as_deref(), Some("192.0.2.7"));
    assert_eq!(prog.peers["eu"].host.to_string(), "192.0.2.8");
}

#[test]
fn a_fixture_is_checked_like_every_configuration() {
    let report = Prog::fixture().set("code", "0042").set("low", 90).load().expect_err("the rule is broken");
    assert_eq!(report.problems()[0].code(), Code::Rule, "{report}");
    assert_eq!(
        report.problems()[0].notes(),
        ["low < high, but low is 90 (fixture low) and high is 70 (fixture high)"]
    );
    let report = Prog::fixture().set("code", "0042").unset("region").load().expect_err("a key is missing");
    assert_eq!(report.problems()[0].subject(), "PROG_REGION", "{report}");
    let report = Prog::fixture().set("code", "0042").set("lwo", 1).load().expect_err("no such key");
    assert_eq!(report.problems()[0].message(), "unknown; did you mean low?");
}
