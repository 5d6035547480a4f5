//! A program that has something of everything, for the tests of documents.
#![allow(dead_code)] // each test reads a part of it

use std::{collections::BTreeMap, net::SocketAddr, time::Duration};

use confident::{ByteSize, Config, ConfigValue, SecretString};

/// The payments service. It takes money, and gives some of it back.
///
/// Ask `team-payments` before you change it.
#[derive(Config)]
#[config(
    app = "payments",
    profiles("development", "staging", "production"),
    removed("PAYMENTS_WORKERS", "set PAYMENTS_POOL_MAX"),
    rule(pool.min <= pool.max, "the pool cannot keep more connections than it may open"),
    rule(mail.is_some() || !receipts, "receipts need mail"),
    rule(region.starts_with("eu"), "only regions of Europe"),
    validate(certificates_match, "the certificate belongs to the key")
)]
pub(crate) struct Payments {
    /// Address the HTTP server listens on.
    #[config(default = "127.0.0.1:8080")]
    pub(crate) listen: SocketAddr,
    /// How long a request may take.
    #[config(default = "30s", range = "1s"..="5m", live, unit = "s", tags = ["http", "limits"])]
    pub(crate) request_timeout: Duration,
    /// Connection string of the ledger database.
    #[config(
        format = "url",
        owner = "team-ledger",
        rotate = "90d",
        classification = "pci",
        sources("env", "directory"),
        alias = "LEDGER_URL"
    )]
    pub(crate) database_url: SecretString,
    /// Region of the deployment, such as `eu-west-1`.
    #[config(pattern = "^[a-z|]+-[a-z]+-[0-9]$", example = "eu-west-1", len = 4..=32)]
    pub(crate) region: String,
    /// Largest body of a request.
    #[config(default = "16MiB", since = "1.2")]
    pub(crate) body_limit: ByteSize,
    /// Origins that browsers may call from.
    #[config(default = [], separator = ";", merge)]
    pub(crate) origins: Vec<String>,
    /// Currencies that are taken.
    #[config(one_of = ["EUR", "CHF"], len = 1..=2)]
    pub(crate) currencies: Vec<String>,
    /// Limits by name.
    #[config(default = "a=1,b=2")]
    pub(crate) limits: BTreeMap<String, u32>,
    /// Text in front of every line of a receipt.
    #[config(default = "")]
    pub(crate) receipt_prefix: String,
    /// Send receipts.
    #[config(default = false)]
    pub(crate) receipts: bool,
    /// How much is logged.
    #[config(default = "info")]
    pub(crate) log_level: Level,
    /// Share of the requests that are traced.
    #[config(default = 0.5, range = 0.0..=1.0)]
    pub(crate) traced: f64,
    /// Key that receipts are signed with.
    #[config(
        required_in("production"),
        forbidden_in("development"),
        rotate = "365d",
        store = "vault:{app}/{profile}/receipts#signing-key",
        max_stale = "10m"
    )]
    pub(crate) signing_key: Option<SecretString>,
    /// Name of the machine.
    #[config(
        deprecated(since = "1.1", note = "the region says it", replaced_by = "region", remove_in = "99.0"),
        retention = "30 days",
        review_by = "2099-01-31",
        not_secret = "it is the name of a place"
    )]
    pub(crate) host_token: Option<String>,
    /// Connection pool of the ledger database.
    #[config(nested)]
    pub(crate) pool: Pool,
    /// Mail for receipts.
    #[config(nested)]
    pub(crate) mail: Option<Mail>,
    /// Where receipts are kept.
    #[config(nested)]
    pub(crate) storage: Storage,
    /// Banks that money comes from.
    #[config(nested)]
    pub(crate) banks: Vec<Bank>,
    /// Upstream services by region.
    #[config(nested)]
    pub(crate) upstreams: BTreeMap<String, Upstream>,
    /// What is being tried out.
    #[config(nested(prefix = ""))]
    pub(crate) features: Features,
}

/// A pool of connections.
#[derive(Config)]
pub(crate) struct Pool {
    /// Connections that are kept open.
    #[config(default = 2)]
    pub(crate) min: u32,
    /// Connections that may be opened.
    #[config(default = 10, range = 1..=1000)]
    pub(crate) max: u32,
}

/// A server of mail.
#[derive(Config)]
pub(crate) struct Mail {
    /// Its host.
    #[config(format = "hostname")]
    pub(crate) host: String,
    /// Its port.
    #[config(default = 587)]
    pub(crate) port: u16,
    /// Its password.
    pub(crate) password: SecretString,
}

/// Where files are kept.
#[derive(Config)]
pub(crate) enum Storage {
    /// In the memory of the process.
    Memory,
    /// In a bucket.
    S3(Bucket),
}

/// A bucket.
#[derive(Config)]
pub(crate) struct Bucket {
    /// Its name.
    pub(crate) bucket: String,
}

/// A bank.
#[derive(Config)]
pub(crate) struct Bank {
    /// Its name.
    pub(crate) name: String,
    /// How we log in.
    pub(crate) token: SecretString,
}

/// An upstream service.
#[derive(Config)]
pub(crate) struct Upstream {
    /// Where it is.
    #[config(format = "url")]
    pub(crate) url: String,
}

/// What is being tried out.
#[derive(Config)]
pub(crate) struct Features {
    /// Take payments at night.
    #[config(default = false, live)]
    pub(crate) at_night: bool,
}

/// How much is logged.
#[derive(ConfigValue)]
pub(crate) enum Level {
    /// What an operator wants to know.
    Info,
    /// Everything.
    Debug,
}

fn certificates_match(_: &Payments) -> Result<(), String> {
    Ok(())
}
