//! Feature flags.

use std::{
    fmt,
    time::{Duration, SystemTime},
};

use zeroize::Zeroize;

use super::{Invalid, Value};
use crate::{
    grammar::{
        How,
        date::{Date, since_1970},
        flag::{self, Names, WHOLE},
    },
    manifest::Kind,
    stable_hash::xxh64,
};

/// A feature flag: off, on, or on for some subjects.
///
/// | written | on for |
/// |---|---|
/// | `off`, `on` | nobody, everybody |
/// | `25%`, `0.5%` | a share of all subjects, always the same ones |
/// | `allow alice bob` | these, and nobody else |
/// | `25%, allow alice bob, deny eve` | a share and these, but not for this one |
/// | `on, until 2027-01-31` | everybody; nobody from the first of February on |
///
/// A subject is what a program asks for: a tenant, a user, a region. Names are compared byte for byte; one with a blank
/// or a comma in it stands in quotation marks, `allow "Acme Ltd"`. The days of `until` are those of UTC.
///
/// Which subjects are in a share follows from the path of the key and from the subject, and from nothing else: it is the
/// same in every process, on every machine and in every version. A larger share has all the subjects of a smaller one, and
/// two flags of the same share have different ones. A key that moves to another path draws anew. For those who compute it
/// elsewhere: a subject is in where `XXH64(subject, seed) mod 1,000,000` is less than the share in millionths, and
/// the seed is `XXH64(path, 0)`, all texts in UTF-8.
///
/// A key of this type is `live`, and says who answers for it and when it goes: its day of review is its
/// expiry. Past it, a load warns and a check fails, and the flag says what it said before.
///
/// # Example
/// ```
/// use confident_core::Flag;
///
/// let flag = Flag::of("checkout.express", "25%, allow alice, deny eve")?;
/// assert!(flag.is_on_for("alice"));
/// assert!(!flag.is_on_for("eve"));
/// assert_eq!((1..=1000).filter(|tenant| flag.is_on_for(&format!("tenant-{tenant}"))).count(), 244);
/// # Ok::<(), confident_core::Invalid>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Flag {
    /// In millionths.
    share: u32,
    /// In the order of their bytes, as are those that are denied.
    allowed: Box<[Box<str>]>,
    denied: Box<[Box<str>]>,
    until: Option<Until>,
    /// The hash of the path, so that each flag draws for itself.
    seed: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Until {
    date: Date,
    /// When that day is over, since 1970.
    end: Duration,
}

impl Flag {
    /// The flag that a key at `path` reads from `text`.
    ///
    /// # Errors
    /// What is wrong with the text, without the text.
    pub fn of(path: &str, text: &str) -> Result<Self, Invalid> {
        let mut flag = Self::from_text(text, &How::PLAIN)?;
        flag.place(path);
        Ok(flag)
    }

    /// Whether it is on for everybody who has no name: a flag that needs a subject is off without one.
    ///
    /// # Example
    /// ```
    /// use confident_core::Flag;
    ///
    /// assert!(Flag::of("checkout", "on, deny eve")?.is_on());
    /// assert!(!Flag::of("checkout", "99%, allow alice")?.is_on());
    /// # Ok::<(), confident_core::Invalid>(())
    /// ```
    pub fn is_on(&self) -> bool {
        self.share == WHOLE && !self.is_over(None)
    }

    /// The same at another moment, for tests.
    pub fn is_on_at(&self, moment: SystemTime) -> bool {
        self.share == WHOLE && !self.is_over(Some(moment))
    }

    /// Whether it is on for this subject.
    ///
    /// The answer takes no lock, no allocation, and nanoseconds. Only a flag with `until` looks at the clock.
    pub fn is_on_for(&self, subject: &str) -> bool {
        self.has(subject) && !self.is_over(None)
    }

    /// The same at another moment, for tests.
    ///
    /// # Example
    /// ```
    /// use std::time::{Duration, SystemTime};
    /// use confident_core::Flag;
    ///
    /// let flag = Flag::of("checkout", "on, until 2027-01-31")?;
    /// let midnight = SystemTime::UNIX_EPOCH + Duration::from_secs(1_801_440_000); // 2027-02-01
    /// assert!(flag.is_on_for_at("alice", midnight - Duration::from_nanos(1)));
    /// assert!(!flag.is_on_for_at("alice", midnight));
    /// # Ok::<(), confident_core::Invalid>(())
    /// ```
    pub fn is_on_for_at(&self, subject: &str, moment: SystemTime) -> bool {
        self.has(subject) && !self.is_over(Some(moment))
    }

    fn has(&self, subject: &str) -> bool {
        if is_among(&self.denied, subject) {
            return false;
        }
        match self.share {
            WHOLE => true,
            0 => is_among(&self.allowed, subject),
            share => {
                is_among(&self.allowed, subject)
                    || xxh64(subject.as_bytes(), self.seed) % u64::from(WHOLE) < u64::from(share)
            }
        }
    }

    /// Whether its last day is over, at this moment or now.
    fn is_over(&self, moment: Option<SystemTime>) -> bool {
        let Some(Until { end, .. }) = self.until else { return false };
        end <= since_1970(moment.unwrap_or_else(SystemTime::now))
    }
}

fn is_among(names: &[Box<str>], subject: &str) -> bool {
    !names.is_empty() && names.binary_search_by(|name| (**name).cmp(subject)).is_ok()
}

fn sorted(mut names: Names<'_>) -> Result<Box<[Box<str>]>, Invalid> {
    let mut sorted = Vec::new();
    while let Some(name) = names.next()? {
        sorted.push(Box::from(name));
    }
    sorted.sort_unstable();
    Ok(sorted.into())
}

impl fmt::Display for Flag {
    /// The shortest text that says the same; names stand in the order of their bytes.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut comma = "";
        if self.share > 0 || self.allowed.is_empty() {
            match self.share {
                0 => f.write_str("off")?,
                WHOLE => f.write_str("on")?,
                share => percentage(share, f)?,
            }
            comma = ", ";
        }
        for (word, names) in [("allow", &self.allowed), ("deny", &self.denied)] {
            if !names.is_empty() {
                write!(f, "{comma}{word}")?;
                comma = ", ";
            }
            names.iter().try_for_each(|name| {
                let mut alone = flag::Names::of(name);
                if matches!(alone.next(), Ok(Some(read)) if *read == **name) {
                    write!(f, " {name}")
                } else {
                    write!(f, " \"{name}\"")
                }
            })?;
        }
        match self.until {
            Some(Until { date, .. }) => write!(f, "{comma}until {date}"),
            None => Ok(()),
        }
    }
}

fn percentage(share: u32, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let (percents, rest) = (share / 10_000, share % 10_000);
    if rest == 0 {
        return write!(f, "{percents}%");
    }
    let fraction = format!("{rest:04}");
    write!(f, "{percents}.{}%", fraction.trim_end_matches('0'))
}

/// A flag is no secret. It can stand in a `SecretBox` all the same, so that the compiler says in words of its own that a
/// key may not.
impl Zeroize for Flag {
    fn zeroize(&mut self) {
        let Self { share, allowed, denied, until, seed } = self;
        share.zeroize();
        allowed.zeroize();
        denied.zeroize();
        seed.zeroize();
        *until = None;
    }
}

impl Value for Flag {
    const KIND: &'static Kind = &Kind::Flag;

    fn from_text(text: &str, _: &How) -> Result<Self, Invalid> {
        let flag::Written { share, allow, deny, until } = flag::parse(text)?;
        let until = until.map(|date| Until { date, end: date.end() });
        Ok(Self { share, allowed: sorted(allow)?, denied: sorted(deny)?, until, seed: xxh64(b"", 0) })
    }

    fn place(&mut self, path: &str) {
        self.seed = xxh64(path.as_bytes(), 0);
    }

    fn show(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
