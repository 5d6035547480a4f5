//! `confident fleet` and `confident drift` as they are run.
#![cfg(feature = "fleet")]
#![allow(clippy::unwrap_used)] // a test that cannot go on may stop

#[cfg(feature = "etcd")]
#[path = "../../config-stores/tests/common/etcd.rs"]
#[allow(dead_code)]
mod etcd;
#[allow(dead_code)] // each test uses a part of it
mod instances;
#[cfg(feature = "etcd")]
#[path = "../../config-stores/tests/common/peer.rs"]
#[allow(dead_code)]
mod peer;

use std::{
    fs,
    path::Path,
    process::Command,
    time::{Duration, SystemTime},
};

use confident::{Cause, Publish, Standing};
use confident_stores::fleet::Fleet;
use instances::{Folder, KEY, instance};
use serde_json::Value;

fn confident(folder: &Path, arguments: &[&str]) -> (Option<i32>, String, String) {
    let output =
        Command::new(env!("CARGO_BIN_EXE_confident")).args(arguments).current_dir(folder).output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.code(), text(output.stdout), text(output.stderr))
}

#[test]
fn a_fleet_that_has_taken_everything_is_good() {
    let fleet = Folder::new("good");
    fleet.publish(&instance("web-1"));
    fleet.publish(&instance("web-2"));
    let (code, out, said) = confident(fleet.path(), &["fleet", "states"]);
    let wanted = "\
payments, production: 2 of 2 applied
  instance version generation state   age   heard of
  web-1    1.4.0   3          applied 2m 5s 0s ago
  web-2    1.4.0   3          applied 2m 5s 0s ago

states: 2 instances
";
    assert_eq!((code, said.as_str()), (Some(0), ""));
    assert!(out == wanted || out == wanted.replace("2m 5s", "2m 6s").replace("0s ago", "1s ago"), "{out}");
}

#[test]
fn what_was_rejected_is_told_with_the_reason() {
    let fleet = Folder::new("rejected");
    for number in 1..=14 {
        let mut state = instance(&format!("web-{number:02}"));
        if number > 12 {
            let mut broken = |at: usize| {
                state.keys[at].standing = Standing::Rejected;
                state.keys[at].offered = state.keys[at].origin.clone();
            };
            broken(0);
            broken(1);
            state.causes = vec![Cause { path: Some("pool.max".to_owned()), code: "constraint".to_owned() }];
        }
        if number == 1 {
            state.keys[2].standing = Standing::PendingRestart;
        }
        fleet.publish(&state);
    }
    let (code, out, _) = confident(fleet.path(), &["fleet", "states"]);
    assert_eq!(code, Some(1));
    assert!(out.starts_with("payments, production: 11 of 14 applied, 1 pending, 2 rejected\n"), "{out}");
    for line in [
        "  listen        13 of 14 applied, 1 waits for a restart\n",
        "  pool.max      12 of 14 applied, 2 rejected: breaks a constraint\n",
        "  database_url  12 of 14 applied, 2 rejected: pool.max breaks a constraint\n",
    ] {
        assert!(out.contains(line), "{line}{out}");
    }
    let (code, out, _) = confident(fleet.path(), &["fleet", "states", "--json"]);
    let json: Value = serde_json::from_str(&out).unwrap();
    assert_eq!((code, &json["is_good"]), (Some(1), &false.into()));
    let program = &json["programs"][0];
    assert_eq!(program["counts"]["rejected"], 2);
    assert_eq!(program["instances"][13]["condition"], "rejected");
    assert_eq!(program["instances"][13]["reasons"][0], "pool.max breaks a constraint");
}

#[test]
fn who_is_lost_missing_or_unreadable_is_a_finding() {
    let fleet = Folder::new("lost");
    let (code, out, _) = confident(fleet.path(), &["fleet", "states"]);
    assert_eq!((code, out.as_str()), (Some(1), "states: 0 instances\n"), "nobody is there");
    fleet.publish(&instance("web-1"));
    assert_eq!(confident(fleet.path(), &["fleet", "states"]).0, Some(0));
    let (code, out, _) = confident(fleet.path(), &["fleet", "states", "--expect", "2"]);
    assert_eq!(code, Some(1));
    assert!(out.ends_with("states: 1 instance, and there should be 2\n"), "{out}");
    let mut lost = instance("web-2");
    lost.heard = SystemTime::now() - Duration::from_secs(91);
    fleet.publish(&lost);
    let (code, out, _) = confident(fleet.path(), &["fleet", "states"]);
    assert_eq!(code, Some(1));
    assert!(
        out.starts_with("payments, production: 1 of 2 applied, 1 lost\n") && out.contains("1m 31s ago"),
        "{out}"
    );
    fs::remove_file(fleet.states().join("payments@production@web-2.json")).unwrap();
    fs::write(fleet.states().join("x.json"), "{}").unwrap();
    let (code, out, _) = confident(fleet.path(), &["fleet", "states"]);
    assert_eq!(code, Some(1));
    assert!(out.contains("error[bad-state] x.json has not the fields of a state"), "{out}");
    let (code, _, said) = confident(fleet.path(), &["fleet", "nowhere"]);
    assert_eq!(code, Some(2));
    assert!(said.starts_with("error: the fleet at nowhere cannot be read: nowhere: "), "{said}");
}

#[test]
fn programs_and_profiles_can_be_chosen() {
    let fleet = Folder::new("chosen");
    fleet.publish(&instance("web-1"));
    let mut other = instance("web-1");
    other.app = "orders".to_owned();
    other.profile = None;
    fleet.publish(&other);
    let programs = |arguments: &[&str]| {
        let (_, out, _) = confident(fleet.path(), &[&["fleet", "states"], arguments].concat());
        out.lines().filter(|line| line.contains(": 1 of 1")).map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(programs(&[]), ["orders: 1 of 1 applied", "payments, production: 1 of 1 applied"]);
    assert_eq!(programs(&["--app", "orders"]), ["orders: 1 of 1 applied"]);
    assert_eq!(programs(&["--profile", "production"]), ["payments, production: 1 of 1 applied"]);
}

#[test]
fn hostile_names_do_nothing_to_the_terminal() {
    let fleet = Folder::new("hostile");
    let mut state = instance("web\u{1b}]0;x\u{7}\u{202e}-1");
    state.version = "1\u{1b}[2J".to_owned();
    state.keys[0].path = "\u{1b}[31m".to_owned();
    state.keys[0].standing = Standing::Rejected;
    state.causes = vec![Cause { path: Some("\u{9b}2J".to_owned()), code: "x".to_owned() }];
    fleet.publish(&state);
    fleet.publish(&instance("web-2"));
    fs::write(fleet.states().join("\u{1b}[2J.json"), "{}").unwrap();
    for command in [&["fleet", "states"][..], &["drift", "states"], &["fleet", "nowhere\u{1b}[2J"]] {
        let (_, out, said) = confident(fleet.path(), command);
        let all = format!("{out}{said}");
        assert!(all.chars().all(|char| char == '\n' || !char.is_control()), "{all:?}");
        assert!(!all.contains('\u{202e}'), "{all:?}");
        assert!(all.contains("\\u{1b}"), "{all:?}");
    }
}

#[test]
fn a_key_that_differs_is_named_with_who_has_what() {
    let fleet = Folder::new("drift");
    for name in ["web-1", "web-2", "web-3"] {
        fleet.publish(&instance(name));
    }
    let (code, out, _) = confident(fleet.path(), &["drift", "states"]);
    assert_eq!((code, out.as_str()), (Some(0), "3 instances compared, nothing differs\n"));
    let mut other = instance("web-2");
    other.keys[0].fingerprint = Some(format!("{KEY}-ffffffffffffffff"));
    other.keys[1].fingerprint = None;
    other.keys[1].origin = None;
    fleet.publish(&other);
    let (code, out, _) = confident(fleet.path(), &["drift", "states"]);
    let wanted = "\
database_url differs in payments, production
  0000000000000000  web-1, web-3
  ffffffffffffffff  web-2

pool.max differs in payments, production
  0000000000000001  web-1, web-3
  not set           web-2

3 instances compared, 2 differences
";
    assert_eq!((code, out.as_str()), (Some(1), wanted));
    let (_, out, _) = confident(fleet.path(), &["drift", "states", "--json"]);
    let json: Value = serde_json::from_str(&out).unwrap();
    assert_eq!(
        (&json["is_none"], &json["differences"][0]["subject"]),
        (&false.into(), &"database_url".into())
    );
    let (_, out, _) = confident(fleet.path(), &["fleet", "states"]);
    assert!(out.ends_with("; `confident drift` says who differs in: database_url, pool.max\n"), "{out}");
    // One that is lost says nothing of now.
    other.heard = SystemTime::now() - Duration::from_secs(91);
    fleet.publish(&other);
    let (code, out, _) = confident(fleet.path(), &["drift", "states"]);
    assert_eq!(code, Some(0), "{out}");
    assert!(out.contains("web-2 is lost, and not compared"), "{out}");
}

#[test]
fn profiles_are_compared_with_each_other() {
    let fleet = Folder::new("profiles");
    fleet.publish(&instance("web-1"));
    let mut staging = instance("web-1");
    staging.profile = Some("staging".to_owned());
    staging.keys[1].fingerprint = Some(format!("{KEY}-eeeeeeeeeeeeeeee"));
    fleet.publish(&staging);
    assert_eq!(confident(fleet.path(), &["drift", "states"]).0, Some(0), "each by itself");
    let both = ["drift", "states", "--profile", "production", "--profile", "staging"];
    let (code, out, _) = confident(fleet.path(), &both);
    let wanted = "\
pool.max differs in payments
  0000000000000001  web-1 (production)
  eeeeeeeeeeeeeeee  web-1 (staging)

2 instances compared, 1 difference
";
    assert_eq!((code, out.as_str()), (Some(1), wanted));
}

#[test]
fn without_fingerprints_versions_and_states_are_compared() {
    let fleet = Folder::new("versions");
    let bare = |name: &str, version: &str| {
        let mut state = instance(name);
        state.keys.iter_mut().for_each(|key| key.fingerprint = None);
        state.keys[0].origin.as_mut().unwrap().version = Some(version.to_owned());
        state
    };
    fleet.publish(&bare("web-1", "7"));
    let mut other = bare("web-2", "8");
    other.keys[2].standing = Standing::PendingRestart;
    fleet.publish(&other);
    let (code, out, _) = confident(fleet.path(), &["drift", "states"]);
    assert_eq!(code, Some(1));
    for line in [
        "  vault, version 7  web-1\n",
        "  vault, version 8  web-2\n",
        "  default, another one waits for a restart  web-2\n",
        "  = payments, production: there is no fleet key, so only sources, versions and states are compared\n",
    ] {
        assert!(out.contains(line), "{line}{out}");
    }
    // Where not all have the same key, that is said, and nothing is found that is none.
    fleet.publish(&bare("web-2", "7"));
    fleet.publish(&instance("web-1"));
    let (code, out, _) = confident(fleet.path(), &["drift", "states"]);
    assert_eq!(code, Some(1));
    assert!(out.starts_with("fleet key differs in payments, production\n"), "{out}");
    assert!(out.contains("have not one fleet key") && out.ends_with("1 difference\n"), "{out}");
    let (code, _, said) = confident(fleet.path(), &["drift", "states", "--approve", "x.json"]);
    assert_eq!(code, Some(2));
    assert!(said.contains("instances differ in `fleet key`"), "{said}");
}

#[test]
fn what_was_approved_is_held_against_what_is() {
    let fleet = Folder::new("approved");
    fleet.publish(&instance("web-1"));
    let mut orders = instance("web-1");
    orders.app = "orders".to_owned();
    fleet.publish(&orders);
    let approve = || {
        let (code, out, said) = confident(fleet.path(), &["drift", "states", "--approve", "approved.json"]);
        assert_eq!((code, out.as_str(), said.as_str()), (Some(0), "", ""));
        fs::read_to_string(fleet.path().join("approved.json")).unwrap()
    };
    let text = approve();
    fleet.publish(&instance("web-2"));
    assert_eq!(approve(), text, "who has them, and since when, is no part of it");
    let json: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(json["programs"][1]["keys"]["pool.max"], "0000000000000001");
    assert_eq!(json["programs"][1]["fleet_key"], KEY);
    let approved = || confident(fleet.path(), &["drift", "states", "--approved", "approved.json"]);
    assert_eq!(approved().0, Some(0));
    // All have another value: no instance differs from another.
    for name in ["web-1", "web-2"] {
        let mut state = instance(name);
        state.keys[0].fingerprint = Some(format!("{KEY}-ffffffffffffffff"));
        fleet.publish(&state);
    }
    assert_eq!(confident(fleet.path(), &["drift", "states"]).0, Some(0));
    let (code, out, _) = approved();
    let wanted = "\
database_url differs in payments, production
  ffffffffffffffff  web-1, web-2
  0000000000000000  (approved)

3 instances compared, 1 difference
";
    assert_eq!((code, out.as_str()), (Some(1), wanted));
    // A key that is new, one that is gone, a program that nobody approved, one that is not there.
    let mut state = instance("web-1");
    state.keys[1].path = "pool.most".to_owned();
    fleet.publish(&state);
    fs::remove_file(fleet.states().join("payments@production@web-2.json")).unwrap();
    fs::remove_file(fleet.states().join("orders@production@web-1.json")).unwrap();
    let mut other = instance("web-1");
    other.app = "refunds".to_owned();
    fleet.publish(&other);
    let (code, out, _) = approved();
    assert_eq!(code, Some(1));
    for line in [
        "pool.max differs in payments, production\n",
        "  0000000000000001  (approved)\n",
        "pool.most differs in payments, production\n",
        "  no such key       (approved)\n",
        "snapshot differs in refunds, production\n",
        "  = orders, production is approved, and no instance of it is there\n",
    ] {
        assert!(out.contains(line), "{line}{out}");
    }
    // Another key makes all of them others, which says nothing of values.
    let mut state = instance("web-1");
    state.keys.iter_mut().for_each(|key| {
        key.fingerprint = key.fingerprint.as_ref().map(|print| print.replace(KEY, "99999999"));
    });
    fleet.publish(&state);
    let (_, out, _) = approved();
    assert!(out.contains("fleet key differs in payments, production"), "{out}");
    assert!(!out.contains("pool"), "{out}");
    for (text, what) in
        [("{", "is no approved snapshot"), ("{\"format\": 2, \"programs\": []}", "is of another format")]
    {
        fs::write(fleet.path().join("approved.json"), text).unwrap();
        let (code, _, said) = approved();
        assert_eq!(code, Some(2));
        assert!(said.contains(what), "{said}");
    }
}

#[test]
fn nothing_is_approved_without_fingerprints_or_instances() {
    let fleet = Folder::new("unapproved");
    let approve = || confident(fleet.path(), &["drift", "states", "--approve", "approved.json"]);
    let (code, _, said) = approve();
    assert_eq!(code, Some(2));
    assert!(said.contains("there is no instance"), "{said}");
    assert_eq!(confident(fleet.path(), &["drift", "states"]).0, Some(1), "nothing was compared");
    let mut state = instance("web-1");
    state.keys.iter_mut().for_each(|key| key.fingerprint = None);
    fleet.publish(&state);
    let (code, _, said) = approve();
    assert_eq!(code, Some(2));
    assert!(said.contains("give its instances a fleet key, by CONFIDENT_FLEET_KEY_FILE"), "{said}");
    assert!(!fleet.path().join("approved.json").exists());
}

#[test]
#[allow(clippy::disallowed_methods)] // the switch of a test, not configuration
fn a_fleet_is_shown_as_the_readme_says() {
    let fleet = Folder::new("readme");
    let shown = || {
        for number in 1..=4 {
            let mut state = instance(&format!("web-{number}"));
            if number > 2 {
                state.generation = 2;
                state.since -= Duration::from_secs(120);
            }
            if number == 2 {
                state.keys[0].fingerprint = Some(format!("{KEY}-ffffffffffffffff"));
            }
            if number == 3 {
                state.keys[1].standing = Standing::Rejected;
                state.causes =
                    vec![Cause { path: Some("pool.max".to_owned()), code: "constraint".to_owned() }];
            }
            if number == 4 {
                state.heard -= Duration::from_secs(185);
            }
            fleet.publish(&state);
        }
        let (code, out, _) = confident(fleet.path(), &["fleet", "states"]);
        assert_eq!(code, Some(1));
        out.replace("states:", "/run/fleet:")
    };
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../README.md");
    let readme = fs::read_to_string(&path).unwrap();
    let (before, rest) = readme.split_once("<!-- tool: fleet -->\n```text\n").expect("the block is marked");
    let (block, behind) = rest.split_once("```").expect("the block ends");
    if std::env::var_os("UPDATE_SNAPSHOTS").is_some() {
        fs::write(&path, format!("{before}<!-- tool: fleet -->\n```text\n{}```{behind}", shown())).unwrap();
        return;
    }
    // A second may pass while it is shown.
    let start = SystemTime::now();
    let mut last = shown();
    while last != block && start.elapsed().unwrap() < Duration::from_secs(10) {
        last = shown();
    }
    assert_eq!(last, block, "UPDATE_SNAPSHOTS=1 writes it anew");
}

#[test]
fn an_open_page_has_to_be_asked_for() {
    let fleet = Folder::new("open");
    let (code, _, said) = confident(fleet.path(), &["fleet", "states", "--serve", "--listen", "0.0.0.0:0"]);
    assert_eq!(code, Some(2));
    assert!(said.contains("add `--open` if others may see the page"), "{said}");
}

/// The real program, and the real store.
#[cfg(feature = "etcd")]
mod in_etcd {
    use super::*;

    use confident_stores::Etcd;

    use super::etcd::Real;

    #[test]
    fn a_fleet_in_a_real_etcd_is_shown() {
        let Some(real) = Real::start() else { return };
        let folder = Folder::new("etcd");
        let place = format!("etcd:http://127.0.0.1:{}", real.port);
        let (code, out, said) = confident(folder.path(), &["fleet", &place]);
        assert_eq!((code, said.as_str()), (Some(1), ""), "nobody is there: {out}");
        let fleet = Fleet::etcd(Etcd::at(real.connection()));
        fleet.publish(&instance("web-1")).unwrap();
        let own = Fleet::etcd_under(Etcd::at(real.connection()), "own/");
        own.publish(&instance("web-2")).unwrap();
        let (code, out, _) = confident(folder.path(), &["fleet", &place]);
        assert_eq!(code, Some(0), "{out}");
        assert!(out.contains("web-1") && !out.contains("web-2"), "{out}");
        let (code, out, _) = confident(folder.path(), &["fleet", &format!("{place}/own/")]);
        assert_eq!(code, Some(0), "{out}");
        assert!(out.contains("web-2") && !out.contains("web-1"), "{out}");
        assert_eq!(confident(folder.path(), &["drift", &place]).0, Some(0));
        let (code, _, said) = confident(folder.path(), &["fleet", "etcd:http://etcd.example:2379"]);
        assert_eq!(code, Some(2));
        assert!(said.contains("a connection that everybody can read; use https"), "{said}");
    }
}
