//! crates.io: four binaries that share groups, and no prefix.

mod settings;

use confident::Code;
use settings::{BackgroundWorker, Monitor, Server, Tests};

use crate::{
    facts,
    program::{Difference, Expressed, Here, Overlay, Part, Program, claims, with},
};

pub(crate) const PROGRAM: Program = Program {
    name: "crates-io",
    parts: &[
        Part::new::<Server>("", &[]),
        Part::new::<BackgroundWorker>(
            "background-worker",
            &[("GIT_REPO_URL", "https://github.com/rust-lang/index")],
        ),
        Part::new::<Monitor>("monitor", &[("PAGERDUTY_ENABLED", "false")]),
        Part::new::<Tests>("tests", &[]),
    ],
    rules: &[
        ("crates-io-R01", Expressed::Presence),
        ("crates-io-R02", Expressed::Presence),
        ("crates-io-R03", Expressed::Presence),
        ("crates-io-R04", Expressed::Presence),
        ("crates-io-R05", Expressed::Presence),
        ("crates-io-R06", Expressed::Presence),
        ("crates-io-R07", Expressed::Attribute),
        ("crates-io-R08", Expressed::Attribute),
        ("crates-io-R09", Expressed::Attribute),
        ("crates-io-R10", Expressed::ClosedRule),
        ("crates-io-R11", Expressed::ClosedRule),
        ("crates-io-R12", Expressed::ClosedRule),
        ("crates-io-R13", Expressed::Attribute),
        ("crates-io-R14", Expressed::Presence),
        ("crates-io-R15", Expressed::Presence),
        // The bucket of the index by the group, the credentials by a rule.
        ("crates-io-R16", Expressed::ClosedRule),
        ("crates-io-R17", Expressed::ClosedRule),
        ("crates-io-R18", Expressed::Attribute),
        // A warning of the program: a rule is an error or it is nothing.
        ("crates-io-R19", Expressed::Documentation),
        // What a text begins with is outside of the closed form.
        ("crates-io-R20", Expressed::Application),
        // A warning again.
        ("crates-io-R21", Expressed::Documentation),
        ("crates-io-R22", Expressed::Presence),
        ("crates-io-R23", Expressed::ClosedRule),
        ("crates-io-R24", Expressed::Attribute),
        ("crates-io-R25", Expressed::Presence),
        ("crates-io-R26", Expressed::ClosedRule),
        ("crates-io-R27", Expressed::Attribute),
        // Defaults that are computed from other keys.
        ("crates-io-R28", Expressed::Documentation),
        ("crates-io-R29", Expressed::Documentation),
        ("crates-io-R30", Expressed::Attribute),
        ("crates-io-R31", Expressed::Attribute),
        ("crates-io-R32", Expressed::Attribute),
    ],
    overlays: &[
        Overlay {
            rule: "crates-io-R16",
            violating: &[("S3_BUCKET", "crates"), ("S3_INDEX_BUCKET", "index")],
            satisfying: &[
                ("S3_BUCKET", "crates"),
                ("S3_INDEX_BUCKET", "index"),
                ("AWS_ACCESS_KEY", "a"),
                ("AWS_SECRET_KEY", "b"),
            ],
        },
        Overlay {
            rule: "crates-io-R17",
            violating: &[("HEROKU", "")],
            satisfying: &[
                ("HEROKU", ""),
                ("MAILGUN_SMTP_LOGIN", "a@b.c"),
                ("MAILGUN_SMTP_PASSWORD", "x"),
                ("MAILGUN_SMTP_SERVER", "smtp.x"),
            ],
        },
        Overlay {
            rule: "crates-io-R20",
            violating: &[("GIT_REPO_URL", "ssh://git@github.com/x/y.git"), ("GIT_SSH_KEY", "")],
            satisfying: &[
                ("GIT_REPO_URL", "ssh://git@github.com/x/y.git"),
                ("GIT_SSH_KEY", "c2FtcGxlIGtleQ=="),
            ],
        },
        Overlay {
            rule: "crates-io-R22",
            violating: &[],
            satisfying: &[("GIT_REPO_URL", "file:///srv/index")],
        },
        Overlay {
            rule: "crates-io-R23",
            violating: &[("GIT_ARCHIVE_REPO_URL", "https://github.com/o/r.git")],
            satisfying: &[
                ("GIT_ARCHIVE_REPO_URL", "https://github.com/o/r.git"),
                ("GH_INDEX_SYNC_APP_CLIENT_ID", "x"),
                ("GH_INDEX_SYNC_APP_PRIVATE_KEY", "pem"),
            ],
        },
        Overlay {
            rule: "crates-io-R25",
            violating: &[("GH_SYNC_APP_CLIENT_ID", "x"), ("GH_SYNC_APP_ORG", "o")],
            satisfying: &[
                ("GH_SYNC_APP_CLIENT_ID", "x"),
                ("GH_SYNC_APP_ORG", "o"),
                ("GH_SYNC_APP_PRIVATE_KEY", "pem"),
            ],
        },
    ],
    differences: &[
        Difference {
            about: "crates-io-R31",
            variables: &[("CACHE_TAGS_ENABLED", "1")],
            upstream: "refuses every word but true and false",
            here: Here::Loads("cache_tags_enabled: true"),
            why: "a closed list of words that all programs agree on",
        },
        Difference {
            about: "crates-io-R24",
            variables: &[("GIT_ARCHIVE_REPO_URL", "http://github.com/o/r.git")],
            upstream: "documents HTTPS, and does not check it",
            here: Here::Refuses(Code::Constraint, "GIT_ARCHIVE_REPO_URL"),
            why: "what is documented is checked",
        },
        Difference {
            about: "crates-io-R19",
            variables: &[("CLOUDFRONT_DISTRIBUTION_ID_INDEX", "E1")],
            upstream: "warns, and runs without CloudFront",
            here: Here::Loads("distribution_id_index: Some(\"E1\"), distribution_id_static: None"),
            why: "a rule is an error or it is nothing; the program warns where it sets CloudFront up",
        },
        Difference {
            about: "crates-io-R21",
            variables: &[
                ("GIT_REPO_URL", "ssh://git@github.com/x/y.git"),
                ("GIT_SSH_KEY", "c2FtcGxlIGtleQ=="),
                ("GIT_HTTP_USER", "u"),
            ],
            upstream: "warns, and takes SSH",
            here: Here::Loads("http_user: Some(\"u\")"),
            why: "a rule is an error or it is nothing; the program warns where it opens the repository",
        },
        Difference {
            about: "DATABASE_URL",
            variables: &[("DATABASE_URL", "")],
            upstream: "counts an empty variable as set, and fails to connect",
            here: Here::Refuses(Code::Missing, "DATABASE_URL"),
            why: "the sample file leaves it empty to be filled in",
        },
        Difference {
            about: "WEB_ALLOWED_ORIGINS",
            variables: &[("WEB_ALLOWED_ORIGINS", "")],
            upstream: "takes it as one origin without a name",
            here: Here::Refuses(Code::Missing, "WEB_ALLOWED_ORIGINS"),
            why: "an empty variable is unset, but for text",
        },
        Difference {
            about: "WEB_ALLOWED_ORIGINS",
            variables: &[("WEB_ALLOWED_ORIGINS", "https://a.example, https://b.example")],
            upstream: "keeps the space in front of the second origin, which then matches nothing",
            here: Here::Loads("allowed_origins: [\"https://a.example\", \"https://b.example\"]"),
            why: "items of lists are trimmed",
        },
        Difference {
            about: "DB_OFFLINE",
            variables: &[("DB_OFFLINE", "both")],
            upstream: "takes any other word as unset",
            here: Here::Refuses(Code::Invalid, "DB_OFFLINE"),
            why: "a word that means nothing was meant to mean something",
        },
        Difference {
            about: "RUST_LOG_FORMAT",
            variables: &[("RUST_LOG_FORMAT", "jason")],
            upstream: "takes any other word as the compact format",
            here: Here::Refuses(Code::Invalid, "RUST_LOG_FORMAT"),
            why: "a word that means nothing was meant to mean something",
        },
        Difference {
            about: "HTML_EMAILS_ENABLED",
            variables: &[("HTML_EMAILS_ENABLED", "ture")],
            upstream: "takes any other word as false",
            here: Here::Refuses(Code::Invalid, "HTML_EMAILS_ENABLED"),
            why: "a word that means nothing was meant to mean something",
        },
        Difference {
            about: "BLOCKED_TRAFFIC",
            variables: &[("BLOCKED_TRAFFIC", "user-agent")],
            upstream: "warns of an entry without a variable, and skips it",
            here: Here::Refuses(Code::Invalid, "BLOCKED_TRAFFIC"),
            why: "traffic that was to be blocked would pass",
        },
        Difference {
            about: "AWS_SECRET_KEY",
            variables: &[("AWS_SECRET_KEY", "b")],
            upstream: "does not look at it without AWS_ACCESS_KEY",
            here: Here::Refuses(Code::Missing, "AWS_ACCESS_KEY"),
            why: "a group comes whole",
        },
        Difference {
            about: "MAILGUN_SMTP_LOGIN",
            variables: &[("MAILGUN_SMTP_LOGIN", "a@b.c")],
            upstream: "writes mail into files where one of the three is missing",
            here: Here::Refuses(Code::Missing, "MAILGUN_SMTP_PASSWORD"),
            why: "a group comes whole",
        },
        Difference {
            about: "MAX_JOB_TIME",
            variables: &[("MAX_JOB_TIME", "-1")],
            upstream: "takes a negative number of minutes",
            here: Here::Refuses(Code::Invalid, "MAX_JOB_TIME"),
            why: "a time has no sign",
        },
    ],
    defaults: &[
        ("TRUSTPUB_AUDIENCE", "the value of DOMAIN_NAME: a default is a literal"),
        ("DB_WORKER_POOL_SIZE", "a constant of the program"),
        ("DOCS_RS_BASE_URL", "upstream has it where the key is used; here it is the default"),
        ("RUST_LOG_FORMAT", "what upstream does without it is a word of its own here"),
    ],
    secrets: &[],
    samples: &[
        ("SESSION_KEY", "another key of at least thirty-two characters"),
        ("TOKEN_ENCRYPTION_KEY", "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"),
    ],
    companions: &[
        ("HEROKU", MAILGUN),
        ("CDN_LOG_QUEUE_URL", &[QUEUE[1], QUEUE[2], QUEUE[3]]),
        ("CDN_LOG_QUEUE_ACCESS_KEY", &[QUEUE[0], QUEUE[2], QUEUE[3]]),
        ("CDN_LOG_QUEUE_SECRET_KEY", &[QUEUE[0], QUEUE[1], QUEUE[3]]),
        ("CDN_LOG_QUEUE_REGION", &[QUEUE[0], QUEUE[1], QUEUE[2]]),
        ("AWS_ACCESS_KEY", &[("AWS_SECRET_KEY", "secret")]),
        ("AWS_SECRET_KEY", &[("AWS_ACCESS_KEY", "access")]),
        ("DB_OFFLINE", &[("READ_ONLY_REPLICA_URL", "postgres://follower/")]),
        ("CACHE_TAG_INVALIDATIONS_ENABLED", &[("CACHE_TAGS_ENABLED", "true")]),
        ("SENTRY_DSN_API", &[("SENTRY_ENV_API", "staging")]),
        ("GIT_ARCHIVE_REPO_URL", &[]),
        ("S3_BUCKET", &[("S3_INDEX_BUCKET", "index"), AWS[0], AWS[1]]),
        ("S3_REGION", S3),
        ("S3_CDN", S3),
        ("S3_INDEX_BUCKET", &[("S3_BUCKET", "crates"), AWS[0], AWS[1]]),
        ("S3_INDEX_REGION", S3),
        ("MAILGUN_SMTP_LOGIN", &[MAILGUN[1], MAILGUN[2]]),
        ("MAILGUN_SMTP_PASSWORD", &[MAILGUN[0], MAILGUN[2]]),
        ("MAILGUN_SMTP_SERVER", &[MAILGUN[0], MAILGUN[1]]),
        ("GH_INDEX_SYNC_APP_CLIENT_ID", &[("GH_INDEX_SYNC_APP_PRIVATE_KEY", "pem")]),
        ("GH_INDEX_SYNC_APP_PRIVATE_KEY", &[("GH_INDEX_SYNC_APP_CLIENT_ID", "id")]),
        ("GH_SYNC_APP_CLIENT_ID", &[("GH_SYNC_APP_PRIVATE_KEY", "pem"), ("GH_SYNC_APP_ORG", "org")]),
        ("GH_SYNC_APP_PRIVATE_KEY", &[("GH_SYNC_APP_CLIENT_ID", "id"), ("GH_SYNC_APP_ORG", "org")]),
        ("GH_SYNC_APP_ORG", &[("GH_SYNC_APP_CLIENT_ID", "id"), ("GH_SYNC_APP_PRIVATE_KEY", "pem")]),
        ("PAGERDUTY_ENABLED", &[("PAGERDUTY_INTEGRATION_KEY", "key")]),
    ],
    messages: &[],
    shows: |name, _| panic!("{name}: crates.io has no scenarios"),
};

const AWS: &[(&str, &str)] = &[("AWS_ACCESS_KEY", "access"), ("AWS_SECRET_KEY", "secret")];
const S3: &[(&str, &str)] = &[("S3_BUCKET", "crates"), ("S3_INDEX_BUCKET", "index"), AWS[0], AWS[1]];
const MAILGUN: &[(&str, &str)] = &[
    ("MAILGUN_SMTP_LOGIN", "noreply@example.org"),
    ("MAILGUN_SMTP_PASSWORD", "password"),
    ("MAILGUN_SMTP_SERVER", "smtp.example.org"),
];
const QUEUE: [(&str, &str); 4] = [
    ("CDN_LOG_QUEUE_URL", "https://sqs.example.org/queue"),
    ("CDN_LOG_QUEUE_ACCESS_KEY", "access"),
    ("CDN_LOG_QUEUE_SECRET_KEY", "secret"),
    ("CDN_LOG_QUEUE_REGION", "us-west-1"),
];

claims!();

/// The sample leaves the database to be filled in, and names neither the user nor the secret of GitHub.
#[test]
fn the_sample_loads_once_it_has_a_database() {
    let sample = facts::sample("crates-io", "env.sample");
    let server = &PROGRAM.parts[0];
    let report = server.load(&sample).err().expect("the database is missing");
    let missing: Vec<_> =
        report.problems().iter().map(|problem| (problem.code(), problem.subject())).collect();
    assert_eq!(missing, [(Code::Missing, "DATABASE_URL")]);
    let loaded = server.load(&with(sample, &[("DATABASE_URL", "postgres://postgres@localhost/cratesio")]));
    assert!(loaded.unwrap().warnings.is_empty());
}

#[test]
fn a_deprecated_variable_names_the_one_that_takes_its_place() {
    let base = facts::base("crates-io");
    let loaded = PROGRAM.parts[0].load(&with(base, &[("HEROKU_SLUG_COMMIT", "57fa000")])).unwrap();
    let warnings: Vec<_> = loaded.warnings.iter().map(|warning| warning.message()).collect();
    assert_eq!(warnings, ["is deprecated; set HEROKU_BUILD_COMMIT instead"]);
}

/// One group, in place in two programs, makes the same names.
#[test]
fn the_worker_reads_every_variable_of_the_server() {
    let names = |at: usize| PROGRAM.parts[at].variables();
    assert!(names(0).iter().all(|name| names(1).contains(name)));
    assert_eq!(names(0).len() + 10, names(1).len());
}
