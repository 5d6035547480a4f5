//! svix-server: the struct is that of the example.

#[path = "../../examples/svix.rs"]
#[allow(dead_code)] // its `main`
mod example;

use confident::{Code, Config};
pub(crate) use example::Settings;
use serde_json::Value;

use crate::{
    facts::{self, Variables},
    program::{Difference, Expressed, Here, Overlay, Part, Program, claims},
};

pub(crate) const PROGRAM: Program = Program {
    name: "svix-server",
    parts: &[Part::new::<Settings>("", &[])],
    rules: &[
        ("svix-server-R01", Expressed::Presence),
        ("svix-server-R02", Expressed::ClosedRule),
        ("svix-server-R03", Expressed::ClosedRule),
        ("svix-server-R04", Expressed::ClosedRule),
        ("svix-server-R05", Expressed::ClosedRule),
        ("svix-server-R06", Expressed::ClosedRule),
        ("svix-server-R07", Expressed::ClosedRule),
        ("svix-server-R08", Expressed::ClosedRule),
        ("svix-server-R09", Expressed::Attribute),
        ("svix-server-R10", Expressed::Attribute),
        ("svix-server-R11", Expressed::Attribute),
        ("svix-server-R12", Expressed::Attribute),
        ("svix-server-R13", Expressed::Attribute),
        ("svix-server-R14", Expressed::Presence),
        // A ratio without a collector does nothing, and is no mistake in a base that many deployments share.
        ("svix-server-R15", Expressed::Documentation),
        // A default that is the value of another key.
        ("svix-server-R16", Expressed::Documentation),
        ("svix-server-R17", Expressed::Attribute),
        ("svix-server-R18", Expressed::Attribute),
        // What held at an earlier start is known to no load.
        ("svix-server-R19", Expressed::Documentation),
    ],
    overlays: &[Overlay {
        rule: "svix-server-R14",
        violating: &[("SVIX_NOPROXY", "10.0.0.0/8")],
        satisfying: &[("SVIX_NOPROXY", "10.0.0.0/8"), ("SVIX_PROXY_ADDR", "http://proxy:3128")],
    }],
    differences: &[
        Difference {
            about: "SVIX_DB_DSN",
            variables: &[("SVIX_DB_DSN", "postgres://a/b"), ("DATABASE_URL", "postgres://a/b")],
            upstream: "takes SVIX_DB_DSN",
            here: Here::Refuses(Code::Conflict, "SVIX_DB_DSN"),
            why: "which of two names counts would be a guess",
        },
        Difference {
            about: "SVIX_RETRY_SCHEDULE",
            variables: &[("SVIX_RETRY_SCHEDULE", "1,,2")],
            upstream: "skips the empty entry",
            here: Here::Refuses(Code::Invalid, "SVIX_RETRY_SCHEDULE"),
            why: "an empty entry is a slip: a number is missing, or a comma is too much",
        },
        Difference {
            about: "SVIX_OPENTELEMETRY_SAMPLE_RATIO",
            variables: &[("SVIX_OPENTELEMETRY_SAMPLE_RATIO", "1.5")],
            upstream: "takes it, and sends every trace",
            here: Here::Refuses(Code::Constraint, "SVIX_OPENTELEMETRY_SAMPLE_RATIO"),
            why: "a share of more than all was meant otherwise",
        },
        Difference {
            about: "SVIX_WORKER_REQUEST_TIMEOUT",
            variables: &[("SVIX_WORKER_REQUEST_TIMEOUT", "1500ms")],
            upstream: "refuses it: whole seconds only",
            here: Here::Loads("request_timeout: 1.5s"),
            why: "a bare number counts seconds, as before; with a unit it is any duration",
        },
    ],
    defaults: &[("SVIX_DB_DSN", "a secret has no default: it would stand in the source and in the binary")],
    secrets: &[("SVIX_PROXY_ADDR", "the URL of a proxy may hold a password")],
    samples: &[],
    companions: &[
        ("SVIX_NOPROXY", &[("SVIX_PROXY_ADDR", "http://proxy:3128")]),
        ("SVIX_QUEUE_TYPE", &[("SVIX_SENTINEL_SERVICE_NAME", "main"), ("SVIX_RABBIT_DSN", "amqp://rabbit/")]),
        ("SVIX_CACHE_TYPE", &[("SVIX_SENTINEL_SERVICE_NAME", "main")]),
    ],
    messages: &[("missing field `jwt_secret`", "SVIX_JWT_SECRET           required, but no source has it")],
    shows,
};

fn shows(name: &str, value: &Value) -> String {
    match name {
        "retry_schedule" => {
            let seconds = facts::texts(value).iter().map(|text| format!("{text}s")).collect::<Vec<_>>();
            format!("retry_schedule: [{}]", seconds.join(", "))
        }
        "proxy_config" => "proxy: Some(Proxy {".to_owned(),
        other => panic!("{other}"),
    }
}

claims!();

#[test]
fn paths_are_those_of_the_program_with_dots() {
    let rows = PROGRAM.keys();
    for key in Settings::MANIFEST.keys() {
        let row = rows.iter().find(|row| row["key"] == key.variable).expect("every key is one of theirs");
        let is_bypass = key.variable == "SVIX_NOPROXY";
        assert!(is_bypass || key.path.replace('.', "_") == facts::as_text(&row["path"]), "{}", key.path);
    }
}

/// The names in the default configuration file, those that are commented out among them.
#[test]
fn every_name_of_the_default_file_is_a_variable() {
    let text = facts::text("svix-server", "config.default.toml");
    let names = text.lines().filter_map(|line| line.strip_prefix("# ").unwrap_or(line).split_once(" = "));
    let names: Vec<_> = names.map(|(name, _)| name).filter(|name| !name.contains(' ')).collect();
    assert_eq!(names.len(), 36);
    for name in names {
        let variable = format!("SVIX_{}", name.to_uppercase());
        assert!(Settings::MANIFEST.keys().any(|key| key.variable == variable), "{variable}");
    }
}

#[test]
fn the_development_setup_loads_with_no_warning_but_of_its_old_name() {
    let variables = facts::sample("svix-server", "development.env");
    let loaded = PROGRAM.parts[0].load(&variables).unwrap();
    let said: Vec<_> = loaded.warnings.iter().map(|warning| warning.subject()).collect();
    assert_eq!(said, ["DATABASE_URL"], "{:?}", loaded.warnings);
    assert!(loaded.shown.contains("level: trace"), "{}", loaded.shown);
}

/// The compose file has the secret commented out, so that nobody deploys a sample.
#[test]
fn the_compose_file_lacks_the_secret_and_nothing_else() {
    let text = facts::text("svix-server", "docker-compose.yml");
    let variables: Variables = text
        .lines()
        .filter_map(|line| line.trim().strip_prefix("SVIX_")?.split_once(": "))
        .map(|(name, value)| (format!("SVIX_{name}"), value.trim_matches('"').to_owned()))
        .collect();
    assert_eq!(variables.len(), 2);
    let report = PROGRAM.parts[0].load(&variables).err().expect("the secret is missing");
    let missing: Vec<_> =
        report.problems().iter().map(|problem| (problem.code(), problem.subject())).collect();
    assert_eq!(missing, [(Code::Missing, "SVIX_JWT_SECRET")]);
}

#[test]
fn both_ways_to_write_a_list_of_networks_are_read() {
    for text in ["127.0.0.1/32, 172.17.0.0/16", "[127.0.0.1/32, 172.17.0.0/16]"] {
        let env = confident::Env::from_pairs([
            ("SVIX_JWT_SECRET", "x"),
            ("SVIX_REDIS_DSN", "redis://redis"),
            ("SVIX_WHITELIST_SUBNETS", text),
        ]);
        let settings = Settings::loader().source(env).load().unwrap();
        let shown = format!("{settings:?}");
        assert!(shown.contains("whitelist_subnets: [127.0.0.1/32, 172.17.0.0/16]"), "{shown}");
    }
}
