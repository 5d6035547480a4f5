//! What a store is.

use std::{
    fmt,
    path::PathBuf,
    sync::Arc,
    time::{Duration, SystemTime},
};

use zeroize::Zeroizing;

use crate::{
    Failure, Fault, StoreSource, json,
    lease::{share, share_of_last},
};

/// A store: something that has texts at places, each with a version.
///
/// A store is asked for several places at once, because some answer many in one request. It tries nothing again,
/// remembers no value and records nothing: [`StoreSource`] does that for all stores alike. What it answers is in memory that
/// was allocated once and is wiped.
///
/// # Example
/// ```
/// use confident_stores::{Ask, Entry, Failure, Fault, Store};
///
/// /// A store with one secret.
/// struct Fixed;
///
/// impl Store for Fixed {
///     fn kind(&self) -> &'static str {
///         "fixed"
///     }
///
///     fn name(&self) -> String {
///         "the one secret".to_owned()
///     }
///
///     fn read(&self, ask: &Ask<'_>) -> Vec<Result<Entry, Failure>> {
///         let one = |place: &&str| match *place {
///             "payments/production/token" => Ok(Entry::text(b"s3cr3t".to_vec()).version("1")),
///             place => Err(Failure::new(Fault::Absent).at(place)),
///         };
///         ask.places.iter().map(one).collect()
///     }
/// }
///
/// let source = Fixed.source();
/// assert_eq!(format!("{source:?}"), "StoreSource(the one secret)");
/// ```
pub trait Store: Send + Sync + 'static {
    /// The kind of store, as the option `sources(..)` takes it.
    fn kind(&self) -> &'static str;

    /// What a report calls it: what it is and where, and never what it is asked with.
    fn name(&self) -> String;

    /// What stands at the places, in their order.
    fn read(&self, ask: &Ask<'_>) -> Vec<Result<Entry, Failure>>;

    /// What stood at a place before the version that stands there now, where the store still has it. It is asked for keys
    /// whose type is a [`Rotating`](confident_core::Rotating), while the value before the current one is still accepted,
    /// and only where the store says when the current one was written and does not tell of the one before by itself.
    ///
    /// # Errors
    /// Why the store does not answer. That there is none is no failure.
    fn before(&self, place: &str, version: &str) -> Result<Option<Entry>, Failure> {
        let _ = (place, version);
        Ok(None)
    }

    /// What the store is for, where nothing else is said.
    fn holds(&self) -> Holds {
        Holds::Secrets
    }

    /// Makes a lease last longer.
    ///
    /// # Errors
    /// Why the store does not. Most have no leases.
    fn renew(&self, lease: &Lease) -> Result<Lease, Failure> {
        let _ = lease;
        Err(Failure::new(Fault::Refused).detail("this store has no leases"))
    }

    /// Ends a lease before its time, when the program stops.
    ///
    /// # Errors
    /// Why the store does not.
    fn revoke(&self, lease: &Lease) -> Result<(), Failure> {
        let _ = lease;
        Ok(())
    }

    /// Lets go of what it keeps open between reads, such as a connection whose buffers have seen secrets. It is called
    /// after every load.
    fn rest(&self) {}

    /// The files in which a change may be one of the store, whether they are there or not.
    fn files(&self, _ask: &Ask<'_>) -> Vec<PathBuf> {
        Vec::new()
    }

    /// Whether the store tells of changes by itself.
    fn can_watch(&self) -> bool {
        false
    }

    /// Waits until something at the places changed since this version of the store, and answers the version that it
    /// has now; `None` where nothing changed in time.
    ///
    /// # Errors
    /// Why the store does not tell. Most cannot.
    fn watch(&self, ask: &Ask<'_>, since: u64, patience: Duration) -> Result<Option<u64>, Failure> {
        let _ = (ask, since, patience);
        Err(Failure::new(Fault::Refused).detail("this store does not tell of changes"))
    }

    /// Does what must be done between reads, such as to renew the token that leases hang on, and answers how long it is
    /// until something must be done again; `None` where nothing must.
    fn keep(&self) -> Option<Duration> {
        None
    }

    /// The store as a source of a load.
    fn source(self) -> StoreSource
    where
        Self: Sized,
    {
        StoreSource::new(self)
    }
}

macro_rules! stores_behind {
    ($($pointer:ident),*) => {$(
        impl<S: Store + ?Sized> Store for $pointer<S> {
            fn kind(&self) -> &'static str {
                (**self).kind()
            }

            fn name(&self) -> String {
                (**self).name()
            }

            fn read(&self, ask: &Ask<'_>) -> Vec<Result<Entry, Failure>> {
                (**self).read(ask)
            }

            fn before(&self, place: &str, version: &str) -> Result<Option<Entry>, Failure> {
                (**self).before(place, version)
            }

            fn holds(&self) -> Holds {
                (**self).holds()
            }

            fn renew(&self, lease: &Lease) -> Result<Lease, Failure> {
                (**self).renew(lease)
            }

            fn rest(&self) {
                (**self).rest();
            }

            fn files(&self, ask: &Ask<'_>) -> Vec<PathBuf> {
                (**self).files(ask)
            }

            fn can_watch(&self) -> bool {
                (**self).can_watch()
            }

            fn watch(&self, ask: &Ask<'_>, since: u64, patience: Duration) -> Result<Option<u64>, Failure> {
                (**self).watch(ask, since, patience)
            }

            fn revoke(&self, lease: &Lease) -> Result<(), Failure> {
                (**self).revoke(lease)
            }

            fn keep(&self) -> Option<Duration> {
                (**self).keep()
            }
        }
    )*};
}

stores_behind!(Box, Arc);

/// What a store is asked for.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Ask<'a> {
    /// The name of the program.
    pub app: &'a str,
    /// The profile of the load.
    pub profile: Option<&'a str>,
    /// The places.
    pub places: &'a [&'a str],
}

impl<'a> Ask<'a> {
    /// What a program asks for.
    pub const fn new(app: &'a str, profile: Option<&'a str>, places: &'a [&'a str]) -> Self {
        Self { app, profile, places }
    }
}

/// Reads one place after the other. After a failure of the store itself the others are not asked for: each would wait as
/// long.
pub fn one_by_one(
    ask: &Ask<'_>,
    mut read: impl FnMut(&str) -> Result<Entry, Failure>,
) -> Vec<Result<Entry, Failure>> {
    let mut broken: Option<Failure> = None;
    let one = |place: &&str| {
        let outcome = match &broken {
            Some(failure) => Err(failure.clone()),
            None => read(place),
        };
        broken = outcome.as_ref().err().filter(|failure| !failure.is_of_place()).cloned();
        outcome
    };
    ask.places.iter().map(one).collect()
}

/// The version before one, of those that are counted from 1.
#[cfg(any(feature = "vault", feature = "aws"))]
pub(crate) fn version_before(version: &str) -> Option<u64> {
    version.parse().ok().and_then(|version: u64| version.checked_sub(1)).filter(|before| *before > 0)
}

/// What a store holds, where nothing else is said: which keys are looked for in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Holds {
    /// The secrets.
    Secrets,
    /// The keys that are not secret.
    Settings,
}

/// What stands at one place of a store.
pub struct Entry {
    content: Content,
    pub(crate) version: Option<String>,
    pub(crate) revision: Option<u64>,
    pub(crate) lease: Option<Lease>,
    pub(crate) lasts: Option<Duration>,
    pub(crate) written: Option<SystemTime>,
    pub(crate) previous: Option<Box<(Entry, SystemTime)>>,
}

enum Content {
    Text(Zeroizing<Vec<u8>>),
    Fields(Fields),
}

impl Entry {
    /// A text.
    pub fn text(bytes: impl Into<Zeroizing<Vec<u8>>>) -> Self {
        Self::new(Content::Text(bytes.into()))
    }

    /// Texts by the names of fields. The names are no secrets: a report may show them.
    pub fn fields(fields: Vec<(String, Zeroizing<Vec<u8>>)>) -> Self {
        Self::of(fields.into_iter().map(|(name, text)| (name, Ok(text))).collect())
    }

    /// Fields, of which some are no texts.
    pub(crate) const fn of(fields: Fields) -> Self {
        Self::new(Content::Fields(fields))
    }

    const fn new(content: Content) -> Self {
        Self {
            content,
            version: None,
            revision: None,
            lease: None,
            lasts: None,
            written: None,
            previous: None,
        }
    }

    /// With its version.
    #[must_use]
    pub fn version(mut self, version: impl Into<String>) -> Self {
        self.version = Some(version.into());
        self
    }

    /// With its version, of which later ones are larger. One that is smaller than another before is not accepted.
    #[must_use]
    pub fn revision(mut self, revision: u64) -> Self {
        self.revision = Some(revision);
        self.version(revision.to_string())
    }

    /// With the lease that it is given on.
    #[must_use]
    pub fn lease(mut self, lease: Lease) -> Self {
        self.lease = Some(lease);
        self
    }

    /// With how long it is valid, where it has no lease.
    #[must_use]
    pub fn lasts(mut self, duration: Duration) -> Self {
        self.lasts = Some(duration);
        self
    }

    /// With the moment at which its version was written, where the store tells it: what is rotated too rarely is known
    /// by it, however often the program starts.
    #[must_use]
    pub fn written(mut self, moment: SystemTime) -> Self {
        self.written = Some(moment);
        self
    }

    /// With what stood there before, and how long that is kept: a key whose type is a
    /// [`Rotating`](confident_core::Rotating) has it beside the current value.
    #[must_use]
    pub fn previous(mut self, entry: Self, until: SystemTime) -> Self {
        self.previous = Some(Box::new((entry, until)));
        self
    }

    /// How long it is valid, if it ends.
    pub(crate) fn ends_after(&self) -> Option<Duration> {
        self.lease.as_ref().map(|lease| lease.duration).or(self.lasts)
    }

    /// When it should be renewed or read anew, if it ends; `random` is from 0 to 1.
    pub(crate) fn again_after(&self, random: f64) -> Option<Duration> {
        match &self.lease {
            Some(lease) => Some(lease.again_after(random)),
            None => self.lasts.map(|lasts| share_of_last(lasts, random)),
        }
    }

    /// The text, or that of the field. A text of a JSON object has fields too. An entry of fields is itself the field
    /// `value`.
    pub(crate) fn field(&self, field: Option<&str>) -> Result<Zeroizing<Vec<u8>>, Failure> {
        match (&self.content, field) {
            (Content::Text(text), None) => Ok(text.clone()),
            (Content::Text(text), Some(field)) => {
                let fields = json::fields(text).ok_or_else(|| {
                    Failure::new(Fault::WrongShape).detail("it has no fields: it is no object of JSON")
                })?;
                find(fields, field)
            }
            (Content::Fields(fields), field) => find(fields.clone(), field.unwrap_or("value")),
        }
    }
}

/// Fields by name, where each may be something else than a text.
pub(crate) type Fields = Vec<(String, Result<Zeroizing<Vec<u8>>, json::NotText>)>;

fn find(fields: Fields, wanted: &str) -> Result<Zeroizing<Vec<u8>>, Failure> {
    let wrong = |detail: String| Err(Failure::new(Fault::WrongShape).detail(detail));
    let absent = |detail: String| Err(Failure::new(Fault::Absent).detail(detail));
    let names: Vec<String> = fields.iter().map(|(name, _)| name.clone()).collect();
    match fields.into_iter().find(|(name, _)| name == wanted) {
        Some((_, Ok(text))) => Ok(text),
        Some((_, Err(json::NotText))) => wrong(format!("the field `{wanted}` is a list, an object or null")),
        None if names.is_empty() => absent(format!("there is no field `{wanted}`, and no other")),
        None => absent(format!("there is no field `{wanted}`; there is `{}`", names.join("`, `"))),
    }
}

impl fmt::Debug for Entry {
    /// Shows no value, and not how long it is.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Entry")
            .field("version", &self.version)
            .field("lease", &self.lease)
            .field("lasts", &self.lasts)
            .field("written", &self.written)
            .finish_non_exhaustive()
    }
}

/// What a store gives for a time.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Lease {
    /// What the store calls it. Whoever has it can end the lease.
    pub id: String,
    /// How long it lasts from now.
    pub duration: Duration,
    /// Whether it can be made to last longer.
    pub is_renewable: bool,
}

impl Lease {
    /// A lease that ends.
    pub fn new(id: impl Into<String>, duration: Duration, is_renewable: bool) -> Self {
        Self { id: id.into(), duration, is_renewable }
    }
}

impl Lease {
    /// When it should be renewed, or its values read anew; `random` is from 0 to 1.
    pub(crate) fn again_after(&self, random: f64) -> Duration {
        if self.is_renewable { share(self.duration, random) } else { share_of_last(self.duration, random) }
    }
}

impl fmt::Debug for Lease {
    /// Does not show the id.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { id: _, duration, is_renewable } = self;
        f.debug_struct("Lease")
            .field("duration", duration)
            .field("is_renewable", is_renewable)
            .finish_non_exhaustive()
    }
}
