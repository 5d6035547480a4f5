//! The configuration of docs.rs, in one module for each crate of its workspace, composed into one root.
//!
//! Source of the facts: <https://github.com/rust-lang/docs.rs>, `crates/*/*/src/config.rs`. The names have no group in
//! them, so each crate's keys stand among the others: `nested(prefix = "")`.

use confident::Config;

/// The whole of docs.rs.
#[derive(Config)]
#[config(app = "docs-rs", prefix = "DOCSRS")]
pub(super) struct Settings {
    /// Builds documentation.
    #[config(nested(prefix = ""))]
    builder: builder::Config,

    /// Watches the registry for new crates.
    #[config(nested(prefix = ""))]
    watcher: watcher::Config,

    /// Serves the pages.
    #[config(nested(prefix = ""))]
    web: web::Config,

    /// What a build may use.
    #[config(nested(prefix = ""))]
    build_limits: build_limits::Config,

    /// Crates that wait for a build.
    #[config(nested(prefix = ""))]
    build_queue: build_queue::Config,

    /// The database.
    #[config(nested(prefix = ""))]
    database: database::Config,

    /// Fastly, the CDN.
    #[config(nested(prefix = ""))]
    fastly: fastly::Config,

    /// The log, and Sentry.
    #[config(nested(prefix = ""))]
    logging: logging::Config,

    /// Traces.
    #[config(nested(prefix = ""))]
    opentelemetry: opentelemetry::Config,

    /// The API of the registry.
    #[config(nested(prefix = ""))]
    registry_api: registry_api::Config,

    /// Stars and forks of repositories.
    #[config(nested(prefix = ""))]
    repository_stats: repository_stats::Config,

    /// Where the documentation is stored.
    #[config(nested(prefix = ""))]
    storage: storage::Config,
}

mod builder {
    use std::{fmt, path::PathBuf, str::FromStr, thread::available_parallelism, time::Duration};

    /// Builds documentation.
    #[derive(confident::Config)]
    #[config(
        rule(
            build_cpu_limit.is_none() || build_cpu_cores.is_none(),
            "a build has a share of the CPUs or CPUs of its own, not both"
        ),
        validate(cores_exist, "the CPUs that builds are given are those of this machine")
    )]
    pub(super) struct Config {
        /// Directory that everything is kept below.
        prefix: PathBuf,

        /// Workspace of rustwide.
        #[config(default = ".workspace")]
        rustwide_workspace: PathBuf,

        /// The builder itself runs in Docker.
        #[config(default = false)]
        docker: bool,

        /// Image of this machine that builds run in; it wins over `DOCSRS_DOCKER_IMAGE`.
        local_docker_image: Option<String>,

        /// Image that builds run in.
        docker_image: Option<String>,

        /// Container runtime of Docker that builds run in.
        docker_runtime: Option<String>,

        /// CPUs that a build may use the time of.
        build_cpu_limit: Option<u32>,

        /// CPUs that builds run on, from the first to the last.
        #[config(parse, example = "2-3")]
        build_cpu_cores: Option<Cores>,

        /// Build the default targets.
        #[config(default = true)]
        include_default_targets: bool,

        /// Let builds use any amount of memory.
        #[config(default = false)]
        disable_memory_limit: bool,

        /// How often the workspace is made anew.
        #[config(default = "1d", unit = "s")]
        build_workspace_reinitialization_interval: Duration,

        /// Where the metrics of the compiler go. Without it there are none.
        compiler_metrics_path: Option<PathBuf>,
    }

    /// CPUs, written `<start>-<end>`, both included.
    #[derive(PartialEq)]
    struct Cores {
        start: usize,
        end: usize,
    }

    impl FromStr for Cores {
        type Err = String;

        fn from_str(text: &str) -> Result<Self, String> {
            let form = || "expected build core range in the form <start>-<end>".to_owned();
            let (start, end) = text.split_once('-').ok_or_else(form)?;
            let start = start.parse().map_err(|_| format!("invalid build core range start `{start}`"))?;
            let end = end.parse().map_err(|_| format!("invalid build core range end `{end}`"))?;
            if start > end {
                return Err("build core range start must be less than or equal to end".to_owned());
            }
            Ok(Self { start, end })
        }
    }

    impl fmt::Debug for Cores {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            write!(f, "{}-{}", self.start, self.end)
        }
    }

    /// Only the machine that runs the builds knows how many CPUs there are.
    fn cores_exist(config: &Config) -> Result<(), String> {
        let count = available_parallelism().map_or(1, usize::from);
        match &config.build_cpu_cores {
            Some(cores) if cores.end >= count => {
                Err(format!("the last is {}, but there are {count}, counted from 0", cores.end))
            }
            _ => Ok(()),
        }
    }
}

mod watcher {
    use std::{path::PathBuf, time::Duration};

    /// Watches the registry for new crates.
    #[derive(confident::Config)]
    pub(super) struct Config {
        /// Clone of the index; below `DOCSRS_PREFIX`, if it is not set.
        #[config(env = "REGISTRY_INDEX_PATH")]
        registry_index_path: Option<PathBuf>,

        /// Registry other than crates.io.
        #[config(env = "REGISTRY_URL")]
        registry_url: Option<String>,

        /// How long to wait before looking again.
        #[config(default = "60s", unit = "s")]
        delay_between_registry_fetches: Duration,

        /// How often git may tidy the clone up.
        #[config(default = "1h", unit = "s")]
        registry_gc_interval: Duration,

        /// Most rebuilds that are queued without being asked for. Without it there are none.
        max_queued_rebuilds: Option<u16>,

        /// How long to wait for the locks of a crate that is to be deleted.
        #[config(rename = "delete_lock_timeout_seconds", default = "20m", unit = "s")]
        delete_lock_timeout: Duration,
    }
}

mod web {
    use std::time::Duration;

    use confident::{ByteSize, SecretString};

    /// Serves the pages.
    #[derive(confident::Config)]
    pub(super) struct Config {
        /// Token that crates.io calls with.
        cratesio_token: Option<SecretString>,

        /// Most memory to parse a page with.
        #[config(default = "5MiB")]
        max_parse_memory: ByteSize,

        /// Threads that render; one for each CPU, if it is not set.
        render_threads: Option<usize>,

        /// How long a request may take. Without it any time.
        #[config(unit = "s")]
        request_timeout: Option<Duration>,

        /// Report requests that take too long.
        #[config(default = false)]
        report_request_timeouts: bool,

        /// Ids that the search for a random crate tries.
        #[config(default = 500)]
        random_crate_search_view_size: u32,

        /// Report what breaks the content security policy, and let it pass.
        #[config(default = false)]
        csp_report_only: bool,

        /// How long a cache may serve a page while it fetches a new one.
        #[config(env = "CACHE_CONTROL_STALE_WHILE_REVALIDATE", unit = "s")]
        cache_control_stale_while_revalidate: Option<u32>,

        /// Let the CDN keep whole pages.
        #[config(default = true)]
        cache_invalidateable_responses: bool,
    }
}

mod build_limits {
    use confident::ByteSize;

    /// What a build may use.
    #[derive(confident::Config)]
    pub(super) struct Config {
        /// Memory of a build.
        build_default_memory_limit: Option<ByteSize>,
    }
}

mod build_queue {
    use std::time::Duration;

    /// Crates that wait for a build.
    #[derive(confident::Config)]
    pub(super) struct Config {
        /// How often a build is tried.
        #[config(default = 5)]
        build_attempts: u16,

        /// How long to wait before the next try.
        #[config(default = "60s", unit = "s")]
        delay_between_build_attempts: Duration,

        /// A workspace with more crates than this waits longer.
        #[config(default = 20)]
        deprioritize_workspace_size: u16,

        /// A longer queue than this is reported.
        #[config(default = 1000)]
        queue_length_warning_threshold: usize,
    }
}

mod database {
    use confident::SecretString;

    /// The database.
    #[derive(confident::Config)]
    #[config(rule(min_pool_idle <= max_pool_size, "no more idle connections than connections"))]
    pub(super) struct Config {
        /// PostgreSQL.
        #[config(format = "url")]
        database_url: SecretString,

        /// Most connections.
        #[config(default = 90)]
        max_pool_size: u32,

        /// Connections that are kept open.
        #[config(default = 10)]
        min_pool_idle: u32,
    }
}

mod fastly {
    use confident::SecretString;

    /// Fastly, the CDN.
    #[derive(confident::Config)]
    #[config(rule(
        fastly_api_token.is_some() == fastly_service_sid_web.is_some(),
        "Fastly needs a token and a service, or it is off"
    ))]
    pub(super) struct Config {
        /// The API of Fastly; another one in tests.
        #[config(default = "https://api.fastly.com", format = "url")]
        fastly_api_host: String,

        /// Token of the API.
        fastly_api_token: Option<SecretString>,

        /// Service of the main domain.
        fastly_service_sid_web: Option<String>,
    }
}

mod logging {
    use confident::{ConfigValue, SecretString};

    /// The log, and Sentry.
    #[derive(confident::Config)]
    pub(super) struct Config {
        /// What is logged, by module.
        #[config(default = "info")]
        log: String,

        /// How a line looks.
        #[config(default = "pretty")]
        log_format: Format,

        /// Write what builds print to the standard output too.
        #[config(default = true)]
        log_build_logs: bool,

        /// Sentry project that errors are reported to.
        #[config(env = "SENTRY_DSN", format = "url")]
        sentry_dsn: Option<SecretString>,

        /// Share of the traces that Sentry gets.
        #[config(env = "SENTRY_TRACES_SAMPLE_RATE", default = 0.0)]
        sentry_traces_sample_rate: f32,
    }

    /// How a line of the log looks.
    #[derive(ConfigValue)]
    enum Format {
        /// For machines.
        Json,
        /// For people.
        Pretty,
    }
}

mod opentelemetry {
    /// Traces.
    #[derive(confident::Config)]
    pub(super) struct Config {
        /// Collector that traces are sent to.
        #[config(env = "OTEL_EXPORTER_OTLP_ENDPOINT", format = "url")]
        endpoint: Option<String>,
    }
}

mod registry_api {
    /// The API of the registry.
    #[derive(confident::Config)]
    pub(super) struct Config {
        /// How often a call is tried again.
        #[config(default = 3)]
        cratesio_api_call_retries: u32,

        /// The registry.
        #[config(default = "https://crates.io", format = "url")]
        registry_api_host: String,
    }
}

mod repository_stats {
    use confident::SecretString;

    /// Stars and forks of repositories.
    #[derive(confident::Config)]
    pub(super) struct Config {
        /// Token of GitHub. Without it nobody asks there.
        github_accesstoken: Option<SecretString>,

        /// Calls that are left to others before asking stops.
        #[config(default = 2500)]
        github_updater_min_rate_limit: u32,

        /// Token of GitLab. Without it nobody asks there.
        gitlab_accesstoken: Option<SecretString>,
    }
}

mod storage {
    use std::{num::NonZeroUsize, path::PathBuf, time::Duration};

    use confident::{ByteSize, ConfigValue};

    /// Where the documentation is stored.
    #[derive(confident::Config)]
    pub(super) struct Config {
        /// What stores it.
        #[config(default = "s3")]
        storage_backend: Backend,

        /// How often a call of S3 is tried again.
        #[config(default = 6)]
        aws_sdk_max_retries: u32,

        /// Bucket.
        #[config(default = "rust-docs-rs")]
        s3_bucket: String,

        /// Region of the bucket.
        #[config(env = "S3_REGION", default = "us-west-1")]
        s3_region: String,

        /// S3 of another provider.
        #[config(env = "S3_ENDPOINT")]
        s3_endpoint: Option<String>,

        /// Largest file that is served.
        #[config(default = "50MiB")]
        max_file_size: ByteSize,

        /// Largest page that is served.
        #[config(default = "50MiB")]
        max_file_size_html: ByteSize,

        /// Files that go up or down at the same time; at most 8 and at most the CPUs, if it is not set.
        network_parallelism: Option<NonZeroUsize>,

        /// Where the indexes of archives are kept; below `DOCSRS_PREFIX`, if it is not set.
        archive_index_cache_path: Option<PathBuf>,

        /// Most space for the indexes of archives.
        #[config(rename = "archive_index_cache_max_size_mb", default = "50GiB", unit = "MiB")]
        archive_index_cache_max_size: ByteSize,

        /// How long the index of an archive is kept.
        #[config(default = "1d", unit = "s")]
        archive_index_cache_ttl: Duration,

        /// Indexes of archives that are expected, to make room for them.
        #[config(default = 100_000)]
        archive_index_expected_count: usize,
    }

    /// What stores the documentation.
    #[derive(ConfigValue)]
    enum Backend {
        /// S3, or what speaks its protocol.
        S3,
    }
}
