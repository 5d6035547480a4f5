//! Alert rules for Prometheus: on loads, on stores, and on the values of single keys.

use confident_core::metrics::{
    APP, FAILED, KEY, LEASE_RENEWALS, LIVE_REJECTIONS, LOAD_SECONDS, Metric, OK, OUTCOME, STORE_REQUESTS,
    VALUE_CHANGED_TIMESTAMP, VALUE_EXPIRES_TIMESTAMP, VALUE_REFRESH_TIMESTAMP, VALUE_STALE_SECONDS,
};
use serde::Serialize;

use crate::{
    plain,
    promql::{Test, grew, may_be_in_a_store, seconds, series},
    render::{Escapes, Filter, Style, render},
    view::{KeyView, View},
    yaml,
};

static STYLE: Style = Style {
    template: include_str!("templates/prometheus.jinja"),
    escape: plain::line,
    filters: &[
        Filter { name: "comment", escaped: plain::line, naive: str::to_owned },
        Filter { name: "value", escaped: yaml::string, naive: |text| format!("\"{text}\"") },
    ],
};

/// The faults that a store has while it is away.
pub(crate) const AWAY: [&str; 5] = ["unreachable", "timeout", "busy", "unavailable", "sealed"];
/// The faults of one who may not ask.
const DENIED: [&str; 2] = ["unauthenticated", "denied"];
/// The faults of something that may not be the store.
const SUSPICIOUS: [&str; 4] = ["rolled-back", "redirected", "untrusted", "insecure"];

/// How far back a rule looks for something that must not be at all.
const WINDOW: &str = "15m";

#[derive(Serialize)]
struct Context<'v> {
    view: &'v View,
    rules: Vec<Rule>,
}

/// One rule. Texts of the manifest in labels and annotations are safe for Prometheus' own templates.
#[derive(Serialize)]
struct Rule {
    alert: &'static str,
    expr: String,
    /// How long it must hold; empty for not at all.
    wait: &'static str,
    labels: Vec<(&'static str, String)>,
    summary: String,
    description: String,
    runbook: String,
}

pub(crate) fn write(view: &View, escapes: Escapes) -> String {
    let write = Write { view, escapes };
    let mut rules = write.of_program();
    for key in view.keys().filter(|key| may_be_in_a_store(key)) {
        rules.extend(write.of_key(key));
    }
    render(&STYLE, Context { view, rules }, escapes)
}

struct Write<'v> {
    view: &'v View,
    escapes: Escapes,
}

impl Write<'_> {
    fn of_program(&self) -> Vec<Rule> {
        let app = self.text(&self.view.app);
        let program = |metric, part, outcome| {
            series(metric, part, &[(APP, Test::Is(&self.view.app)), (OUTCOME, outcome)], self.escapes)
        };
        let requests = |outcome| program(&STORE_REQUESTS, "", outcome);
        let rule = |alert, expr, severity: &str, summary: String, description: &str| Rule {
            alert,
            expr,
            wait: "",
            labels: vec![("severity", severity.to_owned())],
            summary,
            description: description.to_owned(),
            runbook: "runbook.md#kinds".to_owned(),
        };
        let every = series(&STORE_REQUESTS, "", &[(APP, Test::Is(&self.view.app))], self.escapes);
        vec![
            rule(
                "ConfidentLoadFails",
                grew(&program(&LOAD_SECONDS, "_count", Test::Is(FAILED)), "app", WINDOW),
                "critical",
                format!("The configuration of {app} does not load"),
                "The report in the log of the program has everything that is wrong. One that runs keeps what it has.",
            ),
            rule(
                "ConfidentChangeRejected",
                grew(
                    &series(&LIVE_REJECTIONS, "", &[(APP, Test::Is(&self.view.app))], self.escapes),
                    "app, outcome",
                    WINDOW,
                ),
                "warning",
                format!("{app} does not take a change: {{{{ $labels.outcome }}}}"),
                "It goes on with what it has. The log of the program says which keys, and why; `confident fleet` says which \
                 instances.",
            ),
            Rule {
                wait: "5m",
                ..rule(
                    "ConfidentStoreUnavailable",
                    format!(
                        "sum by (app, store) (rate({}[{WINDOW}])) / sum by (app, store) (rate({every}[{WINDOW}])) > 0.5",
                        requests(Test::In(&AWAY))
                    ),
                    "critical",
                    format!("{{{{ $labels.store }}}} does not answer {app}"),
                    "{{ $value | humanizePercentage }} of what was asked for got no answer. Values of keys with \
                     max_stale are served for as long as that says; no other load succeeds.",
                )
            },
            rule(
                "ConfidentStoreDenies",
                grew(&requests(Test::In(&DENIED)), "app, store, outcome", WINDOW),
                "critical",
                format!("{{{{ $labels.store }}}} refuses {app}: {{{{ $labels.outcome }}}}"),
                "The credentials of the program are not accepted, or do not reach as far as its keys. Someone may have \
                 taken them back.",
            ),
            rule(
                "ConfidentStoreSuspicious",
                grew(&requests(Test::In(&SUSPICIOUS)), "app, store, outcome", WINDOW),
                "critical",
                format!("{{{{ $labels.store }}}} may not be the store of {app}: {{{{ $labels.outcome }}}}"),
                "The store was set back to older versions, or something else answers in its place. Nothing that it \
                 answered is served.",
            ),
            rule(
                "ConfidentLeaseNotRenewed",
                grew(&program(&LEASE_RENEWALS, "", Test::Not(OK)), "app, store, outcome", WINDOW),
                "warning",
                format!("{{{{ $labels.store }}}} does not renew a lease of {app}: {{{{ $labels.outcome }}}}"),
                "It is tried again until the lease ends. The values on it end with it, and are read anew.",
            ),
        ]
    }

    fn of_key(&self, key: &KeyView) -> Vec<Rule> {
        let of = |aggregate: &str, metric: &Metric| {
            let tests = [(APP, Test::Is(&self.view.app)), (KEY, Test::Is(&key.path))];
            format!("{aggregate} by (app, key) ({})", series(metric, "", &tests, self.escapes))
        };
        let name = format!("{} of {}", self.text(&key.path), self.text(&self.view.app));
        let rule = |alert, expr, wait, severity: &str, summary: String, description: String| Rule {
            alert,
            expr,
            wait,
            labels: self.labels(key, severity),
            summary,
            description: format!("{} {description}", self.text(&key.doc.summary)),
            runbook: format!("runbook.md#{}", key.anchor),
        };
        let mut rules = Vec::new();
        if let Some(longest) = seconds(key.max_stale.as_deref()) {
            let stale = of("max", &VALUE_STALE_SECONDS);
            rules.push(rule(
                "ConfidentValueStale",
                format!("{stale} > {}", longest / 2.0),
                "",
                "warning",
                format!("{name} is stale"),
                "The value is {{ $value | humanizeDuration }} old because its store does not answer. It is served for \
                 half of that time again, and then no longer."
                    .to_owned(),
            ));
            rules.push(rule(
                "ConfidentValueTooStale",
                format!("{stale} > {longest}"),
                "",
                "critical",
                format!("{name} is too stale to be served"),
                "The value is {{ $value | humanizeDuration }} old because its store does not answer: no load succeeds."
                    .to_owned(),
            ));
        }
        rules.push(rule(
            "ConfidentValueExpiring",
            format!("time() - {} > 0", of("min", &VALUE_REFRESH_TIMESTAMP)),
            "2m",
            "warning",
            format!("{name} is about to end"),
            "The value should have been renewed or read anew {{ $value | humanizeDuration }} ago.".to_owned(),
        ));
        rules.push(rule(
            "ConfidentValueExpired",
            format!("time() - {} >= 0", of("min", &VALUE_EXPIRES_TIMESTAMP)),
            "",
            "critical",
            format!("{name} has ended"),
            "The value ended {{ $value | humanizeDuration }} ago, and an instance still has it.".to_owned(),
        ));
        if let Some(period) = seconds(key.rotate.as_deref()).filter(|_| key.is_secret) {
            rules.push(Rule {
                runbook: format!("runbook.md#rotate-{}", key.anchor),
                ..rule(
                    "ConfidentSecretNotRotated",
                    format!("time() - {} > {period}", of("max", &VALUE_CHANGED_TIMESTAMP)),
                    "",
                    "warning",
                    format!("{name} is due to be rotated"),
                    format!(
                        "It is rotated every {}, and was {{{{ $value | humanizeDuration }}}} ago.",
                        self.text(key.rotate.as_deref().unwrap_or_default())
                    ),
                )
            });
        }
        rules
    }

    fn labels(&self, key: &KeyView, severity: &str) -> Vec<(&'static str, String)> {
        let mut labels = vec![("severity", severity.to_owned()), ("key", self.text(&key.path))];
        labels.extend(key.owner.as_deref().map(|owner| ("owner", self.text(owner))));
        labels.extend(key.classification.as_deref().map(|class| ("classification", self.text(class))));
        labels
    }

    /// A text of the manifest on one line, in which Prometheus finds no template of its own.
    fn text(&self, text: &str) -> String {
        match self.escapes {
            Escapes::On => plain::line(text).replace("{{", "{{ \"{{\" }}"),
            Escapes::Off => text.to_owned(),
        }
    }
}
