//! What PostgreSQL keeps of a password: enough to check it, and not the password (RFC 5802, RFC 7677).
//!
//! A password that is set by what is kept of it stands in no statement, and so in no log of the server.

use base64::{Engine, engine::general_purpose::STANDARD};
use confident_core::{ExposeSecret, SecretString};
use hmac_sha256::{HMAC, Hash};
use zeroize::Zeroizing;

/// As often as PostgreSQL itself does it.
const ITERATIONS: u32 = 4096;

/// What is kept of a password of printable ASCII, with this salt.
pub(super) fn verifier(password: &SecretString, salt: &[u8; 16]) -> String {
    let salted = Zeroizing::new(salted(password.expose_secret().as_bytes(), salt));
    let client = Zeroizing::new(HMAC::mac(b"Client Key", *salted));
    let stored = Hash::hash(&*client);
    let server = HMAC::mac(b"Server Key", *salted);
    let [salt, stored, server] = [&salt[..], &stored, &server].map(|bytes| STANDARD.encode(bytes));
    format!("SCRAM-SHA-256${ITERATIONS}:{salt}${stored}:{server}")
}

/// PBKDF2 with HMAC-SHA-256, of which one block is enough.
fn salted(password: &[u8], salt: &[u8]) -> [u8; 32] {
    let mut block = Zeroizing::new(HMAC::mac([salt, &1u32.to_be_bytes()].concat(), password));
    let mut all = *block;
    for _ in 1..ITERATIONS {
        *block = HMAC::mac(*block, password);
        all.iter_mut().zip(*block).for_each(|(all, byte)| *all ^= byte);
    }
    all
}
