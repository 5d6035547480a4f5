//! Dashboards and alert rules name what programs emit, and say it in the languages of Grafana and Prometheus.

mod common;
mod promtool;
mod python;

use std::collections::BTreeSet;

use common::Payments;
use confident::{Config, metrics};
use confident_docs::{Format, document};
use confident_stores::Fault;
use serde_json::{Value, json};

fn written(format: Format) -> String {
    document(Payments::manifest(), format)
}

fn dashboard() -> Value {
    serde_json::from_str(&written(Format::Grafana)).expect("it is JSON")
}

/// Every text below a name, wherever it stands.
fn all<'v>(value: &'v Value, name: &str, found: &mut Vec<&'v str>) {
    match value {
        Value::Object(table) => {
            found.extend(table.get(name).and_then(Value::as_str));
            table.values().for_each(|value| all(value, name, found));
        }
        Value::Array(items) => items.iter().for_each(|value| all(value, name, found)),
        _ => {}
    }
}

fn rules() -> Value {
    serde_norway::from_str(&written(Format::Prometheus)).expect("it is YAML")
}

fn expressions(value: &Value) -> Vec<&str> {
    let mut found = Vec::new();
    all(value, "expr", &mut found);
    assert!(found.len() > 5);
    found
}

/// The series of an expression, with the names of their labels.
fn series(expression: &str) -> Vec<(&str, Vec<&str>)> {
    let begins = expression.match_indices("confident_").map(|(at, _)| &expression[at..]);
    let parse = |text| {
        let (name, rest): (&str, &str) = str::split_once(text, '{').expect("each has labels");
        let (labels, _) = rest.split_once('}').expect("they end");
        let labels = labels.split(',').filter_map(|test| Some(&test[..test.find(['=', '!'])?]));
        (name, labels.collect())
    };
    begins.map(parse).collect()
}

#[test]
fn every_metric_that_they_name_is_in_the_table_with_its_labels() {
    let (dashboard, rules) = (dashboard(), rules());
    let mut named = BTreeSet::new();
    for expression in [expressions(&dashboard), expressions(&rules)].concat() {
        let found = series(expression);
        assert!(!found.is_empty(), "{expression}");
        for (name, labels) in found {
            let parts = ["", "_bucket", "_count"].map(|part| name.strip_suffix(part).unwrap_or_default());
            let metric = metrics::ALL.iter().find(|metric| parts.contains(&metric.name));
            let metric = metric.unwrap_or_else(|| panic!("{name} is in no table"));
            // The exporter adds a label to summaries.
            let is_known = |label: &&str| metric.labels.contains(label) || *label == "quantile";
            assert!(labels.contains(&"app") && labels.iter().all(is_known), "{expression}");
            named.insert(metric.name);
        }
        for group in expression.split(" by (").skip(1) {
            let (labels, _) = group.split_once(')').expect("it ends");
            let is_known = |label: &str| {
                label == "le" || metrics::ALL.iter().any(|metric| metric.labels.contains(&label))
            };
            assert!(labels.split(", ").all(is_known), "{expression}");
        }
    }
    assert_eq!(named, metrics::ALL.iter().map(|metric| metric.name).collect(), "each is looked at");
}

#[test]
fn a_store_that_is_away_is_one_whose_fault_may_pass() {
    let rules = rules();
    let expression = rule(&rules, "ConfidentStoreUnavailable", None)["expr"].as_str().expect("it has one");
    let (_, words) = expression.split_once("outcome=~'").expect("it has outcomes");
    let words: BTreeSet<&str> = words.split('\'').next().unwrap_or_default().split('|').collect();
    let away = Fault::ALL.iter().filter(|fault| fault.is_transient()).map(|fault| fault.word());
    assert_eq!(words, away.collect());
    // And every other word that a rule waits for is one of a fault.
    for expression in expressions(&rules) {
        for words in expression.split("outcome=~'").skip(1) {
            let known = |word: &str| Fault::ALL.iter().any(|fault| fault.word() == word);
            assert!(words.split('\'').next().unwrap_or_default().split('|').all(known), "{expression}");
        }
    }
}

fn rule<'r>(rules: &'r Value, alert: &str, key: Option<&str>) -> &'r Value {
    let all = rules["groups"][0]["rules"].as_array().expect("there are some");
    let is_it = |rule: &&Value| rule["alert"] == alert && rule["labels"]["key"].as_str() == key;
    all.iter().find(is_it).unwrap_or_else(|| panic!("{alert} of {key:?} is not there"))
}

#[test]
fn rules_of_keys_have_what_the_manifest_says_of_them() {
    let rules = rules();
    let rotated = rule(&rules, "ConfidentSecretNotRotated", Some("signing_key"));
    assert!(rotated["expr"].as_str().is_some_and(|expr| expr.ends_with(" > 31536000")), "{rotated}");
    let stale = rule(&rules, "ConfidentValueTooStale", Some("signing_key"));
    assert!(stale["expr"].as_str().is_some_and(|expr| expr.ends_with(" > 600")), "{stale}");
    assert_eq!(stale["labels"], json!({"severity": "critical", "key": "signing_key"}));
    let description = stale["annotations"]["description"].as_str().expect("it has one");
    assert!(description.starts_with("Key that receipts are signed with."), "{description}");
    // What cannot come from a store is not watched.
    let keys: BTreeSet<&str> = rules["groups"][0]["rules"]
        .as_array()
        .expect("there are some")
        .iter()
        .filter_map(|rule| rule["labels"]["key"].as_str())
        .collect();
    assert_eq!(keys, BTreeSet::from(["signing_key", "mail.password"]));
}

#[test]
fn rules_lead_to_places_of_the_runbook() {
    let runbook = written(Format::Runbook);
    let (rules, mut links) = (rules(), Vec::new());
    all(&rules, "runbook", &mut links);
    assert!(links.len() > 8);
    for link in links {
        let anchor = link.strip_prefix("runbook.md#").expect("it leads to the runbook");
        assert!(runbook.contains(&format!("<a id=\"{anchor}\"></a>")), "{link}");
    }
}

#[test]
fn owners_and_classes_are_labels() {
    /// A program.
    #[derive(Config)]
    #[config(app = "owned")]
    #[allow(dead_code)]
    struct Owned {
        /// A secret.
        #[config(owner = "team-ledger", classification = "pci", rotate = "1d")]
        token: confident::SecretString,
    }
    let rules: Value =
        serde_norway::from_str(&document(Owned::manifest(), Format::Prometheus)).expect("it is YAML");
    let rule = rule(&rules, "ConfidentSecretNotRotated", Some("token"));
    let labels =
        json!({"severity": "warning", "key": "token", "owner": "team-ledger", "classification": "pci"});
    assert_eq!(rule["labels"], labels);
}

const RULES: &str = "alert rules";

#[test]
fn prometheus_takes_the_rules() {
    let root = env!("CARGO_MANIFEST_DIR");
    let mut files = promtool::files("rules", [("payments.yaml".to_owned(), &*written(Format::Prometheus))]);
    for folder in ["../examples/documents", "tests/snapshots/crates-io", "tests/snapshots/docs-rs"] {
        files.push(format!("{root}/{folder}/{}", Format::Prometheus.file_name()).into());
    }
    let Some(found) = promtool::promtool(["check", "rules"], &files, RULES) else { return };
    let found = found.unwrap_or_else(|found| panic!("{found}"));
    assert_eq!(found.matches("SUCCESS").count(), files.len(), "{found}");
}

#[test]
fn prometheus_takes_the_queries_of_the_dashboard() {
    let dashboard = dashboard();
    let check = |expressions: &[String]| {
        let rule = |(at, expr): (usize, &String)| json!({ "record": format!("query:{at}"), "expr": expr });
        let rules: Vec<Value> = expressions.iter().enumerate().map(rule).collect();
        // JSON is YAML.
        let text = json!({ "groups": [{ "name": "queries", "rules": rules }] }).to_string();
        promtool::promtool(
            ["check", "rules"],
            &promtool::files("queries", [("queries.yaml".to_owned(), &*text)]),
            RULES,
        )
    };
    let plain = |expr: &&str| expr.replace("$__rate_interval", "5m").replace("$__range", "1h");
    let expressions: Vec<String> = expressions(&dashboard).iter().map(plain).collect();
    let Some(found) = check(&expressions) else { return };
    assert!(found.is_ok(), "{found:?}");
    assert!(check(&["sum by (app (x)".to_owned()]).is_some_and(|found| found.is_err()));
}

/// Series, the alert, the minute in which it is looked at, and whether it fires then.
type Case<'c> = (&'c [(&'c str, &'c str)], &'c str, u32, bool);

/// What alerts there are after some series, by the tests of Prometheus itself.
#[test]
fn alerts_fire_when_they_should_and_not_before() {
    const KEY: &str = "{app=\"payments\",key=\"signing_key\",instance=\"a\"}";
    let request = |outcome: &str| {
        format!("confident_store_requests_total{{app=\"payments\",store=\"vault\",outcome=\"{outcome}\"}}")
    };
    let [ok, timeout, denied] = ["ok", "timeout", "denied"].map(request);
    let load = "confident_load_seconds_count{app=\"payments\",outcome=\"failed\"}";
    let stale = format!("confident_value_stale_seconds{KEY}");
    let changed = format!("confident_value_changed_timestamp_seconds{KEY}");
    let refresh = format!("confident_value_refresh_timestamp_seconds{KEY}");
    let expires = format!("confident_value_expires_timestamp_seconds{KEY}");
    // The clock of the tests begins with 1970: this is a year before, less ten minutes.
    let year_ago = "-31535400x30";
    let cases: [Case<'_>; 18] = [
        (&[(load, "0x30")], "ConfidentLoadFails", 20, false),
        (&[(load, "0x9 1x30")], "ConfidentLoadFails", 12, true),
        (&[(load, "0x9 1x30")], "ConfidentLoadFails", 30, false),
        // One that fails at once has no sample before.
        (&[(load, "_x3 1x30")], "ConfidentLoadFails", 5, true),
        (&[(&ok, "0+4x60"), (&timeout, "0+1x60")], "ConfidentStoreUnavailable", 40, false),
        (&[(&ok, "0+1x60"), (&timeout, "0+4x60")], "ConfidentStoreUnavailable", 40, true),
        (&[(&ok, "0+1x60")], "ConfidentStoreDenies", 10, false),
        (&[(&denied, "_x3 2x9")], "ConfidentStoreDenies", 4, true),
        (&[(&stale, "0x9 290x30")], "ConfidentValueStale", 12, false),
        (&[(&stale, "0x9 310x30")], "ConfidentValueStale", 12, true),
        (&[(&stale, "0x9 310x30")], "ConfidentValueTooStale", 12, false),
        (&[(&stale, "0x9 610x30")], "ConfidentValueTooStale", 12, true),
        (&[(&refresh, "600x60")], "ConfidentValueExpiring", 9, false),
        (&[(&refresh, "600x60")], "ConfidentValueExpiring", 14, true),
        (&[(&expires, "600x60")], "ConfidentValueExpired", 9, false),
        (&[(&expires, "600x60")], "ConfidentValueExpired", 10, true),
        (&[(&changed, year_ago)], "ConfidentSecretNotRotated", 9, false),
        (&[(&changed, year_ago)], "ConfidentSecretNotRotated", 12, true),
    ];
    let test = |(series, alert, at, fires): &Case<'_>| {
        let series = series.iter().map(|(series, values)| json!({ "series": series, "values": values }));
        json!({
            "name": format!("{alert} at {at}"),
            "interval": "1m",
            "input_series": series.collect::<Vec<_>>(),
            "promql_expr_test": [{
                "expr": format!("count(ALERTS{{alertname='{alert}',alertstate='firing'}}) or vector(0)"),
                "eval_time": format!("{at}m"),
                "exp_samples": [{ "labels": "{}", "value": u32::from(*fires) }],
            }],
        })
    };
    let tests: Vec<Value> = cases.iter().map(test).collect();
    let rules = promtool::files("alerts", [("rules.yaml".to_owned(), &*written(Format::Prometheus))]);
    let text = json!({ "rule_files": rules, "evaluation_interval": "1m", "tests": tests }).to_string();
    let files = promtool::files("alerts", [("tests.yaml".to_owned(), &*text)]);
    let Some(found) = promtool::promtool(["test", "rules"], &files, "alerts") else { return };
    assert!(found.is_ok(), "{}", found.unwrap_err());
}

/// The model of Grafana's own kit knows all that stands in the dashboard: what it does not know, it loses.
const MODEL: &str = "
import json, sys
from grafana_foundation_sdk.cog import encoder, plugins
from grafana_foundation_sdk.models import dashboard
plugins.register_default_plugins()
def lost(path, ours, theirs):
    if isinstance(ours, dict) and isinstance(theirs, dict):
        return [each for name in ours for each in (lost(path + '.' + name, ours[name], theirs[name]) if name in theirs else [path + '.' + name])]
    if isinstance(ours, list) and isinstance(theirs, list) and len(ours) == len(theirs):
        return [each for one, other in zip(ours, theirs) for each in lost(path + '[]', one, other)]
    return [] if ours == theirs else [path]
ours = json.load(sys.stdin)
theirs = json.loads(encoder.JSONEncoder().encode(dashboard.Dashboard.from_json(ours)))
print(' '.join(sorted(set(lost('', ours, theirs)))))
";

#[test]
fn the_model_of_grafana_knows_all_of_the_dashboard() {
    let lost =
        |text: &str| python::python("grafana_foundation_sdk", MODEL, text, "the dashboard for Grafana");
    let Some(found) = lost(&written(Format::Grafana)) else { return };
    assert_eq!(found.trim(), "");
    let wrong = written(Format::Grafana).replace("\"schemaVersion\"", "\"schema_version\"");
    assert_eq!(lost(&wrong).as_deref().map(str::trim), Some(".schema_version"));
}

#[test]
fn panels_and_queries_have_names_of_their_own() {
    let dashboard = dashboard();
    let panels = dashboard["panels"].as_array().expect("there are some");
    let ids: BTreeSet<u64> = panels.iter().filter_map(|panel| panel["id"].as_u64()).collect();
    assert_eq!(ids.len(), panels.len());
    for panel in panels {
        let mut names = Vec::new();
        all(panel, "refId", &mut names);
        assert_eq!(names.iter().collect::<BTreeSet<_>>().len(), names.len(), "{panel}");
    }
    // No panel lies on another.
    let cells = panels.iter().flat_map(|panel| {
        let side = |name: &str| panel["gridPos"][name].as_u64().expect("it is a number");
        let (x, y) = (side("x"), side("y"));
        (x..x + side("w")).flat_map(move |x| (y..y + side("h")).map(move |y| (x, y))).collect::<Vec<_>>()
    });
    let cells: Vec<_> = cells.collect();
    assert_eq!(cells.iter().collect::<BTreeSet<_>>().len(), cells.len());
    assert!(cells.iter().all(|(x, _)| *x < 24));
}
