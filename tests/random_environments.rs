//! Whole loads of a rich configuration from random environments: a load never panics, and whatever is
//! wrong, no secret shows.

#![allow(clippy::unwrap_used)] // a test that cannot go on may stop

use std::{
    collections::{BTreeMap, BTreeSet},
    ffi::{OsStr, OsString},
    net::SocketAddr,
    path::PathBuf,
    sync::LazyLock,
    time::Duration,
};

use confident::{
    ByteSize, Config, ConfigValue, Env, ExposeSecret, Flag, Loaded, Problem, Report, SecretBox, SecretString,
};
use proptest::{prelude::*, strategy::ValueTree, test_runner::TestRunner};

/// A secret text. Nothing but the environments made here holds it.
const TOKEN: &str = "tkn7Qx9Zr2Lw";
/// A secret number.
const NUMBER: &str = "739184265";

/// A shop.
#[derive(Config)]
#[config(
    app = "shop",
    rule(!strict || api_key.is_some(), "strict shops have a key"),
    rule(pool.min <= pool.max, "the pool cannot keep more than it may open"),
    rule(pin.is_none() || tls.is_some(), "a PIN travels over TLS"),
    rule(database_url.expose_secret().len() != 7, "seven bytes bring bad luck"),
    validate(check, "the key is not the name")
)]
struct Settings {
    /// Where it listens.
    #[config(default = "127.0.0.1:8080", sources("env"))]
    listen: SocketAddr,
    /// How long a request may take.
    #[config(default = "30s", range = "1s"..="5m", live)]
    timeout: Duration,
    /// Its name.
    #[config(default = "shop", pattern = "^[a-z]+$", len = 2..=12)]
    name: String,
    /// Its directory.
    directory: Option<PathBuf>,
    /// Its workers.
    #[config(default = 4, range = 1..=64, forbidden_in("staging"))]
    workers: u16,
    /// Whether more is checked.
    #[config(default = false)]
    strict: bool,
    /// Its labels.
    labels: Option<BTreeMap<String, u8>>,
    /// Its modes.
    #[config(default = ["fast"], one_of = ["fast", "safe"], separator = ";")]
    modes: Vec<String>,
    /// Its cache.
    #[config(default = "16MiB", deprecated(since = "0.0.1", note = "it caches by itself"))]
    cache: ByteSize,
    /// Whether it tries something out, for longer than it was to.
    #[config(default = "off", live, owner = "shop", review_by = "2020-01-31")]
    trial: Flag,
    /// How much it logs.
    level: Option<Level>,
    /// Its database.
    #[config(format = "url", len = 4..=60)]
    database_url: SecretString,
    /// Its key.
    #[config(alias = "SHOP_OLD_KEY", pattern = "^[a-zA-Z0-9]+$", required_in("production"))]
    api_key: Option<SecretString>,
    /// Its PIN.
    #[config(range = 1..=999_999)]
    pin: Option<SecretBox<u32>>,
    /// Its tokens.
    #[config(len = 1..=2)]
    tokens: Option<Vec<SecretString>>,
    /// Its keys by name.
    keyring: Option<BTreeMap<String, SecretString>>,
    /// A number that reads itself.
    #[config(parse)]
    seed: Option<SecretBox<u64>>,
    /// Its connections.
    #[config(nested)]
    pool: Pool,
    /// Its certificates.
    #[config(nested)]
    tls: Option<Tls>,
    /// Where it keeps things.
    #[config(nested)]
    storage: Storage,
    /// Who may enter.
    #[config(nested)]
    auths: Vec<Auth>,
    /// What it asks.
    #[config(nested)]
    upstreams: BTreeMap<String, Upstream>,
}

/// Says too much: it quotes the secret.
fn check(settings: &Settings) -> Result<(), String> {
    match &settings.api_key {
        Some(key) if key.expose_secret().len() > 6 => {
            Err(format!("the key {} is too much like {}", key.expose_secret(), settings.name))
        }
        _ => Ok(()),
    }
}

/// How much to log.
#[derive(ConfigValue)]
enum Level {
    /// Little.
    Info,
    /// Much.
    Debug,
}

/// Connections.
#[derive(Config)]
struct Pool {
    /// The least.
    #[config(default = 2)]
    min: u32,
    /// The most.
    #[config(default = 10, range = 1..=1000)]
    max: u32,
    /// The password.
    password: Option<SecretString>,
}

/// Certificates.
#[derive(Config)]
#[config(rule(days > 0, "a certificate holds for a day at least"))]
struct Tls {
    /// The certificate.
    certificate: PathBuf,
    /// The key.
    private_key: SecretString,
    /// Its days.
    #[config(default = 90)]
    days: u32,
}

/// Where things are kept.
#[derive(Config)]
enum Storage {
    /// In memory.
    #[config(default)]
    Memory,
    /// On a disk.
    Disk(Disk),
    /// In a bucket.
    S3(Bucket),
}

/// A disk.
#[derive(Config)]
struct Disk {
    /// The directory.
    path: PathBuf,
}

/// A bucket.
#[derive(Config)]
struct Bucket {
    /// Its name.
    bucket: String,
    /// Its key.
    secret_key: SecretString,
}

/// Who may enter.
#[derive(Config)]
#[config(rule(active || token.is_some(), "who may not enter shows nothing"))]
struct Auth {
    /// The token.
    token: Option<SecretString>,
    /// Whether it is used.
    #[config(default = true)]
    active: bool,
    /// Its roles.
    #[config(default = [])]
    roles: Vec<String>,
}

/// A server to ask.
#[derive(Config)]
struct Upstream {
    /// Where.
    address: SocketAddr,
    /// The password.
    #[config(len = 3..=40)]
    password: Option<SecretString>,
}

/// Variables whose values may be seen.
const PLAIN: &[&str] = &[
    "SHOP_LISTEN",
    "SHOP_TIMEOUT",
    "SHOP_NAME",
    "SHOP_DIRECTORY",
    "SHOP_WORKERS",
    "SHOP_STRICT",
    "SHOP_LABELS",
    "SHOP_MODES",
    "SHOP_MODES_0",
    "SHOP_MODES_2",
    "SHOP_CACHE",
    "SHOP_LEVEL",
    "SHOP_TRIAL",
    "SHOP_POOL_MIN",
    "SHOP_POOL_MAX",
    "SHOP_TLS_CERTIFICATE",
    "SHOP_TLS_DAYS",
    "SHOP_STORAGE",
    "SHOP_STORAGE_DISK_PATH",
    "SHOP_STORAGE_S3_BUCKET",
    "SHOP_AUTHS_0_ACTIVE",
    "SHOP_AUTHS_1_ACTIVE",
    "SHOP_AUTHS_2_ROLES",
    "SHOP_AUTHS_0_ROLES_0",
    "SHOP_UPSTREAMS_EU_ADDRESS",
    "SHOP_UPSTREAMS_US_WEST_ADDRESS",
    "SHOP_SERVICE_PORT",
    "PATH",
];

/// Variables whose values are secret.
const SECRET: &[&str] = &[
    "SHOP_DATABASE_URL",
    "SHOP_API_KEY",
    "SHOP_OLD_KEY",
    "SHOP_PIN",
    "SHOP_TOKENS",
    "SHOP_TOKENS_0",
    "SHOP_TOKENS_1",
    "SHOP_TOKENS_3",
    "SHOP_KEYRING",
    "SHOP_SEED",
    "SHOP_POOL_PASSWORD",
    "SHOP_TLS_PRIVATE_KEY",
    "SHOP_STORAGE_S3_SECRET_KEY",
    "SHOP_AUTHS_0_TOKEN",
    "SHOP_AUTHS_1_TOKEN",
    "SHOP_AUTHS_3_TOKEN",
    "SHOP_UPSTREAMS_EU_PASSWORD",
    "SHOP_UPSTREAMS_US_WEST_PASSWORD",
];

/// What secrets look like, right and wrong.
const SECRET_VALUES: &[&str] = &[
    "tkn7Qx9Zr2Lw",
    "tkn7Qx9Zr2Lw",
    "postgres://user:tkn7Qx9Zr2Lw@db/shop",
    "postgres://tkn7Qx9Zr2Lw.internal/shop?tkn7Qx9Zr2Lw",
    "tkn7Qx9Zr2Lw,tkn7Qx9Zr2Lw",
    "a, ,tkn7Qx9Zr2Lw",
    "\"tkn7Qx9Zr2Lw",
    "[\"tkn7Qx9Zr2Lw\", \"x\", \"tkn7Qx9Zr2Lw\"]",
    "a=tkn7Qx9Zr2Lw,a=tkn7Qx9Zr2Lw",
    "tkn7Qx9Zr2Lw=b",
    "  tkn7Qx9Zr2Lw\n",
    "\u{202e}tkn7Qx9Zr2Lw\u{1b}[31m",
    "tcp://tkn7Qx9Zr2Lw:80",
    "739184265",
    "739184265x",
    "-739184265",
    "4242",
    "tcp://10.0.0.1:80",
    "short",
    "",
];

/// What plain values look like, right and wrong.
const PLAIN_VALUES: &[&str] = &[
    "127.0.0.1:80",
    ":80",
    "30s",
    "30",
    "10m",
    "boutique",
    "Boutique 7",
    "5",
    "0",
    "65",
    "yes",
    "TRUE",
    "off",
    "25%, allow alice",
    "a=1,b=2",
    "a=1,a=2",
    "fast;safe",
    "slow",
    "[\"fast\"]",
    "1MiB",
    "1MB",
    "debug",
    "disk",
    "s3",
    "memory",
    "/srv/shop",
    "tcp://10.0.0.1:80",
    "",
];

/// Variables that belong together, and are right.
const RIGHT: &[&[(&str, &str)]] = &[
    &[("SHOP_LISTEN", "[::1]:80"), ("SHOP_TIMEOUT", "1m30s"), ("SHOP_NAME", "boutique")],
    &[("SHOP_STRICT", "yes"), ("SHOP_API_KEY", "k3y")],
    &[("SHOP_OLD_KEY", "k3y"), ("SHOP_CACHE", "1MiB")],
    &[("SHOP_TOKENS", "tkn7Qx9Zr2Lw, b")],
    &[("SHOP_TOKENS_0", "tkn7Qx9Zr2Lw"), ("SHOP_TOKENS_1", "739184265")],
    &[("SHOP_KEYRING", "a=tkn7Qx9Zr2Lw, b=739184265"), ("SHOP_SEED", "739184265")],
    &[("SHOP_POOL_PASSWORD", "tkn7Qx9Zr2Lw"), ("SHOP_POOL_MIN", "5")],
    &[("SHOP_TLS_PRIVATE_KEY", "tkn7Qx9Zr2Lw"), ("SHOP_TLS_CERTIFICATE", "/x"), ("SHOP_PIN", "4242")],
    &[
        ("SHOP_STORAGE", "s3"),
        ("SHOP_STORAGE_S3_BUCKET", "b"),
        ("SHOP_STORAGE_S3_SECRET_KEY", "tkn7Qx9Zr2Lw"),
    ],
    &[
        ("SHOP_STORAGE", "disk"),
        ("SHOP_STORAGE_DISK_PATH", "/srv"),
        ("SHOP_STORAGE_S3_SECRET_KEY", "tkn7Qx9Zr2Lw"),
    ],
    &[
        ("SHOP_AUTHS_0_TOKEN", "tkn7Qx9Zr2Lw"),
        ("SHOP_AUTHS_1_ACTIVE", "no"),
        ("SHOP_AUTHS_1_TOKEN", "739184265"),
    ],
    &[("SHOP_UPSTREAMS_EU_ADDRESS", "10.0.0.1:80"), ("SHOP_UPSTREAMS_EU_PASSWORD", "tkn7Qx9Zr2Lw")],
];

/// Paths for `_FILE` variables: files with a secret and without one, a missing one, a directory.
static PATHS: LazyLock<Vec<PathBuf>> = LazyLock::new(|| {
    let directory = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("random_environments");
    std::fs::create_dir_all(&directory).unwrap();
    let contents: [&[u8]; 6] = [
        b"tkn7Qx9Zr2Lw\n",
        b"postgres://user:tkn7Qx9Zr2Lw@db/shop",
        b"739184265\r\n",
        b"",
        b"tkn7Qx9Zr2Lw\xff",
        b"\"tkn7Qx9Zr2Lw\",x,\n",
    ];
    let mut paths = vec![directory.clone(), directory.join("missing")];
    for (at, content) in contents.iter().enumerate() {
        let path = directory.join(at.to_string());
        std::fs::write(&path, content).unwrap();
        paths.push(path);
    }
    paths
});

type Pair = (String, OsString);

fn value(values: &'static [&'static str]) -> impl Strategy<Value = OsString> {
    prop_oneof![
        12 => proptest::sample::select(values).prop_map(OsString::from),
        2 => "\\PC{0,12}".prop_map(OsString::from),
        1 => proptest::sample::select(values).prop_map(not_unicode),
    ]
}

#[cfg(unix)]
fn not_unicode(text: &str) -> OsString {
    use std::os::unix::ffi::OsStringExt;
    OsString::from_vec([text.as_bytes(), b"\xff"].concat())
}

#[cfg(not(unix))]
fn not_unicode(text: &str) -> OsString {
    text.into()
}

/// Names that a person may write by mistake.
fn near(name: &str, mistake: u8, at: usize) -> String {
    let at = at % name.len();
    match mistake {
        0 => format!("{name}S"),
        1 => name.to_ascii_lowercase(),
        2 => [&name[..at], &name[at + 1..]].concat(),
        3 => name.replacen('_', "__", 2),
        4 => format!("{name}_{at}"),
        5 => format!("{name}_FILE_FILE"),
        6 => name[..at.max(1)].to_owned(),
        _ => format!("SHOP_{name}"),
    }
}

fn names(names: &'static [&'static str]) -> impl Strategy<Value = String> {
    let name = || proptest::sample::select(names);
    prop_oneof![
        8 => name().prop_map(str::to_owned),
        1 => (name(), 0u8..8, any::<usize>()).prop_map(|(name, mistake, at)| near(name, mistake, at)),
    ]
}

fn variable() -> impl Strategy<Value = Pair> {
    let twins = (proptest::sample::select(SECRET), proptest::sample::select(&PATHS[..]));
    prop_oneof![
        5 => (names(PLAIN), value(PLAIN_VALUES)),
        5 => (names(SECRET), value(SECRET_VALUES)),
        2 => twins.prop_map(|(name, path)| (format!("{name}_FILE"), path.into_os_string())),
    ]
}

/// An environment, more often than not with what is required.
fn environment() -> impl Strategy<Value = Vec<Pair>> {
    let url = || ("SHOP_DATABASE_URL".to_owned(), OsString::from("postgres://user:tkn7Qx9Zr2Lw@db/shop"));
    let base = prop_oneof![Just(Vec::new()), Just(vec![url()]), Just(vec![url()])];
    let right = proptest::sample::subsequence(RIGHT, 0..5);
    let random = prop_oneof![
        1 => proptest::collection::vec(variable(), 0..3),
        2 => proptest::collection::vec(variable(), 0..12),
    ];
    (base, right, random).prop_map(|(mut base, right, random)| {
        let pair = |(name, value): &(&str, &str)| ((*name).to_owned(), OsString::from(value));
        base.extend(right.into_iter().flatten().map(pair));
        base.extend(random);
        // An environment has every name once. A near miss of a secret's name may be the name of a
        // plain key: what stands there is no secret.
        let mut seen = BTreeSet::new();
        base.retain(|(name, value)| {
            let is_seen = PLAIN.contains(&name.as_str()) && holds_a_secret(value);
            !is_seen && seen.insert(name.clone())
        });
        base
    })
}

fn holds_a_secret(value: &OsStr) -> bool {
    let text = value.to_string_lossy();
    text.contains(TOKEN) || text.contains(NUMBER)
}

fn profile() -> impl Strategy<Value = Option<&'static str>> {
    proptest::sample::select(vec![None, Some("production"), Some("staging")])
}

fn load(pairs: &[Pair], profile: Option<&str>) -> Result<Loaded<Settings>, Report> {
    let loader = Settings::loader().source(Env::from_pairs(pairs.iter().map(|(name, value)| (name, value))));
    match profile {
        Some(profile) => loader.profile(profile).load_with_warnings(),
        None => loader.load_with_warnings(),
    }
}

/// Everything that a program could print of a load.
fn shown(loaded: &Result<Loaded<Settings>, Report>) -> String {
    match loaded {
        Ok(loaded) => {
            let Loaded { settings, warnings, .. } = loaded;
            let lines: String = warnings.iter().map(|warning| warning.as_warning().to_string()).collect();
            let json = serde_json::to_string_pretty(warnings).unwrap();
            format!("{settings:?}{settings:#?}{loaded:?}{warnings:#?}{lines}{json}")
        }
        Err(report) => {
            let json = serde_json::to_string(report).unwrap();
            let problems = report.problems();
            let messages: String =
                problems.iter().flat_map(|problem| [problem.message(), problem.subject()]).collect();
            format!("{report}{report:#}{report:?}{report:#?}{problems:?}{messages}{json}")
        }
    }
}

fn shows_a_secret(shown: &str) -> bool {
    shown.contains(TOKEN) || shown.contains(NUMBER)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, ..ProptestConfig::default() })]

    #[test]
    fn no_load_panics_and_no_secret_shows(
        pairs in environment(),
        profile in profile(),
    ) {
        let loaded = load(&pairs, profile);
        let shown = shown(&loaded);
        prop_assert!(!shows_a_secret(&shown), "{}", shown);
        if let Ok(Loaded { settings, .. }) = &loaded {
            // What a load accepts keeps the constraints and the rules.
            prop_assert!((1..=64).contains(&settings.workers));
            prop_assert!(settings.pool.min <= settings.pool.max);
            prop_assert!(settings.pin.is_none() || settings.tls.is_some());
            prop_assert!(!settings.strict || settings.api_key.is_some());
            prop_assert!(profile != Some("production") || settings.api_key.is_some());
        }
    }

    /// The same variables in another order are the same environment.
    #[test]
    fn the_order_of_variables_does_not_matter(pairs in environment()) {
        let mut reversed = pairs.clone();
        reversed.reverse();
        let codes = |loaded: &Result<Loaded<Settings>, Report>| {
            let (problems, warnings) = match loaded {
                Ok(loaded) => (&[][..], &loaded.warnings[..]),
                Err(report) => (report.problems(), report.warnings()),
            };
            let all = problems.iter().chain(warnings);
            let mut codes: Vec<String> =
                all.map(|problem| format!("{} {}", problem.code(), problem.subject())).collect();
            codes.sort();
            codes
        };
        prop_assert_eq!(codes(&load(&pairs, None)), codes(&load(&reversed, None)));
    }
}

/// What is wrong, line by line.
fn lines<'p>(problems: impl IntoIterator<Item = &'p Problem>) -> Vec<String> {
    let line = |problem: &Problem| {
        format!("{} {} {} {:?}", problem.code(), problem.subject(), problem.message(), problem.notes())
    };
    let mut lines: Vec<String> = problems.into_iter().map(line).collect();
    lines.sort();
    lines
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, ..ProptestConfig::default() })]

    /// A check of the manifest, without the types of the program, says word for word what a load says, but for what
    /// only the program knows.
    #[test]
    fn a_check_without_the_program_says_what_a_load_says(pairs in environment(), profile in profile()) {
        let loaded = match load(&pairs, profile) {
            Ok(loaded) => lines(&loaded.warnings),
            Err(report) => lines(report.problems().iter().chain(report.warnings())),
        };
        let check = Settings::MANIFEST.check();
        let check = check.source(Env::from_pairs(pairs.iter().map(|(name, value)| (name, value))));
        let checked = match profile {
            Some(profile) => check.profile(profile).run(),
            None => check.run(),
        };
        let checked = lines(checked.report.problems().iter().chain(checked.report.warnings()));
        let is_of_the_program = |line: &String| {
            line.starts_with("validation ")
                || line.contains("SHOP_SEED ")
                || line.contains("seven bytes bring bad luck")
                || line.contains("shadowed ")
        };
        let loaded: Vec<_> = loaded.into_iter().filter(|line| !is_of_the_program(line)).collect();
        let checked: Vec<_> = checked.into_iter().filter(|line| !is_of_the_program(line)).collect();
        prop_assert_eq!(checked, loaded);
    }
}

/// Without this, the test above would hold for a report that says nothing.
#[test]
fn the_check_sees_a_token_in_a_plain_key() {
    let url = ("SHOP_DATABASE_URL".to_owned(), OsString::from("postgres://db/shop"));
    let plant = |name: &str, value: &str| [url.clone(), (name.to_owned(), value.into())];
    let refused = load(&plant("SHOP_NAME", TOKEN), None);
    assert!(refused.is_err() && shows_a_secret(&shown(&refused)));
    let refused = load(&plant("SHOP_WORKERS", NUMBER), None);
    assert!(refused.is_err() && shows_a_secret(&shown(&refused)));
    let accepted = load(&plant("SHOP_DIRECTORY", TOKEN), None);
    assert!(accepted.is_ok() && shows_a_secret(&shown(&accepted)));
    let warned = load(&plant(&format!("SHOP_{TOKEN}"), "x"), None);
    assert!(warned.is_ok() && shows_a_secret(&shown(&warned)));
}

/// Without this, the test above would hold for environments that are all wrong in one way.
#[test]
fn random_environments_reach_every_kind_of_problem() {
    let mut runner = TestRunner::deterministic();
    let environments = environment();
    let mut reached = BTreeSet::new();
    let mut accepted_secrets = BTreeSet::new();
    for _ in 0..2000 {
        let pairs = environments.new_tree(&mut runner).unwrap().current();
        let profile = profile().new_tree(&mut runner).unwrap().current();
        match load(&pairs, profile) {
            Ok(Loaded { settings, warnings, .. }) => {
                reached.insert("accepted");
                reached.extend(warnings.iter().map(|warning| warning.code().as_str()));
                let mut note = |name, is_set| accepted_secrets.extend(if is_set { Some(name) } else { None });
                note("database", settings.database_url.expose_secret().contains(TOKEN));
                note("pin", settings.pin.is_some());
                note("tokens", settings.tokens.is_some());
                note("keyring", settings.keyring.is_some());
                note("auths", settings.auths.iter().any(|auth| auth.token.is_some()));
                note("upstreams", settings.upstreams.values().any(|upstream| upstream.password.is_some()));
                note(
                    "storage",
                    matches!(&settings.storage, Storage::S3(s3) if !s3.secret_key.expose_secret().is_empty()),
                );
                note("tls", settings.tls.is_some());
            }
            Err(report) => {
                let all = report.problems().iter().chain(report.warnings());
                reached.extend(all.map(|problem| problem.code().as_str()));
            }
        }
    }
    for code in confident::Code::ALL {
        // No third-party struct, one source only, which every key may come from, no files, no list of profiles and
        // none of removed names.
        use confident::Code::{Fallback, Foreign, Profile, Removed, Shadowed, Store, Tracked, WrongSource};
        let is_possible = !matches!(
            code,
            Fallback | Foreign | Profile | Removed | Shadowed | Store | Tracked | WrongSource
        );
        assert_eq!(reached.contains(code.as_str()), is_possible, "{code}");
    }
    assert!(reached.contains("accepted"));
    let all = ["auths", "database", "keyring", "pin", "storage", "tls", "tokens", "upstreams"];
    assert_eq!(accepted_secrets, BTreeSet::from(all));
}
