// Structs that macros write: literals, types and expressions come in invisible groups.

use confident::{Config, ConfigValue, Env};

macro_rules! settings {
    (
        $(#[$attribute:meta])*
        $visibility:vis struct $name:ident, $app:literal, $rule:expr, $message:literal {
            $($field:ident: $type:ty = $default:literal in $least:literal to $most:expr, $doc:literal;)*
        }
        $(word $word:ident: $word_type:ty = $word_default:literal;)*
        $(nested $group:ident: $group_type:ty;)*
        $(parsed $parsed:ident: $parsed_type:ty = $parsed_default:expr;)*
        $(list $list:ident = $items:expr, at most $most_items:literal;)*
    ) => {
        $(#[$attribute])*
        #[derive(Config)]
        #[config(app = $app, rule($rule, $message))]
        $visibility struct $name {
            $(
                #[doc = $doc]
                #[config(default = $default, range = $least..=$most, owner = $app)]
                $field: $type,
            )*
            $(
                /// A word.
                #[config(default = $word_default)]
                $word: $word_type,
            )*
            $(
                /// A group.
                #[config(nested(prefix = $app))]
                $group: $group_type,
            )*
            $(
                /// A key.
                #[config(parse, default = $parsed_default)]
                $parsed: $parsed_type,
            )*
            $(
                /// A list.
                #[config(default = $items, separator = ";", len = ..=$most_items)]
                $list: Vec<String>,
            )*
        }
    };
}

macro_rules! pool {
    ($name:ident, $type:ty, $default:expr) => {
        /// A pool.
        #[derive(Config)]
        struct $name {
            /// Connections that may be opened.
            #[config(default = $default)]
            max: $type,
        }
    };
}

macro_rules! words {
    ($name:ident: $($variant:ident $doc:literal),*) => {
        /// How much is logged.
        #[derive(ConfigValue, Debug, PartialEq)]
        enum $name {
            $(#[doc = $doc] $variant,)*
        }
    };
}

pool!(Pool, u32, 10);
words!(Level: Info "What happens.", Debug "Everything.");

settings! {
    /// A service.
    pub(crate) struct Settings, "service", pool.max >= 1 && level == Level::Info, "the pool is not empty" {
        port: u16 = 8080 in 1 to 65535, "Port to listen on.";
        timeout: std::time::Duration = "30s" in "1s" to "5m", "How long a request may take.";
        offset: i32 = -5 in -10 to 10, "An offset.";
    }
    word level: Level = "info";
    nested pool: Pool;
    parsed workers: u8 = "5";
    list peers = ["a", "b"], at most 3;
}

fn main() {
    let environment = Env::from_pairs([("SERVICE_SERVICE_MAX", "3"), ("SERVICE_PEERS", "x;y;z")]);
    let settings = Settings::loader().source(environment).load().unwrap();
    assert_eq!((settings.port, settings.offset, settings.workers), (8080, -5, 5));
    assert_eq!((settings.pool.max, settings.peers.len()), (3, 3));
    assert_eq!(settings.level, Level::Info);
    let environment = Env::from_pairs([("SERVICE_LEVEL", "debug")]);
    assert!(Settings::loader().source(environment).load().is_err());
}
