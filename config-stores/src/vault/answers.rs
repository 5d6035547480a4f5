//! What Vault answers, and what that means. Nothing here asks; the fuzz target `vault` reads anything by these readers.

use std::time::{Duration, SystemTime};

use confident_core::SecretString;
use serde::Deserialize;
use serde_json::value::RawValue;

use super::KvVersion;
use crate::{Entry, Failure, Fault, Lease, http::Answer, json};

/// What a log-in gives, or a renewal of the token.
pub(super) struct Login {
    pub(super) token: SecretString,
    pub(super) life: Option<Lifetime>,
}

/// How long a token lives from now.
#[derive(Clone, Copy, Debug)]
pub(super) struct Lifetime {
    pub(super) lasts: Duration,
    pub(super) is_renewable: bool,
}

impl Lifetime {
    /// A token that does not end has no seconds left.
    fn new(seconds: u64, is_renewable: bool) -> Option<Self> {
        (seconds > 0).then(|| Self { lasts: Duration::from_secs(seconds), is_renewable })
    }
}

/// A good answer; any other as the failure that it means.
pub(super) fn good(answer: Answer) -> Result<Answer, Failure> {
    match answer.status {
        200..=299 => Ok(answer),
        _ => Err(failure(&answer)),
    }
}

/// What the status of a bad answer means.
pub(super) fn failure(answer: &Answer) -> Failure {
    let failure = answer.failure();
    match answer.status {
        300..=399 => failure.detail("a standby sends to the active node: ask what is in front of all nodes"),
        // It is asked for a value elsewhere; here it is about the request itself.
        404 if answer.says("no handler for route") => failure
            .means(Fault::Refused)
            .detail("nothing is mounted there: check the mount, `auth_mount` and the namespace"),
        404 => failure.means(Fault::Refused).detail("it does not know the request"),
        412 => failure.means(Fault::Unavailable).detail("it has not yet what another node has"),
        472 | 473 => failure.means(Fault::Unavailable).detail("it is a standby that answers no requests"),
        501 => failure.detail("it is not initialized"),
        // The status is that of a proxy without a server, too.
        503 if answer.says("sealed") => failure.means(Fault::Sealed),
        _ => failure,
    }
}

/// What is at a place of a mount of key-value pairs.
pub(super) fn value(
    version: KvVersion,
    place: &str,
    answer: &Answer,
    now: SystemTime,
) -> Result<Entry, Failure> {
    match (version, answer.status) {
        (_, 404) => Err(nothing(version, answer).at(place)),
        (_, status) if !(200..=299).contains(&status) => Err(failure(answer).at(place)),
        (KvVersion::V1, _) => unversioned(answer),
        (KvVersion::V2, _) => versioned(answer, now).map_err(|failure| failure.at(place)),
    }
}

/// What an answer means that has nothing: there is nothing, or not any more, or not there.
fn nothing(version: KvVersion, answer: &Answer) -> Failure {
    if answer.says("no handler for route") {
        return failure(answer);
    }
    if version == KvVersion::V1 && answer.says("versioned K/V") {
        return Failure::new(Fault::Refused)
            .detail("the mount is of version 2: say `.kv_version(KvVersion::V2)`");
    }
    // Vault has a body in JSON; a server that speaks like Vault may have none. A page is of neither.
    if answer.is_empty() {
        return Failure::new(Fault::Absent);
    }
    match answer.json::<Versioned<'_>>() {
        Ok(Versioned { data: Some(Data { metadata: Some(metadata), .. }) }) if version == KvVersion::V2 => {
            metadata_of(metadata).map_or_else(|failure| failure, |metadata| metadata.deleted())
        }
        Ok(_) => Failure::new(Fault::Absent),
        Err(failure) => failure,
    }
}

#[derive(Deserialize)]
struct Versioned<'a> {
    #[serde(borrow)]
    data: Option<Data<'a>>,
}

/// Both are read later: fields of these names are anything in version 1.
#[derive(Deserialize)]
struct Data<'a> {
    #[serde(borrow)]
    data: Option<&'a RawValue>,
    #[serde(borrow)]
    metadata: Option<&'a RawValue>,
}

#[derive(Deserialize)]
struct Metadata {
    version: u64,
    /// When the version was written.
    #[serde(default)]
    created_time: String,
    /// When the version was deleted, or will be; empty if never.
    #[serde(default)]
    deletion_time: String,
    #[serde(default)]
    destroyed: bool,
}

impl Metadata {
    fn deleted(&self) -> Failure {
        let failure = Failure::new(Fault::Deleted).version(self.version.to_string());
        if self.destroyed { failure.detail("it is destroyed, and cannot come back") } else { failure }
    }

    /// How long the version is still there, if it is to be deleted. What is there by the clock of the server, and
    /// not by ours, is asked for again soon.
    fn lasts(&self, now: SystemTime) -> Result<Option<Duration>, Failure> {
        if self.deletion_time.is_empty() {
            return Ok(None);
        }
        let moment = humantime::parse_rfc3339(&self.deletion_time)
            .map_err(|_| Failure::new(Fault::Malformed).detail("the end of the version is no moment"))?;
        Ok(Some(moment.duration_since(now).unwrap_or_default().max(Duration::from_secs(1))))
    }
}

fn metadata_of(metadata: &RawValue) -> Result<Metadata, Failure> {
    serde_json::from_str(metadata.get()).map_err(|_| not_versioned())
}

fn not_versioned() -> Failure {
    Failure::new(Fault::Malformed).detail(
        "it answers without the version of the value, as a mount of version 1 does, though the mount is said to be of \
         version 2: say `.kv_version(KvVersion::V1)` if that is what it is",
    )
}

/// Version 2 has the fields in `data.data`, and what it knows of them in `data.metadata`.
fn versioned(answer: &Answer, now: SystemTime) -> Result<Entry, Failure> {
    let Versioned { data } = answer.json()?;
    let Data { data, metadata } = data.ok_or_else(no_data)?;
    let metadata = metadata_of(metadata.ok_or_else(not_versioned)?)?;
    let Some(data) = data else { return Err(metadata.deleted()) };
    let lasts = metadata.lasts(now)?;
    let entry =
        Entry::of(json::fields(data.get().as_bytes()).ok_or_else(no_data)?).revision(metadata.version);
    let entry = match humantime::parse_rfc3339(&metadata.created_time) {
        Ok(written) => entry.written(written),
        // It is of use for a metric and for an overlap, and nothing fails for it.
        Err(_) => entry,
    };
    Ok(match lasts {
        Some(lasts) => entry.lasts(lasts),
        None => entry,
    })
}

/// What version 1 and the engines of dynamic credentials have in common.
#[derive(Deserialize)]
struct Plain<'a> {
    #[serde(borrow)]
    data: Option<&'a RawValue>,
    #[serde(borrow, default)]
    lease_id: Option<&'a RawValue>,
    #[serde(default)]
    lease_duration: u64,
    #[serde(default)]
    renewable: bool,
}

fn unversioned(answer: &Answer) -> Result<Entry, Failure> {
    let Plain { data, lease_duration, .. } = answer.json()?;
    let data = data.and_then(|data| json::fields(data.get().as_bytes())).ok_or_else(no_data)?;
    let entry = Entry::of(data);
    Ok(match lease_duration {
        0 => entry,
        seconds => entry.lasts(Duration::from_secs(seconds)),
    })
}

/// Credentials that were made for this request, or that the server changes by itself.
pub(super) fn credentials(place: &str, answer: &Answer) -> Result<Entry, Failure> {
    match answer.status {
        404 => return Err(nothing(KvVersion::V1, answer).at(place)),
        200..=299 => {}
        // What makes them has no such role, as a rule.
        400 => return Err(failure(answer).at(place).detail("it makes no such credentials: check the role")),
        _ => return Err(failure(answer).at(place)),
    }
    let Plain { data, lease_id, lease_duration, renewable } = answer.json()?;
    let data = data.ok_or_else(no_data)?;
    let entry = Entry::of(json::fields(data.get().as_bytes()).ok_or_else(no_data)?);
    let lease = lease_id.and_then(text).unwrap_or_default();
    if !lease.is_empty() {
        return Ok(entry.lease(Lease::new(lease, Duration::from_secs(lease_duration), renewable)));
    }
    /// Of a static role: the seconds until the server changes the password.
    #[derive(Deserialize)]
    struct Rotation {
        ttl: Option<u64>,
    }
    match serde_json::from_str(data.get()) {
        // It is being changed: what was read may be over already.
        Ok(Rotation { ttl: Some(0) }) => Err(Failure::new(Fault::Unavailable)
            .detail("it is changing the credentials")
            .retry_after(Duration::from_secs(1))),
        Ok(Rotation { ttl: Some(seconds) }) => Ok(entry.lasts(Duration::from_secs(seconds))),
        _ if lease_duration > 0 => Ok(entry.lasts(Duration::from_secs(lease_duration))),
        _ => Ok(entry),
    }
}

/// The version of a mount.
pub(super) fn kv_version(mount: &str, answer: Answer) -> Result<KvVersion, Failure> {
    #[derive(Deserialize)]
    struct Mounts {
        data: Mount,
    }
    #[derive(Deserialize)]
    struct Mount {
        r#type: String,
        path: Option<String>,
        options: Option<Options>,
    }
    #[derive(Deserialize)]
    struct Options {
        version: Option<String>,
    }
    let refused = |detail: String| Err(Failure::new(Fault::Refused).detail(detail));
    match answer.status {
        403 => {
            return Err(Failure::new(Fault::Denied)
                .at(mount)
                .detail("there is no such mount, or nothing in it is for this program"));
        }
        404 => {
            return refused(format!(
                "it does not tell which version the mount `{mount}` has: say it by `.kv_version(..)`"
            ));
        }
        500 => {
            return Err(failure(&answer).detail(format!(
                "status 500 when asked which version the mount `{mount}` has; `.kv_version(..)` says it instead"
            )));
        }
        _ => {}
    }
    let answer = good(answer)?;
    let Mounts { data: Mount { r#type, path, options } } = answer.json()?;
    if path.is_some_and(|path| path.trim_end_matches('/') != mount) {
        return refused(format!(
            "`{mount}` is no mount, but inside of one: say the mount, and begin the places with the rest"
        ));
    }
    // `generic` is what version 1 was called before there was a second one.
    if !matches!(&*r#type, "kv" | "generic") {
        return refused(format!(
            "the mount `{mount}` has no key-value pairs: name one that does, and this one by `.dynamic(..)`"
        ));
    }
    match options.and_then(|options| options.version).as_deref() {
        None | Some("1") => Ok(KvVersion::V1),
        Some("2") => Ok(KvVersion::V2),
        Some(_) => refused(format!("the mount `{mount}` has a version that is neither 1 nor 2")),
    }
}

/// What a log-in gives.
pub(super) fn login(answer: Answer) -> Result<Login, Failure> {
    #[derive(Deserialize)]
    struct Answered<'a> {
        #[serde(borrow)]
        auth: Auth<'a>,
    }
    #[derive(Deserialize)]
    struct Auth<'a> {
        #[serde(borrow)]
        client_token: &'a RawValue,
        #[serde(default)]
        lease_duration: u64,
        #[serde(default)]
        renewable: bool,
    }
    let answer = good(answer)?;
    let Answered { auth: Auth { client_token, lease_duration, renewable } } = answer.json()?;
    let token = secret(client_token)?;
    Ok(Login { token, life: Lifetime::new(lease_duration, renewable) })
}

/// What is known of the token that asks.
pub(super) fn own_token(answer: &Answer) -> Result<Option<Lifetime>, Failure> {
    #[derive(Deserialize)]
    struct Answered {
        data: Token,
    }
    #[derive(Deserialize)]
    struct Token {
        ttl: u64,
        #[serde(default)]
        renewable: bool,
    }
    let Answered { data: Token { ttl, renewable } } = answer.json()?;
    Ok(Lifetime::new(ttl, renewable))
}

/// Where the wrapped answer was made.
pub(super) fn wrapped_at(answer: Answer) -> Result<String, Failure> {
    #[derive(Deserialize)]
    struct Answered {
        data: Wrapped,
    }
    #[derive(Deserialize)]
    struct Wrapped {
        creation_path: String,
    }
    let answer = unwrappable(answer)?;
    answer.json().map(|Answered { data: Wrapped { creation_path } }| creation_path)
}

/// The secret id in a wrapped answer.
pub(super) fn unwrapped(answer: Answer) -> Result<SecretString, Failure> {
    #[derive(Deserialize)]
    struct Answered<'a> {
        #[serde(borrow)]
        data: SecretId<'a>,
    }
    #[derive(Deserialize)]
    struct SecretId<'a> {
        #[serde(borrow)]
        secret_id: &'a RawValue,
    }
    let answer = unwrappable(answer)?;
    let Answered { data: SecretId { secret_id } } = answer.json()?;
    secret(secret_id)
}

/// A token that wraps is good for one use: whoever comes second learns that someone was first.
fn unwrappable(answer: Answer) -> Result<Answer, Failure> {
    match answer.status {
        400 | 403 => Err(Failure::new(Fault::Unauthenticated).detail(
            "the wrapping token is wrong, too old, or was used already: if not by this program, then someone else has \
             the secret id; destroy it, and wrap a new one",
        )),
        _ => good(answer),
    }
}

/// A lease as it is after its renewal.
pub(super) fn renewed(lease: &Lease, answer: Answer) -> Result<Lease, Failure> {
    #[derive(Deserialize)]
    struct Renewed {
        lease_duration: u64,
        #[serde(default)]
        renewable: bool,
    }
    if matches!(answer.status, 400 | 404) {
        return Err(Failure::new(Fault::Refused).detail("the lease is over, or not to be renewed"));
    }
    let answer = good(answer)?;
    let Renewed { lease_duration, renewable } = answer.json()?;
    Ok(Lease::new(lease.id.clone(), Duration::from_secs(lease_duration), renewable))
}

fn no_data() -> Failure {
    Failure::new(Fault::Malformed).detail("it has not the fields of such an answer")
}

fn text(value: &RawValue) -> Option<String> {
    let text = json::text(value.get()).ok()?;
    std::str::from_utf8(&text).ok().map(str::to_owned)
}

fn secret(value: &RawValue) -> Result<SecretString, Failure> {
    let text = json::text(value.get()).map_err(|json::NotText| no_data())?;
    match std::str::from_utf8(&text) {
        // A log-in that asks for a second factor has an empty token.
        Ok("") | Err(_) => {
            Err(Failure::new(Fault::Refused).detail("it gives no token: it may want a second factor"))
        }
        Ok(text) => Ok(SecretString::from(text)),
    }
}
