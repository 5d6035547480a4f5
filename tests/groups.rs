//! Groups of every shape: nested, flattened, optional, chosen, in lists and in maps.

use std::collections::BTreeMap;

use confident::{Code, Config, Env, Report, Root};

fn load<R: Root>(pairs: &[(&str, &str)]) -> Result<R, Report> {
    R::loader().source(Env::from_pairs(pairs.iter().copied())).load()
}

fn problems<R: Root>(pairs: &[(&str, &str)]) -> Vec<(Code, String, String)> {
    let Err(report) = load::<R>(pairs) else { panic!("something is wrong") };
    report
        .problems()
        .iter()
        .map(|problem| (problem.code(), problem.subject().to_owned(), problem.message().to_owned()))
        .collect()
}

/// A program.
#[derive(Config)]
#[config(app = "my-app")]
struct Settings {
    /// Under its own name.
    #[config(nested)]
    pool: Pool,
    /// Under another name in variables.
    #[config(nested(prefix = "DB"))]
    database: Pool,
    /// Among the other keys.
    #[config(nested(prefix = ""))]
    common: Common,
    /// Under another name everywhere.
    #[config(nested, rename = "spare-pool")]
    backup: Pool,
}

/// A pool.
#[derive(Config, Clone)]
struct Pool {
    /// Most of them.
    #[config(default = 10)]
    max_size: u32,
    /// Exactly named.
    #[config(default = 1, rename = "least")]
    min: u32,
}

/// Keys that many programs have.
#[derive(Config)]
struct Common {
    /// How much is logged.
    #[config(default = "info", env = "RUST_LOG")]
    log: String,
    /// Where it runs.
    region: Option<String>,
}

#[test]
fn names_follow_the_tree() {
    let names: Vec<_> = Settings::MANIFEST.keys().map(|entry| (entry.path, entry.variable)).collect();
    assert_eq!(
        names,
        [
            ("pool.max_size", "MY_APP_POOL_MAX_SIZE"),
            ("pool.least", "MY_APP_POOL_LEAST"),
            ("database.max_size", "MY_APP_DB_MAX_SIZE"),
            ("database.least", "MY_APP_DB_LEAST"),
            ("log", "RUST_LOG"),
            ("region", "MY_APP_REGION"),
            ("spare-pool.max_size", "MY_APP_SPARE_POOL_MAX_SIZE"),
            ("spare-pool.least", "MY_APP_SPARE_POOL_LEAST"),
        ]
    );
}

#[test]
fn each_key_reads_its_own_variable() {
    let settings: Settings = load(&[
        ("MY_APP_POOL_MAX_SIZE", "1"),
        ("MY_APP_DB_MAX_SIZE", "2"),
        ("MY_APP_SPARE_POOL_MAX_SIZE", "3"),
        ("MY_APP_DB_LEAST", "4"),
        ("RUST_LOG", "debug"),
        ("MY_APP_REGION", "eu"),
    ])
    .expect("all is valid");
    let sizes = [settings.pool.max_size, settings.database.max_size, settings.backup.max_size];
    assert_eq!((sizes, settings.database.min), ([1, 2, 3], 4));
    assert_eq!((settings.common.log.as_str(), settings.common.region.as_deref()), ("debug", Some("eu")));
}

#[test]
fn rename_all_is_for_paths_and_leaves_variables() {
    /// A program.
    #[derive(Config)]
    #[config(app = "prog", prefix = "", rename_all = "camelCase")]
    #[allow(dead_code)]
    struct Prog {
        /// A size.
        max_size: u32,
        /// A group.
        #[config(nested)]
        inner_group: Pool,
    }
    let names: Vec<_> = Prog::MANIFEST.keys().map(|entry| (entry.path, entry.variable)).collect();
    assert_eq!(
        names,
        [
            ("maxSize", "MAX_SIZE"),
            ("innerGroup.max_size", "INNER_GROUP_MAX_SIZE"),
            ("innerGroup.least", "INNER_GROUP_LEAST"),
        ]
    );
}

/// A program with a group that may be left out.
#[derive(Config)]
#[config(app = "mailer")]
struct Mailer {
    /// How mail is sent, if it is.
    #[config(nested)]
    smtp: Option<Smtp>,
}

/// A mail server.
#[derive(Config)]
struct Smtp {
    /// Where it is.
    host: String,
    /// Who logs in.
    user: String,
    /// Which port.
    #[config(default = 25)]
    port: u16,
}

#[test]
fn an_optional_group_without_any_key_is_none() {
    assert!(load::<Mailer>(&[]).expect("nothing is needed").smtp.is_none());
    // An empty variable is the same as none, for a number.
    assert!(load::<Mailer>(&[("MAILER_SMTP_PORT", "")]).expect("nothing is needed").smtp.is_none());
}

#[test]
fn an_optional_group_with_all_its_keys_is_some() {
    let mailer: Mailer = load(&[("MAILER_SMTP_HOST", "mx"), ("MAILER_SMTP_USER", "ada")]).expect("complete");
    let smtp = mailer.smtp.expect("it is there");
    assert_eq!((smtp.host.as_str(), smtp.user.as_str(), smtp.port), ("mx", "ada", 25));
}

#[test]
fn an_optional_group_with_some_of_its_keys_says_which_key_woke_it() {
    assert_eq!(
        problems::<Mailer>(&[("MAILER_SMTP_PORT", "587")]),
        [
            (
                Code::Missing,
                "MAILER_SMTP_HOST".to_owned(),
                "required because MAILER_SMTP_PORT is set, but no source has it".to_owned()
            ),
            (
                Code::Missing,
                "MAILER_SMTP_USER".to_owned(),
                "required because MAILER_SMTP_PORT is set, but no source has it".to_owned()
            ),
        ]
    );
}

/// A program that keeps files somewhere.
#[derive(Config)]
#[config(app = "files")]
struct Files {
    /// Where files are kept.
    #[config(nested)]
    storage: Storage,
}

/// Where files are kept.
#[derive(Config)]
enum Storage {
    /// In the memory of the process.
    #[config(default)]
    Memory,
    /// In a bucket.
    S3(Bucket),
    /// On a disk.
    #[config(rename = "disk")]
    Local(Disk),
}

/// A bucket.
#[derive(Config)]
struct Bucket {
    /// Its name.
    bucket: String,
}

/// A disk.
#[derive(Config)]
struct Disk {
    /// A path.
    #[config(default = "/var/files")]
    path: std::path::PathBuf,
}

#[test]
fn a_choice_without_a_word_takes_its_default() {
    assert!(matches!(load::<Files>(&[]).expect("memory").storage, Storage::Memory));
}

#[test]
fn the_word_of_a_choice_decides_which_group_is_read() {
    let files: Files = load(&[("FILES_STORAGE", "s3"), ("FILES_STORAGE_S3_BUCKET", "b")]).expect("complete");
    assert!(matches!(files.storage, Storage::S3(Bucket { ref bucket }) if bucket == "b"));
    let files: Files = load(&[("FILES_STORAGE", "disk")]).expect("complete");
    assert!(matches!(files.storage, Storage::Local(Disk { ref path }) if path.ends_with("files")));
    assert_eq!(format!("{files:?}"), r#"Files { storage: Local(Disk { path: "/var/files" }) }"#);
}

#[test]
fn a_missing_key_of_the_chosen_group_says_why_it_is_wanted() {
    assert_eq!(
        problems::<Files>(&[("FILES_STORAGE", "s3")]),
        [(
            Code::Missing,
            "FILES_STORAGE_S3_BUCKET".to_owned(),
            "required because FILES_STORAGE is s3, but no source has it".to_owned()
        )]
    );
}

#[test]
fn an_unknown_word_of_a_choice_lists_the_words() {
    assert_eq!(
        problems::<Files>(&[("FILES_STORAGE", "tape")]),
        [(Code::Invalid, "FILES_STORAGE".to_owned(), "\"tape\" is not one of memory, s3, disk".to_owned())]
    );
}

#[test]
fn a_key_of_a_group_that_is_not_chosen_is_known_but_not_in_use() {
    let env = Env::from_pairs([("FILES_STORAGE_S3_BUCKET", "b")]);
    let loaded = Files::loader().source(env).load_with_warnings().expect("memory");
    let warnings: Vec<_> =
        loaded.warnings.iter().map(|warning| (warning.code(), warning.message())).collect();
    assert_eq!(warnings, [(Code::Unused, "not in use: FILES_STORAGE is memory")]);
}

/// A program with many of something.
#[derive(Config)]
#[config(app = "gate")]
struct Gate {
    /// Who may come in.
    #[config(nested)]
    auths: Vec<Auth>,
    /// Where requests go.
    #[config(nested)]
    upstreams: BTreeMap<String, Upstream>,
}

/// Somebody.
#[derive(Config)]
struct Auth {
    /// A name.
    name: String,
    /// What they may do.
    #[config(default = [])]
    roles: Vec<String>,
    /// Other names.
    #[config(nested)]
    keys: Vec<AuthKey>,
}

/// A key.
#[derive(Config)]
struct AuthKey {
    /// A number.
    id: u32,
}

/// Somewhere.
#[derive(Config)]
struct Upstream {
    /// An address.
    url: String,
    /// An address in front of it.
    base_url: Option<String>,
    /// Several of them.
    #[config(default = [])]
    ports: Vec<u16>,
}

#[test]
fn lists_of_groups_are_counted_from_zero() {
    let gate: Gate = load(&[
        ("GATE_AUTHS_0_NAME", "ada"),
        ("GATE_AUTHS_0_ROLES", "read,write"),
        ("GATE_AUTHS_1_NAME", "bob"),
        ("GATE_AUTHS_1_ROLES_0", "read"),
        ("GATE_AUTHS_1_KEYS_0_ID", "7"),
        ("GATE_AUTHS_1_KEYS_1_ID", "8"),
    ])
    .expect("complete");
    let names: Vec<_> = gate.auths.iter().map(|auth| auth.name.as_str()).collect();
    assert_eq!(names, ["ada", "bob"]);
    assert_eq!(gate.auths[0].roles, ["read", "write"]);
    assert_eq!(gate.auths[1].roles, ["read"]);
    let ids: Vec<_> = gate.auths[1].keys.iter().map(|key| key.id).collect();
    assert_eq!(ids, [7, 8]);
}

#[test]
fn a_list_of_eleven_groups_is_in_the_order_of_numbers() {
    let names: Vec<_> = (0..11).map(|at| (format!("GATE_AUTHS_{at}_NAME"), at.to_string())).collect();
    let pairs: Vec<_> = names.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let gate: Gate = load(&pairs).expect("complete");
    let found: Vec<_> = gate.auths.iter().map(|auth| auth.name.clone()).collect();
    assert_eq!(found, (0..11).map(|at| at.to_string()).collect::<Vec<_>>());
}

#[test]
fn a_gap_in_a_list_is_a_problem() {
    assert_eq!(
        problems::<Gate>(&[("GATE_AUTHS_0_NAME", "ada"), ("GATE_AUTHS_2_NAME", "bob")]),
        [(Code::Gap, "GATE_AUTHS".to_owned(), "GATE_AUTHS_2 is set, but GATE_AUTHS_1 is not".to_owned())]
    );
}

#[test]
fn a_missing_key_of_an_element_has_its_own_name() {
    let problems = problems::<Gate>(&[("GATE_AUTHS_0_NAME", "ada"), ("GATE_AUTHS_1_ROLES", "x")]);
    assert_eq!(problems[0].1, "GATE_AUTHS_1_NAME");
    assert_eq!(problems[0].2, "required because GATE_AUTHS_1_ROLES is set, but no source has it");
}

#[test]
fn maps_of_groups_are_named_by_their_variables() {
    let gate: Gate = load(&[
        ("GATE_UPSTREAMS_EU_URL", "http://eu"),
        ("GATE_UPSTREAMS_EU_BASE_URL", "http://eu/base"),
        ("GATE_UPSTREAMS_EU_PORTS_0", "80"),
        ("GATE_UPSTREAMS_EU_PORTS_1", "81"),
        ("GATE_UPSTREAMS_US_WEST_URL", "http://us"),
    ])
    .expect("complete");
    let names: Vec<_> = gate.upstreams.keys().map(String::as_str).collect();
    assert_eq!(names, ["eu", "us_west"]);
    assert_eq!(gate.upstreams["eu"].url, "http://eu");
    assert_eq!(gate.upstreams["eu"].base_url.as_deref(), Some("http://eu/base"));
    assert_eq!(gate.upstreams["eu"].ports, [80, 81]);
    assert_eq!(gate.upstreams["us_west"].url, "http://us");
}

#[test]
fn unknown_variables_of_elements_are_reported_with_the_nearest_name() {
    let env = Env::from_pairs([
        ("GATE_AUTHS_0_NAME", "ada"),
        ("GATE_AUTHS_0_ROLE", "x"),
        ("GATE_UPSTREAMS_EU_URL", "x"),
        ("GATE_UPSTREAMS_EU_ULR", "x"),
    ]);
    let loaded = Gate::loader().source(env).load_with_warnings().expect("complete");
    let warnings: Vec<_> = loaded
        .warnings
        .iter()
        .map(|warning| format!("{} {}", warning.subject(), warning.message()))
        .collect();
    assert_eq!(
        warnings,
        [
            "GATE_AUTHS_0_ROLE unknown; did you mean GATE_AUTHS_0_ROLES?",
            "GATE_UPSTREAMS_EU_ULR unknown; the entries of upstreams are named like GATE_UPSTREAMS_{name}_URL",
        ]
    );
}

#[test]
fn the_manifest_names_elements_with_a_placeholder() {
    let names: Vec<_> = Gate::MANIFEST.keys().map(|entry| (entry.path, entry.variable)).collect();
    assert_eq!(
        names,
        [
            ("auths.{n}.name", "GATE_AUTHS_{n}_NAME"),
            ("auths.{n}.roles", "GATE_AUTHS_{n}_ROLES"),
            ("auths.{n}.keys.{n}.id", "GATE_AUTHS_{n}_KEYS_{n}_ID"),
            ("upstreams.{name}.url", "GATE_UPSTREAMS_{name}_URL"),
            ("upstreams.{name}.base_url", "GATE_UPSTREAMS_{name}_BASE_URL"),
            ("upstreams.{name}.ports", "GATE_UPSTREAMS_{name}_PORTS"),
        ]
    );
}
