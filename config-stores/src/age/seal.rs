//! Encryption and decryption, by the crate `age`.

use std::io::{Read, Write};

use ::age::{DecryptError, Decryptor, EncryptError, Encryptor};
use confident_core::SecretString;
use zeroize::Zeroizing;

use super::identity::parsed_recipient;
use crate::{Failure, Fault};

/// Who a file is encrypted for.
pub(super) enum To<'a> {
    /// Whoever has one of the keys.
    Keys(&'a [String]),
    /// Whoever knows it.
    Passphrase(SecretString),
}

/// Decrypts a file, into memory that is allocated once. Nothing of it is given before the end was seen to be whole.
///
/// # Errors
/// None of the identities opens it, or it is not as it was written.
pub(super) fn open(
    sealed: &[u8],
    identities: &[Box<dyn ::age::Identity>],
) -> Result<Zeroizing<Vec<u8>>, Failure> {
    if sealed.starts_with(b"-----BEGIN AGE ENCRYPTED FILE-----") {
        let detail = "it is armored; decrypt it with `age -d`, and encrypt it again without `--armor`";
        return Err(Failure::new(Fault::Damaged).detail(detail));
    }
    let decryptor = Decryptor::new_buffered(sealed).map_err(|error| unsealed(&error))?;
    let identities = identities.iter().map(|identity| &**identity);
    let mut reader = decryptor.decrypt(identities).map_err(|error| unsealed(&error))?;
    // What is encrypted is longer than what it is made of.
    let mut plain = Zeroizing::new(vec![0; sealed.len()]);
    let mut length = 0;
    loop {
        let read = reader.read(&mut plain[length..]);
        match read.map_err(|error| unsealed(&DecryptError::Io(error)))? {
            0 => break,
            read => length += read,
        }
    }
    plain.truncate(length);
    Ok(plain)
}

/// Encrypts a file.
///
/// # Errors
/// There is nobody to encrypt it for.
pub(super) fn seal(plain: &[u8], to: &To<'_>) -> Result<Vec<u8>, Failure> {
    let refused = |detail: &'static str| Failure::new(Fault::Refused).detail(detail);
    let encryptor = match to {
        To::Passphrase(passphrase) => Encryptor::with_user_passphrase(passphrase.clone()),
        To::Keys(keys) => {
            let keys = keys.iter().map(|key| parsed_recipient(key)).collect::<Result<Vec<_>, _>>()?;
            let keys = keys.iter().map(|key| key as &dyn ::age::Recipient);
            Encryptor::with_recipients(keys).map_err(|error| {
                refused(match error {
                    EncryptError::MissingRecipients => "there is no recipient to encrypt the file for",
                    _ => "the file cannot be encrypted for these recipients",
                })
            })?
        }
    };
    let sealed = || {
        let mut writer = encryptor.wrap_output(Vec::with_capacity(plain.len() + 4096))?;
        writer.write_all(plain)?;
        writer.finish()
    };
    sealed().map_err(|_| refused("the file cannot be encrypted"))
}

fn unsealed(error: &DecryptError) -> Failure {
    let (fault, detail) = match error {
        DecryptError::NoMatchingKeys => {
            (Fault::Unauthenticated, "the file is not encrypted for this identity")
        }
        DecryptError::DecryptionFailed | DecryptError::KeyDecryptionFailed => {
            (Fault::Unauthenticated, "the passphrase does not open the file")
        }
        DecryptError::ExcessiveWork { .. } => {
            (Fault::Refused, "to try the passphrase would take this machine far too long")
        }
        DecryptError::InvalidMac => (Fault::Damaged, "who it is encrypted for was changed"),
        DecryptError::InvalidHeader | DecryptError::UnknownFormat => {
            (Fault::Damaged, "it does not begin as an age file does")
        }
        // The errors of plugins are none of ours.
        _ => (Fault::Damaged, "it was changed, or its end is missing"),
    };
    Failure::new(fault).detail(detail)
}
