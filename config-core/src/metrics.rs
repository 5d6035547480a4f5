//! The metrics of a program, as data: what emits them, the documents and the dashboards read the same list.
//!
//! They are emitted by the facade `metrics`, where the feature `metrics` is on. No label holds a value, a place in a
//! store or a profile: labels are the name of the program, keys of its manifest, kinds of stores, and words of a
//! closed set.
//!
//! # Example
//! ```
//! use confident_core::metrics;
//!
//! let names: Vec<&str> = metrics::ALL.iter().map(|metric| metric.name).collect();
//! assert!(names.contains(&"confident_load_seconds"));
//! ```

/// A metric.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Metric {
    /// Its name, with its unit at the end.
    pub name: &'static str,
    /// What its numbers do.
    pub kind: Kind,
    /// What its numbers count.
    pub unit: Unit,
    /// What it says, in sentences.
    pub help: &'static str,
    /// The names of its labels.
    pub labels: &'static [&'static str],
}

/// What the numbers of a metric do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Kind {
    /// They only grow.
    Counter,
    /// They go up and down.
    Gauge,
    /// They are many, and spread.
    Histogram,
}

/// What the numbers of a metric count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Unit {
    /// How often something was.
    Count,
    /// Seconds; those of a moment begin with the year 1970.
    Seconds,
}

impl Kind {
    /// The word for it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Counter => "counter",
            Self::Gauge => "gauge",
            Self::Histogram => "histogram",
        }
    }
}

/// The outcome of what went well.
pub const OK: &str = "ok";
/// The outcome of a load that did not.
pub const FAILED: &str = "failed";

/// The label of the program's name.
pub const APP: &str = "app";
/// The label of a key's path.
pub const KEY: &str = "key";
/// The label of a store's kind.
pub const STORE: &str = "store";
/// The label of the word for what came of something.
pub const OUTCOME: &str = "outcome";
/// The label of a problem's code.
pub const CODE: &str = "code";

macro_rules! metrics {
    ($($constant:ident $name:literal $kind:ident $unit:ident [$($label:ident),*] $help:literal;)*) => {
        $(
            #[doc = concat!("`", $name, "`: ", $help)]
            pub const $constant: Metric = Metric {
                name: $name,
                kind: Kind::$kind,
                unit: Unit::$unit,
                help: $help,
                labels: &[$($label),*],
            };
        )*

        /// Every metric.
        pub const ALL: &[Metric] = &[$($constant),*];
    };
}

metrics! {
    LOAD_SECONDS "confident_load_seconds" Histogram Seconds [APP, OUTCOME]
        "How long a load took. The outcome is ok or failed.";
    LOAD_PROBLEMS "confident_load_problems_total" Counter Count [APP, CODE]
        "Problems and warnings of loads, by the code of the report.";
    LIVE_GENERATION "confident_live_generation" Gauge Count [APP]
        "The generation of the settings that count, in a program that watches them.";
    LIVE_REJECTIONS "confident_live_rejections_total" Counter Count [APP, OUTCOME]
        "Changes that were not taken. The outcome is invalid, or refused where a part of the program objects.";
    STORE_REQUESTS "confident_store_requests_total" Counter Count [APP, STORE, OUTCOME]
        "Places that a store was asked for, by ok or the fault; each attempt counts. One that is refused because its \
         version is older counts as ok and as rolled-back.";
    STORE_REQUEST_SECONDS "confident_store_request_seconds" Histogram Seconds [APP, STORE, OUTCOME]
        "How long a store took to answer for all places of a load. The outcome is ok, or the fault that kept it from \
         answering.";
    STORE_RETRIES "confident_store_retries_total" Counter Count [APP, STORE]
        "Attempts that were not the first.";
    LEASE_RENEWALS "confident_lease_renewals_total" Counter Count [APP, STORE, OUTCOME]
        "Renewals of leases, by ok or the fault.";
    VALUE_STALE_SECONDS "confident_value_stale_seconds" Gauge Seconds [APP, KEY]
        "How old the last value of the key is, while its store does not answer; 0 where it is fresh. Above the max_stale \
         of the key it is not served.";
    VALUE_REFRESH_TIMESTAMP "confident_value_refresh_timestamp_seconds" Gauge Seconds [APP, KEY]
        "The moment by which a value that ends should be renewed or read anew; +Inf where it does not end any more.";
    VALUE_EXPIRES_TIMESTAMP "confident_value_expires_timestamp_seconds" Gauge Seconds [APP, KEY]
        "The moment at which a value ends; +Inf where it does not end any more.";
    VALUE_ROTATIONS "confident_value_rotations_total" Counter Count [APP, KEY]
        "Changes of the version of the key's place between two reads of one source.";
    VALUE_CHANGED_TIMESTAMP "confident_value_changed_timestamp_seconds" Gauge Seconds [APP, KEY]
        "The moment of the last change: the one that the store tells, else the one at which the source saw it.";
}

/// How metrics are emitted: for sources that are built along with this crate.
#[doc(hidden)]
impl Metric {
    /// Adds to a counter. The values of labels are in the order of their names.
    pub fn add(&self, count: u64, labels: &[&str]) {
        #[cfg(feature = "metrics")]
        ::metrics::counter!(self.name, self.labelled(labels)).increment(count);
        let _ = (count, labels);
    }

    /// Sets a gauge.
    pub fn set(&self, number: f64, labels: &[&str]) {
        #[cfg(feature = "metrics")]
        ::metrics::gauge!(self.name, self.labelled(labels)).set(number);
        let _ = (number, labels);
    }

    /// Records one number of a histogram.
    pub fn record(&self, number: f64, labels: &[&str]) {
        #[cfg(feature = "metrics")]
        ::metrics::histogram!(self.name, self.labelled(labels)).record(number);
        let _ = (number, labels);
    }

    #[cfg(feature = "metrics")]
    fn labelled(&self, values: &[&str]) -> Vec<::metrics::Label> {
        debug_assert_eq!(values.len(), self.labels.len(), "{} has a value for each label", self.name);
        let label = |(name, value): (&&'static str, &&str)| ::metrics::Label::new(*name, (*value).to_owned());
        self.labels.iter().zip(values).map(label).collect()
    }
}

/// Tells the recorder what each metric says.
#[cfg(feature = "metrics")]
pub(crate) fn describe() {
    for Metric { name, kind, unit, help, labels: _ } in ALL {
        let unit = match unit {
            Unit::Count => ::metrics::Unit::Count,
            Unit::Seconds => ::metrics::Unit::Seconds,
        };
        match kind {
            Kind::Counter => ::metrics::describe_counter!(*name, unit, *help),
            Kind::Gauge => ::metrics::describe_gauge!(*name, unit, *help),
            Kind::Histogram => ::metrics::describe_histogram!(*name, unit, *help),
        }
    }
}
