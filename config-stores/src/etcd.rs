//! etcd v3, by its JSON gateway: for configuration that is not secret.

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use base64::{Engine, engine::general_purpose::STANDARD};
use confident_core::{ExposeSecret, SecretString};
use serde::{Deserialize, de::IgnoredAny};
use zeroize::Zeroizing;

use crate::{
    Ask, Connection, Entry, Failure, Fault, Holds, Store,
    http::{Answer, Request},
    json,
};

/// An etcd, which many instances read their settings from.
///
/// The places of keys are keys of etcd, `payments/production/pool/max`. What is asked for together is read in one
/// request, at one revision; a value's version is the revision that it was written at. Keys that are secret are not
/// looked for here, but where their option `sources` names `etcd`.
///
/// # Example
/// ```
/// use confident_stores::{Etcd, Store};
///
/// let etcd = Etcd::at("https://etcd.example:2379").source();
/// assert_eq!(format!("{etcd:?}"), "StoreSource(etcd https://etcd.example:2379)");
/// ```
#[derive(Debug)]
pub struct Etcd {
    connection: Connection,
    user: Option<(String, SecretString)>,
    token: Mutex<Option<SecretString>>,
}

impl Etcd {
    /// The etcd at this address.
    pub fn at(connection: impl Into<Connection>) -> Self {
        Self { connection: connection.into(), user: None, token: Mutex::new(None) }
    }

    /// Logs in by name and password.
    #[must_use]
    pub fn user(mut self, name: impl Into<String>, password: SecretString) -> Self {
        self.user = Some((name.into(), password));
        self
    }

    /// Reads all keys from `first` to `end`, the end excluded; `first` alone without an end.
    fn range(&self, first: &[u8], end: Option<&[u8]>) -> Result<Vec<(Vec<u8>, Entry)>, Failure> {
        /// Without keys there is only the header: what has neither is no answer to a range.
        #[derive(Deserialize)]
        struct Range<'a> {
            #[serde(rename = "header")]
            _header: IgnoredAny,
            #[serde(borrow, default)]
            kvs: Vec<KeyValue<'a>>,
        }
        /// Revisions are texts, as all numbers of 64 bits are in the JSON of Protocol Buffers.
        #[derive(Deserialize)]
        struct KeyValue<'a> {
            key: &'a str,
            #[serde(default)]
            value: &'a str,
            mod_revision: &'a str,
        }
        let mut body = serde_json::json!({ "key": STANDARD.encode(first) });
        if let Some(end) = end {
            body["range_end"] = STANDARD.encode(end).into();
        }
        let answer = self.ask("/v3/kv/range", body.to_string())?;
        let Range { kvs, .. } = answer.json()?;
        let malformed = |detail: &'static str| Failure::new(Fault::Malformed).detail(detail);
        kvs.into_iter()
            .map(|KeyValue { key, value, mod_revision }| {
                let key = STANDARD.decode(key).map_err(|_| malformed("a key is not base64"))?;
                let value = decoded(value).ok_or_else(|| malformed("a value is not base64"))?;
                let revision = mod_revision.parse().map_err(|_| malformed("a revision is not a number"))?;
                Ok((key, Entry::text(value).revision(revision)))
            })
            .collect()
    }

    /// Sends a request as the user. A token that is not accepted any more is replaced once.
    fn ask(&self, target: &str, body: String) -> Result<Answer, Failure> {
        let send = |token: Option<&SecretString>| {
            let request = Request::post(target, body.clone().into_bytes());
            let request = match token {
                Some(token) => request.header("authorization", token.expose_secret()),
                None => request,
            };
            self.connection.send(&request)
        };
        let Some(user) = &self.user else { return send(None)?.good() };
        // Nothing is locked while etcd is asked.
        let known = self.token().clone();
        let token = match known {
            Some(token) => token,
            None => self.log_in(user)?,
        };
        let answer = send(Some(&token))?;
        if answer.status != 401 {
            *self.token() = Some(token);
            return answer.good();
        }
        let token = self.log_in(user)?;
        let answer = send(Some(&token))?;
        *self.token() = Some(token);
        answer.good()
    }

    fn token(&self) -> MutexGuard<'_, Option<SecretString>> {
        self.token.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn log_in(&self, (name, password): &(String, SecretString)) -> Result<SecretString, Failure> {
        #[derive(Deserialize)]
        struct Authenticated<'a> {
            token: &'a str,
        }
        let body = json::object(&[("name", name), ("password", password.expose_secret())]);
        let answer = self.connection.send(&Request::post("/v3/auth/authenticate", body))?;
        if matches!(answer.status, 400 | 401 | 403) {
            return Err(Failure::new(Fault::Unauthenticated));
        }
        let answer = answer.good()?;
        let Authenticated { token } = answer.json()?;
        Ok(SecretString::from(token))
    }
}

impl Store for Etcd {
    fn kind(&self) -> &'static str {
        "etcd"
    }

    fn name(&self) -> String {
        format!("etcd {}", self.connection.address())
    }

    fn holds(&self) -> Holds {
        Holds::Settings
    }

    fn read(&self, ask: &Ask<'_>) -> Vec<Result<Entry, Failure>> {
        let found = match ask.places {
            [] => return Vec::new(),
            [place] => self.range(place.as_bytes(), None),
            places => {
                let prefix = common_folder(places);
                self.range(prefix.as_bytes(), Some(&end_of(prefix.as_bytes())))
            }
        };
        match found {
            Ok(found) => {
                let mut found: HashMap<Vec<u8>, Entry> = found.into_iter().collect();
                let absent = |place: &str| Failure::new(Fault::Absent).at(place);
                ask.places
                    .iter()
                    .map(|place| found.remove(place.as_bytes()).ok_or_else(|| absent(place)))
                    .collect()
            }
            Err(failure) => {
                let folder = common_folder(ask.places);
                let failure = if failure.is_of_place() { failure.at(folder) } else { failure };
                ask.places.iter().map(|_| Err(failure.clone())).collect()
            }
        }
    }
}

/// The longest path that all places are under, with the `/` at its end.
fn common_folder<'a>(places: &[&'a str]) -> &'a str {
    let Some((first, rest)) = places.split_first() else { return "" };
    let same = |other: &&str| first.bytes().zip(other.bytes()).take_while(|(one, two)| one == two).count();
    let shared = rest.iter().map(same).min().unwrap_or(first.len());
    match first[..shared].rfind('/') {
        Some(slash) => &first[..=slash],
        None => "",
    }
}

/// The first key behind all that begin with the prefix; `\0` stands for the end of all keys.
fn end_of(prefix: &[u8]) -> Vec<u8> {
    let mut end = prefix.to_vec();
    while let Some(last) = end.pop() {
        if last < u8::MAX {
            end.push(last + 1);
            return end;
        }
    }
    vec![0]
}

/// The text of some base64, in memory that is allocated once.
fn decoded(base64: &str) -> Option<Zeroizing<Vec<u8>>> {
    let mut bytes = Zeroizing::new(vec![0; base64.len() / 4 * 3 + 3]);
    let length = STANDARD.decode_slice(base64, &mut bytes).ok()?;
    bytes.truncate(length);
    Some(bytes)
}
