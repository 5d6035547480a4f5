// Roots stand in functions and in modules, several in one crate, with any visibility.
#![deny(warnings, missing_docs, unreachable_pub, unused_qualifications, rust_2018_idioms, unnameable_types)]
#![deny(missing_debug_implementations, single_use_lifetimes, trivial_casts, let_underscore_drop)]
#![forbid(unsafe_code)]
#![allow(dead_code)]

//! A program.

use confident::{Config, Env, Root};

/// Settings of a service.
pub mod service {
    use confident::{Config, ConfigValue};

    /// A service.
    #[derive(Config)]
    #[config(app = "service")]
    pub struct Settings {
        /// Port to listen on.
        #[config(default = 8080)]
        pub port: u16,
        /// The pool.
        #[config(nested)]
        pub(crate) pool: pool::Pool,
        /// Level of the log.
        #[config(default = "info")]
        level: Level,
    }

    pub(crate) mod pool {
        /// A pool.
        #[derive(confident::Config)]
        pub(crate) struct Pool {
            /// Connections that may be opened.
            #[config(default = 10)]
            pub(in crate::service) max: u32,
        }
    }

    /// How much is logged.
    #[derive(ConfigValue, Debug)]
    pub enum Level {
        /// What happens.
        Info,
    }

    /// Connections of the pool.
    pub fn connections(settings: &Settings) -> u32 {
        settings.pool.max
    }
}

/// A worker, in the same crate.
#[derive(Config)]
#[config(app = "worker")]
pub(crate) struct Worker {
    /// The pool.
    #[config(nested)]
    pool: service::pool::Pool,
}

fn load<R: Root>() -> R {
    let none: [(&str, &str); 0] = [];
    R::loader().source(Env::from_pairs(none)).load().expect("every key has a default")
}

fn main() {
    /// A tool, in a function.
    #[derive(Config)]
    #[config(app = "tool")]
    struct Tool {
        /// Port to call.
        #[config(default = 1)]
        port: u16,
        /// The target.
        #[config(nested)]
        target: Target,
    }

    /// A target, in a function.
    #[derive(Config)]
    struct Target {
        /// Name of the target.
        #[config(default = "all")]
        name: String,
    }

    let settings: service::Settings = load();
    assert_eq!(service::connections(&settings), 10);
    assert_eq!(load::<Tool>().target.name, "all");
    let worker: Worker = load();
    assert_eq!(format!("{worker:?}"), "Worker { pool: Pool { max: 10 } }");
    assert_eq!(Worker::MANIFEST.app, "worker");
    assert_eq!(service::Settings::MANIFEST.app, "service");
}
