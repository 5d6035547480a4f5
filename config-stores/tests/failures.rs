//! What happens when a store fails: a table, run over all stores that are asked over a network.

mod common;

use std::time::Duration;

use common::{
    clocks,
    double::{Double, Reply, Trouble},
    kinds::{KINDS, Kind, Made, PATIENCE},
};
use confident::{Code, Config, ExposeSecret, Loader, Report, SecretString};
use confident_stores::{Fault, Retry, Store, StoreSource, testing::ManualClock};

/// A program.
#[derive(Config)]
#[config(app = "shop")]
struct Shop {
    /// A secret.
    #[config(sources("age", "vault", "aws", "aws-ssm", "etcd", "command"))]
    token: SecretString,
}

/// A program that makes do with an old value for ten minutes.
#[derive(Config)]
#[config(app = "shop")]
struct Patient {
    /// A secret.
    #[config(max_stale = "10m", sources("age", "vault", "aws", "aws-ssm", "etcd", "command"))]
    token: SecretString,
}

const PLACE: &str = "shop/production/token";
const SECRET: &str = "hunter2-TOPSECRET";

fn made(kind: &Kind) -> Made {
    (kind.make)(vec![(PLACE.to_owned(), SECRET.to_owned())])
}

fn loader(source: StoreSource) -> Loader<Shop> {
    Shop::loader().profile("production").source(source)
}

/// What an answer looks like that quotes a secret.
fn quoting(status: u16) -> Reply {
    Reply::text(status, format!(r#"{{"errors":["no {SECRET} here"],"error":"no {SECRET} here"}}"#))
}

/// What is wrong with every answer, what that means, and a word of the report.
fn troubles() -> Vec<(&'static str, Trouble, &'static [Fault])> {
    use Fault::*;
    use Trouble::*;
    let html = format!("<html><body>please log in, {SECRET}</body></html>");
    let ten_megabytes = format!("\"{}\"", SECRET.repeat(10_000_000 / SECRET.len()));
    vec![
        ("timeout", Hang, &[Timeout]),
        ("closed", Close, &[Unreachable]),
        ("truncated", Truncated, &[Unreachable]),
        ("429", Instead(quoting(429).header("Retry-After", "2")), &[Busy]),
        ("500", Instead(quoting(500)), &[Unavailable]),
        ("502", Instead(Reply::text(502, html.clone()).header("Content-Type", "text/html")), &[Unavailable]),
        ("503", Instead(quoting(503)), &[Unavailable, Sealed]),
        ("401", Instead(quoting(401)), &[Unauthenticated]),
        ("403", Instead(quoting(403)), &[Denied, Unauthenticated]),
        ("418", Instead(quoting(418)), &[Refused]),
        ("200 with an error", Instead(quoting(200)), &[Malformed]),
        ("wrong type", Instead(Reply::text(200, format!("[\"{SECRET}\", 1]"))), &[Malformed]),
        ("no JSON", Instead(Reply::text(200, format!("{{\"a\": \"{SECRET}"))), &[Malformed]),
        ("a page", Instead(Reply::text(200, html).header("Content-Type", "text/html")), &[Malformed]),
        (
            "XML",
            Instead(Reply::text(200, "<ListAllMyBuckets/>").header("Content-Type", "text/xml")),
            &[Malformed],
        ),
        ("10 MB", Instead(Reply::text(200, ten_megabytes)), &[TooLarge]),
        ("not HTTP", Garbage, &[Malformed, Unreachable]),
        ("empty", Instead(Reply::text(200, "")), &[Malformed]),
    ]
}

fn source(made: Made, clock: ManualClock) -> (StoreSource, Double) {
    let double = made.double.expect("it is asked over a network");
    (made.store.source().clock(clock), double)
}

/// The kinds that are asked over a network.
fn networked() -> impl Iterator<Item = &'static Kind> {
    KINDS.iter().filter(|kind| made(kind).double.is_some())
}

/// The only problem of a report, which names the store, the cure and no value.
fn checked(report: &Report, name: &str, faults: &[Fault], about: &str) {
    let [problem] = report.problems() else { panic!("{about}: {report}") };
    let text = format!("{report} {report:?}");
    assert!(!text.contains("TOPSECRET"), "{about}: {text}");
    assert_eq!((problem.code(), problem.path()), (Code::Store, Some("token")), "{about}: {report}");
    assert!(text.contains(name), "{about}: {text}");
    assert!(faults.iter().any(|fault| text.contains(fault.cure())), "{about}: {text}");
}

#[test]
fn every_trouble_is_told_and_only_what_may_pass_is_tried_again() {
    for kind in networked() {
        let all = troubles().into_iter().map(|(name, trouble, faults)| (name, trouble, faults.to_vec()));
        let own = (kind.troubles)().into_iter().map(|(name, trouble, fault)| (name, trouble, vec![fault]));
        for (name, trouble, faults) in all.chain(own) {
            // Before the log-in, and after it.
            for spared in [0, kind.logins] {
                let about = format!("{}, {name} after {spared}", kind.name);
                let made = made(kind);
                let store = made.store.name();
                let (clock, own) = clocks();
                let (source, double) = source(made, own);
                double.after(spared, trouble.clone());
                let report = loader(source.retry(Retry::default().attempts(3))).load().err();
                let report = report.unwrap_or_else(|| panic!("{about}: it loads"));
                checked(&report, &store, &faults, &about);
                let pauses = clock.pauses().len();
                let is_transient = faults[0].is_transient();
                assert_eq!(
                    pauses,
                    if is_transient { 2 } else { 0 },
                    "{about}: {:?} {report}",
                    clock.pauses()
                );
                assert!(double.asked().len() <= 3 * (kind.logins + 2), "{about}: {:?}", double.asked());
            }
        }
    }
}

#[test]
fn a_trouble_that_passes_is_not_told() {
    for kind in networked() {
        let transient = troubles().into_iter().filter(|(.., faults)| faults[0].is_transient());
        for (name, trouble, _) in transient {
            let (source, double) = source(made(kind), clocks().0);
            double.once(trouble.clone());
            double.once(trouble);
            let shop = loader(source).load_with_warnings();
            let shop = shop.unwrap_or_else(|report| panic!("{}, {name}: {report}", kind.name));
            assert_eq!(shop.settings.token.expose_secret(), SECRET);
            assert!(shop.warnings.is_empty(), "{}, {name}: {:?}", kind.name, shop.warnings);
        }
    }
}

#[test]
fn nothing_that_listens_is_told_of() {
    for kind in networked() {
        let made = made(kind);
        let store = made.store.name();
        let (source, double) = source(made, clocks().0);
        drop(double);
        // The port is free after the thread that listens has ended.
        std::thread::sleep(Duration::from_millis(50));
        let report = loader(source).load().expect_err("nothing listens");
        checked(&report, &store, &[Fault::Unreachable], kind.name);
    }
}

#[test]
fn a_redirect_is_not_followed() {
    for kind in networked() {
        for status in [301, 302, 303, 307, 308] {
            let elsewhere = Double::new(|_| Reply::text(200, "{}"));
            let made = made(kind);
            let store = made.store.name();
            let (source, double) = source(made, clocks().0);
            let reply =
                Reply::text(status, "").header("Location", &format!("{}/elsewhere", elsewhere.address()));
            double.always(Trouble::Instead(reply));
            let report = loader(source).load().expect_err("it is not followed");
            checked(&report, &store, &[Fault::Redirected], kind.name);
            assert!(elsewhere.asked().is_empty(), "{}: {:?}", kind.name, elsewhere.asked());
        }
    }
}

#[test]
fn pauses_double_are_drawn_and_end() {
    for kind in networked() {
        let (clock, own) = clocks();
        let (source, double) = source(made(kind), own);
        double.always(Trouble::Instead(quoting(500)));
        let retry = Retry::default().attempts(1000);
        assert!(loader(source.retry(retry)).load().is_err());
        let pauses = clock.pauses();
        assert!(pauses.iter().sum::<Duration>() <= retry.within, "{}: {pauses:?}", kind.name);
        for (attempt, pause) in pauses.iter().enumerate() {
            let longest = retry.base * 2u32.pow(attempt.min(20) as u32);
            assert!(*pause <= longest.min(retry.most), "{}: {pauses:?}", kind.name);
        }
        assert!(pauses.windows(2).any(|two| two[0] != two[1] / 2), "drawn, not fixed: {pauses:?}");
    }
}

#[test]
fn a_store_that_wants_to_be_left_alone_is() {
    for kind in networked() {
        let (clock, own) = clocks();
        let (source, double) = source(made(kind), own);
        double.once(Trouble::Instead(quoting(429).header("Retry-After", "7")));
        loader(source).load().unwrap_or_else(|report| panic!("{}: {report}", kind.name));
        assert_eq!(clock.pauses(), [Duration::from_secs(7)], "{}", kind.name);
    }
}

#[test]
fn a_fallback_is_asked_while_a_store_is_away_and_only_then() {
    for kind in networked() {
        let (first, second) = (made(kind), made(kind));
        let name = second.store.name();
        let spare = second.double.expect("it is asked over a network");
        let (source, double) = source(first, clocks().0);
        let source = source.fallback(second.store).retry(Retry::never());
        loader(source.clone()).load().unwrap_or_else(|report| panic!("{}: {report}", kind.name));
        assert!(spare.asked().is_empty(), "{}: the first store has it", kind.name);
        double.always(Trouble::Instead(quoting(403)));
        assert!(loader(source.clone()).load().is_err(), "{}: what is denied is denied", kind.name);
        assert!(spare.asked().is_empty(), "{}: {:?}", kind.name, spare.asked());
        double.always(Trouble::Hang);
        let loaded = loader(source).load_with_warnings();
        let loaded = loaded.unwrap_or_else(|report| panic!("{}: {report}", kind.name));
        assert_eq!(loaded.settings.token.expose_secret(), SECRET);
        let [warning] = &loaded.warnings[..] else { panic!("{}: {:?}", kind.name, loaded.warnings) };
        assert_eq!(warning.code(), Code::Fallback);
        assert!(warning.message().contains(&name), "{}: {}", kind.name, warning.message());
    }
    assert!(PATIENCE < Duration::from_secs(1), "a test does not wait for long");
}

/// Loads with an old value at hand while something is wrong, so many minutes after it was read.
fn later(kind: &Kind, trouble: &Trouble, minutes: u64) -> Result<confident::Loaded<Patient>, Report> {
    let (clock, own) = clocks();
    let (source, double) = source(made(kind), own);
    let load = || {
        let source = source.clone().retry(Retry::never());
        Patient::loader().profile("production").source(source).load_with_warnings()
    };
    load().unwrap_or_else(|report| panic!("{}: {report}", kind.name));
    double.always(trouble.clone());
    clock.advance(Duration::from_secs(60 * minutes));
    load()
}

#[test]
fn an_old_value_is_served_only_in_time_and_only_while_a_trouble_may_pass() {
    for kind in networked() {
        let own = (kind.troubles)().into_iter();
        let all = troubles().into_iter().map(|(name, trouble, faults)| (name, trouble, faults[0]));
        for (name, trouble, fault) in all.chain(own) {
            let about = format!("{}, {name}", kind.name);
            let soon = later(kind, &trouble, 9);
            if fault.is_transient() {
                let loaded = soon.unwrap_or_else(|report| panic!("{about}: {report}"));
                assert_eq!(loaded.settings.token.expose_secret(), SECRET, "{about}");
                let [warning] = &loaded.warnings[..] else { panic!("{about}: {:?}", loaded.warnings) };
                assert_eq!(warning.code(), Code::Fallback, "{about}");
                assert!(warning.message().contains("as it was 540 seconds ago"), "{}", warning.message());
            } else {
                assert!(soon.is_err(), "{about}: a value that may be revoked is served");
            }
            assert!(later(kind, &trouble, 11).is_err(), "{about}: the value is too old");
        }
    }
}

#[test]
fn what_was_denied_is_not_served_when_the_store_goes_away_after_that() {
    for kind in networked() {
        for status in [403, 404] {
            let (source, double) = source(made(kind), clocks().0);
            let source = source.retry(Retry::never());
            let load = || Patient::loader().profile("production").source(source.clone()).load_with_warnings();
            load().unwrap_or_else(|report| panic!("{}: {report}", kind.name));
            double.always(Trouble::Instead(kind.no(status)));
            assert!(load().is_err(), "{}: {status}", kind.name);
            double.always(Trouble::Close);
            assert!(load().is_err(), "{}: it is served after a {status}", kind.name);
            // The test can see it: once it is given again, it is served while the store is away.
            double.heal();
            load().unwrap_or_else(|report| panic!("{}: {report}", kind.name));
            double.always(Trouble::Close);
            load().unwrap_or_else(|report| panic!("{}: {report}", kind.name));
        }
    }
}
