//! Settings that change while the program runs.
#![cfg(all(feature = "live", feature = "toml"))]

mod common;
#[path = "common/told.rs"]
mod told;

use std::{
    collections::BTreeMap,
    error::Error,
    fs,
    path::Path,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    thread,
    time::Duration,
};

use common::Folder;
use confident::{
    Answers, Change, Config, Event, ExposeSecret, File, KeyState, Live, Origin, Rejected, SecretDir,
    SecretString, Snapshot, Source, Subscriber, Waited, Wanted, Watch, live, testing,
};
use told::{Told, until};

/// A program.
#[derive(Config)]
#[config(app = "shop", rule(pool.min <= pool.max, "the pool cannot keep more than it may open"))]
struct Shop {
    /// Where it listens.
    #[config(default = "127.0.0.1:80")]
    listen: std::net::SocketAddr,
    /// How long a request may take.
    #[config(default = "30s", live)]
    timeout: Duration,
    /// A secret.
    #[config(live)]
    token: Option<SecretString>,
    /// A secret that stays.
    fixed_token: Option<SecretString>,
    /// A group.
    #[config(nested)]
    pool: Pool,
    /// Tables, which change together.
    #[config(nested)]
    upstreams: BTreeMap<String, Upstream>,
    /// Tables that stay.
    #[config(nested)]
    auths: Vec<Auth>,
}

/// A group.
#[derive(Config)]
struct Pool {
    /// The least.
    #[config(default = 1, live)]
    min: u8,
    /// The most.
    #[config(default = 9, live)]
    max: u8,
    /// A note.
    #[config(default = "x")]
    note: String,
}

/// A table.
#[derive(Config)]
struct Upstream {
    /// Its address.
    #[config(live)]
    url: String,
}

/// A table.
#[derive(Config)]
struct Auth {
    /// Its name.
    name: String,
}

fn watched(told: &Told) -> Live<Shop> {
    let watch = Watch::new().poll(common::NEVER).on_event(|_| {});
    Shop::loader().source(told.clone()).watch_with(watch).expect("it is right")
}

#[test]
fn a_live_key_changes_and_a_fixed_one_waits_for_a_restart() {
    let told = Told::with(&[("timeout", "5s"), ("listen", "[::1]:80"), ("fixed_token", "hunter2")]);
    let shop = watched(&told);
    assert_eq!((shop.current().generation(), shop.current().timeout), (1, Duration::from_secs(5)));
    told.set("timeout", "6s");
    told.set("listen", "[::1]:81");
    told.set("fixed_token", "hunter3");
    let now = shop.refresh().expect("it is right");
    assert_eq!((now.generation(), now.timeout), (2, Duration::from_secs(6)));
    assert_eq!(now.listen, "[::1]:80".parse().expect("it is one"));
    assert_eq!(now.fixed_token.as_ref().expect("it is set").expose_secret(), "hunter2");
    let status = shop.status();
    let pending: Vec<_> = status.pending_restart().map(|key| key.path.as_str()).collect();
    assert_eq!(pending, ["listen", "fixed_token"]);
    let listen = status.key("listen").expect("every key has a row");
    let origin = |version: &str| Origin::Store {
        kind: "vault",
        path: "listen".to_owned(),
        version: Some(version.to_owned()),
    };
    assert_eq!(listen.origin, Some(origin("3")));
    assert_eq!(listen.state, KeyState::PendingRestart { origin: Some(origin("6")) });
    assert_eq!(status.key("timeout").expect("it has a row").generation, 2);
    assert!(!format!("{status:?} {shop:?}").contains("hunter"));
    // The old value is there again: nothing waits.
    told.set("listen", "[::1]:80");
    told.set("fixed_token", "hunter2");
    let now = shop.refresh().expect("it is right");
    assert_eq!(now.generation(), 2, "nothing changed");
    assert_eq!(shop.status().pending_restart().count(), 0);
    // A fixed key that goes away keeps its value, too.
    told.unset("listen");
    told.set("timeout", "7s");
    assert_eq!(shop.refresh().expect("it is right").listen, "[::1]:80".parse().expect("it is one"));
    let state = shop.status().key("listen").expect("it has a row").state.clone();
    assert_eq!(state, KeyState::PendingRestart { origin: None });
}

#[test]
fn keys_that_come_and_go_take_their_default() {
    let told = Told::with(&[]);
    let shop = watched(&told);
    assert!(shop.current().token.is_none());
    told.set("token", "hunter2");
    told.set("timeout", "1s");
    told.set("pool.note", "fixed, and was not there");
    let now = shop.refresh().expect("it is right");
    assert_eq!(now.token.as_ref().map(|token| token.expose_secret().to_owned()).as_deref(), Some("hunter2"));
    assert_eq!((now.timeout, now.pool.note.as_str()), (Duration::from_secs(1), "x"));
    told.unset("token");
    told.unset("timeout");
    let now = shop.refresh().expect("it is right");
    assert!(now.token.is_none());
    assert_eq!(now.timeout, Duration::from_secs(30));
}

#[test]
fn what_is_wrong_changes_nothing_and_is_told_and_tried_again() {
    let told = Told::with(&[("timeout", "5s")]);
    let events = Arc::<Mutex<Vec<String>>>::default();
    let kept = Arc::clone(&events);
    let watch = Watch::new().poll(Duration::from_millis(50)).on_event(move |event| {
        kept.lock().expect("nothing panics").push(match event {
            Event::Changed { generation, paths } => format!("changed {generation} {}", paths.join(" ")),
            Event::Rejected(rejected) => format!("rejected {}", rejected.to_string().lines().count()),
            event => format!("{event:?}"),
        });
    });
    let shop = Shop::loader().source(told.clone()).watch_with(watch).expect("it is right");
    let is = |generation: u64, seconds: u64| {
        let now = shop.current();
        assert_eq!((now.generation(), now.timeout), (generation, Duration::from_secs(seconds)));
    };
    told.set("timeout", "soon");
    told.set("pool.max", "0");
    until("it is rejected", || shop.status().rejections >= 2);
    is(1, 5);
    let status = shop.status();
    let reason = status.rejected.clone().expect("it is told");
    assert!(reason.contains("SHOP_TIMEOUT") && reason.contains("\"soon\" is not a duration"), "{reason}");
    assert!(reason.contains("the pool cannot keep more than it may open"), "{reason}");
    let state = &status.key("timeout").expect("it has a row").state;
    assert!(matches!(state, KeyState::Rejected { origin: Some(_) }), "{state:?}");
    assert!(matches!(shop.refresh(), Err(Rejected::Invalid(_))));
    told.away(true);
    told.set("timeout", "7s");
    told.set("pool.max", "3");
    assert!(shop.refresh().is_err(), "a source that does not answer is no change");
    is(1, 5);
    told.away(false);
    until("it is tried again", || shop.current().generation() == 2);
    is(2, 7);
    assert_eq!((shop.status().rejected, shop.current().pool.max), (None, 3));
    until("it is told", || {
        events.lock().expect("nothing panics").last().is_some_and(|last| last == "changed 2 timeout pool.max")
    });
}

/// A subscriber that writes down what it is told.
struct Noting {
    name: &'static str,
    notes: Arc<Mutex<Vec<String>>>,
    objects: Arc<AtomicBool>,
}

impl Subscriber<Shop> for Noting {
    type Prepared = String;

    fn prepare(&mut self, change: &Change<'_, Shop>) -> Result<String, Box<dyn Error + Send + Sync>> {
        let paths = change.paths().join(" ");
        self.notes.lock().expect("nothing panics").push(format!("{} prepares {paths}", self.name));
        if self.objects.load(Ordering::Relaxed) {
            return Err("it does not answer".into());
        }
        Ok(format!("{:?} after {:?}", change.new.timeout, change.old.timeout))
    }

    fn commit(&mut self, prepared: String) {
        self.notes.lock().expect("nothing panics").push(format!("{} commits {prepared}", self.name));
    }
}

#[test]
fn everyone_prepares_before_anyone_commits_and_one_who_objects_stops_all() {
    let told = Told::with(&[]);
    let shop = watched(&told);
    let notes = Arc::<Mutex<Vec<String>>>::default();
    let objects = Arc::<AtomicBool>::default();
    let noting = |name, objects: &Arc<AtomicBool>| Noting {
        name,
        notes: Arc::clone(&notes),
        objects: Arc::clone(objects),
    };
    let never = Arc::default();
    let _first = shop.subscribe([live!(Shop: timeout)], noting("first", &never));
    let _second = shop.subscribe([live!(Shop: pool.min), live!(Shop: timeout)], noting("second", &objects));
    let _other = shop.subscribe([live!(Shop: pool)], noting("other", &never));
    let taken = || std::mem::take(&mut *notes.lock().expect("nothing panics"));
    told.set("timeout", "6s");
    shop.refresh().expect("nobody objects");
    assert_eq!(
        taken(),
        [
            "first prepares timeout",
            "second prepares timeout",
            "first commits 6s after 30s",
            "second commits 6s after 30s"
        ]
    );
    objects.store(true, Ordering::Relaxed);
    told.set("timeout", "7s");
    let rejected = shop.refresh().expect_err("the second objects").to_string();
    assert_eq!(
        rejected,
        "what depends on pool.min, timeout cannot go on with the new ones: it does not answer"
    );
    assert_eq!(taken(), ["first prepares timeout", "second prepares timeout"]);
    assert_eq!((shop.current().generation(), shop.current().timeout), (2, Duration::from_secs(6)));
    let status = shop.status();
    assert_eq!((status.rejections, status.rejected), (1, Some(rejected)));
    // Only who depends on what changed is asked.
    told.set("timeout", "6s");
    told.set("pool.max", "5");
    shop.refresh().expect("the second is not asked");
    assert_eq!(taken(), ["other prepares pool.max", "other commits 6s after 6s"]);
}

#[test]
fn a_subscriber_that_panics_harms_nobody_else() {
    /// Panics in one of the two steps.
    struct Panics(&'static str);
    impl Subscriber<Shop> for Panics {
        type Prepared = ();
        fn prepare(&mut self, _: &Change<'_, Shop>) -> Result<(), Box<dyn Error + Send + Sync>> {
            assert_ne!(self.0, "prepare", "as the test wants it");
            Ok(())
        }
        fn commit(&mut self, (): ()) {
            assert_ne!(self.0, "commit", "as the test wants it");
        }
    }
    let told = Told::with(&[]);
    let shop = watched(&told);
    let count = Arc::<AtomicU64>::default();
    let counted = Arc::clone(&count);
    let commits = shop.subscribe([live!(Shop: timeout)], Panics("commit"));
    let _told = shop.on_change([live!(Shop: timeout)], move |_| {
        counted.fetch_add(1, Ordering::Relaxed);
    });
    told.set("timeout", "6s");
    shop.refresh().expect("the settings count, and the others go on");
    assert_eq!((shop.current().generation(), count.load(Ordering::Relaxed)), (2, 1));
    drop(commits);
    let prepares = shop.subscribe([live!(Shop: timeout)], Panics("prepare"));
    told.set("timeout", "7s");
    let rejected = shop.refresh().expect_err("one of them cannot");
    assert!(rejected.to_string().ends_with("it panicked"), "{rejected}");
    assert_eq!((shop.current().timeout, count.load(Ordering::Relaxed)), (Duration::from_secs(6), 1));
    drop(prepares);
    shop.refresh().expect("who objected is gone");
    assert_eq!((shop.current().timeout, count.load(Ordering::Relaxed)), (Duration::from_secs(7), 2));
}

#[test]
fn a_subscriber_may_look_subscribe_and_leave_but_not_refresh() {
    let told = Told::with(&[]);
    let shop = watched(&told);
    let kept = Arc::<Mutex<Vec<confident::Subscription>>>::default();
    let outcome = Arc::<Mutex<Option<bool>>>::default();
    let (inner, keeps, out) = (shop.clone(), Arc::clone(&kept), Arc::clone(&outcome));
    let _told = shop.on_change([live!(Shop: timeout)], move |new| {
        assert_eq!(inner.current().generation(), new.generation());
        let _ = inner.status();
        keeps.lock().expect("nothing panics").push(inner.on_change([live!(Shop: pool)], |_| {}));
        *out.lock().expect("nothing panics") = Some(matches!(inner.refresh(), Err(Rejected::Busy)));
    });
    told.set("timeout", "6s");
    shop.refresh().expect("it is right");
    assert_eq!(*outcome.lock().expect("nothing panics"), Some(true));
    assert_eq!(kept.lock().expect("nothing panics").len(), 1);
}

#[test]
fn groups_in_lists_and_maps_change_as_a_whole_or_not_at_all() {
    let folder = Folder::new();
    let first = "[upstreams.eu]\nurl = 'a'\n[[auths]]\nname = 'one'\n";
    let file = folder.file("shop.toml", first);
    let watch = Watch::new().poll(common::NEVER).on_event(|_| {});
    let shop = Shop::loader().source(File::required(&file)).watch_with(watch).expect("it is right");
    let notes = Arc::<Mutex<Vec<String>>>::default();
    let noted = Arc::clone(&notes);
    let _told = shop.on_change([live!(Shop: upstreams)], move |new| {
        noted
            .lock()
            .expect("nothing panics")
            .push(new.upstreams.keys().cloned().collect::<Vec<_>>().join(" "));
    });
    folder.file("shop.toml", "[upstreams.eu]\nurl = 'b'\n[upstreams.us]\nurl = 'c'\n[[auths]]\nname = 'two'\n[[auths]]\nname = 'three'\n");
    let now = shop.refresh().expect("it is right");
    assert_eq!((now.upstreams["eu"].url.as_str(), now.upstreams["us"].url.as_str()), ("b", "c"));
    let names: Vec<_> = now.auths.iter().map(|auth| auth.name.as_str()).collect();
    assert_eq!(names, ["one"], "the list stays as it is");
    let status = shop.status();
    let pending: Vec<_> = status.pending_restart().map(|key| key.path.as_str()).collect();
    assert_eq!(pending, ["auths"]);
    assert!(notes.lock().expect("nothing panics").iter().all(|names| names == "eu us"));
}

#[test]
fn one_who_waits_gets_the_next_generation_blocking_or_not() {
    let told = Told::with(&[]);
    let shop = watched(&told);
    assert!(shop.changed().wait_for(Duration::from_millis(20)).is_none());
    let changed = shop.changed();
    let waiting = thread::spawn(move || changed.wait().map(|snapshot| snapshot.timeout));
    let waiting_too = {
        let changed = shop.changed();
        thread::spawn(move || block_on(changed).map(|snapshot: Arc<Snapshot<Shop>>| snapshot.timeout))
    };
    thread::sleep(Duration::from_millis(20));
    told.set("timeout", "6s");
    shop.refresh().expect("it is right");
    let six = Some(Duration::from_secs(6));
    assert_eq!((waiting.join().expect("it ends"), waiting_too.join().expect("it ends")), (six, six));
    // One that was there already is not waited for.
    assert_eq!(shop.changed_since(1).wait().expect("it is there").generation(), 2);
    assert_eq!(block_on(shop.changed_since(0)).expect("it is there").generation(), 2);
    // When nobody watches any more, nobody waits any more.
    let (changed, too) = (shop.changed(), shop.changed());
    let waiting = thread::spawn(move || changed.wait().is_none());
    let waiting_too = thread::spawn(move || block_on(too).is_none());
    thread::sleep(Duration::from_millis(20));
    drop(shop);
    assert!(waiting.join().expect("it ends") && waiting_too.join().expect("it ends"));
}

/// Runs a future without any runtime.
fn block_on<F: Future>(future: F) -> F::Output {
    struct Unpark(thread::Thread);
    impl std::task::Wake for Unpark {
        fn wake(self: Arc<Self>) {
            self.0.unpark();
        }
    }
    let waker = std::task::Waker::from(Arc::new(Unpark(thread::current())));
    let mut future = std::pin::pin!(future);
    loop {
        match future.as_mut().poll(&mut std::task::Context::from_waker(&waker)) {
            std::task::Poll::Ready(value) => return value,
            std::task::Poll::Pending => thread::park(),
        }
    }
}

#[test]
fn a_reader_sees_what_everybody_sees() {
    let told = Told::with(&[]);
    let shop = watched(&told);
    let mut reader = shop.reader();
    assert_eq!(reader.current().generation(), 1);
    told.set("timeout", "6s");
    shop.refresh().expect("it is right");
    assert_eq!((reader.current().generation(), reader.current().timeout), (2, Duration::from_secs(6)));
    let mut other = reader.clone();
    drop(shop);
    assert_eq!(other.current().timeout, Duration::from_secs(6));
}

/// Writes a file as editors do: another one, and then its name.
fn replace(path: &Path, text: &str) {
    let other = path.with_extension("new");
    fs::write(&other, text).expect("it can be written");
    fs::rename(&other, path).expect("it can be renamed");
}

#[test]
fn a_file_that_changes_is_seen_however_it_is_written() {
    let folder = Folder::new();
    let file = folder.file("shop.toml", "timeout = '1s'\n");
    let absent = folder.path("later.toml");
    let watch = Watch::new().poll(common::NEVER).on_event(|_| {});
    let loader = Shop::loader().source(File::required(&file)).source(File::optional(&absent));
    let shop = loader.watch_with(watch).expect("it is right");
    let becomes = |seconds: u64| {
        until("it is seen", || shop.current().timeout == Duration::from_secs(seconds));
    };
    // The thread that watches has to come so far.
    thread::sleep(Duration::from_millis(100));
    fs::write(&file, "timeout = '2s'\n").expect("it can be written");
    becomes(2);
    replace(&file, "timeout = '3s'\n");
    becomes(3);
    replace(&file, "timeout = '4s'\n");
    becomes(4);
    fs::write(&absent, "timeout = '5s'\n").expect("it can be written");
    becomes(5);
    fs::remove_file(&absent).expect("it can be removed");
    becomes(4);
    // Broken, and whole again.
    let before = shop.current().generation();
    fs::write(&file, "timeout = ").expect("it can be written");
    until("it is rejected", || shop.status().rejections > 0);
    assert_eq!(shop.current().generation(), before);
    fs::write(&file, "timeout = '6s'\n").expect("it can be written");
    becomes(6);
}

#[cfg(unix)]
#[test]
fn a_volume_of_kubernetes_is_seen_swapped() {
    let folder = Folder::new();
    let volume = folder.path("volume");
    let swap = |number: u32| {
        let data = format!("..{number}");
        for (name, text) in [("timeout", format!("{number}s")), ("token", format!("token-{number}"))] {
            folder.file(&format!("volume/{data}/{name}"), text);
        }
        std::os::unix::fs::symlink(&data, volume.join("..tmp")).expect("it can be linked");
        fs::rename(volume.join("..tmp"), volume.join("..data")).expect("it can be renamed");
    };
    swap(1);
    for name in ["timeout", "token"] {
        std::os::unix::fs::symlink(format!("..data/{name}"), volume.join(name)).expect("it can be linked");
    }
    let watch = Watch::new().poll(common::NEVER).on_event(|_| {});
    let shop = Shop::loader().source(SecretDir::new(&volume)).watch_with(watch).expect("it is right");
    thread::sleep(Duration::from_millis(100));
    for number in 2..6 {
        swap(number);
        until("it is seen", || shop.current().timeout == Duration::from_secs(number.into()));
        let now = shop.current();
        assert_eq!(now.token.as_ref().expect("it is set").expose_secret(), format!("token-{number}"));
    }
}

#[test]
fn a_burst_of_changes_becomes_one_generation() {
    let folder = Folder::new();
    let file = folder.file("shop.toml", "timeout = '1s'\n");
    let watch = Watch::new().poll(common::NEVER).debounce(Duration::from_millis(300)).on_event(|_| {});
    let shop = Shop::loader().source(File::required(&file)).watch_with(watch).expect("it is right");
    thread::sleep(Duration::from_millis(100));
    for number in 2..40 {
        replace(&file, &format!("timeout = '{number}s'\n"));
        thread::sleep(Duration::from_millis(2));
    }
    until("it is seen", || shop.current().timeout == Duration::from_secs(39));
    assert!(shop.current().generation() <= 3, "{}", shop.current().generation());
}

#[test]
fn readers_never_see_two_generations_at_once() {
    let told = Told::with(&[("pool.min", "1"), ("pool.max", "1")]);
    let shop = watched(&told);
    let is_over = AtomicBool::new(false);
    let reads = AtomicU64::new(0);
    thread::scope(|scope| {
        for kind in 0..4 {
            let (shop, is_over, reads) = (&shop, &is_over, &reads);
            scope.spawn(move || {
                let (mut reader, mut last) = (shop.reader(), 0);
                while !is_over.load(Ordering::Relaxed) {
                    let (min, max, generation) = if kind % 2 == 0 {
                        let now = shop.current();
                        (now.pool.min, now.pool.max, now.generation())
                    } else {
                        let now = reader.current();
                        (now.pool.min, now.pool.max, now.generation())
                    };
                    assert_eq!(min, max, "torn");
                    assert!(generation >= last, "a generation goes back");
                    last = generation;
                    reads.fetch_add(1, Ordering::Relaxed);
                }
            });
        }
        for round in 0..300u32 {
            let text = (round % 200 + 1).to_string();
            told.set_all(&[("pool.min", &text), ("pool.max", &text)]);
            shop.refresh().expect("it is right");
        }
        is_over.store(true, Ordering::Relaxed);
    });
    assert!(shop.current().generation() >= 299 && reads.load(Ordering::Relaxed) > 300);
}

#[test]
fn many_threads_that_refresh_take_turns() {
    let told = Told::with(&[]);
    let shop = watched(&told);
    thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| (0..20).for_each(|_| drop(shop.refresh().expect("it is right"))));
        }
        (0..50).for_each(|number| told.set("timeout", &format!("{}s", number + 1)));
    });
    shop.refresh().expect("it is right");
    assert_eq!(shop.current().timeout, Duration::from_secs(50));
    assert_eq!(shop.status().refreshes, 161);
}

/// A source that counts who waits for it.
struct Waits {
    told: Told,
    can_tell: bool,
    /// Whether it has something new.
    has_new: Arc<AtomicBool>,
    waits: Arc<AtomicU64>,
}

impl Source for Waits {
    fn kind(&self) -> &'static str {
        self.told.kind()
    }

    fn name(&self, wanted: &Wanted<'_>) -> String {
        self.told.name(wanted)
    }

    fn find<'a>(&'a self, wanted: &Wanted<'_>, answers: &mut Answers<'_, 'a>) {
        self.told.find(wanted, answers);
    }

    fn can_tell(&self) -> bool {
        self.can_tell
    }

    fn wait(&self, _: &Wanted<'_>, _: Duration) -> Waited {
        self.waits.fetch_add(1, Ordering::Relaxed);
        thread::sleep(Duration::from_millis(1));
        if self.has_new.swap(false, Ordering::Relaxed) { Waited::Changed } else { Waited::Unchanged }
    }
}

#[test]
fn only_a_source_that_can_tell_is_waited_for() {
    let waits = |can_tell| {
        let told = Told::with(&[]);
        Waits { told, can_tell, has_new: Arc::default(), waits: Arc::default() }
    };
    let (mute, telling) = (waits(false), waits(true));
    let (of_mute, of_telling) = (Arc::clone(&mute.waits), Arc::clone(&telling.waits));
    let (told, has_new) = (telling.told.clone(), Arc::clone(&telling.has_new));
    let watch = Watch::new().poll(common::NEVER).on_event(|_| {});
    let loader = Shop::loader().source(mute).source(Box::new(telling) as Box<dyn Source>);
    let shop = loader.watch_with(watch).expect("it is right");
    told.set("timeout", "6s");
    has_new.store(true, Ordering::Relaxed);
    until("it tells", || shop.current().timeout == Duration::from_secs(6));
    // All threads have ended then.
    drop(shop);
    assert!(of_telling.load(Ordering::Relaxed) > 0);
    assert_eq!(of_mute.load(Ordering::Relaxed), 0);
}

#[test]
fn a_thousand_changes_of_a_file_are_few_generations_in_their_order_and_the_last_one_counts() {
    let folder = Folder::new();
    let file = folder.file("shop.toml", "timeout = '1s'\n");
    let events = Arc::<Mutex<Vec<u64>>>::default();
    let kept = Arc::clone(&events);
    let debounce = Duration::from_millis(20);
    let watch = Watch::new().poll(common::NEVER).debounce(debounce).on_event(|_| {});
    let shop = Shop::loader().source(File::required(&file)).watch_with(watch).expect("it is right");
    let _told = shop.on_change([live!(Shop: timeout)], move |new| {
        kept.lock().expect("nothing panics").push(new.timeout.as_secs());
    });
    let mut last = 1;
    for burst in 0..5 {
        for _ in 0..1000 {
            last += 1;
            let text = format!("timeout = '{last}s'\n");
            // The last bursts are written in place.
            if burst < 3 { replace(&file, &text) } else { fs::write(&file, text).expect("it can be written") }
        }
        until("the last one counts", || shop.current().timeout == Duration::from_secs(last));
        let generations = shop.current().generation();
        // Who subscribed is told a moment after.
        until("it is told", || events.lock().expect("nothing panics").last() == Some(&last));
        println!("{generations} generations after {} changes", (burst + 1) * 1000);
        assert!(generations < (burst + 1) * 100, "{generations} generations");
    }
    let events = events.lock().expect("nothing panics");
    // A file that is written in place is empty before it is written: who reads it then, in the middle of a burst, finds that
    // no key is set. Files that are replaced are never seen so.
    let replaced = events.iter().position(|seconds| *seconds == 3001).expect("the last of a burst counts");
    let (replaced, written) = events.split_at(replaced);
    assert!(replaced.is_sorted_by(|one, next| one < next), "{events:?}");
    let written = written.iter().filter(|seconds| **seconds != 30);
    assert!(written.is_sorted_by(|one, next| one < next), "{events:?}");
    assert_eq!((events.last(), shop.current().generation()), (Some(&last), events.len() as u64 + 1));
}

/// What `live_keys_are_used` says, if it says something.
fn unused(shop: &Live<Shop>, read: &[confident::LivePath]) -> Option<String> {
    let check = || testing::live_keys_are_used(shop, read);
    let said = std::panic::catch_unwind(std::panic::AssertUnwindSafe(check)).err()?;
    said.downcast_ref::<String>().cloned()
}

#[test]
fn a_live_key_that_nobody_uses_is_named() {
    let shop = watched(&Told::with(&[]));
    let said = unused(&shop, &[]).expect("nobody uses any");
    assert_eq!(
        said,
        "a change of these keys changes nothing, though they are `live`: timeout, token, pool.min, pool.max, upstreams; \
         subscribe to each where it is used, or name it among those that are read from `current()` each time, or take \
         `live` from it"
    );
    let group = shop.on_change([live!(Shop: pool)], |_| {});
    let table = shop.on_change([live!(Shop: upstreams), live!(Shop: token)], |_| {});
    let said = unused(&shop, &[]).expect("nobody uses one");
    assert!(said.contains("they are `live`: timeout; "), "{said}");
    assert_eq!(unused(&shop, &[live!(Shop: timeout)]), None);
    // Who is not told any more uses nothing.
    drop(group);
    let said = unused(&shop, &[live!(Shop: timeout), live!(Shop: pool.min)]).expect("nobody uses one");
    assert!(said.contains("they are `live`: pool.max; "), "{said}");
    drop(table);
    let all = [live!(Shop: timeout), live!(Shop: pool), live!(Shop: upstreams), live!(Shop: token)];
    assert_eq!(unused(&shop, &all), None);
}

/// A source that changes a file when it has been read for the first time, as others may at any time.
struct Changing {
    file: File,
    path: std::path::PathBuf,
    is_changed: AtomicBool,
}

impl confident::Source for Changing {
    fn kind(&self) -> &'static str {
        self.file.kind()
    }

    fn name(&self, wanted: &confident::Wanted<'_>) -> String {
        self.file.name(wanted)
    }

    fn find<'a>(&'a self, wanted: &confident::Wanted<'_>, answers: &mut confident::Answers<'_, 'a>) {
        self.file.find(wanted, answers);
        if !self.is_changed.swap(true, Ordering::Relaxed) {
            fs::write(&self.path, "timeout = \"7s\"").expect("the folder can be written to");
        }
    }

    fn files(&self, wanted: &confident::Wanted<'_>) -> Vec<std::path::PathBuf> {
        self.file.files(wanted)
    }
}

#[test]
fn a_change_between_the_first_read_and_the_watch_is_not_missed() {
    let folder = Folder::new();
    let path = folder.file("shop.toml", "timeout = '5s'");
    let source = Changing {
        file: File::required(path.to_str().expect("it is UTF-8")),
        path,
        is_changed: AtomicBool::new(false),
    };
    let watch = Watch::new().poll(Duration::from_secs(3600)).on_event(|_| {});
    let shop = Shop::loader().source(source).watch_with(watch).expect("it is right");
    until("the change is seen", || shop.current().timeout == Duration::from_secs(7));
}

#[test]
fn a_part_that_cannot_change_in_place_is_built_anew_and_the_others_are_left_alone() {
    let told = Told::with(&[("timeout", "5s")]);
    let shop = watched(&told);
    let built = |paths: [confident::LivePath; 1]| {
        let count = Arc::<AtomicU64>::default();
        let counted = Arc::clone(&count);
        let part = shop.rebuild(paths, move |now| {
            counted.fetch_add(1, Ordering::Relaxed);
            if now.timeout == Duration::from_secs(13) { Err("thirteen is unlucky") } else { Ok(now.timeout) }
        });
        (part.expect("it can be built"), count)
    };
    let (slow, of_timeout) = built([live!(Shop: timeout)]);
    let (_pool, of_pool) = built([live!(Shop: pool)]);
    let before = slow.current();
    told.set("timeout", "7s");
    shop.refresh().expect("it is right");
    let seven = Duration::from_secs(7);
    assert_eq!(
        (*slow.current(), *before),
        (seven, Duration::from_secs(5)),
        "whoever has the one before keeps it"
    );
    let counts = || (of_timeout.load(Ordering::Relaxed), of_pool.load(Ordering::Relaxed));
    assert_eq!(counts(), (2, 1), "the other is left alone");
    // One that cannot be built keeps all as it is.
    told.set("timeout", "13s");
    let rejected = shop.refresh().expect_err("it cannot be built").to_string();
    assert!(rejected.contains("timeout") && rejected.contains("unlucky"), "{rejected}");
    assert_eq!((*slow.current(), shop.current().timeout), (seven, seven));
    // It may ask to be built anew itself.
    slow.restart().expect("it can be built");
    assert_eq!((*slow.current(), counts()), (seven, (4, 1)));
}

#[test]
fn who_waits_for_a_generation_finds_all_parts_in_it() {
    let told = Told::with(&[("timeout", "1s")]);
    let shop = watched(&told);
    let part = shop
        .rebuild([live!(Shop: timeout)], |now| Ok::<_, std::io::Error>(now.timeout))
        .expect("it is built");
    let _slow = shop.on_change([live!(Shop: timeout)], |_| thread::sleep(Duration::from_millis(5)));
    thread::scope(|scope| {
        let waits = scope.spawn(|| {
            let mut seen = 1;
            while seen < 40 {
                let now = shop.changed_since(seen).wait().expect("there is another");
                assert!(*part.current() >= now.timeout, "the part is older than the settings");
                seen = now.generation();
            }
        });
        for seconds in 2..=40 {
            told.set("timeout", &format!("{seconds}s"));
            shop.refresh().expect("it is right");
        }
        waits.join().expect("all parts are in it");
    });
}
