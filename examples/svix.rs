//! The configuration of svix-server, a program that sends webhooks, under the names its deployments use today.
//!
//! Source of the facts: <https://github.com/svix/svix-webhooks>, `server/svix-server/src/cfg.rs`; the sentences are our
//! own. Upstream keeps one flat struct and 130 lines of hand-written checks. Here the groups give the names
//! (`queue.dsn` is `SVIX_QUEUE_DSN`) and the checks are the attributes.
//!
//! ```text
//! cargo run --example svix
//! SVIX_JWT_SECRET=x SVIX_REDIS_DSN=redis://localhost cargo run --example svix
//! ```

use std::{net::SocketAddr, time::Duration};

use confident::{Config, ConfigValue, SecretString};
use ipnet::IpNet;

/// A server that delivers webhooks: an API to submit them, workers to send them.
#[derive(Config)]
#[config(
    app = "svix-server",
    prefix = "SVIX",
    rule(
        queue.kind == QueueType::Memory
            || queue.kind == QueueType::RabbitMq
            || queue.dsn.is_some()
            || redis.dsn.is_some(),
        "a queue in Redis needs the DSN of the queue, or that of Redis"
    ),
    rule(
        cache.kind == CacheType::Memory
            || cache.kind == CacheType::None
            || cache.dsn.is_some()
            || redis.dsn.is_some(),
        "a cache in Redis needs the DSN of the cache, or that of Redis"
    ),
    rule(
        queue.kind != QueueType::RedisSentinel || sentinel_service_name.is_some(),
        "a queue behind Redis Sentinel needs the name of the service"
    ),
    rule(
        cache.kind != CacheType::RedisSentinel || sentinel_service_name.is_some(),
        "a cache behind Redis Sentinel needs the name of the service"
    ),
    rule(
        queue.kind != QueueType::RabbitMq || rabbit.dsn.is_some(),
        "a queue in RabbitMQ needs its DSN"
    )
)]
pub(crate) struct Settings {
    /// Address the HTTP server listens on.
    #[config(default = "0.0.0.0:8071")]
    listen_address: SocketAddr,

    /// Stage of this deployment.
    #[config(default = "dev")]
    environment: Environment,

    /// Region that appears in the URLs of the dashboard.
    #[config(default = "self_hosted")]
    region: String,

    /// Where the customer portal is served.
    #[config(default = "https://app.svix.com", format = "url")]
    app_portal_url: String,

    /// Server to which webhooks about this server itself are sent. Without it there are none.
    #[config(format = "url", pattern = "^https?://", example = "http://127.0.0.1:8071")]
    operational_webhook_address: Option<String>,

    /// Encrypts the data of customers at rest. It must stay the same for as long as the data is kept.
    main_secret: Option<SecretString>,

    /// Tokens of the API.
    #[config(nested)]
    jwt: Jwt,

    /// Kind of key that a new endpoint signs with, if it brings none of its own. Existing keys stay as they are.
    #[config(default = "hmac256")]
    default_signature_type: SignatureType,

    /// Write `Webhook-` in front of the names of headers, in place of `Svix-`.
    #[config(default = false)]
    whitelabel_headers: bool,

    /// Serve the API in this process.
    #[config(default = true)]
    api_enabled: bool,

    /// Run background migrations in this process.
    #[config(default = true)]
    background_migrations_enabled: bool,

    /// The workers that send the webhooks.
    #[config(nested)]
    worker: Worker,

    /// The endpoints that webhooks are sent to.
    #[config(nested)]
    endpoint: Endpoint,

    /// Time to wait before each new attempt to deliver a webhook.
    #[config(default = [5, 300, 1800, 7200, 18000, 36000, 36000], unit = "s")]
    retry_schedule: Vec<Duration>,

    /// Networks that webhooks may be sent to though they are private. With any of them, a customer can reach what is
    /// inside.
    #[config(default = [], parse, example = "127.0.0.1/32, 172.17.0.0/16")]
    whitelist_subnets: Vec<IpNet>,

    /// Do not check the certificates of endpoints. Anyone on the way can then read and change what is sent.
    #[config(default = false)]
    dangerous_disable_tls_verification: bool,

    /// Proxy for everything that goes out.
    #[config(nested)]
    proxy: Option<Proxy>,

    /// PostgreSQL, which holds everything that must last.
    #[config(nested)]
    db: Database,

    /// Redis, for the queue and the cache.
    #[config(nested)]
    redis: Redis,

    /// Name of the service that Redis Sentinel watches.
    sentinel_service_name: Option<String>,

    /// RabbitMQ, for the queue.
    #[config(nested)]
    rabbit: Rabbit,

    /// Where messages wait for a worker.
    #[config(nested)]
    queue: Queue,

    /// Where answers are kept for a while, those of idempotent requests among them.
    #[config(nested)]
    cache: Cache,

    /// The log.
    #[config(nested)]
    log: Log,

    /// Traces.
    #[config(nested)]
    opentelemetry: OpenTelemetry,

    /// Sentry project that errors are reported to. Without it they are only logged.
    #[config(format = "url")]
    sentry_dsn: Option<SecretString>,
}

/// Tokens of the API.
#[derive(Config)]
struct Jwt {
    /// Key that signs the tokens; with an asymmetric algorithm, the key pair in PEM.
    secret: SecretString,

    /// How the tokens are signed.
    #[config(default = "HS256")]
    algorithm: JwtAlgorithm,
}

/// The workers that send webhooks.
#[derive(Config)]
struct Worker {
    /// Run a worker in this process.
    #[config(default = true)]
    enabled: bool,

    /// How long an endpoint may take to answer.
    #[config(default = "30s", range = "1s"..="30s", unit = "s")]
    request_timeout: Duration,

    /// Webhooks that are sent at the same time; 0 for no limit.
    #[config(default = 500)]
    max_tasks: u16,
}

/// The endpoints that webhooks are sent to.
#[derive(Config)]
struct Endpoint {
    /// Refuse endpoints that are not HTTPS.
    #[config(default = false)]
    https_only: bool,

    /// An endpoint that fails for this long, without a success in between, is switched off.
    #[config(default = "120h", unit = "h")]
    failure_disable_after: Duration,
}

/// A proxy for what goes out.
#[derive(Config)]
struct Proxy {
    /// SOCKS5, HTTP or HTTPS proxy. It is a secret because its URL may hold a password.
    #[config(format = "url", pattern = "^(socks5|https?)://")]
    addr: SecretString,

    /// Addresses, networks and domains that are reached without the proxy. Names are not resolved first, and a domain
    /// includes everything under it.
    #[config(env = "SVIX_NOPROXY", default = [], example = "10.0.0.0/8, .example.com")]
    bypass: Vec<String>,
}

/// The PostgreSQL database.
#[derive(Config)]
struct Database {
    /// Where the database is, with user and password. Without it, the one that the development setup starts at
    /// `pgbouncer`, whose password is no secret.
    #[config(format = "url", alias = "DATABASE_URL")]
    dsn: Option<SecretString>,

    /// Most connections to keep open.
    #[config(default = 100, range = 10..)]
    pool_max_size: u16,

    /// Log every query, at the level of the log.
    #[config(default = false)]
    tracing: bool,
}

/// Redis.
#[derive(Config)]
struct Redis {
    /// Where Redis is, or its Sentinel. The queue and the cache use it unless they have a DSN of their own.
    #[config(format = "url")]
    dsn: Option<SecretString>,

    /// Most connections to keep open.
    #[config(default = 100, range = 10..)]
    pool_max_size: u16,

    /// Number of the database, behind Sentinel.
    db: Option<i64>,

    /// User name, behind Sentinel.
    username: Option<String>,

    /// Password, behind Sentinel.
    password: Option<SecretString>,

    /// Speak TLS and check the certificate, behind Sentinel.
    #[config(default = false)]
    tls_mode_secure: bool,

    /// Speak the third version of the protocol, behind Sentinel.
    #[config(default = false)]
    use_resp3: bool,

    /// A message that a worker holds for longer goes to another worker.
    #[config(rename = "pending_duration_secs", default = "45s", unit = "s")]
    pending_duration: Duration,
}

/// RabbitMQ.
#[derive(Config)]
struct Rabbit {
    /// Where RabbitMQ is, with user and password.
    #[config(format = "url")]
    dsn: Option<SecretString>,

    /// Messages that a consumer takes in advance. Without it, what RabbitMQ decides.
    consumer_prefetch_size: Option<u16>,
}

/// The queue of messages.
#[derive(Config)]
struct Queue {
    /// What keeps the queue. Redis must save to disk, or a restart of it loses messages.
    #[config(rename = "type", default = "redis")]
    kind: QueueType,

    /// Where the Redis of the queue is, if not at `SVIX_REDIS_DSN`.
    #[config(format = "url")]
    dsn: Option<SecretString>,

    /// Put in front of the names of queues, so that several servers can share one Redis or RabbitMQ.
    prefix: Option<String>,

    /// How long a worker waits for a message before it asks again.
    #[config(rename = "max_poll_secs", default = "20s", unit = "s")]
    max_poll: Duration,
}

/// The cache.
#[derive(Config)]
struct Cache {
    /// What keeps the cache. Memory is right where one process serves the API; with more of them, idempotent requests
    /// need Redis.
    #[config(rename = "type", default = "memory")]
    kind: CacheType,

    /// Where the Redis of the cache is, if not at `SVIX_REDIS_DSN`.
    #[config(format = "url")]
    dsn: Option<SecretString>,
}

/// The log.
#[derive(Config)]
struct Log {
    /// How much is logged.
    #[config(default = "info")]
    level: LogLevel,

    /// How a line looks.
    #[config(default = "default")]
    format: LogFormat,
}

/// Traces, sent by the OpenTelemetry protocol.
#[derive(Config)]
struct OpenTelemetry {
    /// Collector that traces are sent to. Without it there are none.
    #[config(format = "url", example = "http://localhost:4317")]
    address: Option<String>,

    /// Share of the traces that are sent; all of them, if it is not set.
    #[config(range = 0.0..=1.0)]
    sample_ratio: Option<f64>,

    /// Name of this service in the traces.
    #[config(default = "svix_server")]
    service_name: String,
}

/// The stage of a deployment.
#[derive(ConfigValue)]
enum Environment {
    /// Development.
    Dev,
    /// The last test before production.
    Staging,
    /// Production.
    Prod,
}

/// How tokens are signed.
#[derive(ConfigValue)]
#[config(rename_all = "PascalCase")]
enum JwtAlgorithm {
    /// HMAC with SHA-256.
    HS256,
    /// HMAC with SHA-384.
    HS384,
    /// HMAC with SHA-512.
    HS512,
    /// RSA with SHA-256.
    RS256,
    /// RSA with SHA-384.
    RS384,
    /// RSA with SHA-512.
    RS512,
    /// Ed25519.
    EdDSA,
}

/// How webhooks are signed.
#[derive(ConfigValue)]
enum SignatureType {
    /// One key that both sides know.
    Hmac256,
    /// A pair of keys: the receiver needs the public one only.
    Ed25519,
}

/// What keeps the queue.
#[derive(ConfigValue, PartialEq)]
#[config(rename_all = "lowercase")]
enum QueueType {
    /// This process; what is in it is lost when the process ends.
    Memory,
    /// One Redis.
    Redis,
    /// A Redis cluster.
    RedisCluster,
    /// Redis behind Sentinel.
    RedisSentinel,
    /// RabbitMQ.
    RabbitMq,
}

/// What keeps the cache.
#[derive(ConfigValue, PartialEq)]
#[config(rename_all = "lowercase")]
enum CacheType {
    /// This process.
    Memory,
    /// One Redis.
    Redis,
    /// A Redis cluster.
    RedisCluster,
    /// Redis behind Sentinel.
    RedisSentinel,
    /// Nothing is kept.
    None,
}

/// How much is logged.
#[derive(ConfigValue)]
enum LogLevel {
    /// What an operator wants to know.
    Info,
    /// What a developer wants to know.
    Debug,
    /// Everything.
    Trace,
}

/// How a line of the log looks.
#[derive(ConfigValue)]
enum LogFormat {
    /// For people.
    Default,
    /// For machines.
    Json,
}

fn main() -> Result<(), confident::Report> {
    let settings = Settings::load()?;
    println!("{settings:#?}");
    Ok(())
}
