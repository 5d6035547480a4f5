//! Values that are rotated while the program runs: the current one, and for a while the one before.
#![cfg(feature = "live")]

mod common;
#[path = "common/told.rs"]
mod told;

use std::{
    cell::Cell,
    sync::{
        Arc, Barrier, Mutex,
        atomic::{AtomicU64, Ordering},
    },
    thread,
    time::{Duration, SystemTime},
};

use confident::{Config, Event, ExposeSecret, Live, Rotating, SecretString, Watch, live};
use told::{Told, until};

/// A program.
#[derive(Config)]
#[config(app = "shop")]
struct Shop {
    /// Signs sessions.
    #[config(live, overlap = "1h")]
    session_key: Rotating<SecretString>,
    /// Signs links, for a moment.
    #[config(live, overlap = "1500ms")]
    link_key: Option<Rotating<SecretString>>,
    /// Of which at least three letters are needed.
    #[config(live, overlap = "1h", len = 3..)]
    hook_key: Option<Rotating<SecretString>>,
    /// The largest order, as it is and as it was.
    #[config(live, overlap = "1h", default = 10)]
    limit: Rotating<u32>,
}

fn watched(told: &Told) -> Live<Shop> {
    let watch = Watch::new().poll(common::NEVER).on_event(|_| {});
    Shop::loader().source(told.clone()).watch_with(watch).expect("it is right")
}

fn keys(rotating: &Rotating<SecretString>) -> Vec<&str> {
    rotating.iter().map(ExposeSecret::expose_secret).collect()
}

fn in_an_hour() -> SystemTime {
    SystemTime::now() + Duration::from_secs(3600)
}

#[test]
fn verifiers_accept_the_value_before_and_signers_use_the_new_one() {
    let told = Told::with(&[("session_key", "first")]);
    let settings = watched(&told);
    assert_eq!(keys(&settings.current().session_key), ["first"]);
    told.set("session_key", "second");
    let now = settings.refresh().expect("it is right");
    assert_eq!(now.generation(), 2);
    assert_eq!(now.session_key.current().expose_secret(), "second");
    assert_eq!(keys(&now.session_key), ["second", "first"]);
    let accepts = |text: &str| now.session_key.verify_any(|key| key.expose_secret() == text);
    assert!(accepts("second") && accepts("first") && !accepts("third"));
    // The current one is tried first, and where it passes no other.
    let tried = Cell::new(0);
    assert!(now.session_key.verify_any(|_| {
        tried.set(tried.get() + 1);
        true
    }));
    assert_eq!(tried.get(), 1);
    // What did not change stays as it is, and stays beside it.
    told.set("limit", "11");
    let now = settings.refresh().expect("it is right");
    assert_eq!((now.generation(), keys(&now.session_key)), (3, vec!["second", "first"]));
    assert_eq!((*now.limit.current(), now.limit.previous()), (11, None), "a default was never told");
    // One value stands beside the current one, and no more.
    told.set("session_key", "third");
    assert_eq!(keys(&settings.refresh().expect("it is right").session_key), ["third", "second"]);
}

#[test]
fn what_counts_no_more_is_gone_without_a_word_of_the_source() {
    let told = Told::with(&[("session_key", "first"), ("link_key", "first link")]);
    let settings = watched(&told);
    let changes = Arc::new(Mutex::new(Vec::new()));
    let seen = Arc::clone(&changes);
    let _subscription = settings.on_change([live!(Shop: link_key)], move |now| {
        let key = now
            .link_key
            .as_ref()
            .map(|key| (key.current().expose_secret().to_owned(), key.previous().is_some()));
        seen.lock().expect("nothing panics").push(key);
    });
    // Whoever watches waits for the next poll by now, which is far away.
    thread::sleep(Duration::from_millis(200));
    told.set("link_key", "second link");
    let now = settings.refresh().expect("it is right");
    assert_eq!(keys(now.link_key.as_ref().expect("it is set")), ["second link", "first link"]);
    until("the overlap ends by itself", || settings.current().generation() == 3);
    let last = settings.current();
    assert_eq!(keys(last.link_key.as_ref().expect("it is set")), ["second link"]);
    // Whoever still has the generation before does not accept it either.
    assert_eq!(keys(now.link_key.as_ref().expect("it is set")), ["second link"]);
    let expected = [Some(("second link".to_owned(), true)), Some(("second link".to_owned(), false))];
    until("both changes are told", || *changes.lock().expect("nothing panics") == expected);
    assert_eq!(settings.status().key("link_key").expect("it is a key").generation, 3);
    settings.refresh().expect("it is right");
    assert_eq!(settings.current().generation(), 3, "it ends once");
}

#[test]
fn a_program_that_starts_in_the_meantime_is_told_by_the_store() {
    let told = Told::with(&[("session_key", "second"), ("limit", "5")]);
    told.before("session_key", "first", in_an_hour());
    told.before("limit", "4", SystemTime::now() - Duration::from_secs(1));
    let settings = watched(&told);
    assert_eq!(keys(&settings.current().session_key), ["second", "first"]);
    assert_eq!(settings.current().limit.previous(), None, "its time is over");
    // The same without a watch.
    let loaded = Shop::loader().source(told.clone()).load().expect("it is right");
    assert_eq!(keys(&loaded.session_key), ["second", "first"]);
    assert_eq!(format!("{:?}", loaded.session_key), "[REDACTED] (and the one before)");
    // What the store forgets is forgotten, though its time is not over.
    told.forget("session_key");
    let now = settings.refresh().expect("it is right");
    assert_eq!((now.generation(), keys(&now.session_key)), (2, vec!["second"]));
    // What this process had is better known to it than to a store.
    told.before("session_key", "other", in_an_hour());
    told.set("session_key", "third");
    assert_eq!(keys(&settings.refresh().expect("it is right").session_key), ["third", "second"]);
}

#[test]
fn a_value_that_is_not_taken_moves_nothing() {
    let told = Told::with(&[("session_key", "first"), ("hook_key", "long enough")]);
    let settings = watched(&told);
    told.set("session_key", "second");
    told.set("hook_key", "no");
    let rejected = settings.refresh().expect_err("two letters are too few").to_string();
    assert!(!rejected.contains("second"), "{rejected}");
    assert_eq!(keys(&settings.current().session_key), ["first"]);
    told.set("hook_key", "long enough again");
    let now = settings.refresh().expect("it is right");
    assert_eq!(
        keys(&now.session_key),
        ["second", "first"],
        "what counted is the one before, and not what was refused"
    );
    assert_eq!(keys(now.hook_key.as_ref().expect("it is set")), ["long enough again", "long enough"]);
}

#[test]
fn the_one_before_may_be_one_that_would_not_be_taken_now() {
    let told = Told::with(&[("session_key", "second"), ("limit", "5")]);
    told.before("limit", "a text that is no number", in_an_hour());
    assert_eq!(watched(&told).current().limit.previous(), None);
}

#[test]
fn a_value_that_goes_and_comes_back_has_none_before_it() {
    let told = Told::with(&[("session_key", "first"), ("link_key", "first link")]);
    let settings = watched(&told);
    told.unset("link_key");
    assert!(settings.refresh().expect("it is right").link_key.is_none());
    told.set("link_key", "second link");
    let now = settings.refresh().expect("it is right");
    assert_eq!(keys(now.link_key.as_ref().expect("it is set")), ["second link"]);
}

/// Why something could not be done.
#[derive(Debug, PartialEq)]
enum Refused {
    Denied,
    Broken,
}

fn log_in(valid: &str, settings: &Shop) -> Result<String, Refused> {
    let key = settings.session_key.current().expose_secret();
    if key == valid { Ok(key.to_owned()) } else { Err(Refused::Denied) }
}

#[test]
fn what_is_denied_is_tried_again_with_what_is_fresh() {
    let told = Told::with(&[("session_key", "first")]);
    let settings = watched(&told);
    let attempt = |valid: &str| settings.attempt(|now| log_in(valid, now), |error| *error == Refused::Denied);
    assert_eq!(attempt("first").as_deref(), Ok("first"));
    assert_eq!(told.asked(), (1, 0), "nobody is asked for what works");
    told.set("session_key", "second");
    assert_eq!(attempt("second").as_deref(), Ok("second"));
    assert_eq!(told.asked(), (2, 1), "the source is told why it is asked");
    // What is broken otherwise is not tried again.
    let broken: Result<(), _> = settings.attempt(|_| Err(Refused::Broken), |error| *error == Refused::Denied);
    assert_eq!((broken, told.asked()), (Err(Refused::Broken), (2, 1)));
}

#[test]
fn a_crowd_that_is_denied_asks_once() {
    let told = Told::with(&[("session_key", "first")]);
    let settings = watched(&told);
    for _ in 0..100 {
        let denied = settings.attempt(|now| log_in("another", now), |error| *error == Refused::Denied);
        assert_eq!(denied, Err(Refused::Denied));
    }
    assert_eq!(told.asked(), (2, 1), "once for a hundred denials");

    let told = Told::with(&[("session_key", "first")]);
    let settings = watched(&told);
    told.set("session_key", "second");
    let (barrier, let_in) = (Barrier::new(8), AtomicU64::new(0));
    thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                let stale = settings.current().generation();
                barrier.wait();
                let outcome =
                    settings.attempt(|now| log_in("second", now), |error| *error == Refused::Denied);
                let_in.fetch_add(u64::from(outcome.is_ok() && stale == 1), Ordering::Relaxed);
            });
        }
    });
    assert_eq!(let_in.load(Ordering::Relaxed), 8, "whoever waited for another's answer has it too");
    assert_eq!(told.asked(), (2, 1));

    // Without a pause, every denial asks: the test above would see it.
    let watch = Watch::new().poll(common::NEVER).pause_after_denial(Duration::ZERO).on_event(|_| {});
    let told = Told::with(&[("session_key", "first")]);
    let settings = Shop::loader().source(told.clone()).watch_with(watch).expect("it is right");
    for _ in 0..3 {
        assert!(!settings.refresh_denied(1));
    }
    assert_eq!(told.asked(), (4, 3));
}

#[test]
fn a_denial_that_cannot_be_cured_is_told() {
    let told = Told::with(&[("session_key", "first")]);
    let rejections = Arc::<AtomicU64>::default();
    let counted = Arc::clone(&rejections);
    let watch = Watch::new().poll(common::NEVER).on_event(move |event| {
        if let Event::Rejected(_) = event {
            counted.fetch_add(1, Ordering::Relaxed);
        }
    });
    let settings = Shop::loader().source(told.clone()).watch_with(watch).expect("it is right");
    told.away(true);
    let denied = settings.attempt(|now| log_in("second", now), |error| *error == Refused::Denied);
    assert_eq!(denied, Err(Refused::Denied));
    assert_eq!(rejections.load(Ordering::Relaxed), 1);
    assert_eq!(keys(&settings.current().session_key), ["first"]);
}
