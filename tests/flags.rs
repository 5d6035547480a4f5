//! Flags: what is written, for whom it is on, and what a load and a check say of one that has expired.

#![allow(clippy::unwrap_used)] // a test that cannot go on may stop

use std::{
    collections::{BTreeMap, BTreeSet},
    time::{Duration, SystemTime},
};

use confident::{
    Code, Config, Env, Flag, How, Kind, Loaded, Memory, Problem, Report, Value,
    grammar::{date::Date, flag::MOST, scalar},
};
use proptest::prelude::*;

/// A shop, of which the flags are in every shape of group.
#[derive(Config)]
#[config(app = "shop")]
struct Settings {
    /// The checkout.
    #[config(nested)]
    checkout: Checkout,
    /// Whether the new search answers.
    #[config(default = "off", live, owner = "team-search", review_by = "2999-12-31")]
    search: Flag,
    /// The shops of a chain.
    #[config(nested)]
    shops: Vec<Shop>,
    /// The regions.
    #[config(nested)]
    regions: BTreeMap<String, Shop>,
}

/// The checkout.
#[derive(Config)]
struct Checkout {
    /// Whether one click buys.
    #[config(default = "10%", live, owner = "team-checkout", review_by = "2999-12-31")]
    express: Flag,
}

/// A shop.
#[derive(Config)]
struct Shop {
    /// Whether it takes part in the trial.
    #[config(default = "10%", live, owner = "team-checkout", review_by = "2999-12-31")]
    trial: Flag,
}

fn load(pairs: &[(&str, &str)]) -> Settings {
    Settings::loader().source(Env::from_pairs(pairs.iter().copied())).load().unwrap()
}

fn flag(text: &str) -> Flag {
    Flag::of("checkout.express", text).unwrap_or_else(|_| panic!("{text} is a flag"))
}

/// The subjects of a large group for which the flag is on.
fn those_of(flag: &Flag) -> BTreeSet<u32> {
    (0..100_000).filter(|tenant| flag.is_on_for(&format!("tenant-{tenant}"))).collect()
}

fn on(day: &str) -> SystemTime {
    Date::parse(day).unwrap().begin()
}

/// What the load says of a text in the place of the flag, without the text and what is expected.
fn fault_of(text: &str) -> String {
    let loaded = Settings::loader().source(Env::from_pairs([("SHOP_SEARCH", text)])).load();
    let Err(report) = loaded else { panic!("{text} is accepted") };
    let [problem] = report.problems() else { panic!("{report}") };
    let (_, hint) = problem.message().split_once(Flag::KIND.expected().as_str()).unwrap();
    hint.trim_start_matches("; ").to_owned()
}

#[test]
fn every_form_has_one_meaning() {
    let on_for = |text: &str, names: &[&str]| {
        let flag = flag(text);
        for name in ["alice", "bob", "eve", "Acme Ltd", "off"] {
            assert_eq!(flag.is_on_for(name), names.contains(&name), "{text}: {name}");
        }
    };
    for all in ["on", "ON", "true", " on ", "100%", "100.0%", "100 %"] {
        on_for(all, &["alice", "bob", "eve", "Acme Ltd", "off"]);
        assert!(flag(all).is_on(), "{all}");
    }
    for none in ["off", "Off", "false", "0%", "0.0000%", "off, deny eve", "0%,deny eve"] {
        on_for(none, &[]);
        assert!(!flag(none).is_on(), "{none}");
    }
    on_for("allow alice", &["alice"]);
    on_for("off, allow alice bob", &["alice", "bob"]);
    on_for("0%,allow alice  bob", &["alice", "bob"]);
    on_for("allow \"Acme Ltd\" \"off\"", &["Acme Ltd", "off"]);
    on_for("on, deny eve", &["alice", "bob", "Acme Ltd", "off"]);
    on_for("on , deny eve alice , until 2999-12-31", &["bob", "Acme Ltd", "off"]);
    on_for("on, until 1999-12-31", &[]);
    on_for("allow alice, until 1969-12-31", &[]);
    // Their buckets are 170,270 and 635,407, 33,611, 464,623 and 183,386 of a million.
    on_for("25%", &["alice", "eve", "off"]);
    on_for("25%, allow bob", &["alice", "bob", "eve", "off"]);
    on_for("18%, allow bob, deny alice", &["bob", "eve"]);
}

#[test]
fn a_flag_that_needs_a_subject_is_off_without_one() {
    for text in ["99.9999%", "allow alice", "50%, allow alice", "off", "on, until 1999-12-31"] {
        assert!(!flag(text).is_on(), "{text}");
    }
    for text in ["on", "100%", "on, deny eve", "on, allow alice", "on, until 2999-12-31"] {
        assert!(flag(text).is_on(), "{text}");
    }
}

#[test]
fn what_is_no_flag_is_refused_with_the_way_out() {
    let sign = "a share has a percent sign, such as 25%; for all and for none write on and off";
    let order = "behind a comma stands `allow`, `deny` or `until`, each once and in this order; names have blanks \
                 between them, such as 25%, allow alice bob, until 2027-01-31";
    let comma = "a comma stands between the parts, such as on, deny alice, until 2027-01-31";
    let first = "say first for whom it is on, such as on, deny alice or 25%, until 2027-01-31";
    let keyword = "a comma stands before `allow`, `deny` and `until`, and the share stands first; a name that is \
                   such a word stands in quotation marks";
    let bare = "a name with more than plain letters, digits and signs stands in quotation marks, such as allow \
                \"Acme Ltd\"";
    let quoted = "a name in quotation marks ends with one, and holds no other one, at least one character and no \
                  line break";
    let names = "behind `allow` and `deny` stand names, such as allow alice bob";
    let date = "a date is a day that there is, such as 2027-01-31";
    let cases = [
        ("maybe", ""),
        ("yes", ""),
        ("25", sign),
        ("1", sign),
        ("0", sign),
        ("-5%", sign),
        ("100.0001%", "a share is at most 100%"),
        ("101%", "a share is at most 100%"),
        ("0.00001%", "a share has at most four digits behind the point"),
        ("0.1234567890123456789012345678901234567890%", ""),
        ("on off", comma),
        ("25% allow alice", comma),
        ("on,", order),
        ("on, alice", order),
        ("allow alice, bob", order),
        ("on, on", order),
        ("on, deny eve, allow alice", order),
        ("allow alice, allow bob", order),
        ("on, until 2027-01-31, until 2028-01-31", order),
        ("deny eve", first),
        ("until 2027-01-31", first),
        ("on, allow", names),
        ("allow ,deny eve", names),
        ("allow alice deny eve", keyword),
        ("allow alice 25%", keyword),
        ("allow müller", bare),
        ("allow a\u{a0}b", bare),
        ("allow a\"b\"", bare),
        ("allow \"b\"a", quoted),
        ("allow \"b", quoted),
        ("allow \"\"", quoted),
        ("allow \"a\nb\"", quoted),
        ("on, until tomorrow", date),
        ("on, until 2027-02-29", date),
        ("on, until 2027-01-31 2028-01-31", date),
        (
            "off, until 2027-01-31",
            "it is off for everyone, so there is nothing that ends; write off, and later on",
        ),
        ("allow alice alice", "a name is there twice; remove one of the two"),
        ("on, deny \"alice\" alice", "a name is there twice; remove one of the two"),
        ("allow alice, deny alice", "a name is allowed and denied; remove one of the two"),
    ];
    for (text, hint) in cases {
        assert_eq!(fault_of(text), hint, "{text}");
    }
    let many =
        |count: usize| format!("allow{}", (0..count).map(|name| format!(" n{name}")).collect::<String>());
    assert!(Flag::of("", &many(MOST)).is_ok());
    assert_eq!(fault_of(&many(MOST + 1)), "`allow` and `deny` take at most 1000 names each");
}

/// Computed with another implementation of XXH64: subject and path have the bucket, out of a million, on every machine
/// and in every version.
const BUCKETS: &[(&str, &str, u32)] = &[
    ("checkout.express", "", 489_374),
    ("checkout.express", "alice", 170_270),
    ("checkout.express", "tenant-7", 11_080),
    ("checkout.express", "tenant-8", 730_916),
    ("checkout.express", "Acme Ltd", 464_623),
    ("checkout.express", "münchen", 172_298),
    ("checkout.express", "00000000-0000-0000-0000-000000000001", 178_137),
    (
        "checkout.express",
        "a subject of more than thirty-two bytes, so that all lanes of the hash are in use",
        632_908,
    ),
    ("search", "", 873_993),
    ("search", "alice", 732_494),
    ("search", "tenant-7", 894_408),
    ("search", "münchen", 701_714),
    ("groups.0.beta", "tenant-7", 539_943),
    ("groups.0.beta", "münchen", 14_069),
];

#[test]
fn who_is_in_a_share_never_changes() {
    for (path, subject, bucket) in BUCKETS {
        let at = |share: u32| {
            let text = format!("{}.{:04}%", share / 10_000, share % 10_000);
            Flag::of(path, &text).unwrap().is_on_for(subject)
        };
        assert!(!at(*bucket), "{path} {subject}");
        assert!(at(bucket + 1), "{path} {subject}");
    }
}

#[test]
fn a_share_is_as_large_as_it_says() {
    for (percent, of_checkout, of_search) in
        [(1, 1028, 980), (10, 9993, 10_068), (25, 24_971, 25_042), (50, 50_075, 50_087)]
    {
        let count = |path: &str| those_of(&Flag::of(path, &format!("{percent}%")).unwrap()).len();
        let (checkout, search) = (count("checkout.express"), count("search"));
        // Figures of another implementation. Four times the standard deviation of a fair draw is at most 633.
        assert_eq!((checkout, search), (of_checkout, of_search));
        let share = f64::from(percent) / 100.0;
        let deviation = (100_000.0 * share * (1.0 - share)).sqrt();
        for count in [checkout, search] {
            assert!((count as f64 - 100_000.0 * share).abs() < 4.0 * deviation, "{percent}%: {count}");
        }
    }
}

#[test]
fn a_larger_share_has_all_subjects_of_a_smaller_one() {
    let mut before = BTreeSet::new();
    for share in ["0.1%", "1%", "2.5%", "10%", "25%", "50%", "99%", "100%"] {
        let now = those_of(&flag(share));
        assert!(before.is_subset(&now) && before.len() < now.len(), "{share}");
        before = now;
    }
    assert_eq!(before.len(), 100_000);
}

#[test]
fn two_flags_of_one_share_have_different_subjects() {
    let settings = load(&[("SHOP_SEARCH", "10%")]);
    let (express, search) = (those_of(&settings.checkout.express), those_of(&settings.search));
    let both = express.intersection(&search).count();
    // A tenth of a tenth, and not all of it.
    assert!((900..1100).contains(&both), "{both}");
}

#[test]
fn a_flag_draws_by_the_path_of_its_key_wherever_it_comes_from() {
    let default = load(&[]).checkout.express;
    let variable = load(&[("SHOP_CHECKOUT_EXPRESS", "10%")]).checkout.express;
    let memory = Memory::new("test").with("checkout.express", "10%");
    let memory = Settings::loader().source(memory).load().unwrap().checkout.express;
    let by_hand = Flag::of("checkout.express", "10%").unwrap();
    assert_eq!(those_of(&default), those_of(&by_hand));
    assert_eq!([&default, &variable, &memory], [&by_hand; 3]);
    assert_ne!(default, Flag::of("search", "10%").unwrap());
}

#[test]
fn a_flag_in_a_list_or_map_draws_by_its_own_path() {
    let settings = load(&[
        ("SHOP_SHOPS_0_TRIAL", "10%"),
        ("SHOP_SHOPS_1_TRIAL", "10%"),
        ("SHOP_REGIONS_EU_TRIAL", "10%"),
    ]);
    assert_eq!(settings.shops[0].trial, Flag::of("shops.0.trial", "10%").unwrap());
    assert_eq!(settings.shops[1].trial, Flag::of("shops.1.trial", "10%").unwrap());
    assert_ne!(settings.shops[0].trial, settings.shops[1].trial);
    let (name, region) = settings.regions.iter().next().unwrap();
    assert_eq!(region.trial, Flag::of(&format!("regions.{name}.trial"), "10%").unwrap());
}

#[test]
fn until_ends_with_its_day_in_utc() {
    for (text, subject) in [
        ("on, until 2028-02-29", "x"),
        ("allow x, until 2028-02-29", "x"),
        ("25%, until 2028-02-29", "alice"),
    ] {
        let flag = flag(text);
        let end = on("2028-03-01");
        let last = end - Duration::from_nanos(1);
        assert!(flag.is_on_for_at(subject, last) && flag.is_on_for_at(subject, on("1970-01-01")), "{text}");
        assert!(!flag.is_on_for_at(subject, end) && !flag.is_on_for_at(subject, on("9999-12-31")), "{text}");
        assert_eq!(flag.is_on_at(last), text.starts_with("on"));
        assert!(!flag.is_on_at(end));
        // Before the first moment that clocks count, nothing is over yet.
        assert!(flag.is_on_for_at(subject, SystemTime::UNIX_EPOCH - Duration::from_secs(1)));
    }
}

#[test]
fn days_are_those_of_the_calendar() {
    let mut moment = SystemTime::UNIX_EPOCH;
    let (mut day, mut count) = ((1970, 1, 1), 0);
    while day.0 < 2401 {
        let (year, month, in_month) = day;
        let text = format!("{year:04}-{month:02}-{in_month:02}");
        let date = Date::parse(&text).unwrap();
        assert_eq!((date.begin(), date.to_string()), (moment, text));
        let is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
        let last = match month {
            2 if is_leap => 29,
            2 => 28,
            4 | 6 | 9 | 11 => 30,
            _ => 31,
        };
        day = match (in_month == last, month) {
            (false, _) => (year, month, in_month + 1),
            (true, 12) => (year + 1, 1, 1),
            (true, _) => (year, month + 1, 1),
        };
        moment += Duration::from_secs(86_400);
        count += 1;
    }
    // 400 years and 31 more, of which 8 are leap years.
    assert_eq!(count, 146_097 + 31 * 365 + 8);
}

#[test]
fn a_literal_of_a_document_is_a_flag() {
    let kind = Flag::KIND;
    assert_eq!(kind, &Kind::Flag);
    assert_eq!(flag("true"), flag("on"));
    assert_eq!(flag("false"), flag("off"));
}

/// Flags that expired, one on the last day that was before today, and one that will.
#[derive(Config)]
#[config(app = "old")]
struct Old {
    /// Whether it was tried.
    #[config(default = "on", live, owner = "team-a", review_by = "2020-01-31")]
    tried: Flag,
    /// Whether it is tried.
    #[config(default = "on", live, owner = "team-b", review_by = "2999-12-31")]
    trying: Flag,
    /// Which tax there is; no flag.
    #[config(default = 19, owner = "team-c", review_by = "2020-01-31")]
    tax: u8,
}

fn expired(problems: &[Problem]) -> Vec<&str> {
    let expired = problems.iter().filter(|problem| problem.code() == Code::Expired);
    expired.map(|problem| problem.path().unwrap()).collect()
}

#[test]
fn an_expired_flag_is_a_warning_at_load_and_says_what_it_said() {
    for pairs in [&[][..], &[("OLD_TRIED", "on")]] {
        let loader = Old::loader().source(Env::from_pairs(pairs.iter().copied()));
        let Loaded { settings, warnings, .. } = loader.load_with_warnings().unwrap();
        assert!(settings.tried.is_on() && settings.trying.is_on() && settings.tax == 19);
        let [warning] = warnings.as_slice() else { panic!("{warnings:?}") };
        assert_eq!(warning.subject(), "OLD_TRIED");
        assert_eq!(warning.message(), "is a flag that expired on 2020-01-31");
        assert_eq!(
            warning.notes(),
            [
                "Whether it was tried · owner team-a",
                "decide it for all and remove it from the program, or give it a later `review_by`"
            ]
        );
    }
}

#[test]
fn an_expired_flag_fails_a_check_from_the_day_after_on() {
    let check = |today: Option<&str>| -> Report {
        let check = Old::MANIFEST.check().source(Env::from_pairs([("OLD_TRYING", "25%")]));
        today.map(on).into_iter().fold(check, |check, today| check.today(today)).run().report
    };
    assert_eq!(expired(check(None).problems()), ["tried"]);
    for (today, wanted) in [
        ("2020-01-31", &[][..]),
        ("2020-02-01", &["tried"]),
        ("2999-12-31", &["tried"]),
        ("3000-01-01", &["tried", "trying"]),
    ] {
        let report = check(Some(today));
        assert_eq!(expired(report.problems()), wanted, "{today}");
        assert!(report.warnings().is_empty());
    }
}

#[test]
fn a_flag_that_is_wrong_is_told_with_its_expiry() {
    let loaded = Old::loader().source(Env::from_pairs([("OLD_TRIED", "maybe")])).load();
    let report = loaded.map(drop).unwrap_err();
    assert_eq!(report.problems().len(), 1);
    assert_eq!(expired(report.warnings()), ["tried"]);
}

#[test]
fn a_flag_shows_the_shortest_text_that_says_the_same() {
    for (text, shown) in [
        ("TRUE", "on"),
        ("100%", "on"),
        ("0%", "off"),
        ("00.50%", "0.5%"),
        (
            "25.0 %, allow bob  alice,deny \"eve\", until 2027-01-31",
            "25%, allow alice bob, deny eve, until 2027-01-31",
        ),
        ("off, allow \"Acme Ltd\" \"allow\" \"a,b\"", "allow \"Acme Ltd\" \"a,b\" \"allow\""),
        ("off, deny eve", "off, deny eve"),
        ("99.9999%", "99.9999%"),
    ] {
        assert_eq!(flag(text).to_string(), shown, "{text}");
    }
    assert_eq!(format!("{:?}", load(&[]).checkout), "Checkout { express: 10% }");
}

/// Names as people have them, and as nobody should.
fn name() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-z]{1,6}",
        "[a-z0-9-]{1,12}",
        "[!-~&&[^\",]]{1,4}",
        prop::sample::select(vec![
            "allow", "deny", "until", "on", "off", "25%", "Acme Ltd", "a,b", " ", "münchen"
        ])
        .prop_map(str::to_owned),
        "[^\"\\pC]{1,8}",
    ]
}

/// Texts of flags, and what they say.
fn written() -> impl Strategy<Value = String> {
    let names = || prop::collection::btree_set(name(), 0..5);
    (0u32..=1_000_000, names(), names(), prop::option::of((1900u16..2900, 1u8..=12, 1u8..=28))).prop_map(
        |(share, allow, deny, until)| {
            let mut text = format!("{}.{:04}%", share / 10_000, share % 10_000);
            let deny: Vec<_> = deny.difference(&allow).collect();
            for (word, names) in [("allow", allow.iter().collect()), ("deny", deny)] {
                let quoted: String = names.iter().map(|name| format!(" \"{name}\"")).collect();
                if !names.is_empty() {
                    text += &format!(", {word}{quoted}");
                }
            }
            match until {
                Some((year, month, day)) if share > 0 || !allow.is_empty() => {
                    format!("{text}, until {year:04}-{month:02}-{day:02}")
                }
                _ => text,
            }
        },
    )
}

proptest! {
    #[test]
    fn a_flag_reads_what_it_shows(text in written()) {
        let flag = flag(&text);
        let shown = flag.to_string();
        prop_assert_eq!(Flag::of("checkout.express", &shown), Ok(flag.clone()), "{}", &shown);
        prop_assert_eq!(flag.to_string(), shown);
    }

    #[test]
    fn grammar_and_type_accept_the_same_flags(
        text in prop_oneof![written(), any::<String>(), "[onf0-9%, alowdenyutib\"-]{0,24}"],
    ) {
        let by_grammar = scalar(Flag::KIND, &text, &How::PLAIN);
        prop_assert_eq!(by_grammar.is_ok(), Flag::of("", &text).is_ok());
    }

    #[test]
    fn names_go_before_the_share(share in 0u32..=100, subject in "[a-z]{1,8}x") {
        let others = "alice";
        let with = |rest: &str| flag(&format!("{share}%{rest}")).is_on_for(&subject);
        let allow = format!(", allow {subject} {others}");
        let deny = format!(", deny {others} {subject}");
        prop_assert!(with(&allow));
        prop_assert!(!with(&deny));
        let elsewhere = ", allow alice";
        prop_assert_eq!(with(elsewhere), with(""));
    }
}

#[cfg(all(feature = "live", feature = "toml"))]
mod while_the_program_runs {
    use std::{fs, sync::mpsc, time::Duration};

    use confident::{File, Watch, live};

    use super::*;

    #[test]
    fn a_flag_turns_with_its_file_and_a_wrong_text_leaves_it_as_it_was() {
        let folder = std::env::temp_dir().join(format!("confident-flags-test-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let file = folder.join("shop.toml");
        let put = |text: &str| {
            fs::write(folder.join("new"), format!("[checkout]\nexpress = {text}\n")).unwrap();
            fs::rename(folder.join("new"), &file).unwrap();
        };
        put("false");
        let watch = Watch::new().poll(Duration::from_millis(200));
        let settings = Settings::loader().source(File::required(&file)).watch_with(watch).unwrap();
        let (changed, changes) = mpsc::channel();
        let told = settings.on_change([live!(Settings: checkout.express)], move |_| {
            // Nobody listens any more once the test is over.
            let _ = changed.send(());
        });
        assert!(!settings.current().checkout.express.is_on());

        put("\"25%\"");
        changes.recv_timeout(Duration::from_secs(60)).unwrap();
        assert_eq!(settings.current().checkout.express, flag("25%"));

        put("\"1\"");
        assert!(settings.refresh().is_err());
        assert_eq!(settings.current().checkout.express, flag("25%"));

        put("true");
        settings.refresh().unwrap();
        assert!(settings.current().checkout.express.is_on());
        drop(told);
        fs::remove_dir_all(&folder).unwrap();
    }
}
