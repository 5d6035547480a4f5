//! What a program says of itself is what is read of it: the constants of the derive, the JSON that the binary
//! carries, and the manifest that a tool makes of that, are one contract.

use std::{
    collections::{BTreeMap, BTreeSet},
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV4, SocketAddrV6},
    num::{NonZeroI128, NonZeroU16},
    path::PathBuf,
    time::Duration,
};

use confident::{ByteSize, Config, ConfigValue, Flag, Manifest, Rotating, SecretString, Url};
use confident_manifest::{Error, format::Document, from_json, published};
use ipnet::IpNet;

/// Every option, and every kind of value.
#[derive(Config)]
#[allow(dead_code)]
#[config(
    app = "every-option",
    prefix = "EVERY",
    hardening = "standard",
    profiles = ["production", "staging"],
    removed("EVERY_OLD_THING", "set EVERY_TEXT \"instead\""),
    rename_all = "kebab-case",
    rule(pool.min <= pool.max, "the pool cannot keep more than it may open"),
    rule(
        !switch || level != Level::High && maybe.is_some() || ratio > 0.5 || size == 3,
        "a rule with everything: \"quotes\", back\\slashes"
    ),
    rule(maybe == Some(-170141183460469231731687303715884105728), "the smallest number"),
    rule(list.len() + 1 < 5 && !text.is_empty(), "short lists"),
    rule(list.iter().all(|item| !item.is_empty()), "no empty items"),
    validate(is_sound, "all is well")
)]
struct Every {
    /// A text, with "quotes", a back\slash, <html> & `code`.
    ///
    /// A second paragraph: ünïcödé, 日本語.
    #[config(default = "a\tb\"c\\d\u{1}", len = 1..=64, example = "x", tags = ["a", "b"], since = "1.2")]
    text: String,
    /// A switch.
    #[config(default = true, live, rename = "Switch-It")]
    switch: bool,
    /// A level.
    #[config(default = "high", env = "LEVEL", alias = "OLD_LEVEL", alias = "OLDER_LEVEL")]
    level: Level,
    /// A ratio.
    #[config(default = 0.25, range = 0.0..1.0)]
    ratio: f32,
    /// A size in a fixed width.
    #[config(default = 3, one_of = [1, 2, 3], review_by = "2027-01-31")]
    size: u8,
    /// A number that may be left out.
    #[config(required_in("production"), sources("env", "vault"))]
    maybe: Option<i128>,
    /// A list.
    #[config(default = ["one", "two"], separator = ";", merge)]
    list: Vec<String>,
    /// A set.
    #[config(default = [])]
    set: BTreeSet<u16>,
    /// Exactly two.
    #[config(default = [1, 2])]
    two: [u64; 2],
    /// A map.
    #[config(default = "a=1")]
    map: BTreeMap<String, i64>,
    /// A pair.
    #[config(default = "1,2")]
    pair: (u32, u32),
    /// A character.
    #[config(default = 'x')]
    char: char,
    /// A path.
    #[config(default = "/tmp")]
    path: PathBuf,
    /// A time.
    #[config(default = "30s", range = "1s"..="5m", unit = "s")]
    timeout: Duration,
    /// An amount of data.
    #[config(default = "16MiB")]
    body: ByteSize,
    /// A flag.
    #[config(default = "25%, allow alice", live, owner = "team", review_by = "2999-01-31")]
    flag: Flag,
    /// Numbers that are not zero.
    #[config(default = 1)]
    port: NonZeroU16,
    /// Large numbers that are not zero.
    #[config(default = -1)]
    large: NonZeroI128,
    /// Addresses.
    addresses: (IpAddr, SocketAddr),
    /// More addresses.
    more: Option<(Ipv4Addr, Ipv6Addr)>,
    /// Yet more addresses.
    yet_more: Option<(SocketAddrV4, SocketAddrV6)>,
    /// A URL.
    url: Option<Url>,
    /// A network.
    #[config(parse)]
    network: Option<IpNet>,
    /// Structured.
    #[config(serde)]
    structured: Option<BTreeMap<String, Vec<u8>>>,
    /// A secret with the one before it.
    #[config(live, overlap = "1h", owner = "team", rotate = "30d")]
    signing_key: Rotating<SecretString>,
    /// A secret.
    #[config(
        owner = "team",
        rotate = "90d",
        classification = "pci",
        retention = "a year",
        store = "vault:{app}/{profile}/login#token",
        max_stale = "10m",
        pattern = r"^\S+$",
        deprecated(since = "1", note = "use the other", replaced_by = "text", remove_in = "9.0.0")
    )]
    token: SecretString,
    /// Not a secret.
    #[config(default = "x", not_secret = "a name", forbidden_in("production"), empty = "error")]
    password: String,
    /// A pool.
    #[config(nested)]
    pool: Pool,
    /// A pool that may be left out.
    #[config(nested)]
    spare: Option<Pool>,
    /// Pools.
    #[config(nested, merge)]
    pools: Vec<Pool>,
    /// Pools by name.
    #[config(nested(prefix = "NAMED"))]
    named_pools: BTreeMap<String, Pool>,
    /// Flat.
    #[config(nested(prefix = ""))]
    flat: Flat,
    /// Where files are kept.
    #[config(nested)]
    storage: Storage,
    /// Somebody else's.
    #[config(foreign)]
    theirs: BTreeMap<String, String>,
}

fn is_sound(_: &Every) -> Result<(), String> {
    Ok(())
}

/// How high.
#[derive(ConfigValue, Debug, PartialEq)]
enum Level {
    /// Not "high".
    Low,
    /// High.
    High,
}

/// A pool.
#[derive(Config)]
struct Pool {
    /// Connections that are kept.
    #[config(default = 1)]
    min: u32,
    /// Connections that may be opened.
    #[config(default = 2)]
    max: u32,
}

/// Keys among those of others.
#[derive(Config)]
struct Flat {
    /// Flat.
    #[config(default = 1)]
    flat_key: u32,
}

/// Where files are kept.
#[derive(Config)]
enum Storage {
    /// In memory.
    #[config(default)]
    Memory,
    /// In a bucket.
    S3(Bucket),
}

/// A bucket.
#[derive(Config)]
struct Bucket {
    /// Its name.
    #[config(format = "hostname")]
    bucket: String,
}

#[path = "../../config-docs/tests/python/mod.rs"]
mod python;
#[path = "../../examples/svix.rs"]
#[allow(dead_code)]
mod svix;

/// All that is known of each key, and of each group, in an order that is the same for both.
fn facts(manifest: &Manifest) -> Vec<String> {
    let mut facts = vec![format!(
        "{} {} {:?} {:?} {:?} {} {} {}",
        manifest.app,
        manifest.prefix,
        manifest.hardening,
        manifest.profiles,
        manifest.removed,
        manifest.crate_name,
        manifest.version,
        manifest.fingerprint(),
    )];
    for entry in manifest.keys() {
        let mut attributes: Vec<String> = entry.key.attributes.iter().map(|one| format!("{one:?}")).collect();
        attributes.sort();
        // That the derive proves something is between it and the compiler.
        let key = confident_core::manifest::Key { attributes: &[], is_proved: false, ..*entry.key };
        facts.push(format!("{} {} {key:?} {attributes:?}", entry.path, entry.variable));
    }
    push_groups(&mut facts, manifest.group);
    facts
}

fn push_groups(facts: &mut Vec<String>, group: &confident_core::manifest::Group) {
    use confident_core::manifest::Item;
    facts.push(format!(
        "{} {} {:?} {:?} {}",
        group.name, group.doc, group.rules, group.validate, group.is_choice
    ));
    for item in group.items {
        match item {
            Item::Key(_) => {}
            Item::Nested(nested) => {
                facts.push(format!("{} {} {:?} {}", nested.field, nested.doc, nested.shape, nested.merges));
                push_groups(facts, nested.group);
            }
            Item::Foreign(foreign) => facts.push(format!("{foreign:?}")),
            other => panic!("a kind of item that this test does not know: {other:?}"),
        }
    }
}

const MANIFESTS: [&Manifest; 2] = [Every::MANIFEST, svix::Settings::MANIFEST];

#[test]
fn a_manifest_that_was_read_is_the_one_that_was_written() {
    for manifest in MANIFESTS {
        let read = from_json(manifest.json()).expect("the compiler wrote it").manifest;
        for (read, written) in facts(read).iter().zip(facts(manifest)) {
            assert_eq!(*read, written);
        }
        assert_eq!(facts(read).len(), facts(manifest).len());
        assert_eq!(read.json(), manifest.json());
    }
}

#[test]
fn a_published_manifest_reads_as_the_same_and_says_names_in_full() {
    for manifest in MANIFESTS {
        let json = published(manifest).expect("the manifest can be published");
        let read = from_json(&json).expect("what is published can be read").manifest;
        assert_eq!(facts(read), facts(from_json(manifest.json()).expect("it is there").manifest));
        for entry in manifest.keys() {
            assert!(json.contains(&format!("\"variable\": \"{}\"", entry.variable)), "{}", entry.variable);
            assert!(json.contains(&format!("\"path\": \"{}\"", entry.path)), "{}", entry.path);
        }
    }
}

#[test]
fn no_field_is_left_over() {
    // The test above would not see a field that the derive writes and no type here reads.
    for manifest in MANIFESTS {
        let document: Document = serde_json::from_str(manifest.json()).expect("the compiler wrote it");
        let written: serde_json::Value = serde_json::to_value(&document).expect("it is JSON");
        let carried: serde_json::Value = serde_json::from_str(manifest.json()).expect("it is JSON");
        assert_eq!(written, carried);
        assert!(document.unknown.is_empty() && document.group.unknown.is_empty());
        for item in &document.group.items {
            if let confident_manifest::format::Item::Key(key) = item {
                assert!(key.unknown.is_empty(), "{key:?}");
            }
        }
    }
}

#[test]
fn a_field_of_a_later_version_is_kept() {
    let json = Every::MANIFEST.json().replacen("{\"item\":\"key\",", "{\"item\":\"key\",\"aura\":[1],", 1);
    let json = json.replacen("{\"format\":1,", "{\"format\":1,\"mood\":\"good\",", 1);
    let found = from_json(&json).expect("unknown fields are no mistake");
    let again = serde_json::to_string(&found.document).expect("it is JSON");
    assert!(again.contains("\"aura\":[1]") && again.contains("\"mood\":\"good\""), "{again}");
    let published = published(found.manifest).expect("it can be published");
    assert!(published.contains("\"aura\": [") && published.contains("\"mood\": \"good\""));
}

#[test]
fn a_newer_format_is_refused_with_what_to_do() {
    let json = Every::MANIFEST.json().replacen("{\"format\":1,", "{\"format\":2,", 1);
    let error = from_json(&json).expect_err("this tool does not know that version");
    assert!(matches!(error, Error::Newer(2)));
    assert!(error.to_string().ends_with("take a newer tool"), "{error}");
}

#[test]
fn the_fingerprint_is_that_of_the_contract() {
    let fingerprint = Every::MANIFEST.fingerprint();
    assert_eq!(fingerprint.len(), 16);
    assert!(fingerprint.bytes().all(|byte| byte.is_ascii_hexdigit()));
    assert_ne!(fingerprint, svix::Settings::MANIFEST.fingerprint());
}

#[test]
#[allow(clippy::disallowed_methods)] // the switch of a test, not configuration
fn the_schema_that_is_published_is_that_of_the_types() {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("manifest.schema.json");
    let schema = confident_manifest::format::schema();
    let mut found = serde_json::to_string_pretty(&schema).expect("it is JSON");
    found.push('\n');
    if std::env::var_os("UPDATE_SNAPSHOTS").is_some() {
        std::fs::write(&path, &found).expect("the folder can be written");
    }
    let wanted = std::fs::read_to_string(&path).unwrap_or_default();
    // In which order its members stand depends on who else is built.
    let wanted: serde_json::Value = serde_json::from_str(&wanted).unwrap_or_default();
    assert_eq!(schema, wanted, "UPDATE_SNAPSHOTS=1 writes the schema anew");
    every_property_is_documented(&schema, "");
}

fn every_property_is_documented(schema: &serde_json::Value, at: &str) {
    if let Some(properties) = schema.get("properties").and_then(serde_json::Value::as_object) {
        for (name, property) in properties {
            let is_tag = property.get("const").is_some();
            // A variant with one value is documented as a whole.
            let is_variant = properties.len() == 1 && schema.get("description").is_some();
            assert!(
                is_tag || is_variant || property.get("description").is_some(),
                "{at}.{name} has no description"
            );
        }
    }
    match schema {
        serde_json::Value::Object(members) => {
            members
                .iter()
                .for_each(|(name, inner)| every_property_is_documented(inner, &format!("{at}.{name}")));
        }
        serde_json::Value::Array(items) => {
            items.iter().for_each(|inner| every_property_is_documented(inner, at));
        }
        _ => {}
    }
}

const VALIDATOR: &str = "
import json, sys
from jsonschema import Draft202012Validator
task = json.load(sys.stdin)
Draft202012Validator.check_schema(task['schema'])
validator = Draft202012Validator(task['schema'])
for document in task['documents']:
    print(len(list(validator.iter_errors(document))))
";

#[test]
fn manifests_are_valid_by_a_validator_that_is_not_ours() {
    let parsed = |json: &str| serde_json::from_str::<serde_json::Value>(json).expect("it is JSON");
    let mut documents = Vec::new();
    for manifest in MANIFESTS {
        documents.push(parsed(manifest.json()));
        documents.push(parsed(&published(manifest).expect("it can be published")));
    }
    // What is no manifest, so that the validator is seen to look.
    for (field, value) in [("format", "one".into()), ("app", 1.into()), ("group", serde_json::Value::Null)] {
        let mut wrong = documents[0].clone();
        wrong[field] = value;
        documents.push(wrong);
    }
    let schema = confident_manifest::format::schema();
    let task = serde_json::json!({ "schema": schema, "documents": documents }).to_string();
    let Some(found) = python::python("jsonschema", VALIDATOR, &task, "manifests") else { return };
    assert_eq!(found.lines().collect::<Vec<_>>(), ["0", "0", "0", "0", "1", "1", "1"]);
}
