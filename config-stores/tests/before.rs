//! What stood at a place before: a program that starts while the value before is still accepted is told of it.
#![cfg(all(feature = "vault", feature = "aws"))]

mod common;

use std::{
    fs,
    path::Path,
    sync::{Arc, Mutex},
    time::Duration,
};

use common::{
    clocks,
    double::Double,
    kinds::{self, aws},
    one,
    vault::{Grant, Mount, ROOT, VaultDouble, Version},
};
use confident::{Code, Config, ExposeSecret, Loaded, Rotating, SecretString};
use confident_stores::{
    Ask, Clock, Entry, Failure, Fault, ParameterStore, Retry, SecretsManager, Store, StoreSource, Vault,
    audit::{AuditKey, OnFailure, Trail},
    testing::ManualClock,
};
use serde_json::{Value, json};

/// A program.
#[derive(Config)]
#[config(app = "shop")]
struct Shop {
    /// Signs sessions.
    #[config(live, overlap = "12h")]
    token: Rotating<SecretString>,
}

/// The same program, which wants no value before.
#[derive(Config)]
#[config(app = "shop")]
struct Plain {
    /// Signs sessions.
    token: SecretString,
}

const PLACE: &str = "shop/production/token";
const HOUR: Duration = Duration::from_secs(3600);

fn load(source: &StoreSource) -> Loaded<Shop> {
    let loader = Shop::loader().profile("production").source(source.clone());
    loader.load_with_warnings().expect("the current value is there")
}

/// The current value, and the one before.
fn values(source: &StoreSource) -> Vec<String> {
    let loaded = load(source);
    assert!(loaded.warnings.is_empty(), "{:?}", loaded.warnings);
    loaded.settings.token.iter().map(|text| text.expose_secret().to_owned()).collect()
}

fn vault() -> (VaultDouble, StoreSource) {
    let server = VaultDouble::new();
    server.mount("secret", Mount::V2([].into()));
    server.write("secret", PLACE, Version::of(json!({"value": "first"})));
    let store = Vault::at(server.connection()).clock(server.clock.clone()).token(ROOT.into());
    let source = store.source().clock(server.clock.clone()).retry(Retry::never());
    (server, source)
}

#[test]
fn vault_is_asked_for_the_version_before_while_it_is_accepted() {
    let (server, source) = vault();
    assert_eq!(values(&source), ["first"]);
    server.clock.advance(30 * HOUR);
    server.write("secret", PLACE, Version::of(json!({"value": "second"})));
    server.clock.advance(HOUR);
    server.double.forget();
    assert_eq!(values(&source), ["second", "first"]);
    let data = format!("GET /v1/secret/data/{PLACE}");
    assert_eq!(server.asked(), [data.clone(), format!("{data}?version=1")]);

    // A key that has no value before asks for none.
    server.double.forget();
    let plain = Plain::loader().profile("production").source(source.clone()).load().expect("it is there");
    assert_eq!(plain.token.expose_secret(), "second");
    assert_eq!(server.asked(), std::slice::from_ref(&data));

    server.clock.advance(12 * HOUR);
    server.double.forget();
    assert_eq!(values(&source), ["second"]);
    assert_eq!(server.asked(), [data]);
}

#[test]
fn a_version_before_that_is_gone_is_none() {
    let (server, source) = vault();
    server.write("secret", "shop/staging/token", Version::of(json!({"value": "other"})));
    for gone in [
        Version { is_destroyed: true, ..Version::of(json!({"value": "x"})) },
        Version { deleted: Some(Duration::ZERO), ..Version::of(json!({"value": "x"})) },
    ] {
        server.write("secret", PLACE, gone);
        server.write("secret", PLACE, Version::of(json!({"value": "new"})));
        assert_eq!(values(&source), ["new"]);
    }
}

#[test]
fn version_1_and_credentials_have_no_value_before() {
    let server = VaultDouble::new();
    server.mount("secret", Mount::V1([(PLACE.to_owned(), json!({"value": "only"}))].into()));
    server.token(ROOT, Grant::default());
    let store = Vault::at(server.connection()).clock(server.clock.clone()).token(ROOT.into());
    assert!(store.before(PLACE, "2").expect("nothing is asked for").is_none());
    assert_eq!(values(&store.source().clock(server.clock.clone())), ["only"]);
}

/// What stages and versions a secret has: the current one was made an hour ago.
fn secrets_manager(clock: &ManualClock) -> Double {
    let made = clock.now().duration_since(std::time::UNIX_EPOCH).expect("it is later").as_secs_f64() - 3600.0;
    Double::new(move |asked| {
        let body = asked.json();
        let version = |stage: &str, id: &str, text: &str| {
            let mut secret = aws::secret(PLACE, text);
            secret["VersionStages"] = json!([stage]);
            secret["VersionId"] = json!(id);
            secret["CreatedDate"] = json!(made);
            aws::good(secret)
        };
        match body["VersionStage"].as_str() {
            Some("AWSCURRENT") => version("AWSCURRENT", "00000000-second", "second"),
            Some("AWSPREVIOUS") => version("AWSPREVIOUS", "00000000-first", "first"),
            _ => aws::error("InvalidRequestException", "which one?"),
        }
    })
}

#[test]
fn secrets_manager_is_asked_for_the_previous_stage_while_it_is_accepted() {
    let (clock, own) = clocks();
    let double = secrets_manager(&clock);
    let store = SecretsManager::in_region(aws::REGION).credentials(aws::credentials());
    let source = store.endpoint(kinds::connection(&double)).source().clock(own);
    assert_eq!(values(&source), ["second", "first"]);
    let stages: Vec<Value> =
        double.asked().iter().map(|asked| asked.json()["VersionStage"].clone()).collect();
    assert_eq!(stages, ["AWSCURRENT", "AWSPREVIOUS"]);
    clock.advance(12 * HOUR);
    double.forget();
    assert_eq!(values(&source), ["second"]);
    assert_eq!(double.asked().len(), 1);
}

#[test]
fn parameter_store_is_asked_for_the_version_before_while_it_is_accepted() {
    let (clock, own) = clocks();
    let made = clock.now().duration_since(std::time::UNIX_EPOCH).expect("it is later").as_secs_f64() - 3600.0;
    let double = Double::new(move |asked| {
        let name = asked.json()["Names"][0].as_str().expect("it is a name").to_owned();
        let (text, version, selector) = match name.split_once(':') {
            None => ("third", 3, Value::Null),
            Some((_, "2")) => ("second", 2, json!(":2")),
            Some(_) => panic!("nobody wants {name}"),
        };
        aws::good(json!({"InvalidParameters": [], "Parameters": [{
            "Name": format!("/{PLACE}"), "Type": "SecureString", "Value": text, "Version": version,
            "LastModifiedDate": made, "Selector": selector, "DataType": "text",
            "ARN": format!("arn:aws:ssm:{}:123456789012:parameter/{PLACE}", aws::REGION),
        }]}))
    });
    let store = ParameterStore::in_region(aws::REGION).credentials(aws::credentials());
    let store = store.endpoint(kinds::connection(&double));
    assert!(store.before(&format!("{PLACE}:3"), "3").expect("nothing is asked for").is_none());
    let source = store.source().clock(own);
    assert_eq!(values(&source), ["third", "second"]);
    clock.advance(12 * HOUR);
    double.forget();
    assert_eq!(values(&source), ["third"]);
    assert_eq!(double.asked().len(), 1);
}

/// A store that says of the value before what it is told to.
struct Told {
    clock: ManualClock,
    before: Mutex<Result<Option<&'static str>, Fault>>,
}

impl Store for Told {
    fn kind(&self) -> &'static str {
        "vault"
    }

    fn name(&self) -> String {
        "the store of the test".to_owned()
    }

    fn read(&self, ask: &Ask<'_>) -> Vec<Result<Entry, Failure>> {
        let entry = || Ok(Entry::text(b"current".to_vec()).version("c").written(self.clock.now()));
        ask.places.iter().map(|_| entry()).collect()
    }

    fn before(&self, place: &str, version: &str) -> Result<Option<Entry>, Failure> {
        assert_eq!((place, version), (PLACE, "c"));
        let before = *self.before.lock().expect("nothing panics");
        let before = before.map_err(|fault| Failure::new(fault).at(place))?;
        Ok(before.map(|version| Entry::text(b"before".to_vec()).version(version)))
    }
}

fn told(before: Result<Option<&'static str>, Fault>) -> (Arc<Told>, StoreSource) {
    let (clock, own) = clocks();
    let store = Arc::new(Told { clock, before: Mutex::new(before) });
    let source = Arc::clone(&store).source().clock(own).retry(Retry::never());
    (store, source)
}

#[test]
fn a_failure_of_the_value_before_is_a_warning_and_the_program_starts() {
    for fault in [Fault::Timeout, Fault::Denied, Fault::Malformed] {
        let (_, source) = told(Err(fault));
        let loaded = load(&source);
        assert_eq!(loaded.settings.token.iter().count(), 1);
        let [warning] = &loaded.warnings[..] else { panic!("{:?}", loaded.warnings) };
        assert_eq!(warning.code(), Code::Fallback);
        let said = warning.message();
        assert!(said.contains("no value before the current one, because the store of the test"), "{said}");
    }
    for none in [Ok(None), Err(Fault::Absent), Err(Fault::Deleted)] {
        assert_eq!(values(&told(none).1), ["current"]);
    }
}

/// It was replaced between the two requests: the value before is what was read as the current one.
#[test]
fn the_same_version_is_not_the_one_before() {
    assert_eq!(values(&told(Ok(Some("c"))).1), ["current"]);
    assert_eq!(values(&told(Ok(Some("b"))).1), ["current", "before"]);
}

fn recorded(source: StoreSource, path: &Path) -> Vec<String> {
    let key = AuditKey::new(&[7; 32]).expect("it is long enough");
    let trail = Trail::keyed(path, key).unsynced().open(OnFailure::Closed).expect("it can be written");
    load(&source.audit(&trail));
    let line = |line: &str| {
        let json: Value = serde_json::from_str(line).expect("it is JSON");
        ["action", "outcome", "key", "path", "value_version"]
            .map(|name| json[name].as_str().unwrap_or("-"))
            .join(" ")
    };
    fs::read_to_string(path).expect("it is there").lines().skip(1).map(line).collect()
}

#[test]
fn the_request_for_the_value_before_is_a_record_of_the_audit_trail() {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let current = format!("access ok token {PLACE} c");
    let records = recorded(told(Ok(Some("b"))).1, &folder.path().join("ok.jsonl"));
    assert_eq!(records, [current.clone(), format!("access ok token {PLACE} b")]);
    let records = recorded(told(Err(Fault::Denied)).1, &folder.path().join("denied.jsonl"));
    assert_eq!(records, [current.clone(), format!("access denied token {PLACE} -")]);
    let records = recorded(told(Ok(None)).1, &folder.path().join("none.jsonl"));
    assert_eq!(records, [current]);
}

/// A metric tells when a value was replaced, however often the program starts.
#[test]
fn stores_tell_when_a_version_was_written() {
    let (server, _) = vault();
    let store = Vault::at(server.connection()).clock(server.clock.clone()).token(ROOT.into());
    let entry = format!("{:?}", one(&store, PLACE).expect("it is there"));
    assert!(entry.contains("written: Some"), "{entry}");
    let double = secrets_manager(&server.clock);
    let store = SecretsManager::in_region(aws::REGION).credentials(aws::credentials());
    let entry =
        format!("{:?}", one(&store.endpoint(kinds::connection(&double)), PLACE).expect("it is there"));
    assert!(entry.contains("written: Some"), "{entry}");
}
