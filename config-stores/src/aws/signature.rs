//! Signatures of requests, version 4: the secret key never leaves the program.

use std::time::SystemTime;

use confident_core::{ExposeSecret, SecretString};
use hmac_sha256::{HMAC, Hash};
use zeroize::Zeroizing;

use super::time;

/// Who signs, for what, and when.
pub(crate) struct Signer<'a> {
    pub(crate) key_id: &'a str,
    pub(crate) secret: &'a SecretString,
    pub(crate) region: &'a str,
    pub(crate) service: &'a str,
    pub(crate) at: SystemTime,
}

/// What is signed of a request.
pub(crate) struct Signed<'a> {
    pub(crate) method: &'a str,
    /// Escaped, each segment twice.
    pub(crate) path: &'a str,
    /// Escaped and sorted.
    pub(crate) query: &'a str,
    /// By their names in small letters, sorted; `host` and `x-amz-date` among them.
    pub(crate) headers: &'a [(&'static str, &'a str)],
    pub(crate) body: &'a [u8],
}

impl Signer<'_> {
    /// The header `authorization` of a request.
    pub(crate) fn authorization(&self, request: &Signed<'_>) -> String {
        let Self { key_id, region, service, at, .. } = self;
        let stamp = time::stamp(*at);
        let date = stamp.split('T').next().unwrap_or_default();
        let scope = format!("{date}/{region}/{service}/aws4_request");
        let text = format!("AWS4-HMAC-SHA256\n{stamp}\n{scope}\n{}", hex(&request.hash()));
        let signature = hex(&HMAC::mac(text, *self.key(date)));
        let names = request.names();
        format!("AWS4-HMAC-SHA256 Credential={key_id}/{scope}, SignedHeaders={names}, Signature={signature}")
    }

    /// The key that signs what is asked of this service on this day. Whoever has it can do the same, so it is wiped, and
    /// so is every key on the way to it.
    fn key(&self, date: &str) -> Zeroizing<[u8; 32]> {
        let secret = self.secret.expose_secret();
        let mut first = Zeroizing::new(String::with_capacity("AWS4".len() + secret.len()));
        first.push_str("AWS4");
        first.push_str(secret);
        let next = |text: &str, key: &[u8]| Zeroizing::new(HMAC::mac(text, key));
        let of_date = next(date, first.as_bytes());
        let of_region = next(self.region, &*of_date);
        let of_service = next(self.service, &*of_region);
        next("aws4_request", &*of_service)
    }
}

impl Signed<'_> {
    /// The hash of the canonical request. It is not put together anywhere: a token of a session is part of it.
    fn hash(&self) -> [u8; 32] {
        let mut hash = Hash::new();
        for line in [self.method, self.path, self.query] {
            hash.update(line);
            hash.update("\n");
        }
        for (name, value) in self.headers {
            hash.update(name);
            hash.update(":");
            // Blanks count once, and not at all at the ends.
            for (at, word) in value.split_ascii_whitespace().enumerate() {
                hash.update(if at == 0 { "" } else { " " });
                hash.update(word);
            }
            hash.update("\n");
        }
        hash.update("\n");
        hash.update(self.names());
        hash.update("\n");
        hash.update(hex(&Hash::hash(self.body)));
        hash.finalize()
    }

    fn names(&self) -> String {
        let names: Vec<&str> = self.headers.iter().map(|(name, _)| *name).collect();
        names.join(";")
    }
}

fn hex(bytes: &[u8]) -> String {
    let digit = |value: u8| char::from(b"0123456789abcdef"[usize::from(value)]);
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}
