//! What stands in an age file, once it is decrypted.

use std::{
    collections::BTreeMap,
    fmt,
    time::{Duration, SystemTime},
};

use serde::{
    Deserialize, Deserializer, Serialize,
    de::{Error, MapAccess, Visitor},
};
use serde_json::value::RawValue;
use zeroize::Zeroizing;

use crate::{Failure, Fault, json};

/// What a document is told by, with the version of its format.
const FORMAT: &str = "confident-secrets/1";
const FAMILY: &str = "confident-secrets/";
/// The last second that RFC 3339 can write: 9999-12-31T23:59:59Z.
const LAST_SECOND: u64 = 253_402_300_799;

/// Secrets by place, and who may read them.
#[derive(Default)]
pub(super) struct Document {
    /// Grows with every change.
    pub(super) revision: u64,
    pub(super) recipients: Vec<String>,
    pub(super) places: BTreeMap<String, Kept>,
}

/// What is kept of one place.
pub(super) struct Kept {
    pub(super) current: Version,
    /// The newest first. Each has an `until`.
    pub(super) previous: Vec<Version>,
    /// What is to be the next, while it is rotated.
    pub(super) pending: Option<Version>,
    /// The version of what was current before a rotation that is not over.
    pub(super) retiring: Option<u64>,
}

/// A text that stands at a place, or stood there.
pub(super) struct Version {
    pub(super) text: Zeroizing<Vec<u8>>,
    pub(super) revision: u64,
    pub(super) written: SystemTime,
    /// How long it is kept, since there is a newer one.
    pub(super) until: Option<SystemTime>,
}

impl Document {
    /// Reads a document. Only what is known of the format is accepted: a misspelled name would lose something.
    ///
    /// # Errors
    /// It is none, without a word of it.
    pub(super) fn read(plain: &[u8]) -> Result<Self, Failure> {
        #[derive(Deserialize)]
        struct Head<'a> {
            format: &'a str,
        }
        let damaged = |detail: &'static str| Failure::new(Fault::Damaged).detail(detail);
        let not_ours = || damaged("what it holds is not a document of secrets");
        let Head { format } = serde_json::from_slice(plain).map_err(|_| not_ours())?;
        match format.strip_prefix(FAMILY) {
            Some(_) if format == FORMAT => {}
            Some(_) => return Err(damaged("a newer version of confident wrote it")),
            None => return Err(not_ours()),
        }
        let found: Found<'_> = serde_json::from_slice(plain).map_err(|error| {
            // The place of an error is no part of what is there; its message may be.
            let (line, column) = (error.line(), error.column());
            Failure::new(Fault::Damaged)
                .detail(format!("what it holds breaks its format at line {line}, column {column}"))
        })?;
        let Found { format: _, revision, recipients, places: Unique(places) } = found;
        let places = places.into_iter().map(|(place, found)| {
            let kept = found.kept().filter(|kept| kept.is_within(revision));
            let kept = kept.ok_or_else(|| {
                damaged("a version in it has no text, no date, or a number that does not fit")
                    .at(place.clone())
            })?;
            Ok((place, kept))
        });
        Ok(Self { revision, recipients, places: places.collect::<Result<_, Failure>>()? })
    }

    /// The document as text, in memory that is allocated once.
    ///
    /// # Errors
    /// A text is not UTF-8.
    pub(super) fn written(&self) -> Result<Zeroizing<Vec<u8>>, Failure> {
        let Self { revision, recipients, places } = self;
        let refused = || Failure::new(Fault::Refused).detail("a text is not UTF-8");
        let mut room = 256 + recipients.iter().map(|recipient| recipient.len() + 16).sum::<usize>();
        let mut shown = BTreeMap::new();
        for (place, kept) in places {
            let current = Shown::of(&kept.current).ok_or_else(refused)?;
            let previous =
                kept.previous.iter().map(Shown::of).collect::<Option<Vec<_>>>().ok_or_else(refused)?;
            let pending = kept.pending.as_ref().map(|version| Shown::of(version).ok_or_else(refused));
            let pending = pending.transpose()?;
            let versions = std::iter::once(&current).chain(&previous).chain(&pending);
            // No character is longer than `\u0000` is for one byte.
            room += 6 * place.len() + versions.map(|version| 256 + 6 * version.text.len()).sum::<usize>();
            shown.insert(place, ShownPlace { current, previous, pending, retiring: kept.retiring });
        }
        let mut text = Zeroizing::new(Vec::with_capacity(room));
        let document = ShownDocument { format: FORMAT, revision: *revision, recipients, places: shown };
        serde_json::to_writer_pretty(&mut *text, &document).map_err(|_| refused())?;
        text.push(b'\n');
        debug_assert!(text.len() <= room, "it never grew");
        Ok(text)
    }
}

impl Kept {
    /// Whether no version has a number that the document has not come to.
    fn is_within(&self, revision: u64) -> bool {
        self.current.revision <= revision
            && self.previous.iter().all(|version| version.revision < self.current.revision)
            && self.retiring.is_none_or(|retiring| retiring < self.current.revision)
            && self.pending.as_ref().is_none_or(|pending| {
                pending.revision <= revision && pending.revision > self.current.revision
            })
    }
}

/// A document as it is found.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Found<'a> {
    #[allow(dead_code)] // it was read before
    format: &'a str,
    revision: u64,
    #[serde(default)]
    recipients: Vec<String>,
    #[serde(borrow)]
    places: Unique<FoundPlace<'a>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FoundPlace<'a> {
    #[serde(borrow)]
    text: &'a RawValue,
    revision: u64,
    written: &'a str,
    #[serde(borrow, default)]
    previous: Vec<FoundVersion<'a>>,
    #[serde(borrow, default)]
    pending: Option<FoundPending<'a>>,
    #[serde(default)]
    retiring: Option<u64>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FoundPending<'a> {
    #[serde(borrow)]
    text: &'a RawValue,
    revision: u64,
    written: &'a str,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FoundVersion<'a> {
    #[serde(borrow)]
    text: &'a RawValue,
    revision: u64,
    written: &'a str,
    until: &'a str,
}

impl FoundPlace<'_> {
    fn kept(&self) -> Option<Kept> {
        let Self { text, revision, written, previous, pending, retiring } = self;
        let previous = previous.iter().map(FoundVersion::version).collect::<Option<_>>()?;
        let pending = match pending {
            Some(FoundPending { text, revision, written }) => Some(version(text, *revision, written, None)?),
            None => None,
        };
        let current = version(text, *revision, written, None)?;
        Some(Kept { current, previous, pending, retiring: *retiring })
    }
}

impl FoundVersion<'_> {
    fn version(&self) -> Option<Version> {
        let Self { text, revision, written, until } = self;
        version(text, *revision, written, Some(until))
    }
}

fn version(text: &RawValue, revision: u64, written: &str, until: Option<&str>) -> Option<Version> {
    let moment = |text: &str| humantime::parse_rfc3339(text).ok();
    let is_text = text.get().starts_with('"');
    Some(Version {
        text: is_text.then(|| json::text(text.get()).ok()).flatten()?,
        revision,
        written: moment(written)?,
        until: until.map(moment).map_or(Some(None), |until| until.map(Some))?,
    })
}

/// An object whose names are each there once: of two values, one would be lost.
struct Unique<T>(BTreeMap<String, T>);

impl<'de: 'a, 'a> Deserialize<'de> for Unique<FoundPlace<'a>> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Places;
        impl<'de> Visitor<'de> for Places {
            type Value = BTreeMap<String, FoundPlace<'de>>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut places = BTreeMap::new();
                while let Some((place, found)) = map.next_entry()? {
                    if places.insert(place, found).is_some() {
                        return Err(A::Error::custom("a place is there twice"));
                    }
                }
                Ok(places)
            }
        }
        deserializer.deserialize_map(Places).map(Unique)
    }
}

/// A document as it is written.
#[derive(Serialize)]
struct ShownDocument<'a> {
    format: &'a str,
    revision: u64,
    recipients: &'a [String],
    places: BTreeMap<&'a String, ShownPlace<'a>>,
}

#[derive(Serialize)]
struct ShownPlace<'a> {
    #[serde(flatten)]
    current: Shown<'a>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    previous: Vec<Shown<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pending: Option<Shown<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    retiring: Option<u64>,
}

#[derive(Serialize)]
struct Shown<'a> {
    text: &'a str,
    revision: u64,
    written: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    until: Option<String>,
}

impl<'a> Shown<'a> {
    fn of(version: &'a Version) -> Option<Self> {
        let Version { text, revision, written, until } = version;
        let text = std::str::from_utf8(text).ok()?;
        Some(Self { text, revision: *revision, written: date(*written), until: until.map(date) })
    }
}

/// A moment as people read it, to the second.
pub(super) fn date(moment: SystemTime) -> String {
    let since = moment.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    let since = Duration::from_secs(since.as_secs().min(LAST_SECOND));
    humantime::format_rfc3339_seconds(SystemTime::UNIX_EPOCH + since).to_string()
}
