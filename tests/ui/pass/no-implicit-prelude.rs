// The derive depends on no name that a program has in scope.
#![no_implicit_prelude]
#![allow(dead_code)]

/// A service.
#[derive(::confident::Config)]
#[config(
    app = "service",
    hardening = "standard",
    rule(min <= max, "the least is not more than the most"),
    rule(level == Level::Info || verbose, "only the usual level is terse"),
    validate(check, "the port is not the admin's")
)]
struct Settings {
    /// Port to listen on.
    #[config(default = 8080, range = 1..=65535, alias = "OLD_PORT")]
    port: u16,
    /// The least.
    #[config(default = 1)]
    min: u32,
    /// The most.
    #[config(default = 2, deprecated(replaced_by = "min", remove_in = "1.0"))]
    max: u32,
    /// Peers.
    #[config(default = ["a", "b"], one_of = ["a", "b"], len = 1..=2, separator = ";")]
    peers: ::std::vec::Vec<::std::string::String>,
    /// Level of the log.
    #[config(default = "info")]
    level: Level,
    /// Whether to print everything.
    #[config(default = false, live)]
    verbose: bool,
    /// A number that parses itself.
    #[config(parse, default = "7")]
    parsed: u64,
    /// Token of the callers.
    #[config(owner = "team", rotate = "90d", format = "hex")]
    token: ::std::option::Option<::confident::SecretString>,
    /// The database.
    #[config(nested(prefix = "DB"))]
    database: Database,
    /// The replica.
    #[config(nested)]
    replica: ::std::option::Option<Database>,
    /// The shards.
    #[config(nested)]
    shards: ::std::vec::Vec<Database>,
    /// Where blobs are kept.
    #[config(nested)]
    storage: Storage,
}

/// A database.
#[derive(::confident::Config)]
struct Database {
    /// Port of the database.
    #[config(default = 5432)]
    port: u16,
}

/// Where blobs are kept.
#[derive(::confident::Config)]
enum Storage {
    /// In memory.
    #[config(default)]
    Memory,
    /// In a database.
    Database(Database),
}

/// How much is logged.
#[derive(::confident::ConfigValue)]
#[derive(::std::cmp::PartialEq)]
enum Level {
    /// What happens.
    Info,
    /// Everything.
    Debug,
}

fn check(settings: &Settings) -> ::std::result::Result<(), &'static str> {
    if settings.port == 9000 { ::std::result::Result::Err("it is") } else { ::std::result::Result::Ok(()) }
}

fn main() {
    let environment = ::confident::Env::from_pairs([("SERVICE_DB_PORT", "1")]);
    let loader = <Settings as ::confident::Config>::loader().source(environment);
    let settings = ::std::result::Result::unwrap(loader.load());
    ::std::assert_eq!(settings.database.port, 1);
    ::std::assert!(::std::matches!(settings.storage, Storage::Memory));
}
