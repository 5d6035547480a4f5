//! What the audit trail says of loads from stores.

mod common;

use std::{
    fs,
    sync::{Arc, Mutex},
    time::Duration,
};

use common::clocks;
use confident::{Code, Config, ExposeSecret, Report, SecretString};
use confident_stores::{
    Ask, Entry, Failure, Fault, Lease, Paths, Retry, Store, StoreSource,
    audit::{AuditKey, OnFailure, Trail, Verification},
};

/// A program.
#[derive(Config)]
#[config(app = "shop")]
#[allow(dead_code)]
struct Shop {
    /// A secret.
    #[config(max_stale = "1h")]
    token: SecretString,
    /// Another, which is not there.
    spare: Option<SecretString>,
}

const SECRET: &str = "hunter2-TOPSECRET";

/// A store that does as it is told.
#[derive(Default)]
struct Told(Mutex<Option<Failure>>, Mutex<u64>);

impl Store for Told {
    fn kind(&self) -> &'static str {
        "vault"
    }

    fn name(&self) -> String {
        "the store of the test".to_owned()
    }

    fn read(&self, ask: &Ask<'_>) -> Vec<Result<Entry, Failure>> {
        let (failure, version) =
            (self.0.lock().expect("nothing panics"), self.1.lock().expect("nothing panics"));
        let one = |place: &&str| match &*failure {
            Some(failure) => Err(failure.clone().at(*place)),
            None if place.ends_with("token") => Ok(Entry::text(format!("{SECRET}{version}").into_bytes())
                .revision(*version)
                .lease(Lease::new("lease-id", Duration::from_secs(600), true))),
            None => Err(Failure::new(Fault::Absent).at(*place)),
        };
        ask.places.iter().map(one).collect()
    }

    fn renew(&self, lease: &Lease) -> Result<Lease, Failure> {
        Ok(lease.clone())
    }
}

fn load(source: &StoreSource, profile: &str) -> Result<Shop, Report> {
    Shop::loader().profile(profile).source(source.clone()).load_with_warnings().map(|loaded| loaded.settings)
}

/// What a trail says, a line for each record.
fn said(path: &std::path::Path) -> Vec<String> {
    let text = fs::read_to_string(path).expect("it is there");
    let line = |line: &str| {
        let json: serde_json::Value = serde_json::from_str(line).expect("it is JSON");
        let word = |name: &str| json[name].as_str().unwrap_or("-").to_owned();
        let has_fingerprint = if json["fingerprint"].is_string() { " fingerprint" } else { "" };
        let names = ["action", "outcome", "profile", "key", "path", "value_version"];
        names.map(word).join(" ") + has_fingerprint
    };
    text.lines().skip(1).map(line).collect()
}

#[test]
fn every_access_refresh_rotation_and_refusal_is_a_record() {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let path = folder.path().join("audit.jsonl");
    let key = AuditKey::new(&[7; 32]).expect("it is long enough");
    let trail = Trail::keyed(&path, key).unsynced().open(OnFailure::Closed).expect("it can be written");
    let store = Arc::new(Told::default());
    *store.1.lock().expect("nothing panics") = 1;
    let (clock, own) = clocks();
    let source = Arc::clone(&store).source().clock(own).retry(Retry::never()).audit(&trail).instance("web-1");
    load(&source, "production").expect("it is complete");
    // Without its lease, the value is asked for anew.
    source.revoke_leases();
    load(&source, "production").expect("it is complete");
    source.revoke_leases();
    *store.1.lock().expect("nothing panics") = 2;
    load(&source, "production").expect("it is complete");
    *store.0.lock().expect("nothing panics") = Some(Failure::new(Fault::Timeout));
    // The lease is about to end.
    clock.advance(Duration::from_secs(560));
    assert!(load(&source, "production").is_err(), "the other key may not be old");
    source.keep_leases();
    source.revoke_leases();
    *store.0.lock().expect("nothing panics") = Some(Failure::new(Fault::Denied));
    assert!(load(&source, "production").is_err(), "it is denied");
    assert!(load(&source, "../staging").is_err(), "that is no profile");
    // The keys of one load, in the order of the manifest.
    let expected = [
        "access ok production token shop/production/token 1 fingerprint",
        "access absent production spare shop/production/spare -",
        "refresh ok production token shop/production/token 1 fingerprint",
        "access absent production spare shop/production/spare -",
        "rotation ok production token shop/production/token 2 fingerprint",
        "access absent production spare shop/production/spare -",
        "refresh stale production token shop/production/token 2 fingerprint",
        "access unreachable production spare shop/production/spare -",
        "refresh ok - - shop/production/token -",
        "refresh denied production token shop/production/token -",
        "access denied production spare shop/production/spare -",
        "policy forbidden ../staging token - -",
        "policy forbidden ../staging spare - -",
    ];
    assert_eq!(said(&path), expected);
    let text = fs::read_to_string(&path).expect("it is there");
    assert!(!text.contains("TOPSECRET") && !text.contains("lease-id"), "{text}");
    assert!(text.contains("\"instance\":\"web-1\""), "{text}");
    let key = AuditKey::new(&[7; 32]).expect("it is long enough");
    assert!(Verification::with(&key).of(&path).expect("it can be read").is_good());
}

#[cfg(target_os = "linux")]
#[test]
fn where_the_trail_fails_closed_no_value_is_handed_out() {
    for (on_failure, is_loaded) in [(OnFailure::Closed, false), (OnFailure::Open, true)] {
        let folder = tempfile::tempdir().expect("a folder can be made");
        let path = folder.path().join("deep/audit.jsonl");
        fs::create_dir(folder.path().join("deep")).expect("it can be made");
        let trail = Trail::unkeyed(&path).unsynced().open(on_failure).expect("it can be written");
        let store = Told::default();
        *store.1.lock().expect("nothing panics") = 1;
        let source = store.source().retry(Retry::never()).audit(&trail);
        load(&source, "production").expect("the trail can be written");
        fs::remove_dir_all(folder.path().join("deep")).expect("it can be removed");
        match load(&source, "production") {
            Ok(_) => assert!(is_loaded),
            Err(report) => {
                assert!(!is_loaded, "{report}");
                assert_eq!(report.problems()[0].code(), Code::Store);
                let text = report.to_string();
                assert!(text.contains("is not handed out, because the audit trail"), "{text}");
                assert!(!text.contains("TOPSECRET"), "{text}");
            }
        }
    }
}

#[test]
fn a_store_of_another_profile_is_not_asked_and_that_is_recorded() {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let path = folder.path().join("audit.jsonl");
    let trail = Trail::unkeyed(&path).unsynced().open(OnFailure::Closed).expect("it can be written");
    let source = Told::default().source().paths(Paths::new("{app}/{path}").only("production")).audit(&trail);
    assert!(load(&source, "staging").is_err(), "the store is of production");
    assert_eq!(said(&path), ["policy forbidden staging token - -", "policy forbidden staging spare - -"]);
}

/// The same program, which takes a new token while it runs, but not version 2.
#[derive(Config)]
#[config(app = "shop")]
struct LiveShop {
    /// How it logs in.
    #[config(live)]
    token: SecretString,
}

#[test]
fn a_change_that_is_not_taken_is_a_record() {
    let folder = tempfile::tempdir().expect("there is room");
    let path = folder.path().join("audit.jsonl");
    let trail = Trail::unkeyed(&path).unsynced().open(OnFailure::Closed).expect("it can be written");
    let store = Arc::new(Told::default());
    *store.1.lock().expect("nothing panics") = 1;
    let source = Arc::clone(&store).source().retry(Retry::never()).audit(&trail);
    let watch = confident::Watch::new().poll(Duration::from_secs(1_000_000_000)).on_event(|_| {});
    let settings = LiveShop::loader().profile("production").source(source.clone()).watch_with(watch);
    let settings = settings.expect("it is complete");
    let _objects = settings
        .rebuild([confident::live!(LiveShop: token)], |now| {
            if now.generation() == 1 { Ok(()) } else { Err("not this one") }
        })
        .expect("the first is good");
    source.revoke_leases();
    *store.1.lock().expect("nothing panics") = 2;
    assert!(settings.refresh().is_err());
    assert!(settings.current().token.expose_secret().ends_with('1'));
    let said = said(&path);
    assert_eq!(
        said.last().map(String::as_str),
        Some("refusal invalid production token shop/production/token 2")
    );
    assert!(!fs::read_to_string(&path).expect("it is there").contains("TOPSECRET"));
}

/// A program whose token is too long for it.
#[derive(Config)]
#[config(app = "shop")]
#[allow(dead_code)]
struct ShortShop {
    /// How it logs in.
    #[config(len = ..=4)]
    token: SecretString,
}

#[test]
fn a_value_that_breaks_its_contract_is_a_record() {
    let folder = tempfile::tempdir().expect("there is room");
    let path = folder.path().join("audit.jsonl");
    let trail = Trail::unkeyed(&path).unsynced().open(OnFailure::Closed).expect("it can be written");
    let store = Arc::new(Told::default());
    *store.1.lock().expect("nothing panics") = 1;
    let source = Arc::clone(&store).source().retry(Retry::never()).audit(&trail);
    assert!(ShortShop::loader().profile("production").source(source.clone()).load().is_err());
    let refusal = "refusal invalid production token shop/production/token 1";
    assert_eq!(said(&path).last().map(String::as_str), Some(refusal));
    assert!(ShortShop::loader().profile("production").source(source).watch().is_err());
    assert_eq!(said(&path).iter().filter(|said| *said == refusal).count(), 2);
}
