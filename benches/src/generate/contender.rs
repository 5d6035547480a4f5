//! Who is compared.

use super::keys::{Group, Key, Kind, Value};

/// One way to read a configuration.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Contender {
    /// This project: nested groups, durations as `30s`, lists with commas.
    Confident,
    /// `std::env::var` and `parse`, field by field, with errors that name the variable; durations by
    /// `humantime`, lists by `split`.
    Hand,
    /// One pass over `std::env::vars_os` into a `HashMap`, then as [`Contender::Hand`].
    HandMap,
    /// envy: one flat struct, since it knows no nesting; durations by `humantime_serde`, lists with commas.
    Envy,
    /// figment: `Env::prefixed("BENCH_").split("__")`; durations by `humantime_serde`, lists as
    /// `["a","b"]`, as it guesses types from the text.
    Figment,
    /// config: `Environment::with_prefix("BENCH").separator("__")` with `try_parsing`, which lists need,
    /// and each key that is a list named; durations by `humantime_serde`.
    Config,
    /// confique: `env = ".."` on each field; durations by `deserialize_with = humantime_serde::deserialize`,
    /// lists by `parse_env = confique::env::parse::list_by_comma`.
    Confique,
    /// conf: `flatten` with `env_prefix`; durations by `value_parser = humantime::parse_duration`, lists by
    /// `repeat`, whose items commas separate.
    Conf,
    /// envconfig: `nested`, and `from = ".."` on each field; durations as `humantime::Duration` and lists as
    /// a type of our own, since it reads every type by `FromStr`.
    Envconfig,
    /// clap: `flatten`, and `long` with `env = ".."` on each argument; durations by
    /// `value_parser = humantime::parse_duration`, lists by `value_delimiter`.
    Clap,
    /// confik: nested; durations by `humantime_serde::option`, a list as one variable for each item, since
    /// it splits none.
    Confik,
    /// The least conceivable work on the same input: one pass over the block of the environment, in order,
    /// that expects the variables in the order of the keys. Nobody would ship it.
    Limit,
    /// Structs with serde's `Deserialize` and no `load`: durations by `humantime_serde`.
    SerdeDerive,
}

impl Contender {
    /// Those that read the environment.
    pub const LOADERS: [Self; 12] = [
        Self::Limit,
        Self::Confident,
        Self::Hand,
        Self::HandMap,
        Self::Envy,
        Self::Figment,
        Self::Config,
        Self::Confique,
        Self::Conf,
        Self::Envconfig,
        Self::Clap,
        Self::Confik,
    ];

    /// The name in tables, and of the folder in `benches/contenders`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Confident => "confident",
            Self::Hand => "hand",
            Self::HandMap => "hand-map",
            Self::Envy => "envy",
            Self::Figment => "figment",
            Self::Config => "config",
            Self::Confique => "confique",
            Self::Conf => "conf",
            Self::Envconfig => "envconfig",
            Self::Clap => "clap",
            Self::Confik => "confik",
            Self::Limit => "limit",
            Self::SerdeDerive => "serde",
        }
    }

    /// The contender of that name.
    pub fn named(name: &str) -> Option<Self> {
        Self::LOADERS.into_iter().chain([Self::SerdeDerive]).find(|contender| contender.name() == name)
    }

    /// The variable of a key.
    fn variable(self, group: &Group, key: &Key) -> String {
        let separator = match self {
            Self::Figment | Self::Config | Self::Confik => "__",
            _ => "_",
        };
        format!("BENCH_{}{separator}{}", group.name, key.name).to_uppercase()
    }

    /// The variables that set a key, which may be none or several.
    pub(super) fn variables(self, group: &Group, key: &Key) -> Vec<(String, String)> {
        let name = self.variable(group, key);
        match key.value() {
            Value::Absent => Vec::new(),
            Value::Text(text) | Value::Bare(text) => vec![(name, text)],
            Value::List(items) => match self {
                Self::Confik => {
                    let numbered = items.into_iter().enumerate();
                    numbered.map(|(number, item)| (format!("{name}__{number}"), item)).collect()
                }
                Self::Figment => vec![(name, format!("{items:?}"))],
                _ => vec![(name, items.join(","))],
            },
        }
    }

    /// Where a key is in `Root`.
    pub(super) fn place(self, group: &Group, key: &Key) -> String {
        match (self, key.kind) {
            (Self::Envy, _) => format!("{}_{}", group.name, key.name),
            (Self::Envconfig, Kind::List) => format!("{}.{}.0", group.name, key.name),
            (Self::Envconfig, Kind::Duration) => {
                format!("{}.{}.as_ref()", group.name, key.name)
            }
            _ => format!("{}.{}", group.name, key.name),
        }
    }

    /// The variable of a key, for code that names it.
    pub(super) fn literal(self, group: &Group, key: &Key) -> String {
        format!("{:?}", self.variable(group, key))
    }
}
