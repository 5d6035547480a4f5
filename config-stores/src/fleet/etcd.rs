//! A key of etcd for each instance, on a lease.

use std::{
    fmt,
    sync::{Mutex, MutexGuard, PoisonError},
    time::{Duration, SystemTime},
};

use base64::{Engine, engine::general_purpose::STANDARD};
use confident_core::InstanceState;
use serde::{Deserialize, de::IgnoredAny};
use serde_json::json;

use super::{Found, MOST_INSTANCES, found, parts_of, text_of};
use crate::{Etcd, Failure, Fault, etcd::end_of, http::Answer};

/// How many heartbeats a lease outlives the last one.
const MISSED: u32 = 3;
/// The shortest lease, in seconds.
const SHORTEST_LEASE: u64 = 5;

/// The keys under a prefix.
pub(super) struct Folder {
    etcd: Etcd,
    prefix: String,
    published: Mutex<Published>,
}

/// What was said last, and the lease that it is on.
#[derive(Default)]
struct Published {
    lease: Option<String>,
    /// The text, without the moment at which it was said.
    text: Option<String>,
}

impl Folder {
    pub(super) fn new(etcd: Etcd, prefix: String) -> Self {
        Self { etcd, prefix, published: Mutex::default() }
    }

    pub(super) fn publish(&self, state: &InstanceState) -> Result<(), Failure> {
        let mut published = self.published();
        let outcome = self.renew(state, &mut published);
        if outcome.is_err() {
            // Whatever is there then: the next time all of it is said anew.
            *published = Published::default();
        }
        outcome
    }

    fn renew(&self, state: &InstanceState, published: &mut Published) -> Result<(), Failure> {
        if let Some(lease) = &published.lease
            && !self.keep_alive(lease)?
        {
            *published = Published::default();
        }
        let lease = match &published.lease {
            Some(lease) => lease.clone(),
            None => published.lease.insert(self.grant(state.heartbeat)?).clone(),
        };
        // That it is alive, the lease says: each write stays in the history of etcd.
        let text = text_of(&InstanceState { heard: SystemTime::UNIX_EPOCH, ..state.clone() })?;
        if published.text.as_ref() == Some(&text) {
            return Ok(());
        }
        let (key, value) = (STANDARD.encode(self.key_of(state)), STANDARD.encode(text_of(state)?));
        self.ask("/v3/kv/put", json!({ "key": key, "value": value, "lease": lease }))?;
        published.text = Some(text);
        Ok(())
    }

    fn grant(&self, heartbeat: Duration) -> Result<String, Failure> {
        #[derive(Deserialize)]
        struct Granted {
            #[serde(rename = "ID")]
            id: String,
        }
        let seconds = heartbeat.saturating_mul(MISSED).as_secs().saturating_add(1).max(SHORTEST_LEASE);
        let Granted { id } = self.ask("/v3/lease/grant", json!({ "TTL": seconds.to_string() }))?.json()?;
        Ok(id)
    }

    /// Whether the lease is there, and lives on.
    fn keep_alive(&self, lease: &str) -> Result<bool, Failure> {
        #[derive(Deserialize)]
        struct Kept {
            result: Left,
        }
        #[derive(Deserialize)]
        struct Left {
            /// Left out where there is none.
            #[serde(rename = "TTL", default)]
            ttl: String,
        }
        let Kept { result } = self.ask("/v3/lease/keepalive", json!({ "ID": lease }))?.json()?;
        Ok(!result.ttl.is_empty() && result.ttl != "0")
    }

    pub(super) fn withdraw(&self) -> Result<(), Failure> {
        let Published { lease, .. } = std::mem::take(&mut *self.published());
        match lease {
            Some(lease) => self.ask("/v3/lease/revoke", json!({ "ID": lease })).map(drop),
            None => Ok(()),
        }
    }

    pub(super) fn read(&self) -> Result<Vec<Found>, Failure> {
        let end = STANDARD.encode(end_of(self.prefix.as_bytes()));
        let limit = MOST_INSTANCES.to_string();
        let all = json!({ "key": STANDARD.encode(&self.prefix), "range_end": end, "keys_only": true, "limit": limit });
        let mut found = Vec::new();
        // One by one, because all of them together may be more than one answer.
        for (key, _) in entries(&self.ask("/v3/kv/range", all)?)? {
            let name = String::from_utf8_lossy(&key).into_owned();
            let one = json!({ "key": STANDARD.encode(&key) });
            match self.ask("/v3/kv/range", one).and_then(|answer| entries(&answer)) {
                Ok(entries) => {
                    found.extend(entries.into_iter().next().map(|(_, entry)| self.one(name, &entry)))
                }
                Err(failure) if failure.fault() == Fault::TooLarge => {
                    found.push(Found { name, state: Err("is larger than any state; remove it".to_owned()) });
                }
                Err(failure) => return Err(failure),
            }
        }
        Ok(found)
    }

    fn one(&self, name: String, entry: &Entry) -> Found {
        let called = name.clone();
        let mut found = found(name, &entry.value, |state| self.key_of(state) == called);
        if let Ok(state) = &mut found.state
            && entry.is_leased
        {
            // It is there, so its lease was kept alive.
            state.heard = SystemTime::now();
        }
        found
    }

    fn key_of(&self, state: &InstanceState) -> String {
        format!("{}{}", self.prefix, parts_of(state).join("/"))
    }

    fn ask(&self, target: &str, body: serde_json::Value) -> Result<Answer, Failure> {
        self.etcd.ask(target, body.to_string())
    }

    fn published(&self) -> MutexGuard<'_, Published> {
        self.published.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The value of a key, and whether it goes away by itself.
struct Entry {
    value: Vec<u8>,
    is_leased: bool,
}

fn entries(answer: &Answer) -> Result<Vec<(Vec<u8>, Entry)>, Failure> {
    #[derive(Deserialize)]
    struct Range {
        #[serde(rename = "header")]
        _header: IgnoredAny,
        #[serde(default)]
        kvs: Vec<KeyValue>,
    }
    #[derive(Deserialize)]
    struct KeyValue {
        key: String,
        #[serde(default)]
        value: String,
        #[serde(default)]
        lease: String,
    }
    let Range { kvs, .. } = answer.json()?;
    let decoded = |text: &str| {
        let malformed = || Failure::new(Fault::Malformed).detail("a key or value is not base64");
        STANDARD.decode(text).map_err(|_| malformed())
    };
    kvs.into_iter()
        .map(|KeyValue { key, value, lease }| {
            let is_leased = !matches!(&*lease, "" | "0");
            Ok((decoded(&key)?, Entry { value: decoded(&value)?, is_leased }))
        })
        .collect()
}

impl fmt::Display for Folder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "etcd:{}/{}", self.etcd.address(), self.prefix)
    }
}
