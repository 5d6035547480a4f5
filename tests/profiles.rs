//! Profiles: who names them, and what they decide; and names that were keys once.

use confident::{Code, Config, Env, Loader, Memory, Overrides, Report};

/// A program.
#[derive(Config)]
#[config(
    app = "shop",
    profiles("development", "staging", "production"),
    removed("SHOP_WORKERS", "set SHOP_THREADS"),
    removed("cache.size", "the cache sizes itself since 2.0")
)]
#[allow(dead_code)]
struct Shop {
    /// How many.
    #[config(default = 4)]
    threads: u8,
    /// Where errors go.
    #[config(required_in("production"))]
    sink: Option<String>,
}

fn problems(loader: Loader<Shop>) -> Report {
    loader.load().expect_err("something is wrong")
}

/// The profile that a load takes: the report of a missing key names it.
fn profile_of(loader: Loader<Shop>) -> Option<String> {
    loader.explain().profile
}

fn env(name: &str) -> Env {
    Env::from_pairs([("SHOP_PROFILE", name)])
}

#[test]
fn the_program_names_the_profile_a_variable_goes_before_and_an_override_before_that() {
    assert_eq!(profile_of(Shop::loader().source(Memory::new("none"))), None);
    assert_eq!(
        profile_of(Shop::loader().profile("staging").source(Memory::new("none"))).as_deref(),
        Some("staging")
    );
    let both = || Shop::loader().profile("staging").source(env("production"));
    assert_eq!(profile_of(both()).as_deref(), Some("production"));
    assert_eq!(
        profile_of(both().source(Overrides::new().set("profile", "development"))).as_deref(),
        Some("development")
    );
    assert_eq!(profile_of(Shop::loader().profile("staging").source(env(""))).as_deref(), Some("staging"));
}

#[test]
fn the_variable_of_the_profile_is_no_unknown_one() {
    let loaded = Shop::loader().source(env("staging")).load_with_warnings().expect("nothing is wrong");
    assert_eq!(loaded.warnings.len(), 0, "{:?}", loaded.warnings);
    let overrides = Overrides::new().set("profile", "staging");
    Shop::loader().source(overrides).load_with_warnings().expect("nothing is wrong");
}

#[test]
fn an_unknown_profile_is_a_problem_that_lists_the_known_ones() {
    let report = problems(Shop::loader().source(env("prodution")));
    assert_eq!(report.problems()[0].code(), Code::Profile);
    assert_eq!(
        report.to_string(),
        "error: 1 problem in the configuration of shop (profile prodution)\n\n  \
         profile                   \"prodution\" is not a profile of shop; did you mean production?\n      \
         the profiles are development, staging, production"
    );
}

#[test]
fn a_key_is_required_in_the_profile_that_a_variable_names() {
    let report = problems(Shop::loader().source(env("production")));
    assert_eq!(report.problems()[0].message(), "required in the profile production, but no source has it");
}

#[test]
fn a_removed_name_says_what_to_set_instead() {
    let loaded = Shop::loader().source(Env::from_pairs([("SHOP_WORKERS", "4")])).load_with_warnings();
    let warnings = loaded.expect("a variable is only a warning").warnings;
    assert_eq!((warnings[0].code(), warnings[0].message()), (Code::Removed, "was removed; set SHOP_THREADS"));
    let report = problems(Shop::loader().source(Memory::new("file").with("cache.size", "4")));
    assert_eq!(report.problems()[0].message(), "was removed; the cache sizes itself since 2.0");
}

#[test]
fn a_name_near_a_removed_one_is_told_so() {
    let loaded = Shop::loader().source(Env::from_pairs([("SHOP_WORKRES", "4")])).load_with_warnings();
    let warnings = loaded.expect("a variable is only a warning").warnings;
    assert_eq!(warnings[0].message(), "unknown; did you mean SHOP_WORKERS?");
}
