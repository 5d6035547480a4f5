//! docs.rs: twelve crates, each with a group of its own, in one root.

mod settings;

use confident::Code;
use serde_json::Value;
use settings::Settings;

use crate::{
    facts,
    program::{Difference, Expressed, Here, Overlay, Part, Program, claims, with},
};

pub(crate) const PROGRAM: Program = Program {
    name: "docs-rs",
    parts: &[Part::new::<Settings>("", &[])],
    rules: &[
        ("docs-rs-R01", Expressed::Presence),
        ("docs-rs-R02", Expressed::Presence),
        ("docs-rs-R03", Expressed::ClosedRule),
        // The form by the type; how many CPUs there are, only the running program knows.
        ("docs-rs-R04", Expressed::Application),
        // Which of two keys the program takes: there is nothing to refuse.
        ("docs-rs-R05", Expressed::Documentation),
        ("docs-rs-R06", Expressed::ClosedRule),
        // A rate without Sentry does nothing, and is no mistake in a base that many deployments share.
        ("docs-rs-R07", Expressed::Documentation),
        ("docs-rs-R08", Expressed::Attribute),
        // Defaults that are computed from another key.
        ("docs-rs-R09", Expressed::Documentation),
        ("docs-rs-R10", Expressed::ClosedRule),
        ("docs-rs-R11", Expressed::Attribute),
    ],
    overlays: &[
        Overlay {
            rule: "docs-rs-R04",
            violating: &[("DOCSRS_BUILD_CPU_CORES", "0-100000")],
            satisfying: &[("DOCSRS_BUILD_CPU_CORES", "0-0")],
        },
        Overlay {
            rule: "docs-rs-R06",
            violating: &[("DOCSRS_FASTLY_API_TOKEN", "token")],
            satisfying: &[("DOCSRS_FASTLY_API_TOKEN", "token"), ("DOCSRS_FASTLY_SERVICE_SID_WEB", "sid")],
        },
        Overlay {
            rule: "docs-rs-R08",
            violating: &[("DOCSRS_NETWORK_PARALLELISM", "0")],
            satisfying: &[("DOCSRS_NETWORK_PARALLELISM", "1")],
        },
        Overlay {
            rule: "docs-rs-R10",
            violating: &[("DOCSRS_MAX_POOL_SIZE", "5")],
            satisfying: &[("DOCSRS_MAX_POOL_SIZE", "5"), ("DOCSRS_MIN_POOL_IDLE", "5")],
        },
    ],
    differences: &[
        Difference {
            about: "docs-rs-R11",
            variables: &[("DOCSRS_DOCKER", "1")],
            upstream: "refuses every word but true and false",
            here: Here::Loads("docker: true"),
            why: "a closed list of words that all programs agree on",
        },
        Difference {
            about: "DOCSRS_NETWORK_PARALLELISM",
            variables: &[("DOCSRS_NETWORK_PARALLELISM", "0")],
            upstream: "takes it as 1",
            here: Here::Refuses(Code::Invalid, "DOCSRS_NETWORK_PARALLELISM"),
            why: "a value is used as it is written, or refused",
        },
        Difference {
            about: "DOCSRS_FASTLY_API_TOKEN",
            variables: &[("DOCSRS_FASTLY_API_TOKEN", "token")],
            upstream: "switches the CDN off",
            here: Here::Refuses(Code::Rule, "rule"),
            why: "half of a pair was meant to be a pair",
        },
        Difference {
            about: "DOCSRS_MIN_POOL_IDLE",
            variables: &[("DOCSRS_MIN_POOL_IDLE", "100")],
            upstream: "leaves it to the pool",
            here: Here::Refuses(Code::Rule, "rule"),
            why: "no pool can keep it",
        },
        Difference {
            about: "SENTRY_TRACES_SAMPLE_RATE",
            variables: &[("SENTRY_TRACES_SAMPLE_RATE", "often")],
            upstream: "takes what is no number as 0",
            here: Here::Refuses(Code::Invalid, "SENTRY_TRACES_SAMPLE_RATE"),
            why: "a value is used as it is written, or refused",
        },
        Difference {
            about: "DOCSRS_DOCKER_RUNTIME",
            variables: &[("DOCSRS_DOCKER_RUNTIME", "other")],
            upstream: "knows some words, which belong to a crate it depends on",
            here: Here::Loads("docker_runtime: Some(\"other\")"),
            why: "the words are not among the facts",
        },
        Difference {
            about: "DOCSRS_ARCHIVE_INDEX_CACHE_MAX_SIZE_MB",
            variables: &[("DOCSRS_ARCHIVE_INDEX_CACHE_MAX_SIZE_MB", "1GiB")],
            upstream: "refuses a unit",
            here: Here::Loads("archive_index_cache_max_size: 1GiB"),
            why: "a bare number counts as before; with a unit it is any size",
        },
    ],
    defaults: &[
        ("REGISTRY_INDEX_PATH", "a path below DOCSRS_PREFIX: a default is a literal"),
        ("DOCSRS_ARCHIVE_INDEX_CACHE_PATH", "a path below DOCSRS_PREFIX: a default is a literal"),
        ("DOCSRS_RENDER_THREADS", "the number of CPUs"),
        ("DOCSRS_NETWORK_PARALLELISM", "the number of CPUs, at most 8"),
    ],
    secrets: &[],
    samples: &[
        // The only range that every machine has.
        ("DOCSRS_BUILD_CPU_CORES", "0-0"),
        ("DOCSRS_DOCKER_RUNTIME", "runsc"),
    ],
    companions: &[
        ("DOCSRS_FASTLY_API_TOKEN", &[("DOCSRS_FASTLY_SERVICE_SID_WEB", "sid")]),
        ("DOCSRS_FASTLY_SERVICE_SID_WEB", &[("DOCSRS_FASTLY_API_TOKEN", "token")]),
    ],
    messages: &[],
    shows,
};

fn shows(name: &str, value: &Value) -> String {
    match name {
        "build_cpu_cores" => format!("build_cpu_cores: Some({})", facts::texts(value).join("-")),
        other => panic!("{other}"),
    }
}

claims!();

#[test]
fn the_sample_loads_and_variables_that_are_no_key_are_named() {
    let sample = facts::sample("docs-rs", "env.sample");
    let loaded = PROGRAM.parts[0].load(&sample).unwrap();
    let unknown: Vec<_> = loaded.warnings.iter().map(|warning| (warning.code(), warning.subject())).collect();
    assert_eq!(unknown, [(Code::Unknown, "DOCSRS_S3_STATIC_ROOT_PATH"), (Code::Unknown, "DOCSRS_TOOLCHAIN")]);
}

/// Left over from keys that the program does not have any more.
#[test]
fn two_variables_of_the_compose_file_are_no_key() {
    let text = facts::text("docs-rs", "docker-compose.yml");
    let names = text.lines().filter_map(|line| line.trim().split_once(": ").map(|(name, _)| name));
    let known = PROGRAM.parts[0].variables();
    let unknown: Vec<_> = names.filter(|name| name.starts_with("DOCSRS_") && !known.contains(name)).collect();
    assert_eq!(unknown, ["DOCSRS_MIN_POOL_SIZE", "DOCSRS_S3_STATIC_ROOT_PATH"]);
    let pairs: Vec<_> = unknown.iter().map(|name| (*name, "2")).collect();
    let loaded = PROGRAM.parts[0].load(&with(facts::base("docs-rs"), &pairs)).unwrap();
    let messages: Vec<_> = loaded.warnings.iter().map(|warning| warning.message()).collect();
    assert_eq!(messages, ["unknown; did you mean DOCSRS_MAX_POOL_SIZE?", "unknown"]);
}
