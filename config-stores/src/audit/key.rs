//! The key of a trail, and what is computed with it.

use std::{
    fmt,
    fs::{self, File},
    io::{self, Read},
    path::{Path, PathBuf},
    sync::Arc,
};

use hmac_sha256::{HMAC, Hash};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use zeroize::Zeroizing;

/// The least bytes of a key: as many as the hash has.
const SHORTEST: usize = 32;
/// The most bytes of a file with a key.
const LONGEST_FILE: usize = 4096;

/// The key that a trail is bound with, and values are fingerprinted with.
///
/// It is wiped from memory when the last clone goes.
///
/// # Example
/// ```
/// use confident_stores::audit::AuditKey;
///
/// let key = AuditKey::new(&[7; 32])?;
/// // The same value of the same key can be recognized, and says nothing of the same value of another.
/// let fingerprint = key.fingerprint("payments", "database_url", b"hunter2");
/// assert_eq!(fingerprint, key.fingerprint("payments", "database_url", b"hunter2"));
/// assert_ne!(fingerprint, key.fingerprint("payments", "queue_url", b"hunter2"));
/// # Ok::<(), confident_stores::audit::KeyError>(())
/// ```
#[derive(Clone)]
pub struct AuditKey(Arc<Zeroizing<Vec<u8>>>);

impl AuditKey {
    /// A key of at least 32 bytes, which should be random.
    ///
    /// # Errors
    /// Where there are fewer.
    pub fn new(bytes: &[u8]) -> Result<Self, KeyError> {
        if bytes.len() < SHORTEST { Err(KeyError::Short) } else { Ok(Self(Arc::new(bytes.to_vec().into()))) }
    }

    /// The key in a file: 64 or more hexadecimal digits, with or without a line break behind them, or else at least 32
    /// bytes as they are.
    ///
    /// `openssl rand -hex 32` writes one.
    ///
    /// # Errors
    /// Where the file cannot be read, is no regular file, holds less or more than 4,096 bytes, or, on Unix, may be read
    /// by others than its owner.
    pub fn file(path: impl AsRef<Path>) -> Result<Self, KeyError> {
        let path = path.as_ref();
        let fails = |error| KeyError::Unreadable(path.to_owned(), error);
        // To open a pipe would wait for whoever writes to it.
        fits(path, &fs::metadata(path).map_err(fails)?)?;
        let mut file = File::open(path).map_err(fails)?;
        fits(path, &file.metadata().map_err(fails)?)?;
        // A vector that grows would leave copies behind.
        let mut buffer = Zeroizing::new([0; LONGEST_FILE + 1]);
        let mut length = 0;
        loop {
            match file.read(&mut buffer[length..]) {
                Ok(0) => break,
                Ok(more) => length += more,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(fails(error)),
            }
        }
        let bytes = &buffer[..length];
        if bytes.len() > LONGEST_FILE {
            return Err(KeyError::Long(path.to_owned()));
        }
        Self::of_text(bytes)
    }

    /// The key of a text: hexadecimal digits, or bytes as they are.
    pub(crate) fn of_text(bytes: &[u8]) -> Result<Self, KeyError> {
        match of_hex(bytes) {
            Some(decoded) => Self::new(&decoded),
            None => Self::new(bytes),
        }
    }

    /// A keyed fingerprint of a value, bound to the key's path in its program.
    ///
    /// Two instances with the same audit key can be compared by it.
    pub fn fingerprint(&self, app: &str, path: &str, value: &[u8]) -> Fingerprint {
        let mut hasher = HMAC::new(self.0.as_slice());
        hasher.update(Domain::Fingerprint.label());
        for part in [app.as_bytes(), path.as_bytes()] {
            // With its length before it, no part can run into the next.
            hasher.update((part.len() as u64).to_le_bytes());
            hasher.update(part);
        }
        hasher.update(value);
        Fingerprint(first_64_bits(hasher.finalize()))
    }

    /// The fingerprint of a value in pieces, which others with the key can compare: the name of the key, and what there
    /// is of the value.
    #[cfg(feature = "fleet")]
    pub(crate) fn of_pieces(&self, app: &str, path: &str, pieces: &[&[u8]]) -> String {
        let mut hasher = HMAC::new(self.0.as_slice());
        hasher.update(Domain::Fleet.label());
        for part in [app.as_bytes(), path.as_bytes()].iter().chain(pieces) {
            hasher.update((part.len() as u64).to_le_bytes());
            hasher.update(part);
        }
        format!("{}-{}", &self.id()[..8], hex(&first_64_bits(hasher.finalize())))
    }

    /// What names the key, and says nothing of it.
    pub(super) fn id(&self) -> String {
        let mut hasher = HMAC::new(self.0.as_slice());
        hasher.update(Domain::KeyId.label());
        hex(&first_64_bits(hasher.finalize()))
    }
}

impl fmt::Debug for AuditKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AuditKey([REDACTED])")
    }
}

/// Checks what is known of a file with a key before it is read.
fn fits(path: &Path, metadata: &fs::Metadata) -> Result<(), KeyError> {
    if !metadata.is_file() {
        return Err(KeyError::NoFile(path.to_owned()));
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        if metadata.permissions().mode() & 0o077 != 0 {
            return Err(KeyError::Open(path.to_owned()));
        }
    }
    Ok(())
}

/// The bytes of a text of enough hexadecimal digits.
fn of_hex(text: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let text = text.strip_suffix(b"\n").unwrap_or(text);
    let text = text.strip_suffix(b"\r").unwrap_or(text);
    if text.len() < 2 * SHORTEST || !text.len().is_multiple_of(2) {
        return None;
    }
    let mut bytes = Zeroizing::new(Vec::with_capacity(text.len() / 2));
    for pair in text.chunks_exact(2) {
        bytes.push(digit(pair[0])? << 4 | digit(pair[1])?);
    }
    Some(bytes)
}

fn digit(byte: u8) -> Option<u8> {
    char::from(byte).to_digit(16).map(|digit| digit as u8)
}

fn hex(bytes: &[u8]) -> String {
    // Each record has more than a hundred digits: to format them one by one took longer than the rest.
    let digit = |half: u8| char::from(b"0123456789abcdef"[usize::from(half & 15)]);
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(*byte)]).collect()
}

/// Enough to recognize a value again, and no more than that.
fn first_64_bits(hash: [u8; 32]) -> [u8; 8] {
    hash.first_chunk().copied().unwrap_or_default()
}

/// Why a key was not taken. Nothing of the key is in it.
#[derive(Debug)]
#[non_exhaustive]
pub enum KeyError {
    /// There are fewer than 32 bytes.
    Short,
    /// The file is larger than any key.
    Long(PathBuf),
    /// The path is that of something else than a regular file.
    NoFile(PathBuf),
    /// Others than the owner may read or write the file.
    Open(PathBuf),
    /// The file cannot be read.
    Unreadable(PathBuf, io::Error),
    /// Two variables of the environment give one.
    Both([&'static str; 2]),
}

impl fmt::Display for KeyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Short => {
                write!(f, "a key needs at least {SHORTEST} bytes; `openssl rand -hex {SHORTEST}` writes some")
            }
            Self::Long(path) => write!(
                f,
                "{}: holds more than the {LONGEST_FILE} bytes that a key may have; name the file of the key",
                path.display()
            ),
            Self::NoFile(path) => {
                write!(f, "{}: is no regular file; name the file of the key", path.display())
            }
            Self::Open(path) => write!(
                f,
                "{}: others than its owner may use this key; `chmod 600` keeps it to the owner",
                path.display()
            ),
            Self::Both([one, other]) => write!(f, "{one} and {other} are both set; unset one of them"),
            Self::Unreadable(path, error) => write!(f, "{}: cannot be read: {error}", path.display()),
        }
    }
}

impl std::error::Error for KeyError {}

/// A keyed fingerprint of a value: 16 hexadecimal digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Fingerprint([u8; 8]);

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex(&self.0))
    }
}

/// What binds a line to all lines before it: an HMAC-SHA256, or a SHA-256 where a trail has no key.
#[derive(Clone, Copy, PartialEq, Eq, Default)]
pub struct Mac([u8; 32]);

impl Mac {
    /// What the first record follows.
    pub(super) const NONE: Self = Self([0; 32]);
    /// How many digits it has as a text.
    pub(super) const DIGITS: usize = 64;

    pub(super) fn of_text(text: &[u8]) -> Option<Self> {
        if text.len() != Self::DIGITS {
            return None;
        }
        let mut bytes = [0; 32];
        for (byte, pair) in bytes.iter_mut().zip(text.chunks_exact(2)) {
            // One spelling only: with another, a line would differ and still be good.
            if pair.iter().any(u8::is_ascii_uppercase) {
                return None;
            }
            *byte = digit(pair[0])? << 4 | digit(pair[1])?;
        }
        Some(Self(bytes))
    }
}

impl fmt::Display for Mac {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex(&self.0))
    }
}

impl fmt::Debug for Mac {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Mac({self})")
    }
}

impl Serialize for Mac {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Mac {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::of_text(text.as_bytes()).ok_or_else(|| de::Error::custom("64 hexadecimal digits are expected"))
    }
}

/// What a hash is for: the same bytes have another hash for each.
#[derive(Clone, Copy)]
pub(super) enum Domain {
    Line,
    Head,
    Torn,
    Fingerprint,
    #[cfg(feature = "fleet")]
    Fleet,
    KeyId,
}

impl Domain {
    const fn label(self) -> &'static [u8] {
        match self {
            Self::Line => b"confident audit 1 line\0",
            Self::Head => b"confident audit 1 head\0",
            Self::Torn => b"confident audit 1 torn\0",
            Self::Fingerprint => b"confident audit 1 fingerprint\0",
            #[cfg(feature = "fleet")]
            Self::Fleet => b"confident fleet 1 fingerprint\0",
            Self::KeyId => b"confident audit 1 key\0",
        }
    }
}

/// How the lines of a trail are bound: with its key, or with none.
#[derive(Clone, Debug)]
pub(super) struct Chain {
    pub(super) key: Option<AuditKey>,
    /// The name of the key; empty without one.
    pub(super) key_id: String,
}

impl Chain {
    pub(super) fn new(key: Option<AuditKey>) -> Self {
        let key_id = key.as_ref().map(AuditKey::id).unwrap_or_default();
        Self { key, key_id }
    }

    /// How a trail calls it.
    pub(super) const fn name(&self) -> &'static str {
        if self.key.is_some() { "hmac-sha256" } else { "sha256" }
    }

    pub(super) fn hasher(&self, domain: Domain) -> Hasher {
        let mut hasher = match &self.key {
            Some(key) => Hasher::Keyed(HMAC::new(key.0.as_slice())),
            None => Hasher::Plain(Hash::new()),
        };
        hasher.update(domain.label());
        hasher
    }

    pub(super) fn mac(&self, domain: Domain, bytes: &[u8]) -> Mac {
        let mut hasher = self.hasher(domain);
        hasher.update(bytes);
        hasher.finish()
    }
}

/// A hash of a trail in the making.
pub(super) enum Hasher {
    Keyed(HMAC),
    Plain(Hash),
}

impl Hasher {
    pub(super) fn update(&mut self, bytes: &[u8]) {
        match self {
            Self::Keyed(hasher) => hasher.update(bytes),
            Self::Plain(hasher) => hasher.update(bytes),
        }
    }

    pub(super) fn finish(self) -> Mac {
        Mac(match self {
            Self::Keyed(hasher) => hasher.finalize(),
            Self::Plain(hasher) => hasher.finalize(),
        })
    }
}
