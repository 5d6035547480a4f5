//! A state as JSON. What is read was written by who knows whom: it is bounded, and nothing of it is quoted.

use std::time::{Duration, SystemTime};

use confident_core::{Cause, InstanceKey, InstanceState, OriginKind, Standing};
use serde::{Deserialize, Serialize};

/// The format that is written, and the only one that is read.
const FORMAT: u32 = 1;
/// The longest of the texts.
const LONGEST_TEXT: usize = 1024;

#[derive(Serialize, Deserialize)]
struct State {
    format: u32,
    app: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    version: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    manifest: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    profile: Option<String>,
    instance: String,
    generation: u64,
    since: Time,
    refreshed: Time,
    heard: Time,
    heartbeat_ms: u64,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    causes: Vec<CauseOf>,
    keys: Vec<Key>,
}

#[derive(Serialize, Deserialize)]
struct Key {
    path: String,
    is_live: bool,
    state: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    origin: Option<Origin>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    offered: Option<Origin>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    fingerprint: Option<String>,
    generation: u64,
    since: Time,
}

#[derive(Serialize, Deserialize)]
struct Origin {
    kind: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    version: Option<String>,
}

#[derive(Serialize, Deserialize)]
struct CauseOf {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    path: Option<String>,
    code: String,
}

/// A moment, as RFC 3339 has it.
struct Time(SystemTime);

impl Serialize for Time {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&humantime::format_rfc3339_millis(self.0))
    }
}

impl<'de> Deserialize<'de> for Time {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        humantime::parse_rfc3339(&text).map(Self).map_err(|_| serde::de::Error::custom("it is no time"))
    }
}

/// The text of a state.
pub(super) fn write(state: &InstanceState) -> String {
    let InstanceState {
        app,
        version,
        manifest,
        profile,
        instance,
        generation,
        since,
        refreshed,
        heard,
        heartbeat,
        causes,
        keys,
    } = state.clone();
    let cause = |Cause { path, code }| CauseOf { path, code };
    let state = State {
        format: FORMAT,
        app,
        version,
        manifest,
        profile,
        instance,
        generation,
        since: Time(since),
        refreshed: Time(refreshed),
        heard: Time(heard),
        heartbeat_ms: u64::try_from(heartbeat.as_millis()).unwrap_or(u64::MAX),
        causes: causes.into_iter().map(cause).collect(),
        keys: keys.into_iter().map(Key::of).collect(),
    };
    serde_json::to_string(&state).expect("texts and numbers are always JSON")
}

/// The state of a text.
///
/// # Errors
/// What is wrong with the text, which is not quoted.
pub(super) fn read(text: &[u8]) -> Result<InstanceState, &'static str> {
    #[derive(Deserialize)]
    struct Any {
        format: u32,
    }
    let state: State = serde_json::from_slice(text).map_err(|error| match error.classify() {
        serde_json::error::Category::Data => match serde_json::from_slice(text) {
            Ok(Any { format }) if format != FORMAT => {
                "is a state of another format; use the same release of the tool as of the programs"
            }
            _ => "has not the fields of a state; remove it, or let the instance write it anew",
        },
        _ => "is broken JSON; remove it, or let the instance write it anew",
    })?;
    if state.format != FORMAT {
        return Err("is a state of another format; use the same release of the tool as of the programs");
    }
    if !state.texts().all(|text| text.len() <= LONGEST_TEXT) {
        return Err("has a text of more than 1,024 bytes; remove it, and look who wrote it");
    }
    let State { app, version, manifest, profile, instance, generation, .. } = state;
    let keys: Option<Vec<InstanceKey>> = state.keys.into_iter().map(Key::meant).collect();
    let is_code = |cause: &CauseOf| cause.code.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-');
    let keys = keys.filter(|_| state.causes.iter().all(is_code));
    Ok(InstanceState {
        app,
        version,
        manifest,
        profile,
        instance,
        generation,
        since: state.since.0,
        refreshed: state.refreshed.0,
        heard: state.heard.0,
        heartbeat: Duration::from_millis(state.heartbeat_ms),
        causes: state.causes.into_iter().map(|CauseOf { path, code }| Cause { path, code }).collect(),
        keys: keys
            .ok_or("says of a key what none says; use the same release of the tool as of the programs")?,
    })
}

impl State {
    fn texts(&self) -> impl Iterator<Item = &str> {
        let own = [&self.app, &self.version, &self.manifest, &self.instance];
        let causes = self.causes.iter().flat_map(|cause| [Some(&cause.code), cause.path.as_ref()]);
        let keys = self.keys.iter().flat_map(|key| {
            let origins = [&key.origin, &key.offered].into_iter().flatten();
            let origins = origins.flat_map(|origin| [Some(&origin.kind), origin.version.as_ref()]);
            [Some(&key.path), key.fingerprint.as_ref()].into_iter().chain(origins)
        });
        let optional = std::iter::once(self.profile.as_ref()).chain(causes).chain(keys);
        own.into_iter().chain(optional.flatten()).map(String::as_str)
    }
}

impl Key {
    fn of(key: InstanceKey) -> Self {
        let InstanceKey { path, is_live, standing, origin, offered, fingerprint, generation, since } = key;
        let origin_of = |OriginKind { kind, version }| Origin { kind, version };
        Self {
            path,
            is_live,
            state: standing.name().to_owned(),
            origin: origin.map(origin_of),
            offered: offered.map(origin_of),
            fingerprint,
            generation,
            since: Time(since),
        }
    }

    /// `None` where it says what no key says.
    fn meant(self) -> Option<InstanceKey> {
        let Self { path, is_live, state, origin, offered, fingerprint, generation, since } = self;
        let standing = Standing::ALL.iter().find(|standing| standing.name() == state)?;
        let is_hex = |text: &String| text.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-');
        if !fingerprint.iter().all(is_hex) {
            return None;
        }
        let origin_of = |Origin { kind, version }| OriginKind { kind, version };
        Some(InstanceKey {
            path,
            is_live,
            standing: *standing,
            origin: origin.map(origin_of),
            offered: offered.map(origin_of),
            fingerprint,
            generation,
            since: since.0,
        })
    }
}
