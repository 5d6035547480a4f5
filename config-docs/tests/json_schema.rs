//! The schema takes what a load takes, and refuses what it can tell to be wrong, at the right place.
//!
//! The validator is the package `jsonschema` of PyPI: written by others, in another language, and CI gets it with one
//! package and compiles nothing for it. Where it is not installed, the tests are skipped with a loud line, and fail in
//! CI.

mod common;
#[path = "../../tests/real/crates_io/settings.rs"]
#[allow(dead_code)] // the binaries that are not looked at here
mod crates_io;
#[path = "../../tests/real/docs_rs/settings.rs"]
mod docs_rs;
mod large;
mod python;
#[path = "../../examples/svix.rs"]
#[allow(dead_code)] // its `main`
mod svix;

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    net::{IpAddr, SocketAddr},
    num::NonZeroU8,
    path::PathBuf,
    time::Duration,
};

use confident::{ByteSize, Config, ConfigValue, Env, File, Flag, Manifest, SecretString, Syntax};
use confident_docs::{Format, document};
use proptest::{
    prelude::Rng,
    test_runner::{RngAlgorithm, TestRng},
};
use serde_json::{Value, json};

/// Something of every type, constraint and shape.
#[derive(Config)]
#[config(
    app = "everything",
    profiles("production"),
    rule(!tls.enabled || certificate.is_some(), "TLS needs a certificate"),
    rule(level != Level::Debug || retries >= 2, "debugging needs retries"),
    rule(mail.is_some() || !receipts, "receipts need mail"),
    rule(retries <= 8 || port != 80, "many retries need another port"),
    rule(pool.min <= pool.max, "the pool cannot keep more than it may open"),
    rule(token_hint.is_none() || spare.is_some(), "a hint needs the spare token")
)]
#[allow(dead_code)] // what is looked at is whether it loads
struct Everything {
    /// A port.
    #[config(default = 8080, range = 1..=60000)]
    port: u16,
    /// How often something is tried again.
    #[config(default = 3, range = 0..20)]
    retries: i32,
    /// One of a few numbers.
    #[config(default = 1, one_of = [1, 2, 4])]
    shards: u8,
    /// Not zero.
    #[config(default = 1)]
    workers: NonZeroU8,
    /// A large number.
    large: Option<u64>,
    /// A share.
    #[config(default = 0.5, range = 0.0..=1.0)]
    share: f64,
    /// A switch.
    #[config(default = false)]
    receipts: bool,
    /// A character.
    #[config(default = ';')]
    mark: char,
    /// A name, which must be set.
    #[config(len = 2..=8, pattern = r"^[a-z][\w-]*\.?$", example = "main")]
    name: String,
    /// A region.
    #[config(default = "eu", one_of = ["eu", "us"])]
    region: String,
    /// A file.
    certificate: Option<PathBuf>,
    /// A time with a unit.
    #[config(default = "30s", range = "1s"..="5m", unit = "s")]
    timeout: Duration,
    /// A time without one.
    #[config(default = "1h", range = "1ms"..)]
    pause: Duration,
    /// A size.
    #[config(default = "16MiB", range = "1KiB".."1GiB")]
    body_limit: ByteSize,
    /// A flag.
    #[config(default = "off", live, owner = "team", review_by = "2999-01-31")]
    flag: Flag,
    /// An address to listen on.
    #[config(default = "127.0.0.1:80")]
    listen: SocketAddr,
    /// An address.
    address: Option<IpAddr>,
    /// Where something is.
    #[config(format = "url")]
    link: Option<String>,
    /// Whom to write to.
    #[config(format = "email")]
    contact: Option<String>,
    /// A machine.
    #[config(format = "hostname")]
    host: Option<String>,
    /// A name for everything.
    #[config(format = "uuid")]
    id: Option<String>,
    /// A day.
    #[config(format = "date")]
    day: Option<String>,
    /// A network.
    #[config(format = "cidr")]
    network: Option<String>,
    /// Bytes.
    #[config(format = "hex")]
    bytes: Option<String>,
    /// More bytes.
    #[config(format = "base64")]
    blob: Option<String>,
    /// How much is logged.
    #[config(default = "info")]
    level: Level,
    /// Names.
    #[config(default = [], len = ..=3, pattern = "^[a-z]+$")]
    names: Vec<String>,
    /// Numbers.
    #[config(default = [], range = 1..=10)]
    numbers: Vec<u8>,
    /// Waits.
    #[config(default = [], unit = "s")]
    waits: Vec<Duration>,
    /// Three of them.
    #[config(default = [1, 2, 3])]
    three: [u8; 3],
    /// Words, each once.
    #[config(default = [])]
    words: BTreeSet<Level>,
    /// Limits by name.
    #[config(default = "a=1", range = 1..=100, len = ..=2)]
    limits: BTreeMap<String, u32>,
    /// A name and a number.
    pair: Option<(String, u8)>,
    /// What a type of the program reads.
    #[config(parse)]
    subnet: Option<ipnet::IpNet>,
    /// A secret, which stands elsewhere.
    token: SecretString,
    /// Another secret.
    spare: Option<SecretString>,
    /// Where the secret is explained.
    token_hint: Option<String>,
    /// What may not stand in a file.
    #[config(sources("env"))]
    outside: Option<String>,
    /// An old key.
    #[config(alias = "EVERYTHING_ANCIENT_KEY", deprecated(note = "no longer wanted", replaced_by = "name"))]
    old: Option<String>,
    /// A pool.
    #[config(nested)]
    pool: Pool,
    /// Security of the transport.
    #[config(nested)]
    tls: Tls,
    /// Mail.
    #[config(nested)]
    mail: Option<Mail>,
    /// Where files are.
    #[config(nested)]
    storage: Storage,
    /// Banks.
    #[config(nested)]
    banks: Vec<Bank>,
    /// Upstreams by name.
    #[config(nested)]
    upstreams: BTreeMap<String, Upstream>,
    /// What stands among the keys around it.
    #[config(nested(prefix = ""))]
    flat: Flat,
}

/// A pool.
#[derive(Config)]
#[config(rule(min != 7 || max == 7, "seven needs seven"))]
#[allow(dead_code)]
struct Pool {
    /// The least.
    #[config(default = 2)]
    min: u32,
    /// The most.
    #[config(default = 10, range = 1..=1000)]
    max: u32,
    /// How long one waits.
    #[config(default = "1s")]
    max_wait: Duration,
}

/// Security of the transport.
#[derive(Config)]
#[allow(dead_code)]
struct Tls {
    /// Whether there is any.
    #[config(default = false)]
    enabled: bool,
}

/// A server of mail.
#[derive(Config)]
#[allow(dead_code)]
struct Mail {
    /// Its host, which must be set.
    host: String,
    /// Its port.
    #[config(default = 25)]
    port: u16,
}

/// Where files are.
#[derive(Config)]
#[allow(dead_code)]
enum Storage {
    /// Nowhere.
    Memory,
    /// On disk.
    Disk(Disk),
    /// In a bucket.
    S3(Bucket),
}

/// A disk.
#[derive(Config)]
#[allow(dead_code)]
struct Disk {
    /// Its folder.
    #[config(default = "/tmp")]
    folder: PathBuf,
}

/// A bucket.
#[derive(Config)]
#[allow(dead_code)]
struct Bucket {
    /// Its name, which must be set.
    bucket: String,
    /// Its region.
    region: Option<String>,
}

/// A bank.
#[derive(Config)]
#[config(rule(weight < 5 || name != "small", "a small bank has no weight"))]
#[allow(dead_code)]
struct Bank {
    /// Its name, which must be set.
    name: String,
    /// Its weight.
    #[config(default = 1)]
    weight: u8,
}

/// An upstream.
#[derive(Config)]
#[allow(dead_code)]
struct Upstream {
    /// Where it is.
    #[config(format = "url")]
    url: String,
    /// How often it is tried.
    #[config(default = 1)]
    max_tries: u8,
}

/// What stands among the keys around it.
#[derive(Config)]
#[allow(dead_code)]
struct Flat {
    /// Something at night.
    #[config(default = false)]
    at_night: bool,
}

/// How much is logged.
#[derive(ConfigValue, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Level {
    /// What an operator wants to know.
    Info,
    /// Everything.
    Debug,
}

/// Values to put at a place; the numbers count those that a load takes, from the first.
fn places() -> Vec<(&'static str, usize, Vec<Value>)> {
    let long = "a".repeat(9);
    vec![
        (
            "/port",
            4,
            vec![
                json!(1),
                json!("80"),
                json!(80),
                json!(" 443 "),
                json!(0),
                json!(60001),
                json!("x"),
                json!(true),
                json!("007"),
            ],
        ),
        (
            "/retries",
            4,
            vec![json!(0), json!(19), json!("+1"), json!(9), json!(20), json!(-1), json!(1.5), json!([])],
        ),
        ("/shards", 3, vec![json!(1), json!(2), json!("4"), json!(3), json!(null)]),
        ("/workers", 2, vec![json!(1), json!("255"), json!(0), json!(256)]),
        ("/large", 3, vec![json!(u64::MAX), json!("18446744073709551615"), json!(null), json!(-1)]),
        (
            "/share",
            5,
            vec![
                json!(0),
                json!(1),
                json!(0.25),
                json!(".5"),
                json!("1e-3"),
                json!(1.01),
                json!("nan"),
                json!(-0.1),
            ],
        ),
        (
            "/receipts",
            6,
            vec![
                json!(false),
                json!("no"),
                json!("OFF"),
                json!("0"),
                json!(true),
                json!("Yes"),
                json!(1),
                json!("maybe"),
            ],
        ),
        ("/mark", 3, vec![json!("x"), json!("\u{e9}"), json!("\u{1f980}"), json!("xy"), json!(""), json!(1)]),
        (
            "/name",
            4,
            vec![
                json!("main"),
                json!("a-b"),
                json!("zz."),
                json!("a_9"),
                json!("A"),
                json!("a"),
                json!(long),
                json!(1),
                json!(null),
                json!("a b"),
            ],
        ),
        ("/region", 2, vec![json!("eu"), json!("us"), json!("EU"), json!("")]),
        ("/certificate", 2, vec![json!("/etc/x"), json!(null), json!(1)]),
        (
            "/timeout",
            9,
            vec![
                json!("30s"),
                json!(300),
                json!("1m 30s"),
                json!("1.5s"),
                json!("5m"),
                json!("60"),
                json!(" 2 min "),
                json!("1000ms"),
                json!("1s"),
                json!(301),
                json!(0),
                json!("1x"),
                json!("1h"),
                json!(1.5),
                json!("1s1m"),
            ],
        ),
        (
            "/pause",
            5,
            vec![
                json!("1h30m"),
                json!("2w"),
                json!("1d 2h 3m 4s 5ms"),
                json!("1000 us"),
                json!("5 \u{b5}s 1000000000ns"),
                json!(30),
                json!("30"),
                json!("-1s"),
                json!("1M"),
                json!(""),
            ],
        ),
        (
            "/body_limit",
            5,
            vec![
                json!("1KiB"),
                json!(2048),
                json!("1.5 MiB"),
                json!("4096"),
                json!("5Mi"),
                json!(1),
                json!("1GB"),
                json!("1GiB"),
                json!(1_073_741_824),
            ],
        ),
        (
            "/flag",
            9,
            vec![
                json!(true),
                json!("Off"),
                json!(" 25 % "),
                json!("0.5%, allow alice bob"),
                json!("on , deny \"Acme Ltd\" m-1 , until 2027-01-31"),
                json!("allow a b, deny c"),
                json!("off, allow \"off\" \"m\u{fc}nchen\""),
                json!("100%,until 2028-02-29"),
                json!("ON, allow !#$ ~-+,deny eve"),
                json!("25"),
                json!(1),
                json!("yes"),
                json!("allow alice, bob"),
                json!("deny eve"),
                json!("on deny eve"),
                json!("allow m\u{fc}nchen"),
                json!("on, until tomorrow"),
                json!("on, until 2027-02-30"),
                json!("101%"),
            ],
        ),
        (
            "/listen",
            5,
            vec![
                json!("0.0.0.0:1"),
                json!("[::1]:80"),
                json!("[fe80::1%2]:80"),
                json!("1.2.3.4:00080"),
                json!("[::ffff:1.2.3.4]:1"),
                json!(":80"),
                json!("localhost:80"),
                json!("1.2.3.4:70000"),
                json!("01.2.3.4:1"),
            ],
        ),
        (
            "/address",
            3,
            vec![json!("1.2.3.4"), json!("::"), json!("2001:db8::1"), json!("256.1.1.1"), json!("x")],
        ),
        (
            "/link",
            3,
            vec![
                json!("https://a.b/c?d#e"),
                json!("x+y.z-1://\u{e9}"),
                json!("a://b"),
                json!("a:b"),
                json!("http://"),
                json!("http://a b"),
            ],
        ),
        ("/contact", 2, vec![json!("a@b.c"), json!("x.y+z@host"), json!("a@"), json!("a b@c"), json!("@b")]),
        (
            "/host",
            3,
            vec![json!("a"), json!("db.internal"), json!("a-b.c1"), json!("-a"), json!("a."), json!("a_b")],
        ),
        (
            "/id",
            1,
            vec![json!("123e4567-e89b-12d3-a456-426614174000"), json!("123e4567e89b12d3a456426614174000")],
        ),
        ("/day", 2, vec![json!("2027-01-31"), json!("2024-02-29"), json!("2027-1-31"), json!("2027-13-01")]),
        (
            "/network",
            3,
            vec![
                json!("10.0.0.0/8"),
                json!("::/0"),
                json!("2001:db8::/32"),
                json!("10.0.0.0"),
                json!("10.0.0.0/33"),
                json!("::/129"),
            ],
        ),
        ("/bytes", 2, vec![json!("00ff"), json!("AB"), json!("abc"), json!("")]),
        ("/blob", 3, vec![json!("Y29uZmln"), json!("YQ=="), json!("YWI="), json!("YQ"), json!("Y===")]),
        (
            "/level",
            4,
            vec![json!("info"), json!("debug"), json!(" DEBUG "), json!("Info"), json!("trace"), json!(1)],
        ),
        (
            "/names",
            5,
            vec![
                json!(["a", "b"]),
                json!([]),
                json!("a,b,c"),
                json!("[\"a\"]"),
                json!(["zz"]),
                json!(["A"]),
                json!(["a", "b", "c", "d"]),
                json!([1]),
                json!({}),
            ],
        ),
        (
            "/numbers",
            4,
            vec![
                json!([1, 10]),
                json!(["2"]),
                json!("1, 2"),
                json!([]),
                json!([0]),
                json!([11]),
                json!([256]),
            ],
        ),
        (
            "/waits",
            4,
            vec![json!([1, "2m"]), json!(["1h"]), json!("1s,2s"), json!(["3"]), json!(["x"]), json!([-1])],
        ),
        ("/three", 2, vec![json!([1, 2, 3]), json!("4,5,6"), json!([1, 2]), json!([1, 2, 3, 4])]),
        ("/words", 3, vec![json!(["info"]), json!(["info", "INFO"]), json!("debug"), json!(["x"])]),
        (
            "/limits",
            4,
            vec![
                json!({ "x": 1 }),
                json!({ "x": "2", "y y": 100 }),
                json!("a=1,b=2"),
                json!({}),
                json!({ "x": 0 }),
                json!({ "x": 1, "y": 1, "z": 1 }),
                json!([]),
            ],
        ),
        ("/pair", 2, vec![json!(["a", 1]), json!("a,2"), json!(["a"]), json!(["a", 256])]),
        ("/subnet", 1, vec![json!("10.0.0.0/8"), json!({})]),
        ("/token", 2, vec![json!("in a file"), json!(null), json!(1)]),
        ("/spare", 1, vec![json!("x"), json!(null)]),
        ("/token_hint", 1, vec![json!("ask")]),
        ("/outside", 1, vec![json!(null), json!("x")]),
        ("/old", 1, vec![json!("x"), json!(1)]),
        ("/pool", 2, vec![json!({}), json!(null), json!(1), json!([])]),
        ("/pool/min", 3, vec![json!(1), json!("2"), json!(7), json!(-1), json!(2000)]),
        ("/pool/max", 3, vec![json!(7), json!("100"), json!(10), json!(0), json!(1001)]),
        ("/tls/enabled", 3, vec![json!(true), json!("on"), json!(false), json!("x")]),
        (
            "/mail",
            3,
            vec![
                json!({}),
                json!(null),
                json!({ "host": "m" }),
                json!({ "port": 1 }),
                json!({ "host": null, "port": 1 }),
            ],
        ),
        ("/mail/host", 1, vec![json!("m"), json!(null)]),
        (
            "/storage",
            9,
            vec![
                json!("memory"),
                json!("DISK"),
                json!({ "disk": {} }),
                json!({ "memory": {} }),
                json!({ "disk": { "folder": "/x" } }),
                json!({ "s3": { "bucket": "b" } }),
                json!({ "": "disk", "s3": { "bucket": "b" } }),
                json!({ "": "memory" }),
                json!({ "disk": null }),
                json!("s3"),
                json!({}),
                json!({ "s3": {} }),
                json!({ "disk": {}, "memory": {} }),
                json!("tape"),
                json!({ "memory": 1 }),
                json!(null),
                json!(1),
                json!({ "memory": { "x": 1 } }),
            ],
        ),
        (
            "/banks",
            5,
            vec![
                json!([]),
                json!([{ "name": "a" }]),
                json!([{ "name": "small", "weight": 4 }]),
                json!(null),
                json!([{ "name": "a", "weight": "9" }, { "name": "b" }]),
                json!([{}]),
                json!([{ "name": "small", "weight": 5 }]),
                json!([{ "name": "a", "x": 1 }]),
                json!({}),
                json!([null]),
            ],
        ),
        (
            "/upstreams",
            4,
            vec![
                json!({}),
                json!({ "eu": { "url": "a://b" } }),
                json!({ "eu": null }),
                json!({ "eu": { "url": "a://b", "max-tries": 3 } }),
                json!({ "eu": {} }),
                json!({ "eu": { "url": "x" } }),
                json!([]),
            ],
        ),
        ("/at_night", 1, vec![json!(true), json!("x")]),
        // Other spellings.
        ("/pool_min", 1, vec![json!(1), json!("x")]),
        ("/pool_max_wait", 1, vec![json!("2s"), json!("x")]),
        ("/pool_max/wait", 1, vec![json!("2s"), json!("x")]),
        ("/body/limit", 1, vec![json!("2KiB"), json!(0)]),
        ("/Ancient-Key", 1, vec![json!("x")]),
        ("/ancient/key", 1, vec![json!("x")]),
        ("/mail_host", 1, vec![json!("m")]),
        ("/storage_s3_bucket", 1, vec![json!("b")]),
        ("/unknown", 0, vec![json!(1)]),
        ("/Port", 0, vec![json!(1)]),
    ]
}

/// A document that most places are left out of.
fn random(rng: &mut TestRng, places: &[(&str, usize, Vec<Value>)]) -> Value {
    let mut document = json!({ "name": "main", "storage": "memory" });
    let mut below = |most: usize| (rng.next_u64() % most as u64) as usize;
    let errs = below(2) == 0;
    for (place, valid, values) in places {
        let is_odd = *valid == 0 || !places.iter().take(46).any(|(known, ..)| known == place);
        if below(if is_odd { 60 } else { 8 }) != 0 {
            continue;
        }
        let pool = if errs && below(4) == 0 || *valid == 0 { values.len() } else { *valid };
        put(&mut document, place, values[below(pool)].clone());
    }
    document
}

fn put(document: &mut Value, place: &str, value: Value) {
    let mut at = document;
    for segment in place.split('/').skip(1) {
        if !at.is_object() {
            *at = json!({});
        }
        at = &mut at[segment];
    }
    *at = value;
}

/// What a load says of the document.
fn load(path: &std::path::Path, document: &Value) -> Result<(), String> {
    fs::write(path, document.to_string()).expect("it can be written");
    Everything::loader()
        .source(Env::from_pairs([("EVERYTHING_TOKEN", "secret")]))
        .source(File::required(path).syntax(Syntax::Json))
        .load()
        .map(drop)
        .map_err(|report| report.to_string())
}

struct Scratch(PathBuf);

impl Scratch {
    fn new(name: &str) -> Self {
        Self(std::env::temp_dir().join(format!("confident-docs-{name}-{}.json", std::process::id())))
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // What is left in the folder for temporary files goes away by itself.
        let _ = fs::remove_file(&self.0);
    }
}

const VALIDATOR: &str = "
import json, sys
from jsonschema import Draft202012Validator
task = json.load(sys.stdin)
Draft202012Validator.check_schema(task['schema'])
validator = Draft202012Validator(task['schema'])
def pointer(error):
    return ''.join('/' + str(step) for step in error.absolute_path)
print(json.dumps([sorted({pointer(error) for error in validator.iter_errors(document)}) for document in task['documents']]))
";

/// Where each document breaks the schema; none where the validator is not installed. In CI that is a failure.
fn validate(schema: &Value, documents: &[Value]) -> Option<Vec<Vec<String>>> {
    let task = json!({ "schema": schema, "documents": documents }).to_string();
    let what = format!("{} documents", documents.len());
    let printed = python::python("jsonschema", VALIDATOR, &task, &what)?;
    Some(serde_json::from_str(&printed).expect("it is JSON"))
}

fn schema(manifest: &Manifest) -> Value {
    serde_json::from_str(&document(manifest, Format::JsonSchema)).expect("it is JSON")
}

#[test]
fn what_a_load_takes_is_valid() {
    let scratch = Scratch::new("random");
    let places = places();
    let mut documents = Vec::new();
    for (place, _, values) in &places {
        for value in values {
            let mut document = json!({ "name": "main", "storage": "memory" });
            put(&mut document, place, value.clone());
            documents.push(document);
        }
    }
    let mut rng = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    documents.extend((0..3000).map(|_| random(&mut rng, &places)));
    let Some(found) = validate(&schema(Everything::manifest()), &documents) else { return };
    let (mut taken, mut refused, mut missed) = (0, 0, Vec::new());
    for (document, errors) in documents.iter().zip(found) {
        match load(&scratch.0, document) {
            Ok(()) => {
                taken += 1;
                assert!(
                    errors.is_empty(),
                    "a load takes this, the schema does not, at {errors:?}: {document}"
                );
            }
            // That a secret is there, no file says.
            Err(report) if errors.is_empty() && report.contains("a hint needs the spare token") => {}
            Err(_) if errors.is_empty() => missed.push(document),
            Err(_) => refused += 1,
        }
    }
    println!("{taken} taken, {refused} refused by both, {} by the load alone", missed.len());
    assert!(taken > 700 && refused > 700, "{taken} taken, {refused} refused");
    // What is left to the load: ranges of numbers that stand as text, other spellings, keys compared with keys.
    assert!(missed.len() * 10 < refused, "{} of {refused} are left to the load", missed.len());
}

#[test]
fn what_breaks_the_contract_is_refused_at_its_place() {
    let scratch = Scratch::new("broken");
    let cases: [(&str, Value, &str); 44] = [
        ("/port", json!(0), "/port"),
        ("/port", json!("x"), "/port"),
        ("/port", json!(true), "/port"),
        ("/retries", json!(20), "/retries"),
        ("/shards", json!(3), "/shards"),
        ("/workers", json!(0), "/workers"),
        ("/large", json!(-1), "/large"),
        ("/share", json!(1.5), "/share"),
        ("/receipts", json!("maybe"), "/receipts"),
        ("/receipts", json!(1), "/receipts"),
        ("/mark", json!("xy"), "/mark"),
        ("/name", json!("a b"), "/name"),
        ("/name", json!("abcdefghi"), "/name"),
        ("/name", json!(null), "/name"),
        ("/region", json!("asia"), "/region"),
        ("/timeout", json!(301), "/timeout"),
        ("/timeout", json!("5"), ""),
        ("/timeout", json!("1 parsec"), "/timeout"),
        ("/pause", json!("30"), "/pause"),
        ("/pause", json!(30), "/pause"),
        ("/body_limit", json!("1GB"), "/body_limit"),
        ("/body_limit", json!(1), "/body_limit"),
        ("/listen", json!("localhost:80"), "/listen"),
        ("/flag", json!("25"), "/flag"),
        ("/flag", json!("allow alice, bob"), "/flag"),
        ("/address", json!("256.1.1.1"), "/address"),
        ("/link", json!("not a url"), "/link"),
        ("/day", json!("2027-13-01"), "/day"),
        ("/level", json!("trace"), "/level"),
        ("/names", json!(["A"]), "/names"),
        ("/names", json!(["a", "b", "c", "d"]), "/names"),
        ("/three", json!([1, 2]), "/three"),
        ("/limits", json!({ "x": 0 }), "/limits"),
        ("/outside", json!("x"), "/outside"),
        ("/unknown", json!(1), ""),
        ("/pool/min", json!(-1), "/pool/min"),
        ("/pool/unknown", json!(1), "/pool"),
        ("/mail", json!({ "port": 1 }), "/mail"),
        ("/storage", json!("s3"), "/storage"),
        ("/storage", json!({ "s3": { "region": "x" } }), "/storage/s3"),
        ("/banks", json!([{ "name": "a" }, {}]), "/banks/1"),
        ("/upstreams", json!({ "eu": { "url": "x" } }), "/upstreams/eu/url"),
        // Rules: TLS without a certificate, of an element.
        ("/tls/enabled", json!(true), ""),
        ("/banks", json!([{ "name": "small", "weight": 5 }]), "/banks/0"),
    ];
    let documents: Vec<Value> = cases
        .iter()
        .map(|(place, value, _)| {
            let mut document = json!({ "name": "main", "storage": "memory" });
            put(&mut document, place, value.clone());
            document
        })
        .collect();
    let Some(found) = validate(&schema(Everything::manifest()), &documents) else { return };
    for ((case, document), errors) in cases.iter().zip(&documents).zip(found) {
        if case.1 == json!("5") {
            // A control: with the unit of the key, this is right.
            assert!(errors.is_empty() && load(&scratch.0, document).is_ok(), "{document}");
            continue;
        }
        assert!(load(&scratch.0, document).is_err(), "a load takes {document}");
        assert_eq!(errors, [case.2], "{document}");
    }
}

#[test]
fn the_schemas_of_real_programs_are_valid() {
    for manifest in [
        svix::Settings::manifest(),
        crates_io::Server::manifest(),
        docs_rs::Settings::manifest(),
        common::Payments::manifest(),
        large::Fleet::manifest(),
    ] {
        let schema = schema(manifest);
        let Some(found) = validate(&schema, &[json!({ "no such name": 1 })]) else { return };
        assert!(!found[0].is_empty(), "{}", manifest.app);
    }
}

#[test]
fn no_secret_has_a_value() {
    fn look(schema: &Value, count: &mut usize) {
        if schema["writeOnly"] == true {
            *count += 1;
            for keyword in ["default", "examples", "const", "enum"] {
                assert!(schema.get(keyword).is_none(), "{schema}");
            }
        }
        match schema {
            Value::Object(all) => all.values().for_each(|inner| look(inner, count)),
            Value::Array(all) => all.iter().for_each(|inner| look(inner, count)),
            _ => {}
        }
    }
    let mut count = 0;
    look(&schema(common::Payments::manifest()), &mut count);
    assert_eq!(count, 4);
}

#[test]
fn the_schema_says_what_the_manifest_says() {
    let schema = schema(Everything::manifest());
    let all = &schema["properties"];
    assert_eq!(all["port"]["default"], 8080);
    assert_eq!(all["port"]["title"], "port");
    assert_eq!(all["port"]["description"], "A port.");
    assert_eq!(all["port"]["anyOf"][0], json!({ "type": "integer", "minimum": 1, "maximum": 60000 }));
    assert_eq!(all["retries"]["anyOf"][0]["exclusiveMaximum"], 20);
    assert_eq!(all["timeout"]["anyOf"][1], json!({ "type": "integer", "minimum": 1, "maximum": 300 }));
    assert_eq!(all["name"]["pattern"], "^[a-z][0-9A-Za-z_\\-]*\\.?$");
    assert_eq!(all["name"]["examples"], json!(["main"]));
    assert_eq!(all["region"]["anyOf"][0]["enum"], json!(["eu", "us"]));
    assert_eq!(
        all["level"]["anyOf"][0]["anyOf"][0]["oneOf"][0],
        json!({ "const": "info", "description": "What an operator wants to know." })
    );
    assert_eq!(all["old"]["deprecated"], true);
    assert_eq!(all["token"]["writeOnly"], true);
    assert_eq!(schema["additionalProperties"], false);
    assert_eq!(schema["then"]["required"], json!(["name", "storage"]));
    let comment = schema["then"]["$comment"].as_str().unwrap_or_default();
    assert!(comment.contains("the pool cannot keep more than it may open"), "{comment}");
    assert!(comment.contains("a hint needs the spare token"), "{comment}");
    let rules = schema["then"]["allOf"].as_array().expect("there are rules");
    assert_eq!(rules.len(), 4);
    assert_eq!(rules[0]["description"], "TLS needs a certificate");
    assert!(rules[0]["if"].is_object() && rules[0]["then"].is_object());
}
