//! Lists and maps that take what every source has.
#![cfg(all(feature = "toml", feature = "json"))]

mod common;

use std::collections::BTreeMap;

use common::Folder;
use confident::{Code, Config, Env, ExposeSecret, File, Loader, Overrides, Report, SecretString};

/// A gateway.
#[derive(Config)]
#[config(app = "gate")]
#[allow(dead_code)]
struct Gate {
    /// Origins that may call.
    #[config(default = "https://default", merge, len = 0..=4)]
    origins: Vec<String>,
    /// Ports.
    #[config(default = "", merge)]
    ports: Vec<u16>,
    /// Origins that replace one another.
    #[config(default = "")]
    last: Vec<String>,
    /// Limits by name.
    #[config(default = "", merge)]
    limits: BTreeMap<String, u32>,
    /// Upstreams.
    #[config(nested, merge)]
    upstreams: BTreeMap<String, Upstream>,
    /// Peers.
    #[config(nested, merge)]
    peers: Vec<Upstream>,
    /// Peers that replace one another.
    #[config(nested)]
    only: Vec<Upstream>,
}

/// An upstream.
#[derive(Config)]
#[allow(dead_code)]
struct Upstream {
    /// Where.
    url: String,
    /// How to log in.
    token: Option<SecretString>,
}

const BASE: &str = r#"
origins = ["https://a", "https://b"]
ports = [1, 2]
last = ["x", "y"]
limits = { reads = 1, writes = 2 }

[upstreams.eu-west]
url = "https://eu"
[upstreams.us]
url = "https://us"

[[peers]]
url = "https://one"
[[peers]]
url = "https://two"

[[only]]
url = "https://one"
"#;

fn loader(folder: &Folder, second: &str, variables: &[(&str, &str)]) -> Loader<Gate> {
    folder.file("base.toml", BASE);
    folder.file("more.json", second);
    Gate::loader()
        .source(File::required(folder.path("base.toml")))
        .source(File::required(folder.path("more.json")))
        .source(Env::from_pairs(variables.iter().copied()))
}

fn report(loader: Loader<Gate>) -> Report {
    loader.load().expect_err("something is wrong")
}

fn problem(folder: &Folder, report: &Report) -> String {
    assert_eq!(report.problems().len(), 1, "{report}");
    let problem = &report.problems()[0];
    let origin = problem.origin().map(|origin| format!(" <- {origin}")).unwrap_or_default();
    folder.plain(&format!("{} {}{origin}", problem.subject(), problem.message()))
}

#[test]
fn a_list_takes_what_every_source_has_in_their_order() {
    let folder = Folder::new();
    let gate = loader(
        &folder,
        r#"{"origins": ["https://c"], "last": ["z"]}"#,
        &[("GATE_ORIGINS", "https://d"), ("GATE_PORTS_0", "3"), ("GATE_PORTS_1", "4")],
    )
    .load()
    .expect("all is valid");
    assert_eq!(gate.origins, ["https://a", "https://b", "https://c", "https://d"]);
    assert_eq!(gate.ports, [1, 2, 3, 4]);
    assert_eq!(gate.last, ["z"], "without `merge` the last source replaces the list");
}

#[test]
fn the_default_counts_only_where_no_source_has_the_list() {
    let gate = Gate::loader().source(Env::from_pairs([("GATE_ORIGINS", "")])).load().expect("all is valid");
    assert_eq!(gate.origins, ["https://default"]);
    let gate = Gate::loader().source(Env::from_pairs([("GATE_ORIGINS", "x")])).load().expect("all is valid");
    assert_eq!(gate.origins, ["x"]);
}

#[test]
fn an_entry_of_a_map_is_replaced_by_a_later_one_of_its_name() {
    let folder = Folder::new();
    let variables = [("GATE_LIMITS", "writes=9,deletes=1")];
    let gate = loader(&folder, "{}", &variables).load().expect("all is valid");
    let limits: Vec<_> = gate.limits.iter().map(|(name, limit)| (name.as_str(), *limit)).collect();
    assert_eq!(limits, [("deletes", 1), ("reads", 1), ("writes", 9)]);
}

#[test]
fn keys_of_a_group_in_a_map_come_from_several_sources() {
    let folder = Folder::new();
    let gate = loader(
        &folder,
        r#"{"upstreams": {"us": {"url": "https://us2"}, "asia": {"url": "https://asia"}}}"#,
        &[("GATE_UPSTREAMS_EU_WEST_TOKEN", "secret"), ("GATE_UPSTREAMS_MARS_URL", "https://mars")],
    )
    .load()
    .expect("all is valid");
    let urls: Vec<_> =
        gate.upstreams.iter().map(|(name, group)| (name.as_str(), group.url.as_str())).collect();
    let wanted = [
        ("asia", "https://asia"),
        ("eu-west", "https://eu"),
        ("mars", "https://mars"),
        ("us", "https://us2"),
    ];
    assert_eq!(urls, wanted);
    let token = gate.upstreams["eu-west"].token.as_ref().expect("the variable has it");
    assert_eq!(token.expose_secret(), "secret");
}

#[test]
fn a_document_adds_groups_to_a_list_and_a_variable_has_the_number_of_one() {
    let folder = Folder::new();
    let gate = loader(
        &folder,
        r#"{"peers": [{"url": "https://three"}], "only": [{"url": "https://other"}]}"#,
        &[("GATE_PEERS_2_TOKEN", "secret"), ("GATE_PEERS_3_URL", "https://four")],
    )
    .load()
    .expect("all is valid");
    let urls: Vec<_> = gate.peers.iter().map(|peer| peer.url.as_str()).collect();
    assert_eq!(urls, ["https://one", "https://two", "https://three", "https://four"]);
    assert!(gate.peers[2].token.is_some() && gate.peers[1].token.is_none());
    assert_eq!(gate.only.len(), 1);
    assert_eq!(gate.only[0].url, "https://other");
}

#[test]
fn a_number_behind_a_gap_is_a_problem() {
    let folder = Folder::new();
    let report = report(loader(&folder, "{}", &[("GATE_PEERS_3_URL", "x")]));
    assert_eq!(problem(&folder, &report), "GATE_PEERS GATE_PEERS_3 is set, but GATE_PEERS_2 is not");
}

#[test]
fn what_is_wrong_with_a_part_is_told_of_that_part() {
    let folder = Folder::new();
    let wrong = report(loader(&folder, r#"{"ports": [3, 70000]}"#, &[("GATE_PORTS", "5")]));
    assert_eq!(
        problem(&folder, &wrong),
        "GATE_PORTS item 2 70000 is not a whole number from 0 to 65535 <- folder/more.json:1:15"
    );
    let wrong = report(loader(&folder, "{}", &[("GATE_PORTS", "5,x")]));
    assert_eq!(
        problem(&folder, &wrong),
        "GATE_PORTS item 2 \"x\" is not a whole number from 0 to 65535 <- GATE_PORTS"
    );
    let wrong = report(loader(&folder, r#"{"ports": "3;4"}"#, &[]));
    assert!(problem(&folder, &wrong).contains("folder/more.json:1:11"), "{wrong}");
}

#[test]
fn a_constraint_looks_at_the_whole() {
    let folder = Folder::new();
    let wrong = report(loader(&folder, r#"{"origins": ["c", "d"]}"#, &[("GATE_ORIGINS", "e")]));
    assert!(problem(&folder, &wrong).contains("a list of 5 items does not have at most 4 items"), "{wrong}");
}

#[test]
fn an_unknown_name_in_a_part_is_told_with_its_place() {
    let folder = Folder::new();
    let wrong = report(loader(&folder, r#"{"upstreams": {"us": {"ulr": "x"}}}"#, &[]));
    assert_eq!(
        problem(&folder, &wrong),
        "upstreams.us.ulr unknown; did you mean upstreams.us.url? <- folder/more.json:1:23"
    );
    assert_eq!(wrong.problems()[0].code(), Code::Unknown);
}

#[test]
fn an_explanation_says_what_a_merged_list_is_made_of() {
    let folder = Folder::new();
    let explained = loader(&folder, r#"{"origins": ["https://c"]}"#, &[]).explain();
    let origins = explained.key("origins").expect("it is a key");
    assert_eq!(
        origins.value.as_ref().map(|value| value.text.as_str()),
        Some("https://a, https://b, https://c")
    );
    let parts: Vec<_> =
        origins.merged.iter().map(|part| folder.plain(&format!("{} {}", part.text, part.origin))).collect();
    assert_eq!(parts, ["https://a, https://b folder/base.toml:2:11", "https://c folder/more.json:1:13"]);
    let shown = folder.plain(&explained.to_string());
    assert!(
        shown.contains("folder/base.toml:2:11 (https://a, https://b), and folder/more.json:1:13 (https://c)"),
        "{shown}"
    );
    let json = serde_json::to_value(&explained).expect("it serializes");
    assert_eq!(json["keys"][0]["merged"][1]["text"], "https://c");
}

#[test]
fn overrides_add_to_what_merges() {
    let gate = Gate::loader()
        .source(Env::from_pairs([("GATE_ORIGINS", "a")]))
        .source(Overrides::new().set("origins", "b"))
        .load()
        .expect("all is valid");
    assert_eq!(gate.origins, ["a", "b"]);
}
