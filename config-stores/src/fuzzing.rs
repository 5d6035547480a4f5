//! For fuzz targets: what reads the answers of stores, without the stores.

/// Reads an answer by every reader of answers of Vault. Whatever it is, nothing panics, and no failure quotes it.
///
/// What is returned are the messages of the failures.
#[cfg(feature = "vault")]
pub fn vault(status: u16, body: &[u8]) -> Vec<String> {
    crate::vault::read_all(status, body)
}

#[cfg(feature = "age")]
pub use crate::age::fuzzing as age;
#[cfg(feature = "aws")]
pub use crate::aws::fuzzing as aws;

/// Reads an answer by every reader of answers of etcd. What is returned are the messages of the failures.
#[cfg(feature = "etcd")]
pub fn etcd(body: &[u8]) -> Vec<String> {
    crate::etcd::read_all(body)
}

/// Reads the text of an instance's state. What is returned is why it cannot be read, if it cannot.
#[cfg(feature = "fleet")]
pub fn fleet(text: &[u8]) -> Option<String> {
    crate::fleet::read_text(text)
}
