//! What instances say of themselves, and what can be read of it.
#![cfg(feature = "fleet")]

mod common;

use std::{
    borrow::Cow,
    collections::BTreeMap,
    error::Error,
    ffi::OsStr,
    fs,
    path::Path,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicU32, Ordering},
        mpsc::channel,
    },
    thread,
    time::{Duration, Instant, SystemTime},
};

use base64::{Engine, engine::general_purpose::STANDARD};
use confident::{
    Answers, Cause, Config, Env, Event, File, InstanceState, Live, Provenance, Publish, SecretString, Source,
    Standing, Wanted, Watch, live,
};
use confident_stores::fleet::{Condition, Directory, Fleet, FleetKey, Reading};
use proptest::prelude::*;

/// A program.
#[derive(Config)]
#[config(app = "shop", profiles("production", "staging"))]
struct Shop {
    /// Where it listens.
    #[config(default = "127.0.0.1:80")]
    listen: String,
    /// A number.
    #[config(default = 7, range = 1..=99, live)]
    size: u32,
    /// A text.
    #[config(default = "x", live)]
    name: String,
    /// A secret.
    #[config(live)]
    token: Option<SecretString>,
    /// A secret that stays.
    fixed_token: Option<SecretString>,
    /// Words.
    #[config(live, default = "a,b")]
    words: Vec<String>,
    /// Tables.
    #[config(nested)]
    upstreams: BTreeMap<String, Upstream>,
}

/// A table.
#[derive(Config)]
struct Upstream {
    /// Its password.
    #[config(live)]
    password: SecretString,
    /// Its number.
    #[config(live, default = 1, range = 1..=9)]
    number: u8,
}

/// A source of which a test says what it has.
#[derive(Clone)]
struct Told(Arc<Mutex<Texts>>, Arc<tempfile::TempDir>);

/// Texts with their versions, by path.
type Texts = BTreeMap<String, (String, String)>;

impl Default for Told {
    fn default() -> Self {
        let folder = tempfile::tempdir().expect("a folder can be made");
        // A folder that changed while a program began is read once more, unasked.
        let long_ago = SystemTime::now() - Duration::from_secs(3600);
        let opened = fs::File::open(folder.path()).expect("it is there");
        opened.set_modified(long_ago).expect("it is ours");
        Self(Arc::default(), Arc::new(folder))
    }
}

impl Told {
    /// Where it has tables.
    fn file(&self) -> std::path::PathBuf {
        self.1.path().join("shop.toml")
    }

    fn set_table(&self, name: &str, password: &str, number: u8) {
        let text = format!("[upstreams.{name}]\npassword = \"{password}\"\nnumber = {number}\n");
        fs::write(self.file(), text).expect("it can be written");
    }

    fn with(texts: &[(&str, &str)]) -> Self {
        let told = Self::default();
        texts.iter().for_each(|(path, text)| told.set(path, text, "1"));
        told
    }

    fn set(&self, path: &str, text: &str, version: &str) {
        let mut texts = self.0.lock().expect("nothing panics");
        texts.insert(path.to_owned(), (text.to_owned(), version.to_owned()));
    }
}

impl Source for Told {
    fn kind(&self) -> &'static str {
        "vault"
    }

    fn name(&self, _: &Wanted<'_>) -> String {
        "told".to_owned()
    }

    fn find<'a>(&'a self, _: &Wanted<'_>, answers: &mut Answers<'_, 'a>) {
        let texts = self.0.lock().expect("nothing panics").clone();
        for (path, (text, version)) in texts {
            let provenance = Provenance::at(format!("a/place/{path}")).version(version);
            answers.value(&path, Cow::Owned::<OsStr>(text.into()), provenance);
        }
    }
}

/// A watch that does nothing unasked.
fn watch(publisher: impl Publish) -> Watch {
    Watch::new().poll(Duration::from_secs(3600)).on_event(|_| {}).publish_to(publisher)
}

fn key() -> FleetKey {
    FleetKey::new(&[7; 32]).expect("it is long enough")
}

fn run(told: &Told, watch: Watch) -> Live<Shop> {
    let loader =
        Shop::loader().profile("production").source(told.clone()).source(File::optional(told.file()));
    loader.watch_with(watch).expect("it is right")
}

/// Waits until it holds, but not for ever.
fn eventually<T>(what: &str, mut holds: impl FnMut() -> Option<T>) -> T {
    let start = Instant::now();
    loop {
        if let Some(held) = holds() {
            return held;
        }
        assert!(start.elapsed() < Duration::from_secs(60), "{what}");
        thread::sleep(Duration::from_millis(10));
    }
}

/// What all say, as soon as that holds.
fn reading(fleet: &Fleet, holds: impl Fn(&Reading) -> bool) -> Reading {
    eventually("the instances say it", || {
        let reading = fleet.read().expect("it can be read");
        holds(&reading).then_some(reading)
    })
}

/// What one instance says, as soon as that holds.
fn state(fleet: &Fleet, instance: &str, holds: impl Fn(&InstanceState) -> bool) -> InstanceState {
    let there = |reading: &Reading| {
        reading.instances.iter().find(|state| state.instance == instance && holds(state)).cloned()
    };
    there(&reading(fleet, |reading| there(reading).is_some())).expect("it is there")
}

fn directory() -> (tempfile::TempDir, impl Fn(&str) -> Fleet) {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let path = folder.path().to_owned();
    (folder, move |instance: &str| Fleet::directory(&path).instance(instance).key(key()))
}

fn standing(state: &InstanceState, path: &str) -> Standing {
    state.key(path).expect("it is a key").standing
}

fn fingerprint<'s>(state: &'s InstanceState, path: &str) -> Option<&'s str> {
    state.key(path).expect("it is a key").fingerprint.as_deref()
}

#[test]
fn an_instance_says_what_it_has_taken() {
    let (_folder, fleet) = directory();
    let told = Told::with(&[("size", "8"), ("fixed_token", "hunter2")]);
    let live = run(&told, watch(fleet("web-1")));
    let said = state(&fleet("reader"), "web-1", |_| true);
    assert_eq!((said.app.as_str(), said.profile.as_deref()), ("shop", Some("production")));
    assert_eq!(said.manifest, Shop::manifest().fingerprint());
    assert_eq!((said.version.as_str(), said.generation), (Shop::manifest().version, 1));
    let size = said.key("size").expect("it is a key");
    let origin = size.origin.as_ref().expect("it has one");
    assert_eq!((origin.kind.as_str(), origin.version.as_deref()), ("vault", Some("1")));
    assert_eq!((size.standing, size.is_live, size.generation), (Standing::Set, true, 1));
    assert_eq!(standing(&said, "name"), Standing::Default);
    assert_eq!(Condition::of(&said, SystemTime::now()), Condition::Applied);

    told.set("size", "9", "2");
    live.refresh().expect("it is right");
    let then = state(&fleet("reader"), "web-1", |state| state.generation == 2);
    let size = then.key("size").expect("it is a key");
    assert_eq!(size.generation, 2);
    assert_eq!(size.origin.as_ref().and_then(|origin| origin.version.as_deref()), Some("2"));
    assert_ne!(fingerprint(&then, "size"), fingerprint(&said, "size"));
    assert_eq!(fingerprint(&then, "fixed_token"), fingerprint(&said, "fixed_token"));
}

#[test]
fn a_version_that_brings_the_same_value_is_told() {
    let (_folder, fleet) = directory();
    let told = Told::with(&[("fixed_token", "hunter2"), ("token", "hunter2")]);
    let live = run(&told, watch(fleet("web-1")));
    told.set("fixed_token", "hunter2", "2");
    told.set("token", "hunter2", "2");
    live.refresh().expect("it is right");
    let version = |state: &InstanceState, path: &str| {
        state.key(path).and_then(|key| key.origin.clone()).and_then(|origin| origin.version)
    };
    let said = state(&fleet("reader"), "web-1", |state| version(state, "token").as_deref() == Some("2"));
    assert_eq!(version(&said, "fixed_token").as_deref(), Some("2"));
    assert_eq!(said.generation, 1);
}

#[test]
fn a_value_that_cannot_be_taken_is_told_without_it() {
    let (folder, fleet) = directory();
    let told = Told::with(&[("size", "8")]);
    told.set_table("eu-canary", "x", 2);
    let live = run(&told, watch(fleet("web-1")));
    let said = state(&fleet("reader"), "web-1", |_| true);
    told.set("size", "4711", "2");
    told.set("name", "another", "2");
    told.set_table("eu-canary", "x", 55);
    live.refresh().expect_err("it is too large");
    let then = state(&fleet("reader"), "web-1", |state| !state.causes.is_empty());
    let constraint = |path: &str| Cause { path: Some(path.to_owned()), code: "constraint".to_owned() };
    // The name of an element is part of the configuration.
    assert_eq!(then.causes, [constraint("size"), constraint("upstreams")]);
    assert_eq!((standing(&then, "size"), standing(&then, "name")), (Standing::Rejected, Standing::Rejected));
    assert_eq!(fingerprint(&then, "size"), fingerprint(&said, "size"));
    let offered = then.key("size").and_then(|key| key.offered.clone()).expect("there is one");
    assert_eq!(offered.version.as_deref(), Some("2"));
    assert_eq!(Condition::of(&then, SystemTime::now()), Condition::Rejected);
    let text = fs::read_to_string(folder.path().join("shop@production@web-1.json")).expect("it is there");
    assert!(!text.contains("4711") && !text.contains("eu-canary"), "{text}");
    told.set("size", "9", "3");
    told.set_table("eu-canary", "x", 5);
    live.refresh().expect("it is right");
    state(&fleet("reader"), "web-1", |state| state.causes.is_empty() && state.generation == 2);
}

#[test]
fn what_a_part_of_the_program_says_of_a_value_stays_there() {
    struct Never;
    impl confident::Subscriber<Shop> for Never {
        type Prepared = ();
        fn prepare(
            &mut self,
            change: &confident::Change<'_, Shop>,
        ) -> Result<(), Box<dyn Error + Send + Sync>> {
            Err(format!("{} is too much", change.new.size).into())
        }
        fn commit(&mut self, (): ()) {}
    }
    let (folder, fleet) = directory();
    let told = Told::with(&[("size", "8")]);
    let live = run(&told, watch(fleet("web-1")));
    let _never = live.subscribe([live!(Shop: size)], Never);
    told.set("size", "97", "2");
    let rejected = live.refresh().expect_err("it is refused").to_string();
    assert!(rejected.contains("97 is too much"), "{rejected}");
    let said = state(&fleet("reader"), "web-1", |state| !state.causes.is_empty());
    assert_eq!(said.causes, [Cause { path: Some("size".to_owned()), code: "refused".to_owned() }]);
    let text = fs::read_to_string(folder.path().join("shop@production@web-1.json")).expect("it is there");
    assert!(!text.contains("too much"), "{text}");
}

#[test]
fn a_value_that_waits_for_a_restart_is_told() {
    let (_folder, fleet) = directory();
    let told = Told::with(&[("listen", "a"), ("fixed_token", "hunter2")]);
    let live = run(&told, watch(fleet("web-1")));
    let said = state(&fleet("reader"), "web-1", |_| true);
    told.set("fixed_token", "hunter3", "2");
    live.refresh().expect("it may wait");
    let pending = |state: &InstanceState| standing(state, "fixed_token") == Standing::PendingRestart;
    let then = state(&fleet("reader"), "web-1", pending);
    assert_eq!(fingerprint(&then, "fixed_token"), fingerprint(&said, "fixed_token"), "the old one counts");
    assert_eq!(Condition::of(&then, SystemTime::now()), Condition::Pending);
    // Another instance, which has started since.
    let _other = run(&told, watch(fleet("web-2")));
    let other = state(&fleet("reader"), "web-2", |_| true);
    assert_ne!(fingerprint(&other, "fixed_token"), fingerprint(&said, "fixed_token"));
    let all = fleet("reader").read().expect("it can be read");
    let uptake = all.uptake("shop", Some("production"), "fixed_token", "2");
    let names = |states: &[&InstanceState]| -> Vec<String> {
        states.iter().map(|state| state.instance.clone()).collect()
    };
    assert_eq!((names(&uptake.taken), names(&uptake.missing)), (vec!["web-2".into()], vec!["web-1".into()]));
    assert!(!uptake.is_complete());
    assert!(all.uptake("shop", Some("production"), "listen", "1").is_complete());
    assert!(!all.uptake("shop", Some("staging"), "listen", "1").is_complete(), "nobody is there");
}

#[test]
fn the_same_value_has_the_same_fingerprint_wherever_it_comes_from() {
    let (folder, fleet) = directory();
    let run = |instance: &str, key: FleetKey, loader: confident::Loader<Shop>| {
        let fleet = Fleet::directory(folder.path()).instance(instance).key(key);
        loader.profile("production").watch_with(watch(fleet)).expect("it is right")
    };
    let path = folder.path().join("shop.toml");
    fs::write(
        &path,
        "size = 8\nname = \"8\"\nwords = [\"a\", \"b\"]\n[upstreams.eu]\npassword = \"x\"\nnumber = 2\n",
    )
    .expect("it can be written");
    let other = folder.path().join("other.json");
    let json = r#"{"upstreams": {"eu": {"number": 2, "password": "x"}}, "name": "8", "size": 8, "words": ["a", "b"]}"#;
    fs::write(&other, json).expect("it can be written");
    let environment = Env::from_pairs([("SHOP_SIZE", "8"), ("SHOP_WORDS_0", "a"), ("SHOP_WORDS_1", "b")]);
    let _running = [
        run("toml", key(), Shop::loader().source(File::required(path))),
        run("json", key(), Shop::loader().source(File::required(other))),
        run("environment", key(), Shop::loader().source(environment)),
        run("default", key(), Shop::loader().source(Env::from_pairs([("SHOP_SIZE", "7")]))),
        run("none", key(), Shop::loader().source(Env::from_pairs([("SHOP_NAME", "7")]))),
        run(
            "keyed",
            FleetKey::new(&[8; 32]).expect("it is long enough"),
            Shop::loader().source(Env::from_pairs([("SHOP_SIZE", "8")])),
        ),
    ];
    let all = reading(&fleet("reader"), |reading| reading.instances.len() == 6);
    let of = |instance: &str, path: &str| {
        let state = all.instances.iter().find(|state| state.instance == instance).expect("it is there");
        fingerprint(state, path).map(str::to_owned)
    };
    assert!(of("toml", "size").is_some());
    for path in ["size", "name", "words", "upstreams"] {
        assert_eq!(of("toml", path), of("json", path), "{path}");
    }
    assert_eq!(of("toml", "size"), of("environment", "size"));
    assert_eq!(of("toml", "words"), of("environment", "words"));
    assert_ne!(of("toml", "size"), of("toml", "name"), "the path is part of it");
    assert_ne!(of("toml", "size"), of("keyed", "size"), "the key is part of it");
    assert_eq!(of("default", "size"), of("none", "size"), "a default is a value");
    assert_ne!(of("default", "size"), of("toml", "size"));
    assert_eq!(of("toml", "token"), None);
}

#[test]
fn without_a_key_nothing_is_told_of_values() {
    let (folder, fleet) = directory();
    let told = Told::with(&[("size", "8"), ("token", "hunter2")]);
    let _live = run(&told, watch(Fleet::directory(folder.path()).instance("open")));
    let _keyed = run(&told, watch(fleet("keyed")));
    let all = reading(&fleet("reader"), |reading| reading.instances.len() == 2);
    let count =
        |number: usize| all.instances[number].keys.iter().filter(|key| key.fingerprint.is_some()).count();
    assert_eq!(all.instances[1].instance, "open");
    assert_eq!(count(1), 0);
    // What is neither set nor has a default has none.
    assert_eq!(count(0), 5);
}

/// The value in all the ways in which one can be written.
fn spellings(value: &str) -> Vec<String> {
    let hex: String = value.bytes().map(|byte| format!("{byte:02x}")).collect();
    let url: String = value.bytes().map(|byte| format!("%{byte:02X}")).collect();
    let mut all = vec![value.to_owned(), value.chars().rev().collect(), hex.to_uppercase(), hex, url];
    // Wherever it begins in what was encoded, the middle of it is the same.
    for before in 0..3 {
        let encoded = STANDARD.encode(format!("{}{value}", "x".repeat(before)));
        all.push(encoded[4..encoded.len() - 4].to_owned());
        all.push(encoded[4..encoded.len() - 4].replace('+', "-").replace('/', "_"));
    }
    all
}

/// Which of the canaries are in the bytes.
fn found_in(bytes: &[u8], canaries: &[String]) -> Vec<String> {
    let text = String::from_utf8_lossy(bytes);
    canaries.iter().filter(|canary| spellings(canary).iter().any(|one| text.contains(one))).cloned().collect()
}

/// All files of a directory, with their names.
fn files(folder: &Path) -> Vec<u8> {
    let entries =
        fs::read_dir(folder).expect("it is there").map(|entry| entry.expect("it can be read").path());
    entries
        .flat_map(|path| {
            [path.display().to_string().into_bytes(), fs::read(path).unwrap_or_default()].concat()
        })
        .collect()
}

/// A program with a canary in every key, and in every way in which a change can end.
fn with_canaries(publisher: impl Publish) -> (Live<Shop>, Vec<String>) {
    let canary = |name: &str| format!("cAnArY/{name}+{}", "z9?".repeat(4));
    let texts = ["listen", "name", "token", "fixed_token", "words"];
    let told = Told::default();
    texts.iter().for_each(|path| told.set(path, &canary(path), "1"));
    told.set_table("cAnArY-table", &canary("table"), 1);
    let mut all: Vec<String> = texts.iter().map(|path| canary(path)).collect();
    all.extend(["cAnArY-table".to_owned(), canary("table")]);
    let live = run(&told, watch(publisher));
    for round in ["second", "third"] {
        for path in texts {
            let canary = canary(&format!("{path}-{round}"));
            told.set(path, &canary, round);
            all.push(canary);
        }
        if round == "third" {
            let canary = canary("size");
            told.set("size", &canary, "3");
            all.push(canary);
        }
        assert_eq!(live.refresh().is_err(), round == "third");
    }
    (live, all)
}

#[test]
fn no_value_is_ever_in_what_is_published() {
    let (folder, fleet) = directory();
    let (_live, canaries) = with_canaries(fleet("web-1"));
    let said = state(&fleet("reader"), "web-1", |state| !state.causes.is_empty());
    assert_eq!(standing(&said, "listen"), Standing::PendingRestart);
    assert_eq!(standing(&said, "token"), Standing::Rejected);
    assert_eq!(found_in(&files(folder.path()), &canaries), Vec::<String>::new());
    assert_eq!(found_in(format!("{said:?}").as_bytes(), &canaries), Vec::<String>::new());
}

/// Writes every value that it is lent, in the spelling of its number.
struct Leaking(Fleet, AtomicU32);

impl Publish for Leaking {
    fn instance(&self) -> String {
        Publish::instance(&self.0)
    }

    fn fingerprint(&self, _: &str, _: &str, pieces: &[&[u8]]) -> Option<String> {
        let number = self.1.fetch_add(1, Ordering::Relaxed) as usize;
        let value = String::from_utf8_lossy(pieces.last()?);
        let all = spellings(&value);
        // Only what the readers of states accept, so that it is there to be found.
        Some(all[[3, 2][number % 2]].clone())
    }

    fn publish(&self, state: &InstanceState) -> Result<(), Box<dyn Error + Send + Sync>> {
        self.0.publish(state)
    }
}

#[test]
fn a_publisher_that_writes_values_is_seen() {
    let (folder, fleet) = directory();
    let (_live, canaries) = with_canaries(Leaking(fleet("web-1"), AtomicU32::new(0)));
    state(&fleet("reader"), "web-1", |state| !state.causes.is_empty());
    let found = found_in(&files(folder.path()), &canaries);
    assert!(found.len() >= 3, "{found:?}");
    // And each of the spellings is one that is looked for.
    for spelling in spellings(&canaries[0]) {
        assert_eq!(found_in(format!("<{spelling}>").as_bytes(), &canaries).len(), 1, "{spelling}");
    }
}

#[test]
fn the_last_handle_takes_the_state_back() {
    let (folder, fleet) = directory();
    let live = run(&Told::default(), watch(fleet("web-1")));
    let twin = live.clone();
    state(&fleet("reader"), "web-1", |_| true);
    drop(live);
    assert_eq!(fleet("reader").read().expect("it can be read").instances.len(), 1);
    drop(twin);
    assert_eq!(fs::read_dir(folder.path()).expect("it is there").count(), 0);
}

#[test]
fn an_instance_that_dies_is_lost() {
    let (folder, fleet) = directory();
    let heartbeat = Duration::from_millis(50);
    // It takes nothing back, as one that was killed.
    let live = run(&Told::default(), watch(Leaking(fleet("web-1"), AtomicU32::new(0))).heartbeat(heartbeat));
    let first = state(&fleet("reader"), "web-1", |_| true);
    // It is heard of again though nothing happens.
    state(&fleet("reader"), "web-1", |state| state.heard > first.heard);
    drop(live);
    assert_eq!(fs::read_dir(folder.path()).expect("it is there").count(), 1);
    reading(&fleet("reader"), |reading| reading.condition(&reading.instances[0]) == Condition::Lost);
    // Its last word does not count.
    let all = fleet("reader").read().expect("it can be read");
    assert!(!all.uptake("shop", Some("production"), "size", "1").is_complete());
}

#[test]
fn one_with_a_clock_of_its_own_is_not_lost() {
    let (_folder, fleet) = directory();
    let _live = run(&Told::default(), watch(fleet("web-1")));
    let mut said = state(&fleet("reader"), "web-1", |_| true);
    let now = SystemTime::now();
    said.heard = now + Duration::from_secs(3600);
    assert!(!said.is_lost(now));
    said.heard = now - said.heartbeat * 3 - Duration::from_millis(1);
    assert!(said.is_lost(now));
}

#[test]
#[cfg(unix)]
fn only_the_owner_reads_a_state_unless_the_group_may() {
    use std::os::unix::fs::PermissionsExt;
    let (folder, fleet) = directory();
    let shared = Directory::at(folder.path()).group_readable();
    let _live = run(&Told::default(), watch(fleet("own")));
    let _shared = run(&Told::default(), watch(Fleet::directory(shared).instance("shared")));
    reading(&fleet("reader"), |reading| reading.instances.len() == 2);
    let mode = |name: &str| {
        let path = folder.path().join(format!("shop@production@{name}.json"));
        fs::metadata(path).expect("it is there").permissions().mode() & 0o777
    };
    assert_eq!(mode("own"), 0o600);
    // What the process takes away from new files, nobody gives back.
    assert!([0o640, 0o600].contains(&mode("shared")), "{:o}", mode("shared"));
}

#[test]
fn hostile_files_are_named_and_the_others_are_read() {
    let (folder, fleet) = directory();
    let _live = run(&Told::default(), watch(fleet("web-1")));
    state(&fleet("reader"), "web-1", |_| true);
    let put = |name: &str, text: &str| fs::write(folder.path().join(name), text).expect("it can be written");
    let good = fs::read_to_string(folder.path().join("shop@production@web-1.json")).expect("it is there");
    put("broken.json", "{\"format\": 1, \"app\": ");
    put("fields.json", "{\"format\": 1, \"app\": 5}");
    put("format.json", "{\"format\": 2, \"keys\": {}}");
    put("deep.json", &"[".repeat(100_000));
    put("empty.json", "");
    put("large.json", &" ".repeat(2 << 20));
    put("impostor.json", &good);
    put("shop@production@long.json", &good.replace("\"shop\"", &format!("\"{}\"", "x".repeat(2000))));
    put("shop@production@state.json", &good.replace("\"default\"", "\"<script>\""));
    // What is no state is not looked at.
    put("README.md", "x");
    put(".hidden.json", "x");
    fs::create_dir(folder.path().join("folder.json")).expect("it can be made");
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink("/etc/passwd", folder.path().join("link.json")).expect("it can be made");
        let fifo = folder.path().join("fifo.json");
        assert!(std::process::Command::new("mkfifo").arg(fifo).status().expect("it runs").success());
    }
    let reading = common::within_a_minute(move || fleet("reader").read()).expect("it can be read");
    assert_eq!(reading.instances.len(), 1);
    let mut wanted = vec![
        ("broken.json", "is broken JSON"),
        ("deep.json", "has not the fields"),
        ("empty.json", "is broken JSON"),
        ("fields.json", "has not the fields"),
        ("folder.json", "is a directory"),
        ("format.json", "another format"),
        ("impostor.json", "another instance"),
        ("large.json", "is larger than"),
        ("shop@production@long.json", "more than 1,024 bytes"),
        ("shop@production@state.json", "says of a key what none says"),
    ];
    if cfg!(unix) {
        wanted.extend([("fifo.json", "is not a plain file"), ("link.json", "is a link")]);
        wanted.sort_unstable();
    }
    let named: Vec<&str> = reading.bad.iter().map(|bad| bad.name.as_str()).collect();
    assert_eq!(named, wanted.iter().map(|(name, _)| *name).collect::<Vec<_>>());
    for (bad, (name, reason)) in reading.bad.iter().zip(&wanted) {
        assert!(bad.reason.contains(reason), "{name}: {}", bad.reason);
    }
    // Who knows whose they are?
    assert_eq!(reading.uptake("shop", Some("production"), "size", "1").unknown, wanted.len());
}

#[test]
fn hostile_names_stay_in_the_directory() {
    let (folder, fleet) = directory();
    let within = folder.path().join("within");
    fs::create_dir(&within).expect("it can be made");
    let name = "../../\u{1b}[2J@\u{202e}\n\0x";
    let live = run(&Told::default(), watch(Fleet::directory(&within).instance(name)));
    state(&Fleet::directory(&within), name, |_| true);
    assert_eq!(fs::read_dir(folder.path()).expect("it is there").count(), 1);
    drop(live);
    assert_eq!(fs::read_dir(&within).expect("it is there").count(), 0);
    drop(fleet);
}

#[test]
fn a_reader_never_sees_half_a_state() {
    let (_folder, fleet) = directory();
    let told = Told::default();
    let live = run(&told, watch(fleet("web-1")).heartbeat(Duration::from_millis(1)));
    state(&fleet("reader"), "web-1", |_| true);
    for round in 0..300 {
        told.set("name", &"n".repeat(round), "1");
        live.refresh().expect("it is right");
        let reading = fleet("reader").read().expect("it can be read");
        assert_eq!((reading.instances.len(), reading.bad), (1, Vec::new()));
    }
}

/// Does what the test says.
struct Scripted(Box<dyn Fn() -> Result<(), Box<dyn Error + Send + Sync>> + Send + Sync>);

impl Publish for Scripted {
    fn publish(&self, _: &InstanceState) -> Result<(), Box<dyn Error + Send + Sync>> {
        (self.0)()
    }
}

#[test]
fn a_publisher_that_hangs_delays_no_refresh() {
    let (begun, has_begun) = channel();
    let is_over = Arc::new(AtomicBool::new(false));
    let over = Arc::clone(&is_over);
    let hanging = Scripted(Box::new(move || {
        let _ = begun.send(());
        while !over.load(Ordering::Relaxed) {
            thread::sleep(Duration::from_millis(10));
        }
        Ok(())
    }));
    common::within_a_minute(move || {
        let told = Told::default();
        let live = run(&told, watch(hanging));
        has_begun.recv().expect("it was called");
        for size in 10..90 {
            told.set("size", &size.to_string(), "1");
            assert_eq!(live.refresh().expect("it is right").size, size);
        }
        // The last handle does not wait for ever, either.
        drop(live);
        assert!(!is_over.load(Ordering::Relaxed), "it hung all the time");
        is_over.store(true, Ordering::Relaxed);
    });
}

#[test]
fn a_publisher_that_fails_is_told_of_once_and_called_again() {
    for panics in [false, true] {
        let (called, calls) = channel();
        let count = AtomicU32::new(0);
        let failing = Scripted(Box::new(move || {
            let _ = called.send(());
            if count.fetch_add(1, Ordering::Relaxed) >= 2 {
                return Ok(());
            }
            assert!(!panics, "hunter2");
            Err("there is no room".into())
        }));
        let events = Arc::new(Mutex::new(Vec::new()));
        let heard = Arc::clone(&events);
        let watch = watch(failing).on_event(move |event| {
            if let Event::Unpublished(error) = event {
                heard.lock().expect("nothing panics").push(error.to_string());
            }
        });
        let live = run(&Told::default(), watch);
        for _ in 0..3 {
            calls.recv_timeout(Duration::from_secs(60)).expect("it is called again");
        }
        live.refresh().expect("it is right");
        let events = events.lock().expect("nothing panics").clone();
        assert_eq!(events, [if panics { "the publisher panicked" } else { "there is no room" }]);
    }
}

#[test]
fn a_directory_that_is_not_there_is_named() {
    let (folder, _) = directory();
    let path = folder.path().join("not/there");
    let fleet = Fleet::directory(&path);
    let failure = fleet.read().expect_err("it is not there").to_string();
    assert!(failure.contains(path.to_str().expect("it is UTF-8")), "{failure}");
    let (told, events) = channel();
    let watch = watch(Fleet::directory(&path)).on_event(move |event| {
        if let Event::Unpublished(error) = event {
            let _ = told.send(error.to_string());
        }
    });
    let live = run(&Told::default(), watch);
    let said = events.recv_timeout(Duration::from_secs(60)).expect("it is told");
    assert!(said.contains("cannot be written") && said.contains("not/there"), "{said}");
    live.refresh().expect("the program goes on");
}

#[test]
fn the_name_of_an_instance_is_that_of_its_machine_and_process() {
    let (folder, _) = directory();
    let name = Publish::instance(&Fleet::directory(folder.path()));
    assert!(name.ends_with(&format!("-{}", std::process::id())), "{name}");
    let uname = std::process::Command::new("uname").arg("-n").output();
    if let Ok(output) = uname {
        let machine = String::from_utf8_lossy(&output.stdout).trim().to_owned();
        assert!(name.starts_with(&machine), "{name} on {machine}");
    }
}

#[test]
fn a_key_needs_32_bytes() {
    let error = FleetKey::new(&[7; 31]).expect_err("it is too short").to_string();
    assert_eq!(error, "a key needs at least 32 bytes; `openssl rand -hex 32` writes some");
}

proptest! {
    #[test]
    fn no_text_makes_the_reader_panic(text in proptest::collection::vec(any::<u8>(), 0..300)) {
        confident_stores::fuzzing::fleet(&text);
    }

    /// As it is written, but for a few bytes.
    #[test]
    fn no_state_that_was_changed_makes_the_reader_panic(
        changes in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..4),
        cut in any::<prop::sample::Index>(),
        is_cut in any::<bool>(),
    ) {
        let mut text = GOOD.as_bytes().to_vec();
        for (place, byte) in changes {
            let at = place.index(text.len());
            text[at] = byte;
        }
        if is_cut {
            text.truncate(cut.index(text.len()));
        }
        if let Some(reason) = confident_stores::fuzzing::fleet(&text) {
            prop_assert!(!reason.contains("web-1"), "{reason}");
        }
    }
}

const GOOD: &str = r#"{"format":1,"app":"shop","version":"1.2.0","manifest":"0123456789abcdef","profile":"production","instance":"web-1","generation":3,"since":"2026-11-23T05:09:22.000Z","refreshed":"2026-11-23T05:10:22.000Z","heard":"2026-11-23T05:10:22.000Z","heartbeat_ms":30000,"causes":[{"path":"size","code":"constraint"}],"keys":[{"path":"size","is_live":true,"state":"rejected","origin":{"kind":"vault","version":"1"},"offered":{"kind":"vault","version":"2"},"fingerprint":"01234567-0123456789abcdef","generation":1,"since":"2026-11-23T05:09:22.000Z"}]}"#;

#[test]
fn the_state_of_the_properties_is_good() {
    assert_eq!(confident_stores::fuzzing::fleet(GOOD.as_bytes()), None);
}

#[cfg(feature = "etcd")]
mod in_etcd {
    use super::*;
    use common::etcd::Real;
    use confident_stores::{
        Etcd, Paths, Store,
        policy::{EtcdRights, Policy},
    };

    fn fleet(real: &Real, instance: &str) -> Fleet {
        Fleet::etcd(Etcd::at(real.connection())).instance(instance).key(key())
    }

    #[test]
    fn instances_publish_in_a_real_etcd() {
        let Some(real) = Real::start() else { return };
        let told = Told::with(&[("size", "8")]);
        let live = run(&told, watch(fleet(&real, "web-1")));
        let twin = run(&told, watch(fleet(&real, "web/2")));
        let all = reading(&fleet(&real, "reader"), |reading| reading.instances.len() == 2);
        assert_eq!(all.bad, []);
        assert_eq!(fingerprint(&all.instances[0], "size"), fingerprint(&all.instances[1], "size"));
        assert!(all.uptake("shop", Some("production"), "size", "1").is_complete());
        told.set("size", "9", "2");
        live.refresh().expect("it is right");
        let all = reading(&fleet(&real, "reader"), |reading| reading.instances[0].generation == 2);
        assert!(!all.uptake("shop", Some("production"), "size", "2").is_complete());
        twin.refresh().expect("it is right");
        reading(&fleet(&real, "reader"), |reading| {
            reading.uptake("shop", Some("production"), "size", "2").is_complete()
        });
        // What others write is named.
        real.put("confident/fleet/shop/production/web-9", "{}");
        real.put("confident/fleet/impostor", GOOD);
        let all = fleet(&real, "reader").read().expect("it can be read");
        let named: Vec<&str> = all.bad.iter().map(|bad| bad.name.as_str()).collect();
        assert_eq!(named, ["confident/fleet/impostor", "confident/fleet/shop/production/web-9"]);
        drop(live);
        let all = fleet(&real, "reader").read().expect("it can be read");
        let names: Vec<&str> = all.instances.iter().map(|state| state.instance.as_str()).collect();
        assert_eq!(names, ["web/2"], "the last handle has taken its state back");
    }

    /// The rights to publish, and no others.
    #[test]
    fn the_role_that_is_written_for_a_program_lets_it_publish() {
        let Some(real) = Real::start() else { return };
        let mut rights = EtcdRights::default();
        rights.fleet = Some("confident/fleet/".to_owned());
        let policy = Policy::new(Shop::manifest(), "production", Paths::default());
        let script = policy.etcd(&rights).expect("the profile is a word");
        for line in script.lines().filter_map(|line| line.strip_prefix("etcdctl ")) {
            real.ctl(&line.split(' ').collect::<Vec<_>>());
        }
        real.ctl(&["user", "add", "root:TOPSECRET"]);
        real.ctl(&["user", "grant-role", "root", "root"]);
        real.ctl(&["user", "add", "shop:TOPSECRET"]);
        real.ctl(&["user", "grant-role", "shop", "shop-production"]);
        real.ctl(&["auth", "enable"]);
        let fleet = |user: &str| {
            let etcd = Etcd::at(real.connection()).user(user, SecretString::from("TOPSECRET"));
            Fleet::etcd(etcd).instance("web-1").key(key())
        };
        let live = run(&Told::default(), watch(fleet("shop")));
        state(&fleet("root"), "web-1", |_| true);
        assert!(fleet("shop").read().is_err(), "what others say is none of its business");
        let can_write = |name: &str| real.ctl_ends_well(&["--user", "shop:TOPSECRET", "put", name, "x"]);
        assert!(can_write("confident/fleet/shop/production/web-2"));
        assert!(!can_write("confident/fleet/shop/staging/web-2"));
        assert!(!can_write("confident/fleet/other/production/web-2"));
        drop(live);
        let all = fleet("root").read().expect("it can be read");
        assert!(all.instances.is_empty(), "the last handle has taken its state back");
    }

    #[test]
    fn no_value_is_ever_in_etcd() {
        let Some(real) = Real::start() else { return };
        let (_live, canaries) = with_canaries(fleet(&real, "web-1"));
        state(&fleet(&real, "reader"), "web-1", |state| !state.causes.is_empty());
        // All of it, also what was there before.
        assert_eq!(found_in(&real.all_bytes(), &canaries), Vec::<String>::new());
        // What is there is found.
        real.put("a/b", &canaries[0]);
        assert_eq!(found_in(&real.all_bytes(), &canaries), [canaries[0].clone()]);
    }

    #[test]
    fn an_instance_that_dies_goes_away_with_its_lease() {
        let Some(real) = Real::start() else { return };
        let dead = Leaking(fleet(&real, "dead"), AtomicU32::new(0));
        let live = run(&Told::default(), watch(dead).heartbeat(Duration::from_millis(500)));
        let _other =
            run(&Told::default(), watch(fleet(&real, "other")).heartbeat(Duration::from_millis(500)));
        reading(&fleet(&real, "reader"), |reading| reading.instances.len() == 2);
        drop(live);
        let all = reading(&fleet(&real, "reader"), |reading| reading.instances.len() == 1);
        assert_eq!(all.instances[0].instance, "other");
        assert_eq!(all.condition(&all.instances[0]), Condition::Applied);
        assert!(!format!("{:?}", Etcd::at(real.connection()).source()).is_empty());
    }

    #[test]
    fn a_lease_that_etcd_lost_is_made_anew() {
        let Some(real) = Real::start() else { return };
        let live = run(&Told::default(), watch(fleet(&real, "web-1")));
        reading(&fleet(&real, "reader"), |reading| reading.instances.len() == 1);
        real.revoke_leases();
        assert_eq!(fleet(&real, "reader").read().expect("it can be read").instances.len(), 0);
        live.refresh().expect("it is right");
        reading(&fleet(&real, "reader"), |reading| reading.instances.len() == 1);
    }
}
