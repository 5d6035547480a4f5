//! What is left of a secret that came from a store: one copy while the settings live, none after. The server runs in the
//! process that looks.

#![cfg(all(
    target_os = "linux",
    feature = "age",
    feature = "aws",
    feature = "command",
    feature = "etcd",
    feature = "vault"
))]

#[path = "../../tests/common/mod.rs"]
mod common;
#[path = "../../tests/common/memory.rs"]
mod memory;
#[path = "common/mod.rs"]
mod stores;

use std::{fs, os::unix::fs::PermissionsExt, path::Path};

use confident::{Config, ExposeSecret, SecretString};
use confident_stores::{
    AgeEdit, AgeFile, AppRole, Command, Etcd, Identity, ParameterStore, Paths, Retry, SecretsManager, Store,
    StoreSource, Vault,
    audit::{AuditKey, OnFailure, Trail},
};
use memory::{Given, copies};
use stores::{double::Double, kinds};

/// A program.
#[derive(Config)]
#[config(app = "shop")]
#[allow(dead_code)] // only looked at from outside
struct Shop {
    /// How it logs in.
    #[config(sources("age", "vault", "aws", "aws-ssm", "etcd", "command"))]
    token: SecretString,
}

/// A program that makes do with an old value, which is kept for that.
#[derive(Config)]
#[config(app = "shop")]
#[allow(dead_code)] // only looked at from outside
struct Patient {
    /// How it logs in.
    #[config(max_stale = "1h")]
    token: SecretString,
}

const PLACE: &str = "shop/production/token";

/// The text that a store has: with escapes in it, so that no buffer can be handed through.
fn text(given: &Given) -> String {
    format!("\"{}\"\n\\", given.secret)
}

/// Starts a server, and tells the child where.
fn served(given: &Given, make: fn(kinds::Texts) -> kinds::Made) -> Option<Double> {
    let made = make(vec![(PLACE.to_owned(), text(given))]);
    let double = made.double.expect("it is a server");
    given.file("address", &double.address());
    Some(double)
}

fn address(folder: &Path) -> String {
    fs::read_to_string(folder.join("address")).expect("the test wrote it")
}

fn load(source: StoreSource) -> Shop {
    Shop::loader().profile("production").source(source.retry(Retry::never())).load().expect("it is complete")
}

#[test]
fn a_value_of_an_age_file_has_one_copy() {
    let copies = copies(
        |given| {
            let identity = Identity::generate();
            let key = given.file("key", identity.expose_secret());
            fs::set_permissions(&key, fs::Permissions::from_mode(0o600)).expect("it is ours");
            let recipients = Identity::text(identity).recipients().expect("it has one");
            let mut edit =
                AgeEdit::create(given.folder.path("s.age"), recipients).expect("there is no file yet");
            edit.set(PLACE, text(given).into()).expect("it is a place");
            edit.save().expect("it can be written");
        },
        |folder| {
            let file = folder.join("s.age");
            let store = AgeFile::at(file.to_string_lossy()).identity(Identity::file(folder.join("key")));
            load(store.source())
        },
    );
    assert!(copies.are(1, 0), "{copies:?}");
}

#[test]
fn what_a_command_prints_has_one_copy() {
    let copies = copies(
        |given| {
            given.file(PLACE, &text(given));
        },
        |folder| load(Command::new("cat", [format!("{}/{{place}}", folder.display())]).source()),
    );
    assert!(copies.are(1, 0), "{copies:?}");
}

#[test]
fn a_value_of_etcd_has_one_copy() {
    let mut double = None;
    let copies = copies(
        |given| double = served(given, kinds::etcd::made),
        |folder| load(Etcd::at(address(folder)).source()),
    );
    assert!(copies.are(1, 0), "{copies:?}");
}

#[test]
fn a_value_of_a_vault_of_version_1_has_one_copy() {
    let mut double = None;
    let copies = copies(
        |given| double = served(given, kinds::vault::version_1),
        |folder| {
            let role = AppRole::new("role-TOPSECRET", "secret-id-TOPSECRET".into());
            load(Vault::at(address(folder)).mount("kv/own").app_role(role).source())
        },
    );
    assert!(copies.are(1, 0), "{copies:?}");
}

#[test]
fn a_value_of_a_vault_of_version_2_has_one_copy() {
    let mut double = None;
    let copies = copies(
        |given| double = served(given, kinds::vault::version_2),
        |folder| load(Vault::at(address(folder)).token(stores::vault::ROOT.into()).source()),
    );
    assert!(copies.are(1, 0), "{copies:?}");
}

#[test]
fn a_secret_of_aws_has_one_copy() {
    let mut double = None;
    let copies = copies(
        |given| double = served(given, kinds::aws::secrets),
        |folder| {
            let store = SecretsManager::in_region(kinds::aws::REGION).credentials(kinds::aws::credentials());
            load(store.endpoint(address(folder)).source())
        },
    );
    assert!(copies.are(1, 0), "{copies:?}");
}

#[test]
fn a_parameter_of_aws_has_one_copy() {
    let mut double = None;
    let copies = copies(
        |given| double = served(given, kinds::aws::parameters),
        |folder| {
            let store = ParameterStore::in_region(kinds::aws::REGION).credentials(kinds::aws::credentials());
            load(store.endpoint(address(folder)).source())
        },
    );
    assert!(copies.are(1, 0), "{copies:?}");
}

#[test]
fn a_field_of_an_object_has_one_copy() {
    let copies = copies(
        |given| {
            given.file(
                "shop/production",
                &format!(r#"{{"SHOP_TOKEN": "{}\u0041\n", "OTHER": "\n"}}"#, given.secret),
            );
        },
        |folder| {
            let store = Command::new("cat", [format!("{}/{{place}}", folder.display())]);
            load(store.source().paths(Paths::new("{app}/{profile}#{variable}")))
        },
    );
    assert!(copies.are(1, 0), "{copies:?}");
}

#[test]
fn a_record_of_the_audit_trail_leaves_no_copy() {
    let copies = copies(
        |given| {
            given.file(PLACE, &text(given));
        },
        |folder| {
            let key = AuditKey::new(&[7; 32]).expect("it is long enough");
            let trail = Trail::keyed(folder.join("audit.jsonl"), key).unsynced();
            let trail = trail.open(OnFailure::Closed).expect("it can be written");
            let store = Command::new("cat", [format!("{}/{{place}}", folder.display())]);
            (load(store.source().audit(&trail)), trail)
        },
    );
    assert!(copies.are(1, 0), "{copies:?}");
}

/// A program that takes a new secret while it runs.
#[cfg(feature = "fleet")]
#[derive(Config)]
#[config(app = "shop")]
#[allow(dead_code)] // only looked at from outside
struct Watched {
    /// How it logs in.
    #[config(live)]
    token: SecretString,
}

#[cfg(feature = "fleet")]
#[test]
fn a_secret_of_which_a_fingerprint_is_published_has_one_copy() {
    use confident::Watch;
    use confident_stores::fleet::{Fleet, FleetKey};
    let copies = copies(
        |given| {
            given.file(PLACE, &text(given));
            given.file("states/README", "");
        },
        |folder| {
            let key = FleetKey::new(&[7; 32]).expect("it is long enough");
            let states = folder.join("states");
            let watch = Watch::new().publish_to(Fleet::directory(&states).key(key));
            let store = Command::new("cat", [format!("{}/{{place}}", folder.display())]);
            let loader = Watched::loader().profile("production").source(store.source().retry(Retry::never()));
            let live = loader.watch_with(watch).expect("it is complete");
            live.refresh().expect("it is complete");
            let fleet = Fleet::directory(&states);
            while fleet.read().expect("it can be read").instances.is_empty() {
                std::thread::sleep(std::time::Duration::from_millis(10));
            }
            live
        },
    );
    assert!(copies.are(1, 0), "{copies:?}");
}

/// What may be served while the store is away is kept for that: the second copy goes with the source.
#[test]
fn a_value_that_may_be_served_later_has_two_copies_while_the_source_lives() {
    let copies = copies(
        |given| {
            let double = served(given, kinds::vault::version_2);
            std::mem::forget(double);
        },
        |folder| {
            let source = Vault::at(address(folder)).token(stores::vault::ROOT.into()).source();
            let loader = Patient::loader().profile("production").source(source.clone());
            (loader.load().expect("it is complete"), source)
        },
    );
    assert!(copies.are(2, 0), "{copies:?}");
}
