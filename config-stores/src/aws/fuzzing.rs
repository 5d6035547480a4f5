//! What fuzz targets and tests reach: the readers of answers and files, and the signature.

use std::time::SystemTime;

use confident_core::{ExposeSecret, SecretString};

use super::{
    credentials::Session,
    errors, metadata, parameter_store, profile, secrets_manager,
    signature::{Signed, Signer},
    time,
};
use crate::{Entry, Failure, http::Answer};

/// An answer to `GetSecretValue`.
pub fn secret(body: &[u8], place: &str) -> Result<Entry, Failure> {
    secrets_manager::one_of(&json(200, body), place, "AWSCURRENT")
}

/// An answer to `BatchGetSecretValue`.
pub fn secrets(body: &[u8], places: &[&str]) -> Result<Vec<Option<Result<Entry, Failure>>>, Failure> {
    secrets_manager::several_of(&json(200, body), places)
}

/// An answer to `GetParameters`.
pub fn parameters(body: &[u8], places: &[&str]) -> Result<Vec<Option<Result<Entry, Failure>>>, Failure> {
    parameter_store::several_of(&json(200, body), places)
}

/// A bad answer.
pub fn error(status: u16, body: &[u8]) -> Failure {
    errors::failure(&json(status, body), SystemTime::UNIX_EPOCH)
}

/// The id, the key and the token in an answer of STS.
pub fn of_sts(status: u16, body: &[u8]) -> Result<[String; 3], Failure> {
    metadata::of_sts(&Answer::made(status, "text/xml", body)).map(|session| texts(&session))
}

/// The id, the key and the token in an answer of a container's agent or a machine.
pub fn of_metadata(body: &[u8]) -> Result<[String; 3], Failure> {
    metadata::of_metadata(&Answer::made(200, "text/plain", body)).map(|session| texts(&session))
}

/// The id, the key and the token in a section of a file.
pub fn of_profile<'a>(file: &'a str, section: &str) -> Option<[Option<&'a str>; 3]> {
    profile::section(file, section).map(|profile| [profile.key_id, profile.secret, profile.token])
}

/// A moment as signatures have it, and those that credentials and headers have.
pub fn stamp(at: SystemTime) -> String {
    time::stamp(at)
}

/// A moment as credentials have it, or as a header has it.
pub fn moment(text: &str) -> Option<SystemTime> {
    time::of_credentials(text).or_else(|| time::of_header(text))
}

/// The address of a service in a region.
pub fn address(service: &str, region: &str) -> String {
    super::region_host(service, region)
}

/// The header `authorization` of a request. Who signs: the id, the key, the region, the service.
pub fn authorization(
    who: [&str; 4],
    at: SystemTime,
    [method, path, query]: [&str; 3],
    headers: &[(&'static str, &str)],
    body: &[u8],
) -> String {
    let [key_id, secret, region, service] = who;
    let secret = SecretString::from(secret);
    let signer = Signer { key_id, secret: &secret, region, service, at };
    signer.authorization(&Signed { method, path, query, headers, body })
}

fn json(status: u16, body: &[u8]) -> Answer {
    Answer::made(status, super::CONTENT_TYPE, body)
}

fn texts(session: &Session) -> [String; 3] {
    let Session { key_id, secret, token, ends: _ } = session;
    let token = token.as_ref().map_or("", |token| token.expose_secret());
    [key_id.clone(), secret.expose_secret().to_owned(), token.to_owned()]
}
