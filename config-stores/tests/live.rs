//! Settings that are watched in a store: versions go forward, unless the operator says otherwise.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    thread,
    time::Duration,
};

use confident::{Config, ExposeSecret, KeyState, Live, Rejected, SecretString, Watch};
use confident_stores::{Ask, Entry, Failure, Retry, Store, StoreSource};

/// A program.
#[derive(Config)]
#[config(app = "shop")]
struct Shop {
    /// A secret that is rotated.
    #[config(live)]
    token: SecretString,
}

/// A store whose one value is its version.
#[derive(Default)]
struct Versions(AtomicU64);

impl Versions {
    fn set(&self, version: u64) {
        self.0.store(version, Ordering::SeqCst);
    }
}

impl Store for Versions {
    fn kind(&self) -> &'static str {
        "vault"
    }

    fn name(&self) -> String {
        "the store of the test".to_owned()
    }

    fn read(&self, ask: &Ask<'_>) -> Vec<Result<Entry, Failure>> {
        let version = self.0.load(Ordering::SeqCst);
        let entry = || Ok(Entry::text(format!("token-{version}").into_bytes()).revision(version));
        ask.places.iter().map(|_| entry()).collect()
    }
}

/// Nothing is asked for by itself.
const NEVER: Duration = Duration::from_secs(1_000_000_000);

fn watched() -> (Arc<Versions>, StoreSource, Live<Shop>) {
    let store = Arc::<Versions>::default();
    store.set(5);
    let source = Arc::clone(&store).source().retry(Retry::never());
    let watch = Watch::new().poll(NEVER).on_event(|_| {});
    let loader = Shop::loader().profile("production").source(source.clone());
    let shop = loader.watch_with(watch).expect("the store has it");
    (store, source, shop)
}

fn token(shop: &Live<Shop>) -> String {
    shop.current().token.expose_secret().to_owned()
}

#[test]
fn a_store_that_is_set_back_changes_nothing_before_the_operator_says_so() {
    let (store, source, shop) = watched();
    store.set(6);
    shop.refresh().expect("versions grow");
    store.set(4);
    for rejections in 1..4 {
        let rejected = shop.refresh().expect_err("the store was set back");
        assert!(matches!(rejected, Rejected::Invalid(_)), "{rejected}");
        let said = rejected.to_string();
        assert!(said.contains("version 6 was read before, and it has 4 now"), "{said}");
        assert!(said.contains("`accept_rollback`") && !said.contains("token-"), "{said}");
        let status = shop.status();
        assert_eq!((status.generation, status.rejections), (2, rejections));
        assert!(status.rejected.is_some_and(|reason| reason.contains("an older version")));
        assert_eq!(token(&shop), "token-6");
    }
    // The store is asked for by the loader; the operator has a clone.
    source.accept_rollback();
    assert_eq!(token(&shop), "token-6", "nothing happens before the next read");
    let now = shop.refresh().expect("the operator said so");
    // An older version of the store is a new generation of the settings.
    assert_eq!((now.token.expose_secret(), now.generation()), ("token-4", 3));
    let status = shop.status();
    assert_eq!((status.rejected, &status.keys[0].state), (None, &KeyState::Set));
    // It was said of that one only.
    store.set(3);
    assert!(shop.refresh().is_err());
    store.set(5);
    shop.refresh().expect("versions grow again");
    assert_eq!((token(&shop), shop.current().generation()), ("token-5".to_owned(), 4));
}

#[test]
fn an_older_generation_is_never_put_in_the_place_of_a_newer_one() {
    let (store, _, shop) = watched();
    let is_over = AtomicBool::new(false);
    let seen = Mutex::new(HashMap::new());
    let rejections = thread::scope(|scope| {
        for _ in 0..3 {
            scope.spawn(|| {
                let (mut reader, mut last) = (shop.reader(), (0, 0));
                while !is_over.load(Ordering::SeqCst) {
                    let now = reader.current();
                    let version = now.token.expose_secret().trim_start_matches("token-");
                    let now = (now.generation(), version.parse().expect("it is a number"));
                    assert!(now.0 >= last.0, "a generation goes back: {now:?} after {last:?}");
                    assert!(now.1 >= last.1, "a version goes back: {now:?} after {last:?}");
                    let known = *seen.lock().expect("nothing panics").entry(now.0).or_insert(now.1);
                    assert_eq!(known, now.1, "two snapshots have one number");
                    last = now;
                    thread::yield_now();
                }
            });
        }
        // Who refreshes at once may have read an older version, and come later.
        let refreshing: Vec<_> = (0..4u64)
            .map(|thread| {
                let (shop, store) = (&shop, &store);
                scope.spawn(move || {
                    let mut rejections = 0;
                    for round in 0..300 {
                        store.set(6 + round + thread % 2 * 7);
                        rejections += u64::from(shop.refresh().is_err());
                    }
                    rejections
                })
            })
            .collect();
        let rejections = refreshing.into_iter().map(|thread| thread.join().expect("it does not panic")).sum();
        is_over.store(true, Ordering::SeqCst);
        rejections
    });
    let rejections: u64 = rejections;
    // The control: the store was set back.
    assert!(rejections > 0 && shop.current().generation() > 2);
    assert_eq!(shop.status().rejections, rejections);
}
