//! What metrics say of stores and of the values that came from them, and what they never say.
#![cfg(feature = "metrics")]

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex},
    time::Duration,
};

use confident::{Config, Report, SecretString, metrics as table};
use confident_stores::{
    Ask, Clock, Entry, Failure, Fault, Lease, Retry, Store, StoreSource, testing::ManualClock,
};
use metrics_util::{
    MetricKind,
    debugging::{DebugValue, DebuggingRecorder},
};

/// A program.
#[derive(Config)]
#[config(app = "shop")]
#[allow(dead_code)]
struct Shop {
    /// A secret with a place of its own.
    #[config(store = "vault:main#password", max_stale = "1h")]
    password: SecretString,
    /// Another, which need not be there.
    token: Option<SecretString>,
}

/// Stands in every value.
const CANARY: &str = "c4n4ry-value";

/// A store that answers as it was told last, after two seconds.
struct Told {
    clock: ManualClock,
    answer: Mutex<Result<Answer, Fault>>,
}

#[derive(Clone, Copy)]
struct Answer {
    revision: u64,
    lease: Option<Duration>,
    written: Option<Duration>,
}

const FIRST: Answer = Answer { revision: 1, lease: None, written: None };

impl Store for Told {
    fn kind(&self) -> &'static str {
        "vault"
    }

    fn name(&self) -> String {
        "the store of the test".to_owned()
    }

    fn read(&self, ask: &Ask<'_>) -> Vec<Result<Entry, Failure>> {
        self.clock.advance(Duration::from_secs(2));
        let answer = *self.answer.lock().expect("nothing panics");
        let one = |place: &&str| {
            let Answer { revision, lease, written } =
                answer.map_err(|fault| Failure::new(fault).at(*place))?;
            if place.ends_with("/token") {
                return Err(Failure::new(Fault::Absent).at(*place));
            }
            let value = format!("{CANARY} {revision}").into_bytes();
            let mut entry = Entry::fields(vec![("password".to_owned(), value.into())]).revision(revision);
            entry =
                lease.into_iter().fold(entry, |entry, lasts| entry.lease(Lease::new(CANARY, lasts, true)));
            let moment = written.map(|since| std::time::SystemTime::UNIX_EPOCH + since);
            Ok(moment.into_iter().fold(entry, Entry::written))
        };
        ask.places.iter().map(one).collect()
    }

    fn renew(&self, lease: &Lease) -> Result<Lease, Failure> {
        self.answer.lock().expect("nothing panics").map(|_| lease.clone()).map_err(Failure::new)
    }
}

fn told(retry: Retry) -> (Arc<Told>, StoreSource, ManualClock) {
    let clock = ManualClock::default();
    let store = Arc::new(Told { clock: clock.clone(), answer: Mutex::new(Ok(FIRST)) });
    let source = Arc::clone(&store).source().clock(clock.clone()).retry(retry);
    (store, source, clock)
}

impl Told {
    fn tell(&self, answer: Result<Answer, Fault>) {
        *self.answer.lock().expect("nothing panics") = answer;
    }
}

fn load(source: &StoreSource) -> Result<(), Report> {
    Shop::loader().profile("production").source(source.clone()).load_with_warnings().map(|_| ())
}

/// One series: the metric, its labels, and its numbers; of a histogram, each.
type Recorded = BTreeMap<(String, BTreeMap<String, String>), (MetricKind, Vec<f64>)>;

/// What a recorder was told, and the descriptions.
fn recorded(work: impl FnOnce()) -> (Recorded, BTreeSet<String>) {
    let recorder = DebuggingRecorder::new();
    let snapshotter = recorder.snapshotter();
    metrics::with_local_recorder(&recorder, work);
    let (mut recorded, mut descriptions) = (Recorded::new(), BTreeSet::new());
    for (key, unit, description, value) in snapshotter.snapshot().into_vec() {
        let (kind, key) = key.into_parts();
        let labels = key.labels().map(|label| (label.key().to_owned(), label.value().to_owned())).collect();
        let numbers = match value {
            DebugValue::Counter(count) => vec![count as f64],
            DebugValue::Gauge(number) => vec![*number],
            DebugValue::Histogram(numbers) => numbers.into_iter().map(|number| *number).collect(),
        };
        let described = description.map(|description| format!("{} {unit:?} {description}", key.name()));
        descriptions.extend(described);
        recorded.insert((key.name().to_owned(), labels), (kind, numbers));
    }
    (recorded, descriptions)
}

/// The numbers of the series of a metric with these labels.
fn numbers(recorded: &Recorded, metric: &table::Metric, labels: &[&str]) -> Vec<f64> {
    let names = metric.labels.iter().map(|name| (*name).to_owned());
    let labels = names.zip(labels.iter().map(|label| (*label).to_owned())).collect();
    recorded.get(&(metric.name.to_owned(), labels)).map(|(_, numbers)| numbers.clone()).unwrap_or_default()
}

/// Everything that can come of a store, one after the other.
fn everything() {
    let (store, source, clock) = told(Retry::default().attempts(2));
    let lease = Some(Duration::from_secs(3600));
    store.tell(Ok(Answer { lease, ..FIRST }));
    load(&source).expect("it is there");
    for answer in [Ok(FIRST), Err(Fault::Unreachable)] {
        store.tell(answer);
        clock.advance(Duration::from_secs(2500));
        source.keep_leases();
    }
    source.revoke_leases();
    for fault in Fault::ALL {
        store.tell(Err(*fault));
        let _ = load(&source);
    }
    store.tell(Ok(Answer { revision: 2, ..FIRST }));
    load(&source).expect("it is there again");
    store.tell(Ok(FIRST));
    assert!(load(&source).is_err(), "it was set back");
    watch(&source, &store);
}

/// What can come of settings that are watched.
fn watch(source: &StoreSource, store: &Told) {
    store.tell(Ok(Answer { revision: 3, ..FIRST }));
    let watch = confident::Watch::new().poll(Duration::from_secs(1_000_000_000)).on_event(|_| {});
    let loader = Shop::loader().profile("production").source(source.clone());
    let settings = loader.watch_with(watch).expect("it is there");
    store.tell(Err(Fault::Denied));
    assert!(settings.refresh().is_err(), "nobody may read it any more");
}

#[test]
fn every_metric_of_the_table_is_emitted_and_no_other() {
    let (recorded, descriptions) = recorded(everything);
    let found: BTreeSet<&str> = recorded.keys().map(|(name, _)| name.as_str()).collect();
    let wanted: BTreeSet<&str> = table::ALL.iter().map(|metric| metric.name).collect();
    assert_eq!(found, wanted);
    for ((name, labels), (kind, _)) in &recorded {
        let metric = table::ALL.iter().find(|metric| metric.name == name).expect("it is in the table");
        let names: BTreeSet<&str> = labels.keys().map(String::as_str).collect();
        assert_eq!(names, metric.labels.iter().copied().collect(), "{name}");
        assert_eq!(format!("{kind:?}").to_lowercase(), metric.kind.word(), "{name}");
        let described = format!("{name} Some({:?}) {}", metric.unit, metric.help);
        assert!(descriptions.contains(&described), "{described}");
    }
}

/// Whether the text stands in a name, a label or a description.
fn shows(recorded: &Recorded, descriptions: &BTreeSet<String>, text: &str) -> bool {
    let in_labels = |labels: &BTreeMap<String, String>| {
        labels.iter().any(|(name, value)| name.contains(text) || value.contains(text))
    };
    descriptions.iter().any(|description| description.contains(text))
        || recorded.keys().any(|(name, labels)| name.contains(text) || in_labels(labels))
}

#[test]
fn no_value_place_or_profile_is_ever_shown() {
    let (mut found, descriptions) = recorded(everything);
    for never in [CANARY, "production", "main#", "the store of the test"] {
        assert!(!shows(&found, &descriptions, never), "{never}");
    }
    // The test can see it.
    let (careless, _) = recorded(|| {
        load(&told(Retry::never()).1).expect("it is there");
        table::VALUE_STALE_SECONDS.set(0.0, &["shop", CANARY]);
    });
    found.extend(careless);
    assert!(shows(&found, &descriptions, CANARY));
}

/// A profile is given by the environment, and may be anything.
#[test]
fn a_thousand_profiles_make_no_more_series_than_one() {
    let series = |loads: u32| {
        let (recorded, _) = recorded(|| {
            let (store, source, _) = told(Retry::never());
            for at in 0..loads {
                let profile = format!("profile-{}", at.wrapping_mul(2_654_435_761));
                let fault = Fault::ALL[at as usize % Fault::ALL.len()];
                store.tell(if at % 3 == 0 { Ok(FIRST) } else { Err(fault) });
                let _ = Shop::loader().profile(profile).source(source.clone()).load_with_warnings();
            }
        });
        recorded.keys().cloned().collect::<BTreeSet<_>>()
    };
    // After this many loads there was every fault.
    let few = series(3 * u32::try_from(Fault::ALL.len()).expect("they are few"));
    assert!(few.len() > Fault::ALL.len() && few.len() < 100, "{}", few.len());
    assert_eq!(series(1000), few);
}

#[test]
fn requests_are_counted_by_outcome_and_measured_by_the_clock() {
    let (recorded, _) = recorded(|| {
        let (store, source, _) = told(Retry::default().attempts(3));
        load(&source).expect("it is there");
        store.tell(Err(Fault::Busy));
        assert!(load(&source).is_err(), "one value is served stale, and of the other place nothing is known");
    });
    let count = |outcome| numbers(&recorded, &table::STORE_REQUESTS, &["shop", "vault", outcome]);
    // Two places: the one that need not be there is not.
    assert_eq!((count("ok"), count("absent")), (vec![1.0], vec![1.0]));
    assert_eq!(count("busy"), [6.0], "three attempts for two places");
    assert_eq!(numbers(&recorded, &table::STORE_RETRIES, &["shop", "vault"]), [2.0]);
    let took = |outcome| numbers(&recorded, &table::STORE_REQUEST_SECONDS, &["shop", "vault", outcome]);
    // What is absent is an answer.
    assert_eq!((took("ok"), took("absent"), took("busy")), (vec![2.0], vec![], vec![2.0; 3]));
    for outcome in ["ok", "failed"] {
        assert_eq!(numbers(&recorded, &table::LOAD_SECONDS, &["shop", outcome]).len(), 1, "{outcome}");
    }
    for code in ["fallback", "store"] {
        assert_eq!(numbers(&recorded, &table::LOAD_PROBLEMS, &["shop", code]), [1.0], "{code}");
    }
}

#[test]
fn a_load_that_fails_is_counted_with_its_problems() {
    let (recorded, _) = recorded(|| {
        let (store, source, _) = told(Retry::never());
        store.tell(Err(Fault::Denied));
        assert!(load(&source).is_err(), "it is denied");
    });
    assert_eq!(numbers(&recorded, &table::LOAD_SECONDS, &["shop", "failed"]).len(), 1);
    assert_eq!(numbers(&recorded, &table::LOAD_SECONDS, &["shop", "ok"]).len(), 0);
    assert_eq!(numbers(&recorded, &table::LOAD_PROBLEMS, &["shop", "store"]).len(), 1);
    assert!(
        numbers(&recorded, &table::VALUE_STALE_SECONDS, &["shop", "password"]).is_empty(),
        "none was read"
    );
}

#[test]
fn a_value_grows_stale_while_its_store_is_away_and_is_fresh_again() {
    let (store, source, clock) = told(Retry::never());
    let age = |answer: Result<Answer, Fault>, passes: u64| {
        store.tell(answer);
        clock.advance(Duration::from_secs(passes));
        let (recorded, _) = recorded(|| drop(load(&source)));
        numbers(&recorded, &table::VALUE_STALE_SECONDS, &["shop", "password"])
    };
    assert_eq!(age(Ok(FIRST), 0), [0.0]);
    // The store takes two seconds each time.
    assert_eq!(age(Err(Fault::Unreachable), 1000), [1002.0]);
    assert_eq!(age(Err(Fault::Unreachable), 4000), [5004.0], "it is not served any more, and grows older");
    assert_eq!(age(Ok(FIRST), 1), [0.0]);
}

#[test]
fn a_value_says_when_it_ends_and_a_renewal_moves_that() {
    let (store, source, clock) = told(Retry::never());
    let ends = |work: &dyn Fn()| {
        let (recorded, _) = recorded(work);
        let since = clock.now().duration_since(std::time::SystemTime::UNIX_EPOCH).expect("it is later");
        let of = |metric| numbers(&recorded, metric, &["shop", "password"]);
        let [refresh, expires] = [&table::VALUE_REFRESH_TIMESTAMP, &table::VALUE_EXPIRES_TIMESTAMP].map(of);
        let from_now = |numbers: Vec<f64>| numbers.first().map(|number| number - since.as_secs_f64());
        (from_now(refresh), from_now(expires))
    };
    store.tell(Ok(Answer { lease: Some(Duration::from_secs(3600)), ..FIRST }));
    let whole = (Some(2400.0), Some(3600.0));
    assert_eq!(ends(&|| load(&source).expect("it is there")), whole);
    clock.advance(Duration::from_secs(2500));
    let renew = || {
        source.keep_leases();
    };
    assert_eq!(ends(&renew), whole);
    clock.advance(Duration::from_secs(2500));
    store.tell(Err(Fault::Denied));
    assert_eq!(ends(&renew), (None, None), "a renewal that fails moves nothing");
    store.tell(Ok(FIRST));
    let never = (Some(f64::INFINITY), Some(f64::INFINITY));
    assert_eq!(ends(&|| load(&source).expect("it is there")), never);
}

#[test]
fn a_version_that_changes_is_a_rotation_and_a_first_one_is_none() {
    let (store, source, clock) = told(Retry::never());
    let seen = |answer: Answer| {
        store.tell(Ok(answer));
        let (recorded, _) = recorded(|| load(&source).expect("it is there"));
        let of = |metric| numbers(&recorded, metric, &["shop", "password"]).first().copied();
        (of(&table::VALUE_ROTATIONS), of(&table::VALUE_CHANGED_TIMESTAMP))
    };
    let now =
        || clock.now().duration_since(std::time::SystemTime::UNIX_EPOCH).expect("it is later").as_secs_f64();
    assert_eq!(seen(FIRST), (None, None), "when it was made is not known");
    assert_eq!(seen(FIRST), (None, None));
    assert_eq!(seen(Answer { revision: 2, ..FIRST }), (Some(1.0), Some(now())));
    let written = Some(Duration::from_secs(1_700_000_000));
    assert_eq!(
        seen(Answer { revision: 2, written, ..FIRST }),
        (None, Some(1_700_000_000.0)),
        "the store knows"
    );
}
