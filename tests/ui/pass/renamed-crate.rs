// A crate that brings `confident` along under another name.
#![allow(dead_code)]

mod facade {
    pub mod inner {
        pub use ::confident as settings;
    }
}

mod confident {}

use facade::inner::settings::{Config, ConfigValue, Env};

/// A service.
#[derive(Config)]
#[config(app = "service", crate = facade::inner::settings)]
struct Settings {
    /// Port to listen on.
    #[config(default = 8080)]
    port: u16,
    /// Level of the log.
    #[config(default = "info")]
    level: Level,
    /// The storage.
    #[config(nested)]
    storage: module::Storage,
}

/// How much is logged.
#[derive(ConfigValue)]
#[config(crate = crate::facade::inner::settings)]
enum Level {
    /// What happens.
    Info,
}

mod module {
    /// Where blobs are kept.
    #[derive(crate::facade::inner::settings::Config)]
    #[config(crate = crate::facade::inner::settings)]
    pub enum Storage {
        /// In memory.
        #[config(default)]
        Memory,
    }
}

macro_rules! settings {
    ($name:ident) => {
        /// A worker.
        #[derive($crate::facade::inner::settings::Config)]
        #[config(app = "worker", crate = $crate::facade::inner::settings)]
        struct $name {
            /// Port to listen on.
            #[config(default = 9090)]
            port: u16,
        }
    };
}

settings!(Worker);

fn main() {
    let none: [(&str, &str); 0] = [];
    let settings = Settings::loader().source(Env::from_pairs(none)).load().unwrap();
    let worker = Worker::loader().source(Env::from_pairs(none)).load().unwrap();
    assert_eq!((settings.port, worker.port), (8080, 9090));
}
