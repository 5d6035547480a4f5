//! etcd v3, by its JSON gateway: for configuration that is not secret.

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use base64::{Engine, engine::general_purpose::STANDARD};
use confident_core::{ExposeSecret, SecretString};
use serde::{Deserialize, de::IgnoredAny};

use crate::{
    Ask, Connection, Entry, Failure, Fault, Holds, Store,
    http::{Answer, Request},
    json,
    paths::common_folder,
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
        let mut body = serde_json::json!({ "key": STANDARD.encode(first) });
        if let Some(end) = end {
            body["range_end"] = STANDARD.encode(end).into();
        }
        let answer = self.ask("/v3/kv/range", body.to_string())?;
        entries(&answer)
    }

    /// Waits for a change of what is under the folder since the revision; `None` where there is none in time.
    fn changed(&self, folder: &str, since: u64, patience: Duration) -> Result<Option<u64>, Failure> {
        let body = serde_json::json!({ "create_request": {
            "key": STANDARD.encode(folder),
            "range_end": STANDARD.encode(end_of(folder.as_bytes())),
            "start_revision": (since + 1).to_string(),
        }});
        let token = self.token_now()?;
        let request = self.request("/v3/watch", &body.to_string(), token.as_ref());
        self.connection.lines(&request, patience, seen)
    }

    fn request(&self, target: &str, body: &str, token: Option<&SecretString>) -> Request<'static> {
        let request = Request::post(target, body.as_bytes().to_vec());
        match token {
            Some(token) => request.header("authorization", token.expose_secret()),
            None => request,
        }
    }

    /// The token of the user, if there is one to be.
    fn token_now(&self) -> Result<Option<SecretString>, Failure> {
        let Some(user) = &self.user else { return Ok(None) };
        // Nothing is locked while etcd is asked.
        let known = self.token().clone();
        match known {
            Some(token) => Ok(Some(token)),
            None => self.log_in(user).map(Some),
        }
    }

    /// Sends a request as the user. A token that is not accepted any more is replaced once.
    pub(crate) fn ask(&self, target: &str, body: String) -> Result<Answer, Failure> {
        let send = |token: Option<&SecretString>| self.connection.send(&self.request(target, &body, token));
        let token = self.token_now()?;
        let (mut answer, mut token) = (send(token.as_ref())?, token);
        if let (401, Some(user)) = (answer.status, &self.user) {
            token = Some(self.log_in(user)?);
            answer = send(token.as_ref())?;
        }
        if token.is_some() {
            *self.token() = token;
        }
        if answer.status == 400 && answer.json().is_ok_and(|Refusal { error }| error == NO_USER) {
            return Err(
                Failure::new(Fault::Unauthenticated).detail("it wants a user, and the program has none")
            );
        }
        answer.good()
    }

    /// Its address, without anything that is secret.
    #[cfg(feature = "fleet")]
    pub(crate) fn address(&self) -> &str {
        self.connection.address()
    }

    fn token(&self) -> MutexGuard<'_, Option<SecretString>> {
        self.token.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn log_in(&self, (name, password): &(String, SecretString)) -> Result<SecretString, Failure> {
        let body = json::object(&[("name", name), ("password", password.expose_secret())]);
        let answer = self.connection.send(&Request::post("/v3/auth/authenticate", body))?;
        if matches!(answer.status, 400 | 401 | 403) {
            return Err(Failure::new(Fault::Unauthenticated));
        }
        token_of(&answer.good()?)
    }
}

/// The keys and values of an answer to a range.
fn entries(answer: &Answer) -> Result<Vec<(Vec<u8>, Entry)>, Failure> {
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
    let Range { kvs, .. } = answer.json()?;
    let malformed = |detail: &'static str| Failure::new(Fault::Malformed).detail(detail);
    kvs.into_iter()
        .map(|KeyValue { key, value, mod_revision }| {
            let key = STANDARD.decode(key).map_err(|_| malformed("a key is not base64"))?;
            let value =
                json::of_base64(value.as_bytes()).ok_or_else(|| malformed("a value is not base64"))?;
            let revision = mod_revision.parse().map_err(|_| malformed("a revision is not a number"))?;
            Ok((key, Entry::text(value).revision(revision)))
        })
        .collect()
}

/// The revision of a change, if a line of a watch tells of one.
fn seen(line: &[u8]) -> Result<Option<u64>, Failure> {
    #[derive(Deserialize)]
    struct Line {
        result: Watched,
    }
    #[derive(Deserialize)]
    struct Watched {
        header: Header,
        #[serde(default)]
        events: Vec<IgnoredAny>,
        /// Where the revision is so old that etcd has forgotten what was then.
        #[serde(default)]
        canceled: bool,
        #[serde(default)]
        compact_revision: String,
    }
    #[derive(Deserialize)]
    struct Header {
        #[serde(default)]
        revision: String,
    }
    let malformed = Failure::new(Fault::Malformed).detail("it is no event of a watch");
    let Ok(Line { result }) = serde_json::from_slice(line) else { return Err(malformed) };
    if result.events.is_empty() && !result.canceled {
        return Ok(None);
    }
    let revision = if result.canceled { result.compact_revision } else { result.header.revision };
    revision.parse().map(Some).map_err(|_| malformed)
}

/// Reads an answer by every reader of answers, for fuzz targets.
pub(crate) fn read_all(body: &[u8]) -> Vec<String> {
    let answer = Answer::of(200, body);
    let refusal = answer.json::<Refusal<'_>>().map(drop);
    let outcomes = [entries(&answer).map(drop), seen(body).map(drop), token_of(&answer).map(drop), refusal];
    outcomes.into_iter().filter_map(|outcome| Some(outcome.err()?.to_string())).collect()
}

/// The token of who logged in.
fn token_of(answer: &Answer) -> Result<SecretString, Failure> {
    #[derive(Deserialize)]
    struct Authenticated<'a> {
        token: &'a str,
    }
    let Authenticated { token } = answer.json()?;
    Ok(SecretString::from(token))
}

/// What etcd says to who is nobody, where it wants to know who asks.
const NO_USER: &str = "etcdserver: user name is empty";

/// An answer that says no.
#[derive(Deserialize)]
struct Refusal<'a> {
    error: &'a str,
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

    fn rest(&self) {
        self.connection.rest();
    }

    fn can_watch(&self) -> bool {
        true
    }

    fn watch(&self, ask: &Ask<'_>, since: u64, patience: Duration) -> Result<Option<u64>, Failure> {
        self.changed(common_folder(ask.places), since, patience)
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

/// The first key behind all that begin with the prefix; `\0` stands for the end of all keys.
pub(crate) fn end_of(prefix: &[u8]) -> Vec<u8> {
    let mut end = prefix.to_vec();
    while let Some(last) = end.pop() {
        if last < u8::MAX {
            end.push(last + 1);
            return end;
        }
    }
    vec![0]
}
