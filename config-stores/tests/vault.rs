//! Vault: versions of mounts, log-ins, tokens that end, leases.
#![cfg(feature = "vault")]

mod common;

use std::{fs, path::PathBuf, sync::Arc, time::Duration};

use common::{
    double::{Reply, Trouble},
    one,
    postgres::Postgres,
    vault::{Grant, Login, Mount, ROOT, Users, VaultDouble, Version},
};
use confident::{Config, ExposeSecret, SecretString};
use confident_stores::{
    AppRole, Connection, Failure, Fault, Kubernetes, KvVersion, Paths, Retry, Store, StoreSource, Vault,
    testing::ManualClock,
};
use serde_json::json;

const PLACE: &str = "shop/production/token";

/// A program with credentials.
#[derive(Config)]
#[config(app = "shop")]
struct Shop {
    /// The user.
    #[config(sources("vault"))]
    username: String,
    /// The password.
    password: SecretString,
}

/// The same program, which takes new credentials while it runs.
#[derive(Config)]
#[config(app = "shop")]
struct LiveShop {
    /// The user.
    #[config(sources("vault"), live)]
    username: String,
    /// The password.
    #[config(live)]
    password: SecretString,
}

fn load(source: &StoreSource) -> Result<Shop, confident::Report> {
    Shop::loader().profile("production").source(source.clone()).load()
}

/// A server with a mount of version 2 that has a value.
fn server() -> VaultDouble {
    let server = VaultDouble::new();
    server.mount("secret", Mount::V2([].into()));
    server.write("secret", PLACE, Version::of(json!({"value": "hunter2-TOPSECRET"})));
    server
}

fn vault(server: &VaultDouble) -> Vault {
    Vault::at(server.connection()).clock(server.clock.clone())
}

fn by_role(server: &VaultDouble) -> Vault {
    vault(server).app_role(AppRole::new("role-TOPSECRET", "secret-id-TOPSECRET".into()))
}

/// The fault, and what the failure says; never a secret.
fn failed(store: &impl Store, place: &str) -> (Fault, String) {
    let failure = one(store, place).expect_err("it fails");
    told(&failure)
}

fn told(failure: &Failure) -> (Fault, String) {
    let said = format!("{failure}");
    assert!(!format!("{said} {failure:?}").contains("TOPSECRET"), "{said}");
    (failure.fault(), said)
}

fn hours(count: u64) -> Duration {
    Duration::from_secs(3600 * count)
}

fn file(name: &str, text: &str) -> PathBuf {
    let path = std::env::temp_dir().join(format!("confident-vault-{}-{name}", std::process::id()));
    fs::write(&path, text).expect("it can be written");
    path
}

#[test]
fn the_version_of_a_mount_is_asked_for_once_and_not_assumed() {
    let server = server();
    server.mount("old", Mount::V1([(PLACE.to_owned(), json!({"value": "1"}))].into()));
    for (mount, version) in [("secret", "secret/data"), ("old", "old")] {
        server.double.forget();
        let store = vault(&server).mount(mount).token(ROOT.into());
        one(&store, PLACE).expect("it is there");
        one(&store, PLACE).expect("it is there");
        let asked = server.asked();
        assert_eq!(
            asked,
            [
                "GET /v1/auth/token/lookup-self".to_owned(),
                format!("GET /v1/sys/internal/ui/mounts/{mount}"),
                format!("GET /v1/{version}/{PLACE}"),
                format!("GET /v1/{version}/{PLACE}"),
            ]
        );
    }
}

#[test]
fn where_the_version_cannot_be_known_the_way_out_is_told() {
    let server = server();
    server.mount("transit", Mount::Other);
    let store = |mount| vault(&server).mount(mount).token(ROOT.into());
    let (fault, said) = failed(&store("nothing"), PLACE);
    assert_eq!(fault, Fault::Denied, "{said}");
    assert!(said.contains("no such mount"), "{said}");
    let (fault, said) = failed(&store("transit"), PLACE);
    assert_eq!(fault, Fault::Refused, "{said}");
    assert!(said.contains(".dynamic(..)"), "{said}");
    let (fault, said) = failed(&store("secret/shop"), "production/token");
    assert_eq!(fault, Fault::Refused, "{said}");
    assert!(said.contains("inside of one"), "{said}");
    for (status, fault) in [(404, Fault::Refused), (500, Fault::Unavailable)] {
        let store = store("secret");
        server.double.after(1, Trouble::Instead(Reply::text(status, "")));
        let (told, said) = failed(&store, PLACE);
        assert_eq!(told, fault, "{said}");
        assert!(said.contains(".kv_version(..)"), "{said}");
        // What it says is right.
        server.double.heal();
        one(&store.kv_version(KvVersion::V2), PLACE).expect("it is there");
    }
}

#[test]
fn a_mount_of_the_other_version_is_detected() {
    let server = server();
    // What a server keeps that knows only version 1, when it is written to as if it knew 2.
    let fake = [(format!("data/{PLACE}"), json!({"data": {"value": "hunter2-TOPSECRET"}}))];
    server.mount("fake", Mount::V1(fake.into()));
    let store = vault(&server).mount("fake").token(ROOT.into()).kv_version(KvVersion::V2);
    let (fault, said) = failed(&store, PLACE);
    assert_eq!(fault, Fault::Malformed, "{said}");
    assert!(said.contains("KvVersion::V1"), "{said}");
    let fields = [(format!("data/{PLACE}"), json!({"data": "hunter2-TOPSECRET", "metadata": "TOPSECRET"}))];
    server.mount("fields", Mount::V1(fields.into()));
    let store = vault(&server).mount("fields").token(ROOT.into()).kv_version(KvVersion::V2);
    assert_eq!(failed(&store, PLACE).0, Fault::Malformed);
    let store = vault(&server).token(ROOT.into()).kv_version(KvVersion::V1);
    let (fault, said) = failed(&store, PLACE);
    assert_eq!(fault, Fault::Refused, "{said}");
    assert!(said.contains("KvVersion::V2"), "{said}");
}

/// A program with one key, which need not be there.
#[derive(Config)]
#[config(app = "shop")]
#[allow(dead_code)]
struct One {
    /// A secret.
    token: Option<SecretString>,
}

fn load_one(source: &StoreSource) -> Result<Option<String>, String> {
    let loaded = One::loader().profile("production").source(source.clone()).load();
    loaded
        .map(|one| one.token.map(|token| token.expose_secret().to_owned()))
        .map_err(|report| report.to_string())
}

#[test]
fn deleted_destroyed_and_absent_are_not_the_same() {
    let server = server();
    let source = vault(&server).token(ROOT.into()).source().clock(server.clock.clone());
    assert_eq!(load_one(&source), Ok(Some("hunter2-TOPSECRET".to_owned())));
    let deleted = Version { deleted: Some(Duration::ZERO), ..Version::of(json!({"value": "x"})) };
    server.write("secret", PLACE, deleted);
    let said = load_one(&source).expect_err("it is deleted");
    assert!(said.contains("has deleted") && said.contains("version 2"), "{said}");
    server.write("secret", PLACE, Version { is_destroyed: true, ..Version::of(json!({"value": "x"})) });
    let said = load_one(&source).expect_err("it is destroyed");
    assert!(said.contains("destroyed") && said.contains("version 3"), "{said}");
    server.write("secret", PLACE, Version::of(json!({"value": "new"})));
    assert_eq!(load_one(&source), Ok(Some("new".to_owned())));
    server.mount("secret", Mount::V2([].into()));
    assert_eq!(load_one(&source), Ok(None));
    // An older version than before.
    server.write("secret", PLACE, Version::of(json!({"value": "old"})));
    let said = load_one(&source).expect_err("it went back");
    assert!(said.contains("older version"), "{said}");
}

/// What is known of how long a value lasts.
fn lasts(store: &Vault, place: &str) -> String {
    let said = format!("{:?}", one(store, place).expect("it is there"));
    assert!(!said.contains("TOPSECRET"), "{said}");
    let (_, lasts) = said.split_once("lasts: ").expect("it is said");
    lasts.split_once(", written: ").expect("it is said").0.to_owned()
}

#[test]
fn a_value_that_is_to_be_deleted_lasts_until_then() {
    let server = server();
    let store = vault(&server).token(ROOT.into());
    assert_eq!(lasts(&store, PLACE), "None");
    let leaving = Version { deleted: Some(hours(2)), ..Version::of(json!({"value": "x"})) };
    server.write("secret", PLACE, leaving);
    server.clock.advance(hours(1));
    assert_eq!(lasts(&store, PLACE), "Some(3600s)");
    // The clock of the server is behind ours.
    let ahead = ManualClock::default();
    ahead.advance(hours(3));
    assert_eq!(lasts(&vault(&server).token(ROOT.into()).clock(ahead), PLACE), "Some(1s)");
    // Version 1 says how long by the field `ttl`.
    server.mount("old", Mount::V1([(PLACE.to_owned(), json!({"value": "1", "ttl": 1800}))].into()));
    assert_eq!(lasts(&vault(&server).mount("old").token(ROOT.into()), PLACE), "Some(1800s)");
}

#[test]
fn every_request_has_the_headers_and_the_token_is_nowhere_else() {
    let server = VaultDouble::new();
    let values = [("shop/production".to_owned(), json!({"username": "u", "password": "hunter2-TOPSECRET"}))];
    server.mount_in("team-a", "kv", Mount::V1(values.into()));
    let secret_ids = [("secret-id-TOPSECRET".to_owned(), 1)].into();
    let login = Login::AppRole { role_id: "role-TOPSECRET".to_owned(), secret_ids };
    let grant = Grant { ttl: 60, is_renewable: true, ..Grant::default() };
    server.state().logins.insert(("team-a".to_owned(), "machines/own".to_owned()), (login, grant));
    let store = by_role(&server).namespace("/team-a/").mount("kv/").auth_mount("machines/own");
    assert!(!format!("{store:?}").contains("TOPSECRET"));
    let source = store.source().clock(server.clock.clone()).paths(Paths::new("{app}/{profile}#{path}"));
    let shop = load(&source).expect("it is there");
    assert_eq!((shop.username.as_str(), shop.password.expose_secret()), ("u", "hunter2-TOPSECRET"));
    server.clock.advance(Duration::from_secs(50));
    load(&source).expect("the token is renewed");
    let asked = server.asked();
    let paths = [
        "auth/machines/own/login",
        "sys/internal/ui/mounts/kv",
        "kv/shop/production",
        "auth/token/renew-self",
        "kv/shop/production",
    ];
    assert_eq!(
        asked.iter().map(|asked| asked.split_once("/v1/").expect("it has it").1).collect::<Vec<_>>(),
        paths
    );
    for asked in server.double.asked() {
        assert_eq!(asked.header("x-vault-request"), Some("true"));
        assert_eq!(asked.header("x-vault-namespace"), Some("team-a"));
        let is_login = asked.target.ends_with("/login");
        assert_eq!(asked.header("x-vault-token").is_some(), !is_login, "{}", asked.target);
        assert!(!asked.target.contains("TOPSECRET"), "{}", asked.target);
        assert_eq!(String::from_utf8_lossy(&asked.body).contains("TOPSECRET"), is_login);
    }
    // In another namespace there is nothing of it.
    assert!(one(&by_role(&server).namespace("team-b").auth_mount("machines/own"), PLACE).is_err());
}

#[test]
fn no_secret_shows_in_debug() {
    let role = AppRole::new("role-TOPSECRET", "secret-id-TOPSECRET".into());
    let wrapped = AppRole::wrapped("role-TOPSECRET", "TOPSECRET".into());
    let with_token = Vault::at("https://vault.example").token(ROOT.into());
    let said = format!("{role:?} {wrapped:?} {with_token:?} {with_token:#?} {}", with_token.name());
    assert!(!said.contains("TOPSECRET"), "{said}");
    let with_role = Vault::at("https://vault.example").app_role(role);
    let source = with_role.source();
    assert!(!format!("{source:?} {source:#?}").contains("TOPSECRET"));
    // An address with a password in it is not shown either, and not asked.
    let store = Vault::at("https://user:hunter2-TOPSECRET@vault.example").token(ROOT.into());
    assert!(!format!("{store:?} {}", store.name()).contains("TOPSECRET"));
    assert_eq!(failed(&store, PLACE).0, Fault::Refused);
}

#[test]
fn a_token_that_is_over_is_replaced_once_and_one_that_may_not_is_denied() {
    let server = server();
    server.app_role(3, Grant { ttl: 600, allowed: vec!["secret/data/shop/".to_owned()], ..Grant::default() });
    let store = by_role(&server);
    one(&store, PLACE).expect("it is there");
    server.double.forget();
    // A path that is not for the role: no new log-in.
    let (fault, said) = failed(&store, "other/production/token");
    assert_eq!(fault, Fault::Denied, "{said}");
    assert_eq!(
        server.asked(),
        ["GET /v1/secret/data/other/production/token", "GET /v1/auth/token/lookup-self"]
    );
    server.revoke_tokens();
    server.double.forget();
    one(&store, PLACE).expect("it logs in again");
    assert_eq!(server.asked().iter().filter(|asked| asked.ends_with("/login")).count(), 1);
    // By the clock, without a request in vain.
    server.clock.advance(Duration::from_secs(601));
    server.double.forget();
    one(&store, PLACE).expect("it logs in again");
    assert_eq!(
        server.asked(),
        ["POST /v1/auth/approle/login".to_owned(), format!("GET /v1/secret/data/{PLACE}")]
    );
    // The secret id was good for three log-ins.
    server.revoke_tokens();
    assert_eq!(failed(&store, PLACE).0, Fault::Unauthenticated);
}

#[test]
fn a_token_that_was_given_is_renewed_and_its_end_is_told() {
    let server = server();
    let grant = Grant { ttl: 600, max_ttl: 1500, is_renewable: true, ..Grant::default() };
    server.token("given-TOPSECRET", grant);
    let store = vault(&server).token("given-TOPSECRET".into());
    for _ in 0..14 {
        one(&store, PLACE).expect("it lives");
        server.clock.advance(Duration::from_secs(100));
    }
    let renewals = server.asked().iter().filter(|asked| asked.ends_with("renew-self")).count();
    assert!((3..=8).contains(&renewals), "{renewals}");
    server.clock.advance(Duration::from_secs(101));
    let (fault, said) = failed(&store, PLACE);
    assert_eq!(fault, Fault::Unauthenticated, "{said}");
    // A wrong one, and one that may not look itself up.
    assert_eq!(failed(&vault(&server).token("wrong-TOPSECRET".into()), PLACE).0, Fault::Unauthenticated);
    server.token("bare-TOPSECRET", Grant { is_without_default: true, ..Grant::default() });
    one(&vault(&server).token("bare-TOPSECRET".into()), PLACE).expect("it is good all the same");
}

#[test]
fn a_file_with_a_token_is_read_again_when_the_token_is_over() {
    let server = server();
    server.token("first-TOPSECRET", Grant { ttl: 60, ..Grant::default() });
    let path = file("token", "first-TOPSECRET\n");
    let store = vault(&server).token_file(&path);
    one(&store, PLACE).expect("it is good");
    server.clock.advance(Duration::from_secs(61));
    assert_eq!(failed(&store, PLACE).0, Fault::Unauthenticated);
    server.token("second-TOPSECRET", Grant::default());
    fs::write(&path, "second-TOPSECRET\n").expect("it can be written");
    one(&store, PLACE).expect("it is read again");
    for wrong in [String::new(), "x".repeat(100_000)] {
        fs::write(&path, wrong).expect("it can be written");
        assert_eq!(failed(&vault(&server).token_file(&path), PLACE).0, Fault::Refused);
    }
    fs::remove_file(&path).expect("it is there");
    assert_eq!(failed(&vault(&server).token_file(&path), PLACE).0, Fault::Refused);
}

#[test]
fn the_token_of_a_service_account_is_read_at_every_log_in() {
    let server = server();
    let login = |good: &str| Login::Jwt { role: "shop".to_owned(), good: good.to_owned() };
    let grant = Grant { ttl: 60, ..Grant::default() };
    for (mount, name) in [("kubernetes", "k8s"), ("jwt", "jwt"), ("clusters/eu", "k8s-eu")] {
        server.login(mount, login("jwt-1-TOPSECRET"), grant.clone());
        let path = file(name, "jwt-1-TOPSECRET\n");
        let store = match mount {
            "jwt" => vault(&server).jwt("shop", &path),
            _ => vault(&server).kubernetes(Kubernetes::role("shop").token_file(&path)),
        };
        let store = if mount == "clusters/eu" { store.auth_mount(mount) } else { store };
        one(&store, PLACE).expect("it logs in");
        server.login(mount, login("jwt-2-TOPSECRET"), grant.clone());
        server.clock.advance(Duration::from_secs(61));
        assert_eq!(failed(&store, PLACE).0, Fault::Unauthenticated, "the old one is not good any more");
        fs::write(&path, "jwt-2-TOPSECRET").expect("it can be written");
        one(&store, PLACE).expect("it reads the new one");
        fs::remove_file(&path).expect("it is there");
    }
}

#[test]
fn a_wrapped_secret_id_is_unwrapped_once() {
    let server = server();
    server.app_role(9, Grant { ttl: 60, ..Grant::default() });
    server.wrap("wrapping-TOPSECRET", "auth/approle/role/shop/secret-id");
    let store = vault(&server).app_role(AppRole::wrapped("role-TOPSECRET", "wrapping-TOPSECRET".into()));
    one(&store, PLACE).expect("it logs in");
    server.clock.advance(Duration::from_secs(61));
    one(&store, PLACE).expect("it logs in again");
    let unwrapped = server.asked().iter().filter(|asked| asked.contains("unwrap")).count();
    assert_eq!(unwrapped, 1);
    // Somebody was first.
    let second = vault(&server).app_role(AppRole::wrapped("role-TOPSECRET", "wrapping-TOPSECRET".into()));
    let (fault, said) = failed(&second, PLACE);
    assert_eq!(fault, Fault::Unauthenticated, "{said}");
    assert!(said.contains("used already") && said.contains("someone else"), "{said}");
    // Somebody wrapped something else: it is not even opened.
    for made_at in ["sys/wrapping/wrap", "auth/approle/role/shop/role-id", "auth/other/role/shop/secret-id"] {
        server.wrap("forged-TOPSECRET", made_at);
        server.double.forget();
        let forged = vault(&server).app_role(AppRole::wrapped("role-TOPSECRET", "forged-TOPSECRET".into()));
        let (fault, said) = failed(&forged, PLACE);
        assert_eq!(fault, Fault::Unauthenticated, "{said}");
        assert!(said.contains("in place of the secret id"), "{said}");
        assert_eq!(server.asked(), ["POST /v1/sys/wrapping/lookup"]);
    }
}

#[test]
fn one_thread_logs_in_for_all() {
    let server = server();
    server.app_role(1, Grant { ttl: 600, ..Grant::default() });
    let places: Vec<String> = (0..8).map(|number| format!("shop/production/{number}")).collect();
    for place in &places {
        server.write("secret", place, Version::of(json!({"value": "x"})));
    }
    let store = Arc::new(by_role(&server));
    std::thread::scope(|scope| {
        for place in &places {
            let store = Arc::clone(&store);
            scope.spawn(move || one(&*store, place).map(|_| ()).expect("the one log-in is for all"));
        }
    });
}

fn dynamic(server: &VaultDouble) -> StoreSource {
    by_role(server)
        .dynamic("database")
        .source()
        .clock(server.clock.clone())
        .paths(Paths::new("database/creds/{app}-{profile}#{path}"))
        .retry(Retry::never())
}

fn with_database(users: impl Users + 'static, lease: (u64, u64), grant: Grant) -> VaultDouble {
    let server = VaultDouble::with(users);
    server.mount("database", Mount::Database([("shop-production".to_owned(), lease)].into()));
    server.app_role(u32::MAX, grant);
    server
}

fn long() -> Grant {
    Grant { ttl: 3600, is_renewable: true, ..Grant::default() }
}

#[test]
fn a_lease_is_used_until_it_is_about_to_end_or_denied() {
    let server = with_database(common::vault::Nowhere, (600, 6000), long());
    let source = dynamic(&server);
    let names = |count: usize| -> Vec<String> {
        (0..count).map(|_| load(&source).expect("they are made").username).collect()
    };
    let first = names(3);
    assert!(first.iter().all(|name| *name == first[0]), "{first:?}");
    assert_eq!(server.leases(), 1);
    // Not renewed, it is about to end.
    server.clock.advance(Duration::from_secs(560));
    let second = names(2);
    assert!(second.iter().all(|name| *name == second[0] && *name != first[0]), "{second:?}");
    // Renewed for longer than its first end, it is the same.
    keep(&source, &server.clock, Duration::from_secs(700));
    assert_eq!(names(1), second[..1]);
}

#[test]
fn a_lease_is_kept_while_settings_are_watched_and_given_back_then() {
    let server = with_database(common::vault::Nowhere, (600, 6000), long());
    let settings = LiveShop::loader()
        .profile("production")
        .source(dynamic(&server))
        .watch_with(confident::Watch::new().on_event(|_| {}))
        .expect("they are made");
    let name = settings.current().username.clone();
    assert_eq!(settings.refresh().expect("they are the same").username, name);
    assert_eq!((settings.current().generation(), server.leases()), (1, 1));
    // What is denied is made anew.
    assert!(settings.refresh_denied(1));
    assert_ne!(settings.current().username, name);
    drop(settings);
    assert_eq!(server.leases(), 1, "only the one that was denied, of which nobody knows any more");
}

#[test]
fn credentials_of_one_lease_are_read_together() {
    let server = with_database(common::vault::Nowhere, (600, 6000), long());
    let source = dynamic(&server);
    let shop = load(&source).expect("they are made");
    let number = shop.username.strip_prefix("v-shop-").expect("it is made");
    assert_eq!(shop.password.expose_secret(), format!("TOPSECRET-{number}"));
    assert_eq!(server.asked(), ["POST /v1/auth/approle/login", "GET /v1/database/creds/shop-production"]);
    assert_eq!(server.leases(), 1);
    source.revoke_leases();
    assert_eq!(server.leases(), 0);
    let wrong = source.paths(Paths::new("database/creds/{app}-{profile}-wrong#{path}"));
    let said = load(&wrong).expect_err("there is no such role").to_string();
    assert!(said.contains("check the role"), "{said}");
}

#[test]
fn a_static_role_lasts_until_its_next_change() {
    let server = VaultDouble::new();
    server.mount("database", Mount::Static(90));
    let store = vault(&server).token(ROOT.into()).dynamic("database");
    let place = "database/static-creds/shop-production";
    assert_eq!(lasts(&store, place), "Some(90s)");
    server.mount("database", Mount::Static(0));
    assert_eq!(failed(&store, place).0, Fault::Unavailable, "it is changing");
}

/// Keeps the leases of a source for so long, as a program does, and no more often than every second.
fn keep(source: &StoreSource, clock: &ManualClock, long: Duration) {
    use confident_stores::Clock;
    let end = clock.elapsed() + long;
    while clock.elapsed() < end {
        let pause = source.keep_leases().unwrap_or(long).max(Duration::from_secs(1));
        clock.advance(pause.min(end - clock.elapsed()));
    }
}

#[test]
fn leases_and_the_token_under_them_are_kept() {
    // The token lives shorter than the lease: it ends first where nobody cares for it.
    let token = Grant { ttl: 300, is_renewable: true, ..Grant::default() };
    let server = with_database(common::vault::Nowhere, (3600, 24 * 3600), token);
    let source = dynamic(&server);
    load(&source).expect("they are made");
    keep(&source, &server.clock, hours(12));
    assert_eq!(server.leases(), 1);
    let asked = server.asked();
    assert_eq!(asked.iter().filter(|asked| asked.ends_with("/login")).count(), 1);
    let renewals = asked.iter().filter(|asked| asked.contains("renew")).count();
    assert!((12..1000).contains(&renewals), "{renewals}");
    // The control: nobody cares.
    server.clock.advance(hours(1));
    assert_eq!(server.leases(), 0);
}

#[test]
fn no_lease_is_said_to_outlive_its_token() {
    let token = Grant { ttl: 300, ..Grant::default() };
    let server = with_database(common::vault::Nowhere, (3600, 24 * 3600), token);
    let store = by_role(&server).dynamic("database");
    let lease = |store: &Vault| one(store, "database/creds/shop-production").expect("they are made");
    let said = format!("{:?}", lease(&store));
    assert!(said.contains("duration: 300s"), "{said}");
    // Late in its life it is replaced before anything new hangs on it.
    server.clock.advance(Duration::from_secs(250));
    let said = format!("{:?}", lease(&store));
    assert!(said.contains("duration: 300s"), "{said}");
    assert!(!said.contains("TOPSECRET"), "{said}");
    assert_eq!(server.leases(), 2, "the first lives until its own token ends");
    server.clock.advance(Duration::from_secs(51));
    assert_eq!(server.leases(), 1);
}

#[test]
fn a_lease_is_not_renewed_beyond_its_last_end() {
    let server = with_database(common::vault::Nowhere, (600, 1000), long());
    let source = dynamic(&server);
    load(&source).expect("they are made");
    keep(&source, &server.clock, hours(1));
    assert_eq!(server.leases(), 0, "no renewal moves the last end");
    let renewals = server.asked().iter().filter(|asked| asked.contains("leases/renew")).count();
    assert!((1..=3).contains(&renewals), "{renewals}");
}

#[test]
fn a_renewal_that_fails_never_spins() {
    let day = hours(24);
    // Whatever fails, and however long the lease and the token are: a call costs at most two requests, and pauses grow.
    let troubles = [
        ("500", Trouble::Instead(Reply::text(500, ""))),
        ("closed", Trouble::Close),
        ("sealed", Trouble::Instead(Reply::json(json!({"errors": ["Vault is sealed"]})).status(503))),
        ("403", Trouble::Instead(Reply::json(json!({"errors": ["permission denied"]})).status(403))),
        ("400", Trouble::Instead(Reply::json(json!({"errors": ["lease not found"]})).status(400))),
        (
            "0 seconds",
            Trouble::Instead(Reply::json(json!({"lease_id": "x", "lease_duration": 0, "renewable": true,
            "auth": {"client_token": "x", "lease_duration": 1, "renewable": true}}))),
        ),
    ];
    let mut most = 0;
    for (name, trouble) in troubles {
        let grant = Grant { ttl: 2 * 86400, is_renewable: true, ..Grant::default() };
        let server = with_database(common::vault::Nowhere, (86400, 86400 * 9), grant);
        let source = dynamic(&server);
        load(&source).expect("they are made");
        server.double.forget();
        server.double.always(trouble);
        keep(&source, &server.clock, 2 * day);
        let calls = server.double.asked().len();
        // Pauses of 150 to 300 seconds in the last third of a day, for the token and for the lease.
        assert!((1..=2 * 2 * 86400 / 3 / 150).contains(&calls), "{name}: {calls}");
        most = most.max(calls);
    }
    assert!(most > 50, "the worst keeps trying: {most}");
    // A program that does not wait as long as it is told changes nothing.
    let grant = Grant { ttl: 2 * 86400, is_renewable: true, ..Grant::default() };
    let server = with_database(common::vault::Nowhere, (86400, 86400 * 9), grant);
    let source = dynamic(&server);
    load(&source).expect("they are made");
    server.double.forget();
    server.double.always(Trouble::Instead(Reply::text(500, "")));
    for _ in 0..86400 {
        source.keep_leases();
        server.clock.advance(Duration::from_secs(1));
    }
    let calls = server.double.asked().len();
    assert!((1..=86400 / 3 / 150).contains(&calls), "{calls}");
    // That control: whoever spins is counted.
    let store = vault(&server).token(ROOT.into());
    for _ in 0..100 {
        assert!(one(&store, PLACE).is_err());
    }
    assert_eq!(server.double.asked().len(), calls + 100);
    // The control: where all is well, the same two days are few calls, and the lease lives.
    let grant = Grant { ttl: 2 * 86400, is_renewable: true, ..Grant::default() };
    let server = with_database(common::vault::Nowhere, (86400, 86400 * 9), grant);
    let source = dynamic(&server);
    load(&source).expect("they are made");
    keep(&source, &server.clock, 2 * day);
    assert_eq!(server.leases(), 1);
    assert!(server.double.asked().len() < 12, "{:?}", server.asked());
}

#[test]
fn an_address_of_another_machine_needs_tls_and_the_authority_a_file() {
    let store = Vault::at("http://vault.example:8200").token(ROOT.into());
    assert_eq!(failed(&store, PLACE).0, Fault::Insecure);
    let authority = Connection::to("https://127.0.0.1:1").authority("/nowhere/authority.pem");
    let (fault, said) = failed(&Vault::at(authority).token(ROOT.into()), PLACE);
    assert_eq!(fault, Fault::Refused);
    assert!(said.contains("/nowhere/authority.pem"), "{said}");
    let store = Vault::at("https://vault.example").token(ROOT.into()).kv_version(KvVersion::V1);
    for place in ["a//b", "../sys/seal", "a/./b", "", "a/.."] {
        assert_eq!(failed(&store, place).0, Fault::Refused, "{place}");
    }
}

#[test]
fn without_a_log_in_no_token_is_sent() {
    // An agent on the same machine has a token of its own.
    let agent = common::double::Double::new(|asked| {
        let value = json!({"data": {"data": {"value": "x"}, "metadata": {"version": 1}}});
        if asked.header("x-vault-token").is_none() { Reply::json(value) } else { Reply::text(403, "{}") }
    });
    let store = Vault::at(agent.address()).kv_version(KvVersion::V2);
    one(&store, PLACE).expect("the agent adds its own");
    assert_eq!(agent.asked().len(), 1);
    assert!(one(&store.token(ROOT.into()), PLACE).is_err(), "a token is sent");
    // Without an agent, it is denied.
    assert_eq!(failed(&vault(&server()).kv_version(KvVersion::V2), PLACE).0, Fault::Denied);
}

#[test]
fn what_is_in_a_path_stays_in_it() {
    let server = server();
    let store = vault(&server).token(ROOT.into());
    assert!(one(&store, "a?b=c#d%2F/e f\u{e9}\n").is_err());
    let asked = server.asked();
    assert_eq!(asked.last().expect("it is asked"), "GET /v1/secret/data/a%3Fb%3Dc%23d%252F/e%20f%C3%A9%0A");
}

#[test]
fn no_failure_quotes_an_answer_whatever_is_wrong_with_it() {
    let seeds = concat!(env!("CARGO_MANIFEST_DIR"), "/../fuzz/corpus/vault");
    let (mut read, mut failed) = (0, 0);
    for seed in fs::read_dir(seeds).expect("the seeds of the fuzz target are there").flatten() {
        let seed = fs::read(seed.path()).expect("it can be read");
        // Behind the byte that chooses the status; with a secret in every text that is a value.
        let body = String::from_utf8_lossy(&seed[1..]).replace(": \"", ": \"TOPSECRET");
        for status in [200, 400, 403, 404, 500, 503] {
            for at in 0..body.len() {
                let mut mutated = body.clone().into_bytes();
                mutated[at] = b"\"{}[]:,0\\n\x00\xff"[at % 12];
                read += 1;
                for said in confident_stores::fuzzing::vault(status, &mutated) {
                    failed += 1;
                    assert!(!said.contains("TOPSECRET"), "{said}");
                }
            }
        }
    }
    assert!(read > 5000 && failed > read, "{read} {failed}");
}

/// Users of a real database.
struct Real(Arc<Postgres>);

impl Users for Real {
    fn create(&self, name: &str, password: &str) {
        self.0.administer(&format!("create role \"{name}\" login password '{password}'"));
    }

    fn remove(&self, name: &str) {
        self.0.administer(&format!("drop role \"{name}\""));
    }
}

#[test]
fn credentials_of_a_lease_log_in_until_it_ends() {
    let Some(postgres) = Postgres::start("vault").map(Arc::new) else { return };
    let server = with_database(Real(Arc::clone(&postgres)), (600, 6000), long());
    let source = dynamic(&server);
    let logs_in = |shop: &Shop| postgres.runs(&shop.username, shop.password.expose_secret(), "select 1");
    let (first, second) =
        (load(&dynamic(&server)).expect("they are made"), load(&source).expect("they are made"));
    assert_ne!(first.username, second.username);
    assert!(logs_in(&first) && logs_in(&second));
    assert!(
        !postgres.runs(&first.username, second.password.expose_secret(), "select 1"),
        "a password is checked"
    );
    // Kept over the first end, the second lease lives; nobody keeps the first, so it ends.
    keep(&source, &server.clock, Duration::from_secs(700));
    assert_eq!(server.leases(), 1);
    assert!(!logs_in(&first) && logs_in(&second));
    source.revoke_leases();
    assert_eq!(server.leases(), 0);
    assert!(!logs_in(&second));
}
