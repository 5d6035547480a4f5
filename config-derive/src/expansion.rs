//! What the derive writes, as snapshots: a small struct, one with ten fields, and a choice.
//!
//! The snapshots are read by people who wonder what the derive does, and hold its size: an expansion
//! of ten fields stays under 150 lines. `UPDATE_SNAPSHOTS=1 cargo test -p confident-derive` writes
//! them anew.

use std::{fs, path::Path};

use super::expand_config;

/// The expansion of `source`, formatted.
fn expansion(source: &str) -> String {
    let input = syn::parse_str(source).expect("the source of a test is a struct");
    let file = syn::parse2(expand_config(&input)).expect("the expansion is Rust");
    prettyplease::unparse(&file)
}

#[allow(clippy::disallowed_methods)] // the switch of a test, not configuration
fn assert_snapshot(name: &str, found: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/snapshots").join(name);
    if std::env::var_os("UPDATE_SNAPSHOTS").is_some() {
        fs::write(&path, found).expect("the folder of snapshots can be written");
    }
    let wanted = fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(found, wanted, "the expansion differs from {name}; UPDATE_SNAPSHOTS=1 writes it anew");
}

#[test]
fn a_small_group() {
    let found = expansion(
        r#"
        /// A connection pool.
        struct Pool {
            /// Connections that are kept open.
            #[config(default = 2)]
            min: u32,
            /// Connections that may be opened.
            #[config(default = 10, range = 1..=1000)]
            max: u32,
        }
        "#,
    );
    assert_snapshot("group.rs", &found);
}

#[test]
fn a_choice() {
    let found = expansion(
        r#"
        /// Where files are kept.
        enum Storage {
            /// In the memory of the process.
            #[config(default)]
            Memory,
            /// In a bucket.
            S3(Bucket),
        }
        "#,
    );
    assert_snapshot("choice.rs", &found);
}

/// A root with ten fields of the usual kinds; `options` stands among the options of the struct.
fn ten_fields(options: &str) -> String {
    expansion(&format!(
        r#"
        /// The payments service.
        #[config(app = "payments"{options})]
        struct Settings {{
            /// Address the HTTP server listens on.
            #[config(default = "127.0.0.1:8080")]
            listen: SocketAddr,
            /// How long a request may take.
            #[config(default = "30s", range = "1s"..="5m", live)]
            request_timeout: Duration,
            /// Connection string of the ledger database.
            #[config(owner = "team-ledger", rotate = "90d", format = "url")]
            database_url: SecretString,
            /// Connection pool of the ledger database.
            #[config(nested)]
            pool: Pool,
            /// Transport security of the listener.
            #[config(nested)]
            tls: Tls,
            /// How much is logged.
            #[config(default = "info")]
            log_level: Level,
            /// Largest request body.
            #[config(default = "16MiB")]
            body_limit: ByteSize,
            /// Origins that browsers may call from.
            #[config(default = [], env = "ALLOWED_ORIGINS")]
            origins: Vec<String>,
            /// Requests in flight at once.
            #[config(default = 512, range = 1..)]
            concurrency: u16,
            /// Where spans are sent.
            #[config(format = "url", example = "http://otel:4317", since = "2.1")]
            tracing_endpoint: Option<String>,
        }}
        "#
    ))
}

#[test]
fn a_root_is_as_in_its_snapshot() {
    assert_snapshot("root.rs", &ten_fields(""));
}

#[test]
fn ten_fields_take_at_most_150_lines() {
    let types = [
        "String",
        "u16",
        "u64",
        "i64",
        "f64",
        "bool",
        "Duration",
        "Option<String>",
        "Option<u32>",
        "Vec<String>",
    ];
    let fields = types
        .iter()
        .enumerate()
        .map(|(at, ty)| format!("/// What is field {at} of the service?\nthe_{at}th: {ty},\n"));
    let fields: String = fields.collect();
    let found =
        expansion(&format!("/// A service.\n#[config(app = \"service\")]\nstruct Settings {{ {fields} }}"));
    let lines = found.lines().count();
    assert!(lines <= 150, "the expansion of ten fields takes {lines} lines, more than 150");
}

#[test]
fn a_rule_takes_at_most_20_lines() {
    let rules = r#",
        rule(pool.min <= pool.max, "the pool cannot keep more connections than it may open"),
        rule(!tls.enabled || tls.certificate.is_some(), "TLS needs a certificate")
    "#;
    let found = ten_fields(rules);
    assert_snapshot("rules.rs", &found);
    let lines = found.lines().count() - ten_fields("").lines().count();
    assert!(lines <= 40, "two rules take {lines} lines, more than 40");
}
