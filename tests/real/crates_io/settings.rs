//! The configuration of crates.io: one root for each binary, with the groups that they share.
//!
//! Source of the facts: <https://github.com/rust-lang/crates.io>, `src/config/` and the other readers of the
//! environment. There is no common prefix. What upstream asks by `is_some` of a variable is an `Option<String>` with
//! `empty = "value"`: such a variable counts if it is there at all, whatever it holds.

use std::{collections::BTreeMap, net::IpAddr, path::PathBuf, time::Duration};

use confident::{Config, ConfigValue, SecretString};

/// The web server.
#[derive(Config)]
#[config(
    app = "crates-io-server",
    prefix = "",
    rule(s3.is_none() || aws.is_some(), "storing crates in S3 needs the AWS credentials"),
    rule(heroku.is_none() || mailgun.is_some(), "in production, mail goes out through Mailgun")
)]
pub(super) struct Server {
    /// Production on Heroku: TLS to the database, every address bound, mail by SMTP.
    #[config(empty = "value")]
    heroku: Option<String>,

    /// In Docker on a developer's machine: every address bound.
    #[config(empty = "value")]
    dev_docker: Option<String>,

    /// Port the server listens on.
    #[config(default = 8888)]
    port: u16,

    /// What is turned away.
    #[config(nested)]
    blocked: Blocked,

    /// Queue that announces the logs of the CDN. Without it, a mock.
    #[config(nested)]
    cdn_log_queue: Option<CdnLogQueue>,

    /// Credentials of AWS, for logs, crates and CloudFront.
    #[config(nested)]
    aws: Option<Aws>,

    /// The database.
    #[config(nested(prefix = "DB"))]
    database: Database,

    /// Datadog, which takes metrics.
    #[config(nested(prefix = "DD"))]
    datadog: Datadog,

    /// Fastly, a CDN.
    #[config(nested)]
    fastly: Fastly,

    /// What is being tried out.
    #[config(nested(prefix = ""))]
    features: Features,

    /// Most pages that the cache of rendered HTML holds.
    #[config(default = 1024)]
    html_render_cache_cap: u64,

    /// The GitHub application that users log in with.
    #[config(nested(prefix = "GH"))]
    github: Github,

    /// Token to query the metrics with. Without it nobody can.
    metrics_authorization_token: Option<SecretString>,

    /// How often the metrics of this instance are logged. Without it they are not.
    #[config(rename = "instance_metrics_log_every_seconds", unit = "s")]
    instance_metrics_log_every: Option<Duration>,

    /// Most files in an uploaded crate. Without it any number.
    max_tarball_entries: Option<usize>,

    /// How often a user may act.
    #[config(nested)]
    rate_limiter: RateLimiter,

    /// Most versions that a user may publish in a day.
    max_new_versions_daily: Option<u32>,

    /// Sentry, which takes errors.
    #[config(nested)]
    sentry: Sentry,

    /// What Heroku says of the release.
    #[config(nested(prefix = "HEROKU"))]
    release: Release,

    /// Crates that are left out of the statistics.
    #[config(default = [])]
    excluded_crate_names: Vec<String>,

    /// Most threads for blocking work.
    server_threads: Option<usize>,

    /// Domain of this instance.
    #[config(default = "crates.io")]
    domain_name: String,

    /// The `aud` claim that trusted publishing expects; the domain, if it is not set.
    trustpub_audience: Option<String>,

    /// Providers of trusted publishing.
    #[config(default = [])]
    trustpub_providers: Vec<String>,

    /// No new API tokens: the message that users get instead.
    disable_token_creation: Option<String>,

    /// Message on top of every page.
    banner_message: Option<String>,

    /// Signs and encrypts the cookies of sessions.
    #[config(len = 32..)]
    session_key: SecretString,

    /// Encrypts the OAuth tokens in the database.
    #[config(format = "hex", len = 64)]
    token_encryption_key: SecretString,

    /// What browsers may do.
    #[config(nested)]
    web: Web,

    /// Whether codes of HTTP are changed to those that old versions of cargo expect.
    #[config(default = "adjust-all")]
    cargo_compat_status_codes: StatusCodes,

    /// Repository that snapshots of the index are archived in.
    #[config(format = "url", pattern = "^https://[^/]+/[^/]+")]
    git_archive_repo_url: Option<String>,

    /// Where `pg_dump` and `psql` are, if not in the `PATH`.
    postgres_bin_dir: Option<PathBuf>,

    /// S3, for crates and the index. Without it, a local directory.
    #[config(nested)]
    s3: Option<S3>,

    /// CloudFront, a CDN. It is off unless both distributions and the AWS credentials are there.
    #[config(nested)]
    cloudfront: CloudFront,

    /// Mailgun, which sends mail. Without it, mail goes into files.
    #[config(nested(prefix = "MAILGUN_SMTP"))]
    mailgun: Option<Mailgun>,

    /// Send mail as HTML too.
    #[config(default = false)]
    html_emails_enabled: bool,

    /// docs.rs, which is asked to rebuild documentation.
    #[config(nested)]
    docs_rs: DocsRs,

    /// What is logged, by module.
    #[config(default = "info")]
    rust_log: String,

    /// How a line of the log looks.
    #[config(default = "compact")]
    rust_log_format: LogFormat,
}

/// The background worker, which reads what the server reads and more.
#[derive(Config)]
#[config(
    app = "crates-io-background-worker",
    prefix = "",
    rule(
        server.git_archive_repo_url.is_none() || index_sync_app.is_some(),
        "archiving the index needs the GitHub application that pushes it"
    )
)]
pub(super) struct BackgroundWorker {
    /// What the server reads.
    #[config(nested(prefix = ""))]
    server: Server,

    /// The index of the registry.
    #[config(nested(prefix = "GIT"))]
    index: Index,

    /// Size of the pool of connections; that of the server, if it is not set.
    db_worker_pool_size: Option<usize>,

    /// GitHub application that pushes the archive of the index.
    #[config(nested(prefix = "GH_INDEX_SYNC_APP"))]
    index_sync_app: Option<GithubApp>,

    /// GitHub application that asks for users. Without it nobody asks.
    #[config(nested(prefix = "GH_SYNC_APP"))]
    sync_app: Option<GithubOrgApp>,
}

/// The monitor, which pages whoever is on call.
#[derive(Config)]
#[config(app = "crates-io-monitor", prefix = "")]
pub(super) struct Monitor {
    /// The database.
    #[config(nested(prefix = "DB"))]
    database: Database,

    /// PagerDuty, which pages.
    #[config(nested)]
    pagerduty: PagerDuty,

    /// Report the checks to Datadog too.
    #[config(default = false)]
    dd_service_checks_enabled: bool,

    /// Longest time that a job may wait.
    #[config(default = "15m", unit = "m")]
    max_job_time: Duration,

    /// Longest time that the update of downloads may take.
    #[config(rename = "monitor_max_update_downloads_time", default = "120m", unit = "m")]
    max_update_downloads_time: Duration,

    /// Names of crates that are known spam.
    #[config(default = [])]
    spam_crate_names: Vec<String>,
}

/// The tests.
#[derive(Config)]
#[config(app = "crates-io-tests", prefix = "")]
pub(super) struct Tests {
    /// Database that the tests may fill and empty.
    #[config(format = "url")]
    test_database_url: Option<SecretString>,
}

/// What is turned away.
#[derive(Config)]
struct Blocked {
    /// By the name of a header: the variable that holds the values that are blocked.
    #[config(default = "")]
    traffic: BTreeMap<String, String>,

    /// Addresses that may not use the API.
    #[config(default = [])]
    ips: Vec<IpAddr>,

    /// Routes that are closed.
    #[config(default = [], example = "/crates/{crate_id}/{version}/download")]
    routes: Vec<String>,
}

/// Queue that announces the logs of the CDN.
#[derive(Config)]
struct CdnLogQueue {
    /// The SQS queue.
    #[config(format = "url")]
    url: String,

    /// Access key.
    access_key: String,

    /// Secret key.
    secret_key: SecretString,

    /// Region.
    region: String,
}

/// Credentials of AWS.
#[derive(Config)]
struct Aws {
    /// Access key.
    access_key: String,

    /// Secret key.
    secret_key: SecretString,
}

/// The database: one that is written to, and perhaps one that follows it.
#[derive(Config)]
#[config(rule(
    offline != Some(Offline::Leader) || read_only_replica_url.is_some(),
    "without the leader there must be a follower"
))]
struct Database {
    /// The leader.
    #[config(env = "DATABASE_URL", format = "url")]
    url: SecretString,

    /// The follower, which is only read.
    #[config(env = "READ_ONLY_REPLICA_URL", format = "url")]
    read_only_replica_url: Option<SecretString>,

    /// Only read from the leader too.
    #[config(env = "READ_ONLY_MODE", empty = "value")]
    read_only_mode: Option<String>,

    /// Connections to the leader.
    #[config(default = 3)]
    primary_async_pool_size: usize,

    /// Connections to the follower.
    #[config(default = 3)]
    replica_async_pool_size: usize,

    /// Connections to the leader that are kept open.
    primary_min_idle: Option<u32>,

    /// Connections to the follower that are kept open.
    replica_min_idle: Option<u32>,

    /// A connection whose packets are not acknowledged for this long is broken.
    #[config(rename = "tcp_timeout_ms", default = "15s", unit = "ms")]
    tcp_timeout: Duration,

    /// How long to wait for a connection, and for an answer.
    #[config(default = "30s", unit = "s")]
    timeout: Duration,

    /// Threads that open connections.
    #[config(default = 3)]
    helper_threads: usize,

    /// Which of the two is down.
    offline: Option<Offline>,
}

/// Datadog.
#[derive(Config)]
struct Datadog {
    /// Without it nothing is sent.
    api_key: Option<SecretString>,

    /// Site that the data is sent to.
    #[config(default = "datadoghq.com")]
    site: String,
}

/// Fastly.
#[derive(Config)]
struct Fastly {
    /// Without it Fastly is off.
    api_token: Option<SecretString>,

    /// Service that serves the crates.
    service_id_static: Option<String>,
}

/// What is being tried out.
#[derive(Config)]
#[config(rule(
    !cache_tag_invalidations_enabled || cache_tags_enabled,
    "what is invalidated by tag must have been tagged"
))]
struct Features {
    /// New users sign up in a step of its own.
    #[config(default = false)]
    explicit_signup_enabled: bool,

    /// Write the time of publication into the index.
    #[config(default = false)]
    index_include_pubtime: bool,

    /// Make ZIP archives of published crates.
    #[config(default = false)]
    zip_archives_enabled: bool,

    /// Tag what the CDN caches.
    #[config(default = false)]
    cache_tags_enabled: bool,

    /// Invalidate deleted crates by tag, not by URL.
    #[config(default = false)]
    cache_tag_invalidations_enabled: bool,
}

/// The GitHub application that users log in with.
#[derive(Config)]
struct Github {
    /// May be empty where nobody logs in.
    client_id: String,

    /// May be empty where nobody logs in.
    #[config(empty = "value")]
    client_secret: SecretString,
}

/// How often a user may act.
#[derive(Config)]
struct RateLimiter {
    /// Publish a new crate.
    #[config(nested)]
    publish_new: PublishNew,

    /// Publish a new version.
    #[config(nested)]
    publish_update: PublishUpdate,

    /// Yank a version, or take that back.
    #[config(nested)]
    yank_unyank: YankUnyank,
}

// One group in three places, but for its defaults, which belong to the type.
macro_rules! limits {
    ($($name:ident $rate:literal $burst:literal;)*) => {$(
        /// One limit.
        #[derive(Config)]
        struct $name {
            /// Time after which one more is allowed.
            #[config(rename = "rate_seconds", default = $rate, unit = "s")]
            rate: Duration,

            /// How many are allowed at once.
            #[config(default = $burst)]
            burst: i32,
        }
    )*};
}

limits! {
    PublishNew "10m" 5;
    PublishUpdate "1m" 30;
    YankUnyank "1m" 100;
}

/// Sentry.
#[derive(Config)]
#[config(rule(dsn.is_none() || environment.is_some(), "errors in Sentry need the name of the environment"))]
struct Sentry {
    /// Without it nothing is sent.
    #[config(rename = "dsn_api", format = "url", pattern = "^https?://[^@/]+@[^/]+/(.*/)?[0-9]+$")]
    dsn: Option<SecretString>,

    /// Name of this environment.
    #[config(rename = "env_api")]
    environment: Option<String>,

    /// Share of the traces that are sent.
    #[config(default = 0.0)]
    traces_sample_rate: f32,
}

/// What Heroku says of the release.
#[derive(Config)]
struct Release {
    /// Commit of the release, under its old name.
    #[config(deprecated(note = "Heroku sets HEROKU_BUILD_COMMIT", replaced_by = "release.build_commit"))]
    slug_commit: Option<String>,

    /// Commit of the release.
    build_commit: Option<String>,
}

/// What browsers may do.
#[derive(Config)]
struct Web {
    /// Origins whose pages may use the API as the user.
    allowed_origins: Vec<String>,

    /// Last page of a list that can be asked for by number.
    #[config(default = 200)]
    max_allowed_page_offset: u32,

    /// How the CDN calls itself.
    #[config(default = "Amazon CloudFront")]
    cdn_user_agent: String,
}

/// S3.
#[derive(Config)]
struct S3 {
    /// Bucket of the crates.
    bucket: String,

    /// Its region.
    region: Option<String>,

    /// CDN in front of it.
    cdn: Option<String>,

    /// Bucket of the index.
    index_bucket: String,

    /// Its region.
    index_region: Option<String>,
}

/// CloudFront.
#[derive(Config)]
struct CloudFront {
    /// Distribution of the index.
    distribution_id_index: Option<String>,

    /// Distribution of the crates.
    distribution_id_static: Option<String>,
}

/// Mailgun.
#[derive(Config)]
struct Mailgun {
    /// Login, and the address that mail comes from.
    #[config(format = "email")]
    login: String,

    /// Password.
    password: SecretString,

    /// Server.
    server: String,
}

/// docs.rs.
#[derive(Config)]
struct DocsRs {
    /// Where it is.
    #[config(default = "https://docs.rs", format = "url")]
    base_url: String,

    /// Without it nothing is asked.
    api_token: Option<SecretString>,
}

/// The index of the registry.
#[derive(Config)]
#[config(rule(!repo_url.starts_with("ssh://") || ssh_key.is_some(), "a repository over SSH needs a key"))]
struct Index {
    /// Repository that the index is pushed to.
    #[config(format = "url")]
    repo_url: String,

    /// User for HTTP.
    http_user: Option<String>,

    /// Password for HTTP.
    http_pwd: Option<SecretString>,

    /// Private key for SSH.
    #[config(format = "base64")]
    ssh_key: Option<SecretString>,
}

/// A GitHub application.
#[derive(Config)]
struct GithubApp {
    /// Its name.
    client_id: String,

    /// Its key, in PEM.
    private_key: SecretString,
}

/// A GitHub application of an organisation.
#[derive(Config)]
struct GithubOrgApp {
    /// Its name.
    client_id: String,

    /// Its key, in PEM.
    private_key: SecretString,

    /// The organisation.
    org: String,
}

/// PagerDuty.
#[derive(Config)]
#[config(rule(!enabled || integration_key.is_some(), "paging needs the key of PagerDuty"))]
struct PagerDuty {
    /// Page somebody.
    #[config(default = true)]
    enabled: bool,

    /// Key of the integration.
    integration_key: Option<SecretString>,
}

/// Which database is down.
#[derive(ConfigValue, PartialEq)]
enum Offline {
    /// The one that is written to.
    Leader,
    /// The one that follows.
    Follower,
}

/// Which codes of HTTP are changed.
#[derive(ConfigValue)]
enum StatusCodes {
    /// None.
    Disabled,
    /// All of them.
    AdjustAll,
    /// Those of success.
    AdjustSuccess,
}

/// How a line of the log looks.
#[derive(ConfigValue)]
enum LogFormat {
    /// For people.
    Compact,
    /// For machines.
    Json,
}
