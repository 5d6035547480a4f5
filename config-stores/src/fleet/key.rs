//! The key that the values of a fleet are fingerprinted with.

use std::path::Path;

use crate::audit::{AuditKey, KeyError};

/// The variables of [`FleetKey::from_environment`].
const VARIABLES: [&str; 2] = ["CONFIDENT_FLEET_KEY", "CONFIDENT_FLEET_KEY_FILE"];

/// The key that the values of all instances are fingerprinted with, so that they can be compared.
///
/// All instances that are to be compared need the same, and who reads needs none. It is as secret as the values are: who
/// has it can find out values that are easily guessed.
///
/// # Example
/// ```
/// use confident_stores::fleet::FleetKey;
///
/// let key = FleetKey::new(&[7; 32])?;
/// assert_eq!(format!("{key:?}"), "FleetKey([REDACTED])");
/// # Ok::<(), confident_stores::audit::KeyError>(())
/// ```
#[derive(Clone)]
pub struct FleetKey(AuditKey);

impl FleetKey {
    /// A key of at least 32 bytes, which should be random.
    ///
    /// # Errors
    /// Where there are fewer.
    pub fn new(bytes: &[u8]) -> Result<Self, KeyError> {
        AuditKey::new(bytes).map(Self)
    }

    /// The key in a file: 64 or more hexadecimal digits, or else at least 32 bytes as they are. `openssl rand -hex 32`
    /// writes one.
    ///
    /// # Errors
    /// Those of [`AuditKey::file`].
    pub fn file(path: impl AsRef<Path>) -> Result<Self, KeyError> {
        AuditKey::file(path).map(Self)
    }

    /// The key in the variable `CONFIDENT_FLEET_KEY`, or in the file that `CONFIDENT_FLEET_KEY_FILE` names; `None` where
    /// neither is set.
    ///
    /// The file is better: children of the process have its variables, too.
    ///
    /// # Errors
    /// Both are set, or the key is not good.
    #[allow(clippy::disallowed_methods)] // which is what its name says
    pub fn from_environment() -> Result<Option<Self>, KeyError> {
        let given = VARIABLES.map(|name| std::env::var_os(name).filter(|text| !text.is_empty()));
        match given {
            [None, None] => Ok(None),
            [Some(_), Some(_)] => Err(KeyError::Both(VARIABLES)),
            [None, Some(path)] => Self::file(Path::new(&path)).map(Some),
            [Some(text), None] => {
                let text = zeroize::Zeroizing::new(text.into_encoded_bytes());
                AuditKey::of_text(&text).map(|key| Some(Self(key)))
            }
        }
    }

    pub(super) fn fingerprint(&self, app: &str, path: &str, pieces: &[&[u8]]) -> String {
        self.0.of_pieces(app, path, pieces)
    }
}

impl std::fmt::Debug for FleetKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("FleetKey([REDACTED])")
    }
}
