//! Two releases, compared as whoever deploys them sees them.

#![allow(unreachable_pub)] // each release is a module, as another crate would be

use confident::Manifest;
use confident_cli::diff::{Diff, Effect, Step, diff};

/// A release whose struct has these fields, besides one that never changes.
macro_rules! release {
    ($name:ident $(, #[$option:meta])* { $($fields:tt)* }) => {
        mod $name {
            #[allow(unused_imports)]
            use std::{collections::BTreeMap, time::Duration};

            #[allow(unused_imports)]
            use confident::{Config, ConfigValue, SecretString};

            /// A level.
            #[derive(ConfigValue, Debug)]
            pub enum Level {
                /// High.
                High,
                /// Low.
                Low,
            }

            /// A service.
            #[derive(Config)]
            #[config(app = "service")]
            $(#[$option])*
            #[allow(dead_code)]
            pub struct Settings {
                /// It stays.
                #[config(default = 1)]
                pub stays: u8,
                $($fields)*
            }
        }
    };
}

/// What changes between two releases: `effect code subject`, and the rollout.
fn changes(old: &Manifest, new: &Manifest) -> (Vec<String>, Vec<String>) {
    let Diff { changes, rollout, .. } = diff(old, new);
    let line = |change: &confident_cli::diff::Change| {
        format!("{:?} {} {}: {}", change.effect, change.code, change.subject, change.message)
    };
    (changes.iter().map(line).collect(), rollout)
}

macro_rules! case {
    ($test:ident: { $($old:tt)* } => { $($new:tt)* } $changes:expr, $rollout:expr) => {
        #[test]
        fn $test() {
            release!(old { $($old)* });
            release!(new { $($new)* });
            let (found, rollout) = changes(old::Settings::MANIFEST, new::Settings::MANIFEST);
            assert_eq!(found, $changes as [&str; _]);
            let version = env!("CARGO_PKG_VERSION");
            let rollout: Vec<_> = rollout.iter().map(|line| line.replace(version, "V")).collect();
            assert_eq!(rollout, $rollout as [&str; _]);
        }
    };
}

case!(nothing: {} => {} [], []);

case!(a_new_required_key: {} => {
    /// New.
    pub new: String,
    /// A secret.
    pub token: SecretString,
    /// Optional.
    pub maybe: Option<u8>,
    /// With a default.
    #[config(default = 5)]
    pub five: u8,
    /// Required somewhere.
    #[config(required_in("production"))]
    pub somewhere: Option<u8>,
} [
    "Breaking added-required SERVICE_NEW: is new, and required",
    "Breaking added-required SERVICE_SOMEWHERE: is new, and required in production",
    "Breaking added-required SERVICE_TOKEN: is new, and required",
    "Compatible added SERVICE_FIVE: is new; its default is 5",
    "Compatible added SERVICE_MAYBE: is new, and optional",
], [
    "set SERVICE_NEW before you deploy V: it is new, and required",
    "set SERVICE_SOMEWHERE in production before you deploy V: it is new, and required there",
    "set SERVICE_TOKEN or SERVICE_TOKEN_FILE before you deploy V: it is new, and required",
]);

case!(a_removed_key: {
    /// Old.
    pub old: Option<u8>,
} => {} ["Breaking removed SERVICE_OLD: was removed"], [
    "unset SERVICE_OLD before you deploy V: nothing reads it any more"
]);

case!(a_renamed_key: {
    /// Old.
    #[config(default = 1)]
    pub old: u8,
    /// Kept.
    #[config(default = 1, env = "KEPT")]
    pub kept: u8,
    /// Moved.
    #[config(default = 1)]
    pub moved: u8,
} => {
    /// Old.
    #[config(default = 1, alias = "SERVICE_OLD")]
    pub new: u8,
    /// Kept.
    #[config(default = 1, env = "OTHER")]
    pub kept: u8,
    /// Moved.
    #[config(default = 1, env = "MOVED", alias = "SERVICE_MOVED")]
    pub moved: u8,
} [
    "Breaking renamed OTHER: is the new name of KEPT, which nothing reads any more",
    "Breaking path SERVICE_NEW: its path was old before; files must say the new one",
    "Compatible renamed MOVED: is the new name of SERVICE_MOVED, which is still read",
    "Compatible renamed SERVICE_NEW: is the new name of SERVICE_OLD, which is still read",
], [
    "rename KEPT to OTHER before you deploy V: the old name is not read any more",
    "rename old to new in files before you deploy V: its path changed",
]);

case!(narrowed_and_widened: {
    /// A range.
    #[config(default = 5, range = 1..=10)]
    pub a: u16,
    /// A range.
    #[config(default = 5, range = 1..=10)]
    pub b: u16,
    /// A range with units.
    #[config(default = "5s", range = "1s"..="1m")]
    pub c: Duration,
    /// Words.
    #[config(default = "x", one_of = ["x", "y"])]
    pub d: String,
    /// A type.
    #[config(default = 1)]
    pub e: u16,
    /// A type.
    #[config(default = 1)]
    pub f: u16,
    /// A pattern.
    #[config(default = "x")]
    pub g: String,
    /// A length.
    #[config(default = "x", len = 1..=5)]
    pub h: String,
} => {
    /// A range.
    #[config(default = 5, range = 1..=9)]
    pub a: u16,
    /// A range.
    #[config(default = 5, range = 0..=11)]
    pub b: u16,
    /// A range with units.
    #[config(default = "5s", range = "1000ms"..="60s")]
    pub c: Duration,
    /// Words.
    #[config(default = "x", one_of = ["x", "y", "z"])]
    pub d: String,
    /// A type.
    #[config(default = 1)]
    pub e: u8,
    /// A type.
    #[config(default = 1)]
    pub f: i32,
    /// A pattern.
    #[config(default = "x", pattern = "^x")]
    pub g: String,
    /// A length.
    #[config(default = "x", len = 1..=6)]
    pub h: String,
} [
    "Breaking range SERVICE_A: fewer values are valid: its range changed",
    "Breaking type SERVICE_E: was of type u16, and is of type u8",
    "Breaking pattern SERVICE_G: fewer values are valid: its pattern changed",
    "Compatible range SERVICE_B: more values are valid: its range changed",
    "Compatible range SERVICE_C: more values are valid: its range changed",
    "Compatible one-of SERVICE_D: more values are valid: its one of changed",
    "Compatible type SERVICE_F: was of type u16, and is of type i32",
    "Compatible length SERVICE_H: more values are valid: its length changed",
], [
    "check SERVICE_A before you deploy V: fewer values of it are valid",
    "check SERVICE_E before you deploy V: fewer values of it are valid",
    "check SERVICE_G before you deploy V: fewer values of it are valid",
]);

case!(defaults_and_presence: {
    /// A default.
    #[config(default = 5)]
    pub a: u16,
    /// A default.
    #[config(default = 5)]
    pub b: u16,
    /// Required.
    pub c: u16,
} => {
    /// A default.
    #[config(default = 6)]
    pub a: u16,
    /// A default.
    pub b: u16,
    /// Required.
    pub c: Option<u16>,
} [
    "Breaking required SERVICE_B: has no default any more",
    "Behaviour default SERVICE_A: its default was 5, and is 6",
    "Compatible not-required SERVICE_C: is not required any more",
], ["set SERVICE_B before you deploy V: it has no default any more"]);

case!(meaning: {
    /// Live.
    #[config(default = 5, live)]
    pub a: u16,
    /// Plain.
    #[config(default = "x")]
    pub b: String,
    /// Secret.
    pub c: Option<SecretString>,
    /// Words.
    #[config(default = "high")]
    pub d: Level,
    /// Said.
    #[config(default = 1, owner = "us")]
    pub e: u8,
    /// Items.
    #[config(default = ["a"])]
    pub f: Vec<String>,
} => {
    /// Live.
    #[config(default = 5)]
    pub a: u16,
    /// Plain.
    pub b: Option<SecretString>,
    /// Secret.
    pub c: Option<String>,
    /// Words.
    #[config(default = "high", deprecated(remove_in = "9.0.0"))]
    pub d: Level,
    /// Said otherwise.
    #[config(default = 1, owner = "them")]
    pub e: u8,
    /// Items.
    #[config(default = ["a"], separator = ";")]
    pub f: Vec<String>,
} [
    "Breaking syntax SERVICE_F: its items were separated by ,, and are by ;",
    "Behaviour fixed SERVICE_A: changes with a restart only",
    "Behaviour default SERVICE_B: its default was x, and is none",
    "Behaviour empty SERVICE_B: an empty value means something else",
    "Behaviour secret SERVICE_B: is a secret now: move it to where secrets are kept, and rotate it",
    "Behaviour not-secret SERVICE_C: is no secret any more: it shows in logs",
    "Compatible deprecated SERVICE_D: is deprecated, and will be removed in 9.0.0",
    "Documentation owner SERVICE_E: its owner was us, and is them",
    "Documentation doc SERVICE_E: what is said of it changed",
], [
    "plan a restart for changes of SERVICE_A before you deploy V: it is not live any more",
    "move SERVICE_B to where secrets are kept, and rotate it before you deploy V: it is a secret now",
    "rewrite SERVICE_F before you deploy V: its syntax changed",
]);

case!(places_in_stores: {
    /// At another place.
    #[config(default = 1, store = "vault:service/a")]
    pub a: u8,
    /// In another kind of store.
    #[config(default = 1, store = "vault:service/b", sources("env", "vault", "aws"))]
    pub b: u8,
    /// At a place of its own.
    #[config(default = 1)]
    pub c: u8,
    /// At no place of its own any more.
    #[config(default = 1, store = "vault:service/d#d")]
    pub d: u8,
    /// In a store at last.
    #[config(default = 1, sources("env"))]
    pub e: u8,
    /// In no store any more.
    #[config(default = 1, store = "vault:service/f")]
    pub f: u8,
    /// At the same place, in other words.
    #[config(default = 1, store = "vault:service/{profile}/g")]
    pub g: u8,
    /// The same.
    #[config(default = 1, store = "vault:service/h#h")]
    pub h: u8,
} => {
    /// At another place.
    #[config(default = 1, store = "vault:service/a/1")]
    pub a: u8,
    /// In another kind of store.
    #[config(default = 1, store = "aws:service/b", sources("env", "vault", "aws"))]
    pub b: u8,
    /// At a place of its own.
    #[config(default = 1, store = "vault:service/c")]
    pub c: u8,
    /// At no place of its own any more.
    #[config(default = 1)]
    pub d: u8,
    /// In a store at last.
    #[config(default = 1, sources("env", "vault"), store = "vault:service/e")]
    pub e: u8,
    /// In no store any more.
    #[config(default = 1, sources("env"))]
    pub f: u8,
    /// At the same place, in other words.
    #[config(default = 1, store = "vault:{app}/{profile}/g")]
    pub g: u8,
    /// The same.
    #[config(default = 1, store = "vault:service/h#h")]
    pub h: u8,
} [
    "Breaking store SERVICE_A: was in a store at vault:service/a, and is at vault:service/a/1",
    "Breaking store SERVICE_B: was in a store at vault:service/b, and is at aws:service/b",
    "Breaking store SERVICE_C: is in a store at vault:service/c now",
    "Breaking store SERVICE_D: was in a store at vault:service/d#d, and is where the store looks by itself",
    "Breaking sources SERVICE_F: may come from env only",
    "Compatible sources SERVICE_E: may come from env, vault only",
    "Compatible store SERVICE_E: is in a store at vault:service/e",
], [
    "copy SERVICE_A from vault:service/a to vault:service/a/1 before you deploy V: it is read there",
    "copy SERVICE_B from vault:service/b to aws:service/b before you deploy V: it is read there",
    "copy SERVICE_C to vault:service/c before you deploy V: it is read there",
    "copy SERVICE_D from vault:service/d#d to where the store looks by itself before you deploy V: it is read there",
    "move SERVICE_F to env before you deploy V: it may come from nowhere else",
]);

case!(how_long_values_may_be_stale: {
    /// Longer.
    #[config(default = 1, max_stale = "10m")]
    pub a: u8,
    /// At all.
    #[config(default = 1)]
    pub b: u8,
    /// Never.
    #[config(default = 1, max_stale = "1h")]
    pub c: u8,
    /// The same time, in other words.
    #[config(default = 1, max_stale = "1h")]
    pub d: u8,
} => {
    /// Longer.
    #[config(default = 1, max_stale = "1h")]
    pub a: u8,
    /// At all.
    #[config(default = 1, max_stale = "10m")]
    pub b: u8,
    /// Never.
    #[config(default = 1)]
    pub c: u8,
    /// The same time, in other words.
    #[config(default = 1, max_stale = "60m")]
    pub d: u8,
} [
    "Behaviour max-stale SERVICE_A: was served for 10m after its store stopped answering, and is for 1h",
    "Behaviour max-stale SERVICE_B: was served for no time after its store stopped answering, and is for 10m",
    "Behaviour max-stale SERVICE_C: was served for 1h after its store stopped answering, and is for no time",
], []);

#[test]
fn a_new_rule_may_break_a_deployment() {
    release!(old {});
    release!(
        new,
        #[config(rule(stays > 0, "something must stay"))]
        {}
    );
    let (found, rollout) = changes(old::Settings::MANIFEST, new::Settings::MANIFEST);
    assert_eq!(found, ["Breaking rule-added something must stay: is a new rule: stays > 0"]);
    assert!(rollout[0].starts_with("check that deployments keep the rule before you deploy"));
    let (found, rollout) = changes(new::Settings::MANIFEST, old::Settings::MANIFEST);
    assert_eq!(found, ["Compatible rule-removed something must stay: is no rule any more: stays > 0"]);
    assert!(rollout.is_empty());
}

/// The manifest of a release with another version.
fn with_version(manifest: &Manifest, version: &str) -> &'static Manifest {
    let from = format!("\"version\":\"{}\"", env!("CARGO_PKG_VERSION"));
    let json = manifest.json().replace(&from, &format!("\"version\":\"{version}\""));
    assert_ne!(json, manifest.json());
    confident_manifest::from_json(&json).expect("it is a manifest").manifest
}

#[test]
fn the_step_of_the_version_follows_from_the_worst_change() {
    release!(old {});
    release!(required {
        /// New.
        pub new: u8,
    });
    release!(optional {
        /// New.
        pub new: Option<u8>,
    });
    let step = |new: &Manifest, versions: [&str; 2]| {
        let diff = diff(with_version(old::Settings::MANIFEST, versions[0]), with_version(new, versions[1]));
        (diff.step, diff.is_stepped)
    };
    let required = required::Settings::MANIFEST;
    let optional = optional::Settings::MANIFEST;
    assert_eq!(step(required, ["1.2.3", "2.0.0"]), (Step::Major, Some(true)));
    assert_eq!(step(required, ["1.2.3", "1.3.0"]), (Step::Major, Some(false)));
    assert_eq!(step(required, ["0.2.3", "0.3.0"]), (Step::Major, Some(true)));
    assert_eq!(step(required, ["0.2.3", "0.2.4"]), (Step::Major, Some(false)));
    assert_eq!(step(required, ["1.2.3", "tuesday"]), (Step::Major, None));
    assert_eq!(step(required, ["2.0.0", "1.0.0"]), (Step::Major, Some(false)));
    assert_eq!(step(optional, ["1.2.3", "1.3.0"]), (Step::Minor, Some(true)));
    assert_eq!(step(optional, ["1.2.3", "1.2.4"]), (Step::Minor, Some(false)));
    assert_eq!(step(optional, ["1.2.3-rc.1", "2.0.0"]), (Step::Minor, Some(true)));
    assert_eq!(step(old::Settings::MANIFEST, ["1.2.3", "1.2.3"]), (Step::Patch, Some(true)));
    assert!(diff(old::Settings::MANIFEST, required).breaks());
    assert!(!diff(old::Settings::MANIFEST, optional).breaks());
    assert!(
        diff(old::Settings::MANIFEST, required)
            .changes
            .iter()
            .all(|change| change.effect == Effect::Breaking)
    );
}
