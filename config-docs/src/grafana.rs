//! A dashboard for Grafana: loads, stores, and the values of single keys.

use confident_core::metrics::{
    APP, CODE, KEY, LEASE_RENEWALS, LIVE_GENERATION, LIVE_REJECTIONS, LOAD_PROBLEMS, LOAD_SECONDS, Metric,
    OUTCOME, STORE, STORE_REQUEST_SECONDS, STORE_REQUESTS, STORE_RETRIES, VALUE_CHANGED_TIMESTAMP,
    VALUE_EXPIRES_TIMESTAMP, VALUE_ROTATIONS, VALUE_STALE_SECONDS,
};
use serde::Serialize;
use serde_json::{Value, json};

use crate::{
    markdown, plain,
    promql::{Test, may_be_in_a_store, seconds, series},
    render::{Escapes, Style, render},
    view::{KeyView, View},
};

/// The panel with the table of secrets. All else is data, which the library writes.
static STYLE: Style = Style {
    template: include_str!("templates/grafana.jinja"),
    escape: markdown::text,
    filters: markdown::FILTERS,
};

#[derive(Serialize)]
struct Context<'v> {
    secrets: Vec<&'v KeyView>,
}

/// How many columns the grid of a dashboard has.
const COLUMNS: usize = 24;
const HEIGHT: usize = 8;

pub(crate) fn write(view: &View, escapes: Escapes) -> String {
    let secrets: Vec<&KeyView> = view.keys().filter(|key| key.is_secret).collect();
    let table = render(&STYLE, Context { secrets }, escapes);
    let mut panels = panels(view, escapes);
    panels.push(json!({
        "type": "text",
        "title": "Secrets",
        "options": { "mode": "markdown", "content": table },
    }));
    let width = COLUMNS / 2;
    let last = panels.len() - 1;
    for (at, panel) in panels.iter_mut().enumerate() {
        let (row, column) = if at == last { (at.div_ceil(2), 0) } else { (at / 2, at % 2) };
        panel["id"] = (at + 1).into();
        panel["gridPos"] = json!({
            "x": column * width,
            "y": row * HEIGHT,
            "w": if at == last { COLUMNS } else { width },
            "h": HEIGHT,
        });
    }
    let dashboard = json!({
        "title": plain::line(&format!("Configuration of {}", view.app)),
        "description": "Made from the manifest of the program. Change the program, not the dashboard.",
        "uid": uid(&view.app),
        "tags": ["confident"],
        "schemaVersion": 39,
        "version": 1,
        "editable": true,
        "graphTooltip": 1,
        "refresh": "1m",
        "time": { "from": "now-24h", "to": "now" },
        "timezone": "",
        "annotations": { "list": [] },
        "templating": { "list": [
            {
                "name": "datasource",
                "label": "Data source",
                "type": "datasource",
                "query": "prometheus",
                "hide": 0,
                "refresh": 1,
            },
            {
                "name": "app",
                "label": "Program",
                "type": "query",
                "datasource": source(),
                "query": {
                    "query": format!("label_values({}_count, {APP})", LOAD_SECONDS.name),
                    "refId": "A",
                },
                "current": { "text": view.app, "value": view.app },
                "hide": 0,
                "refresh": 2,
            },
        ] },
        "panels": panels,
    });
    let mut text = serde_json::to_string_pretty(&dashboard).unwrap_or_default();
    text.push('\n');
    text
}

/// The name of the dashboard in addresses, which Grafana lets have 40 characters.
fn uid(app: &str) -> String {
    let mut name = plain::name(app, &['-']);
    name.truncate(30);
    format!("confident-{name}")
}

fn source() -> Value {
    json!({ "type": "prometheus", "uid": "${datasource}" })
}

fn panels(view: &View, escapes: Escapes) -> Vec<Value> {
    let every = |metric: &Metric, part: &str| series(metric, part, &[(APP, Test::Variable("app"))], escapes);
    let grown = |metric: &Metric, part: &str, by: &str| {
        format!("sum by ({by}) (increase({}[$__rate_interval]))", every(metric, part))
    };
    let legend =
        |labels: &[&str]| labels.iter().map(|label| format!("{{{{{label}}}}}")).collect::<Vec<_>>().join(" ");
    let quantiles = |metric: &Metric, by: &str| {
        let target = |quantile: &str, name: &str| {
            let buckets = every(metric, "_bucket");
            let summary = every(metric, "").replace('}', &format!(",quantile='{quantile}'}}"));
            // An exporter that makes no buckets makes a summary.
            let expr = format!(
                "histogram_quantile({quantile}, sum by (le, {by}) (rate({buckets}[$__rate_interval]))) \
                 or max by ({by}) ({summary})"
            );
            (expr, format!("{name} {}", legend(&[by])))
        };
        vec![target("0.5", "half below"), target("0.99", "99% below")]
    };
    let aged = |aggregate: &str, metric: &Metric| format!("{aggregate} by ({KEY}) ({})", every(metric, ""));
    vec![
        lines("Loads", "short", vec![(grown(&LOAD_SECONDS, "_count", OUTCOME), legend(&[OUTCOME]))]),
        lines("Duration of loads", "s", quantiles(&LOAD_SECONDS, OUTCOME)),
        lines("Problems by code", "short", vec![(grown(&LOAD_PROBLEMS, "", CODE), legend(&[CODE]))]),
        lines(
            "Generations of instances, the oldest and the newest",
            "short",
            vec![
                (format!("min by ({APP}) ({})", every(&LIVE_GENERATION, "")), "oldest".to_owned()),
                (format!("max by ({APP}) ({})", every(&LIVE_GENERATION, "")), "newest".to_owned()),
            ],
        ),
        lines(
            "Changes that were not taken",
            "short",
            vec![(grown(&LIVE_REJECTIONS, "", OUTCOME), legend(&[OUTCOME]))],
        ),
        lines(
            "Places asked for, by store and outcome",
            "short",
            vec![(grown(&STORE_REQUESTS, "", &format!("{STORE}, {OUTCOME}")), legend(&[STORE, OUTCOME]))],
        ),
        lines("Duration of requests", "s", quantiles(&STORE_REQUEST_SECONDS, STORE)),
        lines(
            "Retries, and renewals of leases",
            "short",
            vec![
                (grown(&STORE_RETRIES, "", STORE), format!("retries of {}", legend(&[STORE]))),
                (
                    grown(&LEASE_RENEWALS, "", &format!("{STORE}, {OUTCOME}")),
                    format!("renewals by {}", legend(&[STORE, OUTCOME])),
                ),
            ],
        ),
        lines("Stale values", "s", vec![(aged("max", &VALUE_STALE_SECONDS), legend(&[KEY]))]),
        lines(
            "Time until values end",
            "s",
            vec![(format!("{} - time()", aged("min", &VALUE_EXPIRES_TIMESTAMP)), legend(&[KEY]))],
        ),
        lines(
            "Rotations",
            "short",
            vec![(
                format!("max by ({KEY}) (increase({}[$__range]))", every(&VALUE_ROTATIONS, "")),
                legend(&[KEY]),
            )],
        ),
        rotation(view, escapes),
    ]
}

/// A panel of lines over time.
fn lines(title: &str, unit: &str, queries: Vec<(String, String)>) -> Value {
    json!({
        "type": "timeseries",
        "title": title,
        "datasource": source(),
        "fieldConfig": { "defaults": { "unit": unit, "min": 0 }, "overrides": [] },
        "options": {
            "legend": { "displayMode": "list", "placement": "bottom", "showLegend": true },
            "tooltip": { "mode": "multi", "sort": "desc" },
        },
        "targets": targets(queries, false),
    })
}

/// How much of its period of rotation each secret has used up.
fn rotation(view: &View, escapes: Escapes) -> Value {
    let query = |key: &KeyView| {
        let period = seconds(key.rotate.as_deref()).filter(|_| key.is_secret && may_be_in_a_store(key))?;
        let tests = [(APP, Test::Variable("app")), (KEY, Test::Is(&key.path))];
        let changed = series(&VALUE_CHANGED_TIMESTAMP, "", &tests, escapes);
        let days = period / 86_400.0;
        Some((
            format!("(time() - max by ({KEY}) ({changed})) / {period}"),
            // The period is a number here: nothing of the manifest gets into a legend, which has templates.
            format!("{{{{{KEY}}}}} of {days} days"),
        ))
    };
    json!({
        "type": "bargauge",
        "title": "Time since the last rotation, as part of the period",
        "datasource": source(),
        "fieldConfig": {
            "defaults": {
                "unit": "percentunit",
                "min": 0,
                "max": 1,
                "thresholds": { "mode": "absolute", "steps": [
                    { "color": "green", "value": null },
                    { "color": "yellow", "value": 0.8 },
                    { "color": "red", "value": 1 },
                ] },
            },
            "overrides": [],
        },
        "options": {
            "orientation": "horizontal",
            "displayMode": "basic",
            "reduceOptions": { "calcs": ["lastNotNull"], "fields": "", "values": false },
        },
        "targets": targets(view.keys().filter_map(query).collect(), true),
    })
}

fn targets(queries: Vec<(String, String)>, is_instant: bool) -> Value {
    let target = |(at, (expr, legend)): (usize, (String, String))| {
        json!({
            "refId": reference(at),
            "datasource": source(),
            "expr": expr,
            "legendFormat": legend,
            "instant": is_instant,
            "range": !is_instant,
        })
    };
    queries.into_iter().enumerate().map(target).collect()
}

/// The name of a query in its panel: `A` to `Z`, then `AA`.
fn reference(at: usize) -> String {
    let letter = char::from(b'A' + u8::try_from(at % 26).unwrap_or_default());
    if at < 26 { letter.to_string() } else { format!("{}{letter}", reference(at / 26 - 1)) }
}
