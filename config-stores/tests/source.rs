//! What all stores share, with a store that does as it is told.

mod common;

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
    time::Duration,
};

use common::clocks;
use confident::{Code, Config, ExposeSecret, Origin, Report, SecretString};
use confident_stores::{
    Ask, Clock, Entry, Failure, Fault, Lease, Paths, Retry, Store, StoreSource, testing::ManualClock,
};

/// A program.
#[derive(Config)]
#[config(app = "shop")]
#[allow(dead_code)]
struct Shop {
    /// A secret with a place of its own.
    #[config(store = "vault:databases/main#password", max_stale = "1h")]
    password: Option<SecretString>,
    /// A secret.
    token: SecretString,
    /// Another.
    key: Option<SecretString>,
}

/// What is at a place.
type Here = Box<dyn Fn() -> Result<Entry, Failure> + Send + Sync>;

/// A store that does as it is told, and counts.
#[derive(Default)]
struct Told {
    places: Mutex<HashMap<&'static str, Here>>,
    asked: Mutex<Vec<String>>,
    renewed: Mutex<u32>,
    renewal: Mutex<Option<Result<Lease, Failure>>>,
    revoked: Mutex<Vec<String>>,
}

impl Told {
    fn put(&self, place: &'static str, here: impl Fn() -> Result<Entry, Failure> + Send + Sync + 'static) {
        self.places.lock().expect("nothing panics").insert(place, Box::new(here));
    }

    fn asked(&self) -> Vec<String> {
        std::mem::take(&mut *self.asked.lock().expect("nothing panics"))
    }
}

impl Store for Told {
    fn kind(&self) -> &'static str {
        // Kinds of other stores have no name in the option `store`: this one stands in for Vault.
        "vault"
    }

    fn name(&self) -> String {
        "the store of the test".to_owned()
    }

    fn read(&self, ask: &Ask<'_>) -> Vec<Result<Entry, Failure>> {
        let places = self.places.lock().expect("nothing panics");
        let mut asked = self.asked.lock().expect("nothing panics");
        asked.extend(ask.places.iter().map(|place| (*place).to_owned()));
        let absent = |place: &str| Err(Failure::new(Fault::Absent).at(place));
        ask.places
            .iter()
            .map(|place| places.get(place).map_or_else(|| absent(place), |here| here()))
            .collect()
    }

    fn renew(&self, lease: &Lease) -> Result<Lease, Failure> {
        *self.renewed.lock().expect("nothing panics") += 1;
        let told = self.renewal.lock().expect("nothing panics").clone();
        told.unwrap_or_else(|| Ok(lease.clone()))
    }

    fn revoke(&self, lease: &Lease) -> Result<(), Failure> {
        self.revoked.lock().expect("nothing panics").push(lease.id.clone());
        Ok(())
    }
}

fn told() -> (Arc<Told>, StoreSource, ManualClock) {
    let store = Arc::<Told>::default();
    let (clock, own) = clocks();
    let source = Arc::clone(&store).source().clock(own).retry(Retry::never());
    store.put("shop/production/token", || Ok(Entry::text(b"token".to_vec()).version("a")));
    (store, source, clock)
}

fn load(source: &StoreSource) -> Result<confident::Loaded<Shop>, Report> {
    Shop::loader().profile("production").source(source.clone()).load_with_warnings()
}

fn fields(names: &[(&str, &str)]) -> Entry {
    let fields = names.iter().map(|(name, text)| ((*name).to_owned(), text.as_bytes().to_vec().into()));
    Entry::fields(fields.collect())
}

#[test]
fn a_key_may_have_a_place_of_its_own_and_it_is_one_of_the_profile() {
    let (store, source, _) = told();
    store.put("production/databases/main", || Ok(fields(&[("user", "u"), ("password", "p4ss")]).revision(4)));
    let shop = load(&source).expect("it is complete").settings;
    assert_eq!(shop.password.expect("it is set").expose_secret(), "p4ss");
    assert_eq!(store.asked(), ["production/databases/main", "shop/production/key", "shop/production/token"]);
    let explanation = Shop::loader().profile("production").source(source.clone()).explain();
    let value = explanation.key("password").and_then(|key| key.value.as_ref()).expect("it is set");
    assert_eq!(value.origin.to_string(), "vault:production/databases/main#password@4");
    // Where a store is one profile's only, the place is as it is written.
    store.put("databases/main", || Ok(fields(&[("password", "own")])));
    store.put("shop/token", || Ok(Entry::text(b"t".to_vec())));
    let source = source.paths(Paths::new("{app}/{path}").only("production"));
    let shop = load(&source).expect("it is complete").settings;
    assert_eq!(shop.password.expect("it is set").expose_secret(), "own");
}

#[test]
fn a_place_of_its_own_must_have_the_value() {
    let (store, source, _) = told();
    let report = load(&source).expect_err("the key says where it is");
    let [problem] = report.problems() else { panic!("{report}") };
    assert_eq!((problem.code(), problem.path()), (Code::Store, Some("password")));
    assert!(problem.message().ends_with("has nothing at production/databases/main"), "{report}");
    store.put("production/databases/main", || Ok(fields(&[("pass", "p4ss")])));
    let report = load(&source).expect_err("there is no such field").to_string();
    assert!(report.contains("there is no field `password`; there is `pass`"), "{report}");
    assert!(!report.contains("p4ss"), "{report}");
}

#[test]
fn a_version_never_goes_back_unasked() {
    let (store, source, _) = told();
    store.put("production/databases/main", || Ok(fields(&[("password", "new")]).revision(5)));
    load(&source).expect("it is complete");
    store.put("production/databases/main", || Ok(fields(&[("password", "old")]).revision(4)));
    let report = load(&source).expect_err("the store was set back");
    assert!(report.to_string().contains("an older version of production/databases/main"), "{report}");
    assert!(report.to_string().contains("version 5 was read before, and it has 4 now"), "{report}");
    store.put("production/databases/main", || Ok(fields(&[("password", "newer")]).revision(6)));
    assert_eq!(
        load(&source).expect("it goes on").settings.password.expect("it is set").expose_secret(),
        "newer"
    );
}

#[test]
fn many_keys_that_a_store_does_not_answer_for_are_one_problem() {
    let (store, source, _) = told();
    for place in ["production/databases/main", "shop/production/token", "shop/production/key"] {
        store.put(place, || Err(Failure::new(Fault::Sealed)));
    }
    let report = load(&source).expect_err("it is sealed");
    let [problem] = report.problems() else { panic!("{report}") };
    assert_eq!((problem.code(), problem.subject()), (Code::Store, "the store of the test"));
    assert_eq!(problem.message(), "is sealed");
    assert_eq!(
        problem.notes(),
        ["unseal the store", "which keeps SHOP_PASSWORD, SHOP_TOKEN, SHOP_KEY from being read"]
    );
}

#[test]
fn a_store_that_answers_too_little_is_told_and_nothing_panics() {
    struct Short;
    impl Store for Short {
        fn kind(&self) -> &'static str {
            "vault"
        }
        fn name(&self) -> String {
            "short".to_owned()
        }
        fn read(&self, _: &Ask<'_>) -> Vec<Result<Entry, Failure>> {
            Vec::new()
        }
    }
    let report =
        Shop::loader().profile("production").source(Short.source()).load().expect_err("it says nothing");
    assert!(report.to_string().contains("it answered for fewer places than asked"), "{report}");
}

#[test]
fn a_panic_in_one_thread_does_not_keep_others_waiting() {
    let (store, source, _) = told();
    store.put("production/databases/main", || Ok(fields(&[("password", "p4ss")])));
    let waits = Arc::new(std::sync::Barrier::new(2));
    let there = Arc::clone(&waits);
    store.put("shop/production/key", move || {
        there.wait();
        std::thread::sleep(Duration::from_millis(100));
        panic!("as the test wants it")
    });
    std::thread::scope(|scope| {
        let panics = scope.spawn(|| load(&source).is_ok());
        waits.wait();
        let report = load(&source).expect_err("the other thread asked, and fell");
        assert!(report.to_string().contains("the thread that asked did not end well"), "{report}");
        assert!(panics.join().is_err());
    });
}

/// A place with a lease of an hour.
fn leased(store: &Told, is_renewable: bool) {
    store.put("production/databases/main", move || {
        Ok(fields(&[("password", "p4ss")]).lease(Lease::new(
            "lease-1",
            Duration::from_secs(3600),
            is_renewable,
        )))
    });
}

#[test]
fn a_lease_is_renewed_when_two_thirds_of_it_are_over() {
    let (store, source, clock) = told();
    leased(&store, true);
    load(&source).expect("it is complete");
    let renewed = || *store.renewed.lock().expect("nothing panics");
    for round in 1..=24 {
        let pause = source.keep_leases().expect("there is a lease");
        let share = pause.as_secs_f64() / 3600.0;
        assert!((0.56..=0.67).contains(&share), "{share}");
        assert_eq!(renewed(), round - 1);
        clock.advance(pause);
        source.keep_leases();
        assert_eq!(renewed(), round);
    }
    source.revoke_leases();
    assert_eq!(*store.revoked.lock().expect("nothing panics"), ["lease-1"]);
    assert_eq!(source.keep_leases(), None, "a lease that is given back is not kept");
}

#[test]
fn a_renewal_that_fails_never_spins_and_ends_with_the_lease() {
    let failures = [
        Failure::new(Fault::Unreachable),
        Failure::new(Fault::Busy).retry_after(Duration::from_secs(1)),
        Failure::new(Fault::Denied),
    ];
    for failure in failures {
        let (store, source, clock) = told();
        leased(&store, true);
        load(&source).expect("it is complete");
        *store.renewal.lock().expect("nothing panics") = Some(Err(failure.clone()));
        let start = clock.elapsed();
        let mut calls = 0;
        while let Some(pause) = source.keep_leases() {
            calls += 1;
            assert!(calls < 1000, "{failure} spins");
            clock.advance(pause.max(Duration::from_nanos(1)));
        }
        let (renewed, lasted) = (*store.renewed.lock().expect("nothing panics"), clock.elapsed() - start);
        assert!(lasted <= Duration::from_secs(3600), "{failure}: it goes on after the lease has ended");
        // 10, 20, 40, 80, 160, 300, 300 .. seconds, each at least half of it, in the last third of an hour.
        assert!(renewed <= if failure.fault().is_transient() { 16 } else { 1 }, "{failure}: {renewed}");
        assert!(renewed >= 1);
    }
    // The test can see it: one that is renewed for a moment only comes back soon, but never sooner than a second.
    let (store, source, clock) = told();
    leased(&store, true);
    load(&source).expect("it is complete");
    *store.renewal.lock().expect("nothing panics") =
        Some(Ok(Lease::new("lease-1", Duration::from_millis(10), true)));
    clock.advance(Duration::from_secs(3000));
    assert_eq!(source.keep_leases(), None, "what ends before it could be renewed is left to end");
    assert_eq!(*store.renewed.lock().expect("nothing panics"), 1);
}

#[test]
fn a_lease_that_cannot_be_renewed_says_when_to_read_anew() {
    let (store, source, _) = told();
    leased(&store, false);
    load(&source).expect("it is complete");
    assert_eq!(source.keep_leases(), None);
}

#[test]
fn an_old_value_is_not_served_after_its_lease() {
    let (store, source, clock) = told();
    store.put("production/databases/main", || {
        Ok(fields(&[("password", "p4ss")]).lease(Lease::new("lease-1", Duration::from_secs(600), false)))
    });
    load(&source).expect("it is complete");
    store.put("production/databases/main", || Err(Failure::new(Fault::Unreachable)));
    clock.advance(Duration::from_secs(300));
    assert_eq!(load(&source).expect("the lease is good").warnings.len(), 0);
    clock.advance(Duration::from_secs(250));
    let loaded = load(&source).expect("the key may be an hour old");
    assert_eq!(loaded.warnings.len(), 1);
    clock.advance(Duration::from_secs(150));
    assert!(load(&source).is_err(), "the credentials have ended");
}

#[test]
fn a_template_that_is_not_right_is_told_at_the_load() {
    for (template, word) in [
        ("{app}/{profile}", "the same for every key"),
        ("{app}/{path}", "every profile has the same"),
        ("{app}/{profile}/{path}/", "not segments"),
        ("/{app}/{profile}/{path}", "not segments"),
        ("{app}/{profile}/../{path}", "not segments"),
        ("{app}/{profile}/{pth}/{path}", "not segments"),
        ("{app}/{profile}#{path}#x", "field is not a name"),
    ] {
        let (_, source, _) = told();
        let report = load(&source.paths(Paths::new(template))).expect_err("it is not right").to_string();
        assert!(report.contains(word), "{template}: {report}");
    }
}

#[test]
fn where_a_store_has_one_profile_another_does_not_ask_it() {
    let (store, source, _) = told();
    let source = source.paths(Paths::new("{app}/{path}").only("production"));
    let staging = Shop::loader().profile("staging").source(source.clone()).load();
    let report = staging.expect_err("that is another profile's store").to_string();
    assert!(report.contains("has what the profile production needs"), "{report}");
    assert!(store.asked().is_empty());
    let origin = |path: &str| {
        let explanation = Shop::loader().profile("production").source(source.clone()).explain();
        explanation.key(path).and_then(|key| Some(key.value.as_ref()?.origin.clone()))
    };
    store.put("shop/token", || Ok(Entry::text(b"t".to_vec())));
    assert!(matches!(origin("token"), Some(Origin::Store { kind: "vault", .. })));
}
