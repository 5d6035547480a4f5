//! Why a store did not give what it was asked for, without a word of what it said.

use std::{borrow::Cow, fmt, time::Duration};

macro_rules! faults {
    ($($(#[$doc:meta])* $name:ident $word:literal $transient:literal $cure:literal;)*) => {
        /// What went wrong with a store.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum Fault {$(
            $(#[$doc])*
            $name,
        )*}

        impl Fault {
            /// Every fault.
            pub const ALL: &'static [Self] = &[$(Self::$name),*];

            /// One word for it, in records and metrics. It is stable: programs may rely on it.
            pub const fn word(self) -> &'static str {
                match self {$(Self::$name => $word,)*}
            }

            /// Whether it may pass by itself. Only then the store is asked again, and only then a value that was read
            /// before may be served.
            pub const fn is_transient(self) -> bool {
                match self {$(Self::$name => $transient,)*}
            }

            /// What to do.
            pub const fn cure(self) -> &'static str {
                match self {$(Self::$name => $cure,)*}
            }
        }
    };
}

faults! {
    /// Nothing answers at the address, or the connection ended before the answer did.
    Unreachable "unreachable" true "check the address, the network, and that the store runs";
    /// The store did not answer in time.
    Timeout "timeout" true "check the network and the load of the store, or allow more time";
    /// The store asks for fewer requests.
    Busy "busy" true "the store limits requests: ask less often, or raise the limit";
    /// The store says that it cannot answer now.
    Unavailable "unavailable" true "look at the store's own log";
    /// The store is sealed.
    Sealed "sealed" true "unseal the store";
    /// The store does not know who asks: no credentials, or wrong ones.
    Unauthenticated "unauthenticated" false "check the credentials that the program logs in with";
    /// Who asks may not have it.
    Denied "denied" false "grant what `confident policy` writes for this program and profile";
    /// There is nothing at the place.
    Absent "absent" false "write a value to the place";
    /// What was at the place, or the version that was asked for, is deleted.
    Deleted "deleted" false "write a new version, or undelete this one";
    /// The store has an older version than it had before.
    RolledBack "rolled-back" false "find out who restored the store; to accept it, write the value anew, or have the program call `accept_rollback`";
    /// What is at the place is not a text, or has no such field.
    WrongShape "wrong-shape" false "write a text to the place, or name a field of it with `#field`";
    /// The answer is not one that this store gives.
    Malformed "malformed" false "check that the address is that of the store, and not of something in front of it";
    /// The file of the store is not there, or cannot be read.
    Unreadable "unreadable" false "check that the file is there, and that the program may read it";
    /// The file of the store was changed by someone who cannot write one, was cut off, or is none.
    Damaged "damaged" false "restore the file from a copy, such as the last commit";
    /// The file of the store cannot be written.
    Unwritable "unwritable" false "check that the folder of the file is there and may be written to";
    /// The answer is larger than any secret.
    TooLarge "too-large" false "check that the address is that of the store, and the place that of a secret";
    /// The store sends to another address. It is not followed, because credentials would follow.
    Redirected "redirected" false "use the address that the store itself has";
    /// The store's certificate is not to be trusted.
    Untrusted "untrusted" false "check the name and the dates of the certificate, and name its authority";
    /// The way to the store is open for everybody to read.
    Insecure "insecure" false "use https, or an address of this machine";
    /// The way in which the program asks is not right.
    Refused "refused" false "check how the store is set up in the program";
}

/// Why a store did not give what it was asked for.
///
/// It has no place for anything that a store answered: an answer may quote a secret.
///
/// # Example
/// ```
/// use confident_stores::{Failure, Fault};
///
/// let failure = Failure::new(Fault::Denied).at("payments/production/db");
/// assert_eq!(failure.to_string(), "denied access to payments/production/db");
/// assert!(!failure.fault().is_transient());
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    fault: Fault,
    place: Option<String>,
    version: Option<String>,
    detail: Option<Cow<'static, str>>,
    retry_after: Option<Duration>,
}

impl Failure {
    /// A failure of which nothing else is known.
    pub const fn new(fault: Fault) -> Self {
        Self { fault, place: None, version: None, detail: None, retry_after: None }
    }

    /// With the place that was asked for.
    #[must_use]
    pub fn at(mut self, place: impl Into<String>) -> Self {
        self.place = Some(place.into());
        self
    }

    /// With the version at that place.
    #[must_use]
    pub fn version(mut self, version: impl Into<String>) -> Self {
        self.version = Some(version.into());
        self
    }

    /// With what helps to find the reason. It must not quote what the store answered.
    #[must_use]
    pub fn detail(mut self, detail: impl Into<Cow<'static, str>>) -> Self {
        self.detail = Some(detail.into());
        self
    }

    /// With how long the store wants to be left alone.
    #[must_use]
    pub const fn retry_after(mut self, pause: Duration) -> Self {
        self.retry_after = Some(pause);
        self
    }

    /// The same, but with what a store means by it.
    #[allow(dead_code)] // of the features, only some need it
    pub(crate) fn means(mut self, fault: Fault) -> Self {
        self.fault = fault;
        self
    }

    /// What went wrong.
    pub const fn fault(&self) -> Fault {
        self.fault
    }

    /// The place that was asked for.
    pub fn place(&self) -> Option<&str> {
        self.place.as_deref()
    }

    /// How long the store wants to be left alone.
    pub const fn pause(&self) -> Option<Duration> {
        self.retry_after
    }

    /// Whether it is about one place, and not about the store.
    pub(crate) const fn is_of_place(&self) -> bool {
        use Fault::{Absent, Deleted, Denied, RolledBack, WrongShape};
        matches!(self.fault, Absent | Deleted | Denied | RolledBack | WrongShape)
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let place = self.place.as_deref().unwrap_or("what was asked for");
        match self.fault {
            Fault::Unreachable => f.write_str("cannot be reached"),
            Fault::Timeout => f.write_str("did not answer in time"),
            Fault::Busy => f.write_str("asks for fewer requests"),
            Fault::Unavailable => f.write_str("cannot answer now"),
            Fault::Sealed => f.write_str("is sealed"),
            Fault::Unauthenticated => f.write_str("does not accept the credentials of the program"),
            Fault::Denied => write!(f, "denied access to {place}"),
            Fault::Absent => write!(f, "has nothing at {place}"),
            Fault::Deleted => write!(f, "has deleted {place}"),
            Fault::RolledBack => write!(f, "has an older version of {place} than before"),
            Fault::WrongShape => write!(f, "has something else than a text at {place}"),
            Fault::Malformed => f.write_str("gave an answer that it does not give"),
            Fault::Unreadable => f.write_str("cannot be read"),
            Fault::Damaged => f.write_str("is not as it was written"),
            Fault::Unwritable => f.write_str("cannot be written"),
            Fault::TooLarge => f.write_str("gave an answer of more than 1 MiB"),
            Fault::Redirected => f.write_str("sends to another address"),
            Fault::Untrusted => f.write_str("has a certificate that is not to be trusted"),
            Fault::Insecure => f.write_str("would be asked over a connection that everybody can read"),
            Fault::Refused => f.write_str("refused the request"),
        }?;
        if let Some(version) = &self.version {
            write!(f, " (version {version})")?;
        }
        self.detail.iter().try_for_each(|detail| write!(f, ": {detail}"))
    }
}

impl std::error::Error for Failure {}
