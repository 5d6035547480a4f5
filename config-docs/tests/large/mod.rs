//! A program with 400 keys: 20 groups of 20, as a team of some years has them.
#![allow(dead_code)] // what matters is the manifest

use std::{collections::BTreeMap, net::SocketAddr, path::PathBuf, time::Duration};

use confident::{ByteSize, Config, ConfigValue, SecretString};

/// A service of a subsystem: how it listens, what it keeps, what it may use.
#[derive(Config)]
pub(crate) struct Service {
    /// Whether it runs in this process.
    #[config(default = true, owner = "team-platform", tags = ["core"])]
    enabled: bool,
    /// Address that it listens on.
    #[config(default = "127.0.0.1:9000", owner = "team-edge", tags = ["network"])]
    listen: SocketAddr,
    /// How long a request may take, from its first byte to the last byte of the answer.
    #[config(default = "30s", range = "100ms"..="5m", live, owner = "team-edge", tags = ["limits", "network"])]
    request_timeout: Duration,
    /// How long a connection may be idle.
    #[config(default = "90s", live, owner = "team-edge", tags = ["limits", "network"])]
    idle_timeout: Duration,
    /// Largest body of a request.
    #[config(default = "16MiB", range = "1KiB"..="1GiB", owner = "team-edge", since = "2.1", tags = ["limits"])]
    body_limit: ByteSize,
    /// Requests that are served at the same time; those behind wait.
    #[config(default = 256, range = 1..=65535, live, owner = "team-platform", tags = ["limits"])]
    max_requests: u32,
    /// Where the service keeps its files.
    #[config(default = "/var/lib/fleet", owner = "team-storage", tags = ["storage"])]
    folder: PathBuf,
    /// What is done with old files.
    #[config(default = "archive", owner = "team-storage", retention = "400 days", tags = ["storage"])]
    old_files: OldFiles,
    /// How many old files are kept.
    #[config(default = 14, unit = "files", owner = "team-storage", tags = ["storage"])]
    keep: u16,
    /// Upstream that requests go to.
    #[config(format = "url", example = "https://upstream.internal", owner = "team-edge", tags = ["network"])]
    upstream: String,
    /// Names that the upstream may be reached by.
    #[config(default = [], owner = "team-edge", tags = ["network"])]
    upstream_names: Vec<String>,
    /// Weights of the upstreams, by name.
    #[config(default = "a=1,b=2", owner = "team-edge", live, tags = ["network"])]
    weights: BTreeMap<String, u32>,
    /// Token that the upstream asks for. Ask for a new one at least a day before the old one ends: both are valid for
    /// that time.
    #[config(
        owner = "team-security",
        rotate = "90d",
        classification = "internal",
        required_in("production")
    )]
    upstream_token: Option<SecretString>,
    /// Key that answers are signed with.
    #[config(
        owner = "team-security",
        rotate = "365d",
        classification = "pci",
        sources("directory", "vault"),
        store = "vault:fleet/signing#key"
    )]
    signing_key: Option<SecretString>,
    /// Share of the requests that are traced.
    #[config(default = 0.01, range = 0.0..=1.0, live, owner = "team-observability", tags = ["traces"])]
    traced: f64,
    /// How much is logged.
    #[config(default = "info", live, owner = "team-observability", tags = ["log"])]
    log_level: Level,
    /// Prefix of the names of metrics.
    #[config(default = "fleet", pattern = "^[a-z_]+$", owner = "team-observability", tags = ["metrics"])]
    metrics_prefix: String,
    /// Print what goes out. It is for a look at your own machine.
    #[config(default = false, forbidden_in("production"), owner = "team-platform", tags = ["log"])]
    print_all: bool,
    /// Number of attempts before a request fails.
    #[config(default = 3, range = 1..=10, live, owner = "team-platform", tags = ["limits"])]
    attempts: u8,
    /// Number of workers.
    #[config(
        default = 4,
        owner = "team-platform",
        deprecated(since = "3.0", note = "the number of requests says it", remove_in = "99.0")
    )]
    workers: u16,
}

#[derive(ConfigValue)]
pub(crate) enum OldFiles {
    /// They stay where they are.
    Keep,
    /// They move to the archive.
    Archive,
    /// They are removed.
    Remove,
}

#[derive(ConfigValue)]
pub(crate) enum Level {
    /// What stops a request.
    Error,
    /// What an operator wants to know.
    Info,
    /// Everything.
    Debug,
}

macro_rules! fleet {
    ($($name:ident: $doc:literal,)*) => {
        /// A fleet of services that takes orders in, moves goods and writes invoices.
        #[derive(Config)]
        #[config(app = "fleet", profiles("development", "staging", "production"))]
        pub(crate) struct Fleet {
            $(
                #[doc = $doc]
                #[config(nested)]
                $name: Service,
            )*
        }
    };
}

fleet! {
    orders: "Takes orders in.",
    billing: "Writes invoices.",
    shipping: "Hands parcels to carriers.",
    inventory: "Knows what is where.",
    catalog: "Shows what there is.",
    search: "Finds what there is.",
    accounts: "Knows who may do what.",
    sessions: "Remembers who is there.",
    notifications: "Tells people.",
    webhooks: "Tells programs.",
    exports: "Writes files for others.",
    imports: "Reads files of others.",
    reports: "Adds up.",
    audit: "Keeps what was done.",
    media: "Keeps pictures.",
    pricing: "Says what it costs.",
    returns: "Takes goods back.",
    suppliers: "Orders from others.",
    routing: "Finds ways.",
    scheduler: "Starts work at its time.",
}
